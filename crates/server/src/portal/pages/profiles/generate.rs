//! A purpose and platforms become profiles to be looked over, and then files. Nothing is kept: the address of a page says all.

use super::{Choices, Finding, Row, rows};
use crate::portal::{Answer, Api, Frame, Problem, Shown, Visit, Words, encoded, url};
use askama::Template;
use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// More platforms than there are make no page.
const MOST: usize = 16;

/// A profile as the API gives it.
#[derive(Deserialize)]
struct Profile {
    shown_name: String,
    platform: String,
    platform_name: String,
    settings: Map<String, Value>,
    toml: String,
    findings: Vec<Finding>,
    steps: Vec<Step>,
    files: Vec<File>,
}

#[derive(Deserialize)]
struct Step {
    page: String,
    field: String,
    value: String,
}

#[derive(Deserialize)]
struct File {
    form: String,
    file_name: String,
    text: String,
}

/// A profile on its page.
struct Card {
    profile: Profile,
    rows: Vec<Row>,
    /// The address of its files, but for the form.
    files: String,
}

/// A platform for which there is none.
struct Refused {
    platform: String,
    problem: Problem,
}

#[derive(Template)]
#[template(path = "profiles-review.html")]
struct Page<'a> {
    frame: &'a Frame,
    w: &'static Words,
    preset: String,
    cards: Vec<Card>,
    refused: Vec<Refused>,
}

/// What an address asks for.
struct Wish<'a> {
    visit: &'a Visit,
}

impl Wish<'_> {
    /// For the API. Fields that are empty are the preset's.
    fn body(&self, platform: &str) -> Result<Value, Problem> {
        let visit = self.visit;
        let urls: Vec<&str> = visit.query("url").split_whitespace().collect();
        let mut changes = Map::new();
        let shown_name = visit.query("display_name");
        if !shown_name.is_empty() {
            changes.insert("display_name".into(), shown_name.into());
        }
        for (field, setting) in [("key_size", "key_size"), ("threshold", "renewal_threshold")] {
            if let Some(number) = self.number(field)? {
                changes.insert(setting.into(), number.into());
            }
        }
        if let Some(months) = self.number("months")? {
            let validity =
                if months % 12 == 0 { json!({ "years": months / 12 }) } else { json!({ "months": months }) };
            changes.insert("validity".into(), validity);
        }
        Ok(json!({
            "preset": visit.query("preset"), "platform": platform, "endpoint": visit.query("endpoint"),
            "root_name": visit.query("root_name"), "urls": urls, "legacy": visit.query("legacy") == "yes",
            "changes": changes,
        }))
    }

    fn number(&self, field: &str) -> Result<Option<u32>, Problem> {
        let text = self.visit.query(field).trim();
        let wrong = || Problem {
            status: 400,
            title: self.visit.words.x("profiles-no-number", text),
            ..Problem::not_found()
        };
        if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(|_| wrong()) }
    }

    /// The same wish for one platform, as an address.
    fn address(&self, platform: &str) -> String {
        let kept = [
            "preset",
            "endpoint",
            "root_name",
            "url",
            "legacy",
            "display_name",
            "months",
            "key_size",
            "threshold",
        ];
        let pairs = kept.iter().map(|name| (*name, self.visit.query(name))).chain([("platform", platform)]);
        let pairs: Vec<String> = pairs
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        pairs.join("&")
    }

    async fn made(&self, api: &Api, platform: &str) -> Result<Profile, Problem> {
        api.post(&url(&["mdm", "profiles", "generate"], &[]), &self.body(platform)?).await
    }
}

/// Profiles to be looked over, one for each platform that was ticked.
pub(in crate::portal::pages) fn review(visit: Visit) -> Shown {
    Box::pin(async move {
        let api = visit.api()?;
        let wish = Wish { visit: &visit };
        let mut platforms: Vec<String> =
            visit.queries("platform").take(MOST).map(ToOwned::to_owned).collect();
        platforms.dedup();
        let (mut cards, mut refused) = (Vec::new(), Vec::new());
        for platform in platforms {
            match wish.made(api, &platform).await {
                Ok(profile) => {
                    let rows = rows(visit.words, &profile.settings);
                    cards.push(Card { rows, files: wish.address(&platform), profile });
                }
                Err(problem) => refused.push(Refused { platform, problem }),
            }
        }
        if cards.is_empty() && refused.is_empty() {
            return Ok(Answer::See("/profiles?done=no-platform#generate".to_owned()));
        }
        let preset = super::preset_name(visit.words, visit.query("preset"));
        Answer::page(&Page { frame: &visit.frame, w: visit.words, preset, cards, refused })
    })
}

/// One profile in one form, octet for octet as `chancery profile export` writes it.
pub(in crate::portal::pages) fn file(visit: Visit) -> Shown {
    Box::pin(async move {
        let wish = Wish { visit: &visit };
        let profile = wish.made(visit.api()?, visit.query("platform")).await?;
        let form = visit.query("form");
        let found = profile.files.into_iter().find(|one| one.form == form).ok_or_else(Problem::not_found)?;
        let mut response = Response::new(Body::from(found.text));
        let named = format!("attachment; filename=\"{}\"", found.file_name);
        let headers = response.headers_mut();
        // Never a type that a browser would show as a page of ours.
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
        // A lasting name has letters, digits and hyphens.
        if let Ok(value) = HeaderValue::from_str(&named) {
            headers.insert(CONTENT_DISPOSITION, value);
        }
        Ok(Answer::File(response))
    })
}

/// For the wizard: what there is to choose from.
pub(in crate::portal::pages) async fn choices(api: &Api) -> Result<Choices, Problem> {
    api.get(&url(&["mdm", "choices"], &[])).await
}
