//! `POST /api/v1/challenges`: challenges for programs that prepare devices.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use pki::Time;
use serde::Deserialize;
use serde_json::json;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::reply;
use super::servers::Shared;
use crate::config::Secret;
use crate::validators::BoundIdentity;
use crate::validators::bound::Promise;

/// Makes challenges that are spent once.
pub trait ChallengeDesk: Send + Sync {
    /// A new challenge, or why there is none.
    fn issue(&self, wanted: NewChallenge) -> BoxFuture<'_, Result<IssuedChallenge, ApiProblem>>;
}

/// What the caller asks for.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct NewChallenge {
    /// The endpoint it is for; the one at NDES' address where absent.
    pub endpoint: Option<String>,
    /// The certificate profile it is for: that of the endpoint. It finds the endpoint where that is absent.
    pub profile: Option<String>,
    /// The one request it is good for, at an endpoint whose validator is `bound`.
    pub request: Option<Promise>,
    /// The identity it is bound to, at one whose validator is `one_time`; whatever the profile allows where absent.
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

/// The route's handler.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    request: Request,
) -> Response {
    const MOST: usize = 64 << 10;
    let outcome = async {
        let wanted: NewChallenge = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.challenges.issue(wanted).await
    };
    match outcome.await {
        Ok(issued) => shown(&issued),
        Err(problem) => api::refusal(&problem),
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
