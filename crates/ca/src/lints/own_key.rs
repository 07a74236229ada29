//! Nobody but a root is certified with the issuer's own key (threat 38).

use super::{Examined, Lint, Scope, require};

pub(super) const LINT: Lint = Lint { name: "own_key", clause: "threats.md row 38", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let own = examined.certificate.key().fingerprint() == examined.issuer.key().fingerprint();
    require(own == (examined.scope == Scope::Root), "the key is the issuer's own, or a root's is not")
}
