use crate::der::{Error, Reader, Tag, Writer};
use crate::{Oid, oid};
use core::fmt;

/// `KeyUsage ::= BIT STRING` (RFC 5280 §4.2.1.3); bit 0 is the highest.
#[derive(Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// digitalSignature (0)
    pub const DIGITAL_SIGNATURE: KeyUsage = KeyUsage(0x8000);
    /// nonRepudiation, now contentCommitment (1)
    pub const NON_REPUDIATION: KeyUsage = KeyUsage(0x4000);
    /// keyEncipherment (2)
    pub const KEY_ENCIPHERMENT: KeyUsage = KeyUsage(0x2000);
    /// dataEncipherment (3)
    pub const DATA_ENCIPHERMENT: KeyUsage = KeyUsage(0x1000);
    /// keyAgreement (4)
    pub const KEY_AGREEMENT: KeyUsage = KeyUsage(0x0800);
    /// keyCertSign (5)
    pub const KEY_CERT_SIGN: KeyUsage = KeyUsage(0x0400);
    /// cRLSign (6)
    pub const CRL_SIGN: KeyUsage = KeyUsage(0x0200);
    /// encipherOnly (7)
    pub const ENCIPHER_ONLY: KeyUsage = KeyUsage(0x0100);
    /// decipherOnly (8)
    pub const DECIPHER_ONLY: KeyUsage = KeyUsage(0x0080);

    const NAMES: [(KeyUsage, &'static str); 9] = [
        (KeyUsage::DIGITAL_SIGNATURE, "digitalSignature"),
        (KeyUsage::NON_REPUDIATION, "nonRepudiation"),
        (KeyUsage::KEY_ENCIPHERMENT, "keyEncipherment"),
        (KeyUsage::DATA_ENCIPHERMENT, "dataEncipherment"),
        (KeyUsage::KEY_AGREEMENT, "keyAgreement"),
        (KeyUsage::KEY_CERT_SIGN, "keyCertSign"),
        (KeyUsage::CRL_SIGN, "cRLSign"),
        (KeyUsage::ENCIPHER_ONLY, "encipherOnly"),
        (KeyUsage::DECIPHER_ONLY, "decipherOnly"),
    ];

    /// The usage that the standard calls so.
    #[must_use]
    pub fn named(name: &str) -> Option<KeyUsage> {
        KeyUsage::NAMES.into_iter().find(|(_, known)| *known == name).map(|(usage, _)| usage)
    }

    /// The standard's names of what is set, in its order.
    pub fn names(self) -> impl Iterator<Item = &'static str> {
        KeyUsage::NAMES.into_iter().filter(move |(usage, _)| self.contains(*usage)).map(|(_, name)| name)
    }

    /// Both together.
    #[must_use]
    pub const fn with(self, other: KeyUsage) -> KeyUsage {
        KeyUsage(self.0 | other.0)
    }

    /// This one less the other.
    #[must_use]
    pub const fn without(self, other: KeyUsage) -> KeyUsage {
        KeyUsage(self.0 & !other.0)
    }

    /// What is in both.
    #[must_use]
    pub const fn and(self, other: KeyUsage) -> KeyUsage {
        KeyUsage(self.0 & other.0)
    }

    /// Whether all of `other` is set.
    #[must_use]
    pub const fn contains(self, other: KeyUsage) -> bool {
        self.0 & other.0 == other.0
    }

    /// Whether nothing is set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Reads the value of the extension.
    ///
    /// # Errors
    /// The rule that was broken; [`Error::Structure`] for bits that the standard does not name.
    pub fn parse(der: &[u8]) -> Result<KeyUsage, Error> {
        let mut reader = Reader::new(der);
        let bits = reader.bit_string()?;
        reader.finish()?;
        let mut octets = [0; 2];
        match bits.bytes {
            [] => {}
            [first] => octets = [*first, 0],
            [first, second] => octets = [*first, *second],
            _ => return Err(Error::Structure("a keyUsage of more than nine bits")),
        }
        let usage = KeyUsage(u16::from_be_bytes(octets));
        let named = KeyUsage::NAMES.into_iter().fold(KeyUsage(0), |all, (usage, _)| all.with(usage));
        if named.contains(usage) {
            Ok(usage)
        } else {
            Err(Error::Structure("a keyUsage of more than nine bits"))
        }
    }

    pub(super) fn write(self, w: &mut Writer) {
        w.named_bits(self.0);
    }
}

