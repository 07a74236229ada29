//! Coming in by a link: the first owner, and whoever was invited. First the link is looked at, then a passkey or a password is made.

use super::door::{entered, json, see};
use crate::people::{Introduction, NewPassword, Offer, Reception, Registration};
use crate::portal::picture::qr;
use crate::portal::{Answer, Frame, Problem, Shown, Visit, Words};
use askama::Template;
use axum::http::header::SET_COOKIE;

/// Where the link is pasted, or put by a script.
#[derive(Template)]
#[template(path = "setup_link.html")]
struct Ask<'a> {
    frame: &'a Frame,
    w: &'static Words,
    problem: Option<Problem>,
}

/// Where passkey or password are made.
#[derive(Template)]
#[template(path = "setup_ways.html")]
struct Ways<'a> {
    frame: &'a Frame,
    w: &'static Words,
    token: &'a str,
    /// Known for whoever was invited; asked of the first owner.
    known: Option<String>,
    login: &'a str,
    name: &'a str,
    offer: Offer,
    picture: String,
    problem: Option<Problem>,
}

/// What is shown once.
#[derive(Template)]
#[template(path = "recovery.html")]
pub(super) struct Recovery<'a> {
    pub(super) frame: &'a Frame,
    pub(super) w: &'static Words,
    pub(super) codes: Vec<String>,
    pub(super) on: &'static str,
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move { ask(&visit, None) })
}

fn ask(visit: &Visit, problem: Option<Problem>) -> Result<Answer, Problem> {
    Answer::page(&Ask { frame: &visit.frame, w: visit.words, problem })
}

/// A link is pasted whole as well as its end alone.
fn token(visit: &Visit) -> &str {
    let given = visit.field("token").trim();
    given.rsplit_once('#').map_or(given, |(_, token)| token)
}

fn introduction(visit: &Visit) -> Introduction<'_> {
    Introduction { login: visit.field("login"), name: visit.field("name") }
}

pub(super) fn begin(visit: Visit) -> Shown {
    Box::pin(async move { ways(&visit, None).await })
}

async fn ways(visit: &Visit, problem: Option<Problem>) -> Result<Answer, Problem> {
    let (reception, token) = (visit.reception()?, token(visit));
    let welcome = match reception.welcome(token).await {
        Ok(welcome) => welcome,
        Err(dead) => return ask(visit, Some(dead.into())),
    };
    let known = welcome.person.map(|person| person.login.to_string());
    let whose = Reception::whose(token);
    let label = known.as_deref().unwrap_or("owner");
    let offer = match reception.offered(&whose, label, visit.field("sealed")) {
        Some(offer) => offer,
        None => reception.offer(&whose, label)?,
    };
    let picture = qr(&offer.uri);
    let (login, name) = (visit.field("login"), visit.field("name"));
    let page =
        Ways { frame: &visit.frame, w: visit.words, token, known, login, name, offer, picture, problem };
    Answer::page(&page)
}

/// Where one goes on: the first owner to setting up, whoever was invited to the beginning.
async fn onward(visit: &Visit) -> Result<&'static str, Problem> {
    let welcome = visit.reception()?.welcome(token(visit)).await;
    Ok(if welcome.is_ok_and(|one| one.person.is_none()) { "/setup/start" } else { "/" })
}

pub(super) fn by_password(visit: Visit) -> Shown {
    Box::pin(async move {
        if visit.field("password") != visit.field("again") {
            let title = visit.words.t("setup-differ");
            return ways(&visit, Some(Problem { status: 400, title, ..Problem::not_found() })).await;
        }
        let new = NewPassword {
            password: visit.field("password"),
            sealed: visit.field("sealed"),
            code: visit.field("code"),
        };
        let on = onward(&visit).await?;
        let done = visit
            .reception()?
            .redeem_by_password(token(&visit), introduction(&visit), new, &visit.head)
            .await;
        let (opened, codes) = match done {
            Ok(done) => done,
            Err(problem) => return ways(&visit, Some(problem.into())).await,
        };
        let codes = codes.iter().map(|code| code.to_string()).collect();
        let page = Recovery { frame: &visit.frame, w: visit.words, codes, on };
        let html = page.render().map_err(|_| Problem { status: 500, ..Problem::not_found() })?;
        let mut response = see("/");
        *response.status_mut() = axum::http::StatusCode::OK;
        let head = response.headers_mut();
        head.remove("location");
        head.insert(SET_COOKIE, opened.cookie);
        head.insert("content-type", axum::http::HeaderValue::from_static("text/html; charset=utf-8"));
        *response.body_mut() = html.into();
        Ok(Answer::File(response))
    })
}

/// What a script needs to make a passkey.
pub(super) fn passkey_options(visit: Visit) -> Shown {
    Box::pin(async move {
        Ok(json(&visit.reception()?.setup_options(token(&visit), introduction(&visit)).await?))
    })
}

pub(super) fn by_passkey(visit: Visit) -> Shown {
    Box::pin(async move {
        let registration: Registration = serde_json::from_str(visit.field("answer")).unwrap_or_default();
        let (reception, on) = (visit.reception()?, onward(&visit).await?);
        match reception
            .redeem_by_passkey(token(&visit), introduction(&visit), &registration, &visit.head)
            .await
        {
            Ok(opened) => Ok(entered(opened, on)),
            Err(problem) => ways(&visit, Some(problem.into())).await,
        }
    })
}
