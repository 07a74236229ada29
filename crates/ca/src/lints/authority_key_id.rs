//! authorityKeyIdentifier is the issuer's subjectKeyIdentifier and nothing more (threat 43); a root may leave it out.

use super::{Examined, Lint, Scope, require};
use pki::extension::{Extension, find};
use pki::oid;

pub(super) const LINT: Lint = Lint { name: "authority_key_id", clause: "RFC 5280 §4.2.1.1", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let Some(found) = find(examined.certificate.extensions(), &oid::AUTHORITY_KEY_IDENTIFIER) else {
        return require(examined.scope == Scope::Root, "it is missing");
    };
    let issuer = examined.issuer.subject_key_id().ok_or("the issuer has no subjectKeyIdentifier")?;
    require(
        *found == Extension::authority_key_identifier(issuer),
        "it is not the issuer's subjectKeyIdentifier",
    )
}
