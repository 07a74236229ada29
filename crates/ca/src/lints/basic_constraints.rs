//! A CA says that it is one, and how deep; nobody else does (threat 27).

use super::{Examined, Lint, Scope, require};
use pki::extension::{BasicConstraints, find};
use pki::oid;

pub(super) const LINT: Lint = Lint { name: "basic_constraints", clause: "RFC 5280 §4.2.1.9", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let extension =
        find(examined.certificate.extensions(), &oid::BASIC_CONSTRAINTS).ok_or("it is missing")?;
    let found = BasicConstraints::parse(&extension.value).map_err(|error| error.to_string())?;
    let wanted = match examined.scope {
        Scope::Root => BasicConstraints { ca: true, path_len: None },
        Scope::IssuingCa => BasicConstraints { ca: true, path_len: Some(0) },
        Scope::Registration | Scope::Responder | Scope::EndEntity => {
            BasicConstraints { ca: false, path_len: None }
        }
    };
    require(found.ca == wanted.ca, "cA does not fit the kind of certificate")?;
    require(found.path_len == wanted.path_len, "the path length does not fit the kind of certificate")
}
