//! From a browser's request to a page: who it is, whether the page is for them, whether the form is ours.

use super::frame::Frame;
use super::pages::{PAGES, Page};
use super::visit::{Answer, Visit, Visitor, Visitors};
use super::words::{Language, Words};
use super::{Api, Problem, assets, headers};
use crate::clock::Clock;
use crate::http::Peer;
use axum::Router;
use axum::extract::{Form, FromRequest as _, Query, RawPathParams, Request};
use axum::http::header::{ACCEPT_LANGUAGE, COOKIE, HOST, HeaderMap, HeaderValue, LOCATION, ORIGIN};
use axum::http::{Method, StatusCode};
use axum::middleware::map_response;
use axum::response::{Html, IntoResponse as _, Response};
use axum::routing::get;
use std::sync::Arc;
use subtle::ConstantTimeEq as _;

/// What all pages share.
struct Portal {
    api: Router,
    visitors: Arc<dyn Visitors>,
    clock: Arc<dyn Clock>,
    demo: bool,
}

type Pairs = Vec<(String, String)>;

/// The portal over these routes of the API.
pub(crate) fn router(api: Router, visitors: Arc<dyn Visitors>, clock: Arc<dyn Clock>, demo: bool) -> Router {
    let portal = Arc::new(Portal { api, visitors, clock, demo });
    let assets = Router::new().route("/assets/{name}", get(assets::asset));
    let pages = PAGES.iter().fold(Router::new(), |router, page| {
        let portal = Arc::clone(&portal);
        let handler = move |path: RawPathParams, query: Query<Pairs>, request: Request| {
            let path = path.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
            let portal = Arc::clone(&portal);
            async move { portal.serve(page, path, query.0, request).await }
        };
        let method = match (page.show, page.act) {
            (Some(_), Some(_)) => get(handler.clone()).post(handler),
            (None, Some(_)) => axum::routing::post(handler),
            _ => get(handler),
        };
        router.route(page.path, method)
    });
    // Around the routes: what axum itself refuses (a verb, a path that is no UTF-8) is an answer to a browser, too.
    assets.merge(pages.layer(map_response(guarded)))
}

/// For whatever a browser gets at an address of the portal.
pub(crate) async fn guarded(mut response: Response) -> Response {
    headers::protect(response.headers_mut());
    response
}

impl Portal {
    async fn serve(&self, page: &Page, path: Pairs, query: Pairs, request: Request) -> Response {
        let head = request.headers().clone();
        let visitor = self.visitors.visitor(&head).await;
        let here = request.uri().path().to_owned();
        let frame = Arc::new(Frame { demo: self.demo, ..frame(visitor, &here, &query, &head) });
        if frame.sees(page.who) {
            let outcome = self.outcome(page, &frame, path, query, request).await;
            outcome.map_or_else(|problem| refused(&frame, &problem), answered)
        } else if frame.visitor.is_some() {
            refused(&frame, &Problem { status: 403, ..Problem::not_found() })
        } else {
            sign_in(request.uri())
        }
    }

    async fn outcome(
        &self,
        page: &Page,
        frame: &Arc<Frame>,
        path: Pairs,
        query: Pairs,
        request: Request,
    ) -> Result<Answer, Problem> {
        let posted = request.method() == Method::POST;
        let head = request.headers().clone();
        let peer = request.extensions().get::<Peer>().map(|peer| peer.0.ip());
        let form = if posted { form(frame, request).await? } else { Vec::new() };
        let handler = if posted { page.act } else { page.show }.ok_or_else(Problem::not_found)?;
        let api = frame.visitor.as_ref().map(|one| Api::new(self.api.clone(), one.caller.clone()));
        let visitors = Arc::clone(&self.visitors);
        let (words, now, frame) = (frame.words, self.clock.now(), Arc::clone(frame));
        handler(Visit { frame, words, now, head, peer, visitors, api, path, query, form }).await
    }
}

fn frame(visitor: Option<Visitor>, path: &str, query: &Pairs, head: &HeaderMap) -> Frame {
    let accepted = head.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let chosen =
        visitor.as_ref().and_then(|one| one.language).or_else(|| Language::parse(cookie(head, "language")?));
    let words = Words::of(chosen.unwrap_or_else(|| Language::accepted(accepted)));
    // One of our own words, or nothing: what stands in an address is not repeated.
    let done = query.iter().find(|(name, _)| name == "done").map(|(_, word)| format!("done-{word}"));
    Frame { words, visitor, demo: false, path: path.to_owned(), done: done.filter(|text| words.has(text)) }
}

fn cookie<'a>(head: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let all = head.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut pairs = all.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(one, _)| *one == name).map(|(_, value)| value)
}

