//! Algorithms by name, and what their identifiers look like.

use crate::der::{Error, Reader, Tag, Writer};
use crate::{Oid, oid};
use aws_lc_rs::digest;

/// `AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }`
/// (RFC 5280 §4.1.1.2), as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlgorithmIdentifier {
    /// Which algorithm.
    pub oid: Oid,
    /// Its parameters, whole, if there are any.
    pub parameters: Option<Vec<u8>>,
}

impl AlgorithmIdentifier {
    /// Reads the next SEQUENCE as one.
    ///
    /// # Errors
    /// Those of [`Reader`].
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, Error> {
        let mut fields = reader.sequence()?;
        let oid = fields.oid()?;
        let parameters = if fields.is_empty() { None } else { Some(fields.any()?.raw.to_vec()) };
        fields.finish()?;
        Ok(AlgorithmIdentifier { oid, parameters })
    }

    /// Whether the parameters are absent or NULL, the two ways in which "none" is written (RFC 4055 §2.1).
    #[must_use]
    pub fn has_no_parameters(&self) -> bool {
        matches!(self.parameters.as_deref(), None | Some([0x05, 0x00]))
    }
}

/// A hash function. MD5 has no place here: RFC 8894 §2.9 forbids it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Digest {
    /// SHA-1, which is verified where a switch allows it and never used to sign.
    Sha1,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
}

impl Digest {
    const ALL: [Digest; 4] = [Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512];

    /// The digest that an identifier names; some old stacks write a signature algorithm where a digest belongs.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<Digest> {
        Digest::ALL.into_iter().find(|digest| digest.oid() == *oid)
    }

    /// Its identifier.
    #[must_use]
    pub fn oid(self) -> Oid {
        match self {
            Digest::Sha1 => oid::SHA1,
            Digest::Sha256 => oid::SHA256,
            Digest::Sha384 => oid::SHA384,
            Digest::Sha512 => oid::SHA512,
        }
    }

    /// Its `AlgorithmIdentifier`, parameters absent (RFC 5754 §2).
    pub fn write(self, w: &mut Writer) {
        w.sequence(|w| w.oid(&self.oid()));
    }

    /// The hash of `message`.
    #[must_use]
    pub fn hash(self, message: &[u8]) -> Vec<u8> {
        digest::digest(self.algorithm(), message).as_ref().to_vec()
    }

    fn algorithm(self) -> &'static digest::Algorithm {
        match self {
            Digest::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Digest::Sha256 => &digest::SHA256,
            Digest::Sha384 => &digest::SHA384,
            Digest::Sha512 => &digest::SHA512,
        }
    }
}

/// SHA-256 of `message`, the hash by which this project names keys, requests and certificates.
#[must_use]
pub fn sha256(message: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, message).as_ref());
    out
}

/// SHA-1 of `message`, where a standard or a peer wants it as a name (key identifiers, thumbprints).
#[must_use]
pub fn sha1(message: &[u8]) -> [u8; 20] {
    let mut out = [0; 20];
    out.copy_from_slice(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, message).as_ref());
    out
}

/// How a certificate, request, CRL or message is signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017 §8.2)
    RsaPkcs1(Digest),
    /// ECDSA with a DER signature value (RFC 5753)
    Ecdsa(Digest),
}

impl SignatureAlgorithm {
    const NAMED: [(Oid, SignatureAlgorithm); 8] = [
        (oid::SHA1_WITH_RSA, SignatureAlgorithm::RsaPkcs1(Digest::Sha1)),
        (oid::SHA256_WITH_RSA, SignatureAlgorithm::RsaPkcs1(Digest::Sha256)),
        (oid::SHA384_WITH_RSA, SignatureAlgorithm::RsaPkcs1(Digest::Sha384)),
        (oid::SHA512_WITH_RSA, SignatureAlgorithm::RsaPkcs1(Digest::Sha512)),
        (oid::ECDSA_WITH_SHA1, SignatureAlgorithm::Ecdsa(Digest::Sha1)),
        (oid::ECDSA_WITH_SHA256, SignatureAlgorithm::Ecdsa(Digest::Sha256)),
        (oid::ECDSA_WITH_SHA384, SignatureAlgorithm::Ecdsa(Digest::Sha384)),
        (oid::ECDSA_WITH_SHA512, SignatureAlgorithm::Ecdsa(Digest::Sha512)),
    ];

