//! What each platform makes of a SCEP profile: one table, which the generators, the linter, the simulator and the
//! documentation read.
//!
//! Each [`Rule`] carries where it is from: a feature row (`M188`), the wire contract, or another vendor's page where
//! only that says it. What is unsure says so in its type.

mod android;
mod apple;
mod linux;
mod matrix;
mod rules;
mod variables;
mod windows;

pub use matrix::matrix;
pub use rules::{
    HashHandling, HiddenIdentifiers, KeySizeRule, PurposeHandling, Renewal, RootInPractice, RootTrust, Rule,
    Rules, SanForm, Store, StoreRule, Support, TlsAnchor, UrlChoice, Use, UserPresence, ValidityHandling,
    VpnChoice,
};
pub use variables::{Places, VariableRule, Verdict};

use crate::profile::{CertificateType, DeploymentChannel, KeySize};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The kinds of device.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Platform {
    /// Windows 10 and 11, Enterprise multi-session included (M138)
    Windows,
    /// Windows 8.1
    #[serde(rename = "windows_8_1")]
    Windows81,
    /// iOS and iPadOS
    Ios,
    /// macOS
    #[serde(rename = "macos")]
    MacOs,
    /// Android device administrator
    AndroidDeviceAdministrator,
    /// Android Enterprise, personally-owned work profile
    AndroidPersonalWorkProfile,
    /// Android Enterprise, corporate-owned work profile
    AndroidCorporateWorkProfile,
    /// Android Enterprise, fully managed
    AndroidFullyManaged,
    /// Android Enterprise, dedicated
    AndroidDedicated,
    /// Android Open Source Project, associated with a user
    AospUserAffine,
    /// Android Open Source Project, without a user
    AospUserless,
    /// Linux
    Linux,
}

/// The types of SCEP profile that Intune has. Several kinds of device take one type (M123), and no other (M144).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ProfileType {
    /// Windows 8.1 to 11
    Windows,
    /// iOS and iPadOS
    Ios,
    /// macOS
    MacOs,
    /// Android device administrator
    AndroidDeviceAdministrator,
    /// Personally-Owned Work Profile
    AndroidWorkProfile,
    /// Fully Managed, Dedicated, and Corporate-Owned Work Profile
    AndroidDeviceOwner,
    /// Android Open Source Project
    Aosp,
}

impl ProfileType {
    /// Graph's names for the profile, the one to write first (contract §12). Without `#microsoft.graph.`.
    #[must_use]
    pub const fn graph_types(self) -> &'static [&'static str] {
        match self {
            Self::Windows => &["windows81SCEPCertificateProfile"],
            Self::Ios => &["iosScepCertificateProfile"],
            Self::MacOs => &["macOSScepCertificateProfile"],
            Self::AndroidDeviceAdministrator => &["androidScepCertificateProfile"],
            Self::AndroidWorkProfile => {
                &["androidWorkProfileScepCertificateProfile", "androidForWorkScepCertificateProfile"]
            }
            Self::AndroidDeviceOwner => &["androidDeviceOwnerScepCertificateProfile"],
            Self::Aosp => &["aospDeviceOwnerScepCertificateProfile"],
        }
    }

    /// Graph's name for the Trusted certificate profile beside it (contract §12).
    #[must_use]
    pub const fn trusted_root_graph_type(self) -> &'static str {
        match self {
            Self::Windows => "windows81TrustedRootCertificate",
            Self::Ios => "iosTrustedRootCertificate",
            Self::MacOs => "macOSTrustedRootCertificate",
            Self::AndroidDeviceAdministrator => "androidTrustedRootCertificate",
            Self::AndroidWorkProfile => "androidWorkProfileTrustedRootCertificate",
            Self::AndroidDeviceOwner => "androidDeviceOwnerTrustedRootCertificate",
            Self::Aosp => "aospDeviceOwnerTrustedRootCertificate",
        }
    }
}

impl Platform {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Windows,
        Self::Windows81,
        Self::Ios,
        Self::MacOs,
        Self::AndroidDeviceAdministrator,
        Self::AndroidPersonalWorkProfile,
        Self::AndroidCorporateWorkProfile,
        Self::AndroidFullyManaged,
        Self::AndroidDedicated,
        Self::AospUserAffine,
        Self::AospUserless,
        Self::Linux,
    ];

    /// The words to show.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Windows => "Windows 10 and 11",
            Self::Windows81 => "Windows 8.1",
            Self::Ios => "iOS/iPadOS",
            Self::MacOs => "macOS",
            Self::AndroidDeviceAdministrator => "Android device administrator",
            Self::AndroidPersonalWorkProfile => "Android Enterprise, personally-owned work profile",
            Self::AndroidCorporateWorkProfile => "Android Enterprise, corporate-owned work profile",
            Self::AndroidFullyManaged => "Android Enterprise, fully managed",
            Self::AndroidDedicated => "Android Enterprise, dedicated",
            Self::AospUserAffine => "Android (AOSP), user-associated",
            Self::AospUserless => "Android (AOSP), userless",
            Self::Linux => "Linux",
        }
    }

    /// What it makes of a profile.
    #[must_use]
    pub const fn rules(self) -> &'static Rules {
        match self {
            Self::Windows => &windows::WINDOWS,
            Self::Windows81 => &windows::WINDOWS_8_1,
            Self::Ios => &apple::IOS,
            Self::MacOs => &apple::MACOS,
            Self::AndroidDeviceAdministrator => &android::DEVICE_ADMINISTRATOR,
            Self::AndroidPersonalWorkProfile => &android::PERSONAL_WORK_PROFILE,
            Self::AndroidCorporateWorkProfile => &android::CORPORATE_WORK_PROFILE,
            Self::AndroidFullyManaged => &android::FULLY_MANAGED,
            Self::AndroidDedicated => &android::DEDICATED,
            Self::AospUserAffine => &android::AOSP_USER_AFFINE,
            Self::AospUserless => &android::AOSP_USERLESS,
            Self::Linux => &linux::LINUX,
        }
    }

    /// Whether a profile for this platform installs on a device of the other (M123, M144).
    #[must_use]
    pub fn installs_on(self, device: Self) -> bool {
        let of = |platform: Self| platform.rules().profile_type.value;
        of(self).is_some() && of(self) == of(device)
    }

    /// Whether it is one of Android's.
    #[must_use]
    pub const fn is_android(self) -> bool {
        matches!(
            self,
            Self::AndroidDeviceAdministrator
                | Self::AndroidPersonalWorkProfile
                | Self::AndroidCorporateWorkProfile
                | Self::AndroidFullyManaged
                | Self::AndroidDedicated
                | Self::AospUserAffine
                | Self::AospUserless
        )
    }

    /// The certificate types of a profile in this channel; `None` for the channel where the platform has none (M80).
    #[must_use]
    pub fn certificate_types(self, channel: Option<DeploymentChannel>) -> &'static [CertificateType] {
        let rules = self.rules();
        match channel {
            Some(DeploymentChannel::User) if !rules.channels.value.is_empty() => &[CertificateType::User],
            _ => rules.certificate_types.value,
        }
    }

    /// The oldest major version that makes a key of this size: 0 where every one does, `None` where none does, and for
    /// 1024 bits always (M21, M85).
    #[must_use]
    pub fn makes_keys_from(self, size: KeySize) -> Option<u16> {
        self.rules().key_sizes.value.iter().find(|rule| rule.size == size).map(|rule| rule.from_version)
    }
}

impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.label())
    }
}
