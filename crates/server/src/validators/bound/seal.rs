//! Sealing: AES-256-GCM under a key of this server, which hides what is in a challenge and lets nobody change it.

use super::promise::Promise;
use crate::validators::ChallengeKey;
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use pki::{Random, RandomFailed};
use serde::{Deserialize, Serialize};
use std::fmt;
use zeroize::Zeroizing;

/// How each begins: what it is, and of which version. All its characters fit a PrintableString, which is what Windows
/// makes of a challenge (contract §10).
const PREFIX: &str = "CB1:";
/// What the key is derived by. No challenge has control characters, so none hashes to the key.
const LABEL: &str = "\0chancery bound challenges, AES-256-GCM\0";
/// Octets of a challenge at most: more are read by nobody.
const LONGEST: usize = 64 << 10;

/// What a challenge carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// Spent once.
    pub id: [u8; 16],
    /// Where it is good.
    pub endpoint: String,
    /// The certificate profile that it is good for.
    pub profile: String,
    /// The first moment at which it is no longer good, Unix seconds.
    pub expires: i64,
    /// What was promised to be asked for.
    pub promise: Promise,
}

impl Sealed {
    /// What it is spent by.
    #[must_use]
    pub fn claim(&self) -> [u8; 32] {
        pki::algorithm::sha256(&self.id)
    }
}

/// The server's key for sealing challenges.
pub struct Sealer(LessSafeKey);

impl fmt::Debug for Sealer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Sealer(…)")
    }
}

impl Sealer {
    /// The one that belongs to this installation's key for hashing challenges; `None` where the library refuses.
    #[must_use]
    pub fn new(key: &ChallengeKey) -> Option<Sealer> {
        let derived = Zeroizing::new(key.hash(LABEL).0);
        UnboundKey::new(&AES_256_GCM, derived.as_ref()).ok().map(|key| Sealer(LessSafeKey::new(key)))
    }

    /// The text of a challenge. The nonce is drawn: 2^32 challenges under one key are far more than are made.
    ///
    /// # Errors
    /// The source of randomness, or the library, did not answer.
    pub fn seal(&self, sealed: &Sealed, random: &mut dyn Random) -> Result<Zeroizing<String>, RandomFailed> {
        let mut nonce = [0; NONCE_LEN];
        random.fill(&mut nonce)?;
        let mut octets = serde_json::to_vec(sealed).map_err(|_| RandomFailed)?;
        self.0
            .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(PREFIX), &mut octets)
            .map_err(|_| RandomFailed)?;
        Ok(Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode([nonce.as_slice(), &octets].concat()))))
    }

    /// What the text carries; `None` for what this server did not seal.
    #[must_use]
    pub fn open(&self, text: &str) -> Option<Sealed> {
        let encoded = text.strip_prefix(PREFIX).filter(|encoded| encoded.len() <= LONGEST)?;
        let octets = STANDARD.decode(encoded).ok()?;
        let (nonce, rest) = octets.split_first_chunk::<NONCE_LEN>()?;
        let mut rest = rest.to_vec();
        let opened = self.0.open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(PREFIX), &mut rest);
        serde_json::from_slice(opened.ok()?).ok()
    }
}
