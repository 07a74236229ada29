//! Throw-away keys. They die with the process.

use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{
    KeyPair, KeySize, OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OAEP_SHA384_MGF1SHA384,
    OAEP_SHA512_MGF1SHA512, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey,
};
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512, RSA_PSS_SHA256, RsaEncoding,
};
use pki::algorithm::{Digest, KeyTransport};
use pki::key::PublicKey;

/// The crypto library refused: no randomness, a key it does not take, a ciphertext that is not for this key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the crypto library refused to {0}")]
pub struct KeyError(pub &'static str);

/// An RSA key pair that signs and unwraps.
pub struct RsaKey {
    pkcs8: Vec<u8>,
    pair: KeyPair,
    public: PublicKey,
}

impl RsaKey {
    /// A new key of 2048, 3072 or 4096 bits.
    ///
    /// # Errors
    /// Any other size, or the library failed.
    pub fn generate(bits: u32) -> Result<Self, KeyError> {
        let size = match bits {
            2048 => KeySize::Rsa2048,
            3072 => KeySize::Rsa3072,
            4096 => KeySize::Rsa4096,
            _ => return Err(KeyError("make an RSA key of that size")),
        };
        let key = PrivateDecryptingKey::generate(size).map_err(|_| KeyError("make an RSA key"))?;
        let der = AsDer::<Pkcs8V1Der<'_>>::as_der(&key).map_err(|_| KeyError("export an RSA key"))?;
        Self::from_pkcs8(der.as_ref())
    }

    /// A key from its PKCS#8 form.
    ///
    /// # Errors
    /// The library does not take the key (it takes 2048 to 8192 bits).
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let pair = KeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError("read an RSA key"))?;
        let spki = AsDer::<PublicKeyX509Der<'_>>::as_der(pair.public_key());
        let public = spki.ok().and_then(|der| PublicKey::parse(der.as_ref()).ok());
        let public = public.ok_or(KeyError("read an RSA key"))?;
        Ok(Self { pkcs8: pkcs8.to_vec(), pair, public })
    }

    /// PKCS#8, for programs that are configured with this throw-away key.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// RSASSA-PKCS1-v1_5.
    ///
    /// # Errors
    /// SHA-1, which the library does not sign with, or a failure of the library.
    pub fn sign(&self, digest: Digest, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let encoding: &'static dyn RsaEncoding = match digest {
            Digest::Sha256 => &RSA_PKCS1_SHA256,
            Digest::Sha384 => &RSA_PKCS1_SHA384,
            Digest::Sha512 => &RSA_PKCS1_SHA512,
            Digest::Sha1 => return Err(KeyError("sign with SHA-1")),
        };
        self.sign_as(encoding, message)
    }

    /// RSASSA-PSS with SHA-256 (JWT `PS256`).
    ///
    /// # Errors
    /// A failure of the library.
    pub fn sign_pss(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        self.sign_as(&RSA_PSS_SHA256, message)
    }

    fn sign_as(&self, encoding: &'static dyn RsaEncoding, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let mut signature = vec![0; self.pair.public_modulus_len()];
        let random = SystemRandom::new();
        self.pair.sign(encoding, &random, message, &mut signature).map_err(|_| KeyError("sign"))?;
        Ok(signature)
    }

    /// Decrypts a content key.
    ///
    /// # Errors
    /// The ciphertext is not for this key or is padded otherwise. A throw-away key may say so.
    pub fn unwrap(&self, transport: KeyTransport, ciphertext: &[u8]) -> Result<Vec<u8>, KeyError> {
        const REFUSED: KeyError = KeyError("unwrap a key");
        let key = PrivateDecryptingKey::from_pkcs8(&self.pkcs8).map_err(|_| REFUSED)?;
        let mut out = vec![0; key.key_size_bytes()];
        let plain = match transport {
            KeyTransport::Pkcs1 => {
                let key = Pkcs1PrivateDecryptingKey::new(key).map_err(|_| REFUSED)?;
                key.decrypt(ciphertext, &mut out).map_err(|_| REFUSED)?.to_vec()
            }
            KeyTransport::Oaep(digest) => {
                let algorithm = match digest {
                    Digest::Sha1 => &OAEP_SHA1_MGF1SHA1,
                    Digest::Sha256 => &OAEP_SHA256_MGF1SHA256,
                    Digest::Sha384 => &OAEP_SHA384_MGF1SHA384,
                    Digest::Sha512 => &OAEP_SHA512_MGF1SHA512,
                };
                let key = OaepPrivateDecryptingKey::new(key).map_err(|_| REFUSED)?;
                key.decrypt(algorithm, ciphertext, &mut out, None).map_err(|_| REFUSED)?.to_vec()
            }
        };
        Ok(plain)
    }
}

/// A P-256 key pair for TLS and certificates.
pub struct EcKey {
    pkcs8: Vec<u8>,
    pair: EcdsaKeyPair,
    public: PublicKey,
}

impl EcKey {
    /// A new key.
    ///
    /// # Errors
    /// The library failed.
    pub fn generate() -> Result<Self, KeyError> {
        const REFUSED: KeyError = KeyError("make a P-256 key");
        let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
        let pair = EcdsaKeyPair::generate(algorithm).map_err(|_| REFUSED)?;
        let pkcs8 = pair.to_pkcs8v1().map_err(|_| REFUSED)?.as_ref().to_vec();
        let spki: PublicKeyX509Der<'_> = pair.public_key().as_der().map_err(|_| REFUSED)?;
        let public = PublicKey::parse(spki.as_ref()).map_err(|_| REFUSED)?;
        Ok(Self { pkcs8, pair, public })
    }

    /// PKCS#8.
    #[must_use]
    pub fn pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// ECDSA with SHA-256, DER-encoded.
    ///
    /// # Errors
    /// The library failed.
    pub fn sign(&self, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        let signature = self.pair.sign(&SystemRandom::new(), message).map_err(|_| KeyError("sign"))?;
        Ok(signature.as_ref().to_vec())
    }
}

/// The operating system's randomness, as the pure crates want it.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemDice;

impl pki::Random for SystemDice {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), pki::RandomFailed> {
        aws_lc_rs::rand::fill(out).map_err(|_| pki::RandomFailed)
    }
}
