//! `chancery ca profile diff`.

use super::known::Known;
use super::{unknown, written};
use crate::cli::{Failure, Outcome};
use crate::profiles::document::{differences, members};
use ca::profile::{Settings, State};
use serde_json::{Value, json};

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Its name
    name: String,
    /// The version before [default: the newest that is published]
    before: Option<u32>,
    /// The version after [default: what the settings file says]
    after: Option<u32>,
}

pub(super) fn run(args: &Args, known: &Known) -> Result<Outcome, Failure> {
    let name = &args.name;
    let newest = || {
        known.named(name)?;
        let row = known.newest(name).ok_or_else(|| unknown(format!("nothing of {name} is published yet")));
        row.map(|row| row.version)
    };
    let before = args.before.map_or_else(newest, Ok)?;
    let (old, new) = (known.recorded(name, before)?, after(args, known)?);
    let changed = differences(&members(&old), &members(&new));
    let lines: Vec<String> = changed.iter().map(written::difference).collect();
    let mut text = if lines.is_empty() { "nothing differs".to_owned() } else { lines.join("\n") };
    let draft = args.after.is_none() && new.state == State::Draft;
    if draft {
        text.push_str("\nthe settings file has it as a draft");
    }
    let found = !changed.is_empty();
    let json = json!({
        "name": name, "before": before, "after": args.after, "draft": draft, "changes": told(&changed),
    });
    Ok(Outcome::new(text, json).finding(found))
}

fn after(args: &Args, known: &Known) -> Result<Settings, Failure> {
    match args.after {
        Some(version) => known.recorded(&args.name, version),
        None => known.named(&args.name).cloned(),
    }
}

/// Differences for programs.
pub(super) fn told(changed: &[(String, Value, Value)]) -> Vec<Value> {
    let one = |(setting, before, after): &(String, Value, Value)| json!({ "setting": setting, "before": before, "after": after });
    changed.iter().map(one).collect()
}
