//! The versions that a running server issues by.

use super::publication::{newest, publish};
use super::{ProfileError, document};
use crate::config::{Config, PrivilegedSettings};
use crate::jobs::crl::Parts;
use crate::store::{ProfileVersion, Store, StoreError};
use ca::profile::{CertificateProfile, ProfileSet, SHARD, State};
use pki::Time;
use std::sync::{Arc, PoisonError, RwLock};
use tokio::sync::Mutex;

/// Who publishes at the server's start, for the audit.
const START: &str = "start of the server";

/// One set of profiles, swapped whole: whoever took it has every profile in one version, whatever is published meanwhile.
pub struct Profiles {
    set: RwLock<Arc<ProfileSet>>,
    /// The last recorded version that was read. Held while reading, so that an older set never follows a newer.
    seen: Mutex<u64>,
    parts: Parts,
    /// The server's own names that nobody gets: no part of a version, or an old version would let through what was denied since.
    privileged: PrivilegedSettings,
}

impl Profiles {
    /// Records what the settings file changed, and takes what is published into force. Drafts are there, too, and issue nothing.
    ///
    /// # Errors
    /// [`ProfileError`].
    pub async fn start(store: &dyn Store, config: &Config, now: Time) -> Result<Profiles, ProfileError> {
        publish(store, config, |_| true, START, now).await?;
        Profiles::recorded(store, config).await
    }

    /// What is published already, by whatever process; the settings file's own text of a profile counts only as it is recorded.
    ///
    /// # Errors
    /// [`ProfileError`].
    pub async fn recorded(store: &dyn Store, config: &Config) -> Result<Profiles, ProfileError> {
        let rows = store.profile_versions(0).await?;
        let seen = Mutex::new(rows.last().map_or(0, |row| row.sequence));
        let newest = newest(rows);
        let (parts, privileged) = (Parts::of(config), config.privileged.clone());
        let mut profiles = Profiles { set: RwLock::default(), seen, parts, privileged };
        let mut set = config.profiles.clone();
        for profile in config.profiles.iter().filter(|one| one.state == State::Published) {
            let row = newest.get(profile.name.as_str());
            if let Some(profile) = row.map(|row| profiles.believe(row)).transpose()?.flatten() {
                set = set.with(profile);
            }
        }
        profiles.set = RwLock::new(Arc::new(set));
        Ok(profiles)
    }

    /// The set in force. Whoever decides by it keeps it until the end.
    #[must_use]
    pub fn current(&self) -> Arc<ProfileSet> {
        Arc::clone(&self.set.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes into force what was published since the last call, by whatever process. To be called often. What cannot be used is left
    /// out, and told; the version before it goes on.
    ///
    /// # Errors
    /// The store cannot be read; the set in force goes on.
    pub async fn follow(&self, store: &dyn Store) -> Result<Vec<ProfileError>, StoreError> {
        let mut seen = self.seen.lock().await;
        let rows = store.profile_versions(*seen).await?;
        let Some(last) = rows.last().map(|row| row.sequence) else { return Ok(Vec::new()) };
        let mut set = ProfileSet::clone(&self.current());
        let mut left_out = Vec::new();
        for row in &rows {
            match self.believe(row) {
                Ok(Some(profile)) => {
                    let (name, version, by) = (row.name.as_str(), row.version, row.published_by.as_str());
                    tracing::info!(
                        event = "profile_in_force",
                        profile = name,
                        version,
                        by,
                        "a profile changed"
                    );
                    set = set.with(profile);
                }
                Ok(None) => {}
                Err(why) => left_out.push(why),
            }
        }
        *self.set.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(set);
        *seen = last;
        Ok(left_out)
    }

    /// A version may point to parts of the CRL only where this server makes them.
    fn believe(&self, row: &ProfileVersion) -> Result<Option<CertificateProfile>, ProfileError> {
        let unusable =
            |why: String| ProfileError::Unusable { name: row.name.clone(), version: row.version, why };
        let Some(mut profile) = document::believe(row, self.parts.shards)? else { return Ok(None) };
        self.privileged.add_to(&mut profile).map_err(|problem| unusable(problem.to_string()))?;
        let mut points = profile.urls.crl.iter().filter(|url| url.contains(SHARD));
        match points.find(|url| !self.parts.urls.contains(url)) {
            None => Ok(Some(profile)),
            Some(url) => {
                Err(unusable(format!("the lists at {url} are made once the server is started again")))
            }
        }
    }
}
