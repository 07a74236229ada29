use crate::store::{Store, StoreError};
use pki::Time;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What OCSP does once a directory has not been read for too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WhenStale {
    /// Go by the last known facts: an outage of the cloud takes nobody off the network.
    Continue,
    /// Say `good` of nobody who follows this directory.
    TryLater,
}

/// Whether a directory is read.
#[derive(Debug)]
pub struct Health {
    name: String,
    stale_after: Duration,
    when_stale: WhenStale,
    state: Mutex<State>,
}

/// Where the store remembers when this directory was last read, in Unix seconds.
#[must_use]
pub fn read_key(source: &str) -> String {
    format!("directory-read:{source}")
}

#[derive(Debug, Default)]
struct State {
    /// When the last complete reading began, of this process or one before it.
    read_at: Option<Time>,
    /// When this process began.
    from: Option<Time>,
    told: Option<Time>,
    trouble: Option<String>,
}

impl Health {
    /// A directory of which nothing is known yet.
    #[must_use]
    pub fn new(name: &str, stale_after: Duration, when_stale: WhenStale) -> Health {
        Health { name: name.to_owned(), stale_after, when_stale, state: Mutex::default() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers when it was last read.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn recall(&self, store: &dyn Store, now: Time) -> Result<(), StoreError> {
        let kept = store.meta(&read_key(&self.name)).await?.and_then(|text| text.parse().ok());
        let mut state = self.state();
        state.read_at = kept.map(Time::from_unix);
        state.from = Some(now);
        Ok(())
    }

    pub(super) async fn read(&self, store: &dyn Store, at: Time) -> Result<(), StoreError> {
        store.put_meta(&read_key(&self.name), &at.unix().to_string()).await?;
        let mut state = self.state();
        state.read_at = Some(at);
        state.trouble = None;
        Ok(())
    }

    pub(super) fn failed(&self, trouble: String) {
        self.state().trouble = Some(trouble);
    }

    /// When the last complete reading began.
    #[must_use]
    pub fn read_at(&self) -> Option<Time> {
        self.state().read_at
    }

    /// Since when its facts are those of yesterday; `None` while they are fresh enough.
    #[must_use]
    pub fn stale_since(&self, now: Time) -> Option<Time> {
        let state = self.state();
        let known = state.read_at.or(state.from)?;
        let limit = i64::try_from(self.stale_after.as_secs()).unwrap_or(i64::MAX);
        (now.unix().saturating_sub(known.unix()) > limit).then_some(known)
    }

    /// One sentence while it is stale.
    #[must_use]
    pub fn trouble(&self, now: Time) -> Option<String> {
        let since = self.stale_since(now)?;
        let state = self.state();
        let why = state.trouble.as_deref().unwrap_or("no reading has ended yet");
        Some(format!("the directory {} was last read at {since}: {why}", self.name))
    }

    /// Whether nothing good may be said of those who follow it.
    #[must_use]
    pub fn is_silent(&self, now: Time) -> bool {
        self.when_stale == WhenStale::TryLater && self.stale_since(now).is_some()
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The first time that it is found to be stale.
    pub(super) fn became_stale(&self, now: Time) -> Option<Time> {
        let since = self.stale_since(now)?;
        let mut state = self.state();
        (state.told.replace(since).is_none()).then_some(since)
    }

    pub(super) fn is_fresh_again(&self) -> Option<Time> {
        self.state().told.take()
    }
}
