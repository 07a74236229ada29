//! `chancery challenge new`.

use super::{Context, Failure, Outcome};
use crate::clock::SystemClock;
use crate::desk::Desk;
use crate::explanation::Trouble;
use crate::http::{ChallengeDesk, NewChallenge};
use crate::installation::Installation;
use crate::keys::SystemRandom;
use crate::validators::{BoundIdentity, challenge};
use clap::Subcommand;
use serde_json::json;
use std::path::Path;
use std::sync::Arc;

/// Make challenges
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Make a challenge and print it, this one time
    New {
        /// The endpoint it is for [default: the one at NDES' address]
        #[arg(long, conflicts_with = "fixed")]
        endpoint: Option<String>,
        /// Good only for a request with this common name and no alternative names
        #[arg(long, value_name = "NAME", conflicts_with = "fixed")]
        common_name: Option<String>,
        /// Good for this many seconds, at most what the endpoint allows
        #[arg(long, value_name = "SECONDS", conflicts_with = "fixed")]
        ttl: Option<u64>,
        /// A challenge for a static endpoint: prints the hash to put into its section, too; needs no such section yet
        #[arg(long = "static")]
        fixed: bool,
    },
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let Verb::New { endpoint, common_name, ttl, fixed } = args.verb;
    if fixed {
        return new_static(context);
    }
    let config = context.config()?;
    context.block_on(async {
        let installation = Installation::open_or_make(&config, &SystemClock).await?;
        let identity = common_name.as_deref().map(BoundIdentity::common_name);
        let desk = Desk::new(&config, &installation, Arc::new(SystemClock));
        let issued = desk
            .issue(NewChallenge { endpoint, identity, ttl_seconds: ttl })
            .await
            .map_err(|problem| Failure::new(problem.code, problem.sentence))?;
        let text = issued.challenge.reveal_secret().to_owned();
        let json =
            json!({ "challenge": text, "endpoint": issued.endpoint, "expires": issued.expires.to_string() });
        Ok(Outcome::new(text, json))
    })
}

/// The challenge itself is kept nowhere. The settings are read and not believed: the section that this challenge is
/// for may not stand in them yet.
fn new_static(context: &Context) -> Result<Outcome, Failure> {
    let settings = context.loaded()?.settings()?;
    let key = Installation::challenge_key(Path::new(&settings.data_dir))?;
    let text = challenge::mint(&mut SystemRandom).map_err(|error| Failure::from(Trouble::from(error)))?;
    let hash = key.hash(&text).to_string();
    let shown = format!(
        "{}\n\n\
         Put it into the MDM, and its keyed hash into the endpoint's section:\n\n\
         [endpoint.static]\nchallenge_hash = \"{hash}\"\n\n\
         If devices with elliptic keys are to enrol, put the challenge itself into a file of mode 0600 and name it there:\n\n\
         challenge_file = \"static-challenge\"",
        &*text
    );
    Ok(Outcome::new(shown, json!({ "challenge": &*text, "challenge_hash": hash })))
}
