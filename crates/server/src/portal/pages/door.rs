//! The door: signing in and out, and the language of pages.

use crate::people::{Assertion, Attempt, Opened};
use crate::portal::api::encoded;
use crate::portal::{Answer, Frame, Language, Problem, Shown, Visit, Words};
use askama::Template;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, HeaderValue, LOCATION, SET_COOKIE};
use axum::http::{Response, StatusCode};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct Door<'a> {
    frame: &'a Frame,
    w: &'static Words,
    to: &'a str,
    problem: Option<Problem>,
    /// What the button of the identity provider says, if there is one.
    provider: Option<&'a str>,
    away: String,
}

pub(super) fn show(visit: Visit) -> Shown {
    Box::pin(async move {
        if visit.frame.visitor.is_some() {
            return Ok(Answer::See(visit.query("to").to_owned()));
        }
        page(&visit, visit.query("to"), None)
    })
}

fn page(visit: &Visit, to: &str, problem: Option<Problem>) -> Result<Answer, Problem> {
    let (provider, away) = (visit.reception()?.provider(), encoded(to));
    Answer::page(&Door { frame: &visit.frame, w: visit.words, to, problem, provider, away })
}

pub(super) fn by_password(visit: Visit) -> Shown {
    Box::pin(async move {
        let attempt = Attempt {
            login: visit.field("login"),
            password: visit.field("password"),
            code: visit.field("code"),
        };
        match visit.reception()?.sign_in(attempt, &visit.head, visit.peer).await {
            Ok(opened) => Ok(entered(opened, visit.field("to"))),
            // The page again, so that nobody types the login twice; with 200, as a form that was read and not believed.
            Err(problem) => page(&visit, visit.field("to"), Some(problem.into())),
        }
    })
}

/// What a script needs to ask for a passkey.
pub(super) fn passkey_options(visit: Visit) -> Shown {
    Box::pin(async move { Ok(json(&visit.reception()?.assertion_options()?)) })
}

pub(super) fn by_passkey(visit: Visit) -> Shown {
    Box::pin(async move {
        let assertion: Assertion = serde_json::from_str(visit.field("answer")).unwrap_or_default();
        match visit.reception()?.sign_in_by_passkey(&assertion, &visit.head).await {
            Ok(opened) => Ok(entered(opened, visit.field("to"))),
            Err(problem) => page(&visit, visit.field("to"), Some(problem.into())),
        }
    })
}

/// To the identity provider. A link and no form: browsers hold a form's redirect against `form-action`.
pub(super) fn depart(visit: Visit) -> Shown {
    Box::pin(async move {
        let departure = match visit.reception()?.depart(visit.query("to"), &visit.head).await {
            Ok(departure) => departure,
            Err(problem) => return page(&visit, visit.query("to"), Some(problem.into())),
        };
        let mut response = see(&departure.url);
        response.headers_mut().insert(SET_COOKIE, departure.cookie);
        Ok(Answer::File(response))
    })
}

/// Back from it.
pub(super) fn arrive(visit: Visit) -> Shown {
    Box::pin(async move {
        let arrival = match visit.reception()?.arrive(&visit.query, &visit.head).await {
            Ok(arrival) => arrival,
            Err(problem) => return page(&visit, "/", Some(problem.into())),
        };
        let mut response = see(ours(&arrival.to));
        response.headers_mut().append(SET_COOKIE, arrival.opened.cookie);
        response.headers_mut().append(SET_COOKIE, arrival.cookie);
        Ok(Answer::File(response))
    })
}

pub(super) fn out(visit: Visit) -> Shown {
    Box::pin(async move {
        let reception = visit.reception()?;
        let gone = match crate::http::People::session(reception, &visit.head).await? {
            Some(signed_in) => Some(reception.sign_out(&signed_in).await?),
            None => None,
        };
        let mut response = see("/sign-in");
        if let Some(gone) = gone {
            response.headers_mut().insert(SET_COOKIE, gone);
            // What the browser kept of our pages goes, too (ASVS 5.0 §14.3.1).
            response.headers_mut().insert("clear-site-data", HeaderValue::from_static("\"cache\""));
        }
        Ok(Answer::File(response))
    })
}

/// Remembered by the browser, and by the account of whoever is signed in.
pub(super) fn language(visit: Visit) -> Shown {
    Box::pin(async move {
        let chosen = Language::parse(visit.field("language")).ok_or_else(Problem::not_found)?;
        if let Some(visitor) = &visit.frame.visitor
            && let Some(person) = visitor.caller.in_person()
        {
            visit.reception()?.speak(person, Some(chosen.tag())).await?;
        }
        let mut response = see(ours(visit.field("to")));
        let cookie = format!("language={}; Path=/; SameSite=Lax; Max-Age=31536000", chosen.tag());
        if let Ok(cookie) = HeaderValue::from_str(&cookie) {
            response.headers_mut().insert(SET_COOKIE, cookie);
        }
        Ok(Answer::File(response))
    })
}

/// With the session's cookie, to where somebody wanted to go.
pub(super) fn entered(opened: Opened, to: &str) -> Answer {
    let mut response = see(ours(to));
    response.headers_mut().insert(SET_COOKIE, opened.cookie);
    Answer::File(response)
}

/// A path of ours, or home: nothing that a browser could take for another host.
pub(super) fn ours(to: &str) -> &str {
    let bad = |c: char| c == '\\' || c.is_control() || c.is_whitespace();
    if to.starts_with('/') && !to.starts_with("//") && !to.contains(bad) { to } else { "/" }
}

pub(super) fn see(path: &str) -> Response<Body> {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SEE_OTHER;
    let path = HeaderValue::from_str(path).unwrap_or(HeaderValue::from_static("/"));
    response.headers_mut().insert(LOCATION, path);
    response
}

pub(super) fn json(value: &serde_json::Value) -> Answer {
    let mut response = Response::new(Body::from(value.to_string()));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    Answer::File(response)
}

#[cfg(test)]
mod tests {
    use super::ours;

    #[test]
    fn t88_whoever_signed_in_is_sent_to_a_page_of_ours() {
        for to in ["/", "/certificates?q=a%20b", "/a/b#c"] {
            assert_eq!(ours(to), to);
        }
        for elsewhere in [
            "",
            "//evil.test",
            "/\\evil.test",
            "https://evil.test",
            "evil.test",
            "javascript:alert(1)",
            "/\t/evil.test",
            "/\n/evil.test",
            " /",
            "\\\\evil.test",
            "/ /evil.test",
            "///evil.test",
            "/\u{a0}/evil.test",
        ] {
            assert_eq!(ours(elsewhere), "/", "{elsewhere:?}");
        }
    }
}
