//! `chancery cert list|show|why|bind|revoke|request`.
//! `chancery cert list|search|show|why|bind|revoke`.

mod bind;
mod request;
mod revoke;
mod search;

use super::{Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::explanation::administrator;
use crate::installation::Installation;
use crate::jobs::crl::{self, Parts};
use crate::revocation;
use crate::server::directories;
use crate::store::{Search, State, Store, Stored};
use crate::why::Why;
use clap::Subcommand;
use pki::certificate::{Certificate, Serial};
use pki::crl::Reason;
use pki::pem;
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::sync::Arc;

/// List, show and revoke certificates
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Certificates in the order in which they were made
    List {
        /// Only those whose subject contains this
        #[arg(long)]
        subject: Option<String>,
        /// Only those of this endpoint
        #[arg(long)]
        endpoint: Option<String>,
        /// Only those that are revoked or on hold
        #[arg(long)]
        revoked: bool,
        /// At most this many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Certificates by anything that they say, newest first
    Search(search::Args),
    /// Everything that is known of one certificate, with its PEM
    Show {
        /// Serial number, hexadecimal
        serial: String,
    },
    /// Why a certificate is good or not: the rules that say so, whom it names, and what a directory knows of them
    Why {
        /// Serial number, hexadecimal
        serial: String,
    },
    /// Correct whom a certificate names; its status follows that device or user from then on
    Bind {
        /// Serial number, hexadecimal
        serial: String,
        /// A device, by its id in the directory that the endpoint follows
        #[arg(long, conflicts_with_all = ["user", "nobody"])]
        device: Option<String>,
        /// A user, by the user principal name
        #[arg(long, conflicts_with = "nobody")]
        user: Option<String>,
        /// Neither: administrators alone revoke it
        #[arg(long)]
        nobody: bool,
    },
    /// Revoke certificates; a running server says so in OCSP within a second, and in the CRL within a minute
    Revoke(revoke::Args),
    /// Ask for a certificate at an endpoint whose validator is `request`, as the API does
    Request(request::Args),
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    context.block_on(async {
        let installation = Installation::open(&config, &SystemClock).await?;
        let store = Arc::clone(&installation.store);
        let store = &*store;
        match args.verb {
            Verb::List { subject, endpoint, revoked, limit } => {
                let search = Search { subject, endpoint, revoked, limit, ..Search::default() };
                Ok(list(&store.certificates(search).await?))
            }
            Verb::Search(args) => search::run(&installation.store, args).await,
            Verb::Show { serial } => Ok(show(&find(store, &serial).await?)),
            Verb::Why { serial } => {
                let why = Why::of(store, &find(store, &serial).await?, SystemClock.now()).await?;
                Ok(Outcome::new(why.text(), json!(why.status)))
            }
            Verb::Bind { serial, device, user, nobody } => {
                let stored = find(store, &serial).await?;
                let source = config.endpoint(&stored.endpoint).and_then(directories::name);
                bind::run(store, &stored, source, bind::To::of(device, user, nobody)).await
            }
            Verb::Request(args) => request::run(&config, installation, &args).await,
            Verb::Revoke(args) => {
                let (outcome, publish) = (revoke::run(store, &args).await?, args.publish);
                if publish {
                    crl::make(store, &installation.authority, &SystemClock, &Parts::of(&config)).await?;
                }
                Ok(outcome)
            }
        }
    })
}

fn list(found: &[Stored]) -> Outcome {
    let mut text = String::new();
    for one in found {
        // Writing to a String does not fail.
        let _ = writeln!(text, "{}  {:8}  {}  {}", serial(one), status(one), one.not_after, one.subject);
    }
    if found.is_empty() {
        text.push_str("no certificates");
    }
    Outcome::new(text, json!({ "certificates": found.iter().map(row).collect::<Vec<_>>() }))
}

fn show(one: &Stored) -> Outcome {
    let row = row(one);
    let mut text = String::new();
    for (key, value) in row.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null()) {
        let shown = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let _ = writeln!(text, "{key}: {shown}");
    }
    Outcome::new(text, row)
}

async fn find(store: &dyn Store, text: &str) -> Result<Stored, Failure> {
    revocation::find(store, text).await?.ok_or_else(|| {
        let sentence = format!("this CA has issued no certificate with the serial number {text:?}");
        Failure::new(administrator::SERIAL, sentence)
    })
}

fn serial(one: &Stored) -> String {
    Serial::new(&one.serial).to_string()
}

fn status(one: &Stored) -> &'static str {
    match (&one.state, one.revocation) {
        (State::Reserved, _) => "reserved",
        (State::Abandoned { .. }, _) => "abandoned",
        (State::Issued { .. }, None) => "issued",
        (State::Issued { .. }, Some(revocation)) if revocation.reason == Reason::CertificateHold.code() => {
            "held"
        }
        (State::Issued { .. }, Some(_)) => "revoked",
    }
}

fn row(one: &Stored) -> Value {
    let certificate = one.der().and_then(|der| Certificate::parse(der).ok());
    let names: Option<Vec<String>> = certificate
        .as_ref()
        .and_then(|certificate| certificate.san().ok())
        .map(|san| san.0.iter().map(ToString::to_string).collect());
    json!({
        "serial": serial(one),
        "status": status(one),
        "subject": one.subject,
        "alternative_names": names,
        "not_before": one.not_before.to_string(),
        "not_after": one.not_after.to_string(),
        "profile": one.profile,
        "profile_version": one.profile_version,
        "endpoint": one.endpoint,
        "transaction": one.transaction_id,
        "requested_at": one.reserved_at.to_string(),
        "revoked_at": one.revocation.map(|revocation| revocation.at.to_string()),
        "reason": one.revocation.and_then(|revocation| Reason::from_code(revocation.reason)).map(Reason::name),
        "pem": one.der().map(|der| pem::encode("CERTIFICATE", der)),
    })
}
