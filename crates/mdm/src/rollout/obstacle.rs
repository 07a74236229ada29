//! Why a plan cannot be made.

use core::fmt;

/// What stands in the way, by the names that the portal shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Obstacle {
    /// Several configurations have the type and the name: which one is meant?
    Several {
        /// The name.
        name: String,
        /// Their ids.
        ids: Vec<String>,
    },
    /// Two definitions have the same type and name.
    Twice(String),
    /// Another certificate stands under the name. Devices that have it would lose it.
    OtherCertificate(String),
    /// The certificate is not the one that the profile names by its thumbprint (M6).
    OtherThumbprint(String),
    /// The profile refers to it, and it is neither given nor in the tenant (M88).
    NoRoot(String),
    /// The profile refers to no certificate (M88).
    Rootless(String),
    /// A setting that cannot be changed once a profile is deployed (M76).
    Fixed {
        /// The profile.
        name: String,
        /// The setting.
        setting: String,
    },
    /// A setting that Graph cannot hold.
    Unwritable {
        /// The profile.
        name: String,
        /// Which setting, and why.
        why: String,
    },
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Several { name, ids } => {
                write!(f, "the tenant has several profiles called `{name}`: {}", ids.join(", "))
            }
            Self::Twice(name) => write!(f, "two definitions are called `{name}`"),
            Self::OtherCertificate(name) => {
                write!(f, "the tenant's Trusted certificate profile `{name}` holds another certificate")
            }
            Self::OtherThumbprint(name) => {
                write!(f, "the certificate for `{name}` is not the one whose thumbprint the profile names")
            }
            Self::NoRoot(name) => {
                write!(
                    f,
                    "the Trusted certificate profile `{name}` is not in the tenant, and no certificate is given for it"
                )
            }
            Self::Rootless(name) => write!(f, "`{name}` refers to no trusted certificate"),
            Self::Fixed { name, setting } => {
                write!(f, "{setting} of `{name}` cannot be changed: a new profile has to take its place")
            }
            Self::Unwritable { name, why } => write!(f, "`{name}`: {why}"),
        }
    }
}

impl core::error::Error for Obstacle {}
