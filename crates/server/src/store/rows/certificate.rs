//! Certificates from reservation to revocation.

use crate::standing::Rule;
use pki::Time;

use super::{
    AuditEvent, AuthorityId, Binding, CertificateId, ClaimHash, HeldId, KeyHash, NewNotification,
    NotificationState, TransactionHash,
};

/// The first commit: everything that must be known before a key is touched.
#[derive(Clone, Debug)]
pub struct Reservation {
    /// Who will sign.
    pub issuer: AuthorityId,
    /// Contents of the DER INTEGER, at most 20 octets. Begin it with a time-ordered prefix: the index is then appended to.
    pub serial: Vec<u8>,
    /// Exactly the bytes to be signed, a DER `TBSCertificate`. It names the signature algorithm (RFC 5280 §4.1.2.3).
    pub tbs: Vec<u8>,
    /// Name of the certificate profile.
    pub profile: String,
    /// Which edition of the profile.
    pub profile_version: u32,
    /// Which enrolment endpoint.
    pub endpoint: String,
    /// The transaction as the peer named it.
    pub transaction_id: String,
    /// What makes it the same transaction.
    pub transaction: TransactionHash,
    /// SHA-256 of the request's DER.
    pub csr_hash: [u8; 32],
    /// The request's DER, for later checks. `None` where it holds a secret that stays good (a static challenge).
    pub csr: Option<Vec<u8>>,
    /// The key to be certified.
    pub key: KeyHash,
    /// RFC 4514 text of the subject.
    pub subject: String,
    /// First second of validity.
    pub not_before: Time,
    /// Last second of validity.
    pub not_after: Time,
    /// Now.
    pub at: Time,
    /// At a renewal, the certificate replaced.
    pub supersedes: Option<CertificateId>,
    /// Challenges that this certificate spends; each can be spent once.
    pub claims: Vec<ClaimHash>,
    /// The held request whose approval this uses. A transaction that was held is reserved by its approval alone.
    pub held: Option<HeldId>,
    /// Refuse a key that another subject's certificate holds.
    pub one_subject_per_key: bool,
    /// How many certificates this subject may have got at this endpoint.
    pub quota: Option<Quota>,
    /// Whom to tell once it is issued.
    pub notification: Option<NewNotification>,
    /// Whom it names, for its status to follow.
    pub bindings: Vec<Binding>,
    /// Becomes the audit row `certificate.reserved`.
    pub event: AuditEvent,
}

/// A limit on the certificates of one subject at one endpoint (threat 33). Those that were reserved without a quota and those
/// that were given up do not count.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Under whom the certificate counts: its subject, or its alternative names where that is empty.
    pub of: String,
    /// That many, this one included.
    pub most: u32,
    /// Those reserved after this time count.
    pub since: Time,
    /// And until this time: what a clock that ran ahead has recorded must lock nobody out.
    pub until: Time,
}

/// What became of a reservation.
#[derive(Clone, Debug)]
pub enum Reserved {
    /// Durable: the key may be used on exactly these bytes.
    New(CertificateId),
    /// The same transaction was here before; nothing was written.
    Already(Box<Stored>),
    /// One of the challenges was spent on this other certificate; nothing was written.
    ChallengeSpent {
        /// The certificate that it was spent on.
        by: CertificateId,
    },
    /// One of the challenges holds another request, which waits, was denied or has expired; nothing was written.
    ChallengeHeld,
    /// The transaction was held and has no approval that holds for these octets; nothing was written.
    NotApproved,
    /// The subject has as many as its quota allows; nothing was written.
    QuotaReached {
        /// How many it got.
        issued: u32,
    },
    /// This issuer has used the serial; nothing was written. Draw another.
    SerialTaken,
    /// A certificate with this key was revoked for keyCompromise (RFC 5280 §5.3.1); nothing was written.
    KeyCompromised {
        /// That certificate.
        by: CertificateId,
    },
    /// Another subject's certificate holds this key; nothing was written.
    KeyHeldByOther {
        /// That certificate.
        by: CertificateId,
        /// Its subject.
        subject: String,
    },
}

/// The second commit.
#[derive(Clone, Debug)]
pub struct Completion {
    /// From [`Reserved::New`].
    pub id: CertificateId,
    /// The whole certificate.
    pub der: Vec<u8>,
    /// Now.
    pub at: Time,
    /// Becomes the audit row `certificate.issued`.
    pub event: AuditEvent,
}

/// A reservation that will not be signed.
#[derive(Clone, Debug)]
pub struct Abandonment {
    /// From [`Reserved::New`] or [`Unfinished`].
    pub id: CertificateId,
    /// One sentence for the operator.
    pub reason: String,
    /// Now.
    pub at: Time,
    /// Give the challenges back, where it is sure that the key was not used.
    pub release_claims: bool,
}

