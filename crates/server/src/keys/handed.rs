//! Keys that are made here for somebody else, handed over once and kept nowhere.

use super::file::{FileKey, new_pkcs8};
use super::{KeyAlgorithm, KeyError, PrivateKey};
use zeroize::Zeroizing;

/// A new key with its octets, for the one answer that carries them. It is in this process's memory alone, and the octets are
/// overwritten when it goes.
pub struct HandedKey {
    key: PrivateKey,
    pkcs8: Zeroizing<Vec<u8>>,
}

impl HandedKey {
    /// Makes one. A large RSA key takes a second of a processor: not on a thread that others wait for.
    ///
    /// # Errors
    /// [`KeyError::Library`].
    pub fn generate(algorithm: KeyAlgorithm) -> Result<HandedKey, KeyError> {
        const REFUSED: KeyError = KeyError::Library("make a key");
        let pkcs8 = Zeroizing::new(new_pkcs8(algorithm).ok_or(REFUSED)?);
        let (key, public) = FileKey::parse(&pkcs8).ok_or(REFUSED)?;
        Ok(HandedKey { key: PrivateKey::in_file(key, public), pkcs8 })
    }

    /// To sign a request with.
    #[must_use]
    pub fn key(&self) -> &PrivateKey {
        &self.key
    }

    /// PKCS #8 in DER.
    #[must_use]
    pub fn reveal_pkcs8(&self) -> &[u8] {
        &self.pkcs8
    }
}