impl fmt::Display for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.names().collect::<Vec<_>>().join(", "))
    }
}

impl fmt::Debug for KeyUsage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyUsage({self})")
    }
}

/// `ExtKeyUsageSyntax ::= SEQUENCE SIZE (1..MAX) OF KeyPurposeId` (RFC 5280 §4.2.1.12), in order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ExtendedKeyUsage(pub Vec<Oid>);

impl ExtendedKeyUsage {
    /// Reads the value of the extension.
    ///
    /// # Errors
    /// The rule that was broken; an empty list is refused.
    pub fn parse(der: &[u8]) -> Result<ExtendedKeyUsage, Error> {
        let mut sequence = Reader::only(der)?.open(Tag::SEQUENCE)?;
        let mut purposes = Vec::new();
        while !sequence.is_empty() {
            purposes.push(sequence.oid()?);
        }
        match purposes.len() {
            0 => Err(Error::Structure("an extKeyUsage without a purpose")),
            1..=64 => Ok(ExtendedKeyUsage(purposes)),
            _ => Err(Error::Size),
        }
    }

    /// Whether the purpose is listed.
    #[must_use]
    pub fn contains(&self, purpose: &Oid) -> bool {
        self.0.contains(purpose)
    }

    pub(super) fn write(&self, w: &mut Writer) {
        w.sequence(|w| self.0.iter().for_each(|purpose| w.oid(purpose)));
    }
}

/// The name by which administrators know a purpose.
#[must_use]
pub fn purpose_name(purpose: &Oid) -> Option<&'static str> {
    Some(match *purpose {
        oid::SERVER_AUTH => "Server Authentication",
        oid::CLIENT_AUTH => "Client Authentication",
        oid::CODE_SIGNING => "Code Signing",
        oid::EMAIL_PROTECTION => "Secure Email",
        oid::IPSEC_END_SYSTEM => "IP security end system",
        oid::IPSEC_TUNNEL => "IP security tunnel",
        oid::IPSEC_USER => "IP security user",
        oid::OCSP_SIGNING => "OCSP Signing",
        oid::MS_SMARTCARD_LOGON => "Smart Card Logon",
        oid::ANY_EXTENDED_KEY_USAGE => "Any Purpose",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn usages_come_back() {
        for usage in [
            KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT),
            KeyUsage::DECIPHER_ONLY,
            KeyUsage::default(),
        ] {
            assert_eq!(KeyUsage::parse(&Writer::bytes_of(|w| usage.write(w))), Ok(usage));
        }
        assert_eq!(KeyUsage::named("keyCertSign"), Some(KeyUsage::KEY_CERT_SIGN));
        assert_eq!(KeyUsage::named("signing"), None);
    }

    #[test]
    fn bits_without_a_name_are_refused() {
        assert!(KeyUsage::parse(&[3, 3, 6, 0, 0x40]).is_err());
        assert!(KeyUsage::parse(&[3, 4, 0, 1, 1, 1]).is_err());
    }

    #[test]
    fn t46_an_empty_list_of_purposes_is_refused_and_does_not_panic() {
        assert!(ExtendedKeyUsage::parse(&[0x30, 0]).is_err());
        let usage = ExtendedKeyUsage(vec![oid::CLIENT_AUTH]);
        assert_eq!(ExtendedKeyUsage::parse(&Writer::bytes_of(|w| usage.write(w))), Ok(usage));
    }
}
