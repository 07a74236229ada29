//! `GET /api/v1/ca/profiles` and `GET /api/v1/ca/profiles/{name}`: the CA's certificate profiles, for those who write the MDM's
//! profiles (M28); `…/versions/{version}`: what a version said; `…/preview`: what a certificate by it would say (M153). Reading is all that
//! there is: profiles are written in the settings file.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::openapi::Says;
use super::servers::Shared;
use crate::explanation::administrator;
use crate::policy::Preview;

/// The largest body with a request, in octets.
const MOST: usize = 64 << 10;

/// Knows certificate profiles.
pub trait CertificateProfiles: Send + Sync {
    /// Each with name, display name, state and version.
    fn list(&self) -> ProfileList;

    /// One, with its settings and versions.
    fn show<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<ProfileDetail, ApiProblem>>;

    /// What a version of one said.
    fn version<'a>(
        &'a self,
        name: &'a str,
        version: &'a str,
    ) -> BoxFuture<'a, Result<ProfileVersionText, ApiProblem>>;

    /// The certificate that this request (PKCS #10 in PEM) would get by it if somebody vouched for it. Nothing is issued.
    ///
    /// # Errors
    /// No such profile, or no request.
    fn preview(&self, name: &str, csr: &str) -> Result<Preview, ApiProblem>;
}

/// All profiles.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProfileList {
    /// In the order of the settings file.
    pub profiles: Vec<ProfileSummary>,
}

/// A profile in few words.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProfileSummary {
    /// Its name.
    pub name: String,
    /// What people call it.
    pub display_name: String,
    /// `published` or `draft`.
    pub state: &'static str,
    /// The version in force; `None` for a draft.
    pub version: Option<u32>,
}

/// A profile with everything that it says.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProfileDetail {
    /// In few words.
    #[serde(flatten)]
    pub summary: ProfileSummary,
    /// What is allowed and probably not meant.
    pub warnings: Vec<String>,
    /// The settings of a `[[profile]]` section, by name, with what the server adds; `None` where their text was not kept.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>)]
    pub settings: Option<Value>,
    /// What was published, oldest first.
    pub versions: Vec<PublishedVersion>,
}

/// A version that was published.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PublishedVersion {
    /// From 1 on.
    pub version: u32,
    /// When, RFC 3339.
    pub published_at: String,
    /// By whom.
    pub published_by: String,
    /// Whether its text was kept.
    pub text_recorded: bool,
}

/// A version of a certificate profile.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ProfileVersionText {
    /// The profile.
    pub name: String,
    /// From 1 on.
    pub version: u32,
    /// When it was published, RFC 3339.
    pub published_at: String,
    /// By whom.
    pub published_by: String,
    /// The settings of a `[[profile]]` section, by name, with what the server adds; `None` where their text was not kept.
    #[schema(value_type = Option<std::collections::BTreeMap<String, Value>>)]
    pub settings: Option<Map<String, Value>>,
}

/// A request to be tried.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = PreviewQuestion)]
struct Tried {
    /// A certification request (PKCS #10), PEM.
    csr: String,
}

/// What the first route says of itself.
pub(super) fn list_says() -> Says {
    Says::get("List the CA's certificate profiles").answers::<ProfileList>(200, "All of them.")
}

/// What the second route says of itself.
pub(super) fn show_says() -> Says {
    Says::get("Show a certificate profile")
        .part("name", "The profile's name.")
        .answers::<ProfileDetail>(200, "Its settings, warnings and versions.")
        .refuses(404, &[administrator::CERTIFICATE_PROFILE])
}

/// What the third route says of itself.
pub(super) fn version_says() -> Says {
    Says::get("Show what a version of a certificate profile said")
        .part("name", "The profile's name.")
        .part("version", "The version's number, from 1 on.")
        .answers::<ProfileVersionText>(200, "The version.")
        .refuses(404, &[administrator::CERTIFICATE_PROFILE])
}

/// What the fourth route says of itself.
pub(super) fn preview_says() -> Says {
    Says::post("Show the certificate that a request would get")
        .details(
            "As it would be made now, if somebody vouched for the request. Nothing is issued or recorded.",
        )
        .part("name", "The profile's name.")
        .takes::<Tried>(true)
        .answers::<Preview>(200, "The certificate, or why it would be refused.")
        .refuses(400, &[administrator::POLICY])
        .refuses(404, &[administrator::CERTIFICATE_PROFILE])
}

/// The handler of the first route.
pub(super) async fn list(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(Ok(shared.services.profiles.list()))
}

/// The handler of the second route.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(name): Path<String>,
) -> Response {
    api::answered(shared.services.profiles.show(&name).await)
}

/// The handler of the third route.
pub(super) async fn version(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path((name, version)): Path<(String, String)>,
) -> Response {
    api::answered(shared.services.profiles.version(&name, &version).await)
}

/// The handler of the fourth route.
pub(super) async fn preview(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let outcome = async {
        let tried: Tried = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.profiles.preview(&name, &tried.csr)
    };
    api::answered(outcome.await)
}
