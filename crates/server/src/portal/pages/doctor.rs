//! What will go wrong, with cause and fix; and the settings that the server runs by.

use crate::portal::{Answer, Api, Frame, Problem, Shown, Visit, Words, url};
use askama::Template;
use serde::Deserialize;

/// What was found.
#[derive(Deserialize)]
pub(super) struct Examination {
    pub(super) well: Vec<Well>,
    pub(super) findings: Vec<Finding>,
}

/// What is as it must be.
#[derive(Deserialize)]
pub(super) struct Well {
    pub(super) what: String,
    pub(super) said: String,
}

/// What is not.
#[derive(Deserialize)]
pub(super) struct Finding {
    pub(super) code: String,
    pub(super) sentence: String,
    pub(super) fix: String,
}

#[derive(Deserialize)]
struct Settings {
    settings: Vec<Setting>,
}

/// A setting in force.
#[derive(Deserialize)]
pub(super) struct Setting {
    pub(super) key: String,
    pub(super) value: String,
    origin: String,
}

impl Setting {
    /// Whether somebody chose it.
    fn is_chosen(&self) -> bool {
        self.origin != "default"
    }
}

#[derive(Template)]
#[template(path = "doctor.html")]
struct DoctorPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    examination: Examination,
}

#[derive(Template)]
#[template(path = "settings.html")]
struct SettingsPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    settings: Vec<Setting>,
    all: bool,
}

/// Looks for what will go wrong.
pub(super) async fn examined(api: &Api) -> Result<Examination, Problem> {
    api.get(&url(&["doctor"], &[])).await
}

/// The settings in force.
pub(super) async fn in_force(api: &Api) -> Result<Vec<Setting>, Problem> {
    let Settings { settings } = api.get(&url(&["settings"], &[])).await?;
    Ok(settings)
}

pub(super) fn doctor(visit: Visit) -> Shown {
    Box::pin(async move {
        let examination = examined(visit.api()?).await?;
        Answer::page(&DoctorPage { frame: &visit.frame, w: visit.words, examination })
    })
}

pub(super) fn settings(visit: Visit) -> Shown {
    Box::pin(async move {
        let mut settings = in_force(visit.api()?).await?;
        let all = visit.query("all") == "yes";
        settings.retain(|one| all || one.is_chosen());
        Answer::page(&SettingsPage { frame: &visit.frame, w: visit.words, settings, all })
    })
}

#[cfg(test)]
mod tests {
    use super::{DoctorPage, Examination, Settings, SettingsPage};
    use crate::portal::{Frame, Language};
    use askama::Template as _;

    #[test]
    fn a_finding_has_its_cause_and_fix_and_what_is_well_is_there_too() {
        let told = r#"{
            "well": [{ "what": "settings", "said": "every key is known" }],
            "findings": [{ "code": "CHY-6062", "sentence": "The disk <i>/var</i> is full.", "fix": "Make room.", "page": "x" }]
        }"#;
        let (frame, examination) =
            (Frame::bare(Language::De), serde_json::from_str::<Examination>(told).unwrap());
        let page = DoctorPage { frame: &frame, w: frame.words, examination }.render().unwrap();
        for wanted in ["/docs/errors/CHY-6062", "Make room.", "every key is known", "&#60;i&#62;"] {
            assert!(page.contains(wanted), "{wanted}: {page}");
        }
    }

    #[test]
    fn settings_are_shown_as_the_api_hides_them() {
        let told = r#"{"settings": [
            { "key": "admin.token", "value": "\"(hidden)\"", "origin": "file" },
            { "key": "log.filter", "value": "\"info\"", "origin": "default" }
        ]}"#;
        let (frame, Settings { settings }) = (Frame::bare(Language::En), serde_json::from_str(told).unwrap());
        assert_eq!(settings.iter().filter(|one| one.is_chosen()).count(), 1);
        let page = SettingsPage { frame: &frame, w: frame.words, settings, all: true }.render().unwrap();
        assert!(page.contains("admin.token") && page.contains("(hidden)"), "{page}");
    }
}
