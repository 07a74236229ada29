//! Extended key usages.

use super::invalid::{Invalid, read_from_text};
use core::fmt;
use pki::{Oid, oid};
use serde::{Deserialize, Serialize};

/// An object identifier in dots.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PurposeOid(Oid);

impl PurposeOid {
    /// Reads an identifier.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        Oid::new(text).map(Self).map_err(|_| Invalid { setting: "oid", rule: "an object identifier in dots" })
    }

    /// The identifier.
    #[must_use]
    pub const fn oid(self) -> Oid {
        self.0
    }
}

impl fmt::Display for PurposeOid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

read_from_text!(PurposeOid);

macro_rules! purposes {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $oid:expr;)+) => {
        /// An extended key usage: one whose name and identifier are known by a word, or a custom one (M89).
        #[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case", deny_unknown_fields)]
        pub enum Purpose {
            $($(#[$doc])* $variant,)+
            /// Any other, as written; its name may well be wrong
            Custom {
                /// What the portal shows.
                name: String,
                /// What the certificate says.
                oid: PurposeOid,
            },
        }

        impl Purpose {
            /// Those with a word.
            pub const KNOWN: &'static [Self] = &[$(Self::$variant),+];

            /// What the portal shows.
            #[must_use]
            pub fn name(&self) -> &str {
                match self {
                    $(Self::$variant => $name,)+
                    Self::Custom { name, .. } => name,
                }
            }

            /// What the certificate says.
            #[must_use]
            pub const fn oid(&self) -> Oid {
                match self {
                    $(Self::$variant => $oid,)+
                    Self::Custom { oid, .. } => oid.0,
                }
            }
        }
    };
}

impl Purpose {
    /// The one with this name and identifier: by its word where name and identifier both say so.
    #[must_use]
    pub fn named(name: String, oid: PurposeOid) -> Self {
        let known = Self::KNOWN.iter().find(|known| known.oid() == oid.0 && known.name() == name);
        known.cloned().unwrap_or(Self::Custom { name, oid })
    }
}

purposes! {
    /// id-kp-clientAuth
    ClientAuthentication = "Client Authentication", oid::CLIENT_AUTH;
    /// id-kp-serverAuth
    ServerAuthentication = "Server Authentication", oid::SERVER_AUTH;
    /// id-kp-emailProtection
    SecureEmail = "Secure Email", oid::EMAIL_PROTECTION;
    /// id-kp-codeSigning
    CodeSigning = "Code Signing", oid::CODE_SIGNING;
    /// Microsoft smart card logon
    SmartCardLogon = "Smart Card Logon", oid::MS_SMARTCARD_LOGON;
    /// id-kp-ipsecEndSystem
    IpsecEndSystem = "IP security end system", oid::IPSEC_END_SYSTEM;
    /// id-kp-ipsecTunnel
    IpsecTunnel = "IP security tunnel", oid::IPSEC_TUNNEL;
    /// id-kp-ipsecUser
    IpsecUser = "IP security user", oid::IPSEC_USER;
    /// anyExtendedKeyUsage
    AnyPurpose = "Any Purpose", oid::ANY_EXTENDED_KEY_USAGE;
}
