//! SCEP over HTTP: method, raw query and body go to the gateway; its answer goes out unchanged.

use crate::explanation::ours::OVER_CAPACITY;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::{Body, Bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONTENT_LENGTH, HeaderName, USER_AGENT};
use axum::http::{HeaderValue, Method, StatusCode, request};
use axum::response::Response;
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use tracing::Instrument as _;

use super::connection::Peer;
use super::gateway::{ScepHttpRequest, ScepHttpResponse};
use super::servers::Shared;
use super::{reply, router};
use crate::telemetry::ScepRequest;

mod question;

use question::{Question, request_id};

/// `/certsrv/mscep/mscep.dll` and `/cgi-bin/pkiclient.exe`, with any tail.
pub(super) async fn ndes(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    match shared.ndes.clone() {
        Some(endpoint) => respond(&shared, &endpoint, request).await,
        None => router::nothing_here().await,
    }
}

/// `/scep/{name}`, with any tail. The name is read from the raw path: a tail need not even be UTF-8.
pub(super) async fn named(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let name = request.uri().path().split('/').nth(2).unwrap_or_default().to_owned();
    if !shared.endpoints.contains_key(&name) {
        // The names of other endpoints are nobody's business.
        return router::nothing_here().await;
    }
    respond(&shared, &name, request).await
}

async fn respond(shared: &Shared, endpoint: &str, request: Request) -> Response {
    let started = Instant::now();
    let (parts, body) = request.into_parts();
    let question = Question::of(&parts.method, parts.uri.query());
    let id = request_id();
    // A device's three calls mostly come on one connection, which tells them apart from its neighbours' (M39).
    let span = tracing::info_span!("scep", request_id = %id, endpoint, connection = %peer(&parts));
    let mut response = ask(shared, endpoint, &parts, body, question, &id).instrument(span.clone()).await;
    if let Ok(id) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HeaderName::from_static("x-request-id"), id);
    }
    count(shared, endpoint, question, response.status(), started.elapsed());
    span.in_scope(|| told(&parts, question, response.status(), started.elapsed()));
    response
}

fn count(shared: &Shared, endpoint: &str, question: Question, status: StatusCode, took: Duration) {
    let result = match status {
        StatusCode::SERVICE_UNAVAILABLE => "over_capacity",
        status if status.is_server_error() => "failed",
        status if status.is_success() => "answered",
        _ => "refused",
    };
    let labels = ScepRequest { operation: question.as_str(), endpoint: endpoint.to_owned(), result };
    shared.services.metrics.scep_request(&labels, took);
}

/// One line for every request, answered or not: silence would be ambiguous.
fn told(parts: &request::Parts, question: Question, status: StatusCode, took: Duration) {
    tracing::info!(
        event = "scep_request",
        operation = question.as_str(),
        method = parts.method.as_str(),
        status = status.as_u16(),
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        peer = %peer(parts).ip(),
        user_agent = user_agent(parts).unwrap_or_default(),
        "SCEP request"
    );
}

async fn ask(
    shared: &Shared,
    endpoint: &str,
    parts: &request::Parts,
    body: Body,
    question: Question,
    id: &str,
) -> Response {
    let Some(method) = scep_method(&parts.method) else {
        return reply::text(StatusCode::METHOD_NOT_ALLOWED, "SCEP uses GET and POST\n");
    };
    let query = parts.uri.query().unwrap_or_default();
    if parts.uri.path().len().saturating_add(query.len()) > shared.limits.uri {
        return reply::text(StatusCode::URI_TOO_LONG, "The request target is too long\n");
    }
    if method == scep::operation::Method::Get && question == Question::None {
        return alive(shared, endpoint, id);
    }
    let body = match read(shared, parts, body).await {
        Ok(body) => body,
        Err(refusal) => return *refusal,
    };
    let seat = if question.costs() { shared.capacity.enter().await } else { None };
    if question.costs() && seat.is_none() {
        return over_capacity(shared);
    }
    let (raw_query, user_agent) = (query.to_owned(), user_agent(parts));
    let request =
        ScepHttpRequest { method, raw_query, body, peer: peer(parts), user_agent, request_id: id.to_owned() };
    let answer = shared.services.gateway.answer(endpoint, request).await;
    drop(seat);
    sent(answer)
}

fn over_capacity(shared: &Shared) -> Response {
    let text = format!("This server has more to do than it can; come back later. {OVER_CAPACITY}\n");
    reply::retry_after(reply::text(StatusCode::SERVICE_UNAVAILABLE, &text), shared.limits.retry_after)
}

/// The body, by a hard cap on what is read: a chunked body has no length to trust (threat 48).
async fn read(shared: &Shared, parts: &request::Parts, body: Body) -> Result<Bytes, Box<Response>> {
    let most = shared.limits.body;
    let too_large = || Box::new(reply::text(StatusCode::PAYLOAD_TOO_LARGE, "The body is too long\n"));
    let announced =
        parts.headers.get(CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse::<usize>().ok());
    if announced.is_some_and(|length| length > most) {
        return Err(too_large());
    }
    match tokio::time::timeout(shared.limits.body_timeout, Limited::new(body, most).collect()).await {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        Ok(Err(error)) if error.is::<LengthLimitError>() => Err(too_large()),
        Ok(Err(_)) => Err(Box::new(reply::text(StatusCode::BAD_REQUEST, "The body ended early\n"))),
        Err(_) => Err(Box::new(reply::text(StatusCode::REQUEST_TIMEOUT, "The body took too long\n"))),
    }
}

/// A browser at the endpoint's address: 403 as behind NDES' policy module (row M42), or NDES' page (row M43).
fn alive(shared: &Shared, endpoint: &str, id: &str) -> Response {
    if shared.endpoints.get(endpoint).is_some_and(|face| face.ndes_page) {
        return reply::bytes(
            StatusCode::OK,
            "text/html; charset=utf-8",
            include_bytes!("scep/page.html").to_vec(),
        );
    }
    let text = format!(
        "403 Forbidden\n\nThis is a SCEP endpoint and it is alive. It speaks to devices, not to browsers: give this address\n\
         to your MDM. Devices ask it with ?operation=GetCACaps, GetCACert and PKIOperation.\n\nRequest {id}\n"
    );
    reply::text(StatusCode::FORBIDDEN, text)
}

/// No redirect and no 401 ever leaves a SCEP path: Windows follows neither (M41, Q30).
fn sent(answer: ScepHttpResponse) -> Response {
    let status = StatusCode::from_u16(answer.status)
        .ok()
        .filter(|status| {
            !status.is_redirection() && !status.is_informational() && *status != StatusCode::UNAUTHORIZED
        })
        .unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let response = reply::bytes(status, answer.content_type, answer.body);
    match answer.retry_after {
        Some(after) => reply::retry_after(response, after),
        None => response,
    }
}

fn scep_method(method: &Method) -> Option<scep::operation::Method> {
    match *method {
        Method::GET | Method::HEAD => Some(scep::operation::Method::Get),
        Method::POST => Some(scep::operation::Method::Post),
        _ => None,
    }
}

fn peer(parts: &request::Parts) -> std::net::SocketAddr {
    let unknown = std::net::SocketAddr::from(([0, 0, 0, 0], 0));
    parts.extensions.get::<Peer>().map_or(unknown, |peer| peer.0)
}

/// At most 200 characters of it; whatever is not visible ASCII was never meant for us.
fn user_agent(parts: &request::Parts) -> Option<String> {
    parts.headers.get(USER_AGENT)?.to_str().ok().map(|text| text.chars().take(200).collect())
}
