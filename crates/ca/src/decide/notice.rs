use crate::rejection::Shown;
use pki::Time;
use pki::extension::KeyUsage;
use std::fmt;

/// Something about an order that whoever looks at it wants to know: told in the log and shown in the portal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notice {
    /// A requested extension is not let through.
    ExtensionDropped {
        /// Its object identifier.
        extension: Shown,
    },
    /// A requested purpose is not one of the profile's.
    PurposeDropped {
        /// Its name or object identifier.
        purpose: Shown,
    },
    /// Requested key usages are not given.
    KeyUsageChanged {
        /// Asked for.
        asked: KeyUsage,
        /// Given.
        given: KeyUsage,
    },
    /// The profile decides the period, whatever was asked (M12, M13).
    ValidityNotHonoured,
    /// The period asked for is above the profile's cap (M10).
    ValidityCapped {
        /// Last second now.
        until: Time,
    },
    /// The period ends with the issuing CA's certificate (M11).
    ValidityClamped {
        /// Last second now.
        until: Time,
    },
    /// An attribute is written in another string type than in the request; its text is the same.
    StringType {
        /// Which attribute.
        attribute: Shown,
    },
}

impl fmt::Display for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExtensionDropped { extension } => {
                write!(f, "the requested extension {extension} was dropped")
            }
            Self::PurposeDropped { purpose } => {
                write!(f, "the requested purpose {purpose} is not the profile's")
            }
            Self::KeyUsageChanged { asked, given } => {
                write!(f, "the key usage was asked to be {asked}; it is {given}")
            }
            Self::ValidityNotHonoured => {
                f.write_str("the profile decides the validity; the request's was not used")
            }
            Self::ValidityCapped { until } => {
                write!(f, "the validity was capped by the profile; it ends at {until}")
            }
            Self::ValidityClamped { until } => {
                write!(f, "the validity ends with the issuing CA's certificate, at {until}")
            }
            Self::StringType { attribute } => {
                write!(
                    f,
                    "the subject's attribute {attribute} was written in the string type that RFC 5280 asks for"
                )
            }
        }
    }
}
