//! `chancery challenge new`.

use super::{Context, Failure, Outcome};
use crate::clock::SystemClock;
use crate::desk::Desk;
use crate::explanation::Trouble;
use crate::http::{ChallengeDesk, NewChallenge};
use crate::installation::Installation;
use crate::keys::SystemRandom;
use crate::validators::bound::Promise;
use crate::validators::{BoundIdentity, challenge};
use ca::profile::names::SanKind;
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
        /// The certificate profile it is for, instead of the endpoint
        #[arg(long, value_name = "NAME", conflicts_with = "fixed")]
        profile: Option<String>,
        #[command(flatten)]
        request: Request,
        /// Good for this many seconds, at most what the endpoint allows
        #[arg(long, value_name = "SECONDS", conflicts_with = "fixed")]
        ttl: Option<u64>,
        /// A challenge for a static endpoint: prints the hash to put into its section, too; needs no such section yet
        #[arg(long = "static", conflicts_with = "request")]
        fixed: bool,
    },
}

/// The one request that a challenge is good for, at an endpoint whose validator is bound
#[derive(clap::Args, Debug)]
#[group(id = "request", multiple = true)]
struct Request {
    /// Good only for a request with this subject, such as 'CN=phone, O="Contoso, Ltd"'
    #[arg(long, value_name = "SUBJECT", conflicts_with = "common_name")]
    subject: Option<String>,
    /// … and these alternative names: dns=, email=, upn=, uri= or ip= and the name; may be repeated
    #[arg(long = "san", value_name = "KIND=NAME", value_parser = san, requires = "subject")]
    names: Vec<(SanKind, String)>,
    /// … and exactly this key usage, such as digitalSignature,keyEncipherment
    #[arg(long, value_name = "LIST", value_delimiter = ',', requires = "subject")]
    key_usage: Option<Vec<String>>,
    /// … and exactly these extended key usages, such as clientAuth
    #[arg(long = "eku", value_name = "LIST", value_delimiter = ',', requires = "subject")]
    extended_key_usage: Option<Vec<String>>,
    /// … and the key whose SubjectPublicKeyInfo has this SHA-256, hexadecimal
    #[arg(long, value_name = "HASH", requires = "subject")]
    key_sha256: Option<String>,
}

impl Request {
    fn promise(self) -> Option<Promise> {
        let Request { subject, names, key_usage, extended_key_usage, key_sha256 } = self;
        Some(Promise { subject: subject?, names, key_usage, extended_key_usage, key_sha256 })
    }
}

fn san(text: &str) -> Result<(SanKind, String), String> {
    let kinds = [SanKind::Dns, SanKind::Email, SanKind::Upn, SanKind::Uri, SanKind::Ip];
    let (kind, name) =
        text.split_once('=').ok_or("write dns=NAME, email=NAME, upn=NAME, uri=NAME or ip=ADDRESS")?;
    let kind = kinds.into_iter().find(|known| known.to_string() == kind);
    kind.map(|kind| (kind, name.to_owned())).ok_or_else(|| "a kind is dns, email, upn, uri or ip".into())
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let Verb::New { endpoint, common_name, profile, request, ttl, fixed } = args.verb;
    if fixed {
        return new_static(context);
    }
    let config = context.config()?;
    context.block_on(async {
        let installation = Installation::open_or_make(&config, &SystemClock).await?;
        let identity = common_name.as_deref().map(BoundIdentity::common_name);
        let desk = Desk::new(&config, &installation, Arc::new(SystemClock));
        let issued = desk
            .issue(
                NewChallenge { endpoint, profile, request: request.promise(), identity, ttl_seconds: ttl },
                "command line",
            )
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
