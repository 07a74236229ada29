//! Who a certificate names, what a directory says of them, and why a certificate is not good.

use super::{AuthorityId, CertificateId};
use crate::standing::{Kind, Record, Rule};
use pki::Time;

/// The row of a record of the directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordId(pub i64);

/// What kind of thing a certificate names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Named {
    /// A device, by its id in Intune or in Entra.
    Device,
    /// A user, by the user principal name.
    User,
}

/// Whom a certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Binding {
    /// Device or user.
    pub named: Named,
    /// The directory that knows them.
    pub source: String,
    /// In lower case.
    pub key: String,
    /// Where the name stands, or who said so.
    pub evidence: String,
    /// The record that it means, once one was found.
    pub record: Option<RecordId>,
}

/// A rule that says that a certificate is not good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ground {
    /// Which.
    pub rule: Rule,
    /// Since when.
    pub at: Time,
    /// RFC 5280 §5.3.1; 6 (certificateHold) can end.
    pub reason: u8,
    /// Why, in one sentence.
    pub said: String,
}

/// A certificate that names somebody, with all that its standing follows from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Bound {
    /// Its row.
    pub id: CertificateId,
    /// Which enrolment endpoint: its switches apply.
    pub endpoint: String,
    /// When it was asked for.
    pub made_at: Time,
    /// Whom it names.
    pub bindings: Vec<Binding>,
    /// Why it is not good.
    pub grounds: Vec<Ground>,
}

/// Which of them to read; those that are issued and not expired.
#[derive(Clone, Debug)]
pub enum Whom {
    /// All after this row.
    All {
        /// 0 for the first page.
        after: CertificateId,
        /// Rows at most.
        limit: u32,
    },
    /// Those after this row whose name no record was found for yet.
    Unfound {
        /// 0 for the first page.
        after: CertificateId,
        /// Rows at most.
        limit: u32,
    },
    /// Those that name one of these, by its row or by a key.
    These {
        /// Rows.
        records: Vec<RecordId>,
        /// Keys of the directory `source`.
        keys: Vec<String>,
    },
}

/// What became of the rules that were asked about one certificate.
#[derive(Clone, Debug)]
pub struct Ruling {
    /// The certificate.
    pub id: CertificateId,
    /// The rules that were asked: one without a ground ends its hold.
    pub asked: &'static [Rule],
    /// What they say.
    pub grounds: Vec<Ground>,
    /// Bindings whose record was found.
    pub found: Vec<(Named, RecordId)>,
}

/// A certificate whose successor was issued.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupersededRow {
    /// Its row.
    pub id: CertificateId,
    /// Who signed.
    pub issuer: AuthorityId,
    /// Which enrolment endpoint issued the successor.
    pub endpoint: String,
    /// When the successor was issued.
    pub since: Time,
    /// The successor's serial number.
    pub by: Vec<u8>,
}

/// A record as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredRecord {
    /// Its row.
    pub id: RecordId,
    /// What is said.
    pub record: Record,
}

impl Named {
    /// The kinds of record that such a name can mean.
    #[must_use]
    pub fn kinds(self) -> &'static [Kind] {
        match self {
            Named::Device => &[Kind::Managed, Kind::Device],
            Named::User => &[Kind::User],
        }
    }

    /// `device` or `user`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Named::Device => "device",
            Named::User => "user",
        }
    }
}
