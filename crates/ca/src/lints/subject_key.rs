//! The key is one that policy allows, in its one canonical encoding.

use super::{Examined, Lint, require};
use crate::key_policy::{KeyPolicy, canonical};

pub(super) const LINT: Lint =
    Lint { name: "subject_key", clause: "RFC 3279 §2.3, RFC 5480 §2, BR 6.1.5, 6.1.6", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let key = examined.certificate.key();
    require(canonical(key).spki() == key.spki(), "its encoding is not canonical")?;
    if examined.judged_key == Some(key) {
        return Ok(());
    }
    let policy = examined.profile.map_or_else(KeyPolicy::default, |profile| profile.key.clone());
    policy.check_strength(key).map_err(|fault| fault.operator())
}
