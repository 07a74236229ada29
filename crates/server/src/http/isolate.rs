//! A panic ends one request, not the process (threat 46).

use crate::explanation::ours::PANIC;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;

use super::reply;
use super::servers::Shared;

/// Runs the request in a task of its own. It goes on when the client leaves: an enrolment that has begun is finished,
/// recorded and found again when the device asks anew.
pub(super) async fn isolate(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    match tokio::spawn(next.run(request)).await {
        Ok(response) => response,
        Err(ended) => {
            if ended.is_panic() {
                shared.services.metrics.panicked();
            }
            let text = format!("Something went wrong on our side; other requests are served on. {PANIC}");
            reply::text(StatusCode::INTERNAL_SERVER_ERROR, &text)
        }
    }
}
