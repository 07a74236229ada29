//! id-pkix-ocsp-nocheck: a responder's certificate has it, so that nobody asks the responder about itself; no other has.

use super::{Examined, Lint, Scope, require};
use pki::extension::find;
use pki::oid;

pub(super) const LINT: Lint = Lint { name: "ocsp_no_check", clause: "RFC 6960 §4.2.2.2.1", check };

/// DER NULL.
const NULL: [u8; 2] = [5, 0];

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let found = find(examined.certificate.extensions(), &oid::OCSP_NO_CHECK);
    let wanted = examined.scope == Scope::Responder;
    require(found.is_some() == wanted, "a responder lacks it, or another certificate has it")?;
    require(found.is_none_or(|found| found.value == NULL), "its value is not NULL")
}
