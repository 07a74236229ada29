//! From the settings file to recorded versions.

use super::{ProfileError, document};
use crate::config::Config;
use crate::store::{NewProfileVersion, ProfileVersion, Store};
use ca::profile::{Settings, State, Urls};
use pki::Time;
use pki::algorithm::sha256;
use std::collections::BTreeMap;

/// The settings with everything in them that decides a certificate: our addresses where the profile has none of its own.
#[must_use]
pub fn effective(settings: &Settings, ours: &Urls) -> Settings {
    let mut full = settings.clone();
    full.display_name.get_or_insert_with(|| settings.name.clone());
    let pairs = [
        (&mut full.crl_urls, &ours.crl),
        (&mut full.ocsp_urls, &ours.ocsp),
        (&mut full.ca_issuers_urls, &ours.ca_issuers),
    ];
    for (own, ours) in pairs.into_iter().filter(|(own, _)| own.is_empty()) {
        own.clone_from(ours);
    }
    full
}

/// Records, in one commit, every published profile that `wanted` picks and whose settings differ from its newest version.
/// Gives the new versions.
///
/// # Errors
/// [`ProfileError`].
pub async fn publish(
    store: &dyn Store,
    config: &Config,
    wanted: impl Fn(&Settings) -> bool,
    by: &str,
    now: Time,
) -> Result<Vec<ProfileVersion>, ProfileError> {
    let newest = newest(store.profile_versions(0).await?);
    let ours = crate::installation::urls(config);
    let published = config.profile_settings.iter().filter(|one| one.state == State::Published);
    let mut new = Vec::new();
    for settings in published.filter(|one| wanted(one)) {
        let settings = effective(settings, &ours);
        if newest.get(&settings.name).is_some_and(|row| says(row, &settings)) {
            continue;
        }
        let document = document::write(&settings);
        let digest = sha256(document.as_bytes());
        let name = settings.name;
        new.push(NewProfileVersion { name, document, digest, at: now, by: by.to_owned() });
    }
    if new.is_empty() { Ok(Vec::new()) } else { Ok(store.publish_profiles(new).await?) }
}

/// The newest version of each profile.
pub(super) fn newest(rows: Vec<ProfileVersion>) -> BTreeMap<String, ProfileVersion> {
    // In order: a later one takes the place of an earlier.
    rows.into_iter().map(|row| (row.name.clone(), row)).collect()
}

/// Whether the version says what these settings say. Settings are compared, not texts: one that a later program knows and that
/// has its default is no edit.
#[must_use]
pub fn says(row: &ProfileVersion, settings: &Settings) -> bool {
    let recorded = row.document.as_deref().and_then(|text| document::read(text).ok());
    recorded.is_some_and(|recorded| recorded == Settings { state: State::Published, ..settings.clone() })
}
