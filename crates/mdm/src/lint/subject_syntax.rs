//! Subjects that cannot be read.

use super::examined::{Examined, SUBJECT};
use super::finding::{Fault, Rule};
use super::subject_text;
use crate::profile::{Profile, SubjectNameError};
use crate::subject::{Fault as Wrong, SubjectError};

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-201", "M97", "The subject is not in the syntax that Intune reads.", otherwise)
        .mended(requoted),
    Rule::error("PRF-202", "M64, M65", "A backslash stands before a separator in the subject.", escape)
        .mended(requoted),
    Rule::error("PRF-203", "M65, M97", "A value with a separator is not in quotation marks.", unquoted)
        .mended(requoted),
    Rule::error("PRF-204", "M97", "The subject has a key that Windows does not know.", unknown_key),
    Rule::error("PRF-205", "M108", "A variable stands in the subject without a key.", without_key)
        .mended(as_common_name),
];

/// The code that a fault of the syntax has.
fn code(wrong: &Wrong) -> &'static str {
    match wrong {
        Wrong::Escape(_) => "PRF-202",
        Wrong::KeyExpected(_) | Wrong::EqualsWithin | Wrong::QuoteWithin => "PRF-203",
        Wrong::UnknownKey(_) => "PRF-204",
        Wrong::VariableWithoutKey => "PRF-205",
        Wrong::OpenQuote
        | Wrong::AfterQuote
        | Wrong::Hexadecimal
        | Wrong::TrailingSeparator
        | Wrong::SameTypeTwice(_)
        | Wrong::TooMany => "PRF-201",
    }
}

fn with_code(examined: &Examined<'_>, wanted: &str) -> Vec<Fault> {
    let Err(SubjectNameError::Syntax(SubjectError { at, fault })) = &examined.subject else {
        return Vec::new();
    };
    let sentence = || format!("At character {}: {fault}.", at + 1);
    Fault::when(code(fault) == wanted, SUBJECT, sentence, fault.fix())
}

fn otherwise(examined: &Examined<'_>) -> Vec<Fault> {
    with_code(examined, "PRF-201")
}

fn escape(examined: &Examined<'_>) -> Vec<Fault> {
    with_code(examined, "PRF-202")
}

fn unquoted(examined: &Examined<'_>) -> Vec<Fault> {
    with_code(examined, "PRF-203")
}

fn unknown_key(examined: &Examined<'_>) -> Vec<Fault> {
    with_code(examined, "PRF-204")
}

fn without_key(examined: &Examined<'_>) -> Vec<Fault> {
    with_code(examined, "PRF-205")
}

fn requoted(examined: &Examined<'_>) -> Option<Profile> {
    let text = examined.custom_subject()?;
    let without_end = text.trim_end().trim_end_matches([',', ';']);
    examined.with_subject(subject_text::requoted(without_end)?)
}

fn as_common_name(examined: &Examined<'_>) -> Option<Profile> {
    let text = examined.custom_subject()?.trim();
    let alone = text.starts_with("{{") && text.ends_with("}}") && text.matches("{{").count() == 1;
    alone.then(|| examined.with_subject(format!("CN=\"{text}\"")))?
}
