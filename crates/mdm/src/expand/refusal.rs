//! Why a device does not get a profile.

use crate::platform::Platform;
use crate::profile::{AlternativeName, SubjectNameError};
use crate::variable::{Need, Place, SanType, TemplateError, Variable};
use core::fmt;
use pki::text::shown;

/// Why a device does not get a profile. No value of a fact is in it, so that it can be logged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotDelivered {
    /// Intune has no SCEP profile for the profile's platform.
    NoProfileType(Platform),
    /// The profile is for other devices (M144).
    OtherPlatform {
        /// The profile's platform.
        profile: Platform,
        /// The device's.
        device: Platform,
    },
    /// The subject of the profile cannot be read.
    Subject(SubjectNameError),
    /// An alternative name of the profile cannot be read.
    AlternativeName(AlternativeName, TemplateError),
    /// A variable that the platform, the place or the certificate type rules out.
    Refused {
        /// Which.
        variable: Variable,
        /// Where it stands.
        place: Place,
        /// Why.
        why: &'static str,
        /// Who says it.
        source: &'static str,
    },
    /// A variable of a user, on a device without one (M111).
    NoUser(Variable),
    /// A variable that this device or user has no value for (M112).
    NoValue(Variable),
    /// A value with a character that acts without being seen.
    Unseen {
        /// Whose value.
        variable: Variable,
        /// The character.
        character: char,
    },
    /// A security identifier that is none (M187).
    MalformedSid,
    /// A character that cannot stand in that place of a certificate.
    Unencodable {
        /// The key of a subject's attribute, or the type of an alternative name.
        place: String,
        /// The character.
        character: char,
    },
    /// An alternative name with nothing in it.
    EmptyName(SanType),
}

/// What an administrator can do about a missing value.
fn cause(variable: Variable) -> &'static str {
    match variable.need() {
        Need::Nothing => "Intune knows none; fill it in or use another variable",
        Need::DirectorySync => "only what Entra Connect synchronises from Active Directory has one",
        Need::WindowsDomain => "only a Windows device that is joined to a domain has one",
        Need::EntraRegistration => "only a device that is registered in Entra has one",
        Need::Cellular => "only a device with a mobile telephone in it has one",
    }
}

impl fmt::Display for NotDelivered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoProfileType(platform) => write!(f, "Intune has no SCEP profile for {platform}"),
            Self::OtherPlatform { profile, device } => {
                write!(f, "the profile is for {profile}, the device is {device}")
            }
            Self::Subject(wrong) => write!(f, "the subject of the profile cannot be read: {wrong}"),
            Self::AlternativeName(name, wrong) => {
                write!(f, "the alternative name `{}` cannot be read: {wrong}", shown(&name.value))
            }
            Self::Refused { variable, place, why, source } => {
                write!(f, "{variable} in {place}: {why} ({source})")
            }
            Self::NoUser(variable) => write!(f, "{variable} is a user's, and the device has no user"),
            Self::NoValue(variable) => write!(f, "{variable} has no value: {}", cause(*variable)),
            Self::Unseen { variable, character } => {
                write!(f, "the value of {variable} holds U+{:04X}, which is not seen", u32::from(*character))
            }
            Self::MalformedSid => f.write_str("the security identifier is not of the form S-1-…"),
            Self::Unencodable { place, character } => {
                let character = shown(character.encode_utf8(&mut [0; 4]));
                write!(f, "{place} cannot hold `{character}`")
            }
            Self::EmptyName(kind) => write!(f, "an alternative name of type {} is empty", kind.label()),
        }
    }
}

impl core::error::Error for NotDelivered {}
