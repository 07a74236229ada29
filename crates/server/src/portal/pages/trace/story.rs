//! The record of a transaction, put in order for whoever reads it.

use super::{Certificate, Record};
use crate::explanation::Difference;
use crate::portal::record::{Told, lines, plain, what};
use crate::portal::show::{Marked, entry, marked, shown};
use crate::portal::{Step, Words};
use serde_json::{Map, Value};

/// How it ended, or how it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum End {
    Issued,
    Refused,
    Waits,
    Denied,
    Unfinished,
}

/// The two sides of a refusal.
pub(super) struct Sides {
    pub(super) element: String,
    pub(super) expected: Marked,
    pub(super) found: Marked,
    pub(super) rule: String,
    pub(super) row: String,
}

/// What the policy said.
pub(super) struct Verdict {
    /// The rule; empty where none applied.
    pub(super) rule: String,
    pub(super) outcome: String,
    pub(super) facts: Vec<(String, String)>,
}

/// A transaction, told.
pub(super) struct Story {
    pub(super) transaction: String,
    pub(super) end: End,
    pub(super) subject: String,
    pub(super) endpoint: String,
    pub(super) serial: String,
    pub(super) peer: String,
    /// Of a refusal.
    pub(super) code: String,
    pub(super) sentence: &'static str,
    pub(super) fix: &'static str,
    pub(super) why: String,
    /// Who vouched for the request.
    pub(super) vouched: String,
    pub(super) notices: Vec<String>,
    pub(super) approved_by: String,
    pub(super) sides: Option<Sides>,
    /// Why nothing was compared.
    pub(super) not_compared: String,
    pub(super) verdict: Option<Verdict>,
    pub(super) steps: Vec<Step>,
    pub(super) events: Vec<Told>,
}

type Event = Map<String, Value>;

fn text(event: Option<&Event>, name: &str) -> String {
    event.and_then(|event| event.get(name)).map(plain).unwrap_or_default()
}

impl Story {
    pub(super) fn of(record: &Record, certificate: Option<&Certificate>, w: &Words) -> Story {
        let events = &record.events;
        let last = |is: &dyn Fn(&Event) -> bool| events.iter().rev().find(|event| is(event));
        let decided = last(&|event| end(event).is_some());
        let refused = decided.filter(|event| end(event) == Some(End::Refused));
        let reserved = last(&|event| kind(event) == "certificate.reserved");
        let named = |name: &str| text(last(&|event| event.contains_key(name)), name);
        let code = text(refused, "code");
        let advice = entry(&code);
        Story {
            transaction: record.transaction.clone(),
            end: decided.and_then(end).unwrap_or(End::Unfinished),
            subject: shown(&subject(&named("subject"), &named("asked_for"))),
            endpoint: shown(&named("endpoint")),
            serial: record.serial().unwrap_or_default().to_owned(),
            peer: shown(&named("peer")),
            sentence: advice.map_or("", |one| one.sentence),
            fix: advice.map_or("", |one| one.fix),
            why: Told::new("", "", &refused.cloned().into(), w).why,
            vouched: shown(&text(reserved.or(last(&|event| event.contains_key("by"))), "by")),
            notices: lines(&reserved.and_then(|it| it.get("notices")).cloned().into())
                .into_iter()
                .map(|it| it.1)
                .collect(),
            approved_by: shown(&named("approved_by")),
            sides: decided.or(refused).and_then(sides),
            not_compared: text(refused, "not_compared"),
            verdict: last(&|event| event.contains_key("policy")).and_then(verdict),
            steps: steps(events, certificate, w),
            events: events.iter().map(|event| told(event, w)).collect(),
            code,
        }
    }

    /// The list of others that were refused with this code.
    pub(super) fn same_code(&self) -> String {
        crate::portal::pages::enrolments::with_code(&self.code)
    }

