//! Profiles that somebody has: what is wrong with them, what an edit does, on how many devices.

use super::{Finding, told};
use crate::portal::{Answer, Frame, Shown, Visit, Words, url};
use askama::Template;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Linted {
    shown_name: String,
    platform_name: String,
    endpoint: String,
    findings: Vec<Finding>,
    mended: Option<String>,
}

#[derive(Deserialize)]
struct Compared {
    changes: Vec<Change>,
    enrols_again: bool,
}

#[derive(Deserialize)]
struct Change {
    setting: String,
    before: Value,
    after: Value,
    consequence: String,
    sentence: String,
    source: String,
}

impl Change {
    fn tone(&self) -> &'static str {
        match self.consequence.as_str() {
            "enrols_again" | "new_profile" => "bad",
            "other_devices" => "warn",
            _ => "good",
        }
    }

    fn word(&self, w: &Words) -> String {
        w.t(&format!("profiles-consequence-{}", self.consequence))
    }
}

#[derive(Deserialize)]
struct Reach {
    certificates: Option<u64>,
    devices: Option<u64>,
    unknown: Option<String>,
}

#[derive(Template)]
#[template(path = "profiles-lint.html")]
struct LintPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    linted: Linted,
}

#[derive(Template)]
#[template(path = "profiles-diff.html")]
struct DiffPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    compared: Compared,
    after: &'a str,
    platform: &'a str,
}

#[derive(Template)]
#[template(path = "profiles-reach.html")]
struct ReachPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    reach: Reach,
}

/// What is wrong with the profile of the form.
pub(in crate::portal::pages) fn lint(visit: Visit) -> Shown {
    Box::pin(async move {
        let field = |name| visit.field(name);
        let body = json!({
            "text": field("text"), "name": field("name"), "platform": field("platform"), "endpoint": field("endpoint"),
        });
        let linted = visit.api()?.post(&url(&["mdm", "profiles", "lint"], &[]), &body).await?;
        Answer::page(&LintPage { frame: &visit.frame, w: visit.words, linted })
    })
}

/// What the edit of the form does.
pub(in crate::portal::pages) fn diff(visit: Visit) -> Shown {
    Box::pin(async move {
        let (after, platform) = (visit.field("after"), visit.field("platform"));
        let body = json!({ "before": visit.field("before"), "after": after, "platform": platform });
        let compared = visit.api()?.post(&url(&["mdm", "profiles", "diff"], &[]), &body).await?;
        Answer::page(&DiffPage { frame: &visit.frame, w: visit.words, compared, after, platform })
    })
}

/// On how many devices the profile of the form is.
pub(in crate::portal::pages) fn reach(visit: Visit) -> Shown {
    Box::pin(async move {
        let body = json!({ "text": visit.field("text"), "platform": visit.field("platform") });
        let reach = visit.api()?.post(&url(&["mdm", "profiles", "reach"], &[]), &body).await?;
        Answer::page(&ReachPage { frame: &visit.frame, w: visit.words, reach })
    })
}
