//! `chancery profile diff`.

use super::{failed, file, read};
use crate::cli::{Failure, Outcome};
use mdm::diff::{Change, changes};
use mdm::profile::Profile;
use serde_json::json;
use std::fmt::Write as _;
use std::path::PathBuf;

/// Which profile, and what it was before
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The profile as it was, as TOML (`chancery profile show` makes that of every form)
    before: PathBuf,
    #[command(flatten)]
    after: file::Source,
}

pub(super) fn run(args: &Args) -> Result<Outcome, Failure> {
    let text = String::from_utf8_lossy(&read(&args.before)?).into_owned();
    let before: Profile =
        toml::from_str(&text).map_err(|error| failed(format!("{}: {error}", args.before.display())))?;
    let changed = changes(&before, &args.after.read()?);
    let again = changed.iter().any(Change::enrols_again);
    let json = json!({ "changes": changed, "enrols_again": again });
    Ok(Outcome::new(told(&changed, again), json).finding(again))
}

fn told(changed: &[Change], again: bool) -> String {
    let mut text = String::new();
    for one in changed {
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{}: {} → {}\n  {} ({})",
            one.setting, one.before, one.after, one.sentence, one.source
        );
    }
    text.push_str(match (changed.is_empty(), again) {
        (true, _) => "nothing differs",
        (false, false) => "no device enrols again",
        (false, true) => "every device that has the profile enrols again",
    });
    text
}