    /// The class of the style that goes with the end.
    pub(super) fn tone(&self) -> &'static str {
        match self.end {
            End::Issued => "good",
            End::Refused | End::Denied => "bad",
            End::Waits => "wait",
            End::Unfinished => "warn",
        }
    }

    /// The text that says how it stands.
    pub(super) fn headline(&self) -> &'static str {
        match self.end {
            End::Issued => "trace-issued",
            End::Refused => "trace-refused",
            End::Denied => "trace-denied",
            End::Waits => "trace-waits",
            End::Unfinished => "trace-unfinished",
        }
    }

    /// The text that says what to do where no code does.
    pub(super) fn advice(&self) -> &'static str {
        match self.end {
            End::Issued => "trace-issued-do",
            End::Refused => "trace-refused-do",
            End::Denied => "trace-denied-do",
            End::Waits => "trace-waits-do",
            End::Unfinished => "trace-unfinished-do",
        }
    }
}

fn subject(of_certificate: &str, asked_for: &str) -> String {
    if of_certificate.is_empty() { asked_for } else { of_certificate }.to_owned()
}

fn kind(event: &Event) -> &str {
    event.get("event").and_then(Value::as_str).unwrap_or_default()
}

/// What an event makes of the transaction; nothing for those that decide nothing.
fn end(event: &Event) -> Option<End> {
    match kind(event) {
        "request.refused" => Some(End::Refused),
        "request.held" | "request.approved" => Some(End::Waits),
        "request.denied" | "request.expired" => Some(End::Denied),
        "certificate.reserved" => match event.get("status").and_then(Value::as_str) {
            Some("reserved" | "abandoned") => Some(End::Unfinished),
            _ => Some(End::Issued),
        },
        _ => None,
    }
}

fn sides(event: &Event) -> Option<Sides> {
    let difference: Difference = serde_json::from_value(event.get("difference")?.clone()).ok()?;
    let (expected, found) = marked(&shown(&difference.expected), &shown(&difference.found));
    let (element, rule, row) = (shown(&difference.element), shown(&difference.rule), shown(&difference.row));
    Some(Sides { element, expected, found, rule, row })
}

fn verdict(event: &Event) -> Option<Verdict> {
    let policy = event.get("policy").filter(|value| value.is_object())?;
    let text = |name: &str| shown(&plain(&policy[name]));
    Some(Verdict { rule: text("rule"), outcome: text("outcome"), facts: lines(&policy["facts"]) })
}

fn told(event: &Event, w: &Words) -> Told {
    let at = event.get("at").and_then(Value::as_str).unwrap_or_default();
    Told::new(kind(event), at, &event.clone().into(), w)
}

/// The three calls and what came after. The first two carry no transactionID (RFC 8894 §4): the server remembers them by
/// where they came from, and not those of another run of it.
fn steps(events: &[Event], certificate: Option<&Certificate>, w: &Words) -> Vec<Step> {
    let step = |label: String, at: Option<String>, tone| Step { label, at, tone };
    let before = |name: &str| {
        let mut asked = events.iter().filter_map(|event| event.get("before")?.get(name)?.as_str());
        asked.next().map(str::to_owned)
    };
    let mut steps = vec![
        step(w.t("trace-caps"), before("capabilities"), "wait"),
        step(w.t("trace-ca"), before("ca_certificates"), "wait"),
    ];
    let mut later: Vec<(String, String)> = events
        .iter()
        .filter_map(|event| Some((event.get("at")?.as_str()?.to_owned(), kind(event).to_owned())))
        .collect();
    let of_certificate = certificate.iter().flat_map(|one| &one.history);
    let known: Vec<_> = later.clone();
    let more = of_certificate.map(|entry| (entry.at.clone(), entry.event.clone()));
    later.extend(more.filter(|entry| !known.contains(entry)));
    // Stable: what happened within one second stays in the order of the record.
    later.sort_by(|one, other| one.0.cmp(&other.0));
    steps.extend(
        later
            .into_iter()
            .map(|(at, event)| step(what(&event, w), Some(at), crate::portal::record::tone(&event))),
    );
    steps
}

/// The class of a notification's state.
pub(super) fn notified(state: &str) -> &'static str {
    match state {
        "accepted" => "good",
        "dead" => "bad",
        _ => "wait",
    }
}

/// The text that says what a notification's state means.
pub(super) fn notified_text(state: &str) -> &'static str {
    match state {
        "accepted" => "trace-told",
        "dead" => "trace-told-never",
        _ => "trace-told-pending",
    }
}
