//! `[[profile]]`: certificate profiles, what AD CS calls templates, with the ten attributes of row M35.

use std::collections::BTreeSet;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::name::ProfileName;
use super::url::BaseUrl;

mod draft;
mod words;

pub(super) use draft::{believe_all, duplicate};
pub use words::{
    ExtendedKeyUsage, Hash, KeyKindAllowed, KeyStorage, KeyUsageBit, Platform, ProfileType, SanKind,
    SubjectAttribute, SubjectRule,
};

/// One `[[profile]]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct ProfileSettings {
    pub name: String,
    pub display_name: String,
    pub r#type: String,
    pub platform: String,
    pub subject: String,
    pub subject_allowed: Vec<String>,
    pub subject_required: Vec<String>,
    pub enforce_dn_length: bool,
    pub san_allowed: Vec<String>,
    pub san_required: Vec<String>,
    pub validity_days: u32,
    pub max_validity_days: u32,
    pub allow_requested_validity: bool,
    pub backdate: String,
    pub key_storage: String,
    pub key_usage: Vec<String>,
    pub use_requested_key_usages: bool,
    pub keys: Vec<String>,
    pub hash: String,
    pub root: String,
    pub ekus: Vec<String>,
    pub include_chain: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub crl_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aia_url: Option<String>,
}

impl Default for ProfileSettings {
    fn default() -> Self {
        let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect();
        Self {
            name: String::new(),
            display_name: String::new(),
            r#type: "device".into(),
            platform: "any".into(),
            subject: "as_requested".into(),
            subject_allowed: words(&["CN", "O", "OU", "C", "ST", "L", "E", "serialNumber", "UID", "DC"]),
            subject_required: words(&["CN"]),
            enforce_dn_length: true,
            san_allowed: words(&["dns", "email", "uri", "upn", "ip"]),
            san_required: Vec::new(),
            validity_days: 365,
            max_validity_days: 730,
            allow_requested_validity: false,
            backdate: "24h".into(),
            key_storage: "any".into(),
            key_usage: words(&["digital_signature", "key_encipherment"]),
            use_requested_key_usages: false,
            keys: words(&["rsa2048", "rsa3072", "rsa4096", "p256", "p384"]),
            hash: "sha256".into(),
            root: "default".into(),
            ekus: words(&["client_auth"]),
            include_chain: false,
            crl_url: None,
            aia_url: None,
        }
    }
}

impl ProfileSettings {
    /// The profile of a server without settings.
    pub(super) fn first() -> Self {
        Self { name: "device".into(), display_name: "Managed device".into(), ..Self::default() }
    }
}

/// A believed profile.
#[derive(Clone, Debug)]
pub struct Profile {
    /// What endpoints refer to.
    pub name: ProfileName,
    /// What people read; may change at any time.
    pub display_name: String,
    /// For whom the certificates are.
    pub kind: ProfileType,
    /// For which operating systems.
    pub platform: Platform,
    /// How the subject comes about.
    pub subject: SubjectRule,
    /// Subject attributes that may be in a request.
    pub subject_allowed: BTreeSet<SubjectAttribute>,
    /// Subject attributes that must be.
    pub subject_required: BTreeSet<SubjectAttribute>,
    /// Whether RFC 5280's upper bounds on name attributes apply.
    pub enforce_dn_length: bool,
    /// Alternative names that may be in a request.
    pub san_allowed: BTreeSet<SanKind>,
    /// Alternative names of which at least one must be, for each kind.
    pub san_required: BTreeSet<SanKind>,
    /// Validity where the request names none or may not.
    pub validity_days: u32,
    /// Validity that no request can exceed.
    pub max_validity_days: u32,
    /// Whether the request's own validity counts.
    pub allow_requested_validity: bool,
    /// How far notBefore lies in the past; 0 to 7 days.
    pub backdate: Duration,
    /// Where the device should keep its key; a note to the MDM, SCEP cannot verify it.
    pub key_storage: KeyStorage,
    /// Key usage of the certificate, unless the request's counts.
    pub key_usage: BTreeSet<KeyUsageBit>,
    /// Whether the request's own key usage counts.
    pub use_requested_key_usages: bool,
    /// Kinds and sizes of device keys.
    pub keys: BTreeSet<KeyKindAllowed>,
    /// Hash of the certificate's signature.
    pub hash: Hash,
    /// Extended key usages, in the order written.
    pub ekus: Vec<ExtendedKeyUsage>,
    /// Whether the reply carries the CA's certificates behind the device's (Q34).
    pub include_chain: bool,
    /// CRL address instead of the one derived from `public_url`.
    pub crl_url: Option<BaseUrl>,
    /// Issuer certificate's address instead of the one derived from `public_url`.
    pub aia_url: Option<BaseUrl>,
}
