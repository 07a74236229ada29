//! What the routes answer, as typed values. Times are RFC 3339 text in UTC, serial numbers and thumbprints hexadecimal in capitals.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::http::Page;
use crate::store::Outcome;

/// How a certificate stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// Neither of the others.
    Good,
    /// On hold, which can end.
    Held,
    /// Revoked for good, whether it would have ended by now or not.
    Revoked,
    /// Its time is over.
    Expired,
}

/// A certificate in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateRow {
    /// Its serial number.
    pub serial: String,
    /// RFC 4514 text; empty where only alternative names say who it is.
    pub subject: String,
    /// Alternative names, each with its kind: `dns:host.example`, `upn:…`, `uri:…`, `email:…`, `ip:…`.
    pub names: Vec<String>,
    /// How it stands now.
    pub status: Standing,
    /// Certificate profile.
    pub profile: String,
    /// Enrolment endpoint.
    pub endpoint: String,
    /// The device that it names, if any, in lower case.
    pub device: Option<String>,
    /// The user that it names, if any, in lower case.
    pub user: Option<String>,
    /// Who vouched for the request: the validator's word, or `renewal`.
    pub requested_by: Option<String>,
    /// First second of validity.
    pub not_before: String,
    /// Last second of validity.
    pub not_after: String,
    /// When it was signed.
    pub issued_at: String,
    /// When it was revoked or held.
    pub revoked_at: Option<String>,
    /// Why, in RFC 5280's words.
    pub reason: Option<String>,
}

/// An object identifier, with its usual name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Purpose {
    /// Dotted.
    pub oid: String,
    /// `Client Authentication` and the like, where it has one.
    pub name: Option<String>,
}

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateKey {
    /// `RSA`, `P-256`, `P-384`, `P-521`, `Ed25519` or `other`.
    pub kind: String,
    /// Bits.
    pub bits: usize,
    /// SHA-256 of its SubjectPublicKeyInfo, hexadecimal.
    pub sha256: String,
}

/// A rule that speaks against a certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Against {
    /// Which.
    pub rule: String,
    /// Since when.
    pub since: String,
    /// In RFC 5280's words.
    pub reason: Option<String>,
    /// In one sentence.
    pub because: String,
    /// Whether it cannot end.
    pub permanent: bool,
}

/// One thing that a directory says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct KnownFact {
    /// What about.
    pub fact: String,
    /// Text, or true or false.
    pub value: Value,
    /// When it was first found so.
    pub since: String,
}

/// What a directory knows of a device or user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Known {
    /// The directory.
    pub directory: String,
    /// `managed`, `device` or `user`.
    pub kind: String,
    /// Its id there.
    pub object: String,
    /// What people call it.
    pub name: Option<String>,
    /// `operatingSystem`, in the directory's words.
    pub system: Option<String>,
    /// `company` or `personal`.
    pub ownership: Option<String>,
    /// Facts with their times.
    pub facts: Vec<KnownFact>,
}

/// Whom a certificate names, and what says so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateName {
    /// `device` or `user`.
    pub kind: String,
    /// In lower case.
    pub key: String,
    /// Where the name stands, or who said so.
    pub evidence: String,
    /// The directory that the certificate's status follows; `null` where no directory is asked.
    pub directory: Option<String>,
}

/// Another certificate, to go to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateLink {
    /// Its serial number.
    pub serial: String,
    /// When it was asked for.
    pub at: String,
    /// `renewal` where the request was signed with the other's key; `same_holder` where the same device, or else the same subject,
    /// got another of the same profile.
    pub by: String,
}

/// Everything that is known of one certificate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CertificateDetail {
    /// As in lists.
    #[serde(flatten)]
    pub row: CertificateRow,
    /// RFC 4514 text of the issuer.
    pub issuer: String,
    /// SHA-1 of the certificate: what Windows shows as thumbprint.
    pub sha1: String,
    /// SHA-256 of the certificate.
    pub sha256: String,
    /// Its key.
    pub key: CertificateKey,
    /// RFC 5280's names.
    pub key_usage: Vec<String>,
    /// What it may be used for.
    pub extended_key_usage: Vec<Purpose>,
    /// Which edition of the profile.
    pub profile_version: u32,
    /// SCEP transactionID.
    pub transaction: String,
    /// When it was asked for.
    pub requested_at: String,
    /// Whom it names, with evidence.
    pub bound: Vec<CertificateName>,
    /// What directories know of them.
    pub known: Vec<Known>,
    /// The rules that speak against it.
    pub because: Vec<Against>,
    /// The certificate that it replaced.
    pub renewal_of: Option<CertificateLink>,
    /// The certificate that replaced it.
    pub renewed_by: Option<CertificateLink>,
    /// State of the notification to the MDM: `pending`, `accepted` or `dead`; `null` where nobody is told.
    pub notification: Option<String>,
    /// Its rows of the audit, oldest first, the newest hundred.
    pub history: Vec<AuditEntry>,
    /// The certificate.
    pub pem: String,
}

