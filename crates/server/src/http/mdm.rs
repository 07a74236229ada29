//! `/api/v1/mdm/…`: profiles for the MDM, written, checked and compared. Nothing here is kept, and nothing changes a tenant:
//! what is asked is what `chancery profile` is asked, and the answer is the same.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Request, State};
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

/// The largest body, in octets: two profiles, each longer than any that Intune takes.
const MOST: usize = 512 << 10;

/// Writes profiles for the MDM.
pub trait MdmProfiles: Send + Sync {
    /// What there is to choose from.
    fn choices(&self) -> MdmChoices;

    /// A profile to begin with, in each form that its platform has.
    ///
    /// # Errors
    /// What cannot be: an unknown word, a preset that makes no sense there, a setting that cannot be right.
    fn generate(&self, wanted: NewMdmProfile) -> Result<MdmProfile, ApiProblem>;

    /// What is wrong with a profile.
    ///
    /// # Errors
    /// It is no profile.
    fn lint(&self, given: GivenMdmProfile) -> Result<LintedMdmProfile, ApiProblem>;

    /// What an edit does to devices.
    ///
    /// # Errors
    /// One of the two is no profile.
    fn diff(&self, given: EditedMdmProfile) -> Result<MdmProfileChanges, ApiProblem>;

    /// How many devices have the profile of that name, by the tenant's own count.
    fn reach(&self, given: GivenMdmProfile) -> BoxFuture<'_, Result<MdmProfileReach, ApiProblem>>;
}

/// What there is to choose from.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmChoices {
    /// Purposes, with the platforms that each makes sense on.
    pub presets: Vec<MdmPreset>,
    /// Platforms that a profile can be made for.
    pub platforms: Vec<MdmPlatform>,
    /// Endpoints with the URLs that devices reach them by.
    pub endpoints: Vec<MdmEndpoint>,
}

/// A purpose to begin with.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmPreset {
    /// Its word.
    pub preset: String,
    /// Words of platforms.
    pub platforms: Vec<String>,
}

/// A kind of device.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmPlatform {
    /// Its word.
    pub platform: String,
    /// What people call it.
    pub name: String,
    /// Whether it has ended: a profile is made only where `legacy` asks for it.
    pub legacy: bool,
}

/// An endpoint that devices enrol at.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmEndpoint {
    /// Its name.
    pub endpoint: String,
    /// Its SCEP URLs, that at NDES' address first; none without `public_url`.
    pub urls: Vec<String>,
}

/// A profile that is wanted.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct NewMdmProfile {
    /// The preset's word.
    pub preset: String,
    /// The platform's word.
    pub platform: String,
    /// The endpoint whose URLs and limits count; the first where absent.
    pub endpoint: Option<String>,
    /// SCEP URLs in place of the endpoint's.
    pub urls: Vec<String>,
    /// The name of the Trusted certificate profile with this CA's root.
    pub root_name: Option<String>,
    /// Make it for a platform that has ended, too.
    pub legacy: bool,
    /// Settings in place of the preset's, as a profile's JSON has them.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub changes: Map<String, Value>,
}

/// A profile with all that is to be known before it is used.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmProfile {
    /// Its lasting name.
    pub name: String,
    /// Its name in the MDM's portal.
    pub shown_name: String,
    /// The platform's word.
    pub platform: String,
    /// What people call the platform.
    pub platform_name: String,
    /// Its settings.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub settings: Map<String, Value>,
    /// The same as TOML, which every verb of `chancery profile` takes.
    pub toml: String,
    /// What is wrong with it, or advised against, by what this CA knows; the worst first.
    pub findings: Vec<MdmFinding>,
    /// What to enter in the MDM's portal, in order.
    pub steps: Vec<MdmStep>,
    /// The forms that it can be written in; none while devices would fail by it.
    pub files: Vec<MdmFile>,
}

/// What a rule of the linter found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmFinding {
    /// The rule's code, `PRF-` and three digits.
    pub code: String,
    /// `error`, `warning` or `advice`.
    pub severity: String,
    /// The setting.
    pub setting: String,
    /// What is wrong.
    pub sentence: String,
    /// What to do.
    pub fix: String,
    /// Whether `mended` does it.
    pub mendable: bool,
    /// Who says so.
    pub source: String,
}

/// Something to enter or to choose.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmStep {
    /// The page of the MDM's portal.
    pub page: String,
    /// The field.
    pub field: String,
    /// What to enter there.
    pub value: String,
}

/// A profile in a form for others.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmFile {
    /// `graph`, `powershell`, `mobileconfig`, `syncml` or `steps`.
    pub form: String,
    /// A name for the file.
    pub file_name: String,
    /// Its content.
    pub text: String,
}

