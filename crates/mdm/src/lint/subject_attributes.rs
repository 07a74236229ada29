//! Single attributes of a subject.

use super::examined::{Examined, SUBJECT, Text, literals};
use super::finding::{Fault, Rule};
use super::subject_text::{Part, joined, parts};
use crate::profile::{Held, Profile, SubjectTemplate};
use crate::subject::{Attribute, AttributeType};
use crate::variable::{Place, Template, Variable};
use pki::oid;

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-211", "M97", "A value holds what its attribute cannot.", misfit),
    Rule::warning("PRF-212", "M97", "A country is not two letters.", country),
    Rule::warning("PRF-213", "M97", "An attribute of the subject is empty.", empty).mended(without_empty),
    Rule::warning("PRF-214", "M98", "The mail address in the subject is not the user's.", mail_of_nobody),
    Rule::advice("PRF-215", "M98", "What stands as mail address in the subject is none.", no_mail_address)
        .mended(mail_address),
    Rule::warning("PRF-216", "contract §13", "SN is the surname, not the serial number.", serial_as_surname)
        .mended(serial_number),
    Rule::warning("PRF-217", "M108", "A distinguished name is not in quotation marks.", unquoted_name)
        .mended(quoted_name),
    Rule::warning("PRF-218", "M121", "The subject has the same attribute twice.", twice).mended(once),
];

const SURNAME: AttributeType = AttributeType::new(oid::SURNAME);
const COUNTRY: AttributeType = AttributeType::new(oid::COUNTRY);

fn values<'a>(examined: &'a Examined<'_>) -> impl Iterator<Item = (AttributeType, &'a Template)> {
    examined.texts().filter_map(|Text { kind, template, .. }| Some((kind?, template)))
}

fn misfit(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |(kind, template): (AttributeType, &Template)| {
        let character = literals(template).find_map(|text| kind.misfit(text))?;
        let sentence = format!("{kind} cannot hold `{character}`.");
        Some(Fault::new(SUBJECT, sentence, "Remove the character, or use another attribute."))
    };
    values(examined).filter_map(fault).collect()
}

fn country(examined: &Examined<'_>) -> Vec<Fault> {
    let two_letters = |text: &str| text.len() == 2 && text.bytes().all(|octet| octet.is_ascii_alphabetic());
    let fault = |(kind, template): (AttributeType, &Template)| {
        let text = template.to_string();
        let wrong = kind == COUNTRY && template.variables().next().is_none() && !two_letters(&text);
        let sentence = || format!("C is `{text}`; it is a country's two letters (ISO 3166).");
        wrong.then(|| Fault::new(SUBJECT, sentence(), "Write two letters, such as US or DE."))
    };
    values(examined).filter_map(fault).collect()
}

fn empty(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |(kind, template): (AttributeType, &Template)| {
        let sentence = || format!("{kind} has no value.");
        template.pieces().is_empty().then(|| Fault::new(SUBJECT, sentence(), "Remove the attribute."))
    };
    values(examined).filter_map(fault).collect()
}

/// The custom subject without the parts at which `drop` is true; `None` with an RDN of several attributes, where a part
/// that goes would take its neighbour to another RDN.
fn without(examined: &Examined<'_>, drop: impl Fn(usize, &Attribute<Held>) -> bool) -> Option<Profile> {
    let template: &SubjectTemplate = examined.subject.as_ref().ok()?;
    let mut parts = parts(examined.custom_subject()?.trim());
    if template.rdns().len() != parts.len() {
        return None;
    }
    let dropped: Vec<bool> = template.attributes().enumerate().map(|(at, one)| drop(at, one)).collect();
    let mut keep = dropped.iter().map(|drop| !drop);
    parts.retain(|_| keep.next().unwrap_or(true));
    if let Some(first) = parts.first_mut() {
        first.separator = None;
    }
    examined.with_subject(joined(&parts))
}

fn without_empty(examined: &Examined<'_>) -> Option<Profile> {
    without(examined, |_, one| matches!(&one.value, Held::Text(text) if text.pieces().is_empty()))
}

/// The values of E, and whether a variable of the user's is in them.
fn mail_addresses<'a>(examined: &'a Examined<'_>) -> impl Iterator<Item = (&'a Template, bool)> {
    let of_user = |variable: Variable| variable.is_users_in(examined.profile.certificate_type);
    let mails = values(examined).filter(|(kind, _)| *kind == AttributeType::EMAIL);
    mails.map(move |(_, template)| (template, template.variables().any(of_user)))
}

