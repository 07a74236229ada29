//! `chancery demo --check`: every row is proved, against servers, a tenant and devices of this process.

mod addresses;
mod alternatives;
mod api;
mod assignment;
mod browser;
mod certificate_types;
mod chain;
mod challenge;
mod connections;
mod cycles;
mod delivered;
mod device_keys;
mod directory_names;
mod editors;
mod endpoint;
mod events;
mod fleet;
mod front;
mod html;
mod identity;
mod kiosks;
mod lab;
mod letter;
mod lifecycle;
mod mail;
mod manual;
mod message;
mod names;
mod onboarding;
mod personas;
mod policy;
mod portal;
mod presets;
mod profiles;
mod purposes;
mod recipes;
mod relying;
mod rights;
mod rollout;
mod rows;
mod rules;
mod servers;
mod settings;
mod setup;
mod status;
mod subjects;
mod takeaway;
mod targets;
mod templates;
mod transport;
mod usage;
mod validity;
mod verdict;
mod wizard;

use super::refusals::Refusals;
use super::screen::{Manner, Screen};
use crate::cli::Failure;
use crate::cli::outcome::Exit;
use lab::Lab;
use serde_json::json;
use std::pin::Pin;
use std::time::{Duration, Instant};
use verdict::Verdict;

/// Longer than this, a check hangs.
const PATIENCE: Duration = Duration::from_secs(60);

type Checking<'a> = Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

/// A row of the feature list, and what proves it.
struct Row {
    id: &'static str,
    title: &'static str,
    check: for<'a> fn(&'a Lab) -> Checking<'a>,
}

/// Checks all rows in turn. [`Exit::Failure`] if one fails.
pub(super) async fn run(manner: Manner, keep: bool) -> Result<Exit, Failure> {
    let mut screen = Screen::new(manner);
    let lab = Lab::build(Refusals::hear(), keep).await?;
    let mut failed = 0_usize;
    for row in rows::ROWS {
        screen.status(&format!("{} {}", row.id, row.title));
        let start = Instant::now();
        let verdict = tokio::time::timeout(PATIENCE, (row.check)(&lab)).await;
        let verdict = verdict.unwrap_or_else(|_| Err("no verdict within a minute".into()));
        lab.tenant.faults().clear();
        failed += usize::from(verdict.is_err());
        tell(&mut screen, row, &verdict, start.elapsed());
    }
    if manner != Manner::Json {
        let passed = rows::ROWS.len() - failed;
        screen.line(&format!("{passed} rows pass, {failed} fail"));
    }
    lab.close().await;
    Ok(if failed == 0 { Exit::Ok } else { Exit::Failure })
}

fn tell(screen: &mut Screen, row: &Row, verdict: &Verdict, took: Duration) {
    let why = match verdict {
        Ok(why) | Err(why) => why.as_str(),
    };
    let (pass, ms) = (verdict.is_ok(), took.as_millis());
    if screen.manner == Manner::Json {
        let line = json!({ "row": row.id, "pass": pass, "ms": ms, "title": row.title, "why": why });
        return screen.line(&line.to_string());
    }
    let word = if pass { screen.coloured(32, "pass") } else { screen.coloured(31, "FAIL") };
    screen.line(&format!("{word} {:5} {ms:>5} ms  {}: {why}", row.id, row.title));
}
