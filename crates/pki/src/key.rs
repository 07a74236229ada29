//! Public keys: parsed, named, verified with, encrypted to.

use crate::algorithm::{AlgorithmIdentifier, Digest, KeyTransport, SignatureAlgorithm, sha1, sha256};
use crate::der::{Error, Reader, Tag, Writer};
use crate::{Oid, oid};
use aws_lc_rs::rsa::{OaepPublicEncryptingKey, Pkcs1PublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::{rsa, signature as sig};
use core::fmt;

/// What kind of key, with its numbers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// RSA: modulus and public exponent, big-endian, without leading zeros.
    Rsa {
        /// n
        modulus: Vec<u8>,
        /// e
        exponent: Vec<u8>,
    },
    /// A point on P-256, as SEC 1 §2.3.3 encodes it.
    P256 {
        /// The octets of the point
        point: Vec<u8>,
    },
    /// A point on P-384, as SEC 1 §2.3.3 encodes it.
    P384 {
        /// The octets of the point
        point: Vec<u8>,
    },
    /// Any other algorithm or curve, by its identifier.
    Other(Oid),
}

/// `SubjectPublicKeyInfo` (RFC 5280 §4.1.2.7) with the bytes it came in.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey {
    spki: Vec<u8>,
    bits: Vec<u8>,
    kind: KeyKind,
}

/// The signature is not this key's over this message, or the key cannot make such signatures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadSignature;

impl fmt::Display for BadSignature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the signature does not verify")
    }
}

impl core::error::Error for BadSignature {}

/// Nothing can be encrypted to this key: it is not RSA, its size is outside 2048 to 8192 bits, or the
/// plaintext is too long.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CannotEncrypt;

impl fmt::Display for CannotEncrypt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("nothing can be encrypted to this key")
    }
}

impl core::error::Error for CannotEncrypt {}

impl PublicKey {
    /// Reads a key that is all of `der`. An algorithm that is not known is [`KeyKind::Other`], so that whoever
    /// decides may say why the key is refused.
    ///
    /// # Errors
    /// The rule of the encoding that was broken.
    pub fn parse(der: &[u8]) -> Result<PublicKey, Error> {
        let mut reader = Reader::new(der);
        let key = PublicKey::read(&mut reader)?;
        reader.finish()?;
        Ok(key)
    }

    /// Reads the next element as a key.
    ///
    /// # Errors
    /// The rule of the encoding that was broken.
    pub fn read(reader: &mut Reader<'_>) -> Result<PublicKey, Error> {
        let any = reader.any()?;
        let mut fields = any.open(Tag::SEQUENCE)?;
        let algorithm = AlgorithmIdentifier::read(&mut fields)?;
        let bits = fields.bit_string()?.octets()?;
        fields.finish()?;
        let kind = match algorithm.oid {
            // RFC 3279 §2.3.1: parameters NULL; absent is seen and harmless.
            oid::RSA_ENCRYPTION if algorithm.has_no_parameters() => rsa_numbers(bits)?,
            oid::EC_PUBLIC_KEY => elliptic(algorithm.parameters.as_deref(), bits),
            other => KeyKind::Other(other),
        };
        Ok(PublicKey { spki: any.raw.to_vec(), bits: bits.to_vec(), kind })
    }

