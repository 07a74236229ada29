//! `chancery enrolment stalled`.

use crate::cli::{Failure, Outcome};
use crate::stalled::causes;
use crate::store::{Stalled, StalledSearch, Store};
use ca::rejection::Shown;
use serde_json::json;
use std::fmt::Write as _;

pub(super) async fn run(store: &dyn Store, endpoint: Option<String>, limit: u32) -> Result<Outcome, Failure> {
    let rows = store.stalled(StalledSearch { endpoint, after: None, limit }).await?;
    let mut text = String::new();
    rows.iter().for_each(|row| told(&mut text, row));
    if rows.is_empty() {
        text.push_str("nothing has stalled");
    }
    let json: Vec<_> = rows.iter().map(crate::http::StalledRow::from).collect();
    Ok(Outcome::new(text, json!({ "stalled": json })))
}

/// What a stranger chose cannot act on a terminal.
fn told(text: &mut String, stalled: &Stalled) {
    let row = &stalled.row;
    // Writing to a String does not fail.
    let _ = writeln!(
        text,
        "{}  {}  {}  {}  {} conversations, the first at {}  {}",
        row.last_at,
        row.endpoint,
        row.address,
        row.reason,
        row.count,
        row.first_at,
        Shown::escaped(&row.user_agent)
    );
    for (number, cause) in (1..).zip(causes::of_row(row)) {
        let _ = writeln!(text, "    {number}. {} {}", cause.sentence, cause.fix);
    }
}
