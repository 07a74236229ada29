//! What one enrolment goes by from its beginning to its end.

use super::{Asked, Enroller, Refused, Transaction};
use crate::stalled::Before;
use crate::store::Held;
use ca::profile::{CertificateProfile, ProfileSet, Purpose};
use ca::rejection::{AuthorityFault, Rejection, Shown};
use pki::Time;
use std::sync::Arc;
use tokio::time::Instant;

/// One request that is being decided.
pub(super) struct Case<'a> {
    pub(super) asked: Asked<'a>,
    pub(super) transaction: Transaction,
    /// Taken once, here: what is published meanwhile is the next request's (threat 42).
    pub(super) set: Arc<ProfileSet>,
    /// The endpoint's own of that set, by which the certificate is made unless the policy chooses another.
    pub(super) profile: CertificateProfile,
    pub(super) now: Time,
    pub(super) deadline: Instant,
    /// The approval by which it goes on.
    pub(super) held: Option<&'a Held>,
    /// What the device asked before.
    pub(super) before: Before,
}

impl Enroller {
    /// Takes the profile that the request's key usage means (M30), before anybody is asked about the request.
    pub(super) fn case<'a>(
        &self,
        asked: Asked<'a>,
        transaction: Transaction,
        deadline: Instant,
    ) -> Result<Case<'a>, Refused> {
        let set = self.profiles.current();
        let name = match asked.caller() {
            // Who asks by name names the profile; at this endpoint it is one of the slots' or none.
            Some(asker) => {
                let known = self.slots.names().find(|name| **name == asker.profile);
                known.ok_or_else(|| not_published(asker.profile.as_str()))?
            }
            None => self.slots.choose(Purpose::of(asked.request)).map_err(Rejection::from)?,
        };
        let profile = self.offered(&set, name.as_str())?;
        Ok(Case {
            asked,
            transaction,
            set,
            profile,
            now: self.clock.now(),
            deadline,
            held: None,
            before: Before::default(),
        })
    }

    /// The profile of this name as it is at this endpoint. One that is not offered issues nothing (M29).
    pub(super) fn offered(&self, set: &ProfileSet, name: &str) -> Result<CertificateProfile, Refused> {
        let found = set.find(name).ok().filter(|profile| profile.is_offered());
        let profile = found.ok_or_else(|| not_published(name))?;
        Ok(CertificateProfile { renewal: self.renewal, ..profile.clone() })
    }
}

fn not_published(name: &str) -> Refused {
    Rejection::from(AuthorityFault::ProfileNotPublished { profile: Shown::new(name) }).into()
}
