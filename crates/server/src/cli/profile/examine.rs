//! `chancery profile lint`.

use super::{failed, file, known, read};
use crate::cli::{Context, Failure, Outcome};
use crate::clock::{Clock as _, SystemClock};
use crate::installation::Installation;
use crate::mdm_profiles::{Counter, fill, of_endpoint};
use mdm::lint::{Finding, Severity, Surroundings, lint, mend};
use mdm::profile::ScepUrl;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Which profile, and what is known besides
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(flatten)]
    source: file::Source,
    /// What is known of CA and tenant (TOML): certificates, URLs, limits, Trusted certificate profiles
    #[arg(long, value_name = "FILE")]
    surroundings: Option<PathBuf>,
    /// Know what this CA knows, by its settings and data directory: certificates, URLs, limits
    #[arg(long, conflicts_with = "url")]
    ca: bool,
    /// The endpoint whose limits count [default: the one that the profile's URL names, or the first]
    #[arg(long, value_name = "NAME", requires = "ca")]
    endpoint: Option<String>,
    /// Know the certificates that the SCEP server at this URL gives to anybody
    #[arg(long, value_name = "URL", value_parser = super::url)]
    url: Option<ScepUrl>,
    /// Print the profile with everything mended that can be mended without asking
    #[arg(long)]
    fix: bool,
}

pub(super) fn run(args: &Args, context: &Context) -> Result<Outcome, Failure> {
    let profile = args.source.read()?;
    let mut known = surroundings(args.surroundings.as_ref())?;
    if let Some(url) = args.url.clone() {
        fill(&mut known, context.block_on(known::of_running(url))?);
    } else if args.ca {
        let config = context.config()?;
        let installation =
            context.block_on(async { Ok(Installation::open(&config, &SystemClock).await?) })?;
        let endpoint = of_endpoint(&config, args.endpoint.as_deref(), &profile).map_err(failed)?;
        fill(&mut known, Counter::of(&config, endpoint).surroundings(&installation.authority));
    }
    if args.fix {
        return file::shown(&mend(&profile, &known));
    }
    let found = lint(&profile, &known);
    Ok(Outcome::new(told(&found), json!({ "findings": found.iter().map(row).collect::<Vec<_>>() }))
        .finding(!found.is_empty()))
}

fn surroundings(path: Option<&PathBuf>) -> Result<Surroundings, Failure> {
    let mut known = match path {
        None => Surroundings::default(),
        Some(path) => {
            let text = String::from_utf8_lossy(&read(path)?).into_owned();
            toml::from_str(&text).map_err(|error| failed(format!("{}: {error}", path.display())))?
        }
    };
    known.now = known.now.or_else(|| Some(SystemClock.now().unix()));
    Ok(known)
}

/// Worst first, as they come.
pub(super) fn told(found: &[Finding]) -> String {
    let mut text = String::new();
    for one in found {
        let (rule, mendable) = (one.rule, if one.mend.is_some() { " (--fix does it)" } else { "" });
        // Writing into a String cannot fail.
        let _ = writeln!(
            text,
            "{} {} {}: {}\n  fix: {}{mendable}\n  source: {}",
            rule.severity.label(),
            rule.code,
            one.setting,
            one.sentence,
            one.fix,
            rule.source
        );
    }
    let count = |severity| found.iter().filter(|one| one.rule.severity == severity).count();
    let (errors, warnings) = (count(Severity::Error), count(Severity::Warning));
    let _ = write!(text, "{errors} errors, {warnings} warnings, {} advised against", count(Severity::Advice));
    text
}

pub(super) fn row(one: &Finding) -> Value {
    json!({
        "code": one.rule.code, "severity": one.rule.severity, "setting": one.setting, "sentence": one.sentence,
        "fix": one.fix, "mendable": one.mend.is_some(), "source": one.rule.source,
    })
}
