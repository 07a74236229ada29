//! `POST /api/v1/challenges`: challenges for programs that prepare devices.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use pki::Time;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::idempotency::Deed;
use super::openapi::Says;
use super::servers::Shared;
use crate::config::Secret;
use crate::explanation::administrator;
use crate::validators::BoundIdentity;
use crate::validators::bound::Promise;

/// Makes challenges that are spent once.
pub trait ChallengeDesk: Send + Sync {
    /// A new challenge, or why there is none. `by` is who asks, for the audit.
    fn issue<'a>(
        &'a self,
        wanted: NewChallenge,
        by: &'a str,
    ) -> BoxFuture<'a, Result<IssuedChallenge, ApiProblem>>;
}

/// What the caller asks for.
#[derive(Debug, Default, Deserialize, ToSchema)]
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

/// What is answered.
#[derive(Clone, Serialize, ToSchema)]
struct MadeChallenge {
    /// The challenge, the only time it is shown; `None` in an answer that is given again by an `Idempotency-Key`.
    challenge: Option<String>,
    /// The endpoint it is for.
    endpoint: String,
    /// When it stops being good.
    expires: String,
}

/// What the route says of itself.
pub(super) fn says() -> Says {
    Says::post("Make a challenge for one enrolment")
        .details(
            "The challenge is shown this once; what is kept of it is what it will be claimed by. An endpoint whose \
             validator is bound needs a request, one whose validator is one_time takes an identity.",
        )
        .once()
        .takes::<NewChallenge>(false)
        .answers::<MadeChallenge>(201, "The challenge.")
        .refuses(400, &[administrator::PROMISE])
        .refuses(404, &[administrator::NO_DESK])
}

/// The route's handler.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    const MOST: usize = 64 << 10;
    let read = async {
        let deed = Deed::read(&shared, &caller, request, MOST).await?;
        let wanted: NewChallenge = deed.object()?;
        Ok((deed, wanted))
    };
    let (deed, wanted) = match read.await {
        Ok(read) => read,
        Err(problem) => return api::refusal(&problem),
    };
    let act = async { shared.services.challenges.issue(wanted, caller.as_str()).await.map(shown) };
    // What is kept of a challenge is what it will be claimed by: a repetition learns that it was made, and asks for another.
    let keep = |made: &MadeChallenge| MadeChallenge { challenge: None, ..made.clone() };
    deed.done(&shared, |_| StatusCode::CREATED, keep, act).await
}

fn shown(issued: IssuedChallenge) -> MadeChallenge {
    MadeChallenge {
        challenge: Some(issued.challenge.reveal_secret().to_owned()),
        endpoint: issued.endpoint,
        expires: issued.expires.to_string(),
    }
}
