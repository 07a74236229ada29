//! What a directory says of devices and users, kept in the store, and the certificates that follow it.
//!
//! One [`Directory`] for each source: a tenant of Entra and Intune, or a file. A round reads what changed, records it, and
//! rules on the certificates that name whom it concerns. All facts are recorded before anything is decided by them, so that
//! a crash between the two is made good by the next round.

pub mod binding;
mod facts;
pub mod file;
mod graph;
mod health;
mod mirror;
mod queue;
mod ruling;
mod source;

pub(crate) use graph::Graph;
pub use health::{Health, WhenStale, read_key};
pub(crate) use queue::Queue;
pub(crate) use source::Source;

use crate::clock::Clock;
use crate::explanation::ours;
use crate::standing::Switches;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;
use mirror::Mirror;
use pki::Time;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// How often every certificate is ruled on, whatever changed: rules have times of grace that run out.
const ALL_EVERY: i64 = 600;
/// Records written in one go: enrolments wait for it.
const PAGE: usize = 200;

/// One directory, and the endpoints whose certificates follow it.
pub(crate) struct Directory {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) every: Duration,
    pub(crate) switches: BTreeMap<String, Switches>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) health: Arc<Health>,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) queue: Option<Queue>,
    /// What the store holds; read anew after whatever went wrong.
    mirror: Option<Mirror>,
    all_at: Option<Time>,
}

/// Why a round came to nothing.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RoundError {
    /// The directory could not be read.
    #[error("{0}")]
    Source(String),
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a directory is made of.
pub(crate) struct Parts {
    pub(crate) name: String,
    pub(crate) source: Source,
    pub(crate) every: Duration,
    pub(crate) switches: BTreeMap<String, Switches>,
    pub(crate) health: Arc<Health>,
    pub(crate) queue: Option<Queue>,
}

impl Directory {
    pub(crate) fn new(
        parts: Parts,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
    ) -> Directory {
        let Parts { name, source, every, switches, health, queue } = parts;
        Directory {
            name,
            source,
            every,
            switches,
            store,
            clock,
            health,
            metrics,
            queue,
            mirror: None,
            all_at: None,
        }
    }

    /// Reads and rules until the end of time.
    pub(crate) async fn run(mut self) {
        let mut turn = tokio::time::interval(self.every);
        turn.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        loop {
            turn.tick().await;
            self.turn().await;
            if let Some(queue) = &mut self.queue {
                queue.turn(&*self.store, &*self.clock).await;
            }
        }
    }

    async fn turn(&mut self) {
        let outcome = self.round().await;
        let result = if outcome.is_ok() { "read" } else { "failed" };
        self.metrics.directory_round(&self.name, result);
        let now = self.clock.now();
        match outcome {
            Ok(()) => {
                if let Some(since) = self.health.is_fresh_again() {
                    let source = self.name.as_str();
                    tracing::info!(
                        event = "directory_fresh",
                        source,
                        "the directory is read again, after having been stale since {since}"
                    );
                }
            }
            Err(error) => {
                self.mirror = None;
                let (code, source) = (ours::FACTS, self.name.as_str());
                tracing::warn!(event = "directory_failed", error_code = %code, source, "the directory could not be read: {error}");
                self.health.failed(error.to_string());
                if let Some(since) = self.health.became_stale(now) {
                    tracing::error!(event = "directory_stale", error_code = %code, source, "certificates go by what was known at {since}");
                }
            }
        }
        self.metrics.directory_read(&self.name, self.health.read_at().map_or(0, Time::unix));
    }

    /// One round; at its end everything that was said is recorded and ruled on.
    pub(crate) async fn round(&mut self) -> Result<(), RoundError> {
        let began = self.clock.now();
        let mut mirror = match self.mirror.take() {
            Some(mirror) => mirror,
            None => Mirror::load(&*self.store, &self.name).await?,
        };
        let mut reading = self.source.read(&*self.store, &self.name).await?;
        let missing = mirror.missing(&reading);
        self.source.confirm(missing, mirror.present(), &mut reading).await?;
        let changed = mirror.take(reading, began);
        for page in changed.chunks(PAGE) {
            let records = mirror.records(page);
            let ids = self.store.learn(&self.name, records).await?;
            mirror.note(page, &ids);
        }
        // Only now: whatever was read before is read again after a crash.
        self.source.keep_place(&*self.store, &self.name).await?;
        self.health.read(&*self.store, began).await?;
        let all = self.all_at.is_none_or(|at| at.plus_seconds(ALL_EVERY) <= began);
        let whom = if all { None } else { Some(changed) };
        ruling::rule(self, &mirror, whom, began).await?;
        if all {
            self.all_at = Some(began);
        }
        self.mirror = Some(mirror);
        Ok(())
    }
}
