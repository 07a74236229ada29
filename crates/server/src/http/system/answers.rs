//! What the routes of the installation answer with.

use serde::Serialize;
use utoipa::ToSchema;

/// Our own certificates.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct AuthorityList {
    /// Oldest first.
    pub cas: Vec<CertificateAuthority>,
}

/// A certificate of our own: of a CA, or of whoever speaks for one.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct CertificateAuthority {
    /// Short and unique.
    pub name: String,
    /// `root`, `issuing`, `ra` or `ocsp`.
    pub role: &'static str,
    /// The name of the CA whose key signed it, its own for a root; `None` where that CA is not on record.
    pub issued_by: Option<String>,
    /// Its subject.
    pub subject: String,
    /// Its issuer's name.
    pub issuer: String,
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// From when it is valid, RFC 3339.
    pub not_before: String,
    /// Until when it is valid, RFC 3339.
    pub not_after: String,
    /// The kind and size of its key: `P-256`, `P-384`, `RSA-3072`.
    pub key: String,
    /// SHA-1 of the certificate, as Windows shows it, hexadecimal.
    pub sha1: String,
    /// SHA-256 of the certificate, hexadecimal.
    pub sha256: String,
    /// Since when it signs nothing, RFC 3339; `None` while it is in use.
    pub retired_at: Option<String>,
    /// Where anybody fetches it, as a path on the devices' listener; `None` for those that are not given out so.
    pub download: Option<String>,
    /// The certificate itself, PEM.
    pub pem: String,
}

/// The endpoints.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionList {
    /// In the order of the settings file.
    pub connections: Vec<Connection>,
}

/// An endpoint, and what it depends on.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Connection {
    /// Its name.
    pub name: String,
    /// Where devices come; the one that imitates NDES last. A path where `public_url` is not set.
    pub urls: Vec<String>,
    /// Whether it answers at NDES' address, too.
    pub ndes: bool,
    /// `intune`, `static`, `one_time`, `bound` or `request`.
    pub validator: &'static str,
    /// The certificate profiles that it issues by.
    pub profiles: Vec<String>,
    /// The tenant of Entra that it asks.
    pub tenant: Option<String>,
    /// The application id that it asks as.
    pub client_id: Option<String>,
    /// The directory that its certificates follow.
    pub directory: Option<ConnectionDirectory>,
}

/// A directory that is followed.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ConnectionDirectory {
    /// Its name.
    pub name: String,
    /// When the last complete reading began, RFC 3339; `None` before the first.
    pub read_at: Option<String>,
    /// Since when its facts are those of yesterday, RFC 3339; `None` while they are fresh enough.
    pub stale_since: Option<String>,
    /// Why, while it is stale.
    pub trouble: Option<String>,
}

/// The effective settings.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct SettingList {
    /// In alphabetical order.
    pub settings: Vec<EffectiveSetting>,
}

/// A setting.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct EffectiveSetting {
    /// Dotted; items of lists are numbered from 0.
    pub key: String,
    /// As TOML; what must not be shown is `"(hidden)"`.
    pub value: String,
    /// Who set it: `default`, `file`, `environment NAME` or `flag NAME`.
    pub origin: String,
}

/// How the server is.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HealthReport {
    /// Whether it serves devices.
    pub ready: bool,
    /// Whether something is not as it should be while it serves.
    pub degraded: bool,
    /// What keeps it from serving.
    pub troubles: Vec<String>,
    /// What is not as it should be.
    pub reserves: Vec<String>,
    /// The program's version.
    pub version: &'static str,
    /// How much it holds.
    pub counts: HealthCounts,
}

/// Rows of the store.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct HealthCounts {
    /// Certificates that were ever begun.
    pub certificates: u64,
    /// Those without outcome yet.
    pub unfinished: u64,
    /// Revoked or on hold.
    pub revoked: u64,
    /// Notifications to be sent.
    pub notifications_pending: u64,
    /// Notifications given up.
    pub notifications_dead: u64,
    /// Rows of the audit.
    pub audit: u64,
}
