//! The one thread that writes, and group commit.
//!
//! All jobs that wait are done in one transaction, so that one sync makes them durable; then all are answered. A job
//! that fails does not undo its neighbours.

mod copier;
mod group;
mod job;

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use rusqlite::Connection;

use super::Settings;
use super::opening::{self, unusable};
use crate::store::StoreError;
use copier::Copier;
pub(super) use group::Writing;
pub(super) use job::Failure;
use job::{Job, Task};

/// Jobs in one transaction at most; bounds how long the first of them waits.
const GROUP: usize = 512;
/// Jobs among which the price of a commit is small; no group is kept open for more.
const ENOUGH: usize = 32;
/// While jobs keep coming the group is kept open, for this long at a time.
const SLICE: Duration = Duration::from_millis(1);
/// Commits between two looks at the length of the log.
const LOOK_AT_LOG: u32 = 16;

/// Why nothing more is written, once there is a reason.
type Stopped = Arc<OnceLock<String>>;

fn stop(stopped: &OnceLock<String>, why: &str) {
    if stopped.set(why.to_owned()).is_ok() {
        tracing::error!(why, "the store has stopped writing; start again once the cause is removed");
    }
}

/// The queue to the writing thread.
#[derive(Debug)]
pub(super) struct Writer {
    queue: Option<Sender<Box<dyn Job>>>,
    stopped: Stopped,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    pub(super) fn start(connection: Connection, settings: &Settings) -> Result<Writer, StoreError> {
        let (queue, jobs) = channel();
        let stopped = Stopped::default();
        let beside = opening::for_copying(settings)?;
        let copier = Copier::start(beside, settings.checkpoint_pages, Arc::clone(&stopped))?;
        let desk = Desk {
            connection,
            jobs,
            stopped: Arc::clone(&stopped),
            gather: settings.gather,
            copier,
            commits: 0,
        };
        let thread = std::thread::Builder::new().name("store-writer".to_owned());
        let thread = thread.spawn(move || desk.work()).map_err(unusable)?;
        Ok(Writer { queue: Some(queue), stopped, thread: Some(thread) })
    }

    /// A writer that refuses everything and says why.
    pub(super) fn absent(why: &str) -> Writer {
        let stopped = Arc::new(OnceLock::from(why.to_owned()));
        Writer { queue: None, stopped, thread: None }
    }

    /// Queues the work at once, not at the first poll: a caller that goes away does not undo what it began.
    pub(super) fn submit<T, F>(
        &self,
        work: F,
    ) -> impl Future<Output = Result<T, StoreError>> + Send + use<T, F>
    where
        T: Send + 'static,
        F: Fn(&Writing<'_>) -> Result<T, Failure> + Send + 'static,
    {
        let (task, answer) = Task::new(work);
        // A queue without a thread drops the task, and the answer below says so.
        let _ = self.queue.as_ref().map(|queue| queue.send(Box::new(task)));
        let stopped = Arc::clone(&self.stopped);
        async move {
            answer.await.unwrap_or_else(|_| {
                let why = stopped.get().map_or("the writer has ended", String::as_str);
                Err(StoreError::Stopped(why.to_owned()))
            })
        }
    }

    pub(super) fn stopped(&self) -> Option<String> {
        self.stopped.get().cloned()
    }
}

impl Drop for Writer {
    /// Does what is queued, then ends.
    fn drop(&mut self) {
        self.queue = None;
        if let Some(thread) = self.thread.take() {
            // A panic there has been printed already.
            let _ = thread.join();
        }
    }
}

/// What the writing thread works with.
struct Desk {
    connection: Connection,
    jobs: Receiver<Box<dyn Job>>,
    stopped: Stopped,
    gather: Duration,
    copier: Copier,
    commits: u32,
}

impl Desk {
    fn work(mut self) {
        let mut group = Vec::with_capacity(GROUP);
        let mut busy = false;
        while let Ok(job) = self.jobs.recv() {
            group.push(job);
            self.take_waiting(&mut group);
            if busy {
                self.gather(&mut group);
            }
            busy = group.len() > 1;
            self.finish(&mut group);
        }
        if self.stopped.get().is_none() {
            // At the end the log is copied so that the next start has little to recover; it is durable either way.
            let _ = copier::checkpoint(&self.connection);
        }
    }

    /// Keeps the group open as long as each slice brings another job: those who compute keep the processor busy
    /// meanwhile, and once all callers wait for this commit a slice stays empty.
    fn gather(&self, group: &mut Vec<Box<dyn Job>>) {
        let until = Instant::now() + self.gather;
        let mut before = 0;
        while group.len() > before && group.len() < ENOUGH && Instant::now() < until {
            before = group.len();
            std::thread::sleep(SLICE);
            self.take_waiting(group);
        }
    }

    fn take_waiting(&self, group: &mut Vec<Box<dyn Job>>) {
        group.extend(self.jobs.try_iter().take(GROUP - group.len().min(GROUP)));
    }

    /// Does a group and answers it: from the first failure of the disk on, with [`StoreError::Stopped`].
    fn finish(&mut self, group: &mut Vec<Box<dyn Job>>) {
        let outcome = match self.stopped.get() {
            Some(why) => Err(StoreError::Stopped(why.clone())),
            None => group::commit(&self.connection, group),
        };
        if let Err(StoreError::Stopped(why)) = &outcome {
            stop(&self.stopped, why);
        }
        for job in group.drain(..) {
            job.answer(&outcome);
        }
        if outcome.is_ok() {
            self.tend_log();
        }
    }

    fn tend_log(&mut self) {
        self.commits = self.commits.wrapping_add(1);
        if self.commits.is_multiple_of(LOOK_AT_LOG)
            && let Err(error) = self.copier.tend(&self.connection)
        {
            stop(&self.stopped, &format!("checkpoint: {error}"));
        }
    }
}
