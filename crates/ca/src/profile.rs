//! Certificate profiles: what Active Directory Certificate Services calls templates.
//!
//! [`Settings`] is what a configuration file says; [`CertificateProfile`] is what is believed after the check. A profile
//! says everything about the certificates made by it; a request can only choose within it (mission rows M9 to M27,
//! M35). A profile publishes to no directory: there is no such setting (M27).

use crate::decide::privileged::{ACCOUNTS, folded};
use crate::key_policy::KeyPolicy;
use crate::policy::Pattern;
use pki::algorithm::Digest;
use pki::certificate::Serial;
use pki::extension::KeyUsage;
use pki::{Oid, oid};
use serde::{Deserialize, Serialize};
use std::fmt;

pub mod names;
pub mod set;
pub mod settings;
pub mod slots;
pub mod warning;

pub use names::SanKind;
pub use set::{ProfileSet, UnknownProfile};
pub use settings::{ProfileFault, Settings};
pub use slots::{Purpose, Slots};
pub use warning::Warning;

/// The name by which endpoints are bound to a profile: 1 to 64 of `a-z 0-9 -`, never the display name (M23).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProfileName(String);

impl ProfileName {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ProfileName {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if (1..=64).contains(&text.len()) && text.bytes().all(allowed) && !text.starts_with('-') {
            Ok(Self(text))
        } else {
            Err("a profile's name is 1 to 64 of a-z, 0-9 and -, and does not begin with -".into())
        }
    }
}

impl From<ProfileName> for String {
    fn from(name: ProfileName) -> Self {
        name.0
    }
}

impl fmt::Display for ProfileName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a profile is offered (M29).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Certificates are issued by it.
    #[default]
    Published,
    /// It is checked and listed, and issues nothing.
    Draft,
}

/// Whom the certificates name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CertificateType {
    /// A device (Intune's "Device").
    #[default]
    Device,
    /// A user (Intune's "User").
    User,
}

/// Whose SCEP client the profile is for; decides rules that only one maker's devices need.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// No maker's rules.
    #[default]
    Any,
    /// Windows.
    Windows,
    /// iOS, iPadOS, macOS: never nonRepudiation (M26), always the profile's validity (M13).
    Apple,
    /// Android.
    Android,
}

/// Where the device is to keep the key: Intune's "key storage provider". Told to devices, not enforced by us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyStorage {
    /// The device chooses.
    #[default]
    Any,
    /// In the TPM if there is one, else in software.
    TpmOrSoftware,
    /// In the TPM, else fail.
    Tpm,
    /// Windows Hello for Business, else fail.
    Passport,
    /// In software.
    Software,
}

/// What to do where the period ends after the issuing CA's certificate (M11).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BeyondIssuer {
    /// End with the CA certificate.
    #[default]
    Clamp,
    /// Refuse.
    Refuse,
}

/// Rules on the subject's distinguished name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SubjectRules {
    /// Attribute types that may occur; any other is refused.
    pub allowed: Vec<Oid>,
    /// Attribute types that must occur.
    pub required: Vec<Oid>,
    /// Refuse attributes longer than the upper bounds of RFC 5280 Appendix A.1, CN above 64 above all (M22).
    pub enforce_dn_length: bool,
    /// Let a second common name pass; whoever binds the certificate to a device goes by the first (M121).
    pub allow_second_common_name: bool,
}

/// Rules on the subject alternative name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SanRules {
    /// Kinds that may occur.
    pub allowed: Vec<SanKind>,
    /// Kinds that must occur.
    pub required: Vec<SanKind>,
    /// Refuse an rfc822Name that is no address, such as a device's identifier (M122).
    pub enforce_email_syntax: bool,
    /// Where DNS names must lie (threat 25).
    pub dns: Namespace,
    /// Where the domains of e-mail addresses must lie.
    pub email: Namespace,
    /// Where the domains of user principal names must lie.
    pub upn: Namespace,
    /// Names nobody may ask for, as DNS name, UPN, e-mail address or common name; compared without case (threat 25).
    pub reserved: Vec<String>,
}

impl SanRules {
    /// Whether names of some kind may lie in any domain.
    #[must_use]
    pub fn is_unbounded(&self) -> bool {
        let spaces = [(SanKind::Dns, &self.dns), (SanKind::Email, &self.email), (SanKind::Upn, &self.upn)];
        spaces.iter().any(|(kind, space)| self.allowed.contains(kind) && space.permitted.is_empty())
    }
}

/// Domains that names of one kind lie in; `contoso.com` takes its subdomains along.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Namespace {
    /// Those that a name must lie in; empty: any.
    pub permitted: Vec<String>,
    /// Those that none may lie in, whatever is permitted.
    pub excluded: Vec<String>,
}

/// Names that nobody gets by default: see [`crate::decide::privileged`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Privileged {
    /// Accounts.
    pub accounts: Vec<Pattern>,
    /// Domain controllers, by their full names; with each the pattern of its account, unless every host's would be like it.
    pub controllers: Vec<(Pattern, Option<Pattern>)>,
    /// Names that are let through all the same: whole, as they are asked for.
    pub allowed: Vec<String>,
}

impl Default for Privileged {
    fn default() -> Self {
        let parsed = |name: &&str| Pattern::parse(name).ok();
        Self {
            accounts: ACCOUNTS.iter().filter_map(parsed).collect(),
            controllers: Vec::new(),
            allowed: Vec::new(),
        }
    }
}

