//! `chancery verify`.

use super::{Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::verify::{Report, Verification};
use serde_json::{Value, json};

/// Re-check everything that is recorded; exit code 3 if something is found
///
/// Only reads, and may run beside a server. Every certificate is parsed, verified with its issuer's key, linted, held
/// against the version of the profile that it was made by, and compared with its row and its request; the audit chain is recomputed; the newest CRL is compared with what is
/// revoked.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Also look for primes that RSA keys share, among so many of the newest (2000 where no number is given)
    #[arg(long, value_name = "KEYS", num_args = 0..=1, default_value_t = 0, default_missing_value = "2000")]
    shared_primes: usize,
    /// Seconds that a server has to finish a reservation and to list a revocation
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    grace: u32,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let mut verification = Verification::of(&config, SystemClock.now())?;
    verification.grace = i64::from(args.grace);
    verification.shared_primes = args.shared_primes;
    let report = context.block_on(async { Ok(verification.run().await?) })?;
    Ok(told(&report, args.shared_primes > 0))
}

fn told(report: &Report, primes: bool) -> Outcome {
    // Whether primes are shared was not looked at unless asked for: no row, rather than one that says ok.
    let asked = if primes { report.rows.len() } else { report.rows.len().saturating_sub(1) };
    let rows = report.rows.iter().take(asked);
    let text: Vec<String> = rows.clone().map(ToString::to_string).collect();
    let found: u64 = report.rows.iter().map(|row| row.findings).sum();
    let last = if found == 0 { "clean".to_owned() } else { format!("{found} findings") };
    let json: Vec<Value> = rows
        .map(|row| {
            json!({
                "id": row.invariant.id(), "sentence": row.invariant.sentence(), "ok": row.findings == 0,
                "looked_at": row.looked_at, "findings": row.findings, "told": row.told,
                "without_rules": row.without_rules,
                "fix": (row.findings > 0).then(|| row.invariant.fix()),
            })
        })
        .collect();
    let json = json!({ "clean": found == 0, "findings": found, "invariants": json });
    Outcome::new(format!("{}\n{last}", text.join("\n")), json).finding(found > 0)
}
