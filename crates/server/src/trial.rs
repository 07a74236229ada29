//! A connection to Intune, tried: token, discovery, and a validation that must be refused. For `chancery intune check` and for the
//! administrative API.

mod dry_request;

use crate::clock::{Clock, SystemClock};
use crate::explanation::page;
use crate::validators::intune::{Intune, IntuneSettings, Observation, SettingsError};
use crate::validators::{ChallengeText, ENROLMENT_BUDGET, Petition, Refusal, Validator, Verdict};
use dry_request::DryRequest;
use serde::Serialize;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::time::Instant;
use utoipa::ToSchema;

/// What came of one connection.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Trial {
    /// The endpoint whose connection it is.
    pub endpoint: String,
    /// Whether all went as it must.
    pub ok: bool,
    /// The address of Intune's service, once discovered.
    pub service: Option<String>,
    /// Each exchange, in order.
    pub steps: Vec<TrialStep>,
    /// What stands in the way.
    pub finding: Option<TrialFinding>,
}

/// An exchange of a trial.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrialStep {
    /// Whom it went to: Entra's tokens, Graph's discovery, Intune's validation.
    pub hop: String,
    /// HTTP's status, or why there was none.
    pub outcome: String,
    /// From sending to the answer's last octet.
    pub milliseconds: u64,
}

/// What stands in the way.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct TrialFinding {
    /// Stable code, `CHY-5108`.
    pub code: String,
    /// What is missing.
    pub sentence: String,
    /// What to do.
    pub fix: String,
    /// The page that explains it.
    pub page: String,
}

/// Why nothing was tried.
#[derive(Debug, thiserror::Error)]
pub enum Untried {
    /// The connection cannot work as it is configured.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The cryptographic library made no key.
    #[error("no key could be made for the dry run")]
    Key,
}

/// Tries the connection of this endpoint, within the budget of an enrolment for each of its two halves.
///
/// # Errors
/// [`Untried`]; what Intune, Graph or Entra say is in the answer.
pub async fn intune(endpoint: &str, settings: &IntuneSettings) -> Result<Trial, Untried> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&seen);
    let observe = Arc::new(move |one: Observation| {
        let step = TrialStep {
            hop: one.hop.to_string(),
            outcome: one.outcome.map_or_else(str::to_owned, |status| status.to_string()),
            milliseconds: u64::try_from(one.elapsed.as_millis()).unwrap_or(u64::MAX),
        };
        noted.lock().unwrap_or_else(PoisonError::into_inner).push(step);
    });
    let intune = Intune::new(settings.clone(), Some(observe))?;
    let (service, refusal) = match intune.check(Instant::now() + ENROLMENT_BUDGET).await {
        Ok(address) => (Some(address), dry_run(endpoint, intune).await?),
        Err(refusal) => (None, Some(refusal)),
    };
    let steps = std::mem::take(&mut *seen.lock().unwrap_or_else(PoisonError::into_inner));
    let finding = refusal.as_ref().map(TrialFinding::from);
    Ok(Trial { endpoint: endpoint.to_owned(), ok: finding.is_none(), service, steps, finding })
}

/// Has Intune judge a challenge that nobody made. That it is refused shows that it may be asked: without the
/// permission there is no verdict at all.
async fn dry_run(endpoint: &str, intune: Intune) -> Result<Option<Refusal>, Untried> {
    let request = DryRequest::new().ok_or(Untried::Key)?;
    let petition = Petition {
        endpoint,
        profile: "chancery-intune-check",
        transaction_id: "chancery-intune-check",
        csr: &request.der,
        challenge: Some(ChallengeText::new("chancery-intune-check")),
        subject: &request.subject,
        alternative_names: &[],
        caller: None,
        source: IpAddr::V4(Ipv4Addr::LOCALHOST),
        now: SystemClock.now(),
        deadline: Instant::now() + ENROLMENT_BUDGET,
    };
    Ok(match Validator::Intune(Box::new(intune)).judge(&petition).await {
        // 31xx: a verdict of Intune's, as it should be.
        Verdict::Refused(refusal) if refusal.code.0 / 100 == 31 => None,
        Verdict::Refused(refusal) => Some(refusal),
        Verdict::Vouched(_) => Some(Refusal::vouched_for_nothing()),
    })
}

impl From<&Refusal> for TrialFinding {
    fn from(refusal: &Refusal) -> TrialFinding {
        TrialFinding {
            code: refusal.code.to_string(),
            sentence: refusal.operator.clone(),
            fix: refusal.fix.to_string(),
            page: page(refusal.code.0),
        }
    }
}