    /// The algorithm that a certificate's, request's or CRL's identifier names.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<SignatureAlgorithm> {
        SignatureAlgorithm::NAMED.into_iter().find(|(name, _)| name == oid).map(|(_, algorithm)| algorithm)
    }

    /// The hash it begins with.
    #[must_use]
    pub fn digest(self) -> Digest {
        match self {
            SignatureAlgorithm::RsaPkcs1(digest) | SignatureAlgorithm::Ecdsa(digest) => digest,
        }
    }

    /// Its `AlgorithmIdentifier`: NULL parameters for RSA (RFC 4055 §5), none for ECDSA (RFC 5758 §3.2).
    pub fn write(self, w: &mut Writer) {
        let name = SignatureAlgorithm::NAMED.into_iter().find(|(_, algorithm)| *algorithm == self);
        w.sequence(|w| {
            if let Some((oid, _)) = name {
                w.oid(&oid);
            }
            if matches!(self, SignatureAlgorithm::RsaPkcs1(_)) {
                w.null();
            }
        });
    }
}

/// A cipher for the content of an envelope. Single DES, RC2 and Blowfish have no place here (RFC 8894 §2.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ContentCipher {
    /// AES-128 in CBC mode
    Aes128Cbc,
    /// AES-192 in CBC mode
    Aes192Cbc,
    /// AES-256 in CBC mode
    Aes256Cbc,
    /// Triple DES in CBC mode, behind a switch
    TripleDesCbc,
}

impl ContentCipher {
    const ALL: [ContentCipher; 4] = [
        ContentCipher::Aes128Cbc,
        ContentCipher::Aes192Cbc,
        ContentCipher::Aes256Cbc,
        ContentCipher::TripleDesCbc,
    ];

    /// The cipher that an identifier names.
    #[must_use]
    pub fn from_oid(oid: &Oid) -> Option<ContentCipher> {
        ContentCipher::ALL.into_iter().find(|cipher| cipher.oid() == *oid)
    }

    /// Its identifier.
    #[must_use]
    pub fn oid(self) -> Oid {
        match self {
            ContentCipher::Aes128Cbc => oid::AES128_CBC,
            ContentCipher::Aes192Cbc => oid::AES192_CBC,
            ContentCipher::Aes256Cbc => oid::AES256_CBC,
            ContentCipher::TripleDesCbc => oid::DES_EDE3_CBC,
        }
    }

    /// Octets of its key.
    #[must_use]
    pub fn key_length(self) -> usize {
        match self {
            ContentCipher::Aes128Cbc => 16,
            ContentCipher::Aes192Cbc | ContentCipher::TripleDesCbc => 24,
            ContentCipher::Aes256Cbc => 32,
        }
    }

    /// Octets of its block, and so of its initialization vector.
    #[must_use]
    pub fn block_length(self) -> usize {
        match self {
            ContentCipher::TripleDesCbc => 8,
            _ => 16,
        }
    }
}

/// How a content key travels to an RSA key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyTransport {
    /// RSAES-PKCS1-v1_5 (RFC 8017 §7.2)
    Pkcs1,
    /// RSAES-OAEP with the same hash for label and mask, and an empty label (RFC 8017 §7.1)
    Oaep(Digest),
}

impl KeyTransport {
    /// Reads a `keyEncryptionAlgorithm`. Absent OAEP parameters mean SHA-1 throughout (RFC 4055 §4.1).
    ///
    /// # Errors
    /// [`Error::Structure`] for an algorithm or a mix of hashes that is not supported.
    pub fn from_identifier(identifier: &AlgorithmIdentifier) -> Result<KeyTransport, Error> {
        match identifier.oid {
            oid::RSA_ENCRYPTION if identifier.has_no_parameters() => Ok(KeyTransport::Pkcs1),
            oid::RSAES_OAEP => oaep(identifier.parameters.as_deref()),
            _ => Err(Error::Structure("key transport is neither RSAES-PKCS1-v1_5 nor RSAES-OAEP")),
        }
    }

