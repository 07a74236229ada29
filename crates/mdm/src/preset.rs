//! Profiles to begin with, one for each purpose and platform.

use crate::platform::{HashHandling, Platform, Support, Use, UserPresence};
use crate::profile::{
    AlternativeName, CertificateType, DeploymentChannel, HashAlgorithm, KeyStorageProvider, KeyUse, KeyUses,
    Profile, ProfileName, Purpose, RenewalThreshold, RootCertificate, ScepUrl, SubjectName, Validity,
};
use crate::variable::SanType;
use core::num::NonZeroU16;
use std::collections::BTreeSet;

/// The CA that the profiles enrol with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Authority {
    /// Its SCEP URLs.
    pub urls: Vec<ScepUrl>,
    /// The certificates that profiles refer to, the root first (M6).
    pub roots: Vec<RootCertificate>,
}

/// What a profile is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Preset {
    /// A device in the Wi-Fi, with the URI that network access control looks for (M120)
    WifiDevice,
    /// A user in the Wi-Fi
    WifiUser,
    /// A user before Windows' network policy server, which goes by the UPN (M119)
    NpsUser,
    /// A user who signs mail (M180)
    SmimeSigning,
    /// A device as SCEPman recommends it (M82, M177)
    ScepmanDevice,
    /// A user as SCEPman recommends it (M82, M178)
    ScepmanUser,
    /// A device as SecureW2 recommends it (M83, M122)
    SecureW2Device,
    /// A user as SecureW2 recommends it (M83, M122)
    SecureW2User,
    /// A user of Azure's VPN client, which does not find keys in the TPM (M143)
    AzureVpn,
}

