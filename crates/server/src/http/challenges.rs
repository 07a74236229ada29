//! `POST /api/v1/challenges`: one-time challenges for programs that prepare devices.

use std::sync::Arc;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{AUTHORIZATION, HeaderValue, WWW_AUTHENTICATE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use http_body_util::{BodyExt as _, Limited};
use pki::Time;
use serde::Deserialize;
use serde_json::json;

use super::gateway::BoxFuture;
use super::reply;
use super::servers::Shared;
use crate::config::Secret;
use crate::explanation::{Entry, administrator};
use crate::validators::BoundIdentity;
use crate::validators::refusal::BEARER_TOKEN;

/// Makes one-time challenges.
pub trait ChallengeDesk: Send + Sync {
    /// A new challenge, recorded, or why there is none.
    fn issue(&self, wanted: NewChallenge) -> BoxFuture<'_, Result<IssuedChallenge, ApiProblem>>;
}

/// What the caller asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewChallenge {
    /// The endpoint it is for; the one at NDES' address where absent.
    pub endpoint: Option<String>,
    /// The identity it is bound to; whatever the profile allows where absent.
    pub identity: Option<BoundIdentity>,
    /// Seconds it may wait; the endpoint's setting where absent, which it cannot exceed.
    pub ttl_seconds: Option<u64>,
}

/// A challenge, the only time it is shown.
pub struct IssuedChallenge {
    /// Its text.
    pub challenge: Secret,
    /// The endpoint it is for.
    pub endpoint: String,
    /// When it stops being good.
    pub expires: Time,
}

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

/// The route's handler.
pub(super) async fn create(State(shared): State<Arc<Shared>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let outcome = match authorised(&shared, &parts.headers) {
        Ok(()) => match read(&shared, body).await {
            Ok(wanted) => shared.services.challenges.issue(wanted).await,
            Err(problem) => Err(problem),
        },
        Err(problem) => Err(problem),
    };
    match outcome {
        Ok(issued) => shown(&issued),
        Err(problem) => refusal(&problem),
    }
}

/// The token is compared by its hash: neither length nor prefix shows in time.
fn authorised(shared: &Shared, headers: &HeaderMap) -> Result<(), ApiProblem> {
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

async fn read(shared: &Shared, body: Body) -> Result<NewChallenge, ApiProblem> {
    const MOST: usize = 64 << 10;
    let collected =
        tokio::time::timeout(shared.limits.body_timeout, Limited::new(body, MOST).collect()).await;
    let bytes = match collected {
        Ok(Ok(collected)) => collected.to_bytes(),
        _ => {
            let sentence = "The body is too long or too slow.".to_owned();
            return Err(ApiProblem { sentence, ..ApiProblem::new(413, administrator::BODY) });
        }
    };
    if bytes.is_empty() {
        return Ok(NewChallenge::default());
    }
    serde_json::from_slice(&bytes).map_err(|error| {
        let sentence = format!("The body is not what was expected: {error}.");
        ApiProblem { sentence, ..ApiProblem::new(400, administrator::BODY) }
    })
}

impl ApiProblem {
    /// The problem of this code, in its own words.
    #[must_use]
    pub fn new(status: u16, code: Entry) -> Self {
        Self { status, code, sentence: code.sentence.to_owned() }
    }
}

fn shown(issued: &IssuedChallenge) -> Response {
    let body = json!({
        "challenge": issued.challenge.reveal_secret(),
        "endpoint": issued.endpoint,
        "expires": issued.expires.to_string(),
    });
    reply::bytes(StatusCode::CREATED, "application/json", body.to_string().into_bytes())
}

fn refusal(problem: &ApiProblem) -> Response {
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