/// A profile that somebody has.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct GivenMdmProfile {
    /// TOML, Graph's JSON, SyncML or `.mobileconfig`: told apart by what is in it.
    pub text: String,
    /// What to call a profile whose form has no name.
    pub name: Option<String>,
    /// The platform's word, where the form leaves it open.
    pub platform: Option<String>,
    /// The endpoint whose limits count; the one that the profile's URL names, or the first, where absent.
    pub endpoint: Option<String>,
}

/// A profile, and what is wrong with it.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct LintedMdmProfile {
    /// Its name in the MDM's portal.
    pub shown_name: String,
    /// What people call its platform.
    pub platform_name: String,
    /// The endpoint whose limits counted.
    pub endpoint: String,
    /// The worst first; empty where nothing is wrong.
    pub findings: Vec<MdmFinding>,
    /// The profile as TOML with everything mended that can be mended without asking; absent where nothing can.
    pub mended: Option<String>,
}

/// A profile before and after an edit.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct EditedMdmProfile {
    /// As it was, in any form.
    pub before: String,
    /// As it is to be, in any form.
    pub after: String,
    /// The platform's word, where a form leaves it open.
    pub platform: Option<String>,
}

/// What an edit does.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmProfileChanges {
    /// Settings that differ, in alphabetical order.
    pub changes: Vec<MdmChange>,
    /// Whether every device that has the profile enrols again.
    pub enrols_again: bool,
}

/// A setting that differs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct MdmChange {
    /// The setting, as a file calls it.
    pub setting: String,
    /// What it was, as JSON.
    pub before: Value,
    /// What it is, as JSON.
    pub after: Value,
    /// `nothing`, `next_time`, `other_devices`, `enrols_again` or `new_profile`.
    pub consequence: String,
    /// The same for people.
    pub sentence: String,
    /// Who says so.
    pub source: String,
}

/// How many devices have a profile.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct MdmProfileReach {
    /// Live certificates of the profile; absent where the tenant did not say.
    pub certificates: Option<u64>,
    /// Devices that have one or more of them.
    pub devices: Option<u64>,
    /// Why it is not known.
    pub unknown: Option<String>,
}

/// The handler of `GET /api/v1/mdm/choices`.
pub(super) async fn choices(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(Ok(shared.services.mdm.choices()))
}

/// The handler of `POST /api/v1/mdm/profiles/generate`.
pub(super) async fn generate(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let wanted = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.mdm.generate(wanted)
    };
    api::answered(outcome.await)
}

/// The handler of `POST /api/v1/mdm/profiles/lint`.
pub(super) async fn lint(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let given = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.mdm.lint(given)
    };
    api::answered(outcome.await)
}

/// The handler of `POST /api/v1/mdm/profiles/diff`.
pub(super) async fn diff(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let given = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.mdm.diff(given)
    };
    api::answered(outcome.await)
}

/// The handler of `POST /api/v1/mdm/profiles/reach`. It asks the tenant, so that reading profiles alone does not permit it.
pub(super) async fn reach(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let given = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.mdm.reach(given).await
    };
    api::answered(outcome.await)
}

/// What the route says of itself.
pub(super) fn choices_says() -> Says {
    Says::get("List what MDM profiles can be made for")
        .answers::<MdmChoices>(200, "Purposes, platforms and endpoints.")
}

/// What the route says of itself.
pub(super) fn generate_says() -> Says {
    Says::post("Make an MDM profile")
        .details("Nothing is kept, and nothing is written into a tenant.")
        .takes::<NewMdmProfile>(true)
        .answers::<MdmProfile>(
            200,
            "The profile, what is wrong with it, and each form that its platform has.",
        )
        .refuses(400, &[administrator::PROFILE])
}

/// What the route says of itself.
pub(super) fn lint_says() -> Says {
    Says::post("Check an MDM profile")
        .takes::<GivenMdmProfile>(true)
        .answers::<LintedMdmProfile>(200, "What is wrong with it.")
        .refuses(400, &[administrator::PROFILE])
}

/// What the route says of itself.
pub(super) fn diff_says() -> Says {
    Says::post("Compare an MDM profile before and after an edit")
        .takes::<EditedMdmProfile>(true)
        .answers::<MdmProfileChanges>(200, "What differs, and whether devices enrol again.")
        .refuses(400, &[administrator::PROFILE])
}

/// What the route says of itself.
pub(super) fn reach_says() -> Says {
    Says::post("Ask the tenant on how many devices an MDM profile is")
        .takes::<GivenMdmProfile>(true)
        .answers::<MdmProfileReach>(200, "How many, or why that is not known.")
        .refuses(400, &[administrator::PROFILE])
        .refuses(404, &[administrator::NO_INTUNE])
}
