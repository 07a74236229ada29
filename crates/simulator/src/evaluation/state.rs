//! Why nothing happens, as Intune's portal and the platform would show it.

use core::fmt;
use mdm::device::NoKey;
use mdm::expand::NotDelivered;
use mdm::platform::Platform;

/// Intune's word for a device beside a configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// Succeeded
    Succeeded,
    /// Pending: it may still come by itself, or after a user did something
    Pending,
    /// Error
    Error,
    /// Not applicable
    NotApplicable,
}

/// What is shown of a state.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Intune's word.
    pub status: Status,
    /// The platform's error code, where the sources have one.
    pub code: Option<&'static str>,
    /// The sentence.
    pub text: String,
    /// The feature row.
    pub row: &'static str,
}

/// Why nothing happens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum State {
    /// The profile is for other devices (M123, M144).
    OtherPlatform {
        /// The profile's.
        profile: Platform,
    },
    /// An applicability rule leaves the device out (M92).
    NotApplicable,
    /// A group of devices does not reach it before its registration is complete (M199).
    Registering,
    /// The trusted certificate of the profile is not on the device (M2).
    RootMissing,
    /// The profile refers to no Trusted certificate profile that is there (M88).
    RootUnknown,
    /// The profile and its Trusted certificate profile reach the device by different ways: one by its user, one itself
    /// (M3).
    RootElsewhere,
    /// The system takes no trusted certificate from whoever manages it (M130).
    RootRefused,
    /// The channel of the profile has no certificates of its type (M80).
    Channel,
    /// A variable has no value, or the profile cannot be read (M107, M108, M111, M112, M118, M128, M131 …).
    NotDelivered(NotDelivered),
    /// The user has to set a PIN first (M132, M133).
    WaitingForPin,
    /// No key is made (M81, M85, M86).
    NoKey(NoKey),
    /// Configuration Manager has the workload of resource access policies on this device (M201).
    OtherWorkload,
    /// The profile has no URL (M91).
    NoUrl,
    /// The platform asks over HTTPS only, and no URL is (M45).
    NoHttps,
    /// A certificate is due for renewal, and the device is locked (M165).
    Locked,
    /// The certificate expired and stays; the device has to be excluded from the profile and included again (M166).
    Stuck,
}

impl State {
    /// The feature row.
    #[must_use]
    pub const fn row(&self) -> &'static str {
        match self {
            Self::OtherPlatform { .. } => "M144",
            Self::NotApplicable => "M92",
            Self::Registering => "M199",
            Self::RootMissing => "M2",
            Self::RootUnknown => "M88",
            Self::RootElsewhere => "M3",
            Self::RootRefused => "M130",
            Self::Channel => "M80",
            Self::NotDelivered(why) => not_delivered(why),
            Self::WaitingForPin => "M132",
            Self::NoKey(why) => why.source(),
            Self::OtherWorkload => "M201",
            Self::NoUrl => "M91",
            Self::NoHttps => "M45",
            Self::Locked => "M165",
            Self::Stuck => "M166",
        }
    }

    /// Intune's word.
    #[must_use]
    pub const fn status(&self) -> Status {
        match self {
            Self::OtherPlatform { .. } | Self::NotApplicable | Self::OtherWorkload => Status::NotApplicable,
            Self::Registering | Self::WaitingForPin | Self::Locked | Self::RootMissing => Status::Pending,
            _ => Status::Error,
        }
    }

    /// What somebody has to do, where it does not pass by itself and the text does not say it.
    #[must_use]
    pub const fn help(&self, platform: Platform) -> Option<&'static str> {
        match self {
            Self::WaitingForPin if platform.rules().pin_by_policy_from.value.is_some() => {
                Some("set a PIN on the kiosk by hand; from Android 9 on the password policy sets one")
            }
            Self::WaitingForPin => Some("the user sets a PIN in the settings of the device"),
            Self::Locked => Some("unlock the device while it synchronises"),
            Self::OtherWorkload => {
                Some("move the slider to Intune, or to Pilot Intune with the device in the pilot")
            }
            _ => None,
        }
    }

    /// What is shown.
    #[must_use]
    pub fn report(&self) -> Report {
        let code = match self {
            // -2016281112, "remediation failed": what Intune shows of a profile that a device could not apply.
            Self::NoKey(_) | Self::RootRefused | Self::RootElsewhere => Some("0x87d1fde8"),
            // -2016341112: the device is busy, which locked ones answer (ux.md).
            Self::Locked => Some("0x87d11388"),
            _ => None,
        };
        Report { status: self.status(), code, text: self.to_string(), row: self.row() }
    }
}

const fn not_delivered(why: &NotDelivered) -> &'static str {
    match why {
        NotDelivered::NoProfileType(_) => "M145",
        NotDelivered::OtherPlatform { .. } => "M144",
        NotDelivered::Subject(_) => "M97",
        NotDelivered::AlternativeName(..) | NotDelivered::EmptyName(_) => "M113",
        NotDelivered::Refused { source, .. } => source,
        NotDelivered::NoUser(_) => "M111",
        NotDelivered::NoValue(_) | NotDelivered::Unseen { .. } | NotDelivered::Unencodable { .. } => "M112",
        NotDelivered::MalformedSid => "M187",
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherPlatform { profile } => write!(f, "not applicable: the profile is for {profile}"),
            Self::NotApplicable => f.write_str("not applicable: a rule on edition or version leaves the device out"),
            Self::Registering => f.write_str("pending: the device is not fully registered yet"),
            Self::RootMissing => f.write_str("blocked: trusted root missing"),
            Self::RootUnknown => f.write_str("the profile refers to no Trusted certificate profile"),
            Self::RootElsewhere => f.write_str(
                "the Trusted certificate profile is assigned to users and the SCEP profile to devices, or the reverse",
            ),
            Self::RootRefused => {
                f.write_str("Android 11 and later take no root from a device administrator, Samsung Knox excepted")
            }
            Self::Channel => f.write_str("the deployment channel has no certificates of this type"),
            Self::NotDelivered(why) => write!(f, "the profile fails to install: {why}"),
            Self::WaitingForPin => f.write_str("waiting for PIN: the storage is encrypted as a whole"),
            Self::NoKey(why) => write!(f, "no key was made: {why}"),
            Self::OtherWorkload => f.write_str(
                "not applicable: in co-management the slider Resource Access Policies is at Configuration Manager",
            ),
            Self::NoUrl => f.write_str("the profile has no SCEP server URL"),
            Self::NoHttps => f.write_str("the device enrols over HTTPS only, and no URL of the profile is"),
            Self::Locked => f.write_str("due for renewal, and the device is locked while it synchronises"),
            Self::Stuck => f.write_str(
                "the certificate expired and is not asked for again: exclude the device from the profile, then include \
                 it again",
            ),
        }
    }
}
