//! `chancery config check|show|example`.

use std::fmt::Write as _;

use clap::Subcommand;
use serde_json::json;

use super::{Complaint, Context, Failure, Outcome};
use crate::config::{EXAMPLE, Setting};

/// Check, show or explain the settings
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Say what is wrong with the settings; exit code 1 if they are refused, 3 if something is doubtful
    Check,
    /// Print every effective setting and who set it, secrets hidden
    Show,
    /// Print a file with every key, its default and why
    Example,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    match args.verb {
        Verb::Check => check(context),
        Verb::Show => show(context),
        Verb::Example => Ok(Outcome::new(EXAMPLE, json!({ "example": EXAMPLE }))),
    }
}

fn check(context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let warnings: Vec<Complaint> = config.warnings.iter().map(Complaint::from).collect();
    let mut text = String::new();
    for warning in &warnings {
        let _ = writeln!(text, "warning: {}", warning.text());
    }
    let endpoints: Vec<&str> = config.endpoints.iter().map(|endpoint| endpoint.name.as_str()).collect();
    let profiles: Vec<&str> = config.profiles.iter().map(|profile| profile.name.as_str()).collect();
    let _ = write!(text, "valid: endpoints {}; profiles {}", endpoints.join(", "), profiles.join(", "));
    let found = !warnings.is_empty();
    let json = json!({ "valid": true, "endpoints": endpoints, "profiles": profiles, "warnings": warnings });
    Ok(Outcome::new(text, json).finding(found))
}

fn show(context: &Context) -> Result<Outcome, Failure> {
    let settings = context.loaded()?.effective();
    let origin =
        |setting: &Setting| setting.origin.as_ref().map_or_else(|| "default".to_owned(), ToString::to_string);
    let mut text = String::new();
    for setting in &settings {
        let _ = writeln!(text, "{} = {}  # {}", setting.key, setting.value, origin(setting));
    }
    let rows: Vec<_> = settings
        .iter()
        .map(|setting| json!({ "key": setting.key, "value": setting.value, "origin": origin(setting) }))
        .collect();
    Ok(Outcome::new(text, json!({ "settings": rows })))
}
