//! A challenge made for one enrolment.

use super::challenge::ChallengeKey;
use super::identity::BoundIdentity;
use super::petition::{Petition, Voucher};
use super::refusal::Refusal;
use super::static_challenge::sha256;
use pki::Time;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

/// A one-time challenge as it was recorded.
#[derive(Clone, Debug)]
pub struct OneTime {
    /// The first moment at which it is no longer good.
    pub expires_at: Time,
    /// The endpoint where it is good.
    pub endpoint: String,
    /// The identity it is bound to; `None` leaves that to the request and the profile.
    pub constraint: Option<BoundIdentity>,
    /// Whether a certificate was made with it.
    pub spent: bool,
}

/// The record of one-time challenges did not answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the record of one-time challenges did not answer")]
pub struct BookUnavailable;

/// What [`ChallengeBook::find`] gives back.
pub type Found<'a> = Pin<Box<dyn Future<Output = Result<Option<OneTime>, BookUnavailable>> + Send + 'a>>;

/// Where one-time challenges are recorded, by their keyed hash.
///
/// Finding does not spend: that is the commit that reserves the certificate, which takes [`Voucher::claim`].
pub trait ChallengeBook: Send + Sync {
    /// The challenge of this hash, expired and spent ones included.
    fn find(&self, hash: [u8; 32]) -> Found<'_>;
}

/// Accepts challenges that stand in a book.
pub struct OneTimeChallenge {
    key: ChallengeKey,
    book: Arc<dyn ChallengeBook>,
}

impl fmt::Debug for OneTimeChallenge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OneTimeChallenge")
    }
}

impl OneTimeChallenge {
    /// `key` is the one that the book's hashes were made with.
    #[must_use]
    pub fn new(key: ChallengeKey, book: Arc<dyn ChallengeBook>) -> Self {
        Self { key, book }
    }

    pub(super) async fn judge(&self, petition: &Petition<'_>) -> Result<Voucher, Refusal> {
        let challenge = petition.required_challenge()?;
        let hash = self.key.hash(challenge.expose()).0;
        let found = tokio::time::timeout_at(petition.deadline, self.book.find(hash)).await;
        let entry = found
            .map_err(|_| Refusal::book_unavailable())?
            .map_err(|BookUnavailable| Refusal::book_unavailable())?
            .ok_or_else(|| Refusal::challenge_wrong("No such one-time challenge was ever made here."))?;
        check(&entry, petition)?;
        let sid_vouched = entry.constraint.as_ref().is_some_and(BoundIdentity::names_sid);
        let request = sha256(petition.csr);
        Ok(Voucher { by: "one_time", request, claim: Some(hash), sid_vouched, bound: entry.constraint })
    }
}

/// The endpoint first: at another endpoint nothing else about the challenge is told.
fn check(entry: &OneTime, petition: &Petition<'_>) -> Result<(), Refusal> {
    if entry.endpoint != petition.endpoint {
        return Err(Refusal::made_for("endpoint", &entry.endpoint, petition.endpoint));
    }
    if entry.spent {
        return Err(Refusal::challenge_spent());
    }
    if petition.now >= entry.expires_at {
        return Err(Refusal::challenge_expired(entry.expires_at, petition.now));
    }
    let (subject, names) = (petition.subject, petition.alternative_names);
    match entry.constraint.as_ref().filter(|bound| !bound.matches(subject, names)) {
        Some(bound) => Err(Refusal::other_identity(bound, subject, names)),
        None => Ok(()),
    }
}
