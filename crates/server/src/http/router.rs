//! Every route. Tails are ignored: clients append what they please (RFC 8894 §4.1, Q9).

use std::sync::Arc;

use axum::Router;
use axum::http::{StatusCode, Uri};
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use axum::routing::{any, get};

use super::api::{self, ApiProblem};
use super::routes::API;
use super::servers::Shared;
use super::{health, isolate, ocsp, openapi, origin, publications, reply, scep};
use crate::explanation::rest;
use crate::portal;

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

/// The listener for administrators: the API, and the portal in front of it.
pub(super) fn admin(shared: &Arc<Shared>) -> Router {
    let open = Router::new()
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready_with_reasons))
        .route("/metrics", get(health::metrics))
        .route(openapi::PATH, get(openapi::show))
        // Public as they are on the devices' listener, for whoever sets up devices from here (M1).
        .route("/ca/{file}", get(publications::ca));
    let api = API.iter().fold(open, |router, route| route.guarded(router, shared));
    let api = api.fallback(no_route).with_state(Arc::clone(shared));
    // The portal asks within its own request: what isolates that one is around both, and not twice.
    let (visitors, clock) = (Arc::clone(&shared.services.visitors), Arc::clone(&shared.services.clock));
    let pages = portal::router(api.clone(), visitors, clock, shared.services.simulator.is_some());
    api.merge(pages)
        .layer(from_fn_with_state(Arc::clone(shared), origin::known_by))
        .layer(from_fn_with_state(Arc::clone(shared), isolate::isolate))
}

/// The API answers in its own way where it has nothing, too.
async fn no_route(uri: Uri) -> Response {
    if uri.path().starts_with("/api/") {
        return api::refusal(&ApiProblem::new(404, rest::NO_ROUTE));
    }
    // The address may have been meant for the portal, by a browser.
    portal::guarded(nothing_here().await).await
}

pub(super) async fn nothing_here() -> Response {
    let text = "There is nothing here. SCEP endpoints are /scep/<name> and /certsrv/mscep/mscep.dll; the administrator \
                of this server sees their names with: chancery config show\n";
    reply::text(StatusCode::NOT_FOUND, text)
}
