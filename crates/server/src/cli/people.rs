//! `chancery people invite|list|role|lock|unlock`: beside a running server, and for whoever has locked themselves out of it.

use super::{Context, Failure, Outcome};
use crate::clock::{Clock, SystemClock};
use crate::explanation::people;
use crate::http::ApiProblem;
use crate::installation::Installation;
use crate::keys::SystemRandom;
use crate::people::{Changed, Invited, RequestLimits, Role, add, base, change, find, link};
use crate::store::{AuditEvent, Person, PersonId, Store};
use clap::Subcommand;
use pki::Time;
use serde_json::{Value, json};

const BY: &str = "command line";

/// Say who may use the portal, and what they may do there
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Print a link by which somebody comes in; it works once, for an hour. For somebody who is there already, a new one
    Invite {
        /// What they sign in with, such as an e-mail address
        login: String,
        /// What they are called [default: the login]
        #[arg(long)]
        name: Option<String>,
        /// owner, operator, helpdesk, auditor or requester
        #[arg(long, default_value = "auditor")]
        role: String,
        /// A certificate profile that a requester may ask for; may be repeated
        #[arg(long = "profile", value_name = "NAME")]
        profiles: Vec<String>,
        /// A pattern of names that a requester may ask for, such as *.lab.example.com; may be repeated
        #[arg(long = "allow", value_name = "PATTERN")]
        names: Vec<String>,
    },
    /// Everybody, and what they may do
    List,
    /// Give somebody another role; their sessions end
    Role {
        /// Login or number
        who: String,
        /// owner, operator, helpdesk, auditor or requester
        role: String,
    },
    /// Lock somebody out; their sessions end, and their tokens are refused
    Lock {
        /// Login or number
        who: String,
    },
    /// Let somebody in again
    Unlock {
        /// Login or number
        who: String,
    },
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    context.block_on(async {
        let installation = Installation::open(&config, &SystemClock).await?;
        let (store, now) = (&*installation.store, SystemClock.now());
        let base = base(&config, config.listen.admin.port());
        match args.verb {
            Verb::Invite { login, name, role, profiles, names } => {
                let limits = RequestLimits { profiles, names };
                invite(store, Invited { login, name, role, limits }, &base, now).await
            }
            Verb::List => list(store).await,
            Verb::Role { who, role } => {
                changed(store, &who, Changed { role: Some(role), ..Changed::default() }, now).await
            }
            Verb::Lock { who } => {
                changed(store, &who, Changed { locked: Some(true), ..Changed::default() }, now).await
            }
            Verb::Unlock { who } => {
                changed(store, &who, Changed { locked: Some(false), ..Changed::default() }, now).await
            }
        }
    })
}

/// The API's refusal in the words of the command line.
fn told(problem: ApiProblem) -> Failure {
    Failure::new(problem.code, problem.sentence)
}

async fn invite(store: &dyn Store, new: Invited, base: &str, now: Time) -> Result<Outcome, Failure> {
    let known = find(store, &new.login).await?;
    let (id, again) = match known {
        Some(person) => {
            let detail = json!({ "by": BY, "login": person.login.as_str() });
            store.append_audit(AuditEvent::new("person.link_made", detail.to_string()), now).await?;
            (person.id, true)
        }
        None => (add(store, new, BY, now).await.map_err(told)?, false),
    };
    let person = store.person(id).await?.ok_or_else(|| told(ApiProblem::new(404, people::NO_PERSON)))?;
    let made =
        link(store, Some(id), base, now, &mut SystemRandom).await.map_err(|failure| match failure {
            crate::people::NoLink::Store(error) => error.into(),
            crate::people::NoLink::Random(_) => {
                Failure::new(crate::explanation::ours::RANDOM, "no randomness".to_owned())
            }
        })?;
    let url = made.url.reveal_secret();
    let first = if again { "has the role" } else { "was added with the role" };
    let text = format!(
        "{} {first} {}.\nThis works once, until {}:\n{url}",
        person.login, person.role, made.expires_at
    );
    Ok(Outcome::new(
        text,
        json!({ "person": row(&person), "link": url, "expires": made.expires_at.to_string() }),
    ))
}

async fn changed(store: &dyn Store, who: &str, wanted: Changed, now: Time) -> Result<Outcome, Failure> {
    let nobody = || Failure::new(people::NO_PERSON, format!("there is no person {who:?}"));
    let person = find(store, who).await?.ok_or_else(nobody)?;
    change(store, person.id, wanted, BY, now).await.map_err(told)?;
    let person = store.person(person.id).await?.ok_or_else(nobody)?;
    Ok(Outcome::new(line(&person), row(&person)))
}

async fn list(store: &dyn Store) -> Result<Outcome, Failure> {
    let mut all: Vec<Person> = Vec::new();
    loop {
        let after = all.last().map_or(PersonId(0), |last| last.id);
        let page = store.people(after, 200).await?;
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    let lines: Vec<String> = all.iter().map(line).collect();
    let text = if lines.is_empty() { "nobody".to_owned() } else { lines.join("\n") };
    let rows: Vec<Value> = all.iter().map(row).collect();
    Ok(Outcome::new(text, json!({ "people": rows })))
}

fn line(person: &Person) -> String {
    let state = if person.locked_at.is_some() { "  locked out" } else { "" };
    let limits = if person.role == Role::Requester {
        format!("  profiles {:?}, names {:?}", person.limits.profiles, person.limits.names)
    } else {
        String::new()
    };
    format!("{}  {:9}  {}{limits}{state}", person.login, person.role.as_str(), person.name)
}

fn row(person: &Person) -> Value {
    json!({
        "id": person.id.0,
        "login": person.login.as_str(),
        "name": person.name,
        "role": person.role,
        "limits": person.limits,
        "issuer": person.elsewhere.as_ref().map(|one| &one.issuer),
        "locked": person.locked_at.map(|at| at.to_string()),
        "created": person.created_at.to_string(),
    })
}
