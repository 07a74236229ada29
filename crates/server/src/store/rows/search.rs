//! What is searched for, and what is found.

use pki::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AuditRow, CertificateId, Named, Revocation};

/// How a certificate stood when the index last looked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EntryStatus {
    /// Neither of the others; it may be over.
    Good,
    /// On hold.
    Held,
    /// Revoked for good.
    Revoked,
}

/// Whether a certificate names a SID.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SidInEntry {
    /// Nobody signs in with it: it is not for client authentication.
    NotAsked,
    /// It does.
    Named,
    /// It does not.
    Missing,
}

/// An issued certificate as the index knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its row.
    pub id: CertificateId,
    /// Contents of the DER INTEGER.
    pub serial: Vec<u8>,
    /// Of the certificate.
    pub sha1: [u8; 20],
    /// Of the certificate.
    pub sha256: [u8; 32],
    /// RFC 4514 text of the subject.
    pub subject: String,
    /// Alternative names, one a line.
    pub names: String,
    /// What a directory called device and user, one a line.
    pub called: String,
    /// Name of the certificate profile.
    pub profile: String,
    /// Which enrolment endpoint.
    pub endpoint: String,
    /// Who vouched for the request.
    pub requester: Option<String>,
    /// The device that it names.
    pub device: Option<String>,
    /// The user that it names.
    pub user: Option<String>,
    /// First second of validity.
    pub not_before: Time,
    /// Last second of validity.
    pub not_after: Time,
    /// When it was signed.
    pub issued_at: Time,
    /// How it stood.
    pub status: EntryStatus,
    /// Whether it names a SID.
    pub sid: SidInEntry,
}

impl Entry {
    /// Whom it names.
    #[must_use]
    pub fn holder(&self, named: Named) -> Option<&str> {
        match named {
            Named::Device => self.device.as_deref(),
            Named::User => self.user.as_deref(),
        }
    }

    /// From when on a device renews it: when a fifth of its life is left, as Intune writes into profiles unless told otherwise.
    #[must_use]
    pub fn renew_at(&self) -> Time {
        let life = self.not_after.unix().saturating_sub(self.not_before.unix());
        self.not_after.plus_seconds(-(life / 5))
    }
}

/// What the status shall be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StatusSought {
    /// Neither revoked nor on hold nor over.
    Good,
    /// On hold.
    Held,
    /// Revoked for good.
    Revoked,
    /// Over, and neither revoked nor on hold.
    Expired,
}

/// Certificates to find. What is absent may be anything.
#[derive(Clone, Debug, Default)]
pub struct Sought {
    /// Words; each stands in the subject, an alternative name, the holder or its name, or begins the serial number or a thumbprint.
    pub words: Vec<String>,
    /// Hexadecimal digits that the serial number begins with.
    pub serial: Option<String>,
    /// Hexadecimal digits that the SHA-1 or SHA-256 thumbprint begins with.
    pub thumbprint: Option<String>,
    /// Part of the subject.
    pub subject: Option<String>,
    /// Part of the alternative names.
    pub san: Option<String>,
    /// The device, letter case ignored.
    pub device: Option<String>,
    /// The user, letter case ignored.
    pub user: Option<String>,
    /// Who vouched.
    pub requester: Option<String>,
    /// The certificate profile.
    pub profile: Option<String>,
    /// The endpoint.
    pub endpoint: Option<String>,
    /// The status.
    pub status: Option<StatusSought>,
    /// Over not before this.
    pub ends_from: Option<Time>,
    /// Over before this.
    pub ends_before: Option<Time>,
    /// Issued not before this.
    pub issued_from: Option<Time>,
    /// Issued before this.
    pub issued_before: Option<Time>,
    /// Of each device, or each user, the newest alone.
    pub newest_of: Option<Named>,
}

/// A place in a list of certificates.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Place {
    /// After this row, newest first.
    Row(i64),
    /// After this row, by the end of validity (Unix seconds).
    End(i64, i64),
    /// After this row, by the time of issue (Unix seconds), newest first.
    Issue(i64, i64),
}

