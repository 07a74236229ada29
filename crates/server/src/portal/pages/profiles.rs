//! Profiles for the MDM: written out of a purpose and a platform, looked over before anything is downloaded, checked, compared.

mod check;
mod generate;
mod shown;

pub(super) use check::{diff, lint, reach};
pub(super) use generate::{choices, file, review};
pub(super) use shown::{Row, rows, told};

use crate::portal::{Answer, Frame, Shown, Visit, Words, url};
use askama::Template;
use serde::Deserialize;

/// What there is to choose from.
#[derive(Clone, Debug, Default, Deserialize)]
pub(in crate::portal) struct Choices {
    pub(in crate::portal) presets: Vec<Preset>,
    pub(in crate::portal) platforms: Vec<Platform>,
    pub(in crate::portal) endpoints: Vec<Endpoint>,
}

/// A purpose.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::portal) struct Preset {
    pub(in crate::portal) preset: String,
}

/// A kind of device.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::portal) struct Platform {
    pub(in crate::portal) platform: String,
    pub(in crate::portal) name: String,
    pub(in crate::portal) legacy: bool,
}

/// An endpoint and its URLs.
#[derive(Clone, Debug, Deserialize)]
pub(in crate::portal) struct Endpoint {
    pub(in crate::portal) endpoint: String,
    pub(in crate::portal) urls: Vec<String>,
}

/// What the linter found.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Finding {
    code: String,
    severity: String,
    setting: String,
    sentence: String,
    fix: String,
    source: String,
}

impl Finding {
    /// The pill's class.
    fn tone(&self) -> &'static str {
        match self.severity.as_str() {
            "error" => "bad",
            "warning" => "warn",
            _ => "wait",
        }
    }

    /// The severity's word in the page's language.
    fn word(&self, w: &Words) -> String {
        w.t(&format!("profiles-severity-{}", self.severity))
    }
}

/// A macro of the templates asks for this.
fn preset_name(w: &Words, preset: &str) -> String {
    w.t(&format!("preset-{preset}"))
}

#[derive(Template)]
#[template(path = "profiles.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    choices: Choices,
}

/// All that can be done with profiles.
pub(super) fn page(visit: Visit) -> Shown {
    Box::pin(async move {
        let choices = visit.api()?.get(&url(&["mdm", "choices"], &[])).await?;
        Answer::page(&Page { frame: &visit.frame, w: visit.words, choices })
    })
}