impl Privileged {
    /// Adds accounts and domain controllers of one's own.
    ///
    /// # Errors
    /// The first that is no pattern, and why.
    pub fn extend(&mut self, accounts: &[String], controllers: &[String]) -> Result<(), String> {
        let parsed = |text: &String| {
            // As names are before they are held against it.
            Pattern::parse(&folded(text))
                .map_err(|reason| format!("{text:?} is no name with stars: {reason}"))
        };
        for account in accounts {
            self.accounts.push(parsed(account)?);
        }
        for controller in controllers {
            let full = parsed(controller)?;
            let controller = folded(controller);
            let label = controller.split('.').next().unwrap_or_default().trim_end_matches('$');
            // `dc*` is no reason to take dcarter@contoso.com for a host: with a star, the account needs its `$`.
            let label = if label.contains('*') { format!("{label}$") } else { label.to_owned() };
            let short = Pattern::parse(&label).ok().filter(|_| label != "*$");
            self.controllers.push((full, short));
        }
        Ok(())
    }
}

/// Rules on the period of validity; all periods in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ValidityRules {
    /// Given where nothing is asked, or nothing may be asked.
    pub period: i64,
    /// Never exceeded (M10, M14).
    pub cap: i64,
    /// Whether a request may ask for a period of its own (M12).
    pub allow_requested: bool,
    /// At the end of the issuing CA's life (M11).
    pub beyond_issuer: BeyondIssuer,
    /// notBefore lies this long before now. Devices in set-up run hours slow, and Windows drops a certificate that is
    /// not valid yet.
    pub backdate: i64,
}

/// Rules on key usage and extended key usage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRules {
    /// Given to every certificate, unless requested usages are honoured (M18).
    pub key_usage: KeyUsage,
    /// Honour the key usage of the request, within what an end entity may have (M18, M19).
    pub use_requested_key_usages: bool,
    /// Given to every certificate, whatever is asked; never empty.
    pub extended: Vec<Oid>,
}

impl UsageRules {
    /// Whether a certificate says who somebody is. Those for signing mail or code and for servers alone do not.
    #[must_use]
    pub fn authenticates(&self) -> bool {
        let others = [oid::EMAIL_PROTECTION, oid::CODE_SIGNING, oid::SERVER_AUTH];
        self.extended.iter().any(|usage| !others.contains(usage))
    }
}

/// What stands in a CRL's URL for the number of the part.
pub const SHARD: &str = "{shard}";

/// Where relying parties look.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Urls {
    /// CRL distribution points. Where `shards` is above 1, [`SHARD`] in them stands for the number of a certificate's part.
    pub crl: Vec<String>,
    /// Into how many parts the CRL is divided; 0 and 1 are one.
    pub shards: u16,
    /// OCSP responders.
    pub ocsp: Vec<String>,
    /// The issuing CA's certificate.
    pub ca_issuers: Vec<String>,
}

impl Urls {
    /// What the certificate with this number points to.
    #[must_use]
    pub fn of(&self, serial: &Serial) -> Urls {
        match shard_of(serial, self.shards) {
            Some(shard) => Urls { crl: self.crl_of_shard(shard), ..self.clone() },
            None => self.clone(),
        }
    }

    /// The distribution points of one part.
    #[must_use]
    pub fn crl_of_shard(&self, shard: u16) -> Vec<String> {
        self.crl.iter().map(|url| url.replace(SHARD, &shard.to_string())).collect()
    }
}

/// Which of `shards` parts of a CRL has the certificate with this number, from 0; `None` for fewer than two. By its last
/// octets, which are random, so that all parts grow alike; a certificate stays in its part for ever.
#[must_use]
pub fn shard_of(serial: &Serial, shards: u16) -> Option<u16> {
    let [.., high, low] = serial.octets() else { return None };
    (shards > 1).then(|| u16::from_be_bytes([*high, *low]) % shards)
}

/// Rules on renewal with an older certificate; by default there is none (threat 30).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RenewalRules {
    /// Whether a certificate of this profile may be renewed with itself.
    pub allowed: bool,
    /// Renewal opens this many seconds before the old certificate's end; `None`: it is open while that one lives.
    pub window: Option<i64>,
}

/// A checked profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CertificateProfile {
    /// Identity, used for binding (M23).
    pub name: ProfileName,
    /// For people; may change at any time without effect (M23).
    pub display_name: String,
    /// Which recorded version this is, from 1 on; each certificate remembers it (threat 42). 0: not recorded, and so it
    /// issues nothing.
    pub version: u32,
    /// Whether certificates are issued by it at all.
    pub state: State,
    /// Name of the issuing CA (M35 "root").
    pub authority: String,
    /// Whom the certificates name.
    pub certificate_type: CertificateType,
    /// Whose devices.
    pub platform: Platform,
    /// Subject.
    pub subject: SubjectRules,
    /// Subject alternative name.
    pub san: SanRules,
    /// Names that nobody gets by default.
    pub privileged: Privileged,
    /// Validity.
    pub validity: ValidityRules,
    /// Key storage, told to devices.
    pub key_storage: KeyStorage,
    /// Key types and sizes.
    pub key: KeyPolicy,
    /// Hash of the CA's signature.
    pub hash: Digest,
    /// Key usages.
    pub usage: UsageRules,
    /// URLs.
    pub urls: Urls,
    /// Renewal, as the endpoint has it.
    pub renewal: RenewalRules,
}

impl CertificateProfile {
    /// The same, as the version of that number.
    #[must_use]
    pub fn numbered(self, version: u32) -> Self {
        Self { version, ..self }
    }

    /// Whether certificates are issued by it: published, and as a version that is recorded (M29).
    #[must_use]
    pub fn is_offered(&self) -> bool {
        self.state == State::Published && self.version > 0
    }
}
