//! A job of the writer, and how it can fail.

use rusqlite::ErrorCode;
use tokio::sync::oneshot;

use super::Writing;
use crate::store::StoreError;

/// Why a job was not done.
#[derive(Debug)]
pub(in crate::store::sqlite) enum Failure {
    /// A rule of the store forbids it. The neighbours go on.
    Refused(&'static str),
    /// A row is not what it must be. The neighbours go on.
    Unreadable(rusqlite::Error),
    /// The disk, the file or memory failed: what was kept is not known, so nothing goes on.
    Fatal(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Failure {
        match &error {
            rusqlite::Error::SqliteFailure(code, _) if code.code == ErrorCode::ConstraintViolation => {
                tracing::warn!(%error, "a write broke a constraint of the schema");
                Failure::Refused("the write breaks a constraint of the schema")
            }
            rusqlite::Error::SqliteFailure(..) => Failure::Fatal(error),
            _ => Failure::Unreadable(error),
        }
    }
}

/// Work whose answer waits for the commit.
pub(super) trait Job: Send {
    /// Does the work within the open transaction and keeps its result. A second time after a rollback, if need be.
    ///
    /// # Errors
    /// Only [`Failure::Fatal`] concerns anybody but the job itself.
    fn run(&mut self, writing: &Writing<'_>) -> Result<(), Failure>;

    /// Tells the caller its result, or why its group failed.
    fn answer(self: Box<Self>, group: &Result<(), StoreError>);
}

/// The one kind of job: a closure and the way back to its caller.
pub(super) struct Task<T, F> {
    work: F,
    result: Option<Result<T, StoreError>>,
    reply: oneshot::Sender<Result<T, StoreError>>,
}

impl<T, F> Task<T, F> {
    pub(super) fn new(work: F) -> (Task<T, F>, oneshot::Receiver<Result<T, StoreError>>) {
        let (reply, answer) = oneshot::channel();
        (Task { work, result: None, reply }, answer)
    }
}

impl<T, F> Job for Task<T, F>
where
    T: Send,
    F: Fn(&Writing<'_>) -> Result<T, Failure> + Send,
{
    fn run(&mut self, writing: &Writing<'_>) -> Result<(), Failure> {
        let failure = match (self.work)(writing) {
            Ok(value) => {
                self.result = Some(Ok(value));
                return Ok(());
            }
            Err(failure) => failure,
        };
        self.result = match &failure {
            Failure::Refused(why) => Some(Err(StoreError::Refused(why))),
            Failure::Unreadable(error) => Some(Err(StoreError::Read(error.to_string()))),
            Failure::Fatal(_) => None,
        };
        Err(failure)
    }

    fn answer(self: Box<Self>, group: &Result<(), StoreError>) {
        let answer = match (group, self.result) {
            (Ok(()), Some(result)) => result,
            (Ok(()), None) => Err(StoreError::Stopped("a job was not done".to_owned())),
            (Err(StoreError::Busy), _) => Err(StoreError::Busy),
            (Err(error), _) => Err(StoreError::Stopped(reason(error))),
        };
        // The caller may have gone; what it began is durable all the same.
        let _ = self.reply.send(answer);
    }
}

fn reason(error: &StoreError) -> String {
    match error {
        StoreError::Stopped(why) => why.clone(),
        other => other.to_string(),
    }
}
