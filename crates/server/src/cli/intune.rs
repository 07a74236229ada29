//! `chancery intune check`.

mod dry_request;

use super::{Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::config::{self, Config};
use crate::explanation::{administrator, ours, page};
use crate::validators::intune::{Intune, IntuneSettings, Observation};
use crate::validators::{ChallengeText, ENROLMENT_BUDGET, Petition, Refusal, Validator, Verdict};
use clap::Subcommand;
use dry_request::DryRequest;
use serde_json::{Value, json};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;

/// Try the connection to Intune
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
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let Verb::Check { endpoint } = args.verb;
    let wanted = connections(&config, endpoint.as_deref())?;
    context.block_on(async {
        let (mut text, mut rows, mut found) = (Vec::new(), Vec::new(), false);
        for (name, settings) in wanted {
            let checked = check(name, settings).await?;
            found |= checked.refusal.is_some();
            text.push(checked.text());
            rows.push(checked.json());
        }
        Ok(Outcome::new(text.join("\n"), json!({ "connections": rows })).finding(found))
    })
}

fn connections<'a>(
    config: &'a Config,
    endpoint: Option<&str>,
) -> Result<Vec<(&'a str, &'a IntuneSettings)>, Failure> {
    let asks = |one: &'a config::Endpoint| match &one.validator {
        config::Validator::Intune(settings) => Some((one.name.as_str(), &**settings)),
        config::Validator::Static(_) | config::Validator::OneTime(_) | config::Validator::Bound(_) => None,
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

/// What came of one connection.
struct Checked {
    endpoint: String,
    /// One line for each exchange: hop, status, time.
    seen: Vec<String>,
    /// The service's address, once discovered.
    address: Option<String>,
    /// What stands in the way.
    refusal: Option<Refusal>,
}

async fn check(endpoint: &str, settings: &IntuneSettings) -> Result<Checked, Failure> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let observe = Arc::new(move |one: Observation| {
        let said = one.outcome.map_or_else(str::to_owned, |status| status.to_string());
        let line = format!("{}: {said} after {} ms", one.hop, one.elapsed.as_millis());
        noted.lock().unwrap_or_else(PoisonError::into_inner).push(line);
    });
    let intune = Intune::new(settings.clone(), Some(observe)).map_err(|error| {
        Failure::new(administrator::ENDPOINT, format!("endpoint {endpoint:?}: {error}"))
            .fix("mend [endpoint.intune]")
    })?;
    let reached = intune.check(Instant::now() + ENROLMENT_BUDGET).await;
    let (address, refusal) = match reached {
        Ok(address) => (Some(address), dry_run(endpoint, intune).await?),
        Err(refusal) => (None, Some(refusal)),
    };
    let seen = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Checked { endpoint: endpoint.to_owned(), seen, address, refusal })
}

/// Has Intune judge a challenge that nobody made. That it is refused shows that it may be asked: without the
/// permission there is no verdict at all.
async fn dry_run(endpoint: &str, intune: Intune) -> Result<Option<Refusal>, Failure> {
    let request = DryRequest::new()
        .ok_or_else(|| Failure::new(ours::RANDOM, "no key could be made for the dry run"))?;
    let petition = Petition {
        endpoint,
        transaction_id: "chancery-intune-check",
        csr: &request.der,
        challenge: Some(ChallengeText::new("chancery-intune-check")),
        subject: &request.subject,
        alternative_names: &[],
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        now: SystemClock.now(),
        deadline: Instant::now() + ENROLMENT_BUDGET,
    };
    Ok(match Validator::Intune(Box::new(intune)).judge(&petition).await {
        // 31xx: a verdict of Intune's, as it should be.
        Verdict::Refused(refusal) if refusal.code.0 / 100 == 31 => None,
        Verdict::Refused(refusal) => Some(refusal),
        Verdict::Vouched(_) => Some(Refusal::vouched_for_nothing()),
    })
}

impl Checked {
    fn text(&self) -> String {
        let (name, seen) = (&self.endpoint, self.seen.join("\n    "));
        match (&self.refusal, &self.address) {
            (Some(refusal), _) => format!(
                "{name}: {} {}\n    {seen}\n  fix: {}\n  see: {}",
                refusal.code,
                refusal.operator,
                refusal.fix,
                page(refusal.code.0),
            ),
            (None, address) => format!(
                "{name}: ok\n    {seen}\n  service: {}\n  a made-up challenge is refused, as it must be",
                address.as_deref().unwrap_or_default()
            ),
        }
    }

    fn json(&self) -> Value {
        let refusal = self.refusal.as_ref().map(|refusal| {
            json!({ "code": refusal.code.to_string(), "sentence": refusal.operator, "fix": refusal.fix })
        });
        let ok = self.refusal.is_none();
        json!({ "endpoint": self.endpoint, "ok": ok, "service": self.address, "seen": self.seen, "finding": refusal })
    }
}
