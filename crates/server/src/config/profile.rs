//! `[[profile]]`: certificate profiles, what AD CS calls templates.
//!
//! Their settings and rules are `ca`'s ([`Settings`]); here what `ca` finds wrong with them is told as a problem.

use ca::profile::{ProfileFault, ProfileSet, Settings, Warning};
use toml::{Table, Value};

use super::policy::PrivilegedSettings;
use super::problem::{Code, Problem, Problems};
use crate::authority::ISSUING;

/// The profile of a server without settings.
pub(super) fn first() -> Settings {
    Settings { display_name: Some("Managed device".into()), ..Settings::named("device") }
}

/// Believes every profile; none of two has the same name.
pub(super) fn believe_all(
    settings: &[Settings],
    privileged: &PrivilegedSettings,
    problems: &mut Problems,
) -> ProfileSet {
    if settings.is_empty() {
        problems.push(
            Problem::new(Code::Missing, "profile", "")
                .rule("without a certificate profile nothing can be issued")
                .fix("add a [[profile]] section with a name, or remove `profile = []`"),
        );
    }
    let mut believed: Vec<ca::profile::CertificateProfile> = Vec::new();
    for (position, one) in settings.iter().enumerate() {
        if one.authority != ISSUING {
            problems.push(other_authority(one));
        }
        match one.clone().check() {
            Ok(profile) if believed.iter().any(|other| other.name == profile.name) => {
                problems.push(duplicate("profile", profile.name.as_str()));
            }
            Ok(mut profile) => {
                problems.note(privileged.add_to(&mut profile));
                profile.warnings().iter().filter_map(|one| doubt(&profile.name, *one)).for_each(|problem| {
                    problems.push(problem);
                });
                believed.push(profile);
            }
            Err(faults) => faults.iter().for_each(|fault| problems.push(refused(one, position, fault))),
        }
    }
    ProfileSet::new(believed).unwrap_or_default()
}

/// The problem of two sections with one name.
pub(super) fn duplicate(section: &str, name: &str) -> Problem {
    Problem::new(Code::Duplicate, format!("{section}.name"), name)
        .rule(format!("two [[{section}]] have this name"))
        .fix("rename or remove one of them")
}

fn other_authority(settings: &Settings) -> Problem {
    Problem::new(Code::UnknownName, format!("profile.{}.authority", settings.name), &settings.authority)
        .rule(format!("there is one issuing CA, and it is called {ISSUING}"))
        .fix(format!(r#"write authority = "{ISSUING}", or remove the line"#))
}

fn refused(settings: &Settings, position: usize, fault: &ProfileFault) -> Problem {
    let key = fault.setting;
    let (place, fix) = match key {
        "name" => (position.to_string(), r#"give it a short name, such as name = "windows-devices""#.into()),
        _ => {
            let usual = setting(&Settings::default(), key).map(|value| value.to_string()).unwrap_or_default();
            (settings.name.clone(), format!("correct it, or remove the line; the default is {key} = {usual}"))
        }
    };
    Problem::new(Code::Rule, format!("profile.{place}.{key}"), written(settings, key))
        .rule(&fault.reason)
        .fix(fix)
}

fn setting(settings: &Settings, key: &str) -> Option<Value> {
    Table::try_from(settings).ok()?.remove(key)
}

fn written(settings: &Settings, key: &str) -> String {
    let plain = |value: &Value| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    match setting(settings, key) {
        Some(Value::Array(items)) => items.iter().map(plain).collect::<Vec<_>>().join(", "),
        Some(value) => plain(&value),
        None => String::new(),
    }
}

/// What is seldom meant. That any domain may be named is told where it matters, at a static endpoint.
fn doubt(profile: &ca::profile::ProfileName, warning: Warning) -> Option<Problem> {
    let (code, key, fix) = match warning {
        Warning::ShortValidity => (Code::ShortLived, "validity_days", "write 5 or more"),
        Warning::LongValidity => (Code::Doubtful, "validity_days", "write 730 or less"),
        Warning::NoClientAuth => (Code::Doubtful, "extended_key_usage", "add clientAuth"),
        Warning::FurtherUsages => {
            (Code::ExtraUsage, "extended_key_usage", "keep only what relying parties check")
        }
        Warning::MailEncryption => (Code::Doubtful, "key_usage", "leave keyEncipherment out"),
        Warning::AppleIgnoresValidity => (Code::Doubtful, "allow_requested_validity", "remove the line"),
        Warning::AnyDomain => return None,
    };
    Some(Problem::new(code, format!("profile.{profile}.{key}"), "").rule(warning.to_string()).fix(fix))
}
