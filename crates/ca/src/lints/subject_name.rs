//! The subject: single-valued RDNs, known string types, nothing invisible, CAs always named.

use super::{Examined, Lint, require};
use crate::rejection::shown::is_invisible;
use pki::der::Tag;
use pki::name::Attribute;
use pki::oid;

pub(super) const LINT: Lint =
    Lint { name: "subject_name", clause: "RFC 5280 §4.1.2.6, Appendix A.1", check };

fn check(examined: &Examined<'_>) -> Result<(), String> {
    let subject = examined.certificate.subject();
    require(!examined.scope.is_authority() || !subject.is_empty(), "a CA has no name")?;
    require(subject.rdns().iter().all(|rdn| rdn.len() == 1), "it has a multi-valued RDN")?;
    let names = subject.attributes().filter(|attribute| attribute.oid == oid::CN).count();
    let second = examined.profile.is_some_and(|profile| profile.subject.allow_second_common_name);
    require(names <= 1 + usize::from(second), "it has more common names than the profile allows")?;
    subject.attributes().try_for_each(check_attribute)?;
    let Some(profile) = examined.profile else { return Ok(()) };
    let foreign = subject.attributes().find(|attribute| !profile.subject.allowed.contains(&attribute.oid));
    require(foreign.is_none(), "it has an attribute that the profile does not allow")?;
    let has = |wanted| subject.attributes().any(|attribute| attribute.oid == wanted);
    require(profile.subject.required.iter().all(|wanted| has(*wanted)), "it lacks an attribute")?;
    let longest =
        subject.attributes().filter(|attribute| attribute.oid == oid::CN).filter_map(Attribute::text);
    let long = longest.map(|text| text.chars().count()).any(|length| length > 64);
    require(!(long && profile.subject.enforce_dn_length), "the common name is longer than 64 characters")
}

fn check_attribute(attribute: &Attribute) -> Result<(), String> {
    let tag = Tag(attribute.tag);
    let fits = match attribute.oid {
        oid::COUNTRY => tag == Tag::PRINTABLE_STRING && attribute.value.len() == 2,
        oid::SERIAL_NUMBER | oid::DN_QUALIFIER => tag == Tag::PRINTABLE_STRING,
        oid::EMAIL_ADDRESS | oid::DOMAIN_COMPONENT => tag == Tag::IA5_STRING,
        _ => tag == Tag::UTF8_STRING || tag == Tag::PRINTABLE_STRING,
    };
    require(fits, "an attribute has a string type that RFC 5280 does not allow for it")?;
    let text = attribute.text().ok_or("an attribute has characters that its type does not allow")?;
    require(!text.trim().is_empty(), "an attribute is empty")?;
    require(!text.chars().any(is_invisible), "an attribute has a control or invisible character")
}