fn mail_of_nobody(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |(template, of_user): (&Template, bool)| {
        let sentence = || format!("E is `{template}`, which is no user's address.");
        (!of_user).then(|| {
            Fault::new(SUBJECT, sentence(), "Remove E, or use {{EmailAddress}} in a user's certificate.")
        })
    };
    mail_addresses(examined).filter_map(fault).collect()
}

fn is_mail_address(template: &Template) -> bool {
    let addresses =
        [Variable::EmailAddress, Variable::UserPrincipalName, Variable::OnPremisesUserPrincipalName];
    literals(template).any(|text| text.contains('@'))
        || template.variables().any(|one| addresses.contains(&one))
}

fn no_mail_address(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |(template, of_user): (&Template, bool)| {
        let sentence = || format!("E is `{template}`, which is no mail address.");
        (of_user && !is_mail_address(template))
            .then(|| Fault::new(SUBJECT, sentence(), "Write E={{EmailAddress}}."))
    };
    mail_addresses(examined).filter_map(fault).collect()
}

/// The custom subject with other parts where `change` makes one.
fn each_part(examined: &Examined<'_>, change: impl Fn(&Part) -> Option<Part>) -> Option<Profile> {
    let parts = parts(examined.custom_subject()?);
    let changed: Vec<_> = parts.into_iter().map(|part| change(&part).unwrap_or(part)).collect();
    examined.with_subject(joined(&changed))
}

fn mail_address(examined: &Examined<'_>) -> Option<Profile> {
    each_part(examined, |part| {
        let template = Template::parse(part.value().trim_matches('"'), Place::Subject).ok()?;
        let wrong = part.kind() == Some(AttributeType::EMAIL) && !is_mail_address(&template);
        wrong.then(|| part.with_value("{{EmailAddress}}"))
    })
}

fn holds_serial(template: &Template) -> bool {
    template.variables().any(|variable| variable == Variable::SerialNumber)
}

fn serial_as_surname(examined: &Examined<'_>) -> Vec<Fault> {
    let fault = |(kind, template): (AttributeType, &Template)| {
        let sentence = || format!("SN is `{template}`, and SN is the surname.");
        (kind == SURNAME && holds_serial(template))
            .then(|| Fault::new(SUBJECT, sentence(), "Write SERIALNUMBER={{SerialNumber}}."))
    };
    values(examined).filter_map(fault).collect()
}

fn serial_number(examined: &Examined<'_>) -> Option<Profile> {
    each_part(examined, |part| {
        let template = Template::parse(part.value().trim_matches('"'), Place::Subject).ok()?;
        let wrong = part.kind() == Some(SURNAME) && holds_serial(&template);
        wrong.then(|| part.with_key("SERIALNUMBER"))
    })
}

fn is_bare_name(part: &Part) -> bool {
    let bare = || Template::parse(part.value(), Place::Subject);
    part.kind().is_some()
        && !part.is_quoted()
        && bare().is_ok_and(|text| text.variables().any(Variable::wants_quotes))
}

fn unquoted_name(examined: &Examined<'_>) -> Vec<Fault> {
    let text = examined.custom_subject().filter(|_| examined.subject.is_ok()).unwrap_or_default();
    let bare = parts(text).into_iter().filter(is_bare_name).map(|part| {
        let value = part.value().to_owned();
        let sentence = format!("What {value} stands for holds commas, which take the subject apart.");
        Fault::new(SUBJECT, sentence, format!("Put it in quotation marks: \"{value}\"."))
    });
    bare.collect()
}

fn quoted_name(examined: &Examined<'_>) -> Option<Profile> {
    each_part(examined, |part| is_bare_name(part).then(|| part.with_value(&format!("\"{}\"", part.value()))))
}

fn is_repeated(examined: &Examined<'_>, at: usize, one: &Attribute<Held>) -> bool {
    examined.subject.iter().flat_map(SubjectTemplate::attributes).take(at).any(|before| before == one)
}

fn twice(examined: &Examined<'_>) -> Vec<Fault> {
    let attributes = examined.subject.iter().flat_map(SubjectTemplate::attributes).enumerate();
    let fault = |(at, one): (usize, &Attribute<Held>)| {
        let sentence = || format!("{} stands twice with the same value.", one.kind);
        is_repeated(examined, at, one).then(|| Fault::new(SUBJECT, sentence(), "Remove one of the two."))
    };
    attributes.filter_map(fault).collect()
}

fn once(examined: &Examined<'_>) -> Option<Profile> {
    without(examined, |at, one| is_repeated(examined, at, one))
}
