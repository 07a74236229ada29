//! Faults to order, for each hop between a gateway and Microsoft (contract section 20).

mod catalogue;
mod spoil;

pub use catalogue::{TransportFault, transport_faults};
pub(crate) use spoil::conduct;

use serde::{Deserialize, Serialize};

use crate::dice::Dice;

/// One exchange between the gateway and the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Hop {
    /// Entra: token for Graph.
    GraphToken,
    /// Entra: token for Intune.
    IntuneToken,
    /// Graph: endpoints of the Intune service principal.
    Endpoints,
    /// Intune: `ScepActions/validateRequest`.
    ValidateRequest,
    /// Intune: `ScepActions/successNotification`.
    SuccessNotification,
    /// Intune: `ScepActions/failureNotification`.
    FailureNotification,
    /// Graph: devices of the directory, as a list or one by one.
    Devices,
    /// Graph: changes of devices.
    DevicesDelta,
    /// Graph: users of the directory, as a list or one by one.
    Users,
    /// Graph: changes of users.
    UsersDelta,
    /// Graph: devices of Intune.
    ManagedDevices,
    /// Graph: users at risk.
    RiskyUsers,
    /// Entra: the code with which a person signs in.
    DeviceCode,
    /// Entra: the token of whoever signed in by that code.
    SignIn,
    /// Graph: groups of the directory.
    Groups,
    /// Graph: who is in a group.
    GroupMembers,
    /// Graph: configuration profiles, as a list or one by one.
    Configurations,
    /// Graph: creating, changing and deleting of configuration profiles.
    ConfigurationWrites,
    /// Graph: assigning of configuration profiles.
    Assignments,
    /// Graph: certificates that came of a configuration profile.
    CertificateStates,
    /// Intune: `CertificateAuthorityRequests/downloadRevocationRequests`.
    RevocationDownload,
    /// Intune: `CertificateAuthorityRequests/uploadRevocationResults`.
    RevocationUpload,
}

impl Hop {
    /// All hops: those of an enrolment in their order, then those of status by device and user, then those of
    /// configuration profiles.
    pub const ALL: [Self; 22] = [
        Self::GraphToken,
        Self::Endpoints,
        Self::IntuneToken,
        Self::ValidateRequest,
        Self::SuccessNotification,
        Self::FailureNotification,
        Self::Devices,
        Self::DevicesDelta,
        Self::Users,
        Self::UsersDelta,
        Self::ManagedDevices,
        Self::RiskyUsers,
        Self::RevocationDownload,
        Self::RevocationUpload,
        Self::DeviceCode,
        Self::SignIn,
        Self::Groups,
        Self::GroupMembers,
        Self::Configurations,
        Self::ConfigurationWrites,
        Self::Assignments,
        Self::CertificateStates,
    ];

    /// Those of Entra.
    pub const OF_ENTRA: [Self; 4] = [Self::GraphToken, Self::IntuneToken, Self::DeviceCode, Self::SignIn];

    /// Those of Graph.
    pub const OF_GRAPH: [Self; 13] = [
        Self::Endpoints,
        Self::Devices,
        Self::DevicesDelta,
        Self::Users,
        Self::UsersDelta,
        Self::ManagedDevices,
        Self::RiskyUsers,
        Self::Groups,
        Self::GroupMembers,
        Self::Configurations,
        Self::ConfigurationWrites,
        Self::Assignments,
        Self::CertificateStates,
    ];

    /// Those of Intune.
    pub const OF_INTUNE: [Self; 5] = [
        Self::ValidateRequest,
        Self::SuccessNotification,
        Self::FailureNotification,
        Self::RevocationDownload,
        Self::RevocationUpload,
    ];
}

