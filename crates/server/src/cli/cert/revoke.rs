//! `chancery cert revoke`: one certificate, many, or all of a device or user (M161).

use super::{find, serial, unknown};
use crate::cli::{Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::explanation::administrator;
use crate::standing::Rule;
use crate::store::{AuditEvent, NewRevocation, Revoked, Store, Stored, Whom};
use pki::crl::Reason;
use serde_json::{Value, json};
use std::io::Write as _;
use std::path::PathBuf;

/// Revocations under way at once.
const TOGETHER: usize = 64;

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

/// What became of each is told as soon as it is durable: whoever is cut off knows what was done.
pub(super) async fn run(store: &dyn Store, args: &Args) -> Result<Outcome, Failure> {
    let Some(reason) = Reason::named(&args.reason) else {
        let sentence = format!("{:?} is no reason of RFC 5280 §5.3.1", args.reason);
        return Err(Failure::new(administrator::REASON, sentence).usage());
    };
    let wanted = wanted(store, args).await?;
    if let [one] = wanted.as_slice() {
        let (word, changed) = told(one, store.revoke(revocation(one, reason)).await?)?;
        return Ok(Outcome::new(format!("{} {word}", serial(one)), row(one, word, changed)));
    }
    let mut done = Vec::new();
    for page in wanted.chunks(TOGETHER) {
        // A write is queued by the call: these are written together.
        let pending: Vec<_> = page.iter().map(|one| store.revoke(revocation(one, reason))).collect();
        for (one, pending) in page.iter().zip(pending) {
            let (word, changed) = told(one, pending.await?)?;
            // Nobody may be listening any more; what is done is done.
            let _ = writeln!(std::io::stderr(), "{} {word}", serial(one));
            done.push(row(one, word, changed));
        }
    }
    let changed = done.iter().filter(|row| row["changed"] == true).count();
    let text = format!("{changed} of {} certificates changed", done.len());
    Ok(Outcome::new(text, json!({ "certificates": done, "changed": changed })))
}

async fn wanted(store: &dyn Store, args: &Args) -> Result<Vec<Stored>, Failure> {
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
        wanted.push(find(store, text).await?);
    }
    let keys: Vec<String> = args.device.iter().chain(&args.user).map(|key| key.to_lowercase()).collect();
    if !keys.is_empty() {
        let whom = Whom::These { records: Vec::new(), keys: keys.clone() };
        let (_, bound) = store.bound(whom, SystemClock.now()).await?;
        if bound.is_empty() {
            let sentence = format!("no certificate names {}", keys.join(" or "));
            return Err(Failure::new(administrator::SERIAL, sentence));
        }
        for one in bound {
            wanted.extend(store.certificate(one.id).await?);
        }
    }
    if wanted.is_empty() {
        let sentence = "name serial numbers, --from, --device or --user";
        return Err(Failure::new(administrator::SERIAL, sentence).usage());
    }
    Ok(wanted)
}

fn revocation(one: &Stored, reason: Reason) -> NewRevocation {
    NewRevocation {
        issuer: one.issuer,
        serial: one.serial.clone(),
        reason: reason.code(),
        at: SystemClock.now(),
        rule: Rule::Manual,
        event: AuditEvent::detail(json!({ "by": "command line" }).to_string()),
    }
}

fn told(one: &Stored, outcome: Revoked) -> Result<(&'static str, bool), Failure> {
    Ok(match outcome {
        Revoked::Done => ("revoked", true),
        Revoked::Released => ("released", true),
        Revoked::StillHeld => ("still on hold by another rule", true),
        Revoked::Already(_) => ("already revoked", false),
        Revoked::NotHeld => ("not on hold by an administrator (see cert why)", false),
        Revoked::Unknown => return Err(unknown(&serial(one))),
    })
}

fn row(one: &Stored, word: &str, changed: bool) -> Value {
    json!({ "serial": serial(one), "result": word, "changed": changed })
}
