//! The issuer's name is the issuing certificate's subject, byte for byte, and not empty (threat 43).

use super::{Examined, Lint, require};

pub(super) const LINT: Lint = Lint { name: "issuer_name", clause: "RFC 5280 §4.1.2.4, §7.1", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let named = examined.certificate.issuer();
    require(!named.is_empty(), "it is empty")?;
    require(named.der() == examined.issuer.subject().der(), "it is not the issuing certificate's subject")
}
