//! Requests that wait for an approval.

use pki::Time;

use super::{AuditEvent, CertificateId, ClaimHash, KeyHash, TransactionHash};

/// The row of a held request; grows with time. 0 is before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct HeldId(pub i64);

/// What a request is held with: all that is needed to issue from it, and nothing else will be issued from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRequest {
    /// Which enrolment endpoint.
    pub endpoint: String,
    /// The transaction as the peer named it.
    pub transaction_id: String,
    /// What makes it the same transaction.
    pub transaction: TransactionHash,
    /// The key that signed the message: polls are answered to it alone.
    pub signer: KeyHash,
    /// The key to be certified.
    pub key: KeyHash,
    /// SHA-256 of the request's DER.
    pub csr_hash: [u8; 32],
    /// The request's DER.
    pub csr: Vec<u8>,
    /// RFC 4514 text of the subject.
    pub subject: String,
    /// The rule that asks.
    pub rule: String,
    /// Its sentence, for whoever decides.
    pub sentence: String,
    /// Who vouched: the validator's word, or `renewal`.
    pub by: String,
    /// Whether the validator vouched for a SID in the request.
    pub sid_vouched: bool,
    /// The challenge, which holds this request and no other.
    pub claim: Option<ClaimHash>,
    /// What the policy knew, as JSON.
    pub facts: String,
    /// When it was held.
    pub created_at: Time,
    /// Until when it can be approved and fetched.
    pub expires_at: Time,
}

/// A request about to be held.
#[derive(Clone, Debug)]
pub struct NewHeld {
    /// What is held.
    pub request: HeldRequest,
    /// How many may wait at its endpoint, this one included.
    pub most: u32,
    /// Becomes the audit row `request.held`.
    pub event: AuditEvent,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Holding {
    /// It waits, durably.
    New(HeldId),
    /// The same transaction was held before; nothing was written.
    Already(Box<Held>),
    /// Another request of this transactionID and signer can still become a certificate; nothing was written.
    AnotherWaits(HeldId),
    /// The challenge was spent, or holds another request; nothing was written.
    ChallengeSpent,
    /// So many wait at the endpoint that no other may; nothing was written.
    Full {
        /// How many.
        waiting: u32,
    },
}

/// How far a held request has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HeldState {
    /// Nobody has decided.
    Waiting,
    /// It may be fetched.
    Approved,
    /// It never becomes a certificate.
    Denied,
    /// It was not approved, or not fetched, in time.
    Expired,
}

impl HeldState {
    /// `waiting`, `approved`, `denied` or `expired`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            HeldState::Waiting => "waiting",
            HeldState::Approved => "approved",
            HeldState::Denied => "denied",
            HeldState::Expired => "expired",
        }
    }
}

/// A held request as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Its row.
    pub id: HeldId,
    /// What is held.
    pub request: HeldRequest,
    /// As recorded; [`Held::standing`] says how it is now.
    pub state: HeldState,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Time>,
    /// The certificate that came of it.
    pub certificate: Option<CertificateId>,
}

impl Held {
    /// How it is at `now`: what has a certificate stays approved, what is over its time is expired.
    #[must_use]
    pub fn standing(&self, now: Time) -> HeldState {
        let open = matches!(self.state, HeldState::Waiting | HeldState::Approved);
        if open && self.certificate.is_none() && self.request.expires_at <= now {
            return HeldState::Expired;
        }
        self.state
    }
}

/// Which held requests to list.
#[derive(Clone, Copy, Debug)]
pub struct HeldSearch {
    /// Only those that wait at this time.
    pub waiting_at: Option<Time>,
    /// After this row.
    pub after: HeldId,
    /// Rows at most.
    pub limit: u32,
}

/// A decision about a held request.
#[derive(Clone, Debug)]
pub struct HeldDecision {
    /// Which.
    pub id: HeldId,
    /// Whether it may become a certificate.
    pub approved: bool,
    /// Who decides; part of the audit row `request.approved` or `request.denied`.
    pub by: String,
    /// Now.
    pub at: Time,
}

/// What became of a decision.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decided {
    /// It counts from now on.
    Done,
    /// Nothing was written: it does not wait any more, but is this.
    Not(HeldState),
    /// There is no such request.
    Unknown,
}
