//! TPMs whose firmware makes signatures that nobody accepts (M142).

use core::fmt;
use serde::{Deserialize, Serialize};

/// The list as it was when this was built. A newer one comes with [`crate::lint::Surroundings`].
const SHIPPED: &str = include_str!("tpm-firmware.json");

/// Names that people write for the identifiers that a TPM has.
const NAMES: [(&str, &str); 5] = [
    ("STMICRO", "STM"),
    ("STMICROELECTRONICS", "STM"),
    ("INTEL", "INTC"),
    ("INFINEON", "IFX"),
    ("INFINEON TECHNOLOGIES", "IFX"),
];

/// A TPM as `tpm.msc` and Intune's inventory tell it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tpm {
    /// `STM`, `INTC`, `IFX` and the like, or a name that stands for one of those.
    pub manufacturer: String,
    /// The version of the firmware, such as `7.63.3353.0`.
    pub firmware: String,
    /// The version of the specification, `1.2` or `2.0`. In a list, without one, any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub specification: Option<String>,
}

impl Tpm {
    /// The identifier of the manufacturer, in capitals.
    fn identifier(&self) -> String {
        let written = self.manufacturer.trim().to_ascii_uppercase();
        let known = NAMES.iter().find(|(name, _)| *name == written).map(|(_, identifier)| *identifier);
        known.map_or(written, str::to_owned)
    }
}

impl fmt::Display for Tpm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.manufacturer, self.firmware)?;
        self.specification.iter().try_for_each(|version| write!(f, " (TPM {version})"))
    }
}

/// Firmware that is known to be bad.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct BadFirmware(Vec<Tpm>);

impl BadFirmware {
    /// Whether it is that of a TPM: the same manufacturer and version, and specification where the list has one.
    #[must_use]
    pub fn is_of(&self, tpm: &Tpm) -> bool {
        self.0.iter().any(|bad| {
            let same = |of_bad: &String| tpm.specification.as_ref().is_none_or(|of_tpm| of_tpm == of_bad);
            bad.identifier() == tpm.identifier()
                && bad.firmware == tpm.firmware.trim()
                && bad.specification.as_ref().is_none_or(same)
        })
    }

    /// Each firmware of the list.
    pub fn iter(&self) -> impl Iterator<Item = &Tpm> {
        self.0.iter()
    }
}

impl Default for BadFirmware {
    /// What was known when this was built.
    fn default() -> Self {
        // A test reads the same text; an empty list would warn of nothing.
        Self(serde_json::from_str(SHIPPED).unwrap_or_default())
    }
}
