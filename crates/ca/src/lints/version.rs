//! Version 3, since there are extensions.

use super::{Examined, Lint, require};

pub(super) const LINT: Lint = Lint { name: "version", clause: "RFC 5280 §4.1.2.1", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    require(examined.certificate.version() == 3, "the version is not 3")
}
