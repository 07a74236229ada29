//! Settings: read into one type ([`Settings`]), believed in another ([`Config`]).
//!
//! Precedence: flag > environment (`CHANCERY_SECTION__KEY`) > file > default. Every mistake is a [`Problem`]
//! that names the key, the value, the rule it broke and one fix.

mod admin;
mod audit;
mod ca;
mod crl;
mod directory;
mod endpoint;
mod environment;
mod example;
mod intune;
mod limits;
mod listen;
mod name;
mod ocsp;
mod oidc;
mod policy;
mod problem;
mod profile;
mod schema;
mod secret;
mod settings;
mod source;
mod text;
mod url;
mod value;
mod webhooks;

pub use self::admin::{Admin, AdminSettings};
pub use self::audit::{AuditSettings, Collector};
pub use self::ca::{Ca, CaSettings};
pub use self::crl::CrlSettings;
pub use self::directory::{DirectorySettings, Follow};
pub use self::endpoint::{
    Bound, BoundSettings, CaCertificates, Endpoint, EndpointSettings, OnNotifyFailure, OneTime,
    OneTimeSettings, RequestSettings, SlotsSettings, Static, StaticSettings, Validator,
};
pub use self::example::EXAMPLE;
pub use self::intune::IntuneSettings;
pub use self::limits::{Limits, LimitsSettings};
pub use self::listen::{Listen, ListenSettings, TlsListen, TlsSettings, TlsSource};
pub use self::name::EndpointName;
pub use self::ocsp::{NeverIssued, Ocsp, OcspSettings};
pub use self::oidc::{Oidc, OidcRole, OidcRoleSettings, OidcSettings};
pub use self::policy::{PrivilegedSettings, believe as believe_policy};
pub use self::problem::{Code, Problem, Problems};
pub use self::secret::Secret;
pub use self::settings::{LogFormat, LogSettings, Settings};
pub use self::source::{Disk, Files, Flag, Loaded, Origin, Setting, Sources};
pub use self::text::{Period, Size};
pub use self::url::BaseUrl;
pub use self::webhooks::{Webhooks, WebhooksSettings};

use ::ca::policy::Policy;
use ::ca::profile::ProfileSet;
use std::path::PathBuf;

/// Every section's path: `""` is the top, `endpoint.intune` is within each `[[endpoint]]`.
#[must_use]
pub fn sections() -> &'static [&'static str] {
    &schema::SECTIONS
}

/// The keys that a section knows; none where there is no such section.
#[must_use]
pub fn section_keys(section: &str) -> &'static [&'static str] {
    schema::keys(section).unwrap_or_default()
}

/// What the server runs by: every value was checked, every reference resolves, every secret was read.
pub struct Config {
    /// Where keys and the store live. Not a cache: it is the CA.
    pub data_dir: PathBuf,
    /// Base of the URLs written into certificates; without one, certificates name no CRL and no issuer.
    pub public_url: Option<BaseUrl>,
    /// This run is a test (`--local`): loopback URLs and self-made TLS certificates are allowed.
    pub local: bool,
    /// Addresses to listen on.
    pub listen: Listen,
    /// Sizes, times and counts no peer may exceed.
    pub limits: Limits,
    /// The certificate authority that a first start makes.
    pub ca: Ca,
    /// Into how many parts the CRL is divided; 1 is one list. Fixed once a certificate points to a part.
    pub crl_shards: u16,
    /// How OCSP answers.
    pub ocsp: Ocsp,
    /// The administrative interface.
    pub admin: Admin,
    /// Bearer token that may do everything by the administrative API; tokens of the store may do what their scopes name.
    pub admin_token: Option<Secret>,
    /// Log format and filter.
    pub log: LogSettings,
    /// Whom the audit's rows are sent to, if anybody.
    pub collector: Option<Collector>,
    /// Where webhooks may lead, and what they tell.
    pub webhooks: Webhooks,
    /// Certificate profiles (what AD CS calls templates), in the order written; at least one.
    pub profiles: ProfileSet,
    /// The same as they are written, in the same order: what versions are made of.
    pub profile_settings: Vec<::ca::profile::Settings>,
    /// Names that nobody gets, beside those that every profile denies.
    pub privileged: PrivilegedSettings,
    /// Rules that choose a profile or refuse, in the order written.
    pub policy: Policy,
    /// The same as they are written, in the same order.
    pub policy_settings: Vec<::ca::policy::Settings>,
    /// SCEP endpoints, in the order written; at least one.
    pub endpoints: Vec<Endpoint>,
    /// What is allowed and yet probably not meant.
    pub warnings: Vec<Problem>,
    /// Every effective setting in alphabetical order, without anything secret.
    pub effective: Vec<Setting>,
}

impl Config {
    /// Believes `settings`, or says everything that is wrong with them at once.
    ///
    /// # Errors
    /// All problems found, in the order of the file.
    pub fn believe(settings: &Settings, files: &dyn Files, loaded: &Loaded) -> Result<Self, Problems> {
        let mut problems = Problems::default();
        let local = loaded.local;
        let listen = Listen::believe(&settings.listen, &settings.tls, loaded, &mut problems);
        let public_url = url::public(settings.public_url.as_deref(), local, &listen, &mut problems);
        let limits = Limits::believe(&settings.limits, &mut problems);
        let ca = Ca::believe(&settings.ca, &mut problems);
        let crl_shards = settings.crl.believe(&mut problems);
        let ocsp = Ocsp::believe(&settings.ocsp, &mut problems);
        let admin = settings.admin.believe(&listen, files, loaded, &mut problems);
        let admin_token = settings.admin.token(files, loaded, &mut problems);
        settings.log.check(&mut problems);
        let collector = settings.audit.believe(&mut problems);
        let webhooks = Webhooks::believe(&settings.webhooks, &mut problems);
        let profiles = profile::believe_all(&settings.profile, &settings.privileged, &mut problems);
        let policy = policy::believe_all(settings, &profiles, &mut problems);
        let endpoints = endpoint::believe_all(settings, &profiles, files, loaded, &mut problems);
        let warnings = problems.split_warnings();
        let data_dir = PathBuf::from(&settings.data_dir);
        let log = settings.log.clone();
        problems.into_result(Self {
            data_dir,
            public_url,
            local,
            listen,
            limits,
            ca,
            crl_shards,
            ocsp,
            admin,
            admin_token,
            log,
            collector,
            webhooks,
            profiles,
            profile_settings: settings.profile.clone(),
            privileged: settings.privileged.clone(),
            policy,
            policy_settings: settings.policy.clone(),
            endpoints,
            warnings,
            effective: loaded.effective(),
        })
    }

    /// The endpoint of that name.
    #[must_use]
    pub fn endpoint(&self, name: &str) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.name.as_str() == name)
    }

    /// The endpoint that answers at NDES' address, `/certsrv/mscep/mscep.dll`.
    #[must_use]
    pub fn ndes(&self) -> Option<&Endpoint> {
        self.endpoints.iter().find(|endpoint| endpoint.ndes)
    }
}