/// A reservation without outcome.
#[derive(Clone, Debug)]
pub struct Unfinished {
    /// Its row.
    pub id: CertificateId,
    /// Who was to sign.
    pub issuer: AuthorityId,
    /// What was to be signed.
    pub tbs: Vec<u8>,
    /// Since when.
    pub reserved_at: Time,
}

/// How far a certificate has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// First commit done. It may have been signed, nobody has it.
    Reserved,
    /// Second commit done.
    Issued {
        /// When.
        at: Time,
        /// The whole certificate.
        der: Vec<u8>,
    },
    /// Closed without signature.
    Abandoned {
        /// When.
        at: Time,
        /// Why, for the operator.
        reason: String,
    },
}

/// A certificate as the store knows it.
#[derive(Clone, Debug)]
pub struct Stored {
    /// Its row.
    pub id: CertificateId,
    /// Who signs.
    pub issuer: AuthorityId,
    /// Contents of the DER INTEGER.
    pub serial: Vec<u8>,
    /// How far it has come.
    pub state: State,
    /// Whether it is revoked or on hold.
    pub revocation: Option<Revocation>,
    /// State of its notification, if one was asked for.
    pub notification: Option<NotificationState>,
    /// Exactly what was to be signed.
    pub tbs: Vec<u8>,
    /// Name of the certificate profile.
    pub profile: String,
    /// Which edition of the profile.
    pub profile_version: u32,
    /// Which enrolment endpoint.
    pub endpoint: String,
    /// The transaction as the peer named it.
    pub transaction_id: String,
    /// What makes it the same transaction.
    pub transaction: TransactionHash,
    /// SHA-256 of the request's DER.
    pub csr_hash: [u8; 32],
    /// The certified key.
    pub key: KeyHash,
    /// RFC 4514 text of the subject.
    pub subject: String,
    /// First second of validity.
    pub not_before: Time,
    /// Last second of validity.
    pub not_after: Time,
    /// When the first commit was made.
    pub reserved_at: Time,
    /// At a renewal, the certificate replaced.
    pub supersedes: Option<CertificateId>,
}

impl Stored {
    /// The whole certificate, once it is issued.
    #[must_use]
    pub fn der(&self) -> Option<&[u8]> {
        match &self.state {
            State::Issued { der, .. } => Some(der),
            State::Reserved | State::Abandoned { .. } => None,
        }
    }
}

/// Which certificates to list.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// Only those whose subject contains this, letter case of ASCII ignored.
    pub subject: Option<String>,
    /// Only those of this endpoint.
    pub endpoint: Option<String>,
    /// Only those revoked or on hold.
    pub revoked: bool,
    /// After this row; the last id of a page asks for the next one.
    pub after: CertificateId,
    /// Rows at most.
    pub limit: u32,
}

/// A revocation as asked for.
#[derive(Clone, Debug)]
pub struct NewRevocation {
    /// Who signed.
    pub issuer: AuthorityId,
    /// Contents of the DER INTEGER.
    pub serial: Vec<u8>,
    /// RFC 5280 §5.3.1: 0 to 6, 9, 10; 8 (removeFromCRL) releases a hold.
    pub reason: u8,
    /// The revocation date.
    pub at: Time,
    /// In whose name. A release ends this rule's hold alone.
    pub rule: Rule,
    /// Becomes the audit row `certificate.revoked`, `.held` or `.released`.
    pub event: AuditEvent,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revoked {
    /// Revoked, or held, from now on.
    Done,
    /// It was so before; the older date and reason stay.
    Already(Revocation),
    /// The hold is over.
    Released,
    /// This hold is over, and another rule still holds the certificate.
    StillHeld,
    /// There was no hold to end.
    NotHeld,
    /// No such serial.
    Unknown,
}

/// A revocation as recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Revocation {
    /// The revocation date.
    pub at: Time,
    /// RFC 5280 §5.3.1.
    pub reason: u8,
}

/// One line of a CRL to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedSerial {
    /// The certificate; also the cursor for the next page.
    pub id: CertificateId,
    /// Contents of the DER INTEGER.
    pub serial: Vec<u8>,
    /// The revocation date.
    pub at: Time,
    /// RFC 5280 §5.3.1.
    pub reason: u8,
    /// So that a CRL may leave out what expired before the CRL before it (RFC 5280 §3.3).
    pub not_after: Time,
}

/// What is to be said of a certificate that was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Neither revoked nor on hold; it may have expired.
    Good,
    /// Revoked or on hold.
    Revoked(Revocation),
}

/// A certificate whose status is another than before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusChange {
    /// Where it stands among all changes: 1, 2, 3…
    pub sequence: u64,
    /// Who signed the certificate.
    pub issuer: AuthorityId,
    /// Contents of the DER INTEGER.
    pub serial: Vec<u8>,
}
