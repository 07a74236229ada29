//! `chancery webhook new|list|remove|test`.

use super::{Context, Failure, Outcome};
use crate::clock::SystemClock;
use crate::explanation::{administrator, ours};
use crate::installation::Installation;
use crate::server::beside;
use crate::store::{Webhook, WebhookId};
use crate::webhooks::{BookError, EventKind, Wanted, Webhooks};
use clap::Subcommand;
use serde_json::{Value, json};
use std::sync::Arc;

const BY: &str = "command line";

/// Tell other programs what happens
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Add a webhook and print its secret, this one time
    New {
        /// What it is called in the list and in the audit: 1 to 64 of A-Z a-z 0-9 - _ .
        #[arg(long)]
        name: String,
        /// Where it listens, by https://
        #[arg(long)]
        url: String,
        /// What it is told, such as certificate.issued; may be repeated. A word that is none is answered with all
        #[arg(long = "event", value_name = "EVENT", required = true, num_args = 1..)]
        events: Vec<String>,
    },
    /// All webhooks, without their secrets
    List,
    /// Remove a webhook; what waits for it is given up
    Remove {
        /// Its number
        id: i64,
    },
    /// Send a message at once; exit code 3 if the receiver does not take it
    Test {
        /// Its number
        id: i64,
    },
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    context.block_on(async {
        let installation = Installation::open(&config, &SystemClock).await?;
        let webhooks = beside::webhooks(&config, &installation, Arc::new(SystemClock))?;
        match args.verb {
            Verb::New { name, url, events } => new(&webhooks, name, url, &events).await,
            Verb::List => Ok(list(&webhooks.all().await?)),
            Verb::Remove { id } => {
                webhooks.remove(WebhookId(id), BY).await?;
                Ok(Outcome::new(format!("{id} removed"), json!({ "id": id, "result": "removed" })))
            }
            Verb::Test { id } => {
                let (taken, said) = webhooks.test(WebhookId(id), BY).await?;
                let json = json!({ "id": id, "delivered": taken, "outcome": said });
                Ok(Outcome::new(said, json).finding(!taken))
            }
        }
    })
}

async fn new(webhooks: &Webhooks, name: String, url: String, words: &[String]) -> Result<Outcome, Failure> {
    let mut events = Vec::new();
    for word in words {
        let known = || EventKind::ALL.map(EventKind::as_str).join(", ");
        let sentence = || format!("{word:?} is no event; there are {}", known());
        let event = EventKind::wanted(word);
        events.push(event.ok_or_else(|| Failure::new(administrator::WEBHOOK, sentence()).usage())?);
    }
    let added = webhooks.add(Wanted { name, url, events }, BY).await?;
    let (id, secret) = (added.id.0, added.secret.reveal_secret());
    Ok(Outcome::new(format!("{id}\n{secret}"), json!({ "id": id, "secret": secret })))
}

fn list(all: &[(Webhook, u64)]) -> Outcome {
    let line = |(one, waiting): &(Webhook, u64)| {
        let events: Vec<&str> = one.events.iter().map(|event| event.as_str()).collect();
        format!("{}  {}  {}  {waiting} waiting  {}", one.id.0, one.name, one.url, events.join(" "))
    };
    let lines: Vec<String> = all.iter().map(line).collect();
    let text = if lines.is_empty() { "no webhooks".to_owned() } else { lines.join("\n") };
    let row = |(one, waiting): &(Webhook, u64)| {
        json!({ "id": one.id.0, "name": one.name, "url": one.url, "events": one.events, "waiting": waiting,
                "created": one.created_at.to_string() })
    };
    Outcome::new(text, json!({ "webhooks": all.iter().map(row).collect::<Vec<Value>>() }))
}

impl From<BookError> for Failure {
    fn from(error: BookError) -> Failure {
        let sentence = error.to_string();
        match error {
            BookError::Unfit(_) => Failure::new(administrator::WEBHOOK, sentence).usage(),
            BookError::NameTaken | BookError::Full => Failure::new(administrator::WEBHOOK, sentence),
            BookError::Unknown => Failure::new(administrator::NO_WEBHOOK, sentence),
            BookError::Random => Failure::new(ours::RANDOM, sentence),
            BookError::Store(error) => error.into(),
        }
    }
}
