//! Whether a subject tells one device from another.

use super::examined::{Examined, SUBJECT};
use super::finding::{Fault, Rule};
use crate::profile::{Held, SubjectTemplate};
use crate::subject::AttributeType;
use crate::variable::{Piece, Template, Variable};

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-221", "M24", "The subject is empty.", empty),
    Rule::warning("PRF-222", "M17, M121", "The subject has no common name.", no_common_name),
    Rule::warning("PRF-223", "M17", "All devices get the same subject.", all_alike),
    Rule::warning("PRF-224", "M121", "The first common name is the same for all.", static_first_name),
    Rule::warning(
        "PRF-225",
        "M70",
        "Only what its holder can change tells a device from another.",
        spoofable,
    ),
    Rule::error("PRF-226", "M22", "The common name is longer than the CA permits.", refused_length),
    Rule::warning("PRF-227", "M22", "The common name is longer than 64 characters.", unknown_length),
    Rule::advice("PRF-228", "SCEPman's page on Kandji", "The subject has more than two common names.", many),
];

/// X.520's bound of a common name.
const LONGEST_NAME: usize = 64;
/// A GUID in text.
const GUID: usize = 36;

fn common_names<'a>(examined: &'a Examined<'_>) -> impl Iterator<Item = &'a Template> {
    let attributes = examined.subject.iter().flat_map(SubjectTemplate::attributes);
    attributes.filter_map(|one| match &one.value {
        Held::Text(template) if one.kind == AttributeType::COMMON_NAME => Some(template),
        _ => None,
    })
}

/// The subject, where it can be read and is not empty.
fn some_subject<'a>(examined: &'a Examined<'_>) -> Option<&'a SubjectTemplate> {
    examined.subject.as_ref().ok().filter(|subject| !subject.rdns().is_empty())
}

fn empty(examined: &Examined<'_>) -> Vec<Fault> {
    let empty = examined.subject.as_ref().is_ok_and(|subject| subject.rdns().is_empty());
    Fault::when(
        empty,
        SUBJECT,
        || "The subject is empty.".to_owned(),
        "Write one, such as CN={{AAD_Device_ID}}.",
    )
}

fn no_common_name(examined: &Examined<'_>) -> Vec<Fault> {
    let none = some_subject(examined).is_some() && common_names(examined).next().is_none();
    let sentence = || "There is no CN, by which the device is found.".to_owned();
    Fault::when(none, SUBJECT, sentence, "Add CN with a variable that identifies the device or the user.")
}

fn all_alike(examined: &Examined<'_>) -> Vec<Fault> {
    let alike = some_subject(examined).is_some_and(|subject| subject.variables().next().is_none());
    let sentence = || "The subject has no variable, so that all certificates have the same.".to_owned();
    Fault::when(alike, SUBJECT, sentence, "Use a variable in CN.")
}

fn static_first_name(examined: &Examined<'_>) -> Vec<Fault> {
    let has_variable = |name: &Template| name.variables().next().is_some();
    let mut names = common_names(examined);
    let first = names.next().filter(|first| !has_variable(first));
    let wrong = first.is_some() && names.any(has_variable);
    let sentence = || "A device is bound by the first CN, which has no variable; a later one has.".to_owned();
    Fault::when(wrong, SUBJECT, sentence, "Put the CN with the variable first.")
}

fn spoofable(examined: &Examined<'_>) -> Vec<Fault> {
    let mut variables: Vec<Variable> = examined.variables().map(|used| used.variable).collect();
    variables.sort_unstable();
    variables.dedup();
    let all = !variables.is_empty() && variables.iter().all(|variable| variable.is_spoofable());
    let shown = || variables.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let sentence =
        || format!("{} can be changed by whoever holds the device, and nothing else identifies it.", shown());
    Fault::when(
        all,
        SUBJECT,
        sentence,
        "Add an identifier of the directory, such as IntuneDeviceId://{{DeviceId}}.",
    )
}

/// The least number of characters that a text becomes.
fn shortest(template: &Template) -> usize {
    let each = template.pieces().iter().map(|piece| match piece {
        Piece::Literal(text) => text.chars().count(),
        Piece::Variable(Variable::EntraDeviceId | Variable::DeviceId) => GUID,
        Piece::Variable(_) => 1,
    });
    each.sum()
}

fn too_long(examined: &Examined<'_>, enforced: Option<bool>) -> Vec<Fault> {
    let known = examined.surroundings.limits.enforces_common_name_length;
    let fault = |length| {
        let sentence =
            format!("CN has at least {length} characters; X.520 and many CAs permit {LONGEST_NAME}.");
        Fault::new(SUBJECT, sentence, "Shorten it.")
    };
    let long =
        common_names(examined).map(shortest).filter(|length| *length > LONGEST_NAME && known == enforced);
    long.map(fault).collect()
}

fn refused_length(examined: &Examined<'_>) -> Vec<Fault> {
    too_long(examined, Some(true))
}

fn unknown_length(examined: &Examined<'_>) -> Vec<Fault> {
    too_long(examined, None)
}

fn many(examined: &Examined<'_>) -> Vec<Fault> {
    let count = common_names(examined).count();
    let wrong = count > 2 && examined.rules.certificate_for_each_reference.value;
    let sentence =
        || format!("There are {count} common names; Apple's systems may not find the certificate by itself.");
    Fault::when(wrong, SUBJECT, sentence, "Keep at most two.")
}
