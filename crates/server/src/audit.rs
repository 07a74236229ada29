//! The audit chain for others: heads to be kept elsewhere, rows as JSON lines and as syslog messages.

pub mod anchor;
pub mod export;
pub mod syslog;

use std::fmt::Write as _;

/// Lower-case hexadecimal, as hashes are written.
#[must_use]
pub fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::with_capacity(octets.len() * 2), |mut text, octet| {
        // Writing to a String does not fail.
        let _ = write!(text, "{octet:02x}");
        text
    })
}

/// 32 octets out of 64 hexadecimal digits, in either case.
#[must_use]
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text
        .chars()
        .map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let octets: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    if rest.is_empty() { octets.try_into().ok() } else { None }
}
