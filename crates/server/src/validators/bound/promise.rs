//! What whoever makes a challenge promises that the device will ask for.

use ca::profile::names::{EXTENDED_USAGES, KEY_USAGES, SanKind, oid_of};
use mdm::subject::Subject;
use pki::Oid;
use pki::extension::KeyUsage;
use pki::general_name::GeneralName;
use pki::name::Name;
use serde::{Deserialize, Serialize};

/// The request as an MDM describes it. What is not said of usages and key may be anything that the certificate profile allows;
/// of names nothing may stand in the request that is not said here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Promise {
    /// The subject, in the text syntax of Windows and Intune: `CN=phone, O="Contoso, Ltd"`.
    pub subject: String,
    /// Alternative names, each with its kind: `email`, `dns`, `uri`, `ip` or `upn`.
    #[schema(value_type = Vec<(String, String)>)]
    pub names: Vec<(SanKind, String)>,
    /// The key usage, exactly; `None` leaves it to the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_usage: Option<Vec<String>>,
    /// The extended key usages, exactly, in any order; `None` leaves them to the profile.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extended_key_usage: Option<Vec<String>>,
    /// SHA-256 of the key's SubjectPublicKeyInfo, hexadecimal, where the MDM knows the key.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_sha256: Option<String>,
}

/// What cannot be promised.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BadPromise {
    /// The subject's text.
    #[error("the subject: {0}")]
    Subject(String),
    /// An alternative name.
    #[error("the alternative name {0:?} is no {1}")]
    Name(String, SanKind),
    /// A word for a usage.
    #[error("{0:?} is no usage that a profile can have")]
    Usage(String),
    /// The hash of a key.
    #[error("key_sha256 is not 64 hexadecimal digits")]
    Key,
}

/// A promise that was read.
pub(super) struct Expected {
    pub(super) subject: Name,
    pub(super) names: Vec<GeneralName>,
    pub(super) key_usage: Option<KeyUsage>,
    pub(super) purposes: Option<Vec<Oid>>,
    pub(super) key: Option<[u8; 32]>,
}

impl Expected {
    /// Whether a SID's URI was promised.
    pub(super) fn names_sid(&self) -> bool {
        let is_sid =
            |name: &GeneralName| matches!(name, GeneralName::Uri(uri) if ca::decide::sid::resembles(uri));
        self.names.iter().any(is_sid)
    }
}

impl Promise {
    /// Whether it can be kept by any request. Where subjects are compared as texts (`strict_string`), one that cannot be read
    /// makes a challenge all the same, to see what becomes of it in Intune.
    ///
    /// # Errors
    /// [`BadPromise`].
    pub fn check(&self, strict_string: bool) -> Result<(), BadPromise> {
        match strict_string {
            true => self.with(Name::from_pairs(&[])).map(|_| ()),
            false => self.expected().map(|_| ()),
        }
    }

    /// Subject and alternative names, read.
    ///
    /// # Errors
    /// [`BadPromise`].
    pub fn identity(&self) -> Result<(Name, Vec<GeneralName>), BadPromise> {
        self.expected().map(|expected| (expected.subject, expected.names))
    }

    pub(super) fn expected(&self) -> Result<Expected, BadPromise> {
        let subject =
            Subject::parse(&self.subject).map_err(|error| BadPromise::Subject(error.to_string()))?;
        self.with(subject.to_name().map_err(|error| BadPromise::Subject(error.to_string()))?)
    }

    fn with(&self, subject: Name) -> Result<Expected, BadPromise> {
        let names = self.names.iter().map(|(kind, text)| name(*kind, text)).collect::<Result<_, _>>()?;
        let purposes =
            self.extended_key_usage.as_ref().map(|words| words.iter().map(|word| purpose(word)).collect());
        Ok(Expected {
            subject,
            names,
            key_usage: self.key_usage.as_deref().map(key_usage).transpose()?,
            purposes: purposes.transpose()?,
            key: self.key_sha256.as_deref().map(hash).transpose()?,
        })
    }
}

fn name(kind: SanKind, text: &str) -> Result<GeneralName, BadPromise> {
    let bad = || BadPromise::Name(text.to_owned(), kind);
    let owned = || Some(text.to_owned()).filter(|text| !text.is_empty());
    Ok(match kind {
        SanKind::Email => GeneralName::Email(owned().ok_or_else(bad)?),
        SanKind::Dns => GeneralName::Dns(owned().ok_or_else(bad)?),
        SanKind::Uri => GeneralName::Uri(owned().ok_or_else(bad)?),
        SanKind::Upn => GeneralName::Upn(owned().ok_or_else(bad)?),
        SanKind::Ip => GeneralName::Ip(text.parse().map_err(|_| bad())?),
    })
}

fn key_usage(words: &[String]) -> Result<KeyUsage, BadPromise> {
    words.iter().try_fold(KeyUsage::default(), |usage, word| {
        let known = KEY_USAGES.iter().find(|(name, _)| name.eq_ignore_ascii_case(word));
        known.map(|(_, one)| usage.with(*one)).ok_or_else(|| BadPromise::Usage(word.clone()))
    })
}

fn purpose(word: &str) -> Result<Oid, BadPromise> {
    oid_of(EXTENDED_USAGES, word).ok_or_else(|| BadPromise::Usage(word.to_owned()))
}

fn hash(text: &str) -> Result<[u8; 32], BadPromise> {
    let mut hash = [0; 32];
    if text.len() != 64 || !text.is_ascii() {
        return Err(BadPromise::Key);
    }
    for (at, octet) in hash.iter_mut().enumerate() {
        let digits = text.get(at * 2..at * 2 + 2).ok_or(BadPromise::Key)?;
        *octet = u8::from_str_radix(digits, 16).map_err(|_| BadPromise::Key)?;
    }
    Ok(hash)
}
