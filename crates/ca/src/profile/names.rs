//! The words by which settings name attributes, kinds of alternative names, usages and hashes.

use pki::extension::KeyUsage;
use pki::general_name::GeneralName;
use pki::{Oid, oid};
use serde::{Deserialize, Serialize};
use std::fmt;

/// A kind of subject alternative name that a profile can allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SanKind {
    /// rfc822Name (M154).
    Email,
    /// dNSName.
    Dns,
    /// uniformResourceIdentifier; Microsoft's SID URI is of this kind and vouched for apart.
    Uri,
    /// iPAddress.
    Ip,
    /// otherName of type UPN.
    Upn,
}

impl SanKind {
    /// The kind of `name`; `None` for kinds that no profile can allow.
    #[must_use]
    pub const fn of(name: &GeneralName) -> Option<Self> {
        match name {
            GeneralName::Email(_) => Some(Self::Email),
            GeneralName::Dns(_) => Some(Self::Dns),
            GeneralName::Uri(_) => Some(Self::Uri),
            GeneralName::Ip(_) => Some(Self::Ip),
            GeneralName::Upn(_) => Some(Self::Upn),
            GeneralName::Directory(_) | GeneralName::Other(_) => None,
        }
    }
}

impl fmt::Display for SanKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Email => "email",
            Self::Dns => "dns",
            Self::Uri => "uri",
            Self::Ip => "ip",
            Self::Upn => "upn",
        })
    }
}

/// Attribute types of a subject, with the words for them.
pub const ATTRIBUTES: &[(&str, Oid)] = &[
    ("CN", oid::CN),
    ("SN", oid::SURNAME),
    ("serialNumber", oid::SERIAL_NUMBER),
    ("C", oid::COUNTRY),
    ("L", oid::LOCALITY),
    ("ST", oid::STATE),
    ("STREET", oid::STREET),
    ("O", oid::ORGANIZATION),
    ("OU", oid::ORGANIZATIONAL_UNIT),
    ("title", oid::TITLE),
    ("GN", oid::GIVEN_NAME),
    ("initials", oid::INITIALS),
    ("dnQualifier", oid::DN_QUALIFIER),
    ("DC", oid::DOMAIN_COMPONENT),
    ("UID", oid::USER_ID),
    ("E", oid::EMAIL_ADDRESS),
    // PKCS #9, in every request of a Cisco device (scep.md Q33).
    ("unstructuredName", oid::UNSTRUCTURED_NAME),
];

/// Extended key usages, with the words for them. Those that give power over others (OCSP signing, certificate request
/// agent, any) have no word and cannot be configured either: see [`POWERFUL`].
pub const EXTENDED_USAGES: &[(&str, Oid)] = &[
    ("clientAuth", oid::CLIENT_AUTH),
    ("serverAuth", oid::SERVER_AUTH),
    ("emailProtection", oid::EMAIL_PROTECTION),
    ("codeSigning", oid::CODE_SIGNING),
    ("ipsecEndSystem", oid::IPSEC_END_SYSTEM),
    ("ipsecTunnel", oid::IPSEC_TUNNEL),
    ("ipsecUser", oid::IPSEC_USER),
    ("smartcardLogon", oid::MS_SMARTCARD_LOGON),
];

/// Extended key usages that no profile may hold (threat 26): any usage, OCSP signing, certificate request agent, CA
/// exchange, key recovery agent, time stamping.
pub const POWERFUL: &[Oid] = &[
    oid::ANY_EXTENDED_KEY_USAGE,
    oid::OCSP_SIGNING,
    Oid::new_unwrap("1.3.6.1.5.5.7.3.8"),
    Oid::new_unwrap("1.3.6.1.4.1.311.20.2.1"),
    Oid::new_unwrap("1.3.6.1.4.1.311.10.12.1"),
    Oid::new_unwrap("1.3.6.1.4.1.311.21.5"),
    Oid::new_unwrap("1.3.6.1.4.1.311.21.6"),
];

/// Key usages of end entities, with the words for them; keyCertSign and cRLSign have none (threat 27).
pub const KEY_USAGES: &[(&str, KeyUsage)] = &[
    ("digitalSignature", KeyUsage::DIGITAL_SIGNATURE),
    ("nonRepudiation", KeyUsage::NON_REPUDIATION),
    ("keyEncipherment", KeyUsage::KEY_ENCIPHERMENT),
    ("dataEncipherment", KeyUsage::DATA_ENCIPHERMENT),
    ("keyAgreement", KeyUsage::KEY_AGREEMENT),
];

/// Looks a word up without regard to case, or takes a dotted object identifier.
#[must_use]
pub fn oid_of(table: &[(&str, Oid)], word: &str) -> Option<Oid> {
    let named = table.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, oid)| *oid);
    named.or_else(|| Oid::new(word).ok())
}

/// The word for an object identifier, else its digits.
#[must_use]
pub fn word_of(table: &[(&str, Oid)], oid: &Oid) -> String {
    let named = table.iter().find(|(_, known)| known == oid);
    named.map_or_else(|| oid.to_string(), |(name, _)| (*name).to_owned())
}
