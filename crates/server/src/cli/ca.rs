//! `chancery ca show|export|profile`.

mod profile;

use super::init::fingerprint;
use super::{Context, Failure, Outcome};
use crate::clock::SystemClock;
use crate::installation::Installation;
use clap::Subcommand;
use pki::certificate::Certificate;
use pki::pem;
use serde_json::json;
use std::fmt::Write as _;

/// Show the CA's certificates or write them out, and manage its certificate profiles
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Names, validity and fingerprints of root, issuing CA and RA
    Show,
    /// PEM of a certificate, or of the chain from the issuing CA to the root
    Export {
        /// Which
        #[arg(value_enum, default_value_t = Which::Chain)]
        which: Which,
    },
    Profile(profile::Args),
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Which {
    Root,
    Issuing,
    Ra,
    Chain,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    match args.verb {
        Verb::Show => Ok(show(&installation(context)?)),
        Verb::Export { which } => Ok(export(&installation(context)?, which)),
        Verb::Profile(args) => profile::run(args, context),
    }
}

fn installation(context: &Context) -> Result<Installation, Failure> {
    let config = context.config()?;
    context.block_on(async { Ok(Installation::open(&config, &SystemClock).await?) })
}

fn show(installation: &Installation) -> Outcome {
    let authority = &installation.authority;
    let ra = authority.ra();
    let all =
        [("root", &authority.root), ("issuing", &authority.issuing.certificate), ("ra", &ra.certificate)];
    let mut text = String::new();
    let mut rows = Vec::new();
    for (role, one) in all {
        let (from, until, sha256) = (one.not_before(), one.not_after(), fingerprint(one));
        // Writing to a String does not fail.
        let _ = writeln!(
            text,
            "{role}\n  subject:  {}\n  serial:   {}\n  validity: {from} to {until}\n  SHA-256:  {sha256}",
            one.subject(),
            one.serial(),
        );
        rows.push(json!({
            "role": role, "subject": one.subject().to_string(), "serial": one.serial().to_string(),
            "not_before": from.to_string(), "not_after": until.to_string(), "sha256": sha256,
        }));
    }
    Outcome::new(text, json!({ "authorities": rows }))
}

fn export(installation: &Installation, which: Which) -> Outcome {
    let authority = &installation.authority;
    let ra = authority.ra();
    let chosen: Vec<&Certificate> = match which {
        Which::Root => vec![&authority.root],
        Which::Issuing => vec![&authority.issuing.certificate],
        Which::Ra => vec![&ra.certificate],
        Which::Chain => authority.chain().to_vec(),
    };
    let text: String = chosen.iter().map(|one| pem::encode("CERTIFICATE", one.der())).collect();
    Outcome::new(text.clone(), json!({ "pem": text }))
}
