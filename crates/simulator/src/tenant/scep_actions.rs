//! Pretend Intune: `ScepActions/{validateRequest, successNotification, failureNotification}` (contract sections 5, 6).

mod body;
mod judge;
mod notify;

pub(crate) use body::ValidateRequest;
pub use body::{FailureNotification, SuccessNotification};
pub(crate) use judge::profile_usage;

use pki::algorithm::sha256;
use serde_json::{Value, json};

use super::World;
use super::access;
use super::code::{Code, Verdict};
use super::exchange::{Answer, Call};
use super::ledger::Transaction;

/// The three actions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Action {
    /// May this device have this certificate?
    ValidateRequest,
    /// It was issued.
    SuccessNotification,
    /// It could not be issued.
    FailureNotification,
}

impl Action {
    /// The action of that name; names are case-sensitive.
    #[must_use]
    pub(crate) fn named(name: &str) -> Option<Self> {
        match name {
            "validateRequest" => Some(Self::ValidateRequest),
            "successNotification" => Some(Self::SuccessNotification),
            "failureNotification" => Some(Self::FailureNotification),
            _ => None,
        }
    }
}

const ROLE: &str = "scep_challenge_provider";
const API_VERSIONS: [&str; 2] = ["2018-02-20", "5019-05-05"];

/// Answers an action.
pub(crate) fn act(world: &World, call: &Call, action: Action) -> Answer {
    match permitted(world, call).and_then(|()| perform(world, call, action)) {
        Ok(result) => answered(world, result),
        Err(refused) => refused,
    }
}

/// Token, role and headers, for all services of Intune.
pub(super) fn permitted(world: &World, call: &Call) -> Result<(), Answer> {
    let claims = access::bearer(world, call, |aud| world.is_intune_audience(aud))
        .map_err(|why| envelope(401, "Unauthorized", &why))?;
    if !claims.roles.iter().any(|role| role == ROLE) {
        return Err(envelope(403, "Forbidden", "The application lacks the role scep_challenge_provider."));
    }
    let version = call.header("api-version");
    let version =
        version.ok_or_else(|| envelope(400, "BadRequest", "The header api-version is required."))?;
    if !API_VERSIONS.contains(&version) {
        world.breach(format!("api-version is '{version}'"));
    }
    if call.header("client-request-id").is_none_or(str::is_empty) {
        world.breach("no client-request-id");
    }
    let json = call.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
    if json {
        Ok(())
    } else {
        Err(envelope(415, "UnsupportedMediaType", "The body must be application/json."))
    }
}

fn perform(world: &World, call: &Call, action: Action) -> Result<Result<(), Verdict>, Answer> {
    let text = call.text();
    let bad = |why: String| envelope(400, "BadRequest", &why);
    let body: Value =
        serde_json::from_str(&text).map_err(|error| bad(format!("Unreadable JSON: {error}")))?;
    Ok(match action {
        Action::ValidateRequest => {
            let request = ValidateRequest::read(world, &body).map_err(bad)?;
            validate(world, &request)
        }
        Action::SuccessNotification => {
            notify::success(world, SuccessNotification::read(world, &body).map_err(bad)?)
        }
        Action::FailureNotification => {
            notify::failure(world, FailureNotification::read(world, &body).map_err(bad)?)
        }
    })
}

fn validate(world: &World, request: &ValidateRequest) -> Result<(), Verdict> {
    let judged = judge::judge(world, &request.certificate_request);
    let outcome = judged.as_ref().map(|_| ()).map_err(Clone::clone);
    let code = outcome.as_ref().map_or_else(|verdict| verdict.code, |()| Code::Success);
    world.ledger().validated(Transaction {
        id: request.transaction_id.clone(),
        certificate_request: sha256(request.certificate_request.as_bytes()),
        payload: judged.ok(),
        code,
        caller: request.caller_info.clone(),
    });
    outcome
}

fn answered(world: &World, result: Result<(), Verdict>) -> Answer {
    let (code, description) = match &result {
        Ok(()) => (Code::Success, ""),
        Err(verdict) => (verdict.code, verdict.description.as_str()),
    };
    let context =
        format!("{}$metadata#microsoft.management.services.api.scepActionResult", world.urls().intune);
    Answer::json(
        200,
        &json!({ "@odata.context": context, "code": code.as_str(), "errorDescription": description }),
    )
}

/// Intune's error envelope, whose message is JSON text itself (contract section 5).
pub(in crate::tenant) fn envelope(status: u16, code: &str, message: &str) -> Answer {
    let inner = json!({ "_version": 3, "Message": message, "CustomApiErrorPhrase": "" });
    let inner = serde_json::to_string_pretty(&inner).unwrap_or_default();
    Answer::json(status, &json!({ "error": { "code": code, "message": inner } }))
}
