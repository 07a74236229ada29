//! Every enrolment, whatever became of it, the newest first.

use crate::portal::{Answer, Frame, Listing, Problem, Shown, Visit, Words, address, encoded};
use askama::Template;
use serde::Deserialize;

/// An enrolment, as the API lists it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Row {
    pub(super) at: String,
    pub(super) transaction: Option<String>,
    pub(super) endpoint: Option<String>,
    pub(super) outcome: String,
    pub(super) code: Option<String>,
    pub(super) why: Option<String>,
    pub(super) peer: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) device: Option<String>,
    pub(super) user: Option<String>,
    pub(super) serial: Option<String>,
}

/// A page of a list.
#[derive(Debug, Deserialize)]
pub(super) struct Listed<T> {
    pub(super) items: Vec<T>,
    pub(super) next: Option<String>,
}

#[derive(Template)]
#[template(path = "enrolments.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    listing: Listing,
    rows: Vec<Row>,
    next: String,
}

/// What the list can be filtered by, in the API's words.
const FILTERS: &[&str] = &["q", "outcome", "code", "endpoint"];

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let listing = Listing::of(&visit, "/enrolments", FILTERS);
        let listed = visit.api()?.get(&listing.api(&["enrolments"])).await?;
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
    Answer::page(&Page { frame, w, listing, rows: listed.items, next })
}

impl Row {
    /// The class of the style that goes with the outcome.
    pub(super) fn tone(&self) -> &'static str {
        match &*self.outcome {
            "issued" => "good",
            "refused" => "bad",
            _ => "wait",
        }
    }

    /// The text that says the outcome.
    pub(super) fn word(&self) -> &'static str {
        match &*self.outcome {
            "issued" => "enrolments-issued",
            "refused" => "enrolments-refused",
            _ => "enrolments-held",
        }
    }

    /// Who asked, by the best name there is.
    pub(super) fn who(&self) -> String {
        let names = [&self.subject, &self.device, &self.transaction, &self.peer];
        let name = names.into_iter().flatten().find(|name| !name.is_empty());
        name.map_or_else(|| "–".to_owned(), |name| crate::portal::shown(name))
    }

    /// The page of its trace; empty where the message never named a transaction.
    pub(super) fn link(&self) -> String {
        let id = self.transaction.as_ref().filter(|id| !id.is_empty());
        id.map_or_else(String::new, |id| format!("/enrolments/{}", encoded(id)))
    }

    /// The reason in a few words: the code's sentence, and where it has none the record's own.
    pub(super) fn reason(&self) -> String {
        let known = self.code.as_deref().and_then(crate::portal::show::entry);
        let own = || self.why.as_deref().map(crate::portal::record::sentence).unwrap_or_default();
        known.map_or_else(own, |entry| entry.sentence.to_owned())
    }
}

/// The list of what was refused with this code.
pub(in crate::portal) fn with_code(code: &str) -> String {
    address("/enrolments", &[("outcome", "refused"), ("code", code)])
}

#[cfg(test)]
mod tests {
    use super::{FILTERS, Listed, Listing, Row, rendered, with_code};
    use crate::portal::{Language, Words, markup};

    fn page(rows: Vec<Row>, next: Option<String>, query: &[(&str, &str)]) -> String {
        let (frame, w) = (markup::frame(Language::En), Words::of(Language::En));
        let listing = Listing::made("/enrolments", FILTERS, query);
        markup::page(rendered(&frame, w, listing, Listed { items: rows, next }))
    }

    #[test]
    fn an_empty_list_says_what_to_do() {
        let none = page(Vec::new(), None, &[]);
        assert!(none.contains("No device has asked yet"), "{none}");
        let filtered = page(Vec::new(), None, &[("code", "CHY-3004")]);
        assert!(
            filtered.contains("Nothing matches") && filtered.contains("href=\"/enrolments\""),
            "{filtered}"
        );
    }

    #[test]
    fn foreign_text_stays_text_and_filters_stay_on_the_next_page() {
        for foreign in markup::FOREIGN.iter() {
            let text = Some(foreign.to_string());
            let row = Row {
                at: foreign.to_string(),
                transaction: text.clone(),
                endpoint: text.clone(),
                outcome: foreign.to_string(),
                code: text.clone(),
                why: text.clone(),
                peer: text.clone(),
                subject: text.clone(),
                device: text.clone(),
                user: text.clone(),
                serial: text,
            };
            let bare = Row { subject: None, device: None, ..row.clone() };
            let shown =
                page(vec![row, bare], Some(foreign.to_string()), &[("code", foreign), ("q", foreign)]);
            markup::check(&shown);
        }
        let next = page(vec![Row::default()], Some("abc".into()), &[("endpoint", "a&b")]);
        assert!(next.contains("href=\"/enrolments?endpoint=a%26b&#38;cursor=abc\""), "{next}");
        assert_eq!(with_code("CHY-3004"), "/enrolments?outcome=refused&code=CHY-3004");
    }
}
