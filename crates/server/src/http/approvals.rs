//! `GET /api/v1/approvals`, `GET /api/v1/approvals/{id}`, `POST /api/v1/approvals/{id}/approve` and `…/deny`: requests that wait
//! for an approval. A decision is idempotent: whoever lost the answer asks again.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::openapi::Says;
use super::servers::Shared;
use crate::approvals::{Approval, ApprovalDecided, ApprovalList};
use crate::explanation::{administrator, asking};

/// The largest body of a decision, in octets.
const MOST: usize = 4 << 10;

/// Decides about requests that wait.
pub trait Approvals: Send + Sync {
    /// Those that wait.
    fn waiting(&self) -> BoxFuture<'_, Result<ApprovalList, ApiProblem>>;

    /// One, whatever became of it.
    fn held<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Approval, ApiProblem>>;

    /// Approves or denies one.
    fn decide<'a>(
        &'a self,
        id: &'a str,
        approved: bool,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<ApprovalDecided, ApiProblem>>;
}

/// A decision says nothing beside its route.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct Nothing {}

/// What the first route says of itself.
pub(super) fn list_says() -> Says {
    Says::get("List requests that wait for an approval")
        .answers::<ApprovalList>(200, "Those that wait, oldest first; a thousand at most.")
}

/// What the second route says of itself.
pub(super) fn show_says() -> Says {
    Says::get("Show a request that was held for an approval")
        .part("id", "Its number.")
        .answers::<Approval>(200, "The request, whatever became of it.")
        .refuses(404, &[administrator::NO_HELD])
}

/// What the third route says of itself.
pub(super) fn approve_says() -> Says {
    decides("Approve a request")
}

/// What the fourth route says of itself.
pub(super) fn deny_says() -> Says {
    decides("Deny a request")
}

fn decides(summary: &str) -> Says {
    Says::post(summary)
        .details("A decision is final. The same one again changes nothing.")
        .part("id", "The number of the request.")
        .takes::<Nothing>(false)
        .answers::<ApprovalDecided>(200, "The request as it is now.")
        .refuses(403, &[asking::OWN_REQUEST])
        .refuses(404, &[administrator::NO_HELD])
        .refuses(409, &[administrator::DECIDED])
}

/// The handler of the first route.
pub(super) async fn list(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(shared.services.approvals.waiting().await)
}

/// The handler of the second route.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    api::answered(shared.services.approvals.held(&id).await)
}

/// The handler of the third route.
pub(super) async fn approve(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    decided(&shared, &id, true, &caller, request).await
}

/// The handler of the fourth route.
pub(super) async fn deny(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    decided(&shared, &id, false, &caller, request).await
}

async fn decided(shared: &Shared, id: &str, approved: bool, caller: &Caller, request: Request) -> Response {
    let outcome = async {
        let _: Nothing = api::object(shared, request.into_body(), MOST).await?;
        shared.services.approvals.decide(id, approved, caller).await
    };
    api::answered(outcome.await)
}
