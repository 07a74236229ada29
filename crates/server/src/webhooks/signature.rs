//! The secret of a webhook: drawn, shown once, sealed at rest, and what is signed with it.
//!
//! The scheme is that of Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`.

use crate::config::Secret;
use crate::keys::{KeyDirectory, KeyError};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::{Random, RandomFailed};
use std::fmt;
use zeroize::Zeroizing;

/// The file of the key that secrets are sealed with.
const FILE: &str = "webhook-seal";
/// What a sealed text is, and of which version.
const LABEL: &str = "chancery webhook secret 1 ";
/// How a secret begins when it is shown.
const PREFIX: &str = "whsec_";

/// The key of this server that secrets of webhooks are sealed with. Sealed they stand in the database: whoever has a copy of
/// that, and not of the key directory, signs nothing.
pub struct Vault(LessSafeKey);

impl fmt::Debug for Vault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Vault(…)")
    }
}

/// The secret of one webhook. No `Debug`.
pub struct SigningKey(Zeroizing<Vec<u8>>);

impl Vault {
    /// The one of this key directory, made at the first call.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn of(keys: &KeyDirectory) -> Result<Vault, KeyError> {
        let secret = keys.secret(FILE)?;
        let key = UnboundKey::new(&AES_256_GCM, &secret).map_err(|_| KeyError::Library("seal secrets"))?;
        Ok(Vault(LessSafeKey::new(key)))
    }

    /// The secret sealed for a URL: in another row, or after somebody changed the row's URL, nothing opens it.
    ///
    /// # Errors
    /// The source of randomness, or the library, did not answer.
    pub fn seal(
        &self,
        key: &SigningKey,
        url: &str,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, RandomFailed> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let mut octets = key.0.to_vec();
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), bound_to(url), &mut octets)
            .map_err(|_| RandomFailed)?;
        Ok([nonce.as_slice(), &octets].concat())
    }

    /// The secret again; `None` for what this server did not seal for this URL.
    #[must_use]
    pub fn open(&self, sealed: &[u8], url: &str) -> Option<SigningKey> {
        let (nonce, rest) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let mut rest = Zeroizing::new(rest.to_vec());
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let length = self.0.open_in_place(nonce, bound_to(url), &mut rest).ok()?.len();
        rest.truncate(length);
        Some(SigningKey(rest))
    }
}

fn bound_to(url: &str) -> Aad<String> {
    Aad::from(format!("{LABEL}{url}"))
}

impl SigningKey {
    /// A new one, of 32 octets.
    ///
    /// # Errors
    /// The source of randomness did not answer.
    pub fn draw(random: &mut dyn Random) -> Result<SigningKey, RandomFailed> {
        let mut octets = Zeroizing::new(vec![0; 32]);
        random.fill(&mut octets)?;
        Ok(SigningKey(octets))
    }

    /// As a receiver writes it into its settings.
    #[must_use]
    pub fn shown(&self) -> Secret {
        let encoded = Zeroizing::new(STANDARD.encode(&self.0));
        Secret::new(format!("{PREFIX}{}", *encoded))
    }

    /// The value of the header `webhook-signature`.
    #[must_use]
    pub fn sign(&self, message: &str, timestamp: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let signed = hmac::sign(&key, format!("{message}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", STANDARD.encode(signed))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SystemRandom;

    fn vault() -> Vault {
        let key = UnboundKey::new(&AES_256_GCM, &[7; 32]).unwrap();
        Vault(LessSafeKey::new(key))
    }

    #[test]
    fn the_signature_is_the_one_of_the_specification() {
        // The example of the reference library, svix and standardwebhooks alike.
        let key = SigningKey(Zeroizing::new(STANDARD.decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap()));
        let signed = key.sign("msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, r#"{"test": 2432232314}"#);
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn a_sealed_secret_opens_for_its_own_url_alone() {
        let (vault, key) = (vault(), SigningKey::draw(&mut SystemRandom).unwrap());
        let sealed = vault.seal(&key, "https://a.example/x", &mut SystemRandom).unwrap();
        let opened = vault.open(&sealed, "https://a.example/x").unwrap();
        assert_eq!(opened.shown().reveal_secret(), key.shown().reveal_secret());
        assert!(vault.open(&sealed, "https://b.example/x").is_none());
        assert!(vault.open(&sealed[1..], "https://a.example/x").is_none());
        assert!(vault.open(&[], "https://a.example/x").is_none());
        assert!(!sealed.windows(8).any(|part| part == &key.0[..8]), "not in clear");
    }
}
