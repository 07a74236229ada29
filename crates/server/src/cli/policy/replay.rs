//! `chancery policy replay`.

use super::rules;
use crate::cli::{Context, Failure, Outcome};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Period;
use crate::policy::{Replay, replay};
use crate::store::sqlite::Sqlite;
use pki::Time;
use serde_json::json;
use std::path::PathBuf;

/// Requests shown where no number is given.
const SHOWN: usize = 50;

/// Which rules, and which requests
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Rules of this file (TOML, [[policy]] sections alone) instead of the settings' own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Requests of this last period alone, such as 30d
    #[arg(long, value_name = "PERIOD")]
    since: Option<String>,
    /// Show at most so many requests; all are counted
    #[arg(long, value_name = "NUMBER", default_value_t = SHOWN)]
    limit: usize,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let policy = rules(&config, args.policy.as_deref())?;
    let since = args.since.as_deref().map(since).transpose()?;
    let path = crate::installation::database(&config.data_dir);
    context.block_on(async {
        let store = Sqlite::open_to_read(&path)?;
        Ok(told(&replay(&store, &policy, since, args.limit).await?))
    })
}

fn since(text: &str) -> Result<Time, Failure> {
    let period =
        Period::believe("--since", text, "1m", "3650d").map_err(|problem| Failure::from(problem).usage())?;
    let seconds = i64::try_from(period.as_secs()).unwrap_or(i64::MAX);
    Ok(SystemClock.now().plus_seconds(-seconds))
}

fn told(found: &Replay) -> Outcome {
    let rows = found.changed.iter().map(|one| {
        let by = one.was_by.as_deref().map(|rule| format!(" by rule {rule}")).unwrap_or_default();
        let (at, audit, subject, was, is) = (&one.at, one.audit, &one.subject, &one.was, &one.is);
        format!("{at} (audit {audit}) {subject}: was {was}{by}, now {is}: {}", one.why)
    });
    let mut lines: Vec<String> = rows.collect();
    lines.push(format!(
        "{} of {} past requests would be decided otherwise{}",
        found.differing,
        found.asked,
        if found.skipped > 0 {
            format!("; of {} more too little is on record", found.skipped)
        } else {
            String::new()
        }
    ));
    let json = json!({
        "asked": found.asked, "skipped": found.skipped, "differing": found.differing, "changed": found.changed,
    });
    Outcome::new(lines.join("\n"), json).finding(found.differing > 0)
}
