//! At most 10,000 octets, as Boulder holds it: a TLS client, a smart card and a RADIUS packet can carry that.

use super::{Examined, Lint, require};

pub(super) const LINT: Lint = Lint { name: "size", clause: "Boulder maxCertificateSize", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    require(examined.certificate.tbs().len() <= 10_000, "it is longer than 10,000 octets")
}
