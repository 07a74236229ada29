//! `chancery ca profile copy` (M31).

use super::diff::told;
use super::known::Known;
use super::written;
use crate::cli::{Failure, Outcome};
use crate::config::{Code, Problem};
use crate::profiles::document::{self, differences, members};
use ca::profile::ProfileName;
use serde_json::json;
use std::fmt::Write as _;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Name of the profile that is copied
    #[arg(long, value_name = "NAME")]
    from: String,
    /// Name of the copy: 1 to 64 of a-z, 0-9 and -
    #[arg(long, value_name = "NAME")]
    name: String,
    /// What people see [default: the name]
    #[arg(long, value_name = "TEXT")]
    display_name: Option<String>,
}

pub(super) fn run(args: &Args, known: &Known) -> Result<Outcome, Failure> {
    known.named(&args.from)?;
    // As it is written, without what the server adds.
    let written = known.config.profile_settings.iter().find(|one| one.name == args.from);
    let original = written.cloned().unwrap_or_default();
    let name = ProfileName::try_from(args.name.clone())
        .map_err(|rule| Problem::new(Code::Rule, "--name", &args.name).rule(rule).fix("write such a name"))?;
    if known.written().iter().any(|one| one.name == args.name) {
        let taken = Problem::new(Code::Duplicate, "--name", &name).rule("another profile has this name");
        return Err(taken.fix("choose another one").into());
    }
    let copy = document::copy(&original, &name, args.display_name.clone());
    let changed = differences(&members(&original), &members(&copy));
    let mut text = written::short(&copy);
    let _ = writeln!(text, "# what differs from {}:", args.from);
    for one in &changed {
        // Comments, so that the whole may be appended to the settings file.
        let _ = writeln!(text, "# {}", written::difference(one));
    }
    let json = json!({
        "from": args.from, "name": args.name, "toml": written::short(&copy), "changes": told(&changed),
    });
    Ok(Outcome::new(text, json))
}
