//! What a rule can say.

use super::{ProfileType, VariableRule};
use crate::profile::{
    CertificateType, DeploymentChannel, KeySize, KeyStorageProvider, KeyUse, SubjectFormat,
};
use crate::variable::{SanType, Variable};
use serde::Serialize;

/// A fact about a platform, and where it is from: rows (`M188`), the wire contract, or a vendor's page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rule<T> {
    /// What is so.
    pub value: T,
    /// Who says it.
    pub source: &'static str,
}

/// A rule, in short.
pub(super) const fn rule<T: Copy>(value: T, source: &'static str) -> Rule<T> {
    Rule { value, source }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident { $($(#[$of:meta])* $variant:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }
    )+};
}

words! {
    /// Whether Intune delivers SCEP profiles to it.
    Support {
        /// It does.
        Supported,
        /// It did, and old tenants may have profiles; a new one is not made.
        Legacy,
        /// It never did.
        Never,
    }
    /// Whether a device has a user.
    UserPresence {
        /// It may have one.
        Possible,
        /// It has none.
        Never,
    }
    /// In which form a profile lists alternative names.
    SanForm {
        /// Typed entries.
        Typed,
        /// A set of types and one text; newer revisions are unverified.
        Older,
    }
    /// What becomes of the hash algorithm that a profile sets.
    HashHandling {
        /// The device uses it.
        AsSet,
        /// Nothing: the device takes the strongest it can, of SHA-2.
        Ignored,
        /// The profile has no such setting.
        NoSetting,
    }
    /// What of the extended key usages a device's request carries.
    PurposeHandling {
        /// All that the profile sets.
        AsSet,
        /// Client authentication at most.
        ClientAuthenticationAtMost,
        /// All that the profile sets, or none: devices were seen doing both.
        AsSetOrNone,
    }
    /// Whether a device's request carries the validity that the profile sets.
    ValidityHandling {
        /// It does.
        Sent,
        /// It does not: the CA's template decides.
        NotSent,
    }
    /// A place for keys and certificates on a device.
    Store {
        /// Windows: the store of the local computer
        LocalComputer,
        /// Windows: the store of the current user
        CurrentUser,
        /// macOS: the system keychain
        SystemKeychain,
        /// macOS: the user's keychain
        UserKeychain,
        /// iOS/iPadOS: the device's keychain
        DeviceKeychain,
        /// Android: the store of VPN and apps
        VpnAndApps,
        /// Android: the store of Wi-Fi, which has the certificate, too, once a Wi-Fi profile refers to it (M134)
        Wifi,
    }
    /// What decides the place for the key.
    StoreRule {
        /// The certificate type: Windows.
        ByCertificateType,
        /// The deployment channel: macOS.
        ByChannel,
        /// Nothing: iOS/iPadOS.
        DeviceKeychain,
        /// Nothing: Android.
        VpnAndApps,
    }
    /// How a device comes to use one of the profile's URLs.
    UrlChoice {
        /// Intune shuffles the list; the device tries it in the order received.
        InShuffledOrder,
        /// Intune draws one URL and delivers that alone.
        OneDrawn,
        /// The device shuffles the list, tries until one answers, and stays with that one.
        DeviceShuffles,
    }
    /// What the certificate of an HTTPS URL has to chain to.
    TlsAnchor {
        /// Whatever the device trusts; HTTP will do as well.
        Any,
        /// A root that the system itself trusts, and HTTPS it has to be.
        Public,
    }
    /// How a VPN app on a device comes to the certificate.
    VpnChoice {
        /// Nobody is asked: the VPN profile says which.
        ByProfile,
        /// The app asks, and the user picks it, the right one being marked; a silent grant is not supported.
        ByUser,
        /// The app asks, unless certificate access grants it silently.
        ByAccess,
        /// There is no VPN.
        Never,
    }
    /// How a device renews.
    Renewal {
        /// From the threshold on at every check-in, until it succeeds.
        AtEachCheckIn,
        /// From the threshold until expiry, while it synchronises unlocked. What has expired stays and is not asked for
        /// again until the device was taken out of the assignment and put back.
        InWindowWhileUnlocked,
    }
    /// How a trusted root comes onto the device.
    RootTrust {
        /// By the Trusted certificate profile.
        ByProfile,
        /// By the Trusted certificate profile up to Android 10, and on Samsung Knox.
        NotFromAndroid11,
    }
    /// Which certificate of a chain administrators found to work as the profile's root. The rule is the root (M6).
    RootInPractice {
        /// The issuing CA.
        IssuingCa,
        /// The top-level root.
        Root,
        /// Nothing certain.
        Unsettled,
    }
    /// What a certificate may be used for by other profiles.
    Use {
        /// Wi-Fi
        Wifi,
        /// VPN
        Vpn,
        /// Authentication to websites and services
        Authentication,
        /// Authentication by apps
        Apps,
    }
}

/// A key size and the oldest major version of the system that makes it; 0 for every one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct KeySizeRule {
    /// Bits of an RSA modulus.
    pub size: KeySize,
    /// The oldest major version.
    pub from_version: u16,
}