    /// An RSA key from its numbers (big-endian).
    #[must_use]
    pub fn from_rsa(modulus: &[u8], exponent: &[u8]) -> PublicKey {
        let bits = Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.unsigned(modulus);
                w.unsigned(exponent);
            });
        });
        let spki = Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&oid::RSA_ENCRYPTION);
                    w.null();
                });
                w.bit_string(&bits);
            });
        });
        PublicKey {
            spki,
            bits,
            kind: KeyKind::Rsa { modulus: modulus.to_vec(), exponent: exponent.to_vec() },
        }
    }

    /// `SubjectPublicKeyInfo`, as received.
    #[must_use]
    pub fn spki(&self) -> &[u8] {
        &self.spki
    }

    /// What kind of key.
    #[must_use]
    pub fn kind(&self) -> &KeyKind {
        &self.kind
    }

    /// Whether it is an RSA key.
    #[must_use]
    pub fn is_rsa(&self) -> bool {
        matches!(self.kind, KeyKind::Rsa { .. })
    }

    /// Bits of the modulus or of the curve; 0 if the kind is not known.
    #[must_use]
    pub fn size(&self) -> usize {
        match &self.kind {
            KeyKind::Rsa { modulus, .. } => {
                modulus.len() * 8 - modulus.first().map_or(0, |first| first.leading_zeros() as usize)
            }
            KeyKind::P256 { .. } => 256,
            KeyKind::P384 { .. } => 384,
            KeyKind::Other(_) => 0,
        }
    }

    /// SHA-256 of the `SubjectPublicKeyInfo`: the name by which this project knows a key.
    #[must_use]
    pub fn fingerprint(&self) -> [u8; 32] {
        sha256(&self.spki)
    }

    /// SHA-1 of the BIT STRING: the key identifier of RFC 5280 §4.2.1.2, method (1).
    #[must_use]
    pub fn key_id(&self) -> [u8; 20] {
        sha1(&self.bits)
    }

    /// The contents of the BIT STRING: what OCSP's issuerKeyHash is made of (RFC 6960 §4.1.1).
    #[must_use]
    pub fn bits(&self) -> &[u8] {
        &self.bits
    }

    /// Verifies a signature over `message`. RSA keys from 1024 to 8192 bits are tried, so that a message by a key
    /// that policy will refuse can still be told from a forged one.
    ///
    /// # Errors
    /// [`BadSignature`].
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), BadSignature> {
        use SignatureAlgorithm::{Ecdsa, RsaPkcs1};
        let verifier: &'static dyn sig::VerificationAlgorithm = match (&self.kind, algorithm) {
            (KeyKind::Rsa { .. }, RsaPkcs1(digest)) if self.bounded() => {
                rsa_verifier(digest, self.size() < 2048)
            }
            (KeyKind::P256 { .. }, Ecdsa(Digest::Sha1)) => &sig::ECDSA_P256_SHA1_ASN1,
            (KeyKind::P256 { .. }, Ecdsa(Digest::Sha256)) => &sig::ECDSA_P256_SHA256_ASN1,
            (KeyKind::P256 { .. }, Ecdsa(Digest::Sha384)) => &sig::ECDSA_P256_SHA384_ASN1,
            (KeyKind::P256 { .. }, Ecdsa(Digest::Sha512)) => &sig::ECDSA_P256_SHA512_ASN1,
            (KeyKind::P384 { .. }, Ecdsa(Digest::Sha256)) => &sig::ECDSA_P384_SHA256_ASN1,
            (KeyKind::P384 { .. }, Ecdsa(Digest::Sha384)) => &sig::ECDSA_P384_SHA384_ASN1,
            (KeyKind::P384 { .. }, Ecdsa(Digest::Sha512)) => &sig::ECDSA_P384_SHA512_ASN1,
            _ => return Err(BadSignature),
        };
        sig::UnparsedPublicKey::new(verifier, &self.bits).verify(message, signature).map_err(|_| BadSignature)
    }

    /// Encrypts a content key to this key. The padding's randomness is the crypto library's own.
    ///
    /// # Errors
    /// [`CannotEncrypt`].
    pub fn encrypt(&self, transport: KeyTransport, plaintext: &[u8]) -> Result<Vec<u8>, CannotEncrypt> {
        if !self.bounded() {
            return Err(CannotEncrypt);
        }
        let key = PublicEncryptingKey::from_der(&self.spki).map_err(|_| CannotEncrypt)?;
        let mut out = vec![0; key.key_size_bytes()];
        let written = match transport {
            KeyTransport::Pkcs1 => {
                let key = Pkcs1PublicEncryptingKey::new(key).map_err(|_| CannotEncrypt)?;
                key.encrypt(plaintext, &mut out).map_err(|_| CannotEncrypt)?.len()
            }
            KeyTransport::Oaep(digest) => {
                let key = OaepPublicEncryptingKey::new(key).map_err(|_| CannotEncrypt)?;
                key.encrypt(oaep_algorithm(digest), plaintext, &mut out, None)
                    .map_err(|_| CannotEncrypt)?
                    .len()
            }
        };
        out.truncate(written);
        Ok(out)
    }

    /// Sizes checked before any arithmetic: a modulus of 16,384 bits or a huge exponent costs CPU, not security.
    fn bounded(&self) -> bool {
        match &self.kind {
            KeyKind::Rsa { exponent, .. } => (1024..=8192).contains(&self.size()) && exponent.len() <= 4,
            _ => true,
        }
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({} bits, ", self.size())?;
        self.fingerprint().iter().take(8).try_for_each(|octet| write!(f, "{octet:02x}"))?;
        f.write_str(")")
    }
}