/// A row of the audit.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AuditEntry {
    /// 1, 2, 3… without gap.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// `noun.verb`.
    pub event: String,
    /// Serial number of the certificate concerned.
    pub certificate: Option<String>,
    /// Particulars, as recorded.
    pub detail: Value,
    /// The link of the chain, hexadecimal.
    pub hash: String,
}

/// An enrolment in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EnrolmentRow {
    /// The row of the audit.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// SCEP transactionID; `null` where the message never said one.
    pub transaction: Option<String>,
    /// Enrolment endpoint.
    pub endpoint: Option<String>,
    /// What became of it.
    pub outcome: Outcome,
    /// Of a refusal: `CHY-2104` and the like.
    pub code: Option<String>,
    /// Of a refusal: the operator's sentence. Of what waits: the rule's.
    pub why: Option<String>,
    /// The section that explains the code.
    pub page: Option<String>,
    /// Who asked, as an address.
    pub peer: Option<String>,
    /// RFC 4514 text, where it is known: of the certificate, or as a refused request has it.
    pub subject: Option<String>,
    /// The device that the certificate names, or a refused request, which nobody vouched for.
    pub device: Option<String>,
    /// The user that the certificate names.
    pub user: Option<String>,
    /// Of what was issued.
    pub serial: Option<String>,
}

/// A device or user with certificates.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HolderRow {
    /// A device's id or name as certificates carry it, or a user principal name; in lower case.
    pub id: String,
    /// What a directory calls it.
    pub name: Option<String>,
    /// How many certificates ever named it.
    pub certificates: u64,
    /// The newest of them.
    pub newest: CertificateRow,
    /// What directories know.
    pub known: Vec<Known>,
}

/// The certificates of one holder under one profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HolderGroup {
    /// Certificate profile.
    pub profile: String,
    /// Newest first.
    pub certificates: Vec<CertificateRow>,
}

/// A device or user, and everything that names it (M140).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HolderDetail {
    /// As in lists.
    pub id: String,
    /// What a directory calls it.
    pub name: Option<String>,
    /// What directories know; empty where none does.
    pub known: Vec<Known>,
    /// Its certificates by profile; the newest 500.
    pub groups: Vec<HolderGroup>,
    /// Whether there are more.
    pub more: bool,
}

/// How many, under a name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NamedCount {
    /// Of what.
    pub name: String,
    /// How many.
    pub count: u64,
}

/// How many in a period.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Bar {
    /// When it begins.
    pub from: String,
    /// How many.
    pub count: u64,
}

/// Certificates by status.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Statuses {
    /// Good now.
    pub good: u64,
    /// On hold now.
    pub held: u64,
    /// Revoked for good.
    pub revoked: u64,
    /// Neither, and over.
    pub expired: u64,
    /// Good, and over within 30 days.
    pub expiring: u64,
}

/// The certificates of a profile that a domain controller cannot map to an account (M192).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Unmapped {
    /// Certificate profile.
    pub profile: String,
    /// Good now, and for client authentication.
    pub live: u64,
    /// Of these, those that name no SID.
    pub without_sid: u64,
}

/// The numbers of the first page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Home {
    /// Now.
    pub at: String,
    /// Rows of the audit that the index has not followed yet: the numbers are as of before them.
    pub behind: u64,
    /// Certificates by status.
    pub certificates: Statuses,
    /// Certificates that are good and end in each calendar month, from this one on: 25 bars.
    pub expiring: Vec<Bar>,
    /// Issued in each minute of the last hour, the oldest first: 60 bars.
    pub issued_by_minute: Vec<Bar>,
    /// Issued on each day of the last 30, the oldest first: 30 bars.
    pub issued_by_day: Vec<Bar>,
    /// Refusals of the last seven days by code, the most frequent first.
    pub failures: Vec<NamedCount>,
    /// Good certificates by profile.
    pub by_profile: Vec<NamedCount>,
    /// Good certificates by the platform that their profile is for.
    pub by_platform: Vec<NamedCount>,
    /// Good certificates that name no SID, by profile (M192).
    pub without_sid: Vec<Unmapped>,
    /// Milliseconds from the first octet of an enrolment to its answer since the server started; `null` before the first.
    pub latency: Option<Latency>,
    /// Requests that wait for an approval.
    pub waiting: u64,
    /// Notifications that the MDM has not taken, pending and given up.
    pub undelivered: u64,
}

/// Two percentiles, as the upper end of the step of the metrics' histogram that holds them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Latency {
    /// Half are at most as slow.
    pub p50_ms: u64,
    /// Nineteen of twenty are at most as slow.
    pub p95_ms: u64,
}

/// What will be renewed, and what was not.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Renewals {
    /// Certificates that are good, not replaced, and may be renewed from that day on: 90 bars from today. A device renews when a fifth of
    /// a certificate's life is left, which is what Intune writes into profiles unless told otherwise.
    pub opening: Vec<Bar>,
    /// How many are past that time, not replaced and not over.
    pub at_risk_count: u64,
    /// Those, the soonest over first.
    #[schema(schema_with = <Page<CertificateRow> as utoipa::PartialSchema>::schema)]
    pub at_risk: Page<CertificateRow>,
}
