//! Programs that are told what happens. A webhook's secret is shown once, on the page that follows its making.

use crate::portal::{Answer, Api, Frame, Problem, Shown, Visit, Words, encoded, url};
use askama::Template;
use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

/// What a webhook can be told.
const EVENTS: [&str; 8] = [
    "certificate.issued",
    "certificate.renewed",
    "certificate.revoked",
    "enrolment.refused",
    "enrolment.held",
    "enrolment.stalled",
    "certificates.expiring",
    "authority.expiring",
];

#[derive(Deserialize)]
struct All {
    items: Vec<Webhook>,
}

/// A webhook.
#[derive(Deserialize)]
pub(super) struct Webhook {
    pub(super) id: i64,
    pub(super) name: String,
    url: String,
    events: Vec<String>,
    waiting: u64,
}

#[derive(Deserialize)]
struct Added {
    id: i64,
    secret: String,
}

/// What came of a message that was sent at once.
#[derive(Deserialize)]
pub(super) struct Tested {
    pub(super) delivered: bool,
    pub(super) outcome: String,
}

#[derive(Deserialize)]
struct Deliveries {
    items: Vec<Delivery>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Delivery {
    event: String,
    state: String,
    created: String,
    next_attempt: Option<String>,
    attempts: Vec<Attempt>,
}

#[derive(Deserialize)]
struct Attempt {
    at: String,
    outcome: String,
}

impl Delivery {
    fn tone(&self) -> &'static str {
        match self.state.as_str() {
            "delivered" => "good",
            "dead" => "bad",
            _ => "wait",
        }
    }

    fn word(&self, w: &Words) -> String {
        w.t(&format!("webhooks-{}", self.state))
    }
}

#[derive(Template)]
#[template(path = "webhooks.html")]
struct List<'a> {
    frame: &'a Frame,
    w: &'static Words,
    webhooks: Vec<Webhook>,
}

#[derive(Template)]
#[template(path = "webhook-secret.html")]
struct SecretPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    added: Added,
}

#[derive(Template)]
#[template(path = "webhook.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    id: &'a str,
    deliveries: Vec<Delivery>,
    next: String,
    tested: Option<Tested>,
}

/// All of them.
pub(super) async fn all(api: &Api) -> Result<Vec<Webhook>, Problem> {
    let All { items } = api.get(&url(&["webhooks"], &[])).await?;
    Ok(items)
}

/// Sends a message to one at once.
pub(super) async fn sent(api: &Api, id: &str) -> Result<Tested, Problem> {
    api.post(&url(&["webhooks", id, "test"], &[]), &json!({})).await
}

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let webhooks = all(visit.api()?).await?;
        Answer::page(&List { frame: &visit.frame, w: visit.words, webhooks })
    })
}

pub(super) fn add(visit: Visit) -> Shown {
    Box::pin(async move {
        let events: Vec<&str> = visit.fields("event").collect();
        let body = json!({ "name": visit.field("name"), "url": visit.field("url"), "events": events });
        let added = visit.api()?.post(&url(&["webhooks"], &[]), &body).await?;
        // Not a redirect: nothing that is kept may know the secret.
        Answer::page(&SecretPage { frame: &visit.frame, w: visit.words, added })
    })
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move { one(&visit, None).await })
}

pub(super) fn act(visit: Visit) -> Shown {
    Box::pin(async move {
        let (api, id) = (visit.api()?, visit.part("id"));
        if visit.field("deed") == "remove" {
            let _: Value = api.send(Method::DELETE, &url(&["webhooks", id], &[]), &json!({})).await?;
            return Ok(Answer::See("/webhooks?done=webhook-removed".to_owned()));
        }
        let tested = sent(api, id).await?;
        one(&visit, Some(tested)).await
    })
}

async fn one(visit: &Visit, tested: Option<Tested>) -> Result<Answer, Problem> {
    let id = visit.part("id");
    let address = url(&["webhooks", id, "deliveries"], &[("cursor", visit.query("cursor"))]);
    let Deliveries { items, next } = visit.api()?.get(&address).await?;
    let next = next.map(|cursor| format!("?cursor={}", encoded(&cursor)));
    Answer::page(&One {
        frame: &visit.frame,
        w: visit.words,
        id,
        deliveries: items,
        next: next.unwrap_or_default(),
        tested,
    })
}

/// The text's name of an event.
fn key(event: &str) -> String {
    format!("webhooks-event-{}", event.replace('.', "-"))
}

#[cfg(test)]
mod tests {
    use super::{Added, List, SecretPage, Webhook};
    use crate::portal::{Frame, Language, Words};
    use askama::Template as _;

    #[test]
    fn a_secret_is_on_the_page_of_its_making_and_on_no_other() {
        let frame = Frame::bare(Language::En);
        let added: Added = serde_json::from_str(r#"{"id": 3, "secret": "whsec_AAAA"}"#).unwrap();
        let page = SecretPage { frame: &frame, w: frame.words, added }.render().unwrap();
        assert_eq!(page.matches("whsec_AAAA").count(), 1, "{page}");
        let told = r#"{"id": 3, "name": "<u>chat", "url": "https://chat.example/", "events": ["enrolment.refused"], "created": "x", "waiting": 1}"#;
        let webhooks: Vec<Webhook> = vec![serde_json::from_str(told).unwrap()];
        let page = List { frame: &frame, w: frame.words, webhooks }.render().unwrap();
        assert!(page.contains("&#60;u&#62;chat") && !page.contains("whsec_"), "{page}");
    }

    #[test]
    fn each_event_is_explained_in_each_language() {
        for (language, _) in Language::ALL {
            for event in super::EVENTS {
                assert!(Words::of(language).has(&super::key(event)), "{event}");
            }
        }
    }
}
