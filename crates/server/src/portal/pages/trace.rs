//! One transaction from beginning to end: what came, what it was compared with, who decided what, and what to do now.

mod story;
#[cfg(test)]
mod tests;

use crate::portal::{Answer, Frame, Part, Problem, Shown, Visit, Waterfall, Words, url};
use crate::tokens::Scope;
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value};
use story::{End, Story};

/// What the API has of a transaction. The events have whatever members their audit rows have.
#[derive(Default, Deserialize)]
pub(super) struct Record {
    pub(super) transaction: String,
    pub(super) events: Vec<Map<String, Value>>,
}

/// What the page takes from the certificate.
#[derive(Clone, Deserialize)]
pub(super) struct Certificate {
    #[serde(default)]
    pub(super) device: Option<String>,
    #[serde(default)]
    pub(super) user: Option<String>,
    #[serde(default)]
    pub(super) notification: Option<String>,
    #[serde(default)]
    pub(super) history: Vec<crate::portal::record::Entry>,
}

#[derive(Template)]
#[template(path = "trace.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    story: Story,
    certificate: Part<Certificate>,
    picture: String,
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let record: Record = visit.api()?.get(&url(&["enrolments", visit.part("transaction")], &[])).await?;
        let certificate = match record.serial() {
            Some(serial) => Part::of(&visit, Scope::CertRead, &url(&["certificates", serial], &[])).await,
            None => Part::Withheld,
        };
        rendered(&visit.frame, visit.words, &record, certificate)
    })
}

fn rendered(
    frame: &Frame,
    w: &'static Words,
    record: &Record,
    certificate: Part<Certificate>,
) -> Result<Answer, Problem> {
    let story = Story::of(record, certificate.told(), w);
    let title = w.t("trace-picture");
    let picture = Waterfall { id: "trace", title, steps: &story.steps, w }.render().unwrap_or_default();
    Answer::page(&Page { frame, w, story, certificate, picture })
}

impl Record {
    /// The serial number of the certificate that came of it.
    pub(super) fn serial(&self) -> Option<&str> {
        self.events.iter().rev().find_map(|event| event.get("serial")?.as_str())
    }
}
