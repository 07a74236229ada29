//! Devices and users: one row for each, and everything that names it in one place (M140).

use super::certificates::{Listed, Row, said};
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words, encoded, url};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

/// One thing that a directory says.
#[derive(Clone, Debug, Deserialize)]
struct Fact {
    fact: String,
    value: Value,
    since: String,
}

/// What a directory knows.
#[derive(Clone, Debug, Deserialize)]
struct Known {
    directory: String,
    kind: String,
    object: String,
    name: Option<String>,
    system: Option<String>,
    ownership: Option<String>,
    facts: Vec<Fact>,
}

/// A device or user in a list.
#[derive(Clone, Debug, Deserialize)]
struct Holder {
    id: String,
    name: Option<String>,
    certificates: u64,
    newest: Row,
    known: Vec<Known>,
}

/// Its certificates under one profile.
#[derive(Clone, Debug, Deserialize)]
struct Group {
    profile: String,
    certificates: Vec<Row>,
}

/// A device or user with everything that names it.
#[derive(Clone, Debug, Deserialize)]
struct Detail {
    id: String,
    name: Option<String>,
    known: Vec<Known>,
    groups: Vec<Group>,
    more: bool,
}

#[derive(Template)]
#[template(path = "holders.html")]
struct List<'a> {
    frame: &'a Frame,
    w: &'static Words,
    /// `devices` or `users`: the address of both page and API.
    kind: &'static str,
    wanted: &'a str,
    holders: Vec<Holder>,
    next: String,
}

#[derive(Template)]
#[template(path = "holder.html")]
struct One<'a> {
    frame: &'a Frame,
    w: &'static Words,
    kind: &'static str,
    holder: Detail,
}

impl Fact {
    fn said(&self, w: &Words) -> String {
        said(w, &self.value)
    }
}

impl Holder {
    /// What the directory's system is called, where one is known.
    fn system(&self) -> &str {
        self.known.iter().find_map(|known| known.system.as_deref()).unwrap_or_default()
    }
}

impl Detail {
    fn living(&self) -> usize {
        self.groups.iter().flat_map(|group| &group.certificates).filter(|row| row.lives()).count()
    }
}

impl One<'_> {
    /// The parameter's name of the API and of the page that asks.
    fn parameter(&self) -> &'static str {
        if self.kind == "devices" { "device" } else { "user" }
    }
}

pub(super) fn devices(visit: Visit) -> Shown {
    Box::pin(list(visit, "devices"))
}

pub(super) fn users(visit: Visit) -> Shown {
    Box::pin(list(visit, "users"))
}

pub(super) fn device(visit: Visit) -> Shown {
    Box::pin(one(visit, "devices"))
}

pub(super) fn user(visit: Visit) -> Shown {
    Box::pin(one(visit, "users"))
}

async fn list(visit: Visit, kind: &'static str) -> Result<Answer, Problem> {
    let wanted = visit.query("q").trim();
    let asked = url(&[kind], &[("q", wanted), ("cursor", visit.query("cursor"))]);
    let Listed { items: holders, next } = visit.api()?.get::<Listed<Holder>>(&asked).await?;
    let next = next.map(|cursor| format!("/{kind}?q={}&cursor={}", encoded(wanted), encoded(&cursor)));
    let next = next.unwrap_or_default();
    Answer::page(&List { frame: &visit.frame, w: visit.words, kind, wanted, holders, next })
}

async fn detail(visit: &Visit, kind: &str, id: &str) -> Result<Detail, Problem> {
    visit.api()?.get(&url(&[kind, id], &[])).await
}

async fn one(visit: Visit, kind: &'static str) -> Result<Answer, Problem> {
    let holder = detail(&visit, kind, visit.part("id")).await?;
    Answer::page(&One { frame: &visit.frame, w: visit.words, kind, holder })
}

/// The certificates of a device or user that are not over and not revoked: what revoking all of them means.
pub(super) async fn living(visit: &Visit, kind: &str, id: &str) -> Result<Vec<Row>, Problem> {
    let groups = detail(visit, kind, id).await?.groups;
    Ok(groups.into_iter().flat_map(|group| group.certificates).filter(Row::lives).collect())
}

#[cfg(test)]
mod tests {
    use super::{Detail, Holder, List, One};
    use crate::portal::markup;
    use crate::portal::pages::desk;
    use askama::Template as _;
    use serde_json::{Value, json};

    const AT: &str = "2026-11-29T16:57:44Z";

    fn row(text: &str, status: &str) -> Value {
        json!({
            "serial": "4F21", "subject": text, "names": [text], "status": status, "profile": "device",
            "endpoint": "once", "device": text, "user": text, "requested_by": text, "not_before": AT,
            "not_after": AT, "issued_at": AT, "revoked_at": null, "reason": null,
        })
    }

    fn known(text: &str) -> Value {
        json!({
            "directory": text, "kind": text, "object": text, "name": text, "system": text, "ownership": text,
            "facts": [{ "fact": text, "value": text, "since": AT }, { "fact": text, "value": true, "since": AT }],
        })
    }

    fn detail(text: &str, status: &str) -> Detail {
        let groups = json!([{ "profile": "device", "certificates": [row(text, status), row(text, status)] }]);
        let value =
            json!({ "id": text, "name": text, "known": [known(text)], "groups": groups, "more": true });
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn t_xss_hostile_text_is_text_on_the_pages_of_devices_and_users() {
        let (frame, w) = desk::frame("helpdesk");
        for text in markup::FOREIGN.iter() {
            for kind in ["devices", "users"] {
                let holder = detail(text, "good");
                markup::check(&One { frame: &frame, w, kind, holder }.render().unwrap());
                let holder: Holder = serde_json::from_value(json!({
                    "id": text, "name": text, "certificates": 3, "newest": row(text, text), "known": [known(text)],
                }))
                .unwrap();
                let (holders, next) = (vec![holder], String::new());
                let page = List { frame: &frame, w, kind, wanted: "<a\"", holders, next };
                markup::check(&page.render().unwrap());
            }
        }
    }

    #[test]
    fn all_of_a_device_is_revoked_by_who_may_and_while_there_is_something_to_revoke() {
        for (role, status, offered) in
            [("helpdesk", "good", true), ("helpdesk", "revoked", false), ("auditor", "good", false)]
        {
            let (frame, w) = desk::frame(role);
            let page = One { frame: &frame, w, kind: "devices", holder: detail("a&b", status) };
            let text = page.render().unwrap();
            assert_eq!(text.contains("deed=revoke&amp;device=a%26b"), offered, "{role} {status}");
        }
    }
}
