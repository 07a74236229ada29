//! A panic ends one request, not the process (threat 46).

use crate::explanation::ours::PANIC;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::Poll;

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
        Err(ended) => broken(&shared, ended.is_panic()),
    }
}

/// The same for what only reads: it may end with its client, and needs no task, which would cost more than a kept answer
/// does.
pub(super) async fn shield(State(shared): State<Arc<Shared>>, request: Request, next: Next) -> Response {
    let mut answering = Box::pin(next.run(request));
    // What the panicking request held is dropped with it; what others share is behind locks that survive one.
    let caught = std::future::poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| answering.as_mut().poll(context)));
        polled.map_or_else(|_| Poll::Ready(None), |polled| polled.map(Some))
    });
    caught.await.unwrap_or_else(|| broken(&shared, true))
}

fn broken(shared: &Shared, panicked: bool) -> Response {
    if panicked {
        shared.services.metrics.panicked();
    }
    let text = format!("Something went wrong on our side; other requests are served on. {PANIC}");
    reply::text(StatusCode::INTERNAL_SERVER_ERROR, &text)
}
