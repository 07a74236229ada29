//! Where the key of a certificate is made.

use super::Hardware;
use crate::platform::Platform;
use crate::profile::{KeySize, KeyStorageProvider, Profile};
use core::fmt;
use serde::Serialize;

/// Where a key is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyPlace {
    /// The platform has no choice of it
    System,
    /// The TPM
    Tpm,
    /// Windows Hello for Business
    Hello,
    /// Software
    Software,
}

/// Why a device makes no key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum NoKey {
    /// The profile wants a TPM and takes nothing else (M81).
    NoTpm,
    /// The profile wants Windows Hello for Business, and it is not set up (M81).
    NoHello,
    /// Only software makes a key of this size (M86).
    TooLarge {
        /// The provider that was to make it.
        provider: KeyStorageProvider,
    },
    /// The system is too old for a key of this size, or never makes one (M85).
    Size {
        /// The oldest major version that does; none if there is none.
        from_version: Option<u16>,
    },
}

impl NoKey {
    /// Who says it.
    #[must_use]
    pub const fn source(self) -> &'static str {
        match self {
            Self::NoTpm | Self::NoHello => "M81",
            Self::TooLarge { .. } => "M86",
            Self::Size { .. } => "M85",
        }
    }
}

impl fmt::Display for NoKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTpm => f.write_str("the profile wants the key in a TPM, and the device has none"),
            Self::NoHello => f.write_str("Windows Hello for Business is not set up"),
            Self::TooLarge { .. } => f.write_str("a key of 4096 bits is made in software only"),
            Self::Size { from_version: Some(from) } => {
                write!(f, "a key of this size needs version {from} of the system")
            }
            Self::Size { from_version: None } => f.write_str("a key of this size is not made"),
        }
    }
}

impl core::error::Error for NoKey {}

impl Hardware {
    /// Where the key for a certificate of that profile is made.
    ///
    /// # Errors
    /// Why there is no key.
    pub fn key_place(&self, platform: Platform, profile: &Profile) -> Result<KeyPlace, NoKey> {
        // Every device makes 1024 bits if told to; it is the CA that refuses them (M21).
        let small = profile.key_size == KeySize::Bits1024;
        let from_version = if small { Some(0) } else { platform.makes_keys_from(profile.key_size) };
        if from_version.is_none_or(|from| self.version.major() < from.into()) {
            return Err(NoKey::Size { from_version });
        }
        if platform.rules().key_storage_providers.value.is_empty() {
            return Ok(KeyPlace::System);
        }
        self.windows_place(
            profile.key_storage_provider.unwrap_or(KeyStorageProvider::Software),
            profile.key_size,
        )
    }

    fn windows_place(&self, provider: KeyStorageProvider, size: KeySize) -> Result<KeyPlace, NoKey> {
        let place = match provider {
            KeyStorageProvider::Software => KeyPlace::Software,
            KeyStorageProvider::TpmElseSoftware if !self.tpm => KeyPlace::Software,
            KeyStorageProvider::TpmElseSoftware | KeyStorageProvider::TpmElseFail if self.tpm => {
                KeyPlace::Tpm
            }
            KeyStorageProvider::TpmElseSoftware | KeyStorageProvider::TpmElseFail => {
                return Err(NoKey::NoTpm);
            }
            KeyStorageProvider::HelloElseFail if self.hello => KeyPlace::Hello,
            KeyStorageProvider::HelloElseFail => return Err(NoKey::NoHello),
        };
        let fits = place == KeyPlace::Software || size <= provider.largest_key();
        fits.then_some(place).ok_or(NoKey::TooLarge { provider })
    }
}
