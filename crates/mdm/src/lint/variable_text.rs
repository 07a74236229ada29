//! Texts whose variables cannot be read.

use super::examined::{Examined, SUBJECT};
use super::finding::{Fault, Rule};
use crate::profile::{AlternativeName, Profile, SubjectName, SubjectNameError};
use crate::variable::{TemplateError, TemplateFault, Variable};

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-301", "contract §13", "Intune knows no variable of the name.", unknown).mended(nearest),
    Rule::error("PRF-302", "M95", "A variable does not have two braces on each side.", braces)
        .mended(two_braces),
    Rule::error("PRF-303", "M114, M115", "What Intune does not take follows a variable.", after)
        .mended(split),
    Rule::error("PRF-304", "contract §13", "A text holds a control character.", control),
];

/// Every text that cannot be read, with its path.
fn unreadable<'a>(examined: &'a Examined<'_>) -> impl Iterator<Item = (&'a str, &'a TemplateError)> {
    let subject = match &examined.subject {
        Err(SubjectNameError::Value(_, wrong)) => Some((SUBJECT, wrong)),
        _ => None,
    };
    let name = |name: &'a super::examined::Name| Some((name.setting.as_str(), name.template.as_ref().err()?));
    subject.into_iter().chain(examined.names.iter().filter_map(name))
}

fn with_fault(examined: &Examined<'_>, wanted: fn(&TemplateFault) -> bool) -> Vec<Fault> {
    let wrong = unreadable(examined).filter(|(_, wrong)| wanted(&wrong.fault));
    let fault = |(setting, wrong): (&str, &TemplateError)| {
        let sentence = format!("At character {}: {}.", wrong.at + 1, wrong.fault);
        Fault::new(setting, sentence, wrong.fault.fix())
    };
    wrong.map(fault).collect()
}

fn unknown(examined: &Examined<'_>) -> Vec<Fault> {
    with_fault(examined, |fault| matches!(fault, TemplateFault::Unknown(..)))
}

fn braces(examined: &Examined<'_>) -> Vec<Fault> {
    with_fault(examined, |fault| matches!(fault, TemplateFault::SingleBrace(_) | TemplateFault::Open))
}

fn after(examined: &Examined<'_>) -> Vec<Fault> {
    with_fault(examined, |fault| matches!(fault, TemplateFault::AfterVariable(_)))
}

fn control(examined: &Examined<'_>) -> Vec<Fault> {
    with_fault(examined, |fault| matches!(fault, TemplateFault::Control(_)))
}

/// The profile with every text rewritten.
fn rewritten(examined: &Examined<'_>, rewrite: impl Fn(&str) -> String) -> Option<Profile> {
    examined.changed(|profile| {
        if let SubjectName::Custom(text) = &mut profile.subject {
            *text = rewrite(text);
        }
        profile.alternative_names.iter_mut().for_each(|name| name.value = rewrite(&name.value));
        let older = profile.older_alternative_names.as_mut().and_then(|older| older.format.as_mut());
        older.into_iter().for_each(|format| *format = rewrite(format));
    })
}

fn nearest(examined: &Examined<'_>) -> Option<Profile> {
    let meant = unreadable(examined).filter_map(|(_, wrong)| match &wrong.fault {
        TemplateFault::Unknown(name, meant) => Some((format!("{{{{{name}}}}}"), (*meant)?)),
        _ => None,
    });
    let meant: Vec<(String, Variable)> = meant.collect();
    rewritten(examined, |text| {
        meant.iter().fold(text.to_owned(), |text, (name, meant)| text.replace(name, &meant.to_string()))
    })
}

fn two_braces(examined: &Examined<'_>) -> Option<Profile> {
    rewritten(examined, with_two_braces)
}

/// The text with two braces around each name of a variable that has one or more before it.
fn with_two_braces(text: &str) -> String {
    let (mut made, mut rest) = (String::new(), text);
    while let Some(start) = rest.find('{') {
        let (before, opened) = rest.split_at(start);
        let body = opened.trim_start_matches('{');
        let end = body.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_')).unwrap_or(body.len());
        let (name, after) = body.split_at(end);
        made.push_str(before);
        if let Some(variable) = Variable::parse(name) {
            made.push_str(&variable.to_string());
            rest = after.trim_start_matches('}');
        } else {
            made.push_str(opened.get(..opened.len() - after.len()).unwrap_or_default());
            rest = after;
        }
    }
    made + rest
}

fn split(examined: &Examined<'_>) -> Option<Profile> {
    let split = |name: AlternativeName| match name.template() {
        Err(TemplateError { fault: TemplateFault::AfterVariable(';'), .. }) => {
            AlternativeName::split(name.kind, &name.value)
        }
        _ => vec![name],
    };
    examined.changed(|profile| {
        let names = core::mem::take(&mut profile.alternative_names);
        profile.alternative_names = names.into_iter().flat_map(split).collect();
    })
}
