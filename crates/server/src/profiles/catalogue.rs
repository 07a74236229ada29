//! What the administrative API says of certificate profiles (M28).

use super::{Profiles, document, effective};
use crate::authority::Authority;
use crate::clock::Clock;
use crate::config::Config;
use crate::explanation::{administrator, ours};
use crate::http::{
    ApiProblem, BoxFuture, CertificateProfiles, ProfileDetail, ProfileList, ProfileSummary,
    ProfileVersionText, PublishedVersion,
};
use crate::policy::{Preview, preview, trial};
use crate::store::{ProfileVersion, Store};
use ca::profile::{CertificateProfile, Settings, State, UnknownProfile};
use serde_json::Value;
use std::sync::Arc;

/// Reads what is in force, and what was.
pub struct Catalogue {
    profiles: Arc<Profiles>,
    store: Arc<dyn Store>,
    authority: Arc<Authority>,
    clock: Arc<dyn Clock>,
    /// As the settings file had them at the start: what a draft says.
    written: Vec<Settings>,
}

impl Catalogue {
    /// The profiles of a configuration.
    #[must_use]
    pub fn new(
        config: &Config,
        profiles: Arc<Profiles>,
        store: Arc<dyn Store>,
        (authority, clock): (Arc<Authority>, Arc<dyn Clock>),
    ) -> Catalogue {
        let ours = crate::installation::urls(config);
        let written = config.profile_settings.iter().map(|one| effective(one, &ours)).collect();
        Catalogue { profiles, store, authority, clock, written }
    }

    async fn one(&self, name: &str) -> Result<ProfileDetail, ApiProblem> {
        let set = self.profiles.current();
        let profile = set.find(name).map_err(|unknown| absent(&unknown))?;
        let rows = self.store.profile_versions(0).await.map_err(|_| ApiProblem::new(503, ours::STORE))?;
        let rows: Vec<&ProfileVersion> = rows.iter().filter(|row| row.name == name).collect();
        let warnings: Vec<String> = profile.warnings().iter().map(ToString::to_string).collect();
        Ok(ProfileDetail {
            summary: summary(profile),
            warnings,
            settings: self.settings(profile, &rows),
            versions: rows.into_iter().map(version).collect(),
        })
    }

    async fn recorded(&self, name: &str, version: &str) -> Result<ProfileVersionText, ApiProblem> {
        let rows = self.store.profile_versions(0).await.map_err(|_| ApiProblem::new(503, ours::STORE))?;
        let number: Option<u32> = version.parse().ok();
        let found = rows.into_iter().find(|row| row.name == name && Some(row.version) == number);
        let row = found.ok_or_else(|| ApiProblem::new(404, administrator::CERTIFICATE_PROFILE))?;
        Ok(ProfileVersionText {
            settings: row.document.as_deref().and_then(|text| serde_json::from_str(text).ok()),
            published_at: row.published_at.to_string(),
            published_by: row.published_by,
            version: row.version,
            name: row.name,
        })
    }

    /// Of the version in force; of a draft, what is written.
    fn settings(&self, profile: &CertificateProfile, rows: &[&ProfileVersion]) -> Option<Value> {
        let row = rows.iter().find(|row| row.version == profile.version);
        let written = || self.written.iter().find(|one| one.name == profile.name.as_str());
        match row {
            Some(row) => serde_json::from_str(row.document.as_deref()?).ok(),
            None => written().map(document::members).map(Value::Object),
        }
    }
}

impl CertificateProfiles for Catalogue {
    fn list(&self) -> ProfileList {
        ProfileList { profiles: self.profiles.current().iter().map(summary).collect() }
    }

    fn show<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<ProfileDetail, ApiProblem>> {
        Box::pin(self.one(name))
    }

    fn version<'a>(
        &'a self,
        name: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<ProfileVersionText, ApiProblem>> {
        Box::pin(self.recorded(name, version))
    }

    fn preview(&self, name: &str, csr: &str) -> Result<Preview, ApiProblem> {
        let set = self.profiles.current();
        let profile = set.find(name).map_err(|unknown| absent(&unknown))?;
        let csr = trial::request(csr.trim().as_bytes()).map_err(|why| {
            let sentence = format!("This is no certification request: {why}.");
            ApiProblem { sentence, ..ApiProblem::new(400, administrator::POLICY) }
        })?;
        Ok(preview::shown(&preview::made(&csr, profile, &self.authority, self.clock.now())))
    }
}

fn absent(unknown: &UnknownProfile) -> ApiProblem {
    let sentence = format!("There is no such profile: {unknown}.");
    ApiProblem { sentence, ..ApiProblem::new(404, administrator::CERTIFICATE_PROFILE) }
}

fn summary(profile: &CertificateProfile) -> ProfileSummary {
    ProfileSummary {
        name: profile.name.to_string(),
        display_name: profile.display_name.clone(),
        state: match profile.state {
            State::Published => "published",
            State::Draft => "draft",
        },
        version: (profile.version > 0).then_some(profile.version),
    }
}

fn version(row: &ProfileVersion) -> PublishedVersion {
    PublishedVersion {
        version: row.version,
        published_at: row.published_at.to_string(),
        published_by: row.published_by.clone(),
        text_recorded: row.document.is_some(),
    }
}