    /// Its `AlgorithmIdentifier`.
    pub fn write(self, w: &mut Writer) {
        w.sequence(|w| match self {
            KeyTransport::Pkcs1 => {
                w.oid(&oid::RSA_ENCRYPTION);
                w.null();
            }
            KeyTransport::Oaep(digest) => {
                w.oid(&oid::RSAES_OAEP);
                w.sequence(|w| {
                    w.explicit(0, |w| digest.write(w));
                    w.explicit(1, |w| {
                        w.sequence(|w| {
                            w.oid(&oid::MGF1);
                            digest.write(w);
                        });
                    });
                });
            }
        });
    }
}

/// `RSAES-OAEP-params` (RFC 4055 §4.1), every field with its default.
fn oaep(parameters: Option<&[u8]>) -> Result<KeyTransport, Error> {
    const UNSUPPORTED: Error = Error::Structure("RSAES-OAEP with parameters that are not supported");
    let Some(parameters) = parameters else { return Ok(KeyTransport::Oaep(Digest::Sha1)) };
    let mut fields = Reader::only(parameters)?.open(Tag::SEQUENCE)?;
    let hash = match fields.optional(Tag::constructed(0))? {
        Some(value) => named_digest(&mut Reader::new(value))?,
        None => Digest::Sha1,
    };
    let mask = match fields.optional(Tag::constructed(1))? {
        Some(value) => {
            let identifier = AlgorithmIdentifier::read(&mut Reader::new(value))?;
            let parameters = identifier.parameters.ok_or(UNSUPPORTED)?;
            if identifier.oid != oid::MGF1 {
                return Err(UNSUPPORTED);
            }
            named_digest(&mut Reader::new(&parameters))?
        }
        None => Digest::Sha1,
    };
    if let Some(source) = fields.optional(Tag::constructed(2))? {
        let identifier = AlgorithmIdentifier::read(&mut Reader::new(source))?;
        if identifier.oid != oid::P_SPECIFIED || identifier.parameters.as_deref() != Some(&[0x04, 0x00]) {
            return Err(UNSUPPORTED);
        }
    }
    fields.finish()?;
    if hash == mask { Ok(KeyTransport::Oaep(hash)) } else { Err(UNSUPPORTED) }
}

fn named_digest(reader: &mut Reader<'_>) -> Result<Digest, Error> {
    let identifier = AlgorithmIdentifier::read(reader)?;
    Digest::from_oid(&identifier.oid).ok_or(Error::Structure("a hash function that is not supported"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back() {
        for digest in Digest::ALL {
            assert_eq!(Digest::from_oid(&digest.oid()), Some(digest));
            for transport in [KeyTransport::Oaep(digest), KeyTransport::Pkcs1] {
                let der = Writer::bytes_of(|w| transport.write(w));
                let identifier = AlgorithmIdentifier::read(&mut Reader::new(&der)).unwrap();
                assert_eq!(KeyTransport::from_identifier(&identifier), Ok(transport));
            }
        }
        for cipher in ContentCipher::ALL {
            assert_eq!(ContentCipher::from_oid(&cipher.oid()), Some(cipher));
        }
        assert_eq!(Digest::from_oid(&oid::MD5), None);
        assert_eq!(ContentCipher::from_oid(&oid::DES_CBC), None);
    }

    #[test]
    fn q29_oaep_without_parameters_is_sha1() {
        let identifier = AlgorithmIdentifier { oid: oid::RSAES_OAEP, parameters: None };
        assert_eq!(KeyTransport::from_identifier(&identifier), Ok(KeyTransport::Oaep(Digest::Sha1)));
        let empty = AlgorithmIdentifier { oid: oid::RSAES_OAEP, parameters: Some(vec![0x30, 0x00]) };
        assert_eq!(KeyTransport::from_identifier(&empty), Ok(KeyTransport::Oaep(Digest::Sha1)));
    }

    #[test]
    fn known_hashes() {
        assert_eq!(sha1(b"abc")[..4], [0xa9, 0x99, 0x3e, 0x36]);
        assert_eq!(sha256(b"abc")[..4], [0xba, 0x78, 0x16, 0xbf]);
        assert_eq!(Digest::Sha512.hash(b"").len(), 64);
    }
}