/// The fields of a form that this session's own page sent (threat 84).
async fn form(frame: &Frame, request: Request) -> Result<Pairs, Problem> {
    let foreign =
        || Problem { status: 403, title: frame.words.t("problem-foreign-form"), ..Problem::not_found() };
    if !is_from_here(request.headers()) {
        return Err(foreign());
    }
    let read = Form::<Pairs>::from_request(request, &()).await;
    let Form(form) = read.map_err(|refusal| Problem {
        status: refusal.into_response().status().as_u16(),
        ..Problem::not_found()
    })?;
    let given = form.iter().find(|(name, _)| name == "csrf").map_or("", |(_, value)| value);
    let right = frame.csrf();
    let same = bool::from(given.as_bytes().ct_eq(right.as_bytes()));
    // Who is not signed in has no session that another site could use.
    if same || frame.visitor.is_none() { Ok(form) } else { Err(foreign()) }
}

/// Whether a page of ours sent it, as the browser says (Fetch Metadata), or else by its origin (RFC 6454 §7).
fn is_from_here(head: &HeaderMap) -> bool {
    if let Some(site) = head.get("sec-fetch-site") {
        return site == "same-origin";
    }
    let text = |name| head.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let (Some(origin), Some(host)) = (text(ORIGIN), text(HOST)) else { return false };
    origin.split_once("://").is_some_and(|(_, from)| from.eq_ignore_ascii_case(host))
}

fn sign_in(wanted: &axum::http::Uri) -> Response {
    let to = super::api::encoded(wanted.path_and_query().map_or("/", |it| it.as_str()));
    see(&format!("/sign-in?to={to}"))
}

fn answered(answer: Answer) -> Response {
    match answer {
        Answer::Html(page) => Html(page).into_response(),
        Answer::See(path) => see(&path),
        Answer::File(response) => response,
    }
}

/// To another page of ours. Anything that a browser could take for another host leads home.
fn see(path: &str) -> Response {
    let ours = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    let value = if ours { HeaderValue::from_str(path).ok() } else { None };
    let mut response = StatusCode::SEE_OTHER.into_response();
    response.headers_mut().insert(LOCATION, value.unwrap_or(HeaderValue::from_static("/")));
    response
}

/// The page that says why not.
#[derive(askama::Template)]
#[template(path = "problem.html")]
struct ProblemPage<'a> {
    frame: &'a Frame,
    w: &'static Words,
    problem: &'a Problem,
    title: String,
}

pub(super) fn refused(frame: &Frame, problem: &Problem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let known = format!("problem-{}", status.as_u16());
    let title = match (problem.title.is_empty(), frame.words.has(&known)) {
        (false, _) => problem.title.clone(),
        (true, true) => frame.words.t(&known),
        (true, false) => frame.words.t("problem-500"),
    };
    let page = ProblemPage { frame, w: frame.words, problem, title };
    let body = askama::Template::render(&page)
        .map_or_else(|_| page.title.clone().into_response(), |it| Html(it).into_response());
    (status, body).into_response()
}

#[cfg(test)]
mod tests {
    use super::{HOST, HeaderMap, HeaderValue, LOCATION, ORIGIN, is_from_here, see};

    #[test]
    fn a_redirect_leads_to_a_page_of_ours_or_home() {
        for (wanted, got) in [
            ("/certificates?q=a", "/certificates?q=a"),
            ("//evil.example", "/"),
            ("/\\evil.example", "/"),
            ("https://evil.example", "/"),
            ("/a\r\nset-cookie: b=c", "/"),
            ("javascript:alert(1)", "/"),
            ("", "/"),
        ] {
            assert_eq!(see(wanted).headers()[LOCATION], got, "{wanted}");
        }
    }

    #[test]
    fn a_form_is_ours_where_the_browser_says_so() {
        let head = |pairs: &[(&'static str, &'static str)]| {
            pairs
                .iter()
                .map(|(name, value)| (name.parse().unwrap(), HeaderValue::from_static(value)))
                .collect::<HeaderMap>()
        };
        let host = (HOST.as_str(), "ca.example:8081");
        for (pairs, ours) in [
            (vec![("sec-fetch-site", "same-origin"), host], true),
            (vec![("sec-fetch-site", "same-site"), host], false),
            (
                vec![("sec-fetch-site", "cross-site"), host, (ORIGIN.as_str(), "https://ca.example:8081")],
                false,
            ),
            (vec![("sec-fetch-site", "none"), host], false),
            (vec![host, (ORIGIN.as_str(), "https://ca.example:8081")], true),
            (vec![host, (ORIGIN.as_str(), "https://ca.example")], false),
            (vec![host, (ORIGIN.as_str(), "null")], false),
            (vec![host], false),
        ] {
            assert_eq!(is_from_here(&head(&pairs)), ours, "{pairs:?}");
        }
    }
}
