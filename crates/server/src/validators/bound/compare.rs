//! A request against a promise, element by element. Names are compared as decoded: a comma in a value is a part of it,
//! and no escape of it can make one side differ from the other, as it does where texts are compared (M64). What is certified
//! is what was promised, letter by letter: of what only looks alike nothing is issued (threat 16).

use super::promise::Expected;
use crate::explanation::Sides;
use ca::decide::identity::{self, same_general_name, same_name};
use ca::profile::names::{EXTENDED_USAGES, word_of};
use pki::algorithm::sha256;
use pki::csr::CertificateRequest;
use pki::extension::KeyUsage;
use pki::general_name::GeneralName;
use pki::name::Name;
use std::fmt::Write as _;

/// The first difference, in the order in which a certificate has its elements.
pub(super) fn first_difference(expected: &Expected, request: &CertificateRequest) -> Option<Sides> {
    subject(&expected.subject, request.subject())
        .or_else(|| names(&expected.names, request))
        .or_else(|| key_usage(expected, request))
        .or_else(|| purposes(expected, request))
        .or_else(|| key(expected, request))
}

/// RDN by RDN; string types may differ, texts may not.
fn subject(expected: &Name, found: &Name) -> Option<Sides> {
    let there = (!same_name(expected, found)).then(|| identity::first_difference(expected, found))?;
    let element = format!("subject, {}", there.place);
    Some(Sides::new(element, there.expected.to_string(), there.found.to_string()))
}

/// As often as each was promised, and nothing else, in any order.
fn names(expected: &[GeneralName], request: &CertificateRequest) -> Option<Sides> {
    let element = "alternative names";
    let Ok(san) = request.san() else {
        return Some(Sides::either(element, None, Some("names that cannot be read".to_owned())));
    };
    let mut left: Vec<&GeneralName> = san.0.iter().collect();
    for wanted in expected {
        match left.iter().position(|name| same_general_name(wanted, name)) {
            Some(at) => drop(left.swap_remove(at)),
            None => {
                let kind = core::mem::discriminant(wanted);
                let other = left.iter().find(|name| core::mem::discriminant(**name) == kind);
                return Some(Sides::either(
                    element,
                    Some(wanted.to_string()),
                    other.map(ToString::to_string),
                ));
            }
        }
    }
    left.first().map(|name| Sides::either(element, None, Some(name.to_string())))
}

fn key_usage(expected: &Expected, request: &CertificateRequest) -> Option<Sides> {
    let wanted = expected.key_usage?;
    // Without the extension a request asks for none.
    let found = request.key_usage().ok().flatten();
    let words = |usage: KeyUsage| usage.names().collect::<Vec<_>>().join(", ");
    (found.unwrap_or_default() != wanted)
        .then(|| Sides::either("key usage", Some(words(wanted)), found.map(words)))
}

fn purposes(expected: &Expected, request: &CertificateRequest) -> Option<Sides> {
    let wanted = expected.purposes.as_ref()?;
    let words = |mut oids: Vec<pki::Oid>| {
        oids.sort_unstable();
        oids.dedup();
        oids.iter().map(|oid| word_of(EXTENDED_USAGES, oid)).collect::<Vec<_>>().join(", ")
    };
    let wanted = words(wanted.clone());
    let found = request.extended_key_usage().ok().flatten().map(|usage| words(usage.0));
    let same = found.as_deref().unwrap_or_default() == wanted;
    (!same).then(|| Sides::either("extended key usage", Some(wanted), found))
}

fn key(expected: &Expected, request: &CertificateRequest) -> Option<Sides> {
    let wanted = expected.key?;
    let found = sha256(request.key().spki());
    let hexadecimal = |hash: [u8; 32]| {
        hash.iter().fold(String::new(), |mut text, octet| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{octet:02x}");
            text
        })
    };
    let difference = || Sides::either("key, SHA-256", Some(hexadecimal(wanted)), Some(hexadecimal(found)));
    (found != wanted).then(difference)
}
