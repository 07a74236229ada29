//! `chancery ca profile publish` (M29).

use super::unknown;
use crate::cli::{Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::config::Config;
use crate::explanation::administrator;
use crate::installation::Installation;
use crate::profiles::publish;
use crate::store::ProfileVersion;
use ca::profile::State;
use serde_json::json;
use std::fmt::Write as _;

/// For the audit.
const BY: &str = "command line";

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// These alone [default: every published profile of the settings file]
    names: Vec<String>,
}

pub(super) fn run(args: &Args, config: &Config, context: &Context) -> Result<Outcome, Failure> {
    args.names.iter().try_for_each(|name| is_there(config, name))?;
    let wanted = |name: &String| args.names.is_empty() || args.names.contains(name);
    let new = context.block_on(async {
        let installation = Installation::open(config, &SystemClock).await?;
        let (store, now) = (&*installation.store, SystemClock.now());
        Ok(publish(store, config, |one| wanted(&one.name), BY, now).await?)
    })?;
    let drafts = config.profiles.iter().filter(|one| one.state == State::Draft && args.names.is_empty());
    Ok(told(&new, &drafts.map(|one| one.name.as_str()).collect::<Vec<_>>()))
}

/// A profile of the file that is no draft.
fn is_there(config: &Config, name: &str) -> Result<(), Failure> {
    match config.profiles.find(name) {
        Ok(found) if found.state == State::Draft => {
            Err(Failure::new(administrator::DRAFT, format!("{name} is a draft")))
        }
        Ok(_) => Ok(()),
        // A display name is answered with the name (M23).
        Err(why) => Err(unknown(why.to_string())),
    }
}

fn told(new: &[ProfileVersion], drafts: &[&str]) -> Outcome {
    let mut text = String::new();
    for row in new {
        // Writing into a String does not fail.
        let _ = writeln!(text, "{} is version {} now", row.name, row.version);
    }
    if new.is_empty() {
        text.push_str("nothing changed\n");
    }
    if !drafts.is_empty() {
        let _ = writeln!(
            text,
            "drafts, not published: {}; a version published earlier is in force until the server starts again",
            drafts.join(", ")
        );
    }
    let published = new.iter().map(|row| json!({ "name": row.name, "version": row.version }));
    Outcome::new(text, json!({ "published": published.collect::<Vec<_>>(), "drafts": drafts }))
}
