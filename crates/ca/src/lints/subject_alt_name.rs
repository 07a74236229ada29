//! Alternative names: there and critical where the subject is empty, each sound, none twice.

use super::{Examined, Lint, require};
use crate::decide::san::check_account;
use crate::decide::{dns, email, identity, sid, uri};
use crate::profile::{CertificateProfile, SanKind};
use pki::extension::find;
use pki::general_name::{GeneralName, SubjectAltName};
use pki::oid;

pub(super) const LINT: Lint =
    Lint { name: "subject_alt_name", clause: "RFC 5280 §4.1.2.6, §4.2.1.6", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let nameless = examined.certificate.subject().is_empty();
    let Some(extension) = find(examined.certificate.extensions(), &oid::SUBJECT_ALT_NAME) else {
        require(!nameless, "there is neither a subject nor an alternative name")?;
        return as_profile(&[], examined.profile);
    };
    require(extension.critical == nameless, "it is critical exactly where the subject is empty")?;
    let names = SubjectAltName::parse(&extension.value).map_err(|error| error.to_string())?.0;
    let mut sids = 0;
    for (index, name) in names.iter().enumerate() {
        sids += usize::from(check_name(name, examined.profile)?);
        let repeated = names.iter().take(index).any(|earlier| identity::same_general_name(earlier, name));
        require(!repeated, "a name stands twice")?;
        SanKind::of(name).ok_or("a name is of a kind that is not issued")?;
    }
    require(sids <= 1, "there are several SIDs")?;
    as_profile(&names, examined.profile)
}

/// The kinds and the domains that the profile allows, and the kinds that it asks for (threat 25).
fn as_profile(names: &[GeneralName], profile: Option<&CertificateProfile>) -> Result<(), String> {
    let Some(profile) = profile else { return Ok(()) };
    let kinds: Vec<SanKind> = names.iter().filter_map(SanKind::of).collect();
    let allowed = kinds.iter().all(|kind| profile.san.allowed.contains(kind));
    require(allowed, "a name is of a kind that the profile does not allow")?;
    let there = profile.san.required.iter().all(|kind| kinds.contains(kind));
    require(there, "it lacks a kind of name that the profile asks for")?;
    names.iter().try_for_each(|name| check_account(name, profile)).map_err(|fault| fault.operator())
}

/// Checks the spelling; says whether it is a SID.
fn check_name(name: &GeneralName, profile: Option<&CertificateProfile>) -> Result<bool, String> {
    let addresses = profile.is_none_or(|profile| profile.san.enforce_email_syntax);
    let spelling = match name {
        GeneralName::Dns(text) => dns::check(text),
        GeneralName::Email(text) => email::check_as(addresses, text),
        GeneralName::Upn(text) => email::check_upn(text),
        GeneralName::Uri(text) => uri::check(text),
        _ => Ok(()),
    };
    spelling.map_err(|reason| format!("{name}: {reason}"))?;
    let GeneralName::Uri(text) = name else { return Ok(false) };
    sid::of_uri(text).map(|sid| sid.is_some()).map_err(|fault| fault.operator())
}
