//! `chancery policy test`.

use super::{failed, read, rules};
use crate::cli::{Context, Failure, Outcome};
use crate::clock::{Clock as _, SystemClock};
use crate::explanation::administrator::POLICY;
use crate::installation::Installation;
use crate::policy::trial::{self, Said, Trial};
use crate::policy::{Ground, preview};
use ca::policy::{Explained, Step};
use std::path::PathBuf;

/// Which request, and what is known besides
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// The certification request (PKCS #10), PEM or DER
    #[arg(long, value_name = "FILE")]
    csr: PathBuf,
    /// The endpoint that it comes in at
    #[arg(long, value_name = "NAME")]
    endpoint: String,
    /// As if this were the endpoint's own profile
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// As if a certificate of this CA renewed itself
    #[arg(long)]
    renewal: bool,
    /// What the directory says, JSON: {"device": {"compliant": true}, "user": {"groups": ["Staff"]}}
    #[arg(long, value_name = "FILE")]
    device_facts: Option<PathBuf>,
    /// Rules of this file (TOML, [[policy]] sections alone) instead of the settings' own
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// Show the certificate that would come of it, too, as this CA would make it; nothing is issued
    #[arg(long)]
    preview: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let ground = Ground::of(&config);
    let policy = rules(&config, args.policy.as_deref())?;
    let asked = trial::request(&read(&args.csr)?).map_err(|why| failed(&args.csr, &why))?;
    let said: Said = match &args.device_facts {
        Some(path) => serde_json::from_slice(&read(path)?).map_err(|error| failed(path, &error))?,
        None => Said::default(),
    };
    let (endpoint, profile) = (&*args.endpoint, args.profile.as_deref());
    let trial = Trial { endpoint, profile, renewal: args.renewal, csr: &asked, said };
    let facts = trial.facts(&ground).map_err(|sentence| Failure::new(POLICY, sentence))?;
    let explained = policy.explain(&facts);
    let refused = explained.decision.outcome().is_refusal();
    let mut text = told(&explained);
    let mut verdict = trial::explained(&policy, &facts);
    if let Some(profile) = trial::chosen(&explained, &facts, &ground).filter(|_| args.preview) {
        let installation =
            context.block_on(async { Ok(Installation::open(&config, &SystemClock).await?) })?;
        let made = preview::made(&asked, profile, &installation.authority, SystemClock.now());
        text = format!("{text}\n{}", preview::told(&made));
        verdict.certificate = Some(preview::shown(&made));
    }
    let value = serde_json::to_value(verdict).map_err(|error| Failure::new(POLICY, error.to_string()))?;
    Ok(Outcome::new(text, value).finding(refused))
}

fn told(explained: &Explained<'_>) -> String {
    let mut lines: Vec<String> = explained.steps.iter().map(Step::sentence).collect();
    lines.push(format!("decision: {}", explained.decision.outcome()));
    lines.push(format!("because: {}", explained.sentence));
    lines.join("\n")
}
