use super::Notice;
use super::Sid;
use crate::profile::{ProfileName, Urls};
use pki::algorithm::Digest;
use pki::extension::KeyUsage;
use pki::general_name::SubjectAltName;
use pki::key::PublicKey;
use pki::name::Name;
use pki::{Oid, Time};

/// What is to be issued. Only [`super::decide()`] makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order {
    pub(crate) profile: ProfileName,
    pub(crate) version: u32,
    pub(crate) authority: String,
    /// SHA-256 of the issuing certificate that the validity was chosen under.
    pub(crate) issuer: [u8; 32],
    pub(crate) subject: Name,
    pub(crate) san: SubjectAltName,
    pub(crate) key: PublicKey,
    pub(crate) key_usage: KeyUsage,
    pub(crate) extended: Vec<Oid>,
    pub(crate) not_before: Time,
    pub(crate) not_after: Time,
    pub(crate) hash: Digest,
    pub(crate) urls: Urls,
    pub(crate) sid: Option<Sid>,
    pub(crate) notices: Vec<Notice>,
}

impl Order {
    /// The profile that decided.
    #[must_use]
    pub const fn profile(&self) -> &ProfileName {
        &self.profile
    }

    /// The profile's version.
    #[must_use]
    pub const fn version(&self) -> u32 {
        self.version
    }

    /// The name of the CA that is to issue.
    #[must_use]
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// Whom the certificate will name.
    #[must_use]
    pub const fn subject(&self) -> &Name {
        &self.subject
    }

    /// Its alternative names; may be empty.
    #[must_use]
    pub const fn san(&self) -> &SubjectAltName {
        &self.san
    }

    /// The key that it will certify, in canonical form.
    #[must_use]
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Its key usage.
    #[must_use]
    pub const fn key_usage(&self) -> KeyUsage {
        self.key_usage
    }

    /// Its purposes.
    #[must_use]
    pub fn extended(&self) -> &[Oid] {
        &self.extended
    }

    /// First second of its validity.
    #[must_use]
    pub const fn not_before(&self) -> Time {
        self.not_before
    }

    /// Last second of its validity, which counts (RFC 5280 §4.1.2.5).
    #[must_use]
    pub const fn not_after(&self) -> Time {
        self.not_after
    }

    /// What was dropped, changed or capped on the way from the request.
    #[must_use]
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }
}
