//! A SCEP certificate profile as Intune has it: every setting of the portal's pages, in a form that a file can keep.
//!
//! What can never be right does not parse: a renewal threshold of 0, a URL that is none, no key usage. What an
//! administrator may write and ought not to is kept as written, for the linter to explain: a key of 1024 bits, a
//! variable on the wrong platform, a subject that does not parse, 25 months. Whether a setting means anything on the
//! profile's platform stands in [`crate::platform`].
//!
//! ```
//! let profile: chancery_mdm::profile::Profile = serde_json::from_str(r#"{
//!     "name": "windows-device", "platform": "windows", "certificate_type": "device",
//!     "subject": {"custom": "CN={{AAD_Device_ID}}"},
//!     "alternative_names": [{"type": "uri", "value": "IntuneDeviceId://{{DeviceId}}"}],
//!     "validity": {"years": 1}, "key_usage": ["digital_signature", "key_encipherment"], "key_size": 2048,
//!     "key_storage_provider": "tpm_else_fail", "hash_algorithms": ["sha2"],
//!     "root_certificates": [{"name": "Contoso root"}],
//!     "extended_key_usages": ["client_authentication"], "renewal_threshold": 20,
//!     "urls": ["https://scep.contoso.example/certsrv/mscep/mscep.dll"]
//! }"#).unwrap();
//! assert_eq!(profile.shown_name(), "SCEP - windows-device - Windows 10 and 11");
//! ```

mod alternative_name;
mod applicability;
mod assignment;
mod identity;
mod invalid;
mod purpose;
mod root_certificate;
mod setting;
mod subject_name;
mod term;
mod url;

pub use alternative_name::{AlternativeName, OlderAlternativeNames, OlderSanType};
pub use applicability::{ApplicabilityRule, Condition, Effect, OsVersion};
pub use assignment::{Assignment, Group, Members};
pub use identity::ProfileName;
pub use invalid::Invalid;
pub use purpose::{Purpose, PurposeOid};
pub(crate) use root_certificate::differ;
pub use root_certificate::{RootCertificate, Thumbprint};
pub use setting::{
    CertificateAccess, CertificateStore, CertificateType, DeploymentChannel, HashAlgorithm, KeySize,
    KeyStorageProvider, KeyUse, KeyUses,
};
pub use subject_name::{Held, SubjectFormat, SubjectName, SubjectNameError, SubjectTemplate};
pub use term::{RenewalThreshold, Validity};
pub use url::ScepUrl;

use crate::platform::Platform;
use serde::{Deserialize, Serialize};

/// A SCEP certificate profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What everything else refers to it by; never shown to users, and never changed (M23).
    pub name: ProfileName,
    /// The name in the portal; may change at any time (M23, M74).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The description in the portal (M74).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// The platform (M72).
    pub platform: Platform,
    /// For a user or for a device (M77).
    pub certificate_type: CertificateType,
    /// macOS: which keychain; cannot be changed once deployed (M75, M76).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deployment_channel: Option<DeploymentChannel>,
    /// The subject name format.
    pub subject: SubjectName,
    /// Subject alternative names, in order (M113).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub alternative_names: Vec<AlternativeName>,
    /// The older form of the same, which old profiles and Android device administrator have (contract §12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub older_alternative_names: Option<OlderAlternativeNames>,
    /// How long certificates are valid (M15).
    pub validity: Validity,
    /// Windows: where the key is kept (M81).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_storage_provider: Option<KeyStorageProvider>,
    /// Key usage (M84).
    pub key_usage: KeyUses,
    /// Key size (M85).
    pub key_size: KeySize,
    /// Hash algorithms; none on Apple's platforms (M87).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hash_algorithms: Vec<HashAlgorithm>,
    /// The trusted certificate that the profile refers to first, then further ones of the chain (M5, M6, M88).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub root_certificates: Vec<RootCertificate>,
    /// Extended key usages, in order (M89).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub extended_key_usages: Vec<Purpose>,
    /// How much of its life is left when a certificate is renewed (M90).
    pub renewal_threshold: RenewalThreshold,
    /// SCEP server URLs, in order (M91, M169).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<ScepUrl>,
    /// Android with a device owner: which apps get at the certificate (M136).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_access: Option<CertificateAccess>,
    /// macOS: whether every app gets at the private key (contract §12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub all_apps_access: Option<bool>,
    /// The certificate store as Graph has it; follows from the certificate type where it is not set (contract §12).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub certificate_store: Option<CertificateStore>,
    /// Whom it is assigned to (M92, M200).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub assignments: Vec<Assignment>,
    /// Windows: on which editions and versions it applies (M92).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub applicability_rules: Vec<ApplicabilityRule>,
}

impl Profile {
    /// The plainest profile: a user's, `CN={{UserName}}`, both key usages, 2048 bits, and nothing else set.
    #[must_use]
    pub fn new(
        name: ProfileName,
        platform: Platform,
        validity: Validity,
        renewal_threshold: RenewalThreshold,
    ) -> Self {
        Self {
            name,
            display_name: None,
            description: String::new(),
            platform,
            certificate_type: CertificateType::User,
            deployment_channel: None,
            subject: SubjectName::CommonName,
            alternative_names: Vec::new(),
            older_alternative_names: None,
            validity,
            key_storage_provider: None,
            key_usage: KeyUses::both(),
            key_size: KeySize::Bits2048,
            hash_algorithms: Vec::new(),
            root_certificates: Vec::new(),
            extended_key_usages: Vec::new(),
            renewal_threshold,
            urls: Vec::new(),
            certificate_access: None,
            all_apps_access: None,
            certificate_store: None,
            assignments: Vec::new(),
            applicability_rules: Vec::new(),
        }
    }

    /// The name in the portal: the display name, or one made of name and platform (M74).
    #[must_use]
    pub fn shown_name(&self) -> String {
        let made = || format!("SCEP - {} - {}", self.name, self.platform);
        self.display_name.clone().unwrap_or_else(made)
    }

    /// All alternative names: the typed ones, then those of the older form.
    pub fn all_alternative_names(&self) -> impl Iterator<Item = AlternativeName> {
        let older = self.older_alternative_names.iter().flat_map(OlderAlternativeNames::entries);
        self.alternative_names.iter().cloned().chain(older)
    }

    /// Whether every applicability rule admits this Windows (M92).
    #[must_use]
    pub fn applies_to(&self, edition: &str, version: &OsVersion) -> bool {
        self.applicability_rules.iter().all(|rule| rule.admits(edition, version))
    }
}