/// Which page.
#[derive(Clone, Copy, Debug)]
pub struct PageSought {
    /// Rows at most.
    pub limit: u32,
    /// `None` for the first page.
    pub after: Option<Place>,
    /// Now.
    pub now: Time,
}

/// A certificate that was found. Its status is the store's, read with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// As the index has it.
    pub entry: Entry,
    /// Whether it is revoked or on hold.
    pub revocation: Option<Revocation>,
}

/// A page of what was found. Rows looked at for one page are bounded: it may be short, even empty, while there is a next.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Rows.
    pub hits: Vec<Hit>,
    /// Where it goes on.
    pub next: Option<Place>,
}

/// How one certificate took the place of another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReplacedBy {
    /// The request was signed with the older one's key.
    Renewal,
    /// The same holder got another of the same profile.
    SameHolder,
}

/// The neighbours of a certificate in the life of its holder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Relatives {
    /// The one that it replaced.
    pub older: Option<(CertificateId, ReplacedBy)>,
    /// The one that replaced it.
    pub newer: Option<(CertificateId, ReplacedBy)>,
}

/// What became of an enrolment, as a row of the audit tells it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// A certificate.
    Issued,
    /// A refusal.
    Refused,
    /// It waits for an approval.
    Held,
}

impl Outcome {
    /// Of a row of that kind.
    #[must_use]
    pub fn of(event: &str) -> Option<Outcome> {
        match event {
            "certificate.issued" => Some(Outcome::Issued),
            "request.refused" => Some(Outcome::Refused),
            "request.held" => Some(Outcome::Held),
            _ => None,
        }
    }

    /// `issued`, `refused` or `held`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Outcome::Issued => "issued",
            Outcome::Refused => "refused",
            Outcome::Held => "held",
        }
    }
}

/// Rows of the audit to find. What is absent may be anything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TrailSought {
    /// The kind of event.
    pub event: Option<String>,
    /// The certificate concerned.
    pub certificate: Option<CertificateId>,
    /// Whole words of the particulars or, where a certificate is concerned, of its names.
    pub words: Option<String>,
    /// Only what became of enrolments.
    pub enrolments: bool,
    /// What became of the enrolment.
    pub outcome: Option<Outcome>,
    /// The code of a refusal.
    pub code: Option<String>,
    /// The endpoint.
    pub endpoint: Option<String>,
    /// The SCEP transactionID.
    pub transaction: Option<String>,
    /// Before this row; `None` for the newest.
    pub before: Option<u64>,
    /// Rows at most.
    pub limit: u32,
}

/// Rows of the audit that were found, newest first.
#[derive(Clone, Debug, Default)]
pub struct Trail {
    /// Rows.
    pub rows: Vec<AuditRow>,
    /// The row to go on before.
    pub next: Option<u64>,
}

/// How far the index is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Followed {
    /// Rows of the audit that were followed now.
    pub rows: u64,
    /// Rows that are left.
    pub behind: u64,
}

/// Certificates that end on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Expiries {
    /// Days since 1970, in UTC.
    pub day: i64,
    /// Name of the certificate profile.
    pub profile: String,
    /// How they stand.
    pub status: EntryStatus,
    /// Whether they name a SID.
    pub sid: SidInEntry,
    /// How many.
    pub count: u64,
}

/// Sums over the whole store.
#[derive(Clone, Debug, Default)]
pub struct Numbers {
    /// Rows of the audit that are not in them.
    pub behind: u64,
    /// By the day of their end. Those of today are split: day 0 is what is over already.
    pub endings: Vec<Expiries>,
    /// Issued, by minutes since 1970, over the last 30 days.
    pub issued: Vec<(i64, u64)>,
    /// Refusals by code, over the last seven days.
    pub refused: Vec<(String, u64)>,
}

/// What will be renewed.
#[derive(Clone, Debug, Default)]
pub struct Forecast {
    /// By days since 1970: certificates that may be renewed from then on.
    pub opening: Vec<(i64, u64)>,
    /// Past that time, not replaced, not over; counted up to 10,000.
    pub at_risk: u64,
    /// A page of these, by their end.
    pub found: Found,
}
