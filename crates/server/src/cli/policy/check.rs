//! `chancery policy check`.

use super::rules;
use crate::cli::{Context, Failure, Outcome};
use serde_json::json;
use std::path::PathBuf;

/// Which rules
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Rules of this file (TOML, [[policy]] sections alone) instead of the settings' own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Outcome, Failure> {
    let policy = rules(&context.config()?, args.policy.as_deref())?;
    let row = |rule: &ca::policy::Rule| format!("{}: {}", rule.name(), rule.outcome());
    let mut text: Vec<String> = policy.rules().iter().map(row).collect();
    text.push("else: allow, by the endpoint's own profile".to_owned());
    let json = policy
        .rules()
        .iter()
        .map(|rule| json!({ "rule": rule.name(), "outcome": rule.outcome().to_string() }));
    Ok(Outcome::new(text.join("\n"), json!({ "rules": json.collect::<Vec<_>>() })))
}
