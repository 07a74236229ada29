//! Fixed subject name formats.

use super::examined::{Examined, SUBJECT};
use super::finding::{Fault, Rule};
use crate::profile::{Profile, SubjectFormat, SubjectNameError};

pub(super) const RULES: &[Rule] = &[
    Rule::error(
        "PRF-206",
        "contract §12",
        "The platform does not have the subject name format.",
        not_offered,
    )
    .mended(custom),
    Rule::error("PRF-207", "contract §12", "No variable gives what the subject name format names.", no_text),
];

fn offered(examined: &Examined<'_>) -> bool {
    examined.rules.subject_formats.value.contains(&examined.profile.subject.format())
}

fn not_offered(examined: &Examined<'_>) -> Vec<Fault> {
    let text = examined.profile.subject.text();
    let sentence = || format!("{} does not offer this format.", examined.profile.platform);
    let fix = format!("Write it as a custom subject: {}.", text.unwrap_or_default());
    Fault::when(!offered(examined) && text.is_some(), SUBJECT, sentence, &fix)
}

fn custom(examined: &Examined<'_>) -> Option<Profile> {
    let text = examined.profile.subject.text().filter(|_| !offered(examined))?;
    examined.with_subject(text.to_owned())
}

fn no_text(examined: &Examined<'_>) -> Vec<Fault> {
    let none = matches!(&examined.subject, Err(SubjectNameError::NoText(_)))
        && examined.profile.subject.format() != SubjectFormat::Custom;
    let sentence =
        || "The durable identifier is Configuration Manager's, and Intune has no variable for it.".to_owned();
    Fault::when(none, SUBJECT, sentence, "Use another format, such as the custom CN={{AAD_Device_ID}}.")
}
