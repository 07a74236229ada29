//! One-time challenges that this CA handed out itself.

use pki::Time;

use super::{CertificateId, ClaimHash};

/// A one-time challenge about to be recorded.
#[derive(Clone, Debug)]
pub struct NewChallenge {
    /// Its hash; the reservation that spends it names the same hash in its claims.
    pub hash: ClaimHash,
    /// The endpoint where it is good.
    pub endpoint: String,
    /// The identity that it is bound to, as JSON; `None` leaves the identity to the request.
    pub identity: Option<String>,
    /// When it stops being good.
    pub expires_at: Time,
    /// Now.
    pub created_at: Time,
    /// For people.
    pub note: String,
}

/// A one-time challenge as recorded.
#[derive(Clone, Debug)]
pub struct Challenge {
    /// Its hash.
    pub hash: ClaimHash,
    /// The endpoint where it is good.
    pub endpoint: String,
    /// The identity that it is bound to, as JSON.
    pub identity: Option<String>,
    /// When it stops being good.
    pub expires_at: Time,
    /// When it was made.
    pub created_at: Time,
    /// For people.
    pub note: String,
    /// The certificate that it was spent on.
    pub spent_on: Option<CertificateId>,
}
