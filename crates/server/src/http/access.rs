//! Who may use the administrative API: the bearer token of each request, and the scope that its route needs.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodRouter;

use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::servers::Shared;
use crate::tokens::Scope;

/// Knows who may do what.
pub trait Access: Send + Sync {
    /// Whose `token` is, if it may do what `scope` names; `route` is for the audit.
    fn admit<'a>(
        &'a self,
        token: &'a str,
        scope: Scope,
        route: &'a str,
    ) -> BoxFuture<'a, Result<Caller, ApiProblem>>;
}

/// Who asks. Each handler of the API takes one, and nobody but the guard of its route gives it: a handler without a guard
/// answers 500.
#[derive(Clone, Debug)]
pub struct Caller(String);

impl Caller {
    /// Whoever has the token of the settings.
    #[must_use]
    pub fn configured() -> Caller {
        Caller("the configured token".to_owned())
    }

    /// Whoever has the token of that name.
    #[must_use]
    pub fn token(name: &str) -> Caller {
        Caller(format!("token {name}"))
    }

    /// For the audit.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A route of the API.
pub(super) struct Route {
    pub(super) path: &'static str,
    pub(super) scope: Scope,
    pub(super) method: fn() -> MethodRouter<Arc<Shared>>,
}

impl Route {
    /// Adds the route, behind its guard.
    pub(super) fn guarded(&self, router: Router<Arc<Shared>>, shared: &Arc<Shared>) -> Router<Arc<Shared>> {
        let needs = Needs { shared: Arc::clone(shared), scope: self.scope, path: self.path };
        router.route(self.path, (self.method)().route_layer(from_fn_with_state(needs, guard)))
    }
}

#[derive(Clone)]
struct Needs {
    shared: Arc<Shared>,
    scope: Scope,
    path: &'static str,
}

async fn guard(State(needs): State<Needs>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let route = format!("{} {}", parts.method, needs.path);
    let access = &needs.shared.services.access;
    match access.admit(bearer(&parts.headers), needs.scope, &route).await {
        Ok(caller) => {
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => api::refusal(&problem),
    }
}

/// RFC 6750 §2.1; empty where there is none.
fn bearer(headers: &HeaderMap) -> &str {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.strip_prefix("Bearer ").unwrap_or_default()
}
