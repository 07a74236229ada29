//! A certificate in a list, as the API says it.

use crate::portal::Words;
use serde::Deserialize;

/// What pages show of it in one line.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::portal::pages) struct Row {
    pub(in crate::portal::pages) serial: String,
    pub(in crate::portal::pages) subject: String,
    pub(in crate::portal::pages) names: Vec<String>,
    pub(in crate::portal::pages) status: String,
    pub(in crate::portal::pages) profile: String,
    pub(in crate::portal::pages) endpoint: String,
    pub(in crate::portal::pages) device: Option<String>,
    pub(in crate::portal::pages) user: Option<String>,
    pub(in crate::portal::pages) requested_by: Option<String>,
    pub(in crate::portal::pages) not_after: String,
    pub(in crate::portal::pages) issued_at: String,
}

/// A page of a list.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::portal::pages) struct Listed<T> {
    pub(in crate::portal::pages) items: Vec<T>,
    pub(in crate::portal::pages) next: Option<String>,
}

impl Row {
    /// What people call it: the subject, or else the first alternative name.
    pub(in crate::portal::pages) fn title(&self) -> &str {
        let name = self.names.first().map_or(self.serial.as_str(), String::as_str);
        if self.subject.is_empty() { name } else { &self.subject }
    }

    /// The colour of its status.
    pub(in crate::portal::pages) fn tone(&self) -> &'static str {
        tone(&self.status)
    }

    /// Its status in a word.
    pub(in crate::portal::pages) fn standing(&self, w: &Words) -> String {
        w.word("standing", &self.status)
    }

    /// Whether it is in force, or will be once a hold is over.
    pub(in crate::portal::pages) fn lives(&self) -> bool {
        matches!(self.status.as_str(), "good" | "held")
    }
}

/// The colour of a status.
pub(super) fn tone(status: &str) -> &'static str {
    match status {
        "good" => "good",
        "held" => "warn",
        "revoked" => "bad",
        _ => "",
    }
}
