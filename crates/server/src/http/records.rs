//! `GET /api/v1/certificates/{serial}/status`: why a certificate is good or not. `PUT /api/v1/directory/{endpoint}`: the
//! list of devices and users that an endpoint's certificates follow.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde_json::{Value, json};

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::servers::Shared;

/// The largest list that is taken, in octets.
const LIST: usize = 64 << 20;

/// Knows certificates and lists.
pub trait Records: Send + Sync {
    /// Why the certificate with this serial number (hexadecimal) is good or not.
    fn why<'a>(&'a self, serial: &'a str) -> BoxFuture<'a, Result<Value, ApiProblem>>;

    /// Takes a list in place of the one before; gives how many it names.
    fn take_list<'a>(&'a self, endpoint: &'a str, text: String) -> BoxFuture<'a, Result<usize, ApiProblem>>;
}

/// The handler of the first route.
pub(super) async fn status(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(serial): Path<String>,
) -> Response {
    api::answered(shared.services.records.why(&serial).await)
}

/// The handler of the second route.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(endpoint): Path<String>,
    request: Request,
) -> Response {
    let outcome = async {
        let bytes = api::body(&shared, request.into_body(), LIST).await?;
        let text = String::from_utf8(bytes.to_vec()).map_err(|_| api::not_expected("it is not UTF-8"))?;
        let named = shared.services.records.take_list(&endpoint, text).await?;
        Ok(json!({ "endpoint": endpoint, "entries": named }))
    };
    api::answered(outcome.await)
}
