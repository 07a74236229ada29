//! What the API says of one certificate beside its line of a list.

use crate::portal::Words;
use serde::Deserialize;
use serde_json::Value;

/// An object identifier with its usual name.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Purpose {
    pub(super) oid: String,
    pub(super) name: Option<String>,
}

/// Its key.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Key {
    pub(super) kind: String,
    pub(super) bits: usize,
}

/// Another certificate, to go to.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Link {
    pub(super) serial: String,
    pub(super) at: String,
}

/// When it was seen in use, and by whom.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Sighting {
    pub(super) since: String,
    pub(super) by: String,
    /// To the hour.
    pub(super) lately: String,
    pub(super) lately_by: String,
}

/// Why it stands as it does.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Status {
    pub(super) in_use: Option<Sighting>,
    pub(super) because: Vec<Against>,
    pub(super) names: Vec<Named>,
}

/// A rule that speaks against it.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Against {
    pub(super) rule: String,
    pub(super) since: String,
    pub(super) reason: Option<String>,
    pub(super) because: String,
    pub(super) permanent: bool,
}

/// Whom it names.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Named {
    pub(super) kind: String,
    pub(super) key: String,
    pub(super) evidence: String,
    pub(super) directory: String,
    pub(super) read_at: Option<String>,
    pub(super) facts: Option<Vec<Fact>>,
}

/// What a directory says.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Fact {
    pub(super) fact: String,
    pub(super) value: Value,
    pub(super) since: String,
}

impl Fact {
    /// Text as it is, yes and no in words.
    pub(super) fn said(&self, w: &Words) -> String {
        said(w, &self.value)
    }
}

impl Named {
    /// Its page.
    pub(super) fn path(&self) -> String {
        let kind = if self.kind == "user" { "users" } else { "devices" };
        format!("/{kind}/{}", crate::portal::encoded(&self.key))
    }
}

/// What a directory says of something, for people.
pub(in crate::portal::pages) fn said(w: &Words, value: &Value) -> String {
    match value {
        Value::String(text) => w.word("said", text),
        Value::Bool(true) => w.t("said-yes"),
        Value::Bool(false) => w.t("said-no"),
        other => other.to_string(),
    }
}
