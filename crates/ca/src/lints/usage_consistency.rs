//! Each purpose comes with a key usage that it can be served with.

use super::{Examined, Lint};
use pki::extension::KeyUsage;
use pki::{Oid, oid};
use std::fmt;

pub(super) const LINT: Lint = Lint { name: "usage_consistency", clause: "RFC 5280 §4.2.1.12", check };

/// A purpose that a certificate names and that its key usage rules out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unserved {
    purpose: Oid,
    given: KeyUsage,
    /// Any of these would do.
    wanted: KeyUsage,
}

/// The first of `purposes` that nobody can be served with by a key of this `usage`. Certificates and profiles are both held
/// against it, so that what would be refused at issuing is told when the profile is written.
pub(crate) fn unserved(usage: KeyUsage, purposes: &[Oid]) -> Option<Unserved> {
    let sign = KeyUsage::DIGITAL_SIGNATURE;
    let exchange = KeyUsage::KEY_ENCIPHERMENT.with(KeyUsage::KEY_AGREEMENT);
    let wanted = |purpose: Oid| match purpose {
        oid::CLIENT_AUTH => Some(sign.with(KeyUsage::KEY_AGREEMENT)),
        oid::SERVER_AUTH => Some(sign.with(exchange)),
        oid::CODE_SIGNING => Some(sign),
        oid::EMAIL_PROTECTION => Some(sign.with(KeyUsage::NON_REPUDIATION).with(exchange)),
        _ => None,
    };
    let each = purposes.iter().filter_map(|purpose| wanted(*purpose).map(|wanted| (*purpose, wanted)));
    each.map(|(purpose, wanted)| Unserved { purpose, given: usage, wanted })
        .find(|one| one.given.and(one.wanted).is_empty())
}

impl fmt::Display for Unserved {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let purpose = crate::profile::names::word_of(crate::profile::names::EXTENDED_USAGES, &self.purpose);
        write!(f, "{purpose} cannot be served with {}; it needs one of {}", self.given, self.wanted)
    }
}

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let usage = examined.certificate.key_usage().ok().flatten().unwrap_or_default();
    let purposes = examined.certificate.extended_key_usage().ok().flatten().unwrap_or_default();
    unserved(usage, &purposes.0).map_or(Ok(()), |one| Err(one.to_string()))
}
