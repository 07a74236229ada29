//! `chancery doctor`.

use super::{Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::doctor::Examination;
use serde_json::json;

/// Look for what will go wrong: settings, disk, keys, certificates, listeners, clock; exit code 3 if something is found
///
/// Changes nothing, and may run beside a server. Nothing is called outside this machine without --via.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Also go the way that devices go: GET from this base URL [default: public_url]
    #[arg(long, value_name = "URL", num_args = 0..=1, default_missing_value = "")]
    via: Option<String>,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = match context.config() {
        Ok(config) => config,
        Err(failure) => {
            // Without settings there is nothing else to look at.
            let findings = failure.complaints;
            return Ok(outcome(&Examination { findings, ..Examination::default() }));
        }
    };
    let now = SystemClock.now();
    let examination =
        context.block_on(async { Ok(Examination::of(&config, args.via.as_deref(), now).await) })?;
    Ok(outcome(&examination))
}

fn outcome(examination: &Examination) -> Outcome {
    let well = examination.well.iter().map(|one| format!("ok       {}: {}", one.what, one.said));
    let findings = examination.findings.iter().map(|one| format!("FINDING  {}", one.text()));
    let text: Vec<String> = well.chain(findings).collect();
    let number = examination.findings.len();
    let last = if number > 0 { format!("{number} findings") } else { "nothing found".to_owned() };
    Outcome::new(format!("{}\n{last}", text.join("\n")), json!(examination)).finding(number > 0)
}
