//! What can go wrong on the way, what may be tried again, and how it is told (CHY-51xx).

use super::super::refusal::{Refusal, Retry, shown};
use super::wire::{Hop, Reply};
use mdm::entra::{AadSts, ErrorResponse};
use mdm::graph::ErrorEnvelope;
use mdm::intune::Action;
use std::time::Duration;

/// The longest `Retry-After` that is waited for (contract §8).
pub const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// Why a call brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The host name does not resolve.
    Dns,
    /// No connection.
    Connect(String),
    /// No TLS session.
    Tls(String),
    /// The deadline passed.
    Timeout,
    /// The connection broke after the request was sent.
    Broken(String),
    /// The answer is larger than the limit.
    TooLarge,
    /// 2xx with a body that is not what it should be.
    Unreadable(String),
    /// Any other status.
    Status(Status),
    /// Discovery lists no service of that name.
    NoService,
    /// Discovery gave an address outside the allowed hosts.
    Disallowed(String),
    /// No turn within the time allowed.
    Busy,
    /// Too many failures in a row: not asked.
    Resting,
    /// Our own fault.
    Ours(&'static str),
}

/// A status that is not success.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// HTTP's number.
    pub number: u16,
    /// How long to wait.
    pub retry_after: Option<Duration>,
    /// Entra's number.
    pub aadsts: Option<AadSts>,
    /// What the body said, fit to be logged.
    pub text: String,
}

/// What to do about it, once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Give up.
    None,
    /// Again after a pause (`None`: the configured one).
    Again(Option<Duration>),
    /// Again at once, with a new token.
    NewToken,
}

impl Trouble {
    /// From an answer whose status is not 2xx.
    pub(super) fn status(reply: &Reply) -> Self {
        let entra = ErrorResponse::parse(&reply.body);
        let said = ErrorEnvelope::parse(&reply.body).and_then(|envelope| envelope.text());
        let text =
            entra.as_ref().and_then(|error| error.error_description.clone()).or(said).unwrap_or_default();
        let aadsts = entra.as_ref().and_then(ErrorResponse::code);
        let status =
            Status { number: reply.status, retry_after: reply.retry_after, aadsts, text: shown(&text, 300) };
        Self::Status(status)
    }

    /// Whether the discovered address may be stale (contract §4).
    #[must_use]
    pub fn stale_address(&self) -> bool {
        match self {
            Self::Dns | Self::Connect(_) | Self::Tls(_) => true,
            Self::Status(status) => matches!(status.number, 404 | 410 | 500..=599),
            _ => false,
        }
    }

    /// The one repetition that is allowed for a request that may be sent twice (contract §8).
    #[must_use]
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Dns | Self::Connect(_) | Self::Tls(_) => Remedy::Again(Some(Duration::ZERO)),
            Self::Status(status) => match (status.number, status.retry_after) {
                (401, _) => Remedy::NewToken,
                (429 | 502..=504, Some(wait)) if wait > LONGEST_WAIT => Remedy::None,
                (429 | 502..=504, wait) => Remedy::Again(wait),
                _ => Remedy::None,
            },
            _ => Remedy::None,
        }
    }

    /// As [`Self::remedy`], for ScepActions: validateRequest alone is also repeated at an address discovered anew.
    #[must_use]
    pub fn remedy_for(&self, action: Action) -> Remedy {
        match self.remedy() {
            Remedy::None
                if action == Action::ValidateRequest && self.stale_address() && !self.told_to_wait() =>
            {
                Remedy::Again(Some(Duration::ZERO))
            }
            remedy => remedy,
        }
    }

    fn told_to_wait(&self) -> bool {
        matches!(self, Self::Status(status) if status.retry_after.is_some_and(|wait| wait > LONGEST_WAIT))
    }

    /// Whether the service is away or overloaded, rather than answering something we do not like: what the circuit
    /// breaker counts, so that a wrong secret keeps being told as a wrong secret.
    pub(super) fn strains(&self) -> bool {
        match self {
            Self::Dns | Self::Connect(_) | Self::Tls(_) | Self::Timeout | Self::Broken(_) => true,
            Self::Status(status) => matches!(status.number, 429 | 500..=599),
            _ => false,
        }
    }

    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Dns => "dns",
            Self::Connect(_) => "connect",
            Self::Tls(_) => "tls",
            Self::Timeout => "timeout",
            Self::Broken(_) => "broken",
            Self::TooLarge => "too_large",
            Self::Unreadable(_) => "unreadable",
            Self::Status(_) => "status",
            Self::NoService => "no_service",
            Self::Disallowed(_) => "disallowed",
            Self::Busy => "busy",
            Self::Resting => "resting",
            Self::Ours(_) => "ours",
        }
    }

    /// As a refusal, with the hop where it happened.
    #[must_use]
    pub fn refusal(&self, hop: Hop) -> Refusal {
        let later = |code, operator: String, fix| refused(code, operator, fix).retry(Retry::Later(PATIENCE));
        let repair = |code, operator: String, fix| refused(code, operator, fix).retry(Retry::AfterRepair);
        match self {
            Self::Dns => later(5101, format!("{hop}'s host name does not resolve."), NETWORK),
            Self::Connect(why) => later(5101, format!("{hop} cannot be reached: {why}."), NETWORK),
            Self::Tls(why) => repair(5102, format!("No TLS session with {hop}: {why}."), TRUST),
            Self::Timeout => later(5103, format!("{hop} did not answer in time."), NETWORK),
            Self::Broken(why) => later(5116, format!("The connection to {hop} broke: {why}."), NETWORK),
            Self::TooLarge => later(5107, format!("{hop}'s answer is larger than the limit."), PROXY),
            Self::Unreadable(why) => later(5107, format!("{hop}'s answer cannot be read: {why}."), PROXY),
            Self::Status(status) => status.refusal(hop),
            Self::NoService => {
                repair(5113, "Discovery lists no SCEP validation service for this tenant.".into(), LICENCE)
            }
            Self::Disallowed(url) => {
                repair(5114, format!("Discovery gave an address that may not see the token: {url}."), HOSTS)
                    .suspicious()
            }
            Self::Busy => later(5109, format!("Too many calls to {hop} are under way."), CAPACITY),
            Self::Resting => {
                later(5110, format!("{hop} failed too often in a row; calls rest for a while."), NETWORK)
            }
            Self::Ours(why) => repair(5117, format!("The call to {hop} could not be made: {why}."), REPORT),
        }
    }
}

