//! The CA's certificate profiles: what each allows, its versions and what differs between two, and the certificate that a request would get.

use super::profiles::told;
use crate::portal::{Answer, Api, Frame, Problem, Shown, Visit, Words, url};
use askama::Template;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

/// The attributes that are asked about first (M35); the others follow as the file has them.
const FIRST: [&str; 11] = [
    "certificate_type",
    "subject_allowed",
    "san_allowed",
    "validity_days",
    "key_storage",
    "key_usage",
    "rsa_sizes",
    "curves",
    "hash",
    "authority",
    "extended_key_usage",
];

#[derive(Deserialize)]
struct Summary {
    name: String,
    display_name: String,
    state: String,
    version: Option<u32>,
}

#[derive(Deserialize)]
struct All {
    profiles: Vec<Summary>,
}

#[derive(Deserialize)]
struct Detail {
    #[serde(flatten)]
    summary: Summary,
    warnings: Vec<String>,
    settings: Option<Map<String, Value>>,
    versions: Vec<Version>,
}

#[derive(Deserialize)]
struct Version {
    version: u32,
    published_at: String,
    published_by: String,
    text_recorded: bool,
}

#[derive(Deserialize)]
struct Text {
    settings: Option<Map<String, Value>>,
}

/// A certificate that would be, or why not.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Preview {
    pub(super) refused: Option<String>,
    pub(super) why: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) subject: Option<String>,
    pub(super) names: Option<Vec<String>>,
    pub(super) key_usage: Option<Vec<String>>,
    pub(super) purposes: Option<Vec<String>>,
    pub(super) not_before: Option<String>,
    pub(super) not_after: Option<String>,
}

/// A setting, and where two versions are compared what it was before.
struct Row {
    name: String,
    before: String,
    value: String,
}

/// Two versions beside each other.
struct Difference {
    from: String,
    to: String,
    rows: Vec<Row>,
}

#[derive(Template)]
#[template(path = "templates.html")]
struct List<'a> {
    frame: &'a Frame,
    w: &'static Words,
    all: All,
}

#[derive(Template)]
#[template(path = "template.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    detail: Detail,
    first: Vec<Row>,
    rest: Vec<Row>,
    difference: Option<Difference>,
}

#[derive(Template)]
#[template(path = "template-preview.html")]
struct PreviewPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    name: &'a str,
    preview: Preview,
}

impl Summary {
    fn tone(&self) -> &'static str {
        if self.state == "published" { "good" } else { "wait" }
    }

    fn word(&self, w: &Words) -> String {
        w.t(if self.state == "published" { "templates-published" } else { "templates-draft" })
    }
}

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let all = visit.api()?.get(&url(&["ca", "profiles"], &[])).await?;
        Answer::page(&List { frame: &visit.frame, w: visit.words, all })
    })
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let (api, name) = (visit.api()?, visit.part("name"));
        let detail: Detail = api.get(&url(&["ca", "profiles", name], &[])).await?;
        let (first, rest) = detail.settings.as_ref().map(parted).unwrap_or_default();
        let (from, to) = (visit.query("from"), visit.query("to"));
        let difference =
            if from.is_empty() || to.is_empty() { None } else { compared(api, name, from, to).await? };
        Answer::page(&One { frame: &visit.frame, w: visit.words, detail, first, rest, difference })
    })
}

pub(super) fn preview(visit: Visit) -> Shown {
    Box::pin(async move {
        let name = visit.part("name");
        let body = json!({ "csr": visit.field("csr") });
        let preview = visit.api()?.post(&url(&["ca", "profiles", name, "preview"], &[]), &body).await?;
        Answer::page(&PreviewPage { frame: &visit.frame, w: visit.words, name, preview })
    })
}

fn row(name: &str, value: &Value) -> Row {
    Row { name: name.to_owned(), before: String::new(), value: told(value) }
}

/// The ten attributes, and the others.
fn parted(settings: &Map<String, Value>) -> (Vec<Row>, Vec<Row>) {
    let first = FIRST.iter().filter_map(|name| Some(row(name, settings.get(*name)?)));
    let others = settings.iter().filter(|(name, _)| !FIRST.contains(&name.as_str()));
    (first.collect(), others.map(|(name, value)| row(name, value)).collect())
}

/// What differs; `None` where the text of one was not kept.
async fn compared(api: &Api, name: &str, from: &str, to: &str) -> Result<Option<Difference>, Problem> {
    let address = |version| url(&["ca", "profiles", name, "versions", version], &[]);
    let (old, new): (Text, Text) = (api.get(&address(from)).await?, api.get(&address(to)).await?);
    let (Some(old), Some(new)) = (old.settings, new.settings) else { return Ok(None) };
    let rows = differing(&old, &new);
    Ok(Some(Difference { from: from.to_owned(), to: to.to_owned(), rows }))
}

fn differing(old: &Map<String, Value>, new: &Map<String, Value>) -> Vec<Row> {
    let names: BTreeSet<&String> = old.keys().chain(new.keys()).collect();
    let text = |side: &Map<String, Value>, name: &str| side.get(name).map_or_else(|| "–".to_owned(), told);
    let differs = names.into_iter().filter(|name| old.get(*name) != new.get(*name));
    differs.map(|name| Row { name: name.clone(), before: text(old, name), value: text(new, name) }).collect()
}

#[cfg(test)]
mod tests {
    use super::{differing, parted};
    use serde_json::json;

    #[test]
    fn m35_the_attributes_that_are_asked_about_come_first_and_none_is_left_out() {
        let settings = ca::profile::Settings::default();
        let settings = serde_json::to_value(settings).unwrap();
        let settings = settings.as_object().unwrap();
        let (first, rest) = parted(settings);
        assert_eq!(first.len(), super::FIRST.len(), "each is a setting");
        assert_eq!(first.len() + rest.len(), settings.len());
    }

    #[test]
    fn only_what_differs_between_two_versions_is_shown() {
        let old = json!({ "hash": "sha256", "validity_days": 365, "gone": 1 });
        let new = json!({ "hash": "sha256", "validity_days": 90, "new": [] });
        let rows = differing(old.as_object().unwrap(), new.as_object().unwrap());
        let told: Vec<_> =
            rows.iter().map(|row| (row.name.as_str(), row.before.as_str(), row.value.as_str())).collect();
        assert_eq!(told, [("gone", "1", "–"), ("new", "–", "–"), ("validity_days", "365", "90")]);
    }
}
