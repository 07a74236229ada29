//! Devices that began and never sent a request, with what may be the cause: what no device tells anybody.

use super::enrolments::Listed;
use crate::portal::{Answer, Bars, Frame, Listing, Point, Problem, Shown, Visit, Words};
use askama::Template;
use serde::Deserialize;

/// Conversations of one peer that stopped at the same point.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Row {
    endpoint: String,
    address: String,
    user_agent: String,
    reason: String,
    conversations: u64,
    first: String,
    last: String,
    causes: Vec<Cause>,
}

/// What may be the cause.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
struct Cause {
    sentence: String,
    fix: String,
}

#[derive(Template)]
#[template(path = "stalled.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    listing: Listing,
    rows: Vec<Row>,
    next: String,
    picture: String,
}

/// How far a conversation came, in the API's words and as texts.
const REASONS: [(&str, &str); 3] = [
    ("capabilities_only", "stalled-capabilities"),
    ("ca_certificate_refused", "stalled-refused"),
    ("no_request", "stalled-no-request"),
];

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let listing = Listing::of(&visit, "/stalled", &["endpoint"]);
        let listed = visit.api()?.get(&listing.api(&["stalled"])).await?;
        rendered(&visit.frame, visit.words, listing, listed)
    })
}

fn rendered(
    frame: &Frame,
    w: &'static Words,
    listing: Listing,
    listed: Listed<Row>,
) -> Result<Answer, Problem> {
    let next = listing.next(listed.next.as_ref());
    let rows = listed.items;
    let steps = REASONS.map(|(reason, text)| {
        let of_it = rows.iter().filter(|row| row.reason == reason);
        let count = of_it.fold(0_u64, |sum, row| sum.saturating_add(row.conversations));
        Point { tone: "warn", ..Point::new(w.t(text), count) }
    });
    let picture =
        Bars { id: "where", title: w.t("stalled-where"), points: &steps, w }.render().unwrap_or_default();
    Answer::page(&Page { frame, w, listing, rows, next, picture })
}

impl Row {
    /// How far it came; a word of the API's that has no text is told as it is.
    fn stopped(&self, w: &Words) -> String {
        let known = REASONS.iter().find(|(reason, _)| *reason == self.reason);
        known.map_or_else(|| crate::portal::shown(&self.reason), |(_, text)| w.t(text))
    }
}

#[cfg(test)]
mod tests {
    use super::{Listing, rendered};
    use crate::portal::{Language, Words, markup};
    use serde_json::{Value, json};

    fn page(language: Language, listed: Value) -> String {
        let (frame, w) = (markup::frame(language), Words::of(language));
        let listing = Listing::made("/stalled", &["endpoint"], &[]);
        let page = markup::page(rendered(&frame, w, listing, serde_json::from_value(listed).unwrap()));
        markup::check(&page);
        page
    }

    #[test]
    fn nobody_who_stopped_is_said() {
        let none = json!({ "items": [], "next": null });
        assert!(page(Language::En, none.clone()).contains("Every device that began"));
        page(Language::De, none);
    }

    #[test]
    fn causes_stand_in_their_order_each_with_what_to_do() {
        for foreign in markup::FOREIGN.iter().map(String::as_str).chain(["NDES client"]) {
            let causes = json!([{ "cause": "other_root", "sentence": "Another root.", "fix": "Compare thumbprints." }, { "cause": foreign, "sentence": "A busy TPM.", "fix": foreign }]);
            let row = json!({ "endpoint": foreign, "address": foreign, "user_agent": foreign, "reason": "no_request", "conversations": 12,
                              "first": "2026-11-29T10:00:00Z", "last": foreign, "causes": causes });
            let odd = json!({ "reason": foreign, "conversations": u64::MAX });
            let text = page(Language::En, json!({ "items": [row, odd], "next": "n" }));
            let (first, second) = (text.find("Another root.").unwrap(), text.find("A busy TPM.").unwrap());
            assert!(
                first < second && text.contains("Compare thumbprints.") && text.contains("/stalled?cursor=n"),
                "{text}"
            );
        }
    }
}
