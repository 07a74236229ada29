//! Identifiers of payloads, which stay the same for the same profile.

use crate::profile::ProfileName;
use pki::algorithm::sha256;

/// The payload's identifier in reverse-domain style.
pub(super) fn identifier(profile: &ProfileName, role: &str) -> String {
    format!("chancery.{profile}.{role}")
}

/// A UUID of the profile's name and the payload's role: version 8 (RFC 9562 §5.8), made by SHA-256.
pub(super) fn uuid(profile: &ProfileName, role: &str) -> String {
    let hash = sha256(format!("chancery/mobileconfig/{profile}/{role}").as_bytes());
    let [first, ..] = hash.as_chunks::<16>().0 else { return String::new() };
    let mut number = u128::from_be_bytes(*first);
    number = number & !(0xf << 76) | (0x8 << 76);
    number = number & !(0x3 << 62) | (0x2 << 62);
    let digits = format!("{number:032X}");
    let part = |from: usize, to: usize| digits.get(from..to).unwrap_or_default();
    [part(0, 8), part(8, 12), part(12, 16), part(16, 20), part(20, 32)].join("-")
}
