//! The subject: every attribute accounted for, order kept, text kept, string types as RFC 5280 asks.

use super::{Notice, dns};
use crate::decide::sid;
use crate::profile::names::{ATTRIBUTES, word_of};
use crate::profile::{CertificateProfile, Namespace, SanRules};
use crate::rejection::shown::is_invisible;
use crate::rejection::{Rejection, SanFault, Shown, SubjectFault};
use pki::der::Tag;
use pki::name::{Attribute, Name};
use pki::{Oid, oid};

/// Longest value that is ever accepted, in characters, where `enforce_dn_length` is off (M22).
const LIMIT: usize = 1024;

/// Checks the subject asked for and gives the one to be certified.
///
/// # Errors
/// A [`SubjectFault`], or [`SanFault::SidMalformed`] for a SID where none belongs.
pub fn check(
    asked: &Name,
    profile: &CertificateProfile,
    notices: &mut Vec<Notice>,
) -> Result<Name, Rejection> {
    let mut rdns = Vec::with_capacity(asked.rdns().len());
    let mut seen = Vec::new();
    for rdn in asked.rdns() {
        // Software differs in which value of such an RDN it believes, and in their order (X.690 §11.6 sorts them).
        let [attribute] = rdn.as_slice() else {
            return Err(SubjectFault::MultiValued { attributes: Shown::list(rdn) }.into());
        };
        let before = seen.iter().filter(|oid| **oid == attribute.oid).count();
        if before > 0 && !may_repeat(&attribute.oid, before, profile) {
            return Err(SubjectFault::RepeatedAttribute { attribute: shown(attribute) }.into());
        }
        seen.push(attribute.oid);
        rdns.push(vec![check_attribute(attribute, profile, notices)?]);
    }
    if let Some(missing) = profile.subject.required.iter().find(|oid| !seen.contains(oid)) {
        return Err(
            SubjectFault::AttributeMissing { attribute: Shown::new(&word_of(ATTRIBUTES, missing)) }.into()
        );
    }
    // Unchanged bytes where nothing had to change.
    let same = rdns.iter().flatten().eq(asked.attributes());
    Ok(if same { asked.clone() } else { Name::from_rdns(rdns) })
}

fn check_attribute(
    attribute: &Attribute,
    profile: &CertificateProfile,
    notices: &mut Vec<Notice>,
) -> Result<Attribute, Rejection> {
    if !profile.subject.allowed.contains(&attribute.oid) {
        let allowed = Shown::list(profile.subject.allowed.iter().map(|oid| word_of(ATTRIBUTES, oid)));
        return Err(SubjectFault::AttributeNotAllowed { attribute: shown(attribute), allowed }.into());
    }
    let text = readable(attribute)?;
    check_text(attribute, &text, profile)?;
    let kept =
        encoded(attribute, &text).ok_or_else(|| SubjectFault::Encoding { attribute: shown(attribute) })?;
    if kept.tag != attribute.tag {
        notices.push(Notice::StringType { attribute: shown(attribute) });
    }
    Ok(kept)
}

/// The text, if it is in a string type that has one meaning only: TeletexString does not.
fn readable(attribute: &Attribute) -> Result<String, SubjectFault> {
    let known =
        [Tag::PRINTABLE_STRING, Tag::UTF8_STRING, Tag::IA5_STRING, Tag::BMP_STRING, Tag::NUMERIC_STRING];
    let text = if known.contains(&Tag(attribute.tag)) { attribute.text() } else { None };
    text.ok_or_else(|| SubjectFault::Encoding { attribute: shown(attribute) })
}

fn check_text(attribute: &Attribute, text: &str, profile: &CertificateProfile) -> Result<(), Rejection> {
    let attribute_shown = || shown(attribute);
    if text.chars().any(is_invisible) {
        return Err(SubjectFault::InvisibleCharacter { attribute: attribute_shown() }.into());
    }
    if text.trim().is_empty() {
        return Err(SubjectFault::Empty { attribute: attribute_shown() }.into());
    }
    let length = text.chars().count();
    let limit = if profile.subject.enforce_dn_length { upper_bound(&attribute.oid) } else { LIMIT };
    if length > limit {
        return Err(SubjectFault::TooLong { attribute: attribute_shown(), length, limit }.into());
    }
    if text.contains("{{") || text.contains("}}") {
        return Err(SubjectFault::Unresolved { attribute: attribute_shown() }.into());
    }
    if sid::resembles(text) {
        let reason = Shown::new("it stands in the subject, not in a URI name");
        return Err(SanFault::SidMalformed { name: Shown::new(text), reason }.into());
    }
    check_account(attribute, text, profile)
}

