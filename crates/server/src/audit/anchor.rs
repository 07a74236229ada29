//! Anchors: the chain's head where whoever changes the database does not reach it.
//!
//! A chain agrees with itself after its end was cut off, or after all of it was computed anew. Only a head that was written
//! elsewhere shows either. So the head is a line of the log at start, once a day and at stop.

use super::{hex, unhex};
use crate::clock::Clock;
use crate::explanation::ours;
use crate::store::{AuditHead, Store};
use serde_json::Value;
use std::time::Duration;

/// The log's target of these lines. No level of `log.level` leaves it out.
pub const TARGET: &str = "audit_anchor";

/// What the line says; in a log of text it is told by these words.
const WORDS: &str = "the head of the audit chain";

/// Seconds from one line to the next.
const DAY: i64 = 86_400;

/// How often the clock is looked at: it may be set, and a machine may sleep.
const LOOK: Duration = Duration::from_secs(60);

/// Writes the head into the log.
pub async fn drop_one(store: &dyn Store) {
    match store.audit_head().await {
        Ok(head) => {
            let (sequence, hash) = (head.sequence, hex(&head.hash));
            tracing::info!(target: TARGET, event = TARGET, sequence, hash, "{WORDS}");
        }
        Err(error) => tracing::error!(
            event = "audit_anchor_failed",
            error_code = %ours::STORE,
            "the head of the audit chain could not be read: {error}"
        ),
    }
}

/// Writes the head into the log once a day, for ever.
pub async fn daily(store: &dyn Store, clock: &dyn Clock) {
    let mut last = clock.now().unix();
    loop {
        tokio::time::sleep(LOOK).await;
        let now = clock.now().unix();
        if now.saturating_sub(last) >= DAY {
            drop_one(store).await;
            last = now;
        }
    }
}

/// The heads that a log or an export names: lines of either format of the log, and lines of `chancery audit export`. Other lines
/// are passed over.
#[must_use]
pub fn found_in(text: &str) -> Vec<AuditHead> {
    text.lines().filter_map(of_line).collect()
}

/// A head as `SEQ:HASH`.
#[must_use]
pub fn of_pair(text: &str) -> Option<AuditHead> {
    let (sequence, hash) = text.split_once(':')?;
    head(sequence, hash)
}

fn of_line(line: &str) -> Option<AuditHead> {
    // A collector may have put something of its own before the line.
    let json = line.find('{').and_then(|at| of_json(line.get(at..)?));
    json.or_else(|| of_text(line))
}

fn of_json(text: &str) -> Option<AuditHead> {
    let value: Value = serde_json::from_str(text).ok()?;
    // In an export `event` is the row's own, an object.
    if value["event"] != TARGET && !value["event"].is_object() {
        return None;
    }
    let hash = unhex(value["hash"].as_str()?)?;
    Some(AuditHead { sequence: value["sequence"].as_u64()?, hash })
}

fn of_text(line: &str) -> Option<AuditHead> {
    let (_, fields) = line.split_once(WORDS)?;
    let field = |name: &str| fields.split_ascii_whitespace().find_map(|word| word.strip_prefix(name));
    if field("event=") != Some(TARGET) {
        return None;
    }
    head(field("sequence=")?, field("hash=")?)
}

fn head(sequence: &str, hash: &str) -> Option<AuditHead> {
    Some(AuditHead { sequence: sequence.parse().ok()?, hash: unhex(hash)? })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF";

    #[test]
    fn a_head_is_found_in_both_formats_of_the_log_and_in_an_export() {
        let json =
            format!(r#"{{"ts":"t","level":"info","event":"audit_anchor","sequence":7,"hash":"{HASH}"}}"#);
        let text = format!("2026-11-29T00:00:00Z INFO  {WORDS} event=audit_anchor hash={HASH} sequence=7");
        let row = format!(r#"{{"sequence":7,"at":"t","hash":"{HASH}","event":{{"event":"a.b"}}}}"#);
        for line in
            [json.clone(), format!("Nov 29 ca chancery[1]: {json}"), text.clone(), format!("Nov {text}"), row]
        {
            let found = found_in(&format!("other\n{line}\r\n{{\n"));
            assert_eq!(found.len(), 1, "{line}");
            assert_eq!((found[0].sequence, hex(&found[0].hash)), (7, HASH.to_lowercase()));
        }
        assert!(of_pair(&format!("7:{HASH}")).is_some());
    }

    #[test]
    fn what_is_no_head_is_none() {
        for line in [
            format!("7:{HASH}0"),
            format!(":{HASH}"),
            format!("-7:{HASH}"),
            "7:00".to_owned(),
            format!("7:{}é", &HASH[..62]),
            format!("x event=audit_anchor hash={HASH} sequence=7"),
            format!(r#"{{"event":"audit","sequence":7,"hash":"{HASH}"}}"#),
            format!(r#"{{"event":"audit_anchor","sequence":"7","hash":"{HASH}"}}"#),
        ] {
            assert_eq!((of_pair(&line), found_in(&line)), (None, vec![]), "{line}");
        }
    }
}
