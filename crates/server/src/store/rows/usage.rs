//! Requests in callers' own names, certificates seen in use, conversations that stalled.

use pki::Time;

use super::{AuditEvent, KeyHash, TransactionHash};

/// Somebody asks for a certificate by name.
#[derive(Clone, Debug)]
pub struct NewAsked {
    /// The transaction's id, 32 hexadecimal digits; nobody can guess it.
    pub id: String,
    /// What makes it the same transaction.
    pub transaction: TransactionHash,
    /// The key to be certified.
    pub key: KeyHash,
    /// Which endpoint.
    pub endpoint: String,
    /// Which certificate profile.
    pub profile: String,
    /// Who, as the audit names them.
    pub asked_by: String,
    /// Whom that comes down to: a person's token is that person.
    pub identity: String,
    /// RFC 4514 text of the subject that is asked for.
    pub subject: String,
    /// Whether the key was made here.
    pub server_key: bool,
    /// Becomes the audit row `request.asked`.
    pub event: AuditEvent,
    /// Now.
    pub at: Time,
}

/// Why nothing came of a request; nothing in it is secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `CHY-` and four digits.
    pub code: String,
    /// One sentence that anybody may read.
    pub sentence: String,
    /// What to do about it.
    pub fix: String,
}

/// A request as recorded. What became of it is asked by its transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AskedRequest {
    /// Grows with time.
    pub number: i64,
    /// As in [`NewAsked`].
    pub id: String,
    /// As in [`NewAsked`].
    pub transaction: TransactionHash,
    /// As in [`NewAsked`].
    pub key: KeyHash,
    /// As in [`NewAsked`].
    pub endpoint: String,
    /// As in [`NewAsked`].
    pub profile: String,
    /// As in [`NewAsked`].
    pub asked_by: String,
    /// As in [`NewAsked`].
    pub identity: String,
    /// As in [`NewAsked`].
    pub subject: String,
    /// As in [`NewAsked`].
    pub server_key: bool,
    /// When it was asked.
    pub at: Time,
    /// Why it was refused, if it was.
    pub verdict: Option<Verdict>,
}

/// Which requests to list.
#[derive(Clone, Debug, Default)]
pub struct AskedSearch {
    /// Only those of this identity.
    pub identity: Option<String>,
    /// Only those older than this [`AskedRequest::number`].
    pub before: Option<i64>,
    /// Rows at most.
    pub limit: u32,
}

/// A certificate was seen in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seen {
    /// Contents octets of its serial number.
    pub serial: Vec<u8>,
    /// By whom: `ocsp`, or the word that a program gave.
    pub by: String,
    /// When.
    pub at: Time,
}

/// When a certificate was seen in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sighting {
    /// The first time.
    pub first_at: Time,
    /// By whom.
    pub first_by: String,
    /// The last time, to the hour.
    pub last_at: Time,
    /// By whom.
    pub last_by: String,
}

/// Conversations of one peer that stalled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewStalled {
    /// Which endpoint.
    pub endpoint: String,
    /// From where.
    pub address: String,
    /// What it calls itself; foreign text, cut.
    pub user_agent: String,
    /// How far it came: the word of `stalled::Reason`.
    pub reason: String,
    /// How many conversations.
    pub count: u32,
    /// The first of them.
    pub first_at: Time,
    /// The last of them.
    pub last_at: Time,
    /// What was seen beside, as JSON, for the ranking of causes.
    pub seen: String,
}

/// Conversations of one peer that stalled, as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stalled {
    /// The row.
    pub id: i64,
    /// As recorded; counts and times are of all of them, `seen` of the latest.
    pub row: NewStalled,
}

/// Which of them to list.
#[derive(Clone, Debug, Default)]
pub struct StalledSearch {
    /// Only those of this endpoint.
    pub endpoint: Option<String>,
    /// After this row in the order of the list: its time and its id.
    pub after: Option<(Time, i64)>,
    /// Rows at most.
    pub limit: u32,
}
