//! `/api/v1/policy…`: the rules in force, and what they or others say of a request or of those on record. Rules are written in the
//! settings file: nothing here changes them, and nothing is decided or issued.

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
use crate::explanation::{administrator, ours};
use crate::policy::{Changed, Verdict};

/// The largest body, in octets: a request and a file of rules.
const MOST: usize = 256 << 10;

/// Knows the rules, and tries them.
pub trait Policies: Send + Sync {
    /// Those in force, in order.
    fn rules(&self) -> PolicyRules;

    /// What rules say of a request.
    fn test(&self, question: PolicyQuestion) -> BoxFuture<'_, Result<Verdict, ApiProblem>>;

    /// Which past requests rules would have decided otherwise.
    fn replay(&self, question: ReplayQuestion) -> BoxFuture<'_, Result<Replayed, ApiProblem>>;
}

/// The rules in force.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyRules {
    /// In order: the first that matches decides. Where none does, a request goes on by the endpoint's own profile.
    pub rules: Vec<PolicyRule>,
    /// The same as TOML, to be copied and tried with changes.
    pub text: String,
}

/// A rule.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct PolicyRule {
    /// Its name.
    pub rule: String,
    /// `allow`, `refuse`, `ask`, or `use_profile` and its name.
    pub outcome: String,
    /// What whoever asks is told, where it refuses or asks.
    pub sentence: Option<String>,
    /// Conditions by their keys, all of which must hold; none means every request.
    #[schema(value_type = std::collections::BTreeMap<String, Value>)]
    pub when: Map<String, Value>,
}

/// A request to be tried.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyQuestion {
    /// A certification request (PKCS #10), PEM.
    pub csr: String,
    /// The SCEP transactionID of a past request, instead of `csr`: its facts as they were recorded.
    pub transaction: String,
    /// The endpoint that it comes in at; needed with `csr`.
    pub endpoint: String,
    /// As if this were the endpoint's own profile.
    pub profile: Option<String>,
    /// As if a certificate of this CA renewed itself.
    pub renewal: bool,
    /// What the directory says, as `chancery policy test --device-facts` takes it.
    pub facts: Option<Value>,
    /// Other rules than those in force: TOML, `[[policy]]` sections alone.
    pub rules: Option<String>,
}

/// Rules to be tried on past requests.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct ReplayQuestion {
    /// Other rules than those in force: TOML, `[[policy]]` sections alone.
    pub rules: Option<String>,
    /// Requests of the last so many days, 1 to 365; 30 where absent.
    pub days: Option<u16>,
    /// Requests listed at most, up to 200; 50 where absent. All are counted.
    pub limit: Option<u16>,
}

/// What a replay found.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Replayed {
    /// Requests that were asked about again.
    pub asked: u64,
    /// Requests of which too little is on record.
    pub skipped: u64,
    /// How many are decided otherwise.
    pub differing: u64,
    /// Those, up to `limit`.
    pub changed: Vec<Changed>,
}

/// The handler of `GET /api/v1/policy`.
pub(super) async fn rules(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(Ok(shared.services.policies.rules()))
}

/// The handler of `POST /api/v1/policy/test`.
pub(super) async fn test(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let question = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.policies.test(question).await
    };
    api::answered(outcome.await)
}

/// The handler of `POST /api/v1/policy/replay`.
pub(super) async fn replay(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let question = api::object(&shared, request.into_body(), MOST).await?;
        shared.services.policies.replay(question).await
    };
    api::answered(outcome.await)
}

/// What the route says of itself.
pub(super) fn rules_says() -> Says {
    Says::get("Show the rules of the policy").answers::<PolicyRules>(200, "The rules in force, in order.")
}

/// What the route says of itself.
pub(super) fn test_says() -> Says {
    Says::post("Try rules on a request")
        .details(
            "A request that is given, or a past one with its recorded facts. Nothing is decided or issued.",
        )
        .takes::<PolicyQuestion>(true)
        .answers::<Verdict>(200, "What the rules say, and what each looked at.")
        .refuses(400, &[administrator::POLICY])
        .refuses(404, &[administrator::NO_ENROLMENT])
}

/// What the route says of itself.
pub(super) fn replay_says() -> Says {
    Says::post("Try rules on past requests")
        .details("Reads the audit of the last days; one at a time.")
        .takes::<ReplayQuestion>(false)
        .answers::<Replayed>(200, "How many would be decided otherwise, and which.")
        .refuses(400, &[administrator::POLICY])
        .refuses(503, &[ours::OVER_CAPACITY])
}
