//! What all routes of the administrative API share: the token, the body, the refusal.

use super::reply;
use super::servers::Shared;
use crate::explanation::{Entry, administrator};
use crate::validators::refusal::BEARER_TOKEN;
use aws_lc_rs::digest::{SHA256, digest};
use axum::body::{Body, Bytes};
use axum::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use http_body_util::{BodyExt as _, Limited};
use serde_json::json;
use std::time::Duration;

/// A refusal of the administrative API, sent as `application/problem+json` (RFC 9457).
#[derive(Clone, Debug)]
pub struct ApiProblem {
    /// HTTP status.
    pub status: u16,
    /// Its code.
    pub code: Entry,
    /// What is wrong, in one sentence.
    pub sentence: String,
}

/// The token is compared by its hash: neither length nor prefix shows in time.
pub(super) fn authorised(shared: &Shared, headers: &HeaderMap) -> Result<(), ApiProblem> {
    let Some(token) = &shared.admin_token else {
        return Err(ApiProblem::new(403, administrator::NO_TOKEN));
    };
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let given = given.strip_prefix("Bearer ").unwrap_or_default();
    let (given, right) =
        (digest(&SHA256, given.as_bytes()), digest(&SHA256, token.reveal_secret().as_bytes()));
    if given.as_ref() == right.as_ref() {
        return Ok(());
    }
    Err(ApiProblem::new(401, BEARER_TOKEN))
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

impl ApiProblem {
    /// The problem of this code, in its own words.
    #[must_use]
    pub fn new(status: u16, code: Entry) -> Self {
        Self { status, code, sentence: code.sentence.to_owned() }
    }
}

pub(super) fn refusal(problem: &ApiProblem) -> Response {
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = json!({
        "type": format!("urn:chancery:error:{}", problem.code),
        "title": problem.sentence,
        "status": status.as_u16(),
        "code": problem.code.to_string(),
        "fix": problem.code.fix,
    });
    let mut response = reply::bytes(status, "application/problem+json", body.to_string().into_bytes());
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
