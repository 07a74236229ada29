//! The rules of the policy: in order, tried on a request, replayed on those of the past.

use super::profiles::{self, told};
use super::templates::Preview;
use crate::portal::{Answer, Frame, Shown, Visit, Words, url};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
struct Rules {
    rules: Vec<Rule>,
    text: String,
}

#[derive(Deserialize)]
struct Rule {
    rule: String,
    outcome: String,
    sentence: Option<String>,
    when: Map<String, Value>,
}

#[derive(Deserialize)]
struct Verdict {
    decision: String,
    rule: Option<String>,
    because: String,
    tried: Vec<Tried>,
    facts: Value,
    #[serde(default)]
    certificate: Option<Preview>,
}

#[derive(Deserialize)]
struct Tried {
    rule: String,
    matched: bool,
    conditions: Vec<Condition>,
}

#[derive(Deserialize)]
struct Condition {
    fact: String,
    expected: String,
    found: String,
    holds: Option<bool>,
}

#[derive(Deserialize)]
struct Replayed {
    asked: u64,
    skipped: u64,
    differing: u64,
    changed: Vec<Changed>,
}

#[derive(Deserialize)]
struct Changed {
    at: String,
    subject: String,
    was: String,
    was_by: Option<String>,
    is: String,
    why: String,
}

/// The pill of an outcome.
fn tone(outcome: &str) -> &'static str {
    match outcome {
        "refuse" => "bad",
        "ask" => "wait",
        _ => "good",
    }
}

/// An outcome in the page's language.
fn outcome(w: &Words, outcome: &str) -> String {
    match outcome.split_once(' ') {
        Some((_, profile)) => w.x("policies-use-profile", profile),
        None => w.t(&format!("policies-{outcome}")),
    }
}

#[derive(Template)]
#[template(path = "policies.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    rules: Rules,
    endpoints: Vec<profiles::Endpoint>,
    transaction: &'a str,
}

#[derive(Template)]
#[template(path = "policy-test.html")]
struct TestPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    verdict: Verdict,
    facts: String,
}

#[derive(Template)]
#[template(path = "policy-replay.html")]
struct ReplayPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    replayed: Replayed,
}

impl Rule {
    /// Conditions, each as the file writes it.
    fn conditions(&self) -> Vec<(&String, String)> {
        self.when.iter().map(|(name, value)| (name, told(value))).collect()
    }
}

impl Condition {
    fn tone(&self) -> &'static str {
        match self.holds {
            Some(true) => "good",
            Some(false) => "bad",
            None => "warn",
        }
    }

    fn word(&self, w: &Words) -> String {
        w.t(match self.holds {
            Some(true) => "policies-holds",
            Some(false) => "policies-holds-not",
            None => "policies-unknown",
        })
    }
}

pub(super) fn page(visit: Visit) -> Shown {
    Box::pin(async move {
        let api = visit.api()?;
        let rules = api.get(&url(&["policy"], &[])).await?;
        let endpoints = profiles::choices(api).await?.endpoints;
        let transaction = visit.query("transaction");
        Answer::page(&Page { frame: &visit.frame, w: visit.words, rules, endpoints, transaction })
    })
}

pub(super) fn test(visit: Visit) -> Shown {
    Box::pin(async move {
        let field = |name| visit.field(name).trim();
        // A past request has its own facts: what else stands in the form does not count.
        let body = if field("transaction").is_empty() {
            json!({
                "csr": field("csr"), "endpoint": field("endpoint"), "renewal": field("renewal") == "yes",
                "rules": field("rules"),
            })
        } else {
            json!({ "transaction": field("transaction"), "rules": field("rules") })
        };
        let verdict: Verdict = visit.api()?.post(&url(&["policy", "test"], &[]), &body).await?;
        let facts = serde_json::to_string_pretty(&verdict.facts).unwrap_or_default();
        Answer::page(&TestPage { frame: &visit.frame, w: visit.words, verdict, facts })
    })
}

pub(super) fn replay(visit: Visit) -> Shown {
    Box::pin(async move {
        let days: Option<u16> = visit.field("days").trim().parse().ok();
        let body = json!({ "rules": visit.field("rules"), "days": days });
        let replayed = visit.api()?.post(&url(&["policy", "replay"], &[]), &body).await?;
        Answer::page(&ReplayPage { frame: &visit.frame, w: visit.words, replayed })
    })
}
