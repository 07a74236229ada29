//! The subject alternative name: kinds that the profile allows, each in one sound spelling.

use super::{dns, email, identity, sid, uri};
use crate::profile::{CertificateProfile, SanKind};
use crate::rejection::shown::is_invisible;
use crate::rejection::{SanFault, Shown};
use pki::csr::CertificateRequest;
use pki::general_name::{GeneralName, SubjectAltName};
use std::net::IpAddr;

/// Most names in one certificate.
const LIMIT: usize = 20;

/// Checks the names asked for; empty where none are. They are certified as they stand.
///
/// # Errors
/// The first rule that one of them breaks.
pub fn check(csr: &CertificateRequest, profile: &CertificateProfile) -> Result<SubjectAltName, SanFault> {
    let san = csr.san().map_err(|error| SanFault::Malformed { reason: Shown::new(&error.to_string()) })?;
    if san.0.len() > LIMIT {
        return Err(SanFault::TooMany { count: san.0.len(), limit: LIMIT });
    }
    let mut sids = 0;
    for (index, name) in san.0.iter().enumerate() {
        check_kind(name, profile)?;
        sids += usize::from(check_name(name, profile)?);
        check_account(name, profile)?;
        if san.0.iter().take(index).any(|earlier| identity::same_general_name(earlier, name)) {
            return Err(SanFault::Repeated { name: shown(name) });
        }
    }
    if sids > 1 {
        return Err(SanFault::SidRepeated {});
    }
    let kinds: Vec<SanKind> = san.0.iter().filter_map(SanKind::of).collect();
    match profile.san.required.iter().find(|kind| !kinds.contains(kind)) {
        Some(missing) => Err(SanFault::KindMissing { kind: Shown::new(&missing.to_string()) }),
        None => Ok(san),
    }
}

fn check_kind(name: &GeneralName, profile: &CertificateProfile) -> Result<(), SanFault> {
    if SanKind::of(name).is_some_and(|kind| profile.san.allowed.contains(&kind)) {
        return Ok(());
    }
    Err(SanFault::KindNotAllowed { name: shown(name), allowed: Shown::list(&profile.san.allowed) })
}

/// Checks the spelling; says whether the name is a SID.
fn check_name(name: &GeneralName, profile: &CertificateProfile) -> Result<bool, SanFault> {
    let text = match name {
        GeneralName::Email(text)
        | GeneralName::Dns(text)
        | GeneralName::Uri(text)
        | GeneralName::Upn(text) => text,
        GeneralName::Ip(address) => return check_ip(address).map(|()| false),
        // No profile can allow these.
        GeneralName::Directory(_) | GeneralName::Other(_) => return Ok(false),
    };
    if text.chars().any(is_invisible) {
        return Err(SanFault::InvisibleCharacter { name: shown(name) });
    }
    if text.contains("{{") || text.contains("}}") {
        return Err(SanFault::Unresolved { name: shown(name) });
    }
    if let GeneralName::Uri(text) = name {
        let is_sid = sid::of_uri(text)?.is_some();
        uri::check(text).map_err(|reason| SanFault::Uri { name: shown(name), reason: Shown::new(reason) })?;
        return Ok(is_sid);
    }
    if sid::resembles(text) {
        let reason = Shown::new("it stands in another kind of name than a URI");
        return Err(SanFault::SidMalformed { name: shown(name), reason });
    }
    check_spelling(name, profile).map(|()| false)
}

fn check_spelling(name: &GeneralName, profile: &CertificateProfile) -> Result<(), SanFault> {
    match name {
        GeneralName::Dns(text) => {
            dns::check(text).map_err(|reason| SanFault::Dns { name: shown(name), reason: Shown::new(reason) })
        }
        GeneralName::Email(text) => email::check_as(profile.san.enforce_email_syntax, text)
            .map_err(|reason| SanFault::Email { name: shown(name), reason: Shown::new(reason) }),
        GeneralName::Upn(text) => email::check_upn(text)
            .map_err(|reason| SanFault::Upn { name: shown(name), reason: Shown::new(reason) }),
        _ => Ok(()),
    }
}

fn check_ip(address: &IpAddr) -> Result<(), SanFault> {
    let everybody = match address {
        IpAddr::V4(v4) => v4.is_broadcast() || v4.octets().first() == Some(&0),
        // ::ffff:0:0/96 is an IPv4 address in disguise: two spellings of one name.
        IpAddr::V6(v6) => v6.to_ipv4_mapped().is_some(),
    };
    if everybody || address.is_unspecified() || address.is_loopback() || address.is_multicast() {
        return Err(SanFault::Ip { name: Shown::new(&address.to_string()) });
    }
    Ok(())
}

/// Threat 25: names of accounts and hosts lie in the profile's namespaces and are not reserved.
pub(crate) fn check_account<'a>(name: &'a GeneralName, profile: &CertificateProfile) -> Result<(), SanFault> {
    let domain_of = |text: &'a str| text.rsplit_once('@').map_or(text, |(_, domain)| domain);
    let (text, domain, namespace) = match name {
        GeneralName::Dns(text) => (text, text.as_str(), &profile.san.dns),
        GeneralName::Email(text) => (text, domain_of(text), &profile.san.email),
        GeneralName::Upn(text) => (text, domain_of(text), &profile.san.upn),
        _ => return Ok(()),
    };
    if profile.san.reserved.contains(&text.to_lowercase()) {
        return Err(SanFault::Reserved { name: shown(name) });
    }
    if !dns::is_within(domain, &namespace.permitted) {
        return Err(SanFault::Domain { name: shown(name), domains: Shown::list(&namespace.permitted) });
    }
    match dns::excluding(domain, namespace) {
        Some(excluded) => Err(SanFault::Excluded { name: shown(name), domain: Shown::new(excluded) }),
        None => Ok(()),
    }
}

fn shown(name: &GeneralName) -> Shown {
    Shown::new(&name.to_string())
}
