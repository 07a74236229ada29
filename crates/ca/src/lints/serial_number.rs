//! Positive, at most 20 octets, with room for at least 64 random bits (BR 7.1).

use super::{Examined, Lint, require};

pub(super) const LINT: Lint = Lint { name: "serial_number", clause: "RFC 5280 §4.1.2.2", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let octets = examined.certificate.serial().octets();
    require(octets.first().is_some_and(|first| *first < 0x80), "it is negative")?;
    require(octets.iter().any(|octet| *octet != 0), "it is zero")?;
    require(octets.len() <= 20, "it is longer than 20 octets")?;
    require(octets.len() >= 9, "it has no room for 64 random bits")
}
