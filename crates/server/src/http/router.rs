//! Every route. Tails are ignored: clients append what they please (RFC 8894 §4.1, Q9).

use std::sync::Arc;

use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{any, get, post, put};

use super::access::Route;
use super::servers::Shared;
use super::{challenges, health, isolate, ocsp, publications, records, reply, revocations, scep};
use crate::tokens::Scope;

/// The administrative API: each route with the scope that a token must have. A test sees to it that none is added past it.
const API: [Route; 5] = [
    Route { path: "/api/v1/challenges", scope: Scope::ChallengeNew, method: || post(challenges::create) },
    Route {
        path: "/api/v1/certificates/{serial}/status",
        scope: Scope::CertRead,
        method: || get(records::status),
    },
    Route {
        path: "/api/v1/certificates/{serial}/revoke",
        scope: Scope::CertRevoke,
        method: || post(revocations::one),
    },
    Route {
        path: "/api/v1/certificates/revoke",
        scope: Scope::CertRevoke,
        method: || post(revocations::many),
    },
    Route {
        path: "/api/v1/directory/{endpoint}",
        scope: Scope::DirectoryWrite,
        method: || put(records::list),
    },
];

/// The listener for devices and relying parties, plain and over TLS.
pub(super) fn public(shared: &Arc<Shared>) -> Router {
    Router::new()
        .route("/certsrv/mscep/mscep.dll", any(scep::ndes))
        .route("/certsrv/mscep/mscep.dll/", any(scep::ndes))
        .route("/certsrv/mscep/mscep.dll/{*tail}", any(scep::ndes))
        .route("/CertSrv/mscep/mscep.dll", any(scep::ndes))
        .route("/CertSrv/mscep/mscep.dll/", any(scep::ndes))
        .route("/CertSrv/mscep/mscep.dll/{*tail}", any(scep::ndes))
        .route("/cgi-bin/pkiclient.exe", any(scep::ndes))
        .route("/cgi-bin/pkiclient.exe/{*tail}", any(scep::ndes))
        .route("/scep/{name}", any(scep::named))
        .route("/scep/{name}/", any(scep::named))
        .route("/scep/{name}/{*tail}", any(scep::named))
        .layer(from_fn_with_state(Arc::clone(shared), isolate::isolate))
        .merge(reading(shared))
        .fallback(nothing_here)
        .with_state(Arc::clone(shared))
}

/// What relying parties fetch; nothing of it changes anything.
fn reading(shared: &Arc<Shared>) -> Router<Arc<Shared>> {
    Router::new()
        .route("/ocsp", any(ocsp::ocsp))
        .route("/ocsp/", any(ocsp::ocsp))
        .route("/ocsp/{*request}", any(ocsp::ocsp))
        .route("/ca/{file}", get(publications::ca))
        .route("/crl/{file}", get(publications::crl))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .layer(from_fn_with_state(Arc::clone(shared), isolate::shield))
}

/// The listener for administrators.
pub(super) fn admin(shared: &Arc<Shared>) -> Router {
    let open = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready_with_reasons))
        .route("/metrics", get(health::metrics));
    API.iter()
        .fold(open, |router, route| route.guarded(router, shared))
        .fallback(nothing_here)
        .layer(from_fn_with_state(Arc::clone(shared), isolate::isolate))
        .with_state(Arc::clone(shared))
}

pub(super) async fn nothing_here() -> Response {
    let text = "There is nothing here. SCEP endpoints are /scep/<name> and /certsrv/mscep/mscep.dll; the administrator \
                of this server sees their names with: chancery config show\n";
    reply::text(StatusCode::NOT_FOUND, text)
}

#[cfg(test)]
mod tests {
    use super::API;

    #[test]
    fn every_route_of_the_api_declares_a_scope() {
        let source = include_str!("router.rs");
        let (shipped, _) = source.split_once("#[cfg(test)]").unwrap();
        let paths = shipped.matches("\"/api").count();
        assert_eq!((paths, shipped.matches("path: \"/api/v1/").count()), (API.len(), API.len()));
    }
}
