//! `POST /api/v1/requests`, `GET /api/v1/requests`, `GET /api/v1/requests/{id}`: certificates that callers ask for in their own names.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::idempotency::Deed;
use super::openapi::Says;
use super::paging::{Asked, Cursor, Everything, Page};
use super::servers::Shared;
use crate::explanation::asking;
use crate::requests::{CertificateForm, RequestedCertificate};
use crate::validators::refusal::{MAY_NOT_ASK, NAME_NOT_LISTED};

/// The largest form, in octets: a request with an RSA-4096 key and a hundred names is a tenth of that.
const MOST: usize = 64 << 10;
/// The name of the list in its cursors.
const LIST: &str = "requests";

/// Takes requests.
pub trait CertificateRequests: Send + Sync {
    /// The certificate, or that it waits.
    fn ask<'a>(
        &'a self,
        form: CertificateForm,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestedCertificate, ApiProblem>>;

    /// One that the caller may see, as it stands; what was approved is issued to whoever asked.
    fn fetch<'a>(
        &'a self,
        id: &'a str,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestedCertificate, ApiProblem>>;

    /// Those that the caller may see, newest first, and after which number the next page begins.
    fn list<'a>(
        &'a self,
        page: RequestsPage,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestsListed, ApiProblem>>;
}

/// Which rows.
#[derive(Clone, Copy, Debug)]
pub struct RequestsPage {
    /// Only those before this number.
    pub before: Option<i64>,
    /// Rows, 1 to 200.
    pub limit: u32,
}

/// A page of requests.
pub struct RequestsListed {
    /// The rows.
    pub items: Vec<RequestedCertificate>,
    /// The number that the next page begins below; `None` on the last.
    pub next: Option<i64>,
}

/// What the first route says of itself.
pub(super) fn create_says() -> Says {
    Says::post("Ask for a certificate in one's own name")
        .details(
            "Either with a request of one's own (csr), whose key stays where it was made; or with subject and names and key = \"server\", \
             where the endpoint allows it: then the answer has key and certificates as PKCS #12 and its password, this one time. docs/asking.md \
             says who may ask for what.",
        )
        .once()
        .takes::<CertificateForm>(true)
        .answers::<RequestedCertificate>(201, "The certificate.")
        .answers::<RequestedCertificate>(202, "A rule asks for an approval first; fetch it later.")
        .refuses(400, &[asking::FORM])
        .refuses(403, &[MAY_NOT_ASK, NAME_NOT_LISTED, asking::NO_SERVER_KEY])
        .refuses(404, &[asking::NO_COUNTER])
        .refuses_requests(422)
}

/// What the second route says of itself.
pub(super) fn list_says() -> Says {
    Says::get("List requests for certificates").lists::<RequestedCertificate, Everything>(
        "The caller's own requests, newest first, without the certificates; whoever may read enrolments sees everybody's.",
    )
}

/// What the third route says of itself.
pub(super) fn show_says() -> Says {
    Says::get("Say what became of a request for a certificate")
        .details("Whoever asked gets the certificate that was approved meanwhile; the rules count as they are then.")
        .part("id", "The request's id.")
        .answers::<RequestedCertificate>(200, "The request as it stands.")
        .refuses(403, &[MAY_NOT_ASK, NAME_NOT_LISTED])
        .refuses(404, &[asking::NO_REQUEST, asking::NO_COUNTER])
        .refuses_requests(422)
}

/// The handler of the first route.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let read = async {
        let deed = Deed::read(&shared, &caller, request, MOST).await?;
        let form: CertificateForm = deed.object()?;
        Ok((deed, form))
    };
    let (deed, form) = match read.await {
        Ok(read) => read,
        Err(problem) => return api::refusal(&problem),
    };
    let status = |answer: &RequestedCertificate| {
        if answer.certificate.is_some() { StatusCode::CREATED } else { StatusCode::ACCEPTED }
    };
    // A key that was made here is handed over once and kept nowhere; the certificate is to be had by its id.
    let keep = |answer: &RequestedCertificate| answer.clone().without_certificates();
    deed.done(&shared, status, keep, shared.services.requests.ask(form, &caller)).await
}

/// The handler of the second route.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    asked: Asked<Everything>,
) -> Response {
    let outcome = async {
        let limit = u32::try_from(asked.limit.rows()).unwrap_or(1);
        let page = RequestsPage { before: asked.from(LIST)?, limit };
        let RequestsListed { items, next } = shared.services.requests.list(page, &caller).await?;
        Ok(Page { items, next: next.map(|number| Cursor::new(LIST, &number)) })
    };
    api::answered(outcome.await)
}

/// The handler of the third route.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    api::answered(shared.services.requests.fetch(&id, &caller).await)
}
