//! What can go wrong on the way, what may be tried again, and how it is told (CHY-51xx).

use super::super::refusal::{Refusal, Retry, shown};
use super::wire::{Hop, Reply};
use crate::explanation::{Compared, Entry, entries};
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
    pub(crate) fn status(reply: &Reply) -> Self {
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
        let later = |entry, operator| Refusal::on_the_way(entry, operator).retry(Retry::Later(PATIENCE));
        let repair = |entry, operator| Refusal::on_the_way(entry, operator).retry(Retry::AfterRepair);
        match self {
            Self::Dns => later(UNREACHABLE, format!("{hop}'s host name does not resolve.")),
            Self::Connect(why) => later(UNREACHABLE, format!("{hop} cannot be reached: {why}.")),
            Self::Tls(why) => repair(TLS, format!("No TLS session with {hop}: {why}.")),
            Self::Timeout => later(TIMEOUT, format!("{hop} did not answer in time.")),
            Self::Broken(why) => later(BROKEN, format!("The connection to {hop} broke: {why}.")),
            Self::TooLarge => later(UNREADABLE, format!("{hop}'s answer is larger than the limit.")),
            Self::Unreadable(why) => later(UNREADABLE, format!("{hop}'s answer cannot be read: {why}.")),
            Self::Status(status) => status.refusal(hop),
            Self::NoService => {
                repair(NO_SERVICE, "Discovery lists no SCEP validation service for this tenant.".into())
            }
            Self::Disallowed(url) => {
                repair(DISALLOWED, format!("Discovery gave an address that may not see the token: {url}."))
                    .suspicious()
            }
            Self::Busy => later(BUSY, format!("Too many calls to {hop} are under way.")),
            Self::Resting => {
                later(RESTING, format!("{hop} failed too often in a row; calls rest for a while."))
            }
            Self::Ours(why) => repair(OURS, format!("The call to {hop} could not be made: {why}.")),
        }
    }
}

impl Status {
    fn refusal(&self, hop: Hop) -> Refusal {
        let number = self.number;
        let said = if self.text.is_empty() { String::new() } else { format!(" It said: {}", self.text) };
        let refused = |entry| Refusal::on_the_way(entry, format!("{hop} answered {number}.{said}"));
        let wait =
            Retry::Later(self.retry_after.map_or(PATIENCE, |wait| wait.min(Duration::from_secs(3600))));
        match (hop, number) {
            (_, 429) => refused(THROTTLED).retry(wait),
            (_, 500..=599) => refused(FAILED).retry(wait),
            (Hop::Entra, 400 | 401) => {
                let fix = self.aadsts.map_or(CREDENTIAL.fix, AadSts::advice);
                Refusal { fix, ..refused(CREDENTIAL) }.retry(Retry::AfterRepair)
            }
            (Hop::Graph, 403) => refused(GRAPH_ROLE).retry(Retry::AfterRepair),
            (_, 401 | 403) => refused(INTUNE_ROLE).retry(Retry::AfterRepair),
            _ => refused(STATUS).retry(Retry::AfterRepair),
        }
    }
}

const PATIENCE: Duration = Duration::from_secs(60);
const NETWORK: &str = "Check DNS, firewall and Microsoft's service health, then run `chancery intune check`.";
const PROXY: &str = "Look for a proxy between this server and Microsoft that answers in its stead.";

entries! {
    UNREACHABLE = 5101 "The device management service cannot be reached; try again later." NETWORK;
    TLS = 5102 "There is no trusted connection to the device management service."
        "If a proxy inspects TLS, configure its root certificate (ca_file); check this machine's clock and trust store.";
    TIMEOUT = 5103 "The device management service did not answer in time; try again later." NETWORK;
    THROTTLED = 5104 "The device management service asks for patience; try again later."
        "Nothing if it passes; otherwise spread the enrolments.";
    FAILED = 5105 "The device management service has a fault of its own; try again later."
        "Look at Microsoft's service health if it lasts.";
    INTUNE_ROLE = 5106 "This server is not allowed to ask the device management service."
        "Grant Intune `scep_challenge_provider` (application permission) with admin consent.";
    UNREADABLE = 5107 "The answer of the device management service cannot be read; try again later." PROXY;
    STATUS = 5108 "The device management service gave an answer that was not expected." PROXY;
    BUSY = 5109 "Too many questions to the device management service are under way; try again later."
        "Nothing if it passes; otherwise look at why the service is slow.";
    RESTING = 5110 "The device management service failed too often and is not asked for a while; try again later."
        NETWORK;
    CREDENTIAL = 5111 "The device management service does not accept this server's credential."
        "Check tenant, application id and credential against the app registration.";
    GRAPH_ROLE = 5112 "This server is not allowed to look for the device management service."
        "Grant Microsoft Graph `Application.Read.All` (application permission) with admin consent.";
    NO_SERVICE = 5113 "The tenant has no service that validates challenges."
        "Check the tenant's Intune licence and that `scep_challenge_provider` is granted with admin consent.";
    DISALLOWED = 5114 "The device management service was found at an address that may not be trusted."
        "If the address is Microsoft's, add its host to `allowed_hosts`; otherwise find out who answers for Graph.";
    BOOK_UNAVAILABLE = 5115 "The certificate authority is not available; try again later."
        "Look for the store's own error in the log.";
    BROKEN = 5116 "The connection to the device management service broke; try again later." NETWORK;
    OURS = 5117 "The question to the device management service could not be written."
        "Check the connection's settings; if they are right, report it to us.";
    IMPOSTOR = 5118 "Whoever answers as the device management service is not it."
        "Check `authority`, `graph` and `resource` of the connection: who answers there is not Intune.";
}

impl Refusal {
    /// Nobody has judged the request.
    fn on_the_way(entry: Entry, operator: String) -> Refusal {
        Refusal::new(
            entry,
            operator,
            Compared::Nothing("the way to the MDM failed before anything was compared"),
        )
    }

    /// A trial that must be refused was not.
    pub(crate) fn vouched_for_nothing() -> Refusal {
        let operator = "Whoever answers as Intune vouched for a challenge that nobody made.";
        Refusal::on_the_way(IMPOSTOR, operator.to_owned()).retry(Retry::AfterRepair).suspicious()
    }
}

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
