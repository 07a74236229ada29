//! What the client must be told.

use mdm::cloud::{Cloud, INTUNE_HOST_SUFFIXES};
use mdm::entra::{Secret, Tenant};
use std::fmt;
use std::time::Duration;
use zeroize::Zeroizing;

/// Settings of one connection. [`IntuneSettings::new`] gives the defaults; every member may be changed.
#[derive(Clone, Debug)]
pub struct IntuneSettings {
    /// GUID or domain name.
    pub tenant: Tenant,
    /// The app registration's application id.
    pub client_id: String,
    /// How it proves itself.
    pub credential: Credential,
    /// Product and version, for `callerInfo` and the `UserAgent` header: visible ASCII and spaces.
    pub provider: String,
    /// Base URLs.
    pub cloud: Cloud,
    /// Intune's application id in Graph.
    pub intune_app_id: String,
    /// Host name endings to which the Intune token may go.
    pub allowed_hosts: Vec<String>,
    /// Root certificates trusted besides the system's, DER.
    pub extra_roots: Vec<Vec<u8>>,
    /// To establish a connection, TLS included.
    pub connect_timeout: Duration,
    /// One call with all it needs; the enrolment's own deadline also applies.
    pub call_timeout: Duration,
    /// How long a discovered address is believed.
    pub discovery_ttl: Duration,
    /// Pause before a repetition where the answer names none.
    pub retry_pause: Duration,
    /// Calls under way at once; validations and notifications each have so many.
    pub concurrency: usize,
    /// How long a call waits for its turn.
    pub queue_timeout: Duration,
    /// When to stop asking.
    pub breaker: BreakerSettings,
    /// Whether Intune's yes covers a SID URI in the SAN. Off: Intune does not compare it with the account's
    /// (contract §10, threat 24).
    pub vouch_sid: bool,
    /// For tests and the demonstration: plain HTTP, and the Intune token, to loopback addresses.
    pub insecure_loopback: bool,
}

impl IntuneSettings {
    /// Defaults of the world-wide cloud.
    #[must_use]
    pub fn new(tenant: Tenant, client_id: &str, credential: Credential) -> Self {
        Self {
            tenant,
            client_id: client_id.to_owned(),
            credential,
            provider: concat!("Chancery/", env!("CARGO_PKG_VERSION")).to_owned(),
            cloud: Cloud::global(),
            intune_app_id: mdm::intune::APP_ID.to_owned(),
            allowed_hosts: INTUNE_HOST_SUFFIXES.map(String::from).to_vec(),
            extra_roots: Vec::new(),
            connect_timeout: Duration::from_secs(5),
            call_timeout: Duration::from_secs(20),
            discovery_ttl: Duration::from_secs(3600),
            retry_pause: Duration::from_millis(500),
            concurrency: 64,
            queue_timeout: Duration::from_secs(5),
            breaker: BreakerSettings::default(),
            vouch_sid: false,
            insecure_loopback: false,
        }
    }
}

/// When a failing service is left alone for a while.
#[derive(Clone, Copy, Debug)]
pub struct BreakerSettings {
    /// Calls failed in a row by transport, overload or permission. A refusal by result code is a success of transport.
    pub failures: u32,
    /// For how long nobody is asked; afterwards one call at a time tries.
    pub pause: Duration,
}

impl Default for BreakerSettings {
    fn default() -> Self {
        Self { failures: 10, pause: Duration::from_secs(15) }
    }
}

/// The application's proof towards Entra.
#[derive(Clone, Debug)]
pub enum Credential {
    /// A client secret.
    Secret(Secret),
    /// A certificate's key.
    Certificate(ClientCertificate),
    /// None: a person signs in.
    Absent,
}

/// Certificate and RSA key of the application.
#[derive(Clone)]
pub struct ClientCertificate {
    /// X.509, DER.
    pub certificate: Vec<u8>,
    /// PKCS#8, DER.
    pub key: Zeroizing<Vec<u8>>,
    /// RSASSA-PSS and `x5t#S256` instead of PKCS #1 v1.5 and `x5t`.
    pub pss: bool,
}

impl fmt::Debug for ClientCertificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ClientCertificate({} octets, pss: {})", self.certificate.len(), self.pss)
    }
}

/// A setting that cannot work.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Neither https nor, where that is allowed, http to loopback; or no URL at all; or with user, query or fragment.
    #[error("{0} is not an https URL without user, query and fragment")]
    Url(String),
    /// Goes into a header.
    #[error("the provider name must consist of visible ASCII characters and spaces")]
    Provider,
    /// Goes into a URL.
    #[error("the application id of Intune must be a GUID")]
    IntuneAppId,
    /// Nothing would ever be sent.
    #[error("concurrency must be at least 1")]
    Concurrency,
    /// Not an RSA key in PKCS#8, or too small.
    #[error("the application's key is not an RSA key of 2048 to 8192 bits in PKCS#8")]
    Key,
    /// Only for whoever signs in.
    #[error("the application has no credential")]
    NoCredential,
    /// Not a certificate.
    #[error("extra root certificate {0} cannot be read")]
    Root(usize),
    /// The TLS library refused to start.
    #[error("the HTTPS client cannot be set up: {0}")]
    Client(String),
}
