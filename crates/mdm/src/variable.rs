//! The variables of subjects and subject alternative names (contract §13): `{{Name}}`, put in by Intune when it
//! delivers the profile.
//!
//! What a variable is stands here; on which platform it may be used stands in [`crate::platform`].

mod template;

pub use template::{Piece, Template, TemplateError, TemplateFault};

use crate::profile::CertificateType;
use core::fmt;
use serde::{Deserialize, Serialize};

/// The kinds of subject alternative name that a profile offers (M113).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SanType {
    /// rfc822Name
    Email,
    /// otherName of type UPN
    Upn,
    /// dNSName
    Dns,
    /// uniformResourceIdentifier
    Uri,
}

impl SanType {
    /// All, in the order in which Intune lists them.
    pub const ALL: [Self; 4] = [Self::Email, Self::Upn, Self::Dns, Self::Uri];

    /// The word that Intune shows.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Email => "Email address",
            Self::Upn => "User principal name (UPN)",
            Self::Dns => "DNS",
            Self::Uri => "URI",
        }
    }
}

/// Where a text with variables stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// A value of the subject.
    Subject,
    /// A subject alternative name of that kind.
    San(SanType),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Subject => f.write_str("the subject"),
            Self::San(kind) => write!(f, "the alternative name of type {}", kind.label()),
        }
    }
}

/// Whose attribute a variable is. A certificate of type User may hold both, one of type Device only those of devices
/// (M78, M110).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Owner {
    /// The user's; a device without one has no value for it (M111).
    User,
    /// The device's.
    Device,
    /// The user's in a certificate of type User, the device's in one of type Device.
    Either,
}

/// What must be so that there is a value, besides that Intune knows it (M112).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Need {
    /// Nothing else.
    Nothing,
    /// The user or device is synchronised from Active Directory by Entra Connect.
    DirectorySync,
    /// The device runs Windows and is joined to a domain.
    WindowsDomain,
    /// The device is registered in Entra.
    EntraRegistration,
    /// The device has a mobile telephone's hardware.
    Cellular,
}

macro_rules! variables {
    ($($(#[$doc:meta])* $variant:ident = $name:literal $(| $alias:literal)*, $owner:ident, $need:ident, $source:literal;)+) => {
        /// A variable.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Variable {
            $($(#[$doc])* $variant,)+
        }

        impl Variable {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The name to write, without braces; no page of Microsoft's has another for some platform.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => $name,)+
                }
            }

            /// Other names of the same.
            #[must_use]
            pub const fn aliases(self) -> &'static [&'static str] {
                match self {
                    $(Self::$variant => &[$($alias),*],)+
                }
            }

            /// Whose attribute it is.
            #[must_use]
            pub const fn owner(self) -> Owner {
                match self {
                    $(Self::$variant => Owner::$owner,)+
                }
            }

            /// What must be so that there is a value.
            #[must_use]
            pub const fn need(self) -> Need {
                match self {
                    $(Self::$variant => Need::$need,)+
                }
            }

            /// Where it is documented: a feature row, or the contract.
            #[must_use]
            pub const fn source(self) -> &'static str {
                match self {
                    $(Self::$variant => $source,)+
                }
            }
        }
    };
}

variables! {
    /// `janedoe`
    UserName = "UserName", User, Nothing, "M99";
    /// `janedoe@contoso.com`
    UserPrincipalName = "UserPrincipalName", User, Nothing, "M100";
    /// The mail address, normally as `E=`
    EmailAddress = "EmailAddress", User, Nothing, "M98";
    /// As `G=`
    GivenName = "GivenName", User, Nothing, "contract §13";
    /// As `SN=`
    Surname = "SurName", User, Nothing, "contract §13";
    /// The whole distinguished name in Active Directory: `CN=Jane Doe,OU=Sales,DC=contoso,DC=com`
    OnPremDistinguishedName = "OnPrem_Distinguished_Name", User, DirectorySync, "M108";
    /// `testUser` or `DomainName\testUser`
    OnPremisesSamAccountName = "OnPremisesSamAccountName", User, DirectorySync, "M109";
    /// Named only as missing on AOSP
    Department = "Department", User, Nothing, "M128";
    /// The user principal name in Active Directory
    OnPremisesUserPrincipalName = "OnPremisesUserPrincipalName", User, DirectorySync, "contract §13";
    /// In a URI only: `tag:microsoft.com,2022-09-14:sid:` and the security identifier
    OnPremisesSecurityIdentifier = "OnPremisesSecurityIdentifier", Either, DirectorySync, "M188";
    /// The device's identifier in Entra
    EntraDeviceId = "AAD_Device_ID" | "AzureADDeviceId", Device, EntraRegistration, "M101";
    /// The device's identifier in Intune
    DeviceId = "DeviceId", Device, Nothing, "M102";
    /// The device's name
    DeviceName = "DeviceName", Device, Nothing, "M106";
    /// The address of the Wi-Fi adapter
    WifiMacAddress = "WiFiMacAddress", Device, Nothing, "M106";
    /// The manufacturer's serial number
    SerialNumber = "SerialNumber" | "Device_Serial", Device, Nothing, "M104";
    /// The telephone's IMEI
    Imei = "IMEI" | "IMEINumber" | "Device_IMEI", Device, Cellular, "M105";
    /// The telephone's MEID
    Meid = "MEID", Device, Cellular, "M106";
    /// The computer's name in DNS
    FullyQualifiedDomainName = "FullyQualifiedDomainName", Device, WindowsDomain, "M107";
}

/// A name further away than this is no misspelling.
const LIKELY: f64 = 0.6;

impl Variable {
    /// The variable of that name, without braces, in any letter case (contract §13).
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|variable| variable.names().any(|known| known.eq_ignore_ascii_case(name)))
    }

    /// The variable that was probably meant by a name that is none, by edit distance.
    #[must_use]
    pub fn nearest(name: &str) -> Option<Self> {
        let folded = name.trim().to_lowercase();
        let nearness = |variable: &Self| {
            let each =
                variable.names().map(|known| strsim::normalized_levenshtein(&known.to_lowercase(), &folded));
            each.fold(0.0, f64::max)
        };
        let best = Self::ALL.iter().copied().max_by(|a, b| nearness(a).total_cmp(&nearness(b)))?;
        (nearness(&best) >= LIKELY).then_some(best)
    }

    /// All its names, the one to write first.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        core::iter::once(self.name()).chain(self.aliases().iter().copied())
    }

    /// Whether it stands for something of the user's in a certificate of that type.
    #[must_use]
    pub fn is_users_in(self, certificate_type: CertificateType) -> bool {
        match self.owner() {
            Owner::User => true,
            Owner::Either => certificate_type == CertificateType::User,
            Owner::Device => false,
        }
    }

    /// Whether a text in this place may hold it, on any platform (M117, M188).
    #[must_use]
    pub fn may_stand_in(self, place: Place) -> bool {
        self != Self::OnPremisesSecurityIdentifier || place == Place::San(SanType::Uri)
    }

    /// Whether whoever holds the device can make it say what it likes (M70).
    #[must_use]
    pub const fn is_spoofable(self) -> bool {
        matches!(self, Self::SerialNumber | Self::Imei | Self::Meid | Self::FullyQualifiedDomainName)
    }

    /// Whether its value always holds commas, so that its attribute has to be in quotation marks (M108).
    #[must_use]
    pub const fn wants_quotes(self) -> bool {
        matches!(self, Self::OnPremDistinguishedName)
    }
}

impl Serialize for Variable {
    /// As its name.
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl fmt::Display for Variable {
    /// With its braces.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{{{{{}}}}}", self.name())
    }
}
