//! What is known of a request when the policy is asked: written down with each decision, so that a new policy can be
//! tried on old requests.

use crate::profile::names::{ATTRIBUTES, EXTENDED_USAGES, word_of};
use pki::csr::CertificateRequest;
use pki::extension::{self, ExtendedKeyUsage};
use pki::general_name::GeneralName;
use pki::key::{KeyKind, PublicKey};
use pki::oid;
use serde::{Deserialize, Serialize};

/// Whether somebody enrols or a certificate of ours renews itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum RequestKind {
    /// A validator vouches.
    #[default]
    First,
    /// A certificate of ours signed the request.
    Renewal,
}

impl RequestKind {
    /// The word that rules use.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::First => "first",
            Self::Renewal => "renewal",
        }
    }
}

/// Everything that a rule can look at. Text as it was asked for; rules compare without regard to case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Facts {
    /// The endpoint's name.
    pub endpoint: String,
    /// The name of the endpoint's own profile.
    pub profile: String,
    /// First enrolment or renewal.
    pub request: RequestKind,
    /// `rsa-2048` and the like, `p-256`, `p-384`, or `other`.
    pub key: String,
    /// The subject's attributes in order, each as its type's word and its text: `CN=laptop-1`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub subject: Vec<String>,
    /// The alternative names asked for; `None` where they cannot be read.
    pub names: Option<Names>,
    /// The extended key usages asked for, by their words; `None` where they cannot be read.
    pub eku: Option<Vec<String>>,
    /// What the directory says of the device that the request names.
    #[serde(skip_serializing_if = "is_default")]
    pub device: Device,
    /// What the directory says of the user whom the request names.
    #[serde(skip_serializing_if = "is_default")]
    pub user: User,
}

/// Alternative names by their kinds. Kinds that no profile can allow are not here: they are refused in any case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Names {
    /// dNSName.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub dns: Vec<String>,
    /// rfc822Name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub email: Vec<String>,
    /// User principal names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub upn: Vec<String>,
    /// uniformResourceIdentifier.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub uri: Vec<String>,
}

/// What a directory says of a device; `None` is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Device {
    /// Whether the directory has it (M70: an id that the directory verifies).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<bool>,
    /// Whether the MDM manages it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub managed: Option<bool>,
    /// Whether it has an account of its own in the directory.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub registered: Option<bool>,
    /// Whether that account is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// Whether it complies with the organisation's rules.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compliant: Option<bool>,
    /// `windows`, `ios`, `macos`, `android`, `linux` or `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<String>,
    /// `company` or `personal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ownership: Option<String>,
    /// Its groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
}

/// What a directory says of a user; `None` is not known.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct User {
    /// Whether the directory has the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub known: Option<bool>,
    /// Whether the account is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enabled: Option<bool>,
    /// `none`, `low`, `medium` or `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub risk: Option<String>,
    /// The user's groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub groups: Option<Vec<String>>,
}

impl Facts {
    /// What the request itself says. Device and user are not known yet.
    #[must_use]
    pub fn of_request(endpoint: &str, profile: &str, request: RequestKind, csr: &CertificateRequest) -> Self {
        let attribute = |one: &pki::name::Attribute| {
            let text = one.text().unwrap_or_default();
            format!("{}={text}", word_of(ATTRIBUTES, &one.oid))
        };
        Self {
            endpoint: endpoint.to_owned(),
            profile: profile.to_owned(),
            request,
            key: key_word(csr.key()),
            subject: csr.subject().attributes().map(attribute).collect(),
            names: csr.san().ok().map(|san| Names::of(&san.0)),
            eku: purposes(csr),
            device: Device::default(),
            user: User::default(),
        }
    }
}

impl Names {
    fn of(names: &[GeneralName]) -> Self {
        let mut sorted = Self::default();
        for name in names {
            match name {
                GeneralName::Dns(text) => sorted.dns.push(text.clone()),
                GeneralName::Email(text) => sorted.email.push(text.clone()),
                GeneralName::Upn(text) => sorted.upn.push(text.clone()),
                GeneralName::Uri(text) => sorted.uri.push(text.clone()),
                GeneralName::Ip(_) | GeneralName::Directory(_) | GeneralName::Other(_) => {}
            }
        }
        sorted
    }
}

fn key_word(key: &PublicKey) -> String {
    match key.kind() {
        KeyKind::Rsa { .. } => format!("rsa-{}", key.size()),
        KeyKind::P256 { .. } => "p-256".to_owned(),
        KeyKind::P384 { .. } => "p-384".to_owned(),
        KeyKind::Other(_) => "other".to_owned(),
    }
}

fn purposes(csr: &CertificateRequest) -> Option<Vec<String>> {
    let Some(asked) = extension::find(csr.extensions(), &oid::EXTENDED_KEY_USAGE) else {
        return Some(Vec::new());
    };
    let asked = ExtendedKeyUsage::parse(&asked.value).ok()?;
    Some(asked.0.iter().map(|purpose| word_of(EXTENDED_USAGES, purpose)).collect())
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
