//! What goes in and what comes out: the rows of the store as values.

mod audit;
mod authority;
mod certificate;
mod challenge;
mod crl;
mod held;
mod notification;
mod person;
mod profile;
mod repetition;
mod search;
mod standing;
mod token;
mod usage;
mod webhook;

pub use audit::{AuditBreak, AuditEvent, AuditHead, AuditRow, AuditVerdict, Check, Counts, Fault};
pub use authority::{Authority, AuthorityRole, NewAuthority};
pub use certificate::{
    Abandonment, Completion, NewRevocation, Quota, Reservation, Reserved, Revocation, Revoked, RevokedSerial,
    Search, State, Status, StatusChange, Stored, Unfinished,
};
pub use challenge::{Challenge, NewChallenge};
pub use crl::Crl;
pub use held::{Decided, Held, HeldDecision, HeldId, HeldRequest, HeldSearch, HeldState, Holding, NewHeld};
pub use notification::{Attempt, NewNotification, Notification, NotificationSearch, NotificationState};
pub use person::{
    Credential, Elsewhere, Failures, Invitation, LinkHash, NewPerson, NewSession, Passkey, PasswordRow,
    Person, PersonChange, PersonChanged, PersonId, Session, SessionHash, SessionId,
};
pub use profile::{NewProfileVersion, ProfileVersion};
pub use repetition::{Begun, KeptAnswer, NewRepetition, OnceKey};
pub use search::{
    Entry, EntryStatus, Expiries, Followed, Forecast, Found, Hit, Numbers, Outcome, PageSought, Place,
    Relatives, ReplacedBy, SidInEntry, Sought, StatusSought, Trail, TrailSought,
};
pub use standing::{Binding, Bound, Ground, Named, RecordId, Ruling, StoredRecord, SupersededRow, Whom};
pub use token::{NewToken, Token, TokenStanding};
pub use usage::{
    AskedRequest, AskedSearch, NewAsked, NewStalled, Seen, Sighting, Stalled, StalledSearch, Verdict,
};
pub use webhook::{
    Delivery, DeliveryAttempt, DeliveryId, DeliveryNext, DeliveryState, Expiring, NewDelivery, NewWebhook,
    Posting, Webhook, WebhookAdded, WebhookId,
};

/// The row of an authority.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AuthorityId(pub i64);

/// The row of a certificate, from its reservation on; grows with time. 0 is before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct CertificateId(pub i64);

/// The row of a notification; grows with time. 0 is before the first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct NotificationId(pub i64);

/// SHA-256 of a `SubjectPublicKeyInfo` (DER).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyHash(pub [u8; 32]);

/// SHA-256 over endpoint, transaction id, request and signer's key: what "the same transaction" means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TransactionHash(pub [u8; 32]);

/// SHA-256 (or HMAC) of a challenge within its scope; the challenge itself is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClaimHash(pub [u8; 32]);

/// SHA-256 of an API token; the token itself is never stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenHash(pub [u8; 32]);
