//! Settings that are a choice among few.

use super::invalid::Invalid;
use pki::extension::KeyUsage;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

macro_rules! choices {
    ($($(#[$doc:meta])* $name:ident[$count:literal] { $($(#[$of:meta])* $variant:ident,)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $($(#[$of])* $variant,)+
        }

        impl $name {
            /// All of them, in Intune's order.
            pub const ALL: [Self; $count] = [$(Self::$variant),+];
        }
    )+};
}

choices! {
    /// Whom a certificate is for (M77, M78).
    CertificateType[2] {
        /// A user on a device; user and device variables
        User,
        /// A device; device variables only
        Device,
    }
    /// Which of macOS' channels delivers the profile (M75).
    DeploymentChannel[2] {
        /// The device channel: system keychain
        Device,
        /// The user channel: the user's keychain
        User,
    }
    /// Where Windows keeps the key (M81). In Graph's order.
    KeyStorageProvider[4] {
        /// In the TPM if there is one, else in software
        TpmElseSoftware,
        /// In the TPM, else not at all
        TpmElseFail,
        /// In Windows Hello for Business, else not at all
        HelloElseFail,
        /// In software
        Software,
    }
    /// A key usage that a profile offers (M84). In Graph's order.
    KeyUse[2] {
        /// keyEncipherment
        KeyEncipherment,
        /// digitalSignature
        DigitalSignature,
    }
    /// A hash algorithm that a profile offers (M87).
    HashAlgorithm[2] {
        /// SHA-1
        Sha1,
        /// SHA-256 and larger
        Sha2,
    }
    /// The certificate store, in Graph's words (contract §12).
    CertificateStore[2] {
        /// The user's
        User,
        /// The device's
        Machine,
    }
}

impl KeyStorageProvider {
    /// The largest key that it makes everywhere: only software makes 4096 bits (M86).
    #[must_use]
    pub const fn largest_key(self) -> KeySize {
        match self {
            Self::Software => KeySize::Bits4096,
            _ => KeySize::Bits2048,
        }
    }
}

/// The size of an RSA key; a number in a file. Intune has no other sizes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
pub enum KeySize {
    /// Offered by Intune, refused by the CA (M21)
    Bits1024,
    /// The usual
    Bits2048,
    /// Not on every platform and provider (M85, M86)
    Bits4096,
}

impl KeySize {
    /// Bits of the modulus.
    #[must_use]
    pub const fn bits(self) -> u32 {
        match self {
            Self::Bits1024 => 1024,
            Self::Bits2048 => 2048,
            Self::Bits4096 => 4096,
        }
    }
}

impl From<KeySize> for u32 {
    fn from(size: KeySize) -> Self {
        size.bits()
    }
}

impl TryFrom<u32> for KeySize {
    type Error = Invalid;

    fn try_from(bits: u32) -> Result<Self, Invalid> {
        match bits {
            1024 => Ok(Self::Bits1024),
            2048 => Ok(Self::Bits2048),
            4096 => Ok(Self::Bits4096),
            _ => Err(Invalid { setting: "key_size", rule: "1024, 2048 or 4096" }),
        }
    }
}

/// The key usages of a profile: at least one (contract §15), none twice.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "BTreeSet<KeyUse>", into = "BTreeSet<KeyUse>")]
pub struct KeyUses(BTreeSet<KeyUse>);

impl KeyUses {
    /// Both: the usual case (M84).
    #[must_use]
    pub fn both() -> Self {
        Self(KeyUse::ALL.into())
    }

    /// Whether it is among them.
    #[must_use]
    pub fn contains(&self, one: KeyUse) -> bool {
        self.0.contains(&one)
    }

    /// As the bits of a certificate's extension.
    #[must_use]
    pub fn bits(&self) -> KeyUsage {
        let bit = |one: &KeyUse| match one {
            KeyUse::DigitalSignature => KeyUsage::DIGITAL_SIGNATURE,
            KeyUse::KeyEncipherment => KeyUsage::KEY_ENCIPHERMENT,
        };
        self.0.iter().map(bit).fold(KeyUsage::default(), KeyUsage::with)
    }
}

impl TryFrom<BTreeSet<KeyUse>> for KeyUses {
    type Error = Invalid;

    fn try_from(uses: BTreeSet<KeyUse>) -> Result<Self, Invalid> {
        let invalid = Invalid { setting: "key_usage", rule: "digital_signature, key_encipherment or both" };
        if uses.is_empty() { Err(invalid) } else { Ok(Self(uses)) }
    }
}

impl From<KeyUses> for BTreeSet<KeyUse> {
    fn from(uses: KeyUses) -> Self {
        uses.0
    }
}

/// Which apps get at a certificate on Android with a device owner (M136).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum CertificateAccess {
    /// Those that the user approves
    UserApproval,
    /// Those with these package identifiers, without asking
    SpecificApps(Vec<String>),
}
