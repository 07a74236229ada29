//! After a crash: what the first commit recorded is signed and completed.
//!
//! A reservation says that these exact bytes may have been signed. Signing them again changes nothing (the serial is
//! the same, the content is the same), so the certificate that may exist becomes one that is known, and the device's
//! next try gets it. What cannot be finished any more is abandoned, with its reason.

use crate::authority::Authority;
use crate::clock::Clock;
use crate::fail_point::fail_point;
use crate::store::{Abandonment, AuditEvent, Completion, Store, StoreError, Unfinished};
use ca::issue::Ticket;
use ca::lints::{Context, Scope};
use pki::algorithm::Digest;

/// Reservations looked at in one go.
const PAGE: u32 = 500;

/// What was found and done.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Recovered {
    /// Certificates completed.
    pub finished: u64,
    /// Reservations given up.
    pub abandoned: u64,
}

/// Finishes every reservation that an earlier process left.
///
/// # Errors
/// The store's.
pub async fn recover(
    store: &dyn Store,
    authority: &Authority,
    clock: &dyn Clock,
) -> Result<Recovered, StoreError> {
    let mut recovered = Recovered::default();
    loop {
        // A minute ahead: nothing else reserves yet, and clocks may have been set back.
        let found = store.unfinished(clock.now().plus_seconds(60), PAGE).await?;
        if found.is_empty() {
            return Ok(recovered);
        }
        for one in &found {
            match finish(store, authority, clock, one).await? {
                Ok(()) => recovered.finished += 1,
                Err(reason) => {
                    let at = clock.now();
                    let (id, release_claims) = (one.id, false);
                    store.abandon(Abandonment { id, reason, at, release_claims }).await?;
                    recovered.abandoned += 1;
                }
            }
        }
    }
}

async fn finish(
    store: &dyn Store,
    authority: &Authority,
    clock: &dyn Clock,
    one: &Unfinished,
) -> Result<Result<(), String>, StoreError> {
    if one.issuer != authority.issuing.id {
        return Ok(Err("the CA that was to sign is not in use any more".into()));
    }
    let issuer = &authority.issuing.certificate;
    let context = Context { issuer, scope: Scope::EndEntity, profile: None, judged_key: None };
    let ticket = match Ticket::resume(one.tbs.clone(), hash_of(&one.tbs), &context) {
        Ok(ticket) => ticket,
        Err(fault) => return Ok(Err(fault.to_string())),
    };
    let issued = match authority.issuing.issue(ticket).await {
        Ok(issued) => issued,
        Err(fault) => return Ok(Err(fault.to_string())),
    };
    fail_point!("recovery_signed");
    let der = issued.certificate().der().to_vec();
    let event = AuditEvent::detail(serde_json::json!({ "by": "recovery" }).to_string());
    store.complete(Completion { id: one.id, der, at: clock.now(), event }).await?;
    fail_point!("recovery_completed");
    Ok(Ok(()))
}

/// The hash that the recorded bytes announce; SHA-256 where they announce none that is known.
fn hash_of(tbs: &[u8]) -> Digest {
    use pki::algorithm::{AlgorithmIdentifier, SignatureAlgorithm};
    use pki::der::{Reader, Tag};
    let announced = || -> Result<_, pki::der::Error> {
        let mut fields = Reader::only(tbs)?.open(Tag::SEQUENCE)?;
        fields.optional(Tag::constructed(0))?;
        fields.integer()?;
        AlgorithmIdentifier::read(&mut fields)
    };
    let named = announced().ok().and_then(|identifier| SignatureAlgorithm::from_oid(&identifier.oid));
    named.map_or(Digest::Sha256, SignatureAlgorithm::digest)
}
