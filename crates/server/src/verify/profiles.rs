//! The versions of certificate profiles that certificates remember.

use super::report::{Invariant, Report};
use crate::profiles::document;
use crate::store::{Store, StoreError, Stored};
use ca::profile::CertificateProfile;
use std::collections::HashMap;

/// By profile and version; `None` where there is no text that its certificates could be held against.
#[derive(Clone)]
pub(super) struct Versions {
    known: HashMap<(String, u32), Option<CertificateProfile>>,
    seen: u64,
    shards: u16,
}

/// What a certificate is to be held against.
pub(super) enum Rules<'a> {
    /// The rules of its version.
    Of(&'a CertificateProfile),
    /// Nobody kept the text, or it is told as a finding of its own.
    NotKept,
    /// Its version was never recorded.
    Unknown,
}

impl Versions {
    pub(super) async fn none(store: &dyn Store) -> Result<Versions, StoreError> {
        let shards = store.meta("crl-shards").await?.and_then(|text| text.parse().ok()).unwrap_or(1);
        Ok(Versions { known: HashMap::new(), seen: 0, shards })
    }

    /// Reads what was recorded since. A version is there before its first certificate: called after certificates were read, this
    /// knows all of theirs, whatever a server does meanwhile.
    pub(super) async fn follow(&mut self, store: &dyn Store, report: &mut Report) -> Result<(), StoreError> {
        for row in store.profile_versions(self.seen).await? {
            report.looked_at(Invariant::References, 1);
            let profile = document::believe(&row, self.shards).unwrap_or_else(|why| {
                report.found(Invariant::References, why.to_string());
                None
            });
            self.seen = row.sequence;
            self.known.insert((row.name, row.version), profile);
        }
        Ok(())
    }

    pub(super) fn of(&self, one: &Stored) -> Rules<'_> {
        match self.known.get(&(one.profile.clone(), one.profile_version)) {
            Some(Some(profile)) => Rules::Of(profile),
            Some(None) => Rules::NotKept,
            None => Rules::Unknown,
        }
    }
}
