//! What this installation is and how it does: `GET /api/v1/cas`, `…/connections`, `…/settings`, `…/health`, `…/doctor`, and
//! `POST /api/v1/connections/{name}/test`.

mod answers;

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

pub use self::answers::{
    AuthorityList, CertificateAuthority, Connection, ConnectionDirectory, ConnectionList, EffectiveSetting,
    HealthCounts, HealthReport, SettingList,
};
use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::openapi::Says;
use super::servers::Shared;
use crate::doctor::Examination;
use crate::explanation::{administrator, ours};
use crate::trial::Trial;

/// The largest body of a trial, in octets.
const MOST: usize = 4 << 10;

/// Knows the installation.
pub trait System: Send + Sync {
    /// Our own certificates, oldest first.
    fn authorities(&self) -> BoxFuture<'_, Result<AuthorityList, ApiProblem>>;

    /// The endpoints, and what each depends on.
    fn connections(&self) -> ConnectionList;

    /// Tries what the endpoint of that name depends on.
    fn try_connection<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Trial, ApiProblem>>;

    /// The settings that the server runs by, without anything secret.
    fn settings(&self) -> SettingList;

    /// Whether it serves, and with how much.
    fn health(&self) -> BoxFuture<'_, Result<HealthReport, ApiProblem>>;

    /// What will go wrong.
    fn doctor(&self) -> BoxFuture<'_, Result<Examination, ApiProblem>>;
}

/// A trial says nothing beside its route.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct NoSettings {}

/// What the first route says of itself.
pub(super) fn authorities_says() -> Says {
    Says::get("List the CAs' own certificates: root, issuing CA, RAs, OCSP signers")
        .details("issued_by names the CA above, so that the list is a tree.")
        .answers::<AuthorityList>(200, "All of them, retired ones included, oldest first.")
}

/// The handler of the first route.
pub(super) async fn authorities(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(shared.services.system.authorities().await)
}

/// What the second route says of itself.
pub(super) fn connections_says() -> Says {
    Says::get("List the endpoints, and what each depends on")
        .answers::<ConnectionList>(200, "All of them, in the order of the settings file.")
}

/// The handler of the second route.
pub(super) async fn connections(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(Ok(shared.services.system.connections()))
}

/// What the third route says of itself.
pub(super) fn try_connection_says() -> Says {
    Says::post("Try an endpoint's connection to Intune")
        .details(
            "Token, discovery, and a validation of a made-up challenge, which Intune must refuse. It takes up to 50 seconds; \
             one trial at a time.",
        )
        .part("name", "The endpoint's name.")
        .takes::<NoSettings>(false)
        .answers::<Trial>(200, "What came of each step, and what is missing.")
        .refuses(404, &[administrator::NO_INTUNE])
        .refuses(409, &[administrator::ENDPOINT])
        .refuses(503, &[ours::RANDOM])
}

/// The handler of the third route.
pub(super) async fn try_connection(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let outcome = async {
        let _: NoSettings = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.system.try_connection(&name).await
    };
    api::answered(outcome.await)
}

/// What the fourth route says of itself.
pub(super) fn settings_says() -> Says {
    Says::get("List the effective settings, with who set each; secrets are hidden")
        .answers::<SettingList>(200, "As the server was started with them, in alphabetical order.")
}

/// The handler of the fourth route.
pub(super) async fn settings(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(Ok(shared.services.system.settings()))
}

/// What the fifth route says of itself.
pub(super) fn health_says() -> Says {
    Says::get("Say whether the server serves, what stands in the way, and how much it holds")
        .answers::<HealthReport>(200, "How it is; also where it is not ready.")
}

/// The handler of the fifth route.
pub(super) async fn health(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(shared.services.system.health().await)
}

/// What the sixth route says of itself.
pub(super) fn doctor_says() -> Says {
    Says::get("Look for what will go wrong: settings, disk, keys, certificates, listeners, clock")
        .details(
            "Changes nothing, and calls nothing outside this machine. As chancery doctor, but for --via.",
        )
        .answers::<Examination>(200, "What is well, and what is not.")
}

/// The handler of the sixth route.
pub(super) async fn doctor(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(shared.services.system.doctor().await)
}
