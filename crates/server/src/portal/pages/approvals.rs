//! Requests that wait for somebody's approval.

use crate::portal::record::lines;
use crate::portal::{Answer, Frame, Shown, Visit, Words, url};
use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};

/// What the pages show of a request.
#[derive(Deserialize)]
struct Held {
    id: i64,
    status: String,
    endpoint: String,
    subject: String,
    names: Option<Vec<String>>,
    #[serde(default)]
    transaction: String,
    sentence: String,
    rule: String,
    vouched_by: String,
    created: String,
    expires: String,
    decided_by: Option<String>,
    certificate: Option<String>,
    /// What the policy knew.
    #[serde(default)]
    facts: Value,
}

impl Held {
    fn facts(&self) -> Vec<(String, String)> {
        lines(&self.facts)
    }

    /// The text that says how it stands.
    fn standing(&self) -> &'static str {
        match &*self.status {
            "waiting" => "approvals-waiting",
            "approved" => "approvals-approved",
            "denied" => "approvals-denied",
            _ => "approvals-expired",
        }
    }

    /// The class of the style that goes with it.
    fn tone(&self) -> &'static str {
        match &*self.status {
            "waiting" => "wait",
            "approved" => "good",
            _ => "bad",
        }
    }
}

#[derive(Deserialize)]
struct Waiting {
    approvals: Vec<Held>,
}

#[derive(Template)]
#[template(path = "approvals.html")]
struct List<'a> {
    frame: &'a Frame,
    w: &'static Words,
    waiting: Vec<Held>,
}

#[derive(Template)]
#[template(path = "approval.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    held: Held,
}

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let Waiting { approvals } = visit.api()?.get(&url(&["approvals"], &[])).await?;
        Answer::page(&List { frame: &visit.frame, w: visit.words, waiting: approvals })
    })
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let held = visit.api()?.get(&url(&["approvals", visit.part("id")], &[])).await?;
        Answer::page(&One { frame: &visit.frame, w: visit.words, held })
    })
}

pub(super) fn decide(visit: Visit) -> Shown {
    Box::pin(async move {
        let (id, verb) =
            (visit.part("id"), if visit.field("verdict") == "approve" { "approve" } else { "deny" });
        let held: Held = visit.api()?.post(&url(&["approvals", id, verb], &[]), &json!({})).await?;
        Ok(Answer::See(format!("/approvals/{}?done={verb}", held.id)))
    })
}

#[cfg(test)]
mod tests {
    use super::{Held, List, One};
    use crate::portal::{Answer, Language, Words, markup};
    use serde_json::{Value, json};

    fn held(foreign: &str) -> Held {
        let names = if foreign.len() > 5_000 { Value::Null } else { json!([foreign]) };
        serde_json::from_value(json!({
            "id": 7, "status": "waiting", "endpoint": foreign, "transaction": foreign, "subject": foreign, "names": names,
            "sentence": foreign, "rule": foreign, "vouched_by": foreign, "created": foreign, "expires": foreign,
            "decided_by": foreign, "certificate": foreign, "facts": { "device": { "known": true, foreign: foreign } },
        }))
        .unwrap()
    }

    #[test]
    fn foreign_text_stays_text_and_the_one_who_decides_sees_what_the_policy_knew() {
        for foreign in markup::FOREIGN.iter().map(String::as_str).chain(["CN=pc"]) {
            for language in [Language::En, Language::De] {
                let (frame, w) = (markup::frame(language), Words::of(language));
                let list =
                    markup::page(Answer::page(&List { frame: &frame, w, waiting: vec![held(foreign)] }));
                let one = markup::page(Answer::page(&One { frame: &frame, w, held: held(foreign) }));
                markup::check(&list);
                markup::check(&one);
                for part in ["device.known", "name=\"csrf\" value=\"0123\"", "/approvals/7/decide"] {
                    assert!(one.contains(part), "{part}: {one}");
                }
            }
        }
    }

    #[test]
    fn who_may_only_look_gets_no_button() {
        let mut frame = markup::frame(Language::En);
        frame.visitor.as_mut().unwrap().rights.remove(&crate::tokens::Scope::ApprovalDecide);
        let page = markup::page(Answer::page(&One { frame: &frame, w: frame.words, held: held("CN=pc") }));
        assert!(page.contains("may look and not decide") && !page.contains("verdict"), "{page}");
    }
}
