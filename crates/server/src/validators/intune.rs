//! Microsoft Intune judges: ScepActions by HTTPS (contract §3 to §8).
//!
//! [`Intune::judge`] asks before anything is issued, [`Intune::issued`] must be acknowledged before a certificate is
//! delivered. Every answer but 2xx with the exact code `Success` refuses. At most one repetition per call, only where
//! [`trouble::Trouble::remedy`] allows it, and nothing runs beyond the enrolment's deadline.

mod actions;
mod breaker;
mod discovery;
mod fence;
mod graph_line;
mod mismatch;
mod settings;
mod tenant;
mod token_source;
pub mod trouble;
mod wire;

pub(crate) use graph_line::GraphLine;
pub use graph_line::{Show, Who};
#[cfg(test)]
pub(crate) use mismatch::compared;
pub use settings::{BreakerSettings, ClientCertificate, Credential, IntuneSettings, SettingsError};
pub(crate) use tenant::{Reply, Tenant};
pub use wire::{Hop, Observation, Observe};

use super::petition::{FailedFacts, IssuedFacts, Petition, Voucher};
use super::refusal::Refusal;
use super::static_challenge::sha256;
use actions::Actions;
use mdm::intune::{
    Action, Enrolment, ExpirationDateUtc, FailureNotification, IssuerName, SerialNumber, SuccessNotification,
    Thumbprint, ValidateRequest,
};

/// One connection to one tenant.
#[derive(Debug)]
pub struct Intune {
    actions: Actions,
    caller_info: String,
    vouch_sid: bool,
}

impl Intune {
    /// Prepares the client; nothing is sent yet. `observe` hears of every exchange, for metrics.
    ///
    /// # Errors
    /// A setting that cannot work.
    pub fn new(settings: IntuneSettings, observe: Option<Observe>) -> Result<Self, SettingsError> {
        let (caller_info, vouch_sid) = (settings.provider.clone(), settings.vouch_sid);
        Ok(Self { actions: Actions::new(settings, observe)?, caller_info, vouch_sid })
    }

    pub(super) async fn judge(&self, petition: &Petition<'_>) -> Result<Voucher, Refusal> {
        let challenge = petition.required_challenge()?;
        let request = self.enrolment(petition.transaction_id, petition.csr);
        let body = ValidateRequest { request };
        self.actions.call(Action::ValidateRequest, &body, petition.deadline).await?;
        Ok(Voucher {
            by: "intune",
            request: sha256(petition.csr),
            claim: Some(sha256(challenge.expose().as_bytes())),
            sid_vouched: self.vouch_sid,
            bound: None,
        })
    }

    pub(super) async fn issued(&self, facts: &IssuedFacts<'_>) -> Result<(), Refusal> {
        let expires = ExpirationDateUtc::from_unix(facts.not_after.unix()).ok_or_else(unwritable)?;
        let body = SuccessNotification::new(
            self.enrolment(facts.transaction_id, facts.csr),
            Thumbprint::from_sha1(&facts.thumbprint),
            SerialNumber::from_integer(facts.serial),
            expires,
            IssuerName::new(facts.issuer).ok_or_else(unwritable)?,
        );
        self.actions.call(Action::SuccessNotification, &body, facts.deadline).await
    }

    pub(super) async fn failed(&self, facts: &FailedFacts<'_>) -> Result<(), Refusal> {
        let enrolment = self.enrolment(facts.transaction_id, facts.csr);
        let body = FailureNotification::new(enrolment, facts.h_result, facts.description);
        self.actions.call(Action::FailureNotification, &body, facts.deadline).await
    }

    /// A token for Graph, discovery and a token for Intune: what `chancery intune check` tries. Gives the service's
    /// address.
    ///
    /// # Errors
    /// What an enrolment would be refused with.
    pub async fn check(&self, deadline: tokio::time::Instant) -> Result<String, Refusal> {
        self.actions.check(deadline).await
    }

    fn enrolment(&self, transaction_id: &str, csr: &[u8]) -> Enrolment {
        Enrolment::new(transaction_id, csr, &self.caller_info)
    }
}

fn unwritable() -> Refusal {
    trouble::Trouble::Ours("notAfter or the issuer's name cannot be written as Intune wants it")
        .refusal(Hop::Intune)
}