/// Threat 25: a subject that names an account lies in the profile's namespaces and is not reserved. A common name with an @
/// may be a user principal name or an e-mail address; one without may be a host's.
fn check_account(attribute: &Attribute, text: &str, profile: &CertificateProfile) -> Result<(), Rejection> {
    let SanRules { dns: hosts, email, upn, reserved, .. } = &profile.san;
    if reserved.contains(&text.to_lowercase()) {
        return Err(SubjectFault::Reserved { name: Shown::new(text) }.into());
    }
    let domain = text.rsplit_once('@').map(|(_, domain)| domain);
    let (domain, spaces) = match (attribute.oid, domain) {
        (oid::EMAIL_ADDRESS, Some(domain)) => (domain, vec![email]),
        (oid::CN | oid::USER_ID, Some(domain)) => (domain, vec![upn, email]),
        (oid::CN, None) if dns::is_host_name(text) => return outside(attribute, text, hosts),
        _ => return Ok(()),
    };
    if !spaces.iter().any(|space| dns::is_within(domain, &space.permitted)) {
        let domains = Shown::list(spaces.iter().flat_map(|space| &space.permitted));
        return Err(SubjectFault::Domain { name: shown(attribute), domains }.into());
    }
    spaces.into_iter().try_for_each(|space| outside(attribute, domain, space))
}

fn outside(attribute: &Attribute, domain: &str, space: &Namespace) -> Result<(), Rejection> {
    match dns::excluding(domain, space) {
        Some(excluded) => {
            Err(SubjectFault::Excluded { name: shown(attribute), domain: Shown::new(excluded) }.into())
        }
        None => Ok(()),
    }
}

/// The attribute in the string type of RFC 5280 §4.1.2.4 and Appendix A.1; `None` where its text does not fit that.
fn encoded(attribute: &Attribute, text: &str) -> Option<Attribute> {
    let printable = || text.bytes().all(pki::text::is_printable);
    let tag = match attribute.oid {
        oid::COUNTRY => (text.len() == 2 && text.bytes().all(|b| b.is_ascii_alphabetic()))
            .then_some(Tag::PRINTABLE_STRING),
        oid::SERIAL_NUMBER | oid::DN_QUALIFIER => printable().then_some(Tag::PRINTABLE_STRING),
        oid::EMAIL_ADDRESS | oid::DOMAIN_COMPONENT => text.is_ascii().then_some(Tag::IA5_STRING),
        _ if attribute.tag == Tag::PRINTABLE_STRING.0 => Some(Tag::PRINTABLE_STRING),
        _ => Some(Tag::UTF8_STRING),
    }?;
    Some(Attribute { oid: attribute.oid, tag: tag.0, value: text.as_bytes().to_vec() })
}

/// Attributes of which a name has several by design: units and the labels of a domain, and by the profile's leave one more
/// common name (M121).
fn may_repeat(attribute: &Oid, before: usize, profile: &CertificateProfile) -> bool {
    match *attribute {
        oid::ORGANIZATIONAL_UNIT | oid::DOMAIN_COMPONENT => true,
        oid::CN => before == 1 && profile.subject.allow_second_common_name,
        _ => false,
    }
}

/// RFC 5280 Appendix A.1 (`ub-…`); RFC 4519 §2.4 for a domain's label, RFC 4524 §2.7 for e-mail and user id, RFC 2985
/// Appendix A for PKCS #9.
fn upper_bound(attribute: &Oid) -> usize {
    match *attribute {
        oid::COUNTRY => 2,
        oid::CN | oid::ORGANIZATION | oid::ORGANIZATIONAL_UNIT | oid::SERIAL_NUMBER | oid::TITLE => 64,
        oid::DOMAIN_COMPONENT => 63,
        oid::LOCALITY | oid::STATE | oid::STREET => 128,
        oid::EMAIL_ADDRESS | oid::UNSTRUCTURED_NAME => 255,
        oid::USER_ID => 256,
        _ => 64,
    }
}

fn shown(attribute: &Attribute) -> Shown {
    Shown::new(&attribute.to_string())
}
