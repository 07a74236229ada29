//! The list of alternative names as such: its form, and entries that are empty or there twice.

use super::examined::{Examined, Name};
use super::finding::{Fault, Rule};
use crate::platform::SanForm;
use crate::profile::{AlternativeName, OlderSanType, Profile};
use crate::variable::SanType;

const OLDER: &str = "older_alternative_names";

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-401", "M113", "An alternative name stands twice.", twice).mended(once),
    Rule::error("PRF-402", "M113", "An alternative name is empty.", empty).mended(without_empty),
    Rule::advice("PRF-403", "contract §12", "Alternative names have the older form.", older).mended(typed),
    Rule::advice("PRF-404", "contract §12", "The platform may know the older form of names only.", newer),
    Rule::warning(
        "PRF-405",
        "contract §12",
        "Nobody says what a custom attribute becomes.",
        custom_attribute,
    ),
    Rule::warning("PRF-406", "contract §17", "Android has no alternative name to show.", none_on_android),
];

/// The name in the form in which two are compared: URIs as they are (RFC 3986 §6.2.1), the others without case.
fn compared(entry: &AlternativeName) -> (SanType, String) {
    let value = if entry.kind == SanType::Uri { entry.value.clone() } else { entry.value.to_lowercase() };
    (entry.kind, value)
}

fn is_repeated(name: &AlternativeName, before: &[AlternativeName]) -> bool {
    before.iter().any(|one| compared(one) == compared(name))
}

fn twice(examined: &Examined<'_>) -> Vec<Fault> {
    let entries: Vec<AlternativeName> = examined.names.iter().map(|name| name.entry.clone()).collect();
    let repeated = examined
        .names
        .iter()
        .enumerate()
        .filter(|(at, name)| entries.get(..*at).is_some_and(|before| is_repeated(&name.entry, before)));
    let fault = |(_, name): (usize, &Name)| {
        let AlternativeName { kind, value } = &name.entry;
        let sentence = format!("`{value}` of type {} stands twice, which CAs refuse.", kind.label());
        Fault::new(&name.setting, sentence, "Remove one of the two.")
    };
    repeated.map(fault).collect()
}

fn once(examined: &Examined<'_>) -> Option<Profile> {
    let mut kept: Vec<AlternativeName> = Vec::new();
    for name in &examined.profile.alternative_names {
        if !is_repeated(name, &kept) {
            kept.push(name.clone());
        }
    }
    examined.changed(|profile| profile.alternative_names = kept)
}

fn empty(examined: &Examined<'_>) -> Vec<Fault> {
    let empty = examined.names.iter().filter(|name| name.entry.value.trim().is_empty());
    let fault = |name: &Name| {
        let sentence = format!("The entry of type {} has no value.", name.entry.kind.label());
        Fault::new(&name.setting, sentence, "Give it a value, or remove it.")
    };
    empty.map(fault).collect()
}

fn without_empty(examined: &Examined<'_>) -> Option<Profile> {
    examined.changed(|profile| profile.alternative_names.retain(|name| !name.value.trim().is_empty()))
}

fn older(examined: &Examined<'_>) -> Vec<Fault> {
    let older =
        examined.profile.older_alternative_names.is_some() && examined.rules.san_form.value == SanForm::Typed;
    let sentence = || "The names are a set of types and one text for all of them.".to_owned();
    Fault::when(older, OLDER, sentence, "Write each as an entry of alternative_names.")
}

fn typed(examined: &Examined<'_>) -> Option<Profile> {
    let names = examined.profile.all_alternative_names().collect();
    examined.changed(|profile| {
        profile.alternative_names = names;
        profile.older_alternative_names = None;
    })
}

fn newer(examined: &Examined<'_>) -> Vec<Fault> {
    let newer =
        !examined.profile.alternative_names.is_empty() && examined.rules.san_form.value == SanForm::Older;
    let sentence = || {
        format!(
            "Graph's page on {} has no typed entries; whether newer revisions do is unverified.",
            examined.profile.platform
        )
    };
    Fault::when(
        newer,
        "alternative_names",
        sentence,
        "Use older_alternative_names where its types are enough.",
    )
}

fn custom_attribute(examined: &Examined<'_>) -> Vec<Fault> {
    let older = examined.profile.older_alternative_names.as_ref();
    let custom = older.is_some_and(|older| older.types.contains(&OlderSanType::CustomAzureAdAttribute));
    let sentence = || "It is unverified which type of name Intune makes of the attribute.".to_owned();
    Fault::when(custom, OLDER, sentence, "Use a typed entry with a variable.")
}

fn none_on_android(examined: &Examined<'_>) -> Vec<Fault> {
    let none = examined.names.is_empty() && examined.profile.platform.is_android();
    let sentence = || {
        "There is no alternative name; Wi-Fi on Android was seen to want one, and enrolment to fail."
            .to_owned()
    };
    Fault::when(
        none,
        "alternative_names",
        sentence,
        "Add the UPN for a user, a URI or DNS name for a device.",
    )
}