/// Identifiers of the hardware that newer systems keep from whoever manages the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct HiddenIdentifiers {
    /// The oldest major version that does.
    pub from_version: u16,
    /// Whose values they are.
    pub variables: &'static [Variable],
}

/// All that is known of a platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Rules {
    /// Whether Intune delivers SCEP profiles to it.
    pub support: Rule<Support>,
    /// The type of its profile.
    pub profile_type: Rule<Option<ProfileType>>,
    /// The certificate types that its profile offers; on macOS less in the user channel.
    pub certificate_types: Rule<&'static [CertificateType]>,
    /// Whether a device has a user.
    pub user: Rule<UserPresence>,
    /// Its deployment channels; none where it is no setting.
    pub channels: Rule<&'static [DeploymentChannel]>,
    /// The subject name formats that its profile has.
    pub subject_formats: Rule<&'static [SubjectFormat]>,
    /// The form of the list of alternative names.
    pub san_form: Rule<SanForm>,
    /// The types of alternative names.
    pub san_types: Rule<&'static [SanType]>,
    /// Where it differs on variables; see [`super::Platform::verdict`].
    pub variables: &'static [VariableRule],
    /// Key sizes; 1024 is offered by Intune and refused by every CA that can be trusted (M21), so it is not here.
    pub key_sizes: Rule<&'static [KeySizeRule]>,
    /// Key storage providers; none where it is no setting.
    pub key_storage_providers: Rule<&'static [KeyStorageProvider]>,
    /// Key usages that its profile offers.
    pub key_usages: Rule<&'static [KeyUse]>,
    /// What becomes of the hash algorithm.
    pub hash: Rule<HashHandling>,
    /// What becomes of the extended key usages.
    pub purposes: Rule<PurposeHandling>,
    /// What becomes of the validity.
    pub validity: Rule<ValidityHandling>,
    /// Where the key goes.
    pub store: Rule<StoreRule>,
    /// Whether its profile has the setting of a certificate store.
    pub store_setting: Rule<bool>,
    /// Whether a URL may begin with `http:`.
    pub http: Rule<bool>,
    /// What HTTPS has to chain to.
    pub tls_anchor: Rule<TlsAnchor>,
    /// How a device comes to use one of several URLs.
    pub url_choice: Rule<UrlChoice>,
    /// What a device appends to the URL.
    pub url_suffix: Rule<&'static str>,
    /// How it renews; always with a new key (M164).
    pub renewal: Rule<Renewal>,
    /// Whether each profile that refers to the SCEP profile gets a certificate of its own.
    pub certificate_for_each_reference: Rule<bool>,
    /// Whether Intune's monitoring lists the certificates.
    pub reports: Rule<bool>,
    /// Whether Intune can revoke them.
    pub revokes: Rule<bool>,
    /// What other profiles may use them for.
    pub uses: Rule<&'static [Use]>,
    /// Whether its profile has the setting of certificate access.
    pub certificate_access: Rule<bool>,
    /// How a VPN app comes to the certificate.
    pub vpn_choice: Rule<VpnChoice>,
    /// How a trusted root comes onto it.
    pub root_trust: Rule<RootTrust>,
    /// What administrators found to work as the profile's root.
    pub root_in_practice: Rule<RootInPractice>,
    /// Whether the device looks for its profile's root among the certificates of GetCACert, by thumbprint.
    pub compares_root: Rule<bool>,
    /// Whether it may wait for the user to set a PIN before it asks for a certificate.
    pub may_wait_for_pin: Rule<bool>,
    /// The oldest major version on which a kiosk's policy sets the PIN, so that nobody has to.
    pub pin_by_policy_from: Rule<Option<u16>>,
    /// Identifiers that Intune does not learn of devices that enrol with a newer system.
    pub hidden_identifiers: Rule<Option<HiddenIdentifiers>>,
    /// Whether its profile has applicability rules.
    pub applicability_rules: Rule<bool>,
}

impl Store {
    /// The store that has the certificate, too, once a Wi-Fi profile refers to it (M134).
    #[must_use]
    pub const fn of_wifi(self) -> Option<Self> {
        match self {
            Self::VpnAndApps => Some(Self::Wifi),
            _ => None,
        }
    }
}

impl RootTrust {
    /// Whether the Trusted certificate profile brings a root onto a device of that major version (M130).
    #[must_use]
    pub const fn installs(self, major_version: u32, knox: bool) -> bool {
        match self {
            Self::ByProfile => true,
            Self::NotFromAndroid11 => knox || major_version < 11,
        }
    }
}

impl StoreRule {
    /// The place for the key of a certificate of that type, delivered in that channel.
    #[must_use]
    pub fn place(self, certificate_type: CertificateType, channel: Option<DeploymentChannel>) -> Store {
        match (self, certificate_type, channel) {
            (Self::ByCertificateType, CertificateType::Device, _) => Store::LocalComputer,
            (Self::ByCertificateType, CertificateType::User, _) => Store::CurrentUser,
            (Self::ByChannel, _, Some(DeploymentChannel::User)) => Store::UserKeychain,
            (Self::ByChannel, ..) => Store::SystemKeychain,
            (Self::DeviceKeychain, ..) => Store::DeviceKeychain,
            (Self::VpnAndApps, ..) => Store::VpnAndApps,
        }
    }
}
