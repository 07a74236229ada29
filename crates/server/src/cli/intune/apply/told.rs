//! A plan and its requests, for people and for programs.

use crate::cli::Outcome;
use crate::cli::profile::told_changes;
use crate::rollout::Office;
use crate::validators::Refusal;
use mdm::graph::Spread;
use mdm::rollout::{GraphRequest, Place, Plan, Step};
use serde_json::{Value, json};
use std::fmt::Write as _;

/// For each step, where certificates would be made again and Intune says of how many.
pub(super) type Spreads = Vec<Option<Spread>>;

pub(super) async fn spreads(office: &Office, plan: &Plan) -> Result<Spreads, Refusal> {
    let mut spreads = Vec::new();
    for step in &plan.steps {
        spreads.push(match &step.target {
            Some(Place::Known(id)) if step.enrols_again() => office.spread(id, step.kind).await?,
            _ => None,
        });
    }
    Ok(spreads)
}

/// On how many devices, for people.
pub(in crate::cli) fn devices(spread: Option<Spread>) -> String {
    spread.map_or_else(
        || "Intune does not say on how many devices.".to_owned(),
        |Spread { certificates, devices }| {
            format!("Intune lists {certificates} live certificates on {devices} devices, told apart by their names.")
        },
    )
}

pub(super) fn plan(plan: &Plan, spreads: &[Option<Spread>]) -> String {
    let mut text = String::new();
    for (at, step) in plan.steps.iter().enumerate() {
        // Writing into a String cannot fail.
        let _ = writeln!(text, "{}. {} \"{}\"", at + 1, step.deed.label(), step.name);
        if !step.changes.is_empty() {
            let changes = told_changes(&step.changes, step.enrols_again());
            let _ = writeln!(text, "   {}", changes.replace('\n', "\n   "));
        }
        if step.enrols_again() {
            let _ = writeln!(text, "   {}", devices(spreads.get(at).copied().flatten()));
        }
    }
    text.trim_end().to_owned()
}

pub(super) fn requests(asked: &[(String, GraphRequest)], all: &Plan, spreads: &[Option<Spread>]) -> Outcome {
    if asked.is_empty() {
        return nothing();
    }
    let mut text = format!("{}\n", plan(all, spreads));
    for (address, request) in asked {
        let body = serde_json::to_string_pretty(&request.body).unwrap_or_default();
        let _ = writeln!(text, "\n{} {address}\n{body}", request.method);
    }
    let one = |(address, request): &(String, GraphRequest)| json!({ "method": request.method, "address": address, "body": request.body });
    let requests: Vec<Value> = asked.iter().map(one).collect();
    let steps = steps(all, spreads);
    Outcome::new(text, json!({ "steps": steps, "requests": requests })).finding(true)
}

pub(super) fn nothing() -> Outcome {
    Outcome::new("nothing to do: the tenant has it all", json!({ "steps": [], "requests": [] }))
}

pub(super) fn done(plan: &Plan) -> Outcome {
    let text = format!("{} steps done", plan.steps.len());
    Outcome::new(text, json!({ "steps": steps(plan, &[]), "done": plan.steps.len() }))
}

/// What was done before something failed.
pub(super) fn so_far(plan: &Plan, done: usize, all: usize) -> String {
    let names = |step: &Step| format!("{} \"{}\"", step.deed.label(), step.name);
    let before: Vec<String> = plan.steps.iter().take(done).map(names).collect();
    let failed = plan.steps.get(done).map(names).unwrap_or_default();
    let before = if before.is_empty() { "nothing".to_owned() } else { before.join(", ") };
    format!(" That was step {} of {all} ({failed}). Done before it: {before}.", done + 1)
}

fn steps(plan: &Plan, spreads: &[Option<Spread>]) -> Vec<Value> {
    let spread = |at: usize| {
        let found = spreads.get(at).copied().flatten();
        found.map(|one| json!({ "certificates": one.certificates, "devices": one.devices }))
    };
    let one = |(at, step): (usize, &Step)| {
        json!({
            "deed": step.deed.label(), "name": step.name, "changes": step.changes,
            "enrols_again": step.enrols_again(), "on": spread(at),
        })
    };
    plan.steps.iter().enumerate().map(one).collect()
}
