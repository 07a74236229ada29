//! What a device is made of.

use crate::expand::DeviceFacts;
use crate::platform::Platform;
use crate::profile::OsVersion;
use crate::variable::Variable;
use serde::{Deserialize, Serialize};

/// How an Android device encrypts its storage. Intune cannot tell (M132).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Encryption {
    /// File by file: from the factory with Android 10 and later
    #[default]
    Files,
    /// The whole disk, under a key of the PIN; also devices that were upgraded to Android 10
    WholeDisk,
}

/// What decides about profiles beside the facts that go into names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hardware {
    /// The version of the system.
    pub version: OsVersion,
    /// Windows: the edition, in Graph's words.
    #[serde(default)]
    pub edition: String,
    /// Windows: whether there is a TPM that works.
    #[serde(default)]
    pub tpm: bool,
    /// Windows: whether Windows Hello for Business is set up.
    #[serde(default)]
    pub hello: bool,
    /// Android: whether it is Samsung Knox (M130).
    #[serde(default)]
    pub knox: bool,
    /// Android: how the storage is encrypted.
    #[serde(default)]
    pub encryption: Encryption,
    /// Android: whether a PIN is set.
    #[serde(default)]
    pub pin: bool,
    /// Whether Intune learned serial number, IMEI and MEID before the system began to hide them (M131).
    #[serde(default)]
    pub identifiers_known: bool,
}

impl Hardware {
    /// A device of that version with nothing that would hold it up, but no TPM.
    #[must_use]
    pub const fn new(version: OsVersion) -> Self {
        Self {
            version,
            edition: String::new(),
            tpm: false,
            hello: false,
            knox: false,
            encryption: Encryption::Files,
            pin: true,
            identifiers_known: false,
        }
    }

    /// Whether it asks for no certificate until its user sets a PIN (M132); a kiosk's policy sets one (M133).
    #[must_use]
    pub fn waits_for_pin(&self, platform: Platform) -> bool {
        let rules = platform.rules();
        let policy = rules.pin_by_policy_from.value.is_some_and(|from| self.version.major() >= from.into());
        rules.may_wait_for_pin.value && self.encryption == Encryption::WholeDisk && !self.pin && !policy
    }

    /// Whether Intune does not learn the value of a variable from it (M131).
    #[must_use]
    pub fn hides(&self, platform: Platform, variable: Variable) -> bool {
        let hidden = platform.rules().hidden_identifiers.value;
        let by_system = |from: u16, variables: &[Variable]| {
            self.version.major() >= from.into() && variables.contains(&variable)
        };
        !self.identifiers_known
            && hidden.is_some_and(|hidden| by_system(hidden.from_version, hidden.variables))
    }

    /// The facts that Intune has of it: those of `known` that it does not hide.
    #[must_use]
    pub fn shown(&self, known: &DeviceFacts) -> DeviceFacts {
        let keep = |variable, value: &Option<String>| {
            value.clone().filter(|_| !self.hides(known.platform, variable))
        };
        DeviceFacts {
            serial_number: keep(Variable::SerialNumber, &known.serial_number),
            imei: keep(Variable::Imei, &known.imei),
            meid: keep(Variable::Meid, &known.meid),
            ..known.clone()
        }
    }
}
