//! What all routes of the administrative API share: the body, the answer, the refusal. Who may call is `access`.

use super::reply;
use super::servers::Shared;
use crate::explanation::{Entry, administrator, ours};
use axum::body::{Body, Bytes};
use axum::http::StatusCode;
use axum::http::header::{HeaderValue, WWW_AUTHENTICATE};
use axum::response::Response;
use http_body_util::{BodyExt as _, Limited};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::borrow::Cow;
use std::time::Duration;
use utoipa::ToSchema;

/// A refusal of the administrative API, sent as `application/problem+json` (RFC 9457).
#[derive(Clone, Debug)]
pub struct ApiProblem {
    /// HTTP status.
    pub status: u16,
    /// Its code.
    pub code: Entry,
    /// What is wrong, in one sentence.
    pub sentence: String,
    /// What to do about it.
    pub fix: Cow<'static, str>,
}

/// The body, of `most` octets at most.
pub(super) async fn body(shared: &Shared, body: Body, most: usize) -> Result<Bytes, ApiProblem> {
    let collected =
        tokio::time::timeout(shared.limits.body_timeout, Limited::new(body, most).collect()).await;
    match collected {
        Ok(Ok(collected)) => Ok(collected.to_bytes()),
        _ => {
            let sentence = "The body is too long or too slow.".to_owned();
            Err(ApiProblem { sentence, ..ApiProblem::new(413, administrator::BODY) })
        }
    }
}

/// The body as a JSON object, of `most` octets at most; no body is an empty object.
pub(super) async fn object<T>(shared: &Shared, octets: Body, most: usize) -> Result<T, ApiProblem>
where
    T: DeserializeOwned + Default,
{
    parsed(&body(shared, octets, most).await?)
}

/// These octets as a JSON object; none are an empty object.
pub(super) fn parsed<T: DeserializeOwned + Default>(bytes: &[u8]) -> Result<T, ApiProblem> {
    if bytes.is_empty() {
        return Ok(T::default());
    }
    // serde takes an array for an object, its members in order and the rest by default.
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Err(not_expected("it is no JSON object"));
    }
    serde_json::from_slice(bytes).map_err(|error| not_expected(&error.to_string()))
}

/// The answer with that as JSON, or the refusal.
pub(super) fn answered(outcome: Result<impl Serialize, ApiProblem>) -> Response {
    answered_with(StatusCode::OK, outcome)
}

/// The same, with another status than 200 where all went well.
pub(super) fn answered_with(status: StatusCode, outcome: Result<impl Serialize, ApiProblem>) -> Response {
    let written = outcome.and_then(|told| serde_json::to_vec(&told).map_err(|_| unwritten()));
    match written {
        Ok(octets) => reply::bytes(status, "application/json", octets),
        Err(problem) => refusal(&problem),
    }
}

/// JSON that cannot be written is a fault of ours: no answer has a map whose names are no texts.
fn unwritten() -> ApiProblem {
    ApiProblem::new(500, ours::PANIC)
}

/// A refusal as it is sent (RFC 9457).
#[derive(Serialize, ToSchema)]
pub(super) struct Problem {
    /// `urn:chancery:error:` and the code.
    r#type: String,
    /// What is wrong, in one sentence.
    title: String,
    /// The answer's status once more.
    status: u16,
    /// `CHY-` and four digits; never changes its meaning.
    code: String,
    /// What to do about it.
    fix: Cow<'static, str>,
}

impl ApiProblem {
    /// The problem of this code, in its own words.
    #[must_use]
    pub fn new(status: u16, code: Entry) -> Self {
        Self { status, code, sentence: code.sentence.to_owned(), fix: code.fix.into() }
    }
}

pub(super) fn refusal(problem: &ApiProblem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = Problem {
        r#type: format!("urn:chancery:error:{}", problem.code),
        title: problem.sentence.clone(),
        status: status.as_u16(),
        code: problem.code.to_string(),
        fix: problem.fix.clone(),
    };
    // Texts and a number: nothing that JSON cannot say.
    let octets = serde_json::to_vec(&body).unwrap_or_default();
    let mut response = reply::bytes(status, "application/problem+json", octets);
    if status == StatusCode::UNAUTHORIZED {
        response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response = reply::retry_after(response, Duration::from_secs(5));
    }
    response
}

/// The body is not what the route takes.
pub(super) fn not_expected(why: &str) -> ApiProblem {
    let sentence = format!("The body is not what was expected: {why}.");
    ApiProblem { sentence, ..ApiProblem::new(400, administrator::BODY) }
}
