//! Whether the server lives, whether it can serve, and its figures.

use std::sync::Arc;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;

use super::gateway::BoxFuture;
use super::reply;
use super::servers::Shared;

/// Knows what keeps the server from serving.
pub trait Readiness: Send + Sync {
    /// One sentence for each trouble; none where all is well. For administrators: it may name what is broken.
    fn troubles(&self) -> BoxFuture<'_, Vec<String>>;

    /// One sentence for each thing that is not as it should be while the server serves all the same.
    fn reserves(&self) -> Vec<String>;
}

/// `/healthz`: the process answers.
pub(super) async fn alive() -> Response {
    reply::text(StatusCode::OK, "alive\n")
}

/// `/readyz` for everybody: yes or no.
pub(super) async fn ready(State(shared): State<Arc<Shared>>) -> Response {
    let readiness = &shared.services.readiness;
    if readiness.troubles().await.is_empty() {
        let degraded = !readiness.reserves().is_empty();
        return reply::text(StatusCode::OK, if degraded { "ready, degraded\n" } else { "ready\n" });
    }
    reply::text(StatusCode::SERVICE_UNAVAILABLE, "not ready\n")
}

/// `/readyz` for administrators: why not.
pub(super) async fn ready_with_reasons(State(shared): State<Arc<Shared>>) -> Response {
    let readiness = &shared.services.readiness;
    let (troubles, reserves) = (readiness.troubles().await, readiness.reserves());
    if troubles.is_empty() && reserves.is_empty() {
        return reply::text(StatusCode::OK, "ready\n");
    }
    if troubles.is_empty() {
        return reply::text(StatusCode::OK, format!("ready, degraded\n{}\n", reserves.join("\n")));
    }
    reply::text(StatusCode::SERVICE_UNAVAILABLE, format!("not ready\n{}\n", troubles.join("\n")))
}

/// `/metrics`.
pub(super) async fn metrics(State(shared): State<Arc<Shared>>) -> Response {
    let text = shared.services.metrics.render();
    // https://github.com/prometheus/OpenMetrics: what prometheus-client writes.
    let content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    reply::bytes(StatusCode::OK, content_type, text.into_bytes())
}
