//! End entities have purposes, and none with power over others; an OCSP responder has its one; CAs and the RA have none
//! (a CA's breaks RADIUS servers).

use super::{Examined, Lint, Scope, require};
use crate::profile::names::POWERFUL;
use pki::oid;

pub(super) const LINT: Lint =
    Lint { name: "extended_key_usage", clause: "RFC 5280 §4.2.1.12, threats.md row 26", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let found = examined.certificate.extended_key_usage().map_err(|error| error.to_string())?;
    if examined.scope == Scope::Responder {
        let alone = found.is_some_and(|found| found.0 == [oid::OCSP_SIGNING]);
        return require(alone, "a responder has id-kp-OCSPSigning alone");
    }
    if examined.scope != Scope::EndEntity {
        return require(found.is_none(), "a certificate of the CA's own has purposes");
    }
    let purposes = found.ok_or("it is missing, so that the certificate is good for anything")?.0;
    require(!purposes.iter().any(|purpose| POWERFUL.contains(purpose)), "it gives power over others")?;
    let twice =
        purposes.iter().enumerate().any(|(index, one)| purposes.iter().skip(index + 1).any(|two| one == two));
    require(!twice, "a purpose stands twice")?;
    let as_profile = examined.profile.is_none_or(|profile| profile.usage.extended == purposes);
    require(as_profile, "it is not the profile's list")
}
