//! The audit chain, and what can be checked over the whole store.

use std::fmt;

use pki::Time;

use super::CertificateId;

/// What happened, for the chain. The text becomes part of the hash as it stands; no secrets.
#[derive(Clone, Debug)]
pub struct AuditEvent {
    /// `noun.verb`, for example `ca.created`. Operations that fix the verb themselves (reserve, complete, abandon,
    /// revoke) do not look at it.
    pub kind: String,
    /// A JSON value with the particulars: who, from where, why.
    pub detail: String,
}

impl AuditEvent {
    /// An event of this kind with these particulars (JSON).
    #[must_use]
    pub fn new(kind: &str, detail: String) -> AuditEvent {
        AuditEvent { kind: kind.to_owned(), detail }
    }

    /// Particulars alone, for an operation that fixes the kind itself.
    #[must_use]
    pub fn detail(detail: String) -> AuditEvent {
        AuditEvent { kind: String::new(), detail }
    }
}

/// The newest link of the chain. Before the first event: sequence 0 and 32 zero octets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AuditHead {
    /// Number of the last row; also the number of rows.
    pub sequence: u64,
    /// SHA-256(previous hash ‖ sequence, 8 octets big-endian ‖ at, 8 octets big-endian ‖ event).
    pub hash: [u8; 32],
}

/// One row of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditRow {
    /// 1, 2, 3… without gap.
    pub sequence: u64,
    /// When.
    pub at: Time,
    /// A JSON object: `event`, `certificate` where there is one, `detail`.
    pub event: String,
    /// The link, as in [`AuditHead`].
    pub hash: [u8; 32],
}

/// What a walk over the chain found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditVerdict {
    /// Unbroken up to this head.
    Sound(AuditHead),
    /// Not as it was written.
    Broken(AuditBreak),
}

/// Where the chain breaks first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AuditBreak {
    /// This number is missing.
    Gap(u64),
    /// This row's content does not give this row's hash.
    Changed(u64),
    /// The chain agrees with itself but not with the head known from elsewhere: it was rewritten or cut off.
    Head(u64),
}

impl AuditBreak {
    /// The number of the row at which it shows.
    #[must_use]
    pub fn row(self) -> u64 {
        let (AuditBreak::Gap(row) | AuditBreak::Changed(row) | AuditBreak::Head(row)) = self;
        row
    }
}

impl fmt::Display for AuditBreak {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            AuditBreak::Gap(row) => write!(f, "audit row {row} is missing"),
            AuditBreak::Changed(row) => write!(f, "audit row {row} is not as it was written"),
            AuditBreak::Head(row) => {
                write!(
                    f,
                    "audit row {row} is not the one known from elsewhere: the chain was rewritten or cut off"
                )
            }
        }
    }
}

/// Numbers for metrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Reservations ever made.
    pub certificates: u64,
    /// Reservations without outcome.
    pub unfinished: u64,
    /// Revoked or on hold.
    pub revoked: u64,
    /// Revocations, holds and releases ever made: a CRL made at an earlier number is not complete any more.
    pub revocation_changes: u64,
    /// Notifications to be sent.
    pub notifications_pending: u64,
    /// Notifications given up.
    pub notifications_dead: u64,
    /// Audit rows.
    pub audit: u64,
}

/// An invariant that the store can check by itself (I1 to I12 of the threat model).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// The database's own pages and references are sound; no row refers to what is missing (I12).
    Database,
    /// A serial is used once for each issuer, is positive and has at most 20 octets (I2).
    Serials,
    /// One certificate for each transaction (I5).
    Transactions,
    /// A spent challenge names the certificate that it was spent on (I5).
    Claims,
    /// No reservation older than this is without outcome (I11), and none has two.
    Reservations {
        /// The deadline.
        before: Time,
    },
    /// Every notification older than its deadline is accepted, dead, or its certificate is revoked (I6).
    Notifications {
        /// Now.
        now: Time,
    },
    /// CRL numbers strictly increase with time, and no two CRLs leave a gap in validity (I8).
    Crls,
    /// A held request became a certificate by an approval alone, which is on record; its challenge is nobody else's (I5).
    Held,
    /// One audit row `certificate.issued` for each issued certificate, and none without (I9).
    Issuance,
}

/// A row that breaks an invariant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The certificate concerned, where there is one.
    pub certificate: Option<CertificateId>,
    /// What is wrong, for the operator.
    pub what: String,
}
