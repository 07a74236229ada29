//! The Wi-Fi network that a certificate is for, by EAP-TLS (M94).

mod windows;

pub use windows::write_wlan;

use crate::profile::{Invalid, Thumbprint};
use core::fmt;
use serde::{Deserialize, Serialize};

/// The name of a network: 1 to 32 octets (IEEE 802.11 §9.4.2.2), here of UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Ssid(String);

impl Ssid {
    /// Reads a name.
    ///
    /// # Errors
    /// None, or more than 32 octets.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = Invalid { setting: "ssid", rule: "1 to 32 octets of UTF-8" };
        (1..=32).contains(&text.len()).then(|| Self(text.to_owned())).ok_or(invalid)
    }

    /// As written.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Ssid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Ssid {
    type Error = Invalid;

    fn try_from(text: String) -> Result<Self, Invalid> {
        Self::parse(&text)
    }
}

impl From<Ssid> for String {
    fn from(ssid: Ssid) -> Self {
        ssid.0
    }
}

/// How the air is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// WPA2-Enterprise
    Wpa2,
    /// WPA3-Enterprise, without the 192-bit mode, which wants other keys than Intune makes
    Wpa3,
}

/// A network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WifiNetwork {
    /// Its name.
    pub ssid: Ssid,
    /// Whether it does not tell its name.
    #[serde(default)]
    pub hidden: bool,
    /// How the air is protected.
    pub security: Security,
    /// Names in the RADIUS server's certificate; without one, any server under the roots is believed.
    #[serde(default)]
    pub server_names: Vec<String>,
    /// Thumbprints of the roots that the RADIUS server's certificate chains to (M5).
    #[serde(default)]
    pub roots: Vec<Thumbprint>,
}
