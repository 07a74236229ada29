//! A request against a promise, element by element. Names are compared as decoded: a comma in a value is a part of it,
//! and no escape of it can make one side differ from the other, as it does where texts are compared (M64).

use super::promise::Expected;
use crate::explanation::Difference;
use ca::profile::names::{EXTENDED_USAGES, word_of};
use pki::algorithm::sha256;
use pki::csr::CertificateRequest;
use pki::extension::KeyUsage;
use pki::general_name::GeneralName;
use pki::name::{Name, Rdn};
use std::fmt::Write as _;

/// The first difference, in the order in which a certificate has its elements.
pub(super) fn first_difference(expected: &Expected, request: &CertificateRequest) -> Option<Difference> {
    subject(&expected.subject, request.subject())
        .or_else(|| names(&expected.names, request))
        .or_else(|| key_usage(expected, request))
        .or_else(|| purposes(expected, request))
        .or_else(|| key(expected, request))
}

/// RDN by RDN, each by the rules of RFC 5280 §7.1, the number of attributes in it included.
fn subject(expected: &Name, found: &Name) -> Option<Difference> {
    let whole = |rdn: &Rdn| Name::from_rdns(vec![rdn.clone()]);
    let (expected, found) = (expected.rdns(), found.rdns());
    (0..expected.len().max(found.len())).find_map(|at| {
        let (one, other) = (expected.get(at).map(whole), found.get(at).map(whole));
        let same = one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one.matches(other));
        // Name's Display escapes control characters.
        let shown = |side: Option<Name>| side.map(|name| name.to_string());
        (!same).then(|| Difference::of(format!("subject, RDN {}", at + 1), shown(one), shown(other)))
    })
}

/// As often as each was promised, and nothing else, in any order.
fn names(expected: &[GeneralName], request: &CertificateRequest) -> Option<Difference> {
    let element = "alternative names";
    let Ok(san) = request.san() else {
        return Some(Difference::of(element, None, Some("names that cannot be read".to_owned())));
    };
    let mut left: Vec<&GeneralName> = san.0.iter().collect();
    for wanted in expected {
        match left.iter().position(|name| are_same(wanted, name)) {
            Some(at) => drop(left.swap_remove(at)),
            None => {
                let kind = core::mem::discriminant(wanted);
                let other = left.iter().find(|name| core::mem::discriminant(**name) == kind);
                return Some(Difference::of(
                    element,
                    Some(wanted.to_string()),
                    other.map(ToString::to_string),
                ));
            }
        }
    }
    left.first().map(|name| Difference::of(element, None, Some(name.to_string())))
}

/// Letter case counts where the kind has one: in URIs alone.
fn are_same(one: &GeneralName, other: &GeneralName) -> bool {
    match (one, other) {
        (GeneralName::Dns(one), GeneralName::Dns(other))
        | (GeneralName::Email(one), GeneralName::Email(other))
        | (GeneralName::Upn(one), GeneralName::Upn(other)) => one.eq_ignore_ascii_case(other),
        (one, other) => one == other,
    }
}

fn key_usage(expected: &Expected, request: &CertificateRequest) -> Option<Difference> {
    let wanted = expected.key_usage?;
    // Without the extension a request asks for none.
    let found = request.key_usage().ok().flatten();
    let words = |usage: KeyUsage| usage.names().collect::<Vec<_>>().join(", ");
    (found.unwrap_or_default() != wanted)
        .then(|| Difference::of("key usage", Some(words(wanted)), found.map(words)))
}

fn purposes(expected: &Expected, request: &CertificateRequest) -> Option<Difference> {
    let wanted = expected.purposes.as_ref()?;
    let words = |mut oids: Vec<pki::Oid>| {
        oids.sort_unstable();
        oids.dedup();
        oids.iter().map(|oid| word_of(EXTENDED_USAGES, oid)).collect::<Vec<_>>().join(", ")
    };
    let wanted = words(wanted.clone());
    let found = request.extended_key_usage().ok().flatten().map(|usage| words(usage.0));
    let same = found.as_deref().unwrap_or_default() == wanted;
    (!same).then(|| Difference::of("extended key usage", Some(wanted), found))
}

fn key(expected: &Expected, request: &CertificateRequest) -> Option<Difference> {
    let wanted = expected.key?;
    let found = sha256(request.key().spki());
    let hexadecimal = |hash: [u8; 32]| {
        hash.iter().fold(String::new(), |mut text, octet| {
            // Writing into a String cannot fail.
            let _ = write!(text, "{octet:02x}");
            text
        })
    };
    let difference = || Difference::of("key, SHA-256", Some(hexadecimal(wanted)), Some(hexadecimal(found)));
    (found != wanted).then(difference)
}