/// Something that goes wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[expect(missing_docs, reason = "each variant's sentence names its fields")]
pub enum Fault {
    /// The proper answer, `ms` late.
    Delay { ms: u64 },
    /// No answer; the connection is closed after `ms`.
    Hang { ms: u64 },
    /// Half of the answer's body, then silence for `ms`.
    HangInBody { ms: u64 },
    /// The TLS handshake is refused. Taken at the next new connection to the hop's service.
    TlsFailure,
    /// The connection is closed instead of an answer.
    Close,
    /// TCP reset instead of an answer.
    Reset,
    /// TCP reset after half of the answer.
    ResetInBody,
    /// `bytes` of the answer (head included), then an orderly close.
    Cut { bytes: usize },
    /// These characters (Latin-1) instead of an HTTP response, then an orderly close.
    Raw { text: String },
    /// An HTTP status with Microsoft's error envelope and, if given, Retry-After in seconds.
    Status { status: u16, retry_after: Option<u32> },
    /// A redirect; to the same path on another host if `location` is absent.
    Redirect { status: u16, location: Option<String> },
    /// An HTML page, as proxies send.
    Html { status: u16 },
    /// The given body with the given status.
    Body { status: u16, content_type: String, text: String },
    /// The proper body without its last half, with a Content-Length that fits.
    TruncatedJson,
    /// A proper answer blown up to `bytes` by white space.
    Oversized { bytes: usize },
    /// Discovery: the service twice; the genuine entry first or last.
    DuplicateEndpoint { genuine_first: bool },
    /// Discovery: the list without Intune's SCEP service.
    MissingEndpoint,
    /// Discovery: the service stands on the second page (`@odata.nextLink`).
    NextLink,
    /// Discovery and lists: the next page is said to be at this address.
    NextLinkTo { uri: String },
    /// Discovery: this address for the SCEP service.
    EndpointUri { uri: String },
    /// Discovery: names in another letter case and only `serviceName`, as the retired Graph had.
    LegacyNames,
    /// Token: refused with this AADSTS number.
    TokenError { code: u32 },
    /// Token: claims to live `expires_in`, is dead after `really` seconds.
    TokenLife { expires_in: i64, really: i64 },
    /// Token: made for another audience.
    WrongAudience,
    /// Token: carries no roles.
    NoRoles,
    /// Result: this `code`, whatever the truth.
    Code { code: String },
    /// Result: the true code in lower case.
    LowerCaseCode,
    /// Result: no member `code`.
    MissingCode,
    /// Result: the true answer without `errorDescription`.
    MissingDescription,
    /// Result: the true answer with `errorDescription` null.
    NullDescription,
}

impl Fault {
    /// Faults in which the service does its work, and only the answer suffers.
    #[must_use]
    pub fn works_first(&self) -> bool {
        !matches!(
            self,
            Self::Hang { .. }
                | Self::Close
                | Self::Reset
                | Self::Raw { .. }
                | Self::Status { .. }
                | Self::Redirect { .. }
                | Self::Html { .. }
                | Self::Body { .. }
                | Self::TokenError { .. }
                | Self::Code { .. }
        )
    }
}

/// How often a fault strikes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// The next so many matching exchanges.
    Times(u64),
    /// Until the rule is removed.
    Always,
    /// Each exchange with this probability, 0 to 1, by the seeded dice.
    Chance(f64),
}

/// A rule of the fault book.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Where.
    pub hop: Hop,
    /// What.
    pub fault: Fault,
    /// How often.
    pub when: When,
    /// Matching exchanges that pass unharmed first.
    #[serde(default)]
    pub after: u64,
}

/// The faults ordered, and how often each struck.
#[derive(Debug)]
pub struct FaultBook {
    rules: Vec<(Rule, u64)>,
    dice: Dice,
}

impl FaultBook {
    /// An empty book whose probabilities follow from `seed`.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self { rules: Vec::new(), dice: Dice::new(seed, "faults") }
    }

    /// Orders a fault.
    pub fn order(&mut self, rule: Rule) {
        self.rules.push((rule, 0));
    }

    /// Removes every rule.
    pub fn clear(&mut self) {
        self.rules.clear();
    }

    /// The rules and how often each struck.
    #[must_use]
    pub fn rules(&self) -> Vec<(Rule, u64)> {
        self.rules.clone()
    }

    /// The fault for an exchange of this hop, if one is due. The first rule that strikes wins.
    pub fn draw(&mut self, hop: Hop) -> Option<Fault> {
        self.draw_where(|rule| rule.hop == hop && rule.fault != Fault::TlsFailure)
    }

    /// True if the TLS handshake of a connection to one of these hops must fail.
    pub fn draw_tls_failure(&mut self, hops: &[Hop]) -> bool {
        self.draw_where(|rule| hops.contains(&rule.hop) && rule.fault == Fault::TlsFailure).is_some()
    }

    fn draw_where(&mut self, matches: impl Fn(&Rule) -> bool) -> Option<Fault> {
        let dice = &mut self.dice;
        self.rules.iter_mut().filter(|(rule, _)| matches(rule)).find_map(|(rule, struck)| {
            strikes(rule, dice).then(|| {
                *struck += 1;
                rule.fault.clone()
            })
        })
    }
}

fn strikes(rule: &mut Rule, dice: &mut Dice) -> bool {
    if rule.after > 0 {
        rule.after -= 1;
        return false;
    }
    match &mut rule.when {
        When::Times(left) => {
            let due = *left > 0;
            *left = left.saturating_sub(1);
            due
        }
        When::Always => true,
        When::Chance(chance) => dice.falls_within(*chance),
    }
}
