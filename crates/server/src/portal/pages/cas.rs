//! The CAs: how they stand to each other, until when they and those who speak for them are good, and what is downloaded of them.

mod own;
mod tree;

use crate::portal::chart::{Life, Lifetimes};
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words, url};
use crate::tokens::Scope;
use askama::Template;
use axum::http::HeaderValue;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use own::{Given, Own};
use pki::Time;
use serde::Deserialize;
pub(super) use tree::Step;
use tree::{Ca, Node, chain, grown};

#[derive(Deserialize)]
struct Listed {
    cas: Vec<Own>,
}

#[derive(Deserialize)]
struct Setting {
    key: String,
    /// As TOML.
    value: String,
}

#[derive(Deserialize)]
struct Settings {
    settings: Vec<Setting>,
}

#[derive(Template)]
#[template(path = "cas.html")]
struct Cas<'a> {
    frame: &'a Frame,
    w: &'static Words,
    cas: Vec<Ca>,
    /// How many that sign nothing any more are not shown.
    retired: usize,
    lifetimes: Lifetimes,
    /// Where devices and relying parties find this CA; empty where `public_url` is not set.
    base: String,
    now: Time,
}

impl Cas<'_> {
    fn nodes(&self) -> Vec<Node<'_>> {
        tree::nodes(&self.cas)
    }

    fn width(&self) -> usize {
        tree::size(&self.cas).0
    }

    fn height(&self) -> usize {
        tree::size(&self.cas).1
    }
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let (w, now) = (visit.words, visit.now);
        let all = own_certificates(&visit).await?;
        let (current, retired): (Vec<Own>, Vec<Own>) =
            all.into_iter().partition(|one| one.retired_at.is_none());
        let lives = current.iter().map(|one| Life {
            label: one.label(w),
            from: one.not_before.clone(),
            until: one.not_after.clone(),
            tone: one.tone(now),
            said: one.said(w, now),
        });
        let title = w.t("cas-lifetimes");
        let lifetimes = Lifetimes { title, lives: lives.collect(), now: now.to_string(), w };
        let (cas, retired, base) = (grown(current), retired.len(), base(&visit).await?);
        Answer::page(&Cas { frame: &visit.frame, w, cas, retired, lifetimes, base, now })
    })
}

async fn own_certificates(visit: &Visit) -> Result<Vec<Own>, Problem> {
    Ok(visit.api()?.get::<Listed>(&url(&["cas"], &[])).await?.cas)
}

/// `public_url` as the server runs by it.
async fn base(visit: &Visit) -> Result<String, Problem> {
    let Settings { settings } = visit.api()?.get(&url(&["settings"], &[])).await?;
    let found = settings.into_iter().find(|one| one.key == "public_url").map(|one| one.value);
    Ok(found.unwrap_or_default().trim_matches('"').trim_end_matches('/').to_owned())
}

/// The chain above a certificate of that issuer; empty for who may not see the CAs, and where they cannot be read: the page of a
/// certificate tells its issuer then.
pub(super) async fn above(visit: &Visit, issuer: &str) -> Vec<Step> {
    if !visit.frame.may(Scope::SystemRead) {
        return Vec::new();
    }
    let all = own_certificates(visit).await.unwrap_or_default();
    let found = all.iter().find(|one| one.signs() && one.subject == issuer);
    found.map(|one| chain(&all, one)).unwrap_or_default().into_iter().map(Step::from).collect()
}

/// What is downloaded is what devices fetch, octet for octet: `{name}.cer`, `.pem`, `.p7b`.
pub(super) fn download(visit: Visit) -> Shown {
    Box::pin(async move {
        let (name, form) = visit.part("file").rsplit_once('.').unwrap_or_default();
        let form = Given::parse(form).ok_or_else(Problem::not_found)?;
        let all = own_certificates(&visit).await?;
        let one = all.iter().find(|one| one.signs() && one.name == name).ok_or_else(Problem::not_found)?;
        let mut chain = chain(&all, one);
        chain.reverse();
        let octets = form.octets(&chain).ok_or_else(Problem::not_found)?;
        let mut response = octets.into_response();
        let head = response.headers_mut();
        head.insert(CONTENT_TYPE, HeaderValue::from_static(form.kind()));
        // Nothing of a name gets into a header.
        head.insert(CONTENT_DISPOSITION, HeaderValue::from_static(form.disposition()));
        Ok(Answer::File(response))
    })
}

#[cfg(test)]
mod tests;
