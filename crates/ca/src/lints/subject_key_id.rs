//! subjectKeyIdentifier is there and is that of the key.

use super::{Examined, Lint, require};

pub(super) const LINT: Lint = Lint { name: "subject_key_id", clause: "RFC 5280 §4.2.1.2", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let found = examined.certificate.subject_key_id().ok_or("it is missing or malformed")?;
    require(found == examined.certificate.key().key_id(), "it is not the SHA-1 of the key")
}
