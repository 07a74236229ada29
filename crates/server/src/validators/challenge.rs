//! The text of a challenge, and its keyed hash.

use aws_lc_rs::{constant_time, hmac};
use pki::{Random, RandomFailed};
use std::fmt;
use zeroize::Zeroizing;

/// A challengePassword. Borrowed, never shown.
#[derive(Clone, Copy)]
pub struct ChallengeText<'a>(&'a str);

impl<'a> ChallengeText<'a> {
    /// Wraps it.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        Self(text)
    }

    /// The text itself, to be hashed and nothing else.
    #[must_use]
    pub fn expose(self) -> &'a str {
        self.0
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Debug for ChallengeText<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChallengeText(…)")
    }
}

/// The server's key for hashing challenges: whoever copies the store cannot try guesses.
#[derive(Clone)]
pub struct ChallengeKey(hmac::Key);

impl ChallengeKey {
    /// `None` below 32 octets.
    #[must_use]
    pub fn new(key: &[u8]) -> Option<Self> {
        (key.len() >= 32).then(|| Self(hmac::Key::new(hmac::HMAC_SHA256, key)))
    }

    /// HMAC-SHA-256 of the challenge.
    #[must_use]
    pub fn hash(&self, challenge: &str) -> KeyedHash {
        let tag = hmac::sign(&self.0, challenge.as_bytes());
        let mut hash = [0; 32];
        hash.iter_mut().zip(tag.as_ref()).for_each(|(to, from)| *to = *from);
        KeyedHash(hash)
    }

    /// Constant time.
    pub(crate) fn verify(&self, challenge: ChallengeText<'_>, hash: &KeyedHash) -> bool {
        hmac::verify(&self.0, challenge.expose().as_bytes(), &hash.0).is_ok()
    }
}

impl fmt::Debug for ChallengeKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChallengeKey(…)")
    }
}

const PREFIX: &str = "hmac-sha256:";

/// HMAC-SHA-256 of a challenge; written `hmac-sha256:` and 64 hexadecimal digits.
#[derive(Clone, Copy, Eq)]
pub struct KeyedHash(pub [u8; 32]);

impl KeyedHash {
    /// Reads the written form. `None` if it is not exactly that.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix(PREFIX)?;
        if hex.len() != 64 || !hex.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let mut hash = [0; 32];
        for (at, octet) in hash.iter_mut().enumerate() {
            *octet = u8::from_str_radix(hex.get(at * 2..at * 2 + 2)?, 16).ok()?;
        }
        Some(Self(hash))
    }
}

impl PartialEq for KeyedHash {
    fn eq(&self, other: &Self) -> bool {
        constant_time::verify_slices_are_equal(&self.0, &other.0).is_ok()
    }
}

impl fmt::Display for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(PREFIX)?;
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for KeyedHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// A new challenge: 160 random bits as 32 characters of RFC 4648 base32, which fit a PrintableString and a telephone.
///
/// # Errors
/// The source of randomness did not answer.
pub fn mint(random: &mut dyn Random) -> Result<Zeroizing<String>, RandomFailed> {
    const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
    let mut octets = Zeroizing::new([0; 20]);
    random.fill(octets.as_mut())?;
    let mut text = Zeroizing::new(String::with_capacity(32));
    for five in octets.chunks(5) {
        let bits = five.iter().fold(0_u64, |bits, octet| bits << 8 | u64::from(*octet));
        for shift in (0..8).rev() {
            let digit = usize::try_from(bits >> (shift * 5) & 31).unwrap_or_default();
            text.push(char::from(ALPHABET.get(digit).copied().unwrap_or(b'A')));
        }
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Counting(u8);

    impl Random for Counting {
        fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomFailed> {
            for octet in out {
                *octet = self.0;
                self.0 = self.0.wrapping_add(1);
            }
            Ok(())
        }
    }

    #[test]
    fn t23_a_new_challenge_has_160_bits() {
        // Judge: python3 -c "import base64; print(base64.b32encode(bytes(range(20))))"
        assert_eq!(mint(&mut Counting(0)).unwrap().as_str(), "AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQT");
    }

    #[test]
    fn t23_keyed_hash_is_hmac_sha256_and_reads_back() {
        // RFC 4231 test case 2 has a shorter key; this one by `openssl dgst -sha256 -mac HMAC`.
        let key = ChallengeKey::new(&[0x0b; 32]).unwrap();
        let hash = key.hash("Hi There");
        assert_eq!(KeyedHash::parse(&hash.to_string()), Some(hash));
        assert!(key.verify(ChallengeText::new("Hi There"), &hash));
        assert!(!key.verify(ChallengeText::new("Hi there"), &hash));
        assert!(ChallengeKey::new(&[0; 31]).is_none());
        assert_eq!(
            hash.to_string(),
            "hmac-sha256:198a607eb44bfbc69903a0f1cf2bbdc5ba0aa3f3d9ae3c1c7a3b1696a0b68cf7"
        );
    }

    #[test]
    fn a_written_hash_is_exactly_that() {
        let good = format!("hmac-sha256:{}", "0aB1".repeat(16));
        assert!(KeyedHash::parse(&good).is_some());
        for text in [
            "",
            "hmac-sha256:",
            &good[..75],
            &format!("{good}0"),
            &good.replace("sha256", "sha1"),
            &good.replace('a', "+"),
        ] {
            assert!(KeyedHash::parse(text).is_none(), "{text}");
        }
    }
}