impl Preset {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::WifiDevice,
        Self::WifiUser,
        Self::NpsUser,
        Self::SmimeSigning,
        Self::ScepmanDevice,
        Self::ScepmanUser,
        Self::SecureW2Device,
        Self::SecureW2User,
        Self::AzureVpn,
    ];

    /// The word that its profiles' names begin with.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::WifiDevice => "wifi-device",
            Self::WifiUser => "wifi-user",
            Self::NpsUser => "nps-user",
            Self::SmimeSigning => "smime-signing",
            Self::ScepmanDevice => "scepman-device",
            Self::ScepmanUser => "scepman-user",
            Self::SecureW2Device => "securew2-device",
            Self::SecureW2User => "securew2-user",
            Self::AzureVpn => "azure-vpn",
        }
    }

    const fn certificate_type(self) -> CertificateType {
        match self {
            Self::WifiDevice | Self::ScepmanDevice | Self::SecureW2Device => CertificateType::Device,
            _ => CertificateType::User,
        }
    }

    /// Whether it makes sense on this platform: one that has SCEP profiles, with a user where it is a user's, and able to use it.
    fn fits(self, platform: Platform) -> bool {
        let rules = platform.rules();
        let has_user = rules.user.value == UserPresence::Possible;
        let purpose = match self {
            Self::SmimeSigning => rules.uses.value.contains(&Use::Apps),
            Self::AzureVpn => matches!(platform, Platform::Windows | Platform::MacOs),
            _ => rules.uses.value.contains(&Use::Wifi),
        };
        rules.support.value != Support::Never
            && purpose
            && (has_user || self.certificate_type() == CertificateType::Device)
    }

    /// The profile; `None` where it makes no sense on the platform, and where the platform has ended (M129).
    #[must_use]
    pub fn profile(self, platform: Platform, authority: &Authority) -> Option<Profile> {
        let supported = platform.rules().support.value == Support::Supported;
        self.profile_even_if_ended(platform, authority).filter(|_| supported)
    }

    /// The same for a platform that has ended, too, of which old tenants may have devices (M129, M137).
    #[must_use]
    pub fn profile_even_if_ended(self, platform: Platform, authority: &Authority) -> Option<Profile> {
        if !self.fits(platform) {
            return None;
        }
        let word = serde_json::to_value(platform).ok()?;
        let name = ProfileName::parse(&format!("{}-{}", self.word(), word.as_str()?)).ok()?;
        let certificate_type = self.certificate_type();
        let rules = platform.rules();
        let hashes = rules.hash.value != HashHandling::NoSetting;
        Some(Profile {
            certificate_type,
            deployment_channel: (platform == Platform::MacOs).then_some(match certificate_type {
                CertificateType::User => DeploymentChannel::User,
                CertificateType::Device => DeploymentChannel::Device,
            }),
            subject: SubjectName::Custom(self.subject(platform).to_owned()),
            alternative_names: self.alternative_names(),
            key_usage: self.key_usage(),
            key_storage_provider: (!rules.key_storage_providers.value.is_empty()).then(|| self.provider()),
            hash_algorithms: if hashes { vec![HashAlgorithm::Sha2] } else { Vec::new() },
            extended_key_usages: vec![self.purpose()],
            root_certificates: authority.roots.clone(),
            urls: authority.urls.clone(),
            ..Profile::new(name, platform, Validity::Years(NonZeroU16::MIN), self.threshold()?)
        })
    }

    fn subject(self, platform: Platform) -> &'static str {
        let apple = matches!(platform, Platform::Ios | Platform::MacOs);
        match self {
            // M103: not Intune's identifier on Windows. Entra's may change while an Apple device is set up
            // (contract §13).
            Self::WifiDevice | Self::ScepmanDevice if apple => "CN={{DeviceId}}",
            Self::WifiDevice | Self::ScepmanDevice => "CN={{AAD_Device_ID}}",
            Self::SecureW2Device => "CN={{DeviceName}}",
            Self::SecureW2User | Self::NpsUser | Self::AzureVpn => "CN={{UserPrincipalName}}",
            Self::WifiUser | Self::SmimeSigning | Self::ScepmanUser => "CN={{UserName}},E={{EmailAddress}}",
        }
    }

    fn alternative_names(self) -> Vec<AlternativeName> {
        let upn = (SanType::Upn, "{{UserPrincipalName}}");
        let mail = (SanType::Email, "{{EmailAddress}}");
        let names: &[(SanType, &str)] = match self {
            Self::WifiDevice | Self::ScepmanDevice => &[(SanType::Uri, "IntuneDeviceId://{{DeviceId}}")],
            Self::SecureW2Device => &[(SanType::Email, "{{AAD_Device_ID}}")],
            Self::SecureW2User => &[upn, (SanType::Email, "{{UserPrincipalName}}")],
            Self::SmimeSigning => &[upn, mail],
            Self::WifiUser | Self::NpsUser | Self::ScepmanUser | Self::AzureVpn => &[upn],
        };
        names
            .iter()
            .map(|(kind, value)| AlternativeName { kind: *kind, value: (*value).to_owned() })
            .collect()
    }

    /// SCEP keeps no copy of a key, so mail is signed and not encrypted with it (M181).
    fn key_usage(self) -> KeyUses {
        let signature = || KeyUses::try_from(BTreeSet::from([KeyUse::DigitalSignature])).ok();
        let only = (self == Self::SmimeSigning).then(signature).flatten();
        only.unwrap_or_else(KeyUses::both)
    }

    const fn provider(self) -> KeyStorageProvider {
        match self {
            Self::ScepmanDevice | Self::ScepmanUser => KeyStorageProvider::TpmElseFail,
            Self::AzureVpn => KeyStorageProvider::Software,
            _ => KeyStorageProvider::TpmElseSoftware,
        }
    }

    const fn purpose(self) -> Purpose {
        match self {
            Self::SmimeSigning => Purpose::SecureEmail,
            _ => Purpose::ClientAuthentication,
        }
    }

    /// Mail certificates are renewed half a year before they end (M167).
    fn threshold(self) -> Option<RenewalThreshold> {
        let percent = if self == Self::SmimeSigning { 50 } else { RenewalThreshold::USUAL.percent() };
        RenewalThreshold::try_from(percent).ok()
    }
}
