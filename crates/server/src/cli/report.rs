//! `chancery report sid`.

use super::{Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::installation::Installation;
use crate::report::{WithoutSid, without_sid};
use clap::Subcommand;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Tell what is going to hurt
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Certificates that a domain controller cannot map to an account: those without its security identifier, by profile
    Sid,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let Verb::Sid = args.verb;
    context.block_on(async {
        let installation = Installation::open(&config, &SystemClock).await?;
        Ok(sids(&without_sid(&*installation.store, SystemClock.now()).await?))
    })
}

fn sids(profiles: &BTreeMap<String, WithoutSid>) -> Outcome {
    let mut text = String::new();
    for (profile, count) in profiles {
        // Writing to a String does not fail.
        let _ =
            writeln!(text, "{profile}: {} of {} live certificates without SID", count.without, count.live);
    }
    if profiles.is_empty() {
        text.push_str("no live certificates");
    }
    if profiles.values().any(|count| count.without > 0) {
        text.push_str(ADVICE);
    }
    let rows: Vec<_> = profiles
        .iter()
        .map(|(profile, count)| json!({ "profile": profile, "live": count.live, "without_sid": count.without }))
        .collect();
    Outcome::new(text, json!({ "profiles": rows }))
}

const ADVICE: &str = "\
A domain controller denies a sign-in with a certificate that it cannot map to an account (KB5014754). Add the URI
{{OnPremisesSecurityIdentifier}} to the profile in Intune, or set sid_extension where the endpoint follows a directory.
Entra sign-in, Wi-Fi and VPN without Active Directory do not need it.";
