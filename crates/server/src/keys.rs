//! Private keys and what may be asked of them.
//!
//! Two things: to sign bytes, and to unwrap a content key. A key in a file, behind PKCS#11 or in a cloud vault
//! differs in how long that takes and in nothing else, so both are asynchronous. Nothing hands such a key out; a [`HandedKey`] is no
//! key of ours: it is made for somebody else.

mod file;
mod handed;
mod random;

pub use file::KeyDirectory;
pub use handed::HandedKey;
pub use random::SystemRandom;

use pki::algorithm::{Digest, KeyTransport, SignatureAlgorithm};
use pki::key::{KeyKind, PublicKey};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// What kind of key is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum KeyAlgorithm {
    /// ECDSA on P-256
    P256,
    /// ECDSA on P-384
    P384,
    /// RSA, 2048 bits
    Rsa2048,
    /// RSA, 3072 bits
    Rsa3072,
    /// RSA, 4096 bits
    Rsa4096,
}

/// Why a key did not do what was asked. Whose fault: the administrator's, or ours.
#[derive(Debug, thiserror::Error)]
pub enum KeyError {
    /// The file is not there or cannot be read.
    #[error("key file {path}: {source}")]
    File {
        /// Which file
        path: PathBuf,
        /// What the system said
        source: std::io::Error,
    },
    /// Others than its owner may read the file.
    #[error("key file {path} may be read by others than its owner (mode {mode:o}); run: chmod 600 {path}")]
    Exposed {
        /// Which file
        path: PathBuf,
        /// Its permission bits
        mode: u32,
    },
    /// The file holds no key that is understood.
    #[error(
        "key file {path} does not hold a PKCS #8 key for ECDSA on P-256 or P-384, or RSA of 2048 bits or more"
    )]
    Format {
        /// Which file
        path: PathBuf,
    },
    /// The key cannot make such a signature.
    #[error("the key cannot sign with this algorithm")]
    Algorithm,
    /// The library refused. It does not say why.
    #[error("the cryptographic library refused to {0}")]
    Library(&'static str),
}

/// The wrapped key did not come out. Why is not told to anybody: RFC 3218 §2.3.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unwrappable;

/// A private key, wherever it lives.
pub struct PrivateKey {
    public: PublicKey,
    place: Place,
}

/// Where the key is. The next place (PKCS #11, a vault) is a variant here.
enum Place {
    File(file::FileKey),
}

impl PrivateKey {
    fn in_file(key: file::FileKey, public: PublicKey) -> PrivateKey {
        PrivateKey { public, place: Place::File(key) }
    }

    /// Its public half.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// How it signs certificates and CRLs: with a hash of the strength of the key.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        match self.public.kind() {
            KeyKind::P384 { .. } => SignatureAlgorithm::Ecdsa(Digest::Sha384),
            KeyKind::Rsa { .. } => SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
            _ => SignatureAlgorithm::Ecdsa(Digest::Sha256),
        }
    }

    /// Signs `message`.
    ///
    /// # Errors
    /// [`KeyError::Algorithm`] if this key does not sign so; [`KeyError::Library`].
    pub async fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Result<Vec<u8>, KeyError> {
        match &self.place {
            Place::File(key) => key.sign(algorithm, message),
        }
    }

    /// Unwraps a content key. The caller must not show whether it succeeded.
    ///
    /// # Errors
    /// [`Unwrappable`], whatever the reason.
    pub async fn unwrap(
        &self,
        transport: KeyTransport,
        wrapped: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, Unwrappable> {
        match &self.place {
            Place::File(key) => key.unwrap(transport, wrapped),
        }
    }
}
