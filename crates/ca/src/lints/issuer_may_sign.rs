//! The issuing certificate is a CA's, may sign certificates, and leaves room in the path.

use super::{Examined, Lint, Scope, require};
use pki::extension::{BasicConstraints, KeyUsage, find};
use pki::oid;

pub(super) const LINT: Lint =
    Lint { name: "issuer_may_sign", clause: "RFC 5280 §4.2.1.3, §4.2.1.9", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let issuer = examined.issuer;
    require(issuer.is_ca(), "the issuer is no CA")?;
    let usage = issuer.key_usage().ok().flatten();
    require(
        usage.is_some_and(|usage| usage.contains(KeyUsage::KEY_CERT_SIGN)),
        "the issuer lacks keyCertSign",
    )?;
    let constraints = find(issuer.extensions(), &oid::BASIC_CONSTRAINTS);
    let path_len =
        constraints.and_then(|one| BasicConstraints::parse(&one.value).ok()).and_then(|one| one.path_len);
    require(examined.scope != Scope::IssuingCa || path_len != Some(0), "the issuer may have no CA below it")
}
