//! `chancery approval list|show|approve|deny`.

use super::{Context, Failure, Outcome};
use crate::approvals::{self, ApprovalDecided, Decision};
use crate::clock::{Clock, SystemClock};
use crate::explanation::{administrator, asking};
use crate::installation::Installation;
use crate::store::Store;
use ca::rejection::Shown;
use clap::Subcommand;
use pki::Time;
use serde_json::{Value, json};

const BY: &str = "command line";

/// Decide about requests that a rule of the policy holds until they are approved
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Those that wait, oldest first
    List,
    /// One of them, or one that was decided: what is asked for, who vouched, what was known
    Show {
        /// Its number
        id: String,
    },
    /// Let the device fetch its certificate; everything else is decided anew when it does
    Approve {
        /// Its number
        id: String,
    },
    /// Let nothing come of it; its challenge stays spent
    Deny {
        /// Its number
        id: String,
    },
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    context.block_on(async {
        let installation = Installation::open(&config, &SystemClock).await?;
        let (store, now) = (&*installation.store, SystemClock.now());
        match args.verb {
            Verb::List => list(store, now).await,
            Verb::Show { id } => show(store, &id, now).await,
            Verb::Approve { id } => decide(store, &id, true, now).await,
            Verb::Deny { id } => decide(store, &id, false, now).await,
        }
    })
}

async fn list(store: &dyn Store, now: Time) -> Result<Outcome, Failure> {
    let mut rows = Vec::new();
    for held in approvals::waiting(store, now).await? {
        rows.push(json!(approvals::told(store, &held, now).await?));
    }
    let lines: Vec<String> = rows.iter().map(line).collect();
    let text = if lines.is_empty() { "nothing waits".to_owned() } else { lines.join("\n") };
    Ok(Outcome::new(text, json!({ "approvals": rows })))
}

async fn show(store: &dyn Store, id: &str, now: Time) -> Result<Outcome, Failure> {
    let held = approvals::find(store, id).await?.ok_or_else(|| unknown(id))?;
    let value = json!(approvals::told(store, &held, now).await?);
    Ok(Outcome::new(lines(&value), value))
}

async fn decide(store: &dyn Store, id: &str, approved: bool, now: Time) -> Result<Outcome, Failure> {
    match approvals::decide(store, id, approved, BY, now).await? {
        Decision::Stands { held, changed } => {
            let approval = approvals::told(store, &held, now).await?;
            let value = json!(ApprovalDecided { approval, changed });
            let before = if changed { "" } else { ", as before" };
            Ok(Outcome::new(format!("{id} is {}{before}", held.standing(now).as_str()), value))
        }
        Decision::Not(state) => {
            let sentence = format!("request {id} does not wait any more: it is {}", state.as_str());
            Err(Failure::new(administrator::DECIDED, sentence))
        }
        Decision::Own => {
            let sentence = format!("request {id} was made on this command line");
            Err(Failure::new(asking::OWN_REQUEST, sentence))
        }
        Decision::Unknown => Err(unknown(id)),
    }
}

fn unknown(id: &str) -> Failure {
    Failure::new(administrator::NO_HELD, format!("no request of the number {id:?} was held"))
}

fn line(row: &Value) -> String {
    let said = |key: &str| said(&row[key]);
    format!(
        "{}  {}  {}  {}  {}: {}",
        said("id"),
        said("created"),
        said("endpoint"),
        said("subject"),
        said("rule"),
        said("sentence")
    )
}

fn lines(value: &Value) -> String {
    let all = value.as_object().into_iter().flatten().filter(|(_, value)| !value.is_null());
    let all: Vec<String> = all.map(|(key, value)| format!("{key:14} {}", said(value))).collect();
    all.join("\n")
}

/// What a stranger chose cannot act on a terminal.
fn said(value: &Value) -> String {
    let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    Shown::escaped(&text).to_string()
}
