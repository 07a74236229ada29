//! Challenges for passkeys: made without keeping anything, so that nobody fills memory by asking for them, and good once.
//!
//! A challenge is when it ends, 16 random octets, and an HMAC over both and what it is for, under a key that this process drew at
//! its start. What was used is remembered until it would have ended.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};

use aws_lc_rs::hmac;
use pki::{Random, RandomFailed, Time};

/// How long somebody may take to touch the authenticator, in seconds.
const LIFE: i64 = 300;
const RANDOM: usize = 16;
const HEAD: usize = 8 + RANDOM;

/// Makes challenges and takes each once.
pub(super) struct Challenges {
    key: hmac::Key,
    used: Mutex<HashMap<[u8; RANDOM], i64>>,
}

impl fmt::Debug for Challenges {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Challenges(…)")
    }
}

impl Challenges {
    /// With a key of its own: challenges from before a restart are nobody's.
    ///
    /// # Errors
    /// No randomness.
    pub(super) fn new(random: &mut dyn Random) -> Result<Challenges, RandomFailed> {
        let mut key = zeroize::Zeroizing::new([0; 32]);
        random.fill(key.as_mut())?;
        Ok(Challenges { key: hmac::Key::new(hmac::HMAC_SHA256, key.as_ref()), used: Mutex::default() })
    }

    /// A challenge for that purpose, 56 octets.
    ///
    /// # Errors
    /// No randomness.
    pub(super) fn make(
        &self,
        purpose: &str,
        now: Time,
        random: &mut dyn Random,
    ) -> Result<Vec<u8>, RandomFailed> {
        let mut octets = [0; RANDOM];
        random.fill(&mut octets)?;
        let ends = now.plus_seconds(LIFE).unix().to_be_bytes();
        let head = [ends.as_slice(), &octets].concat();
        let tag = hmac::sign(&self.key, &[head.as_slice(), purpose.as_bytes()].concat());
        Ok([head.as_slice(), tag.as_ref()].concat())
    }

    /// Whether it was made for that purpose and has not ended; nothing is used up.
    #[must_use]
    pub(super) fn is_ours(&self, purpose: &str, challenge: &[u8], now: Time) -> bool {
        let Some((head, tag)) = challenge.split_at_checked(HEAD) else { return false };
        let signed = [head, purpose.as_bytes()].concat();
        hmac::verify(&self.key, &signed, tag).is_ok() && ends(head).is_some_and(|ends| now.unix() < ends)
    }

    /// Uses it up, once what was signed has been verified; `false` if it was used before. Only what was verified is remembered.
    #[must_use]
    pub(super) fn spend(&self, challenge: &[u8], now: Time) -> bool {
        let Some((ends, random)) = ends(challenge).zip(challenge.get(8..HEAD)) else { return false };
        let Ok(random) = <[u8; RANDOM]>::try_from(random) else { return false };
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        used.retain(|_, ends| now.unix() < *ends);
        used.insert(random, ends).is_none()
    }
}

fn ends(head: &[u8]) -> Option<i64> {
    head.first_chunk::<8>().map(|octets| i64::from_be_bytes(*octets))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SystemRandom;

    #[test]
    fn a_challenge_is_good_once_for_its_purpose_for_five_minutes() {
        let at = |seconds| Time::from_unix(1_800_000_000_i64 + seconds);
        let ours = Challenges::new(&mut SystemRandom).unwrap();
        let challenge = ours.make("sign in", at(0), &mut SystemRandom).unwrap();
        assert!(ours.is_ours("sign in", &challenge, at(299)));
        assert!(!ours.is_ours("sign in", &challenge, at(300)));
        assert!(!ours.is_ours("register 7", &challenge, at(0)));
        assert!(
            !Challenges::new(&mut SystemRandom).unwrap().is_ours("sign in", &challenge, at(0)),
            "a restart"
        );
        for at_octet in 0..challenge.len() {
            let mut other = challenge.clone();
            other[at_octet] ^= 1;
            assert!(!ours.is_ours("sign in", &other, at(0)), "octet {at_octet}");
        }
        assert!(!ours.is_ours("sign in", &[], at(0)) && !ours.spend(&[], at(0)));
        assert!(ours.spend(&challenge, at(1)));
        assert!(!ours.spend(&challenge, at(2)), "used");
    }
}
