//! `chancery intune check|apply`.

mod apply;
pub(super) mod connection;

pub(super) use apply::devices;

use super::{Context, Failure, Outcome};
use crate::config::{self, Config};
use crate::explanation::{administrator, ours};
use crate::trial::{self, Trial, TrialFinding, TrialStep, Untried};
use crate::validators::intune::IntuneSettings;
use clap::Subcommand;
use serde_json::{Value, json};

/// Try the connection to Intune, and bring profiles into it
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Token, discovery, and a validation that must be refused; names what is missing, exit code 3 if something is
    Check {
        /// Only this endpoint's connection [default: all that ask Intune]
        #[arg(long)]
        endpoint: Option<String>,
    },
    /// Create profiles in Intune, or change them, and assign them: trusted certificate, SCEP profile, groups. Nothing is
    /// deleted; again, it goes on where it stopped
    Apply(Box<apply::Args>),
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let endpoint = match args.verb {
        Verb::Check { endpoint } => endpoint,
        Verb::Apply(args) => return apply::run(&args, context),
    };
    let config = context.config()?;
    let wanted = connections(&config, endpoint.as_deref())?;
    context.block_on(async {
        let (mut lines, mut rows, mut found) = (Vec::new(), Vec::new(), false);
        for (name, settings) in wanted {
            let checked = check(name, settings).await?;
            found |= !checked.ok;
            lines.push(text(&checked));
            rows.push(row(&checked));
        }
        Ok(Outcome::new(lines.join("\n"), json!({ "connections": rows })).finding(found))
    })
}

fn connections<'a>(
    config: &'a Config,
    endpoint: Option<&str>,
) -> Result<Vec<(&'a str, &'a IntuneSettings)>, Failure> {
    let asks = |one: &'a config::Endpoint| match &one.validator {
        config::Validator::Intune(settings) => Some((one.name.as_str(), &**settings)),
        config::Validator::Static(_)
        | config::Validator::OneTime(_)
        | config::Validator::Bound(_)
        | config::Validator::Request(_) => None,
    };
    let named = |name: &str| endpoint.is_none_or(|endpoint| endpoint == name);
    let found: Vec<_> = config.endpoints.iter().filter_map(asks).filter(|(name, _)| named(name)).collect();
    if found.is_empty() {
        let who = endpoint.map_or("no endpoint asks Intune".to_owned(), |name| {
            format!("there is no endpoint {name:?} that asks Intune")
        });
        return Err(Failure::new(administrator::NO_INTUNE, who)
            .fix("give an endpoint validator = \"intune\" and a section [endpoint.intune]")
            .usage());
    }
    Ok(found)
}

async fn check(endpoint: &str, settings: &IntuneSettings) -> Result<Trial, Failure> {
    trial::intune(endpoint, settings).await.map_err(|untried| match untried {
        Untried::Settings(error) => {
            Failure::new(administrator::ENDPOINT, format!("endpoint {endpoint:?}: {error}"))
                .fix("mend [endpoint.intune]")
        }
        Untried::Key => Failure::new(ours::RANDOM, untried.to_string()),
    })
}

fn seen(trial: &Trial) -> Vec<String> {
    let line = |one: &TrialStep| format!("{}: {} after {} ms", one.hop, one.outcome, one.milliseconds);
    trial.steps.iter().map(line).collect()
}

fn text(trial: &Trial) -> String {
    let (name, seen) = (&trial.endpoint, seen(trial).join("\n    "));
    match (&trial.finding, &trial.service) {
        (Some(TrialFinding { code, sentence, fix, page }), _) => {
            format!("{name}: {code} {sentence}\n    {seen}\n  fix: {fix}\n  see: {page}")
        }
        (None, address) => format!(
            "{name}: ok\n    {seen}\n  service: {}\n  a made-up challenge is refused, as it must be",
            address.as_deref().unwrap_or_default()
        ),
    }
}

fn row(trial: &Trial) -> Value {
    let finding = trial
        .finding
        .as_ref()
        .map(|one| json!({ "code": one.code, "sentence": one.sentence, "fix": one.fix }));
    json!({
        "endpoint": trial.endpoint, "ok": trial.ok, "service": trial.service, "seen": seen(trial), "finding": finding,
    })
}
