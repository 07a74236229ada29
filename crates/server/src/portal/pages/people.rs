//! Who there is, and what they may do.

use crate::people::Role;
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words, url};
use askama::Template;
use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct Limits {
    profiles: Vec<String>,
    names: Vec<String>,
}

#[derive(Deserialize)]
struct Person {
    id: i64,
    login: String,
    name: String,
    role: String,
    limits: Limits,
    issuer: Option<String>,
    locked: bool,
    created: String,
}

#[derive(Deserialize)]
struct Page {
    items: Vec<Person>,
    next: Option<String>,
}

#[derive(Deserialize)]
struct Invited {
    person: Person,
    link: String,
    expires: String,
}

#[derive(Template)]
#[template(path = "people.html")]
struct List<'a> {
    frame: &'a Frame,
    w: &'static Words,
    people: Vec<Person>,
    next: String,
    roles: [&'static str; 5],
}

#[derive(Template)]
#[template(path = "person.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    person: Person,
    roles: [&'static str; 5],
}

#[derive(Template)]
#[template(path = "invited.html")]
struct Link<'a> {
    frame: &'a Frame,
    w: &'static Words,
    invited: Invited,
}

pub(super) fn list(visit: Visit) -> Shown {
    Box::pin(async move {
        let Page { items: people, next } =
            visit.api()?.get(&url(&["people"], &[("cursor", visit.query("cursor"))])).await?;
        let next = next.map(|cursor| format!("/people?cursor={cursor}")).unwrap_or_default();
        let roles = Role::ALL.map(Role::as_str);
        Answer::page(&List { frame: &visit.frame, w: visit.words, people, next, roles })
    })
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let person = visit.api()?.get(&url(&["people", visit.part("id")], &[])).await?;
        Answer::page(&One { frame: &visit.frame, w: visit.words, person, roles: Role::ALL.map(Role::as_str) })
    })
}

/// Words between spaces and commas.
fn listed(text: &str) -> Vec<&str> {
    text.split(|c: char| c == ',' || c.is_whitespace()).filter(|word| !word.is_empty()).collect()
}

fn limits(visit: &Visit) -> Value {
    json!({ "profiles": listed(visit.field("profiles")), "names": listed(visit.field("names")) })
}

pub(super) fn invite(visit: Visit) -> Shown {
    Box::pin(async move {
        let body = json!({
            "login": visit.field("login"), "name": visit.field("name"), "role": visit.field("role"), "limits": limits(&visit),
        });
        let invited = visit.api()?.post(&url(&["people"], &[]), &body).await?;
        linked(&visit, invited)
    })
}

pub(super) fn link(visit: Visit) -> Shown {
    Box::pin(async move {
        let invited = visit.api()?.post(&url(&["people", visit.part("id"), "link"], &[]), &json!({})).await?;
        linked(&visit, invited)
    })
}

fn linked(visit: &Visit, invited: Invited) -> Result<Answer, Problem> {
    Answer::page(&Link { frame: &visit.frame, w: visit.words, invited })
}

pub(super) fn change(visit: Visit) -> Shown {
    Box::pin(async move {
        let body = match visit.field("deed") {
            "lock" => json!({ "locked": true }),
            "unlock" => json!({ "locked": false }),
            _ => {
                json!({ "name": visit.field("name"), "role": visit.field("role"), "limits": limits(&visit) })
            }
        };
        let person: Person =
            visit.api()?.send(Method::PATCH, &url(&["people", visit.part("id")], &[]), &body).await?;
        Ok(Answer::See(format!("/people/{}?done=person-changed", person.id)))
    })
}