impl Status {
    fn refusal(&self, hop: Hop) -> Refusal {
        let number = self.number;
        let said = if self.text.is_empty() { String::new() } else { format!(" It said: {}", self.text) };
        let operator = format!("{hop} answered {number}.{said}");
        let wait =
            Retry::Later(self.retry_after.map_or(PATIENCE, |wait| wait.min(Duration::from_secs(3600))));
        match (hop, number) {
            (_, 429) => {
                refused(5104, operator, "Nothing if it passes; otherwise spread the enrolments.").retry(wait)
            }
            (_, 500..=599) => {
                refused(5105, operator, "Look at Microsoft's service health if it lasts.").retry(wait)
            }
            (Hop::Entra, 400 | 401) => {
                let advice = self.aadsts.map_or(ENTRA, AadSts::advice);
                refused(5111, operator, advice).retry(Retry::AfterRepair)
            }
            (Hop::Graph, 403) => refused(5112, operator, GRAPH_ROLE).retry(Retry::AfterRepair),
            (_, 401 | 403) => refused(5106, operator, INTUNE_ROLE).retry(Retry::AfterRepair),
            _ => refused(5108, operator, PROXY).retry(Retry::AfterRepair),
        }
    }
}

fn refused(code: u16, operator: String, fix: &'static str) -> Refusal {
    Refusal::new(code, "The device management service could not be asked; try again later.", operator, fix)
}

const PATIENCE: Duration = Duration::from_secs(60);
const NETWORK: &str = "Check DNS, firewall and Microsoft's service health, then run `chancery intune check`.";
const TRUST: &str =
    "If a proxy inspects TLS, configure its root certificate; check this machine's clock and trust store.";
const PROXY: &str = "Look for a proxy between this server and Microsoft that answers in its stead.";
const LICENCE: &str =
    "Check the tenant's Intune licence and that `scep_challenge_provider` is granted with admin consent.";
const HOSTS: &str = "If the address is Microsoft's, add its host to the allowed hosts; otherwise find out who answers for Graph.";
const CAPACITY: &str = "Nothing if it passes; otherwise raise the connection's concurrency.";
const REPORT: &str = "Check the connection's settings; if they are right, report it to us.";
const ENTRA: &str = "Check tenant, application id and credential against the app registration.";
const GRAPH_ROLE: &str =
    "Grant Microsoft Graph `Application.Read.All` (application permission) with admin consent.";
const INTUNE_ROLE: &str =
    "Grant Intune `scep_challenge_provider` (application permission) with admin consent.";

#[cfg(test)]
mod tests {
    use super::*;

    fn status(number: u16, wait: Option<u64>) -> Trouble {
        let retry_after = wait.map(Duration::from_secs);
        Trouble::Status(Status { number, retry_after, aadsts: None, text: String::new() })
    }

    #[test]
    fn contract_8_what_is_tried_again() {
        let seconds = |wait| Remedy::Again(Some(Duration::from_secs(wait)));
        for (trouble, validate, notify) in [
            (Trouble::Dns, seconds(0), seconds(0)),
            (Trouble::Timeout, Remedy::None, Remedy::None),
            (Trouble::Broken(String::new()), Remedy::None, Remedy::None),
            (Trouble::Unreadable(String::new()), Remedy::None, Remedy::None),
            (status(401, None), Remedy::NewToken, Remedy::NewToken),
            (status(403, None), Remedy::None, Remedy::None),
            (status(404, None), seconds(0), Remedy::None),
            (status(410, None), seconds(0), Remedy::None),
            (status(500, None), seconds(0), Remedy::None),
            (status(429, Some(5)), seconds(5), seconds(5)),
            (status(429, Some(6)), Remedy::None, Remedy::None),
            (status(429, None), Remedy::Again(None), Remedy::Again(None)),
            (status(503, Some(6)), Remedy::None, Remedy::None),
            (status(503, Some(1)), seconds(1), seconds(1)),
            (status(302, None), Remedy::None, Remedy::None),
        ] {
            assert_eq!(trouble.remedy_for(Action::ValidateRequest), validate, "{trouble:?}");
            assert_eq!(trouble.remedy_for(Action::SuccessNotification), notify, "{trouble:?}");
        }
    }
}
