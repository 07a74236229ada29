//! `chancery cert revoke`: one certificate, many, or all of a device or user (M161).

use super::find;
use crate::cli::{Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::explanation::administrator;
use crate::revocation::{self, Row, Summary, Target, Wish};
use crate::store::Store;
use pki::crl::Reason;
use serde_json::json;
use std::io::Write as _;
use std::path::PathBuf;

/// Revoke certificates
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Serial numbers, hexadecimal
    serials: Vec<String>,
    /// Those of a file, one in each line
    #[arg(long, value_name = "FILE")]
    from: Option<PathBuf>,
    /// All of a device, by its id in the directory that the endpoint follows
    #[arg(long, value_name = "ID")]
    device: Option<String>,
    /// All of a user, by the user principal name
    #[arg(long, value_name = "NAME")]
    user: Option<String>,
    /// Reason of RFC 5280 §5.3.1: keyCompromise, superseded, certificateHold, removeFromCRL (ends a hold), …
    #[arg(long, default_value = "unspecified")]
    reason: String,
    /// Make a new CRL now; a running server gives it out within a second
    #[arg(long)]
    pub(super) publish: bool,
}

pub(super) async fn run(store: &dyn Store, args: &Args) -> Result<Outcome, Failure> {
    let Some(reason) = Reason::named(&args.reason) else {
        let sentence = format!("{:?} is no reason of RFC 5280 §5.3.1", args.reason);
        return Err(Failure::new(administrator::REASON, sentence).usage());
    };
    let wanted = wanted(store, args).await?;
    let wish = Wish { store, clock: &SystemClock, reason, by: "command line" };
    if let [one] = wanted.as_slice() {
        let row = wish.one(one).await?;
        return Ok(Outcome::new(told(&row), json!(row)));
    }
    let tell = |row: &Row| {
        // Nobody may be listening any more; what is done is done.
        let _ = writeln!(std::io::stderr(), "{}", told(row));
    };
    let rows = wish.all(&wanted, tell).await?;
    let summary = Summary::from(rows);
    let text = format!("{} of {} certificates changed", summary.changed, summary.certificates.len());
    Ok(Outcome::new(text, json!(summary)))
}

fn told(row: &Row) -> String {
    format!("{} {}", row.serial, row.result)
}

async fn wanted(store: &dyn Store, args: &Args) -> Result<Vec<Target>, Failure> {
    let mut serials = args.serials.clone();
    if let Some(path) = &args.from {
        let unreadable = |error: std::io::Error| {
            let sentence = format!("{} cannot be read: {error}", path.display());
            Failure::new(administrator::SERIAL, sentence)
                .fix("Name a file that this user can read, with a serial number in each line.")
        };
        let text = std::fs::read_to_string(path).map_err(unreadable)?;
        serials.extend(text.split_whitespace().map(str::to_owned));
    }
    let mut wanted = Vec::new();
    for text in &serials {
        wanted.push(Target::from(&find(store, text).await?));
    }
    let keys: Vec<&str> = args.device.iter().chain(&args.user).map(String::as_str).collect();
    if !keys.is_empty() {
        let named = revocation::naming(store, &keys, SystemClock.now()).await?;
        if named.is_empty() {
            let sentence = format!("no certificate names {}", keys.join(" or "));
            return Err(Failure::new(administrator::SERIAL, sentence));
        }
        wanted.extend(named);
    }
    if wanted.is_empty() {
        let sentence = "name serial numbers, --from, --device or --user";
        return Err(Failure::new(administrator::SERIAL, sentence).usage());
    }
    Ok(wanted)
}
