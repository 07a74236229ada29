//! Content keys, drawn and used once, by both ends.

use std::num::NonZeroU32;

use pki::algorithm::ContentCipher;
use pki::cms::enveloped::{self, ContentKey};
use pki::cms::password::{PasswordRecipient, WrapParameters};
use pki::{Random, RandomFailed};
use zeroize::Zeroizing;

use crate::message::Challenge;

/// PBKDF2 rounds around a challenge. It is drawn by a machine, lives minutes, and both ends pay for each round.
const ITERATIONS: NonZeroU32 = NonZeroU32::MIN.saturating_add(9_999);

/// A content key and an initialization vector for one envelope.
pub(crate) struct DrawnKey {
    cipher: ContentCipher,
    key: Zeroizing<Vec<u8>>,
    iv: Vec<u8>,
}

impl DrawnKey {
    pub(crate) fn draw(cipher: ContentCipher, random: &mut dyn Random) -> Result<Self, RandomFailed> {
        let mut key = Zeroizing::new(vec![0; cipher.key_length()]);
        let mut iv = vec![0; cipher.block_length()];
        random.fill(&mut key)?;
        random.fill(&mut iv)?;
        Ok(Self { cipher, key, iv })
    }

    pub(crate) fn content_key(&self) -> ContentKey<'_> {
        ContentKey { cipher: self.cipher, key: &self.key, iv: &self.iv }
    }
}

/// An envelope to whoever knows the challenge (RFC 8894 §3.1).
pub(crate) fn seal_with_password(
    challenge: &Challenge,
    key: &DrawnKey,
    plaintext: &[u8],
    random: &mut dyn Random,
) -> Result<Vec<u8>, RandomFailed> {
    let (mut salt, mut iv, mut filling) = ([0; 16], [0; 16], [0; 32]);
    random.fill(&mut salt)?;
    random.fill(&mut iv)?;
    random.fill(&mut filling)?;
    let parameters = WrapParameters {
        salt: &salt,
        iterations: ITERATIONS,
        cipher: ContentCipher::Aes256Cbc,
        iv: &iv,
        filling: &filling,
    };
    // The lengths above are right, so what can fail is a degenerate triple DES key: bad luck with the dice.
    let recipient = PasswordRecipient::wrap(&key.key, challenge.reveal().as_bytes(), &parameters);
    let recipient = recipient.map_err(|_| RandomFailed)?;
    enveloped::seal_with_password(&recipient, &key.content_key(), plaintext).map_err(|_| RandomFailed)
}
