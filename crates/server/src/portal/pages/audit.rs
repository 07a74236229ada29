//! What was done, by whom and why: the audit, a row for each decision, and of it what needs a look.

use super::enrolments::Listed;
use crate::portal::record::{Entry, Told};
use crate::portal::{Answer, Frame, Listing, Problem, Shown, Visit, Words};
use askama::Template;

/// A row with its words.
struct Row {
    entry: Entry,
    told: Told,
}

#[derive(Template)]
#[template(path = "audit.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    listing: Listing,
    rows: Vec<Row>,
    next: String,
    /// The events to choose from, each with its words.
    events: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "events.html")]
struct Events<'a> {
    frame: &'a Frame,
    w: &'static Words,
    listing: Listing,
    rows: Vec<Row>,
    next: String,
    /// The events to choose from, each with its words.
    events: Vec<(&'static str, String)>,
}

/// What the audit can be filtered by, in the API's words.
const FILTERS: &[&str] = &["q", "event", "certificate"];

/// The kinds of rows that are offered; any other can be written into the address.
const KINDS: &[&str] = &[
    "certificate.reserved",
    "certificate.issued",
    "certificate.abandoned",
    "certificate.revoked",
    "certificate.held",
    "certificate.released",
    "certificate.bound",
    "certificate.seen",
    "request.refused",
    "request.held",
    "request.approved",
    "request.denied",
    "request.expired",
    "request.asked",
    "enrolment.stalled",
    "challenge.made",
    "profile.published",
    "token.created",
    "token.revoked",
    "token.refused",
    "person.added",
    "person.refused",
    "person.changed",
    "person.link_made",
    "session.opened",
    "session.ended",
    "sign_in.locked",
    "credential.added",
    "credential.removed",
    "webhook.added",
    "webhook.removed",
    "webhook.tested",
];

/// Of these, what somebody should look at.
const TROUBLES: &[&str] = &[
    "request.refused",
    "request.denied",
    "request.expired",
    "certificate.abandoned",
    "token.refused",
    "person.refused",
    "sign_in.locked",
    "enrolment.stalled",
];

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let listing = Listing::of(&visit, "/audit", FILTERS);
        let listed = visit.api()?.get(&listing.api(&["audit"])).await?;
        rendered(&visit.frame, visit.words, listing, listed)
    })
}

fn rendered(
    frame: &Frame,
    w: &'static Words,
    listing: Listing,
    listed: Listed<Entry>,
) -> Result<Answer, Problem> {
    let next = listing.next(listed.next.as_ref());
    let (rows, events) = (told(listed.items, w), named(KINDS, w));
    Answer::page(&Page { frame, w, listing, rows, next, events })
}

/// The troubles of the audit: of one kind, which the address names, or else refusals.
pub(super) fn troubles(visit: Visit) -> Shown {
    Box::pin(async move {
        let listing = Listing::of(&visit, "/events", &["q", "event"]);
        let listing = listing.or("event", TROUBLES);
        let listed = visit.api()?.get(&listing.api(&["audit"])).await?;
        troubled(&visit.frame, visit.words, listing, listed)
    })
}

fn troubled(
    frame: &Frame,
    w: &'static Words,
    listing: Listing,
    listed: Listed<Entry>,
) -> Result<Answer, Problem> {
    let next = listing.next(listed.next.as_ref());
    let (rows, events) = (told(listed.items, w), named(TROUBLES, w));
    Answer::page(&Events { frame, w, listing, rows, next, events })
}

fn told(entries: Vec<Entry>, w: &Words) -> Vec<Row> {
    entries.into_iter().map(|entry| Row { told: Told::of(&entry, w), entry }).collect()
}

fn named(kinds: &[&'static str], w: &Words) -> Vec<(&'static str, String)> {
    kinds.iter().map(|kind| (*kind, crate::portal::record::what(kind, w))).collect()
}

#[cfg(test)]
mod tests {
    use super::{FILTERS, KINDS, Listed, Listing, TROUBLES, named, rendered, troubled};
    use crate::portal::{Language, Words, markup};
    use serde_json::{Value, json};

    fn both(items: Value, query: &[(&str, &str)]) -> [String; 2] {
        [Language::En, Language::De].map(|language| {
            let (frame, w) = (markup::frame(language), Words::of(language));
            let listed =
                || Listed { items: serde_json::from_value(items.clone()).unwrap(), next: Some("n".into()) };
            let page = markup::page(rendered(&frame, w, Listing::made("/audit", FILTERS, query), listed()));
            markup::check(&page);
            let events =
                markup::page(troubled(&frame, w, Listing::made("/events", FILTERS, query), listed()));
            markup::check(&events);
            page + &events
        })
    }

    #[test]
    fn each_kind_of_row_has_its_words() {
        for language in [Language::En, Language::De] {
            let all = named(KINDS, Words::of(language));
            assert!(all.iter().all(|(kind, text)| kind != text), "{all:?}");
        }
        assert!(TROUBLES.iter().all(|one| KINDS.contains(one)));
    }

    #[test]
    fn a_row_leads_to_what_it_is_about() {
        let detail = json!({ "code": "CHY-3004", "why": "spent", "transaction": "T 1", "peer": "::1" });
        let row = json!({ "sequence": 7, "at": "2026-11-29T10:00:00Z", "event": "request.refused", "certificate": "0A", "detail": detail, "hash": "aa" });
        for page in both(json!([row]), &[]) {
            for link in ["/certificates/0A", "/enrolments/T%201", "/docs/errors/CHY-3004"] {
                assert!(page.contains(link), "{link}: {page}");
            }
        }
    }

    #[test]
    fn m148_a_refusal_names_the_device_and_the_attribute() {
        let difference = json!({ "element": "subject, RDN 2", "expected": "OU=Devices", "found": "OU=Servers", "rule": "r", "row": "M58" });
        let detail = json!({ "code": "CHY-3109", "why": "w", "subject": "CN=pc-17", "device": "7f3e", "difference": difference });
        let row = json!({ "sequence": 7, "at": "", "event": "request.refused", "certificate": null, "detail": detail });
        let (frame, w) = (markup::frame(Language::En), Words::of(Language::En));
        let listed = Listed { items: serde_json::from_value(json!([row])).unwrap(), next: None };
        let page = markup::page(troubled(&frame, w, Listing::made("/events", FILTERS, &[]), listed));
        for text in
            ["CN=pc-17", "7f3e", "subject, RDN 2", "OU=Devices", "OU=Servers", "/docs/errors/CHY-3109"]
        {
            assert!(page.contains(text), "{text}: {page}");
        }
    }

    #[test]
    fn foreign_text_stays_text() {
        for foreign in markup::FOREIGN.iter() {
            let difference = json!({ "element": foreign, "expected": foreign, "found": foreign });
            let detail = json!({
                "code": foreign, "why": foreign, "by": foreign, "transaction": foreign, "subject": foreign, "device": foreign,
                "difference": difference, foreign.as_str(): [foreign],
            });
            let row = json!({ "sequence": 7, "at": foreign, "event": foreign, "certificate": foreign, "detail": detail, "hash": foreign });
            both(json!([row]), &[("event", foreign), ("q", foreign)]);
            both(
                json!([{ "sequence": 1, "at": "", "event": "a.b", "certificate": null, "detail": foreign }]),
                &[],
            );
        }
        assert!(both(json!([]), &[])[0].contains("href=\"/audit?cursor=n\""));
    }
}
