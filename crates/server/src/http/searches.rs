//! The routes that find things: certificates, devices, users, enrolments, the audit, the numbers of the first page.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::openapi::Says;
use super::paging::{Asked, Everything, Page};
use super::servers::Shared;
use crate::explanation::administrator;
use crate::search::{
    AuditEntry, AuditFilter, CertificateDetail, CertificateFilter, CertificateRow, EnrolmentFilter,
    EnrolmentRow, Finder, HolderDetail, HolderFilter, HolderRow, Home, Paging, Renewals, Sequel,
};
use crate::store::Named;

mod files;

pub(super) use files::{audit_lines, audit_lines_says, download, download_says, export, export_says};

const CERTIFICATES: &str = "certificates";
const ENROLMENTS: &str = "enrolments";
const AUDIT: &str = "audit";

/// What holds for each list that is searched.
const SHORT: &str = "Newest first. How many rows one answer looks at is bounded, so that a page may be shorter than limit, even empty, while \
                     next is not null.";

/// The page that is asked for.
fn paging<P: DeserializeOwned, F: DeserializeOwned>(
    asked: &Asked<F>,
    list: &str,
) -> Result<Paging<P>, ApiProblem> {
    Ok(Paging { limit: asked.limit.and_one().saturating_sub(1), after: asked.from(list)? })
}

fn page<T, P: Serialize>(found: Result<Sequel<T, P>, ApiProblem>, list: &str) -> Result<Page<T>, ApiProblem> {
    found.map(|found| found.page(list))
}

/// What the route says of itself.
pub(super) fn certificates_says() -> Says {
    Says::get("Search certificates by anything that they say")
        .details(
            "All that is given must be so. Newest first; sorted by the end of validity where that is asked about, the soonest first, or with \
             status=expired the latest first. How many rows one answer looks at is bounded, so that a page may be shorter than limit, even \
             empty, while next is not null. What was issued or revoked within the last second may be missing from the search; the status \
             that is shown is the present one.",
        )
        .lists::<CertificateRow, CertificateFilter>("A page of certificates.")
}

/// The handler.
pub(super) async fn certificates(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<CertificateFilter>,
) -> Response {
    let outcome = async {
        let paging = paging(&asked, CERTIFICATES)?;
        page(shared.services.finder.certificates(asked.filter, paging).await, CERTIFICATES)
    };
    api::answered(outcome.await)
}

/// What the route says of itself.
pub(super) fn certificate_says() -> Says {
    Says::get("Show everything that is known of a certificate")
        .part("serial", "The serial number, hexadecimal.")
        .answers::<CertificateDetail>(
            200,
            "The certificate, whom it names, how it stands and why, and its history.",
        )
        .refuses(404, &[administrator::SERIAL])
}

/// The handler.
pub(super) async fn certificate(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(serial): Path<String>,
) -> Response {
    api::answered(shared.services.finder.certificate(&serial).await)
}

/// What the route says of itself.
pub(super) fn enrolments_says() -> Says {
    Says::get("List what became of enrolments")
        .details(SHORT)
        .lists::<EnrolmentRow, EnrolmentFilter>("A page of enrolments.")
}

/// The handler.
pub(super) async fn enrolments(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<EnrolmentFilter>,
) -> Response {
    let outcome = async {
        let paging = paging(&asked, ENROLMENTS)?;
        page(shared.services.finder.enrolments(asked.filter, paging).await, ENROLMENTS)
    };
    api::answered(outcome.await)
}

async fn holders(shared: &Shared, named: Named, asked: Asked<HolderFilter>) -> Response {
    let outcome = async {
        let paging = paging(&asked, named.as_str())?;
        page(shared.services.finder.holders(named, asked.filter, paging).await, named.as_str())
    };
    api::answered(outcome.await)
}

/// What the route says of itself.
pub(super) fn devices_says() -> Says {
    Says::get("List the devices that certificates name")
        .details(SHORT)
        .lists::<HolderRow, HolderFilter>("A page of devices.")
}

/// The handler.
pub(super) async fn devices(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<HolderFilter>,
) -> Response {
    holders(&shared, Named::Device, asked).await
}

/// What the route says of itself.
pub(super) fn users_says() -> Says {
    Says::get("List the users that certificates name")
        .details(SHORT)
        .lists::<HolderRow, HolderFilter>("A page of users.")
}

/// The handler.
pub(super) async fn users(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<HolderFilter>,
) -> Response {
    holders(&shared, Named::User, asked).await
}

/// What the route says of itself.
pub(super) fn device_says() -> Says {
    Says::get("Show a device and its certificates")
        .part("id", "The device's id or name as certificates carry it.")
        .answers::<HolderDetail>(200, "What directories know of it, and its certificates by profile.")
        .refuses(404, &[administrator::NO_HOLDER])
}

/// The handler.
pub(super) async fn device(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    api::answered(shared.services.finder.holder(Named::Device, &id).await)
}

/// What the route says of itself.
pub(super) fn user_says() -> Says {
    Says::get("Show a user and the certificates that name them")
        .part("upn", "The user principal name.")
        .answers::<HolderDetail>(200, "What directories know of them, and their certificates by profile.")
        .refuses(404, &[administrator::NO_HOLDER])
}

/// The handler.
pub(super) async fn user(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(upn): Path<String>,
) -> Response {
    api::answered(shared.services.finder.holder(Named::User, &upn).await)
}

/// What the route says of itself.
pub(super) fn audit_says() -> Says {
    Says::get("Search the audit")
        .details(SHORT)
        .lists::<AuditEntry, AuditFilter>("A page of the audit.")
        .refuses(404, &[administrator::SERIAL])
}

/// The handler.
pub(super) async fn audit(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<AuditFilter>,
) -> Response {
    let outcome = async {
        let paging = paging(&asked, AUDIT)?;
        page(shared.services.finder.audit(asked.filter, paging).await, AUDIT)
    };
    api::answered(outcome.await)
}

/// What the route says of itself.
pub(super) fn summary_says() -> Says {
    Says::get("Show the numbers of the first page").answers::<Home>(200, "Sums over the whole store.")
}

/// The handler.
pub(super) async fn summary(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(shared.services.finder.summary().await)
}

/// What the route says of itself.
pub(super) fn renewals_says() -> Says {
    Says::get("Show whose renewal may come when, and who is late")
        .details("limit and cursor are for those at risk.")
        .lists_within::<Renewals, Everything>("The next 90 days, and a page of those at risk.")
}

/// The handler.
pub(super) async fn renewals(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<Everything>,
) -> Response {
    let outcome = async {
        let paging = paging(&asked, Finder::RENEWALS)?;
        shared.services.finder.renewals(paging).await
    };
    api::answered(outcome.await)
}
