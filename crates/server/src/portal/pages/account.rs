//! One's own account: passkeys, password, sessions.

use super::door::json;
use super::setup::Recovery;
use crate::http::{People, SignedIn};
use crate::people::{NewPassword, Offer, Reception, Registration};
use crate::portal::picture::qr;
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words, url};
use askama::Template;
use axum::http::Method;
use serde::Deserialize;
use serde_json::{Value, json as object};

#[derive(Deserialize)]
struct Items<T> {
    items: Vec<T>,
}

#[derive(Deserialize)]
struct Passkey {
    id: i64,
    name: String,
    created: String,
    used: Option<String>,
}

#[derive(Deserialize)]
struct Session {
    id: i64,
    how: String,
    browser: String,
    created: String,
    seen: String,
}

#[derive(Deserialize)]
struct Me {
    person: Option<Person>,
}

#[derive(Deserialize)]
struct Person {
    login: String,
    name: String,
    role: String,
    issuer: Option<String>,
    password: bool,
}

#[derive(Template)]
#[template(path = "account.html")]
struct Account<'a> {
    frame: &'a Frame,
    w: &'static Words,
    person: Person,
    passkeys: Vec<Passkey>,
    sessions: Vec<Session>,
    current: i64,
}

#[derive(Template)]
#[template(path = "password.html")]
struct Password<'a> {
    frame: &'a Frame,
    w: &'static Words,
    offer: Offer,
    picture: String,
    problem: Option<Problem>,
}

/// Who is signed in: credentials are changed by a person, not by what acts for one.
async fn signed_in(visit: &Visit) -> Result<(&Reception, SignedIn), Problem> {
    let reception = visit.reception()?;
    let signed_in = reception.session(&visit.head).await?;
    Ok((reception, signed_in.ok_or_else(|| Problem { status: 401, ..Problem::not_found() })?))
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        let (_, here) = signed_in(&visit).await?;
        let api = visit.api()?;
        let me: Me = api.get(&url(&["me"], &[])).await?;
        let Items { items: passkeys } = api.get(&url(&["me", "passkeys"], &[])).await?;
        let Items { items: sessions } = api.get(&url(&["me", "sessions"], &[])).await?;
        let person = me.person.ok_or_else(Problem::not_found)?;
        let current = here.session.0;
        Answer::page(&Account { frame: &visit.frame, w: visit.words, person, passkeys, sessions, current })
    })
}

fn done(word: &str) -> Answer {
    Answer::See(format!("/account?done={word}"))
}

pub(super) fn end_session(visit: Visit) -> Shown {
    Box::pin(async move {
        let path = ["me", "sessions", visit.part("id")];
        let _: Value = visit.api()?.send(Method::DELETE, &url(&path, &[]), &object!({})).await?;
        Ok(done("session-ended"))
    })
}

pub(super) fn end_sessions(visit: Visit) -> Shown {
    Box::pin(async move {
        let _: Value =
            visit.api()?.send(Method::DELETE, &url(&["me", "sessions"], &[]), &object!({})).await?;
        Ok(Answer::See("/sign-in".to_owned()))
    })
}

pub(super) fn remove_passkey(visit: Visit) -> Shown {
    Box::pin(async move {
        let path = ["me", "passkeys", visit.part("id")];
        let _: Value = visit.api()?.send(Method::DELETE, &url(&path, &[]), &object!({})).await?;
        Ok(done("passkey-removed"))
    })
}

/// What a script needs to make a passkey.
pub(super) fn passkey_options(visit: Visit) -> Shown {
    Box::pin(async move {
        let (reception, here) = signed_in(&visit).await?;
        Ok(json(&reception.passkey_options(&here).await?))
    })
}

pub(super) fn add_passkey(visit: Visit) -> Shown {
    Box::pin(async move {
        let registration: Registration = serde_json::from_str(visit.field("answer")).unwrap_or_default();
        let (reception, here) = signed_in(&visit).await?;
        reception.add_passkey(&here, visit.field("name"), &registration, &visit.head).await?;
        Ok(done("passkey-added"))
    })
}

pub(super) fn password(visit: Visit) -> Shown {
    Box::pin(async move { ask(&visit, None).await })
}

async fn ask(visit: &Visit, problem: Option<Problem>) -> Result<Answer, Problem> {
    let (reception, here) = signed_in(visit).await?;
    let login = here.person.login.as_str();
    let offer = match reception.offered(login, login, visit.field("sealed")) {
        Some(offer) => offer,
        None => reception.offer(login, login)?,
    };
    let picture = qr(&offer.uri);
    Answer::page(&Password { frame: &visit.frame, w: visit.words, offer, picture, problem })
}

pub(super) fn set_password(visit: Visit) -> Shown {
    Box::pin(async move {
        if visit.field("password") != visit.field("again") {
            let title = visit.words.t("setup-differ");
            return ask(&visit, Some(Problem { status: 400, title, ..Problem::not_found() })).await;
        }
        let (reception, here) = signed_in(&visit).await?;
        let new = NewPassword {
            password: visit.field("password"),
            sealed: visit.field("sealed"),
            code: visit.field("code"),
        };
        match reception.set_password(&here, new).await {
            Ok(codes) => {
                let codes = codes.iter().map(|code| code.to_string()).collect();
                Answer::page(&Recovery { frame: &visit.frame, w: visit.words, codes, on: "/account" })
            }
            Err(problem) => ask(&visit, Some(problem.into())).await,
        }
    })
}