/// `RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER }` (RFC 8017 §A.1.1)
fn rsa_numbers(bits: &[u8]) -> Result<KeyKind, Error> {
    let mut numbers = Reader::only(bits)?.open(Tag::SEQUENCE)?;
    let modulus = numbers.unsigned()?.to_vec();
    let exponent = numbers.unsigned()?.to_vec();
    numbers.finish()?;
    Ok(KeyKind::Rsa { modulus, exponent })
}

/// RFC 5480 §2.1.1: namedCurve only. Explicit parameters are a way to bring a curve of one's own.
fn elliptic(parameters: Option<&[u8]>, point: &[u8]) -> KeyKind {
    let curve = parameters.and_then(|der| Reader::new(der).oid().ok());
    match curve {
        Some(oid::P256) => KeyKind::P256 { point: point.to_vec() },
        Some(oid::P384) => KeyKind::P384 { point: point.to_vec() },
        Some(other) => KeyKind::Other(other),
        None => KeyKind::Other(oid::EC_PUBLIC_KEY),
    }
}

fn rsa_verifier(digest: Digest, short: bool) -> &'static dyn sig::VerificationAlgorithm {
    match (digest, short) {
        (Digest::Sha1, true) => &sig::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (Digest::Sha256, true) => &sig::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        (Digest::Sha512, true) => &sig::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        (Digest::Sha1, false) => &sig::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        (Digest::Sha256, false) => &sig::RSA_PKCS1_2048_8192_SHA256,
        (Digest::Sha384, _) => &sig::RSA_PKCS1_2048_8192_SHA384,
        (Digest::Sha512, false) => &sig::RSA_PKCS1_2048_8192_SHA512,
    }
}

fn oaep_algorithm(digest: Digest) -> &'static rsa::OaepAlgorithm {
    match digest {
        Digest::Sha1 => &rsa::OAEP_SHA1_MGF1SHA1,
        Digest::Sha256 => &rsa::OAEP_SHA256_MGF1SHA256,
        Digest::Sha384 => &rsa::OAEP_SHA384_MGF1SHA384,
        Digest::Sha512 => &rsa::OAEP_SHA512_MGF1SHA512,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

    fn spki(algorithm: impl FnOnce(&mut Writer), bits: &[u8]) -> Vec<u8> {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.sequence(algorithm);
                w.bit_string(bits);
            });
        })
    }

    #[test]
    fn a_p256_signature_verifies_and_a_changed_one_does_not() {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
        let der = spki(
            |w| {
                w.oid(&oid::EC_PUBLIC_KEY);
                w.oid(&oid::P256);
            },
            pair.public_key().as_ref(),
        );
        let key = PublicKey::parse(&der).unwrap();
        let signature = pair.sign(&SystemRandom::new(), b"message").unwrap();
        let algorithm = SignatureAlgorithm::Ecdsa(Digest::Sha256);
        assert_eq!(key.verify(algorithm, b"message", signature.as_ref()), Ok(()));
        assert_eq!(key.verify(algorithm, b"massage", signature.as_ref()), Err(BadSignature));
        assert_eq!(key.encrypt(KeyTransport::Pkcs1, b"k"), Err(CannotEncrypt));
    }

    #[test]
    fn t37_explicit_curves_are_not_a_known_kind() {
        let der = spki(
            |w| {
                w.oid(&oid::EC_PUBLIC_KEY);
                w.sequence(|w| w.u32(1));
            },
            &[4; 65],
        );
        assert_eq!(PublicKey::parse(&der).unwrap().kind(), &KeyKind::Other(oid::EC_PUBLIC_KEY));
    }

    #[test]
    fn v20_absurd_rsa_keys_are_never_computed_with() {
        let huge = PublicKey::from_rsa(&[0xff; 2048], &[1, 0, 1]);
        assert_eq!(huge.size(), 16_384);
        assert_eq!(huge.encrypt(KeyTransport::Pkcs1, b"k"), Err(CannotEncrypt));
        let algorithm = SignatureAlgorithm::RsaPkcs1(Digest::Sha256);
        assert_eq!(huge.verify(algorithm, b"", &[0; 2048]), Err(BadSignature));
        let wild_exponent = PublicKey::from_rsa(&[0xff; 256], &[0xff; 256]);
        assert_eq!(wild_exponent.verify(algorithm, b"", &[0; 256]), Err(BadSignature));
    }

    #[test]
    fn rsa_numbers_come_back() {
        let key = PublicKey::from_rsa(&[0x80; 256], &[1, 0, 1]);
        assert_eq!(PublicKey::parse(key.spki()).unwrap(), key);
        assert_eq!(key.size(), 2048);
    }
}
