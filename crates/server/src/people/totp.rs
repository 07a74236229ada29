//! Codes that change every half minute (RFC 6238): SHA-1, six digits, 30 seconds, which is what every app makes; one step of
//! tolerance either way. And recovery codes, for whoever lost the app.

use aws_lc_rs::hmac;
use pki::{Random, RandomFailed, Time};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

/// Octets of a secret (RFC 4226 §4, R6: 160 bits).
pub(super) const SECRET: usize = 20;
const STEP: i64 = 30;
/// Recovery codes in a set.
const RECOVERY: usize = 10;
const ALPHABET: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// A new secret.
///
/// # Errors
/// No randomness.
pub(super) fn secret(random: &mut dyn Random) -> Result<Zeroizing<Vec<u8>>, RandomFailed> {
    let mut secret = Zeroizing::new(vec![0; SECRET]);
    random.fill(&mut secret)?;
    Ok(secret)
}

/// The time step whose code this is, one before or after `now` included; `None` for a wrong one. Spend it: a code is good once.
#[must_use]
pub(super) fn step_of(secret: &[u8], code: &str, now: Time) -> Option<i64> {
    let code: String = code.chars().filter(|c| !c.is_whitespace()).collect();
    let middle = now.unix().div_euclid(STEP);
    // All three are computed whichever fits, so that time tells nothing.
    let fits = [middle - 1, middle, middle + 1]
        .map(|step| (step, bool::from(six_digits(secret, step).as_bytes().ct_eq(code.as_bytes()))));
    fits.into_iter().filter(|(_, fits)| *fits).map(|(step, _)| step).next_back()
}

/// RFC 4226 §5.3 over RFC 6238's counter.
#[must_use]
pub fn six_digits(secret: &[u8], step: i64) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    let tag = hmac::sign(&key, &step.to_be_bytes());
    let tag = tag.as_ref();
    let offset = usize::from(tag.last().copied().unwrap_or_default() & 0x0f);
    let four = tag.get(offset..).and_then(|rest| rest.first_chunk::<4>()).copied().unwrap_or_default();
    format!("{:06}", (u32::from_be_bytes(four) & 0x7fff_ffff) % 1_000_000)
}

/// The secret as people type it (RFC 4648 §6, without padding).
#[must_use]
pub(super) fn base32(octets: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::new());
    let (mut bits, mut held) = (0_u32, 0_u32);
    for octet in octets {
        bits = (bits << 8) | u32::from(*octet);
        held += 8;
        while held >= 5 {
            held -= 5;
            push(&mut text, bits >> held);
        }
    }
    if held > 0 {
        push(&mut text, bits << (5 - held));
    }
    text
}

fn push(text: &mut String, bits: u32) {
    let index = usize::try_from(bits & 31).unwrap_or_default();
    text.push(char::from(ALPHABET.get(index).copied().unwrap_or(b'A')));
}

/// What an app reads from the picture (Key Uri Format of Google Authenticator). A login has nothing that would have to be encoded
/// but `@` and `+`.
#[must_use]
pub(super) fn uri(secret: &[u8], login: &str, host: &str) -> Zeroizing<String> {
    let login = login.replace('@', "%40").replace('+', "%2B");
    let host: String = host.chars().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-')).collect();
    let secret = base32(secret);
    Zeroizing::new(format!(
        "otpauth://totp/Chancery%20{host}:{login}?secret={}&issuer=Chancery%20{host}",
        *secret
    ))
}

/// New recovery codes, 80 bits each, to be shown once.
///
/// # Errors
/// No randomness.
pub(super) fn recovery_codes(random: &mut dyn Random) -> Result<Vec<Zeroizing<String>>, RandomFailed> {
    let mut codes = Vec::with_capacity(RECOVERY);
    for _ in 0..RECOVERY {
        let mut octets = Zeroizing::new([0; 10]);
        random.fill(octets.as_mut())?;
        let text = base32(octets.as_ref());
        let groups: Vec<&str> =
            [0..4, 4..8, 8..12, 12..16].into_iter().filter_map(|range| text.get(range)).collect();
        codes.push(Zeroizing::new(groups.join("-")));
    }
    Ok(codes)
}

/// What is kept of a recovery code, however it was typed; `None` for what has not its form. 80 random bits need no slow hash.
#[must_use]
pub(super) fn recovery_hash(text: &str) -> Option<[u8; 32]> {
    let plain: Zeroizing<String> = Zeroizing::new(
        text.chars().filter(|c| !c.is_whitespace() && *c != '-').collect::<String>().to_uppercase(),
    );
    let good = plain.len() == 16 && plain.bytes().all(|byte| ALPHABET.contains(&byte));
    good.then(|| pki::algorithm::sha256(plain.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::SystemRandom;

    /// RFC 6238, appendix B, SHA-1: the last six of its eight digits.
    #[test]
    fn rfc_6238_appendix_b() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(six_digits(b"12345678901234567890", seconds / 30), code);
            assert_eq!(step_of(b"12345678901234567890", code, Time::from_unix(seconds)), Some(seconds / 30));
        }
    }

    #[test]
    fn a_code_counts_half_a_minute_early_and_late_and_no_more() {
        let secret = b"12345678901234567890";
        let code = six_digits(secret, 100);
        let at = |seconds| step_of(secret, &code, Time::from_unix(seconds));
        assert_eq!((at(100 * 30 - 30), at(100 * 30), at(102 * 30 - 1)), (Some(100), Some(100), Some(100)));
        assert_eq!((at(100 * 30 - 31), at(102 * 30)), (None, None));
        assert_eq!(step_of(secret, "287 082", Time::from_unix(59)), Some(1), "as apps show it");
        for wrong in ["", "28708", "2870822", "٢٨٧٠٨٢"] {
            assert_eq!(step_of(secret, wrong, Time::from_unix(59)), None);
        }
    }

    /// RFC 4648 §10.
    #[test]
    fn base32_is_that_of_the_rfc() {
        for (plain, text) in [
            ("", ""),
            ("f", "MY"),
            ("fo", "MZXQ"),
            ("foo", "MZXW6"),
            ("foob", "MZXW6YQ"),
            ("foobar", "MZXW6YTBOI"),
        ] {
            assert_eq!(base32(plain.as_bytes()).as_str(), text);
        }
    }

    #[test]
    fn a_recovery_code_is_known_however_it_is_typed() {
        let codes = recovery_codes(&mut SystemRandom).unwrap();
        assert_eq!(codes.len(), 10);
        for code in &codes {
            assert_eq!(code.len(), 19);
            assert_eq!(recovery_hash(code), recovery_hash(&code.to_lowercase().replace('-', " ")));
            assert!(recovery_hash(code).is_some());
        }
        assert_eq!((recovery_hash("287082"), recovery_hash("AAAA-AAAA-AAAA-AAA1")), (None, None));
    }
}
