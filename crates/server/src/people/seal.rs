//! Sealing what leaves for the store or for a browser and must come back unchanged and unread: AES-256-GCM under a key of this
//! server, bound to what it is for.

use std::fmt;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use pki::{Random, RandomFailed};
use zeroize::Zeroizing;

/// The key's name among the files of the data directory.
pub(super) const KEY: &str = "people-seal";
/// Octets of a sealed text at most: more are read by nobody.
const LONGEST: usize = 8 << 10;

/// The server's key for what belongs to people.
pub(super) struct Seal(LessSafeKey);

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Seal(…)")
    }
}

impl Seal {
    /// `None` unless the key has 32 octets.
    #[must_use]
    pub(super) fn new(key: &[u8]) -> Option<Seal> {
        UnboundKey::new(&AES_256_GCM, key).ok().map(|key| Seal(LessSafeKey::new(key)))
    }

    /// Nonce, ciphertext, tag. The nonce is drawn: 2^32 of them under one key are far more than are made.
    ///
    /// # Errors
    /// The source of randomness, or the library, did not answer.
    pub(super) fn seal(
        &self,
        purpose: &str,
        octets: &[u8],
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, RandomFailed> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let mut sealed = octets.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(purpose), &mut sealed)
            .map_err(|_| RandomFailed)?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// What was sealed for this purpose; `None` for anything else.
    #[must_use]
    pub(super) fn open(&self, purpose: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut rest = Zeroizing::new(rest.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.0.open_in_place(nonce, Aad::from(purpose), &mut rest).ok()?.len();
        rest.truncate(length);
        Some(rest)
    }

    /// [`Seal::seal`] as a text for a form or a cookie.
    ///
    /// # Errors
    /// The same.
    pub(super) fn seal_text(
        &self,
        purpose: &str,
        octets: &[u8],
        random: &mut dyn Random,
    ) -> Result<String, RandomFailed> {
        self.seal(purpose, octets, random).map(|sealed| URL_SAFE_NO_PAD.encode(sealed))
    }

    /// [`Seal::open`] of such a text.
    #[must_use]
    pub(super) fn open_text(&self, purpose: &str, text: &str) -> Option<Zeroizing<Vec<u8>>> {
        let sealed = (text.len() <= LONGEST).then(|| URL_SAFE_NO_PAD.decode(text).ok()).flatten()?;
        self.open(purpose, &sealed)
    }
}

#[cfg(test)]
mod tests {
    use super::Seal;
    use crate::keys::SystemRandom;

    #[test]
    fn what_is_sealed_opens_for_its_purpose_under_its_key_unchanged() {
        let seal = Seal::new(&[7; 32]).unwrap();
        let text = seal.seal_text("totp", b"secret", &mut SystemRandom).unwrap();
        assert_eq!(seal.open_text("totp", &text).unwrap().as_slice(), b"secret");
        assert!(seal.open_text("oidc", &text).is_none());
        assert!(Seal::new(&[8; 32]).unwrap().open_text("totp", &text).is_none());
        let mut sealed = seal.seal("totp", b"secret", &mut SystemRandom).unwrap();
        for at in 0..sealed.len() {
            sealed[at] ^= 1;
            assert!(seal.open("totp", &sealed).is_none(), "octet {at}");
            sealed[at] ^= 1;
        }
        for short in ["", "AAAA", "!"] {
            assert!(seal.open_text("totp", short).is_none());
        }
        assert!(Seal::new(&[7; 31]).is_none());
    }
}
