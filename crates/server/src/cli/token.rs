//! `chancery token new|list|revoke`.

use super::{Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::config::Period;
use crate::explanation::administrator;
use crate::installation::Installation;
use crate::keys::SystemRandom;
use crate::store::{AuditEvent, Store, Token};
use crate::tokens::{Grant, Scope, TokenName, grant};
use clap::Subcommand;
use pki::Time;
use serde_json::{Value, json};

const BY: &str = "command line";

/// Longest life that can be asked for; without `--expires` a token has no end.
const LONGEST: &str = "3650d";

/// Make, list and revoke tokens of the administrative API
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Make a token and print it, this one time
    New {
        /// What it is called in the list and in the audit: 1 to 64 of A-Z a-z 0-9 - _ .
        #[arg(long)]
        name: String,
        /// What it may do, such as challenge.new or cert.read; may be repeated. A word that is none is answered with all
        #[arg(long = "scope", value_name = "SCOPE", required = true, num_args = 1..)]
        scopes: Vec<String>,
        /// Good for this long, such as 90d [default: until it is revoked]
        #[arg(long, value_name = "PERIOD")]
        expires: Option<String>,
    },
    /// All tokens, newest first, without their texts
    List {
        /// At most this many
        #[arg(long, default_value_t = 100)]
        limit: u32,
    },
    /// Revoke a token; a running server refuses its next request
    Revoke {
        /// Its name
        name: String,
    },
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    context.block_on(async {
        let installation = Installation::open(&config, &SystemClock).await?;
        let (store, now) = (&*installation.store, SystemClock.now());
        match args.verb {
            Verb::New { name, scopes, expires } => {
                new(store, wanted(&name, &scopes, expires.as_deref(), now)?, now).await
            }
            Verb::List { limit } => Ok(list(&store.tokens(limit).await?, now)),
            Verb::Revoke { name } => revoke(store, &name, now).await,
        }
    })
}

fn wanted(name: &str, scopes: &[String], expires: Option<&str>, now: Time) -> Result<Grant, Failure> {
    let usage = |sentence: String| Failure::new(administrator::TOKEN, sentence).usage();
    let name = TokenName::parse(name).ok_or_else(|| {
        usage(format!("{name:?} is no name: 1 to 64 of A-Z a-z 0-9 - _ . and first a letter or digit"))
    })?;
    let mut believed = Vec::new();
    for word in scopes {
        let scope = Scope::parse(word).ok_or_else(|| {
            let known = Scope::ALL.map(Scope::as_str).join(", ");
            usage(format!("{word:?} is no scope; there are {known}"))
        })?;
        if !believed.contains(&scope) {
            believed.push(scope);
        }
    }
    let expires_at = match expires {
        None => None,
        Some(text) => Some(end(text, now).ok_or_else(|| {
            usage(format!(
                "{text:?} is no life of a token: a number with s, m, h, d or w, from 1s to {LONGEST}"
            ))
        })?),
    };
    Ok(Grant { name, scopes: believed, expires_at })
}

fn end(text: &str, now: Time) -> Option<Time> {
    let (period, longest) = (Period::parse(text)?, Period::parse(LONGEST)?);
    let seconds = i64::try_from(period.0.as_secs()).ok()?;
    (seconds > 0 && period <= longest).then(|| now.plus_seconds(seconds))
}

async fn new(store: &dyn Store, wanted: Grant, now: Time) -> Result<Outcome, Failure> {
    let (name, scopes, expires) = (wanted.name.to_string(), wanted.scopes.clone(), wanted.expires_at);
    let text = grant(store, &mut SystemRandom, wanted, BY, now).await?;
    let text = text.reveal_secret();
    let expires = expires.map(|at| at.to_string());
    Ok(Outcome::new(text, json!({ "token": text, "name": name, "scopes": scopes, "expires": expires })))
}

async fn revoke(store: &dyn Store, name: &str, now: Time) -> Result<Outcome, Failure> {
    let event = AuditEvent::detail(json!({ "by": BY, "token": name }).to_string());
    if !store.revoke_token(name, event, now).await? {
        let sentence =
            format!("no token of the name {name:?} can be revoked: there is none, or it was before");
        return Err(Failure::new(administrator::NO_SUCH_TOKEN, sentence));
    }
    Ok(Outcome::new(format!("{name} revoked"), json!({ "name": name, "result": "revoked" })))
}

fn list(tokens: &[Token], now: Time) -> Outcome {
    let lines: Vec<String> = tokens.iter().map(|token| line(token, now)).collect();
    let text = if lines.is_empty() { "no tokens".to_owned() } else { lines.join("\n") };
    let rows: Vec<Value> = tokens.iter().map(|token| row(token, now)).collect();
    Outcome::new(text, json!({ "tokens": rows }))
}

fn line(token: &Token, now: Time) -> String {
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let until = token.expires_at.map_or_else(|| "without end".to_owned(), |at| format!("until {at}"));
    format!("{}  {:7}  {until}  {}", token.name, token.standing(now).as_str(), scopes.join(" "))
}

fn row(token: &Token, now: Time) -> Value {
    json!({
        "name": token.name,
        "status": token.standing(now).as_str(),
        "scopes": token.scopes,
        "created": token.created_at.to_string(),
        "expires": token.expires_at.map(|at| at.to_string()),
        "revoked": token.revoked_at.map(|at| at.to_string()),
    })
}
