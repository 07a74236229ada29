//! Passwords: argon2id with the parameters of OWASP's cheat sheet (19 MiB, two passes, one lane), and which are too easy to guess
//! (ASVS 5.0 §6.2: length and a list of common ones, no rules of composition).

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use pki::{Random, RandomFailed};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::Login;

const MEMORY_KIB: u32 = 19_456;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT: usize = 16;
const HASH: usize = 32;
/// Characters at least.
pub(super) const SHORTEST: usize = 12;
/// Octets at most: more would only cost time.
pub(super) const LONGEST: usize = 512;

/// What is taken for the hash of somebody who is not there, so that a wrong login costs what a wrong password does. It is the
/// hash of nothing.
pub(super) const DECOY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// The most common passwords of twelve characters and more, in lower case.
const COMMON: &str = include_str!("common_passwords.txt");

/// Why a password is too easy to guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Weak {
    /// Fewer than [`SHORTEST`] characters.
    Short,
    /// More than [`LONGEST`] octets.
    Long,
    /// One of the most common, or one thing over and over.
    Common,
    /// Little more than the login.
    Login,
}

impl Weak {
    /// For people.
    #[must_use]
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Weak::Short => "The password has fewer than 12 characters.",
            Weak::Long => "The password is too long.",
            Weak::Common => "The password is one of the most common ones, or repeats itself.",
            Weak::Login => "The password is little more than the login.",
        }
    }
}

/// Whether the password is good enough for this login.
///
/// # Errors
/// [`Weak`].
pub(super) fn check(password: &str, login: &Login) -> Result<(), Weak> {
    if password.chars().count() < SHORTEST {
        return Err(Weak::Short);
    }
    if password.len() > LONGEST {
        return Err(Weak::Long);
    }
    let lower = password.to_lowercase();
    let distinct: std::collections::BTreeSet<char> = lower.chars().collect();
    if distinct.len() < 5 || COMMON.lines().any(|one| one == lower) {
        return Err(Weak::Common);
    }
    let local = login.as_str().split('@').next().unwrap_or_default();
    // What is left without the login must still be something.
    let rest = [login.as_str(), local]
        .into_iter()
        .filter(|part| part.len() >= 3)
        .fold(lower, |rest, part| rest.replace(part, ""));
    if rest.chars().count() < 8 { Err(Weak::Login) } else { Ok(()) }
}

/// The PHC string of a password, with a salt of its own. Takes some tens of milliseconds and 19 MiB.
///
/// # Errors
/// The source of randomness, or memory.
pub(super) fn hash(password: &str, random: &mut dyn Random) -> Result<String, RandomFailed> {
    let mut salt = [0; SALT];
    random.fill(&mut salt)?;
    let hash = derive(password, &salt).ok_or(RandomFailed)?;
    let (salt, hash) = (STANDARD_NO_PAD.encode(salt), STANDARD_NO_PAD.encode(hash.as_ref()));
    Ok(format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"))
}

/// Whether the PHC string is this password's; `false` for one with other parameters than ours, after the same work.
#[must_use]
pub(super) fn verify(password: &str, phc: &str) -> bool {
    let (salt, right) = parts(phc).or_else(|| parts(DECOY)).unwrap_or_default();
    let known = parts(phc).is_some();
    // Nobody has one that is longer; hashing it would only cost time.
    let password = if password.len() > LONGEST { "" } else { password };
    derive(password, &salt).is_some_and(|hash| known && hash.as_ref().ct_eq(right.as_ref()).into())
}

type Parts = ([u8; SALT], [u8; HASH]);

fn parts(phc: &str) -> Option<Parts> {
    let rest = phc.strip_prefix(&format!("$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}$"))?;
    let (salt, hash) = rest.split_once('$')?;
    let decode = |text: &str| STANDARD_NO_PAD.decode(text).ok();
    Some((decode(salt)?.try_into().ok()?, decode(hash)?.try_into().ok()?))
}

fn derive(password: &str, salt: &[u8; SALT]) -> Option<Zeroizing<[u8; HASH]>> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, Some(HASH)).ok()?;
    let mut out = Zeroizing::new([0; HASH]);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    argon2.hash_password_into(password.as_bytes(), salt, out.as_mut()).ok()?;
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SystemRandom;

    #[test]
    fn a_password_is_known_again_and_no_other() {
        let phc = hash("correct horse battery", &mut SystemRandom).unwrap();
        assert!(verify("correct horse battery", &phc));
        for wrong in ["correct horse batter", "Correct horse battery", "", &"x".repeat(600)] {
            assert!(!verify(wrong, &phc), "{wrong}");
        }
        assert_ne!(phc, hash("correct horse battery", &mut SystemRandom).unwrap(), "a salt of its own");
        for phc in ["", "$argon2id$v=19$m=8,t=1,p=1$AAAA$AAAA", DECOY] {
            assert!(!verify("", phc) && !verify("correct horse battery", phc), "{phc}");
        }
    }

    /// The hash of a reference implementation: `python3 -m argon2`'s low-level interface, argon2-cffi 25.1.
    #[test]
    fn the_hash_is_that_of_the_reference() {
        let salt: [u8; SALT] = *b"0123456789abcdef";
        let hex: String = derive("correct horse battery", &salt)
            .unwrap()
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        assert_eq!(hex, REFERENCE);
    }

    const REFERENCE: &str = "ebd23ba828c34ec430850a85be94098aa108d25190bf10bce1f5c4d0ab7171ae";

    #[test]
    fn what_is_easy_to_guess_is_not_taken() {
        let login = Login::parse("ada.lovelace@example.com").unwrap();
        for (password, why) in [
            ("short", Weak::Short),
            ("elf chars!!", Weak::Short),
            ("aaaaaaaaaaaaaaaa", Weak::Common),
            ("ababababababab", Weak::Common),
            ("Password1234", Weak::Common),
            ("123456789012", Weak::Common),
            ("Ada.Lovelace1234", Weak::Login),
            ("ada.lovelace@example.com", Weak::Login),
        ] {
            assert_eq!(check(password, &login), Err(why), "{password}");
        }
        assert_eq!(check(&"long words".repeat(60), &login), Err(Weak::Long));
        for good in ["correct horse battery", "zwölf Bäume im Wald", "ada.lovelace likes engines"] {
            assert_eq!(check(good, &login), Ok(()), "{good}");
        }
    }
}
