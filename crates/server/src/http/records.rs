//! `GET /api/v1/certificates/{serial}/status`: why a certificate is good or not. `GET /api/v1/enrolments/{transaction}`: what
//! became of an enrolment. `PUT /api/v1/directory/{endpoint}`: the
//! list of devices and users that an endpoint's certificates follow.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::openapi::Says;
use super::servers::Shared;
use crate::explanation::{administrator, ours};
use crate::history::Enrolment;
use crate::why::CertificateStatus;

/// The largest list that is taken, in octets.
const LIST: usize = 64 << 20;

/// Knows certificates and lists.
pub trait Records: Send + Sync {
    /// Why the certificate with this serial number (hexadecimal) is good or not.
    fn why<'a>(&'a self, serial: &'a str) -> BoxFuture<'a, Result<CertificateStatus, ApiProblem>>;

    /// What became of the enrolment with this SCEP transactionID.
    fn enrolment<'a>(&'a self, transaction: &'a str) -> BoxFuture<'a, Result<Enrolment, ApiProblem>>;

    /// Takes a list in place of the one before; gives how many it names.
    fn take_list<'a>(&'a self, endpoint: &'a str, text: String) -> BoxFuture<'a, Result<usize, ApiProblem>>;
}

/// A list that was taken.
#[derive(Serialize, ToSchema)]
struct ListTaken {
    /// The endpoint whose certificates follow it.
    endpoint: String,
    /// How many devices and users it names.
    entries: usize,
}

/// What the first route says of itself.
pub(super) fn status_says() -> Says {
    Says::get("Say why a certificate is good or not")
        .part("serial", "The serial number, hexadecimal.")
        .answers::<CertificateStatus>(200, "What its status follows from.")
        .refuses(404, &[administrator::SERIAL])
}

/// What the second route says of itself.
pub(super) fn enrolment_says() -> Says {
    Says::get("Say what became of an enrolment")
        .part("transaction", "The SCEP transactionID, as the device's log and ours have it.")
        .answers::<Enrolment>(200, "What is on record of it, the newest sixty events.")
        .refuses(404, &[administrator::NO_ENROLMENT])
}

/// What the third route says of itself.
pub(super) fn list_says() -> Says {
    Says::put("Replace the list of devices and users that an endpoint follows")
        .details("The rules of the endpoint revoke or hold the certificates of whom the list leaves out.")
        .part("endpoint", "The endpoint's name.")
        .takes_text("text/csv", "The list: a heading, then a line for each device or user.")
        .answers::<ListTaken>(200, "The list was taken.")
        .refuses(404, &[administrator::NO_LIST])
        .refuses(503, &[ours::FACTS])
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
pub(super) async fn enrolment(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(transaction): Path<String>,
) -> Response {
    api::answered(shared.services.records.enrolment(&transaction).await)
}

/// The handler of the third route.
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
        Ok(ListTaken { endpoint, entries: named })
    };
    api::answered(outcome.await)
}
