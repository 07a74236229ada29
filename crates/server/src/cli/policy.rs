//! `chancery policy check|test|replay`.

mod check;
mod replay;
mod test;

use super::{Complaint, Context, Failure, Outcome};
use crate::config::Config;
use crate::explanation::administrator::POLICY;
use crate::policy::{Ground, Unusable};
use ca::policy::Policy;
use clap::Subcommand;
use std::path::Path;

/// Try the rules of the policy
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Check the rules and show them in order
    Check(check::Args),
    /// Decide about a request, and say what each rule looked at; exit code 3 if it is refused
    Test(test::Args),
    /// Say which requests on record other rules would have decided otherwise; exit code 3 if there are any
    Replay(replay::Args),
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    match args.verb {
        Verb::Check(args) => check::run(&args, context),
        Verb::Test(args) => test::run(&args, context),
        Verb::Replay(args) => replay::run(&args, context),
    }
}

/// The settings' rules, or those of a file in their place.
fn rules(config: &Config, file: Option<&Path>) -> Result<Policy, Failure> {
    let Some(path) = file else { return Ok(config.policy.clone()) };
    let text = String::from_utf8_lossy(&read(path)?).into_owned();
    Ground::of(config).rules(&text).map_err(|unusable| match unusable {
        Unusable::Text(error) => failed(path, &error),
        Unusable::Rules(problems) => {
            let mut failure = Failure::new(POLICY, "");
            failure.complaints = problems.iter().map(Complaint::from).collect();
            failure
        }
    })
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &dyn std::fmt::Display) -> Failure {
    Failure::new(POLICY, format!("{}: {error}", path.display()))
}
