//! `chancery cert search`: what `GET /api/v1/certificates` finds.

use super::super::{Failure, Outcome};
use crate::clock::SystemClock;
use crate::http::ApiProblem;
use crate::search::{Around, CertificateFilter, CertificateRow, Finder, Latency, Paging, Standing};
use crate::store::{StatusSought, Store};
use ca::rejection::Shown;
use serde_json::json;
use std::fmt::Write as _;
use std::sync::Arc;

/// Rows that the index follows at once, and how often, before the search begins: where no server runs, nobody else does it.
const AT_ONCE: u32 = 5_000;
const TIMES: u32 = 1_000;

#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Words that stand in the subject, the alternative names, the device or user, or begin a serial number or thumbprint
    words: Vec<String>,
    /// The beginning of the serial number, hexadecimal
    #[arg(long)]
    serial: Option<String>,
    /// The beginning of the SHA-1 or SHA-256 thumbprint, hexadecimal
    #[arg(long)]
    thumbprint: Option<String>,
    /// Part of the subject
    #[arg(long)]
    subject: Option<String>,
    /// Part of the alternative names
    #[arg(long)]
    san: Option<String>,
    /// The device
    #[arg(long)]
    device: Option<String>,
    /// The user
    #[arg(long)]
    user: Option<String>,
    /// The certificate profile
    #[arg(long)]
    profile: Option<String>,
    /// The endpoint
    #[arg(long)]
    endpoint: Option<String>,
    /// How it stands
    #[arg(long, value_parser = ["good", "held", "revoked", "expired"])]
    status: Option<String>,
    /// Over within so many days
    #[arg(long)]
    expires_within_days: Option<u16>,
    /// At most this many
    #[arg(long, default_value_t = 50)]
    limit: u32,
}

impl Args {
    fn filter(self) -> (CertificateFilter, u32) {
        let status = match self.status.as_deref() {
            Some("good") => Some(StatusSought::Good),
            Some("held") => Some(StatusSought::Held),
            Some("revoked") => Some(StatusSought::Revoked),
            Some(_) => Some(StatusSought::Expired),
            None => None,
        };
        let filter = CertificateFilter {
            q: Some(self.words.join(" ")),
            serial: self.serial,
            thumbprint: self.thumbprint,
            subject: self.subject,
            san: self.san,
            device: self.device,
            user: self.user,
            profile: self.profile,
            endpoint: self.endpoint,
            status,
            expires_within_days: self.expires_within_days,
            ..CertificateFilter::default()
        };
        (filter, self.limit)
    }
}

/// A search tells nothing of a server.
struct Alone;

impl Around for Alone {
    fn chain(&self) -> Vec<Vec<u8>> {
        Vec::new()
    }

    fn platform(&self, _: &str) -> &'static str {
        "any"
    }

    fn latency(&self) -> Option<Latency> {
        None
    }
}

pub(super) async fn run(store: &Arc<dyn Store>, args: Args) -> Result<Outcome, Failure> {
    for _ in 0..TIMES {
        if store.follow(AT_ONCE).await?.behind == 0 {
            break;
        }
    }
    let finder = Finder::new(Arc::clone(store), Arc::new(SystemClock), Arc::new(Alone));
    let (filter, limit) = args.filter();
    let (mut found, mut after) = (Vec::new(), None);
    let more = loop {
        let left = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(limit));
        let page =
            finder.certificates(filter.clone(), Paging { limit: left, after }).await.map_err(refused)?;
        found.extend(page.items);
        after = page.next;
        // A page may be short where many rows were looked at.
        if after.is_none() || found.len() >= limit as usize {
            break after.is_some();
        }
    };
    Ok(Outcome::new(text(&found, more), json!({ "certificates": found, "more": more })))
}

fn refused(problem: ApiProblem) -> Failure {
    Failure::new(problem.code, problem.sentence)
}

fn text(found: &[CertificateRow], more: bool) -> String {
    let mut text = String::new();
    for row in found {
        let status = match row.status {
            Standing::Good => "good",
            Standing::Held => "held",
            Standing::Revoked => "revoked",
            Standing::Expired => "expired",
        };
        let who = if row.subject.is_empty() { row.names.join(" ") } else { row.subject.clone() };
        // Writing to a String does not fail.
        let _ = writeln!(text, "{}  {status:8}  {}  {}", row.serial, row.not_after, Shown::escaped(&who));
    }
    if found.is_empty() {
        text.push_str("no certificates");
    }
    if more {
        text.push_str("and more: narrow the search, or give a greater --limit");
    }
    text
}
