//! `chancery audit verify`.

use super::{Context, Failure, Outcome, store};
use crate::audit::{anchor, hex};
use crate::explanation::administrator;
use crate::store::{AuditHead, AuditVerdict, Store as _};
use serde_json::json;
use std::path::{Path, PathBuf};

/// Recompute the audit chain; exit code 3 if a row was removed, changed or moved
///
/// A chain whose end was cut off, or that was computed anew from some row on, agrees with itself: only a head that was kept
/// elsewhere shows it. The server writes one into its log at start, once a day and at stop.
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// A head known from elsewhere, as sequence number and hash
    #[arg(long, value_name = "SEQ:HASH")]
    head: Vec<String>,
    /// A log of the server (text or JSON), or an export, kept elsewhere: each head in it must be on the chain
    #[arg(long, value_name = "FILE")]
    anchors: Vec<PathBuf>,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let mut known = Vec::new();
    for text in &args.head {
        let head = anchor::of_pair(text).ok_or_else(|| no_head(text).usage())?;
        known.push(head);
    }
    for file in &args.anchors {
        known.extend(anchors(file)?);
    }
    let config = context.config()?;
    let compared = known.len();
    let verdict = context.block_on(async { Ok(store(&config)?.verify_audit_by(known).await?) })?;
    Ok(told(verdict, compared))
}

fn anchors(file: &Path) -> Result<Vec<AuditHead>, Failure> {
    let failed = |why: String| Failure::new(administrator::ANCHORS, format!("{}: {why}", file.display()));
    // A log may have been cut within a character.
    let octets = std::fs::read(file).map_err(|error| failed(error.to_string()))?;
    let found = anchor::found_in(&String::from_utf8_lossy(&octets));
    // Nothing to compare with would look like a chain that was compared.
    if found.is_empty() {
        Err(failed("there is no head of the audit chain in it".to_owned()))
    } else {
        Ok(found)
    }
}

fn no_head(text: &str) -> Failure {
    let shown: String = text.chars().take(100).flat_map(char::escape_debug).collect();
    let sentence = format!("{shown} is no head: write the row's number, a colon and 64 hexadecimal digits");
    Failure::new(administrator::ANCHORS, sentence)
}

fn told(verdict: AuditVerdict, compared: usize) -> Outcome {
    match verdict {
        AuditVerdict::Sound(head) => {
            let (rows, hash) = (head.sequence, hex(&head.hash));
            let text = format!(
                "clean: {rows} rows, compared with {compared} heads known from elsewhere\nhead {rows}:{hash}"
            );
            let head = json!({ "sequence": rows, "hash": hash });
            Outcome::new(text, json!({ "clean": true, "rows": rows, "head": head, "compared": compared }))
        }
        AuditVerdict::Broken(broken) => {
            let json = json!({ "clean": false, "row": broken.row(), "finding": broken.to_string() });
            Outcome::new(format!("FINDING: {broken}"), json).finding(true)
        }
    }
}
