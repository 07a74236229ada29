//! Keys that devices sign with: good ones, and one that is too short on purpose.

use std::sync::Arc;

use num_bigint::BigUint;
use pki::algorithm::{Digest, KeyTransport};
use pki::der::Writer;
use pki::key::PublicKey;

use crate::keys::{KeyError, RsaKey};

/// A device's key pair.
#[derive(Clone)]
pub enum DeviceKey {
    /// RSA of 2048 bits and more.
    Strong(Arc<RsaKey>),
    /// RSA of 1024 bits, for row M21. The crypto library signs with no such key, so this crate does.
    Weak(Arc<WeakRsa>),
}

impl DeviceKey {
    /// A new key of `bits`.
    ///
    /// # Errors
    /// As [`RsaKey::generate`].
    pub fn generate(bits: u32) -> Result<Self, KeyError> {
        RsaKey::generate(bits).map(|key| Self::Strong(Arc::new(key)))
    }

    /// The 1024-bit key, the same for everybody.
    #[must_use]
    pub fn weak() -> Self {
        Self::Weak(Arc::new(WeakRsa::new()))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        match self {
            Self::Strong(key) => key.public(),
            Self::Weak(key) => &key.public,
        }
    }

    /// RSASSA-PKCS1-v1_5.
    ///
    /// # Errors
    /// SHA-1, or a failure of the library.
    pub fn sign(&self, digest: Digest, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match self {
            Self::Strong(key) => key.sign(digest, message),
            Self::Weak(key) => Ok(key.sign(digest, message)),
        }
    }

    /// Unwraps a content key.
    ///
    /// # Errors
    /// It is not for this key. Nothing can be enveloped to the weak one.
    pub fn unwrap(&self, transport: KeyTransport, wrapped: &[u8]) -> Result<Vec<u8>, KeyError> {
        match self {
            Self::Strong(key) => key.unwrap(transport, wrapped),
            Self::Weak(_) => Err(KeyError("unwrap with 1024 bits")),
        }
    }
}

/// An RSA key of 1024 bits, public knowledge from the day it was made. Slow and leaking time, which harms nobody.
pub struct WeakRsa {
    modulus: BigUint,
    private_exponent: BigUint,
    public: PublicKey,
}

const MODULUS: &[u8] =
    b"cf00448f1f4d3020209552e7d6c5cedf211fb7f82c6cb30f293d82fd9f97931cf58832a2d97c7ef1e910c5\
     b222452f7f3dec0cc9b6c0c26f08e7fe31cbc0f8dfe74522c6eb2f3490b170463ba0edabfbb84ec9eb1e0a\
     1cdf0b545261507227d5d9e6236fa6466889017c94ce8faa07c324e6b218697c296003e8f6e957681abf";
const PRIVATE_EXPONENT: &[u8] =
    b"1dfcb5f1dde0fab5ccc2950e0ce8fefd07f9665747683fd054731ac4cf17d03203c7c53e1e2f90dc4e9d25\
     6696dc5af31def5232ee8ca21e1fb62bf6dec387c9f52ce8d5145873c9c7f67276f31a915e93df86d81a11\
     47b81760d4ed40b5d387d4f7c2c6685efb728dbf33a1036e4fd647a7c3966d960f83f9538f76e2d7cbc1";
const OCTETS: usize = 128;

impl WeakRsa {
    fn new() -> Self {
        let number = |hex| BigUint::parse_bytes(hex, 16).unwrap_or_default();
        let modulus = number(MODULUS);
        let public = PublicKey::from_rsa(&modulus.to_bytes_be(), &[1, 0, 1]);
        Self { modulus, private_exponent: number(PRIVATE_EXPONENT), public }
    }

    /// RFC 8017 §8.2.1.
    fn sign(&self, digest: Digest, message: &[u8]) -> Vec<u8> {
        let info = Writer::bytes_of(|w| {
            w.sequence(|w| {
                // RFC 8017 §9.2, note 1: here NULL is present, unlike in CMS.
                w.sequence(|w| {
                    w.oid(&digest.oid());
                    w.null();
                });
                w.octet_string(&digest.hash(message));
            });
        });
        let mut block = vec![0xff; OCTETS.saturating_sub(info.len() + 1)];
        if let [zero, one, ..] = block.as_mut_slice() {
            (*zero, *one) = (0, 1);
        }
        block.push(0);
        block.extend_from_slice(&info);
        let signature =
            BigUint::from_bytes_be(&block).modpow(&self.private_exponent, &self.modulus).to_bytes_be();
        let mut padded = vec![0; OCTETS.saturating_sub(signature.len())];
        padded.extend_from_slice(&signature);
        padded
    }
}
