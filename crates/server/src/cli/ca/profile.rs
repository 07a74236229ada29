//! `chancery ca profile list|show|versions|diff|copy|publish`: the CA's certificate profiles, as the settings file has them and
//! as they were published.

mod copy;
mod diff;
mod known;
mod publish;
mod written;

use crate::cli::{Context, Failure, Outcome};
use crate::explanation::administrator;
use crate::profiles::document;
use ca::profile::Settings;
use clap::Subcommand;
use known::{Known, Standing};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// List, compare, copy and publish certificate profiles, the [[profile]] sections of the settings file
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Every profile with its state and its newest version
    List,
    /// A profile's settings, as its newest version or, of a draft, the settings file has them
    #[command(disable_version_flag = true)]
    Show {
        /// Its name
        name: String,
        /// This version of it
        #[arg(long, value_name = "N")]
        version: Option<u32>,
    },
    /// When each version of a profile was published, and by whom
    Versions {
        /// Its name
        name: String,
    },
    /// What differs between two versions or, without numbers, between the newest and the settings file
    Diff(diff::Args),
    /// Print a copy of a profile for the settings file, and what differs in it
    Copy(copy::Args),
    /// Record what changed in the settings file as new versions; a running server takes them within a second
    Publish(publish::Args),
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let known = |config| context.block_on(Known::read(config));
    match args.verb {
        Verb::List => Ok(list(&known(config)?)),
        Verb::Show { name, version } => show(&known(config)?, &name, version),
        Verb::Versions { name } => versions(&known(config)?, &name),
        Verb::Diff(args) => diff::run(&args, &known(config)?),
        Verb::Copy(args) => copy::run(&args, &known(config)?),
        Verb::Publish(args) => publish::run(&args, &config, context),
    }
}

fn list(known: &Known) -> Outcome {
    let mut text = String::new();
    let mut rows = Vec::new();
    for settings in known.written() {
        let (standing, version) = (known.standing(settings), known.newest(&settings.name));
        let version = version.map(|row| row.version);
        let number = version.map_or_else(|| "no version".to_owned(), |version| format!("version {version}"));
        let shown = settings.display_name.as_deref().unwrap_or_default();
        // Writing into a String does not fail.
        let _ = writeln!(text, "{:24} {:10} {number:12} {shown}", settings.name, standing.as_str());
        rows.push(json!({
            "name": settings.name, "display_name": shown, "state": standing.as_str(), "version": version,
            "warnings": warnings(settings),
        }));
    }
    for row in known.removed() {
        let (name, removed) = (&row.name, Standing::Removed.as_str());
        let _ = writeln!(text, "{name:24} {removed:10} version {}", row.version);
        rows.push(json!({ "name": name, "state": removed, "version": row.version }));
    }
    Outcome::new(text, json!({ "profiles": rows }))
}

/// What is seldom meant (M13 to M16, M25): the profile is checked, so that there is one.
fn warnings(settings: &Settings) -> Vec<String> {
    let checked = settings.clone().check().map(|profile| profile.warnings()).unwrap_or_default();
    checked.iter().map(ToString::to_string).collect()
}

fn show(known: &Known, name: &str, version: Option<u32>) -> Result<Outcome, Failure> {
    let recorded = version.or_else(|| known.newest(name).map(|row| row.version));
    let settings = match recorded {
        Some(version) => known.recorded(name, version)?,
        None => known.named(name)?.clone(),
    };
    let mut text = match recorded {
        Some(version) => format!("# {name}, version {version}\n"),
        None => format!("# {name}, not published\n"),
    };
    text.push_str(&written::whole(&settings));
    let warnings = warnings(&settings);
    for warning in &warnings {
        let _ = writeln!(text, "# warning: {warning}");
    }
    let members = Value::Object(document::members(&settings));
    let json = json!({ "name": name, "version": recorded, "settings": members, "warnings": warnings });
    Ok(Outcome::new(text, json))
}

fn versions(known: &Known, name: &str) -> Result<Outcome, Failure> {
    let rows: Vec<_> = known.rows.iter().filter(|row| row.name == name).collect();
    if rows.is_empty() {
        known.named(name)?;
    }
    let mut text = String::new();
    for row in &rows {
        let (version, at, by) = (row.version, row.published_at, &row.published_by);
        let kept = if row.document.is_some() { "" } else { ", text not recorded" };
        let _ = writeln!(text, "version {version:<4} {at}  {by}{kept}");
    }
    if rows.is_empty() {
        text.push_str("not published");
    }
    let json: Vec<Value> = rows
        .iter()
        .map(|row| {
            json!({
                "version": row.version, "published_at": row.published_at.to_string(),
                "published_by": row.published_by, "text_recorded": row.document.is_some(),
            })
        })
        .collect();
    Ok(Outcome::new(text, json!({ "name": name, "versions": json })))
}

fn unknown(sentence: String) -> Failure {
    Failure::new(administrator::CERTIFICATE_PROFILE, sentence)
}
