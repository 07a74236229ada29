//! What the administrative API says of the installation: its CAs, connections, settings, health and faults.

use crate::authority::ISSUING;
use crate::clock::Clock;
use crate::config::{Config, Endpoint, Origin, Validator};
use crate::directory::Health;
use crate::doctor::Examination;
use crate::explanation::{administrator, ours};
use crate::http::{
    ApiProblem, AuthorityList, BoxFuture, CertificateAuthority, Connection, ConnectionDirectory,
    ConnectionList, EffectiveSetting, HealthCounts, HealthReport, Readiness, SettingList, System,
};
use crate::server::directories;
use crate::store::{Authority, AuthorityRole, Store};
use crate::trial::{self, Trial, Untried};
use pki::algorithm::{sha1, sha256};
use pki::certificate::Certificate;
use pki::key::{KeyKind, PublicKey};
use pki::pem;
use std::sync::Arc;
use tokio::sync::Mutex;

/// The installation, as its server knows it.
pub struct Premises {
    config: Arc<Config>,
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    readiness: Arc<dyn Readiness>,
    directories: Vec<Arc<Health>>,
    /// One trial or examination at a time: either asks others, or the disk, more than a request should.
    trying: Mutex<()>,
}

impl Premises {
    /// Of the settings that the server was started with.
    #[must_use]
    pub fn new(
        config: Arc<Config>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        readiness: Arc<dyn Readiness>,
        directories: Vec<Arc<Health>>,
    ) -> Premises {
        Premises { config, store, clock, readiness, directories, trying: Mutex::default() }
    }

    async fn all(&self) -> Result<AuthorityList, ApiProblem> {
        let recorded = self.store.authorities().await.map_err(|_| unread())?;
        let read = |one: &Authority| Certificate::parse(&one.certificate).map_err(|_| unread());
        let parsed: Vec<Certificate> = recorded.iter().map(read).collect::<Result<_, _>>()?;
        let above = |certificate: &Certificate| {
            let signs = |role| matches!(role, AuthorityRole::Root | AuthorityRole::Issuing);
            let mut cas = recorded.iter().zip(&parsed).filter(|(one, _)| signs(one.role));
            let found = cas.find(|(_, ca)| {
                ca.subject() == certificate.issuer() && certificate.verify_signed_by(ca.key()).is_ok()
            });
            found.map(|(one, _)| one.name.clone())
        };
        let rows =
            recorded.iter().zip(&parsed).map(|(one, certificate)| told(one, certificate, above(certificate)));
        Ok(AuthorityList { cas: rows.collect() })
    }

    fn connection(&self, endpoint: &Endpoint) -> Connection {
        let base = self.config.public_url.as_ref().map(ToString::to_string).unwrap_or_default();
        let base = base.trim_end_matches('/');
        let ndes = endpoint.ndes.then(|| format!("{base}/certsrv/mscep/mscep.dll"));
        let intune = match &endpoint.validator {
            Validator::Intune(settings) => Some(settings),
            Validator::Static(_) | Validator::OneTime(_) | Validator::Bound(_) | Validator::Request(_) => {
                None
            }
        };
        Connection {
            name: endpoint.name.as_str().to_owned(),
            urls: [format!("{base}/scep/{}", endpoint.name)].into_iter().chain(ndes).collect(),
            ndes: endpoint.ndes,
            validator: kind(&endpoint.validator),
            profiles: endpoint.slots.names().map(ToString::to_string).collect(),
            tenant: intune.map(|one| one.tenant.as_str().to_owned()),
            client_id: intune.map(|one| one.client_id.clone()),
            directory: directories::name(endpoint).map(|name| self.directory(name)),
        }
    }

    fn directory(&self, name: String) -> ConnectionDirectory {
        let now = self.clock.now();
        let health = self.directories.iter().find(|one| one.name() == name);
        ConnectionDirectory {
            read_at: health.and_then(|one| one.read_at()).map(|at| at.to_string()),
            stale_since: health.and_then(|one| one.stale_since(now)).map(|at| at.to_string()),
            trouble: health.and_then(|one| one.trouble(now)),
            name,
        }
    }

    async fn tried(&self, name: &str) -> Result<Trial, ApiProblem> {
        let settings = match self.config.endpoint(name).map(|endpoint| &endpoint.validator) {
            Some(Validator::Intune(settings)) => settings,
            Some(
                Validator::Static(_) | Validator::OneTime(_) | Validator::Bound(_) | Validator::Request(_),
            )
            | None => {
                let sentence = format!("There is no endpoint {name:?} that asks Intune.");
                return Err(ApiProblem { sentence, ..ApiProblem::new(404, administrator::NO_INTUNE) });
            }
        };
        let _alone = self.trying.lock().await;
        trial::intune(name, settings).await.map_err(|untried| match untried {
            Untried::Settings(error) => {
                let sentence = format!("The endpoint {name:?} cannot work as it is configured: {error}.");
                ApiProblem { sentence, ..ApiProblem::new(409, administrator::ENDPOINT) }
            }
            Untried::Key => ApiProblem::new(503, ours::RANDOM),
        })
    }

    async fn report(&self) -> Result<HealthReport, ApiProblem> {
        let (troubles, reserves) = (self.readiness.troubles().await, self.readiness.reserves());
        let counts = self.store.counts().await.map_err(|_| unread())?;
        Ok(HealthReport {
            ready: troubles.is_empty(),
            degraded: !reserves.is_empty(),
            troubles,
            reserves,
            version: env!("CARGO_PKG_VERSION"),
            counts: HealthCounts {
                certificates: counts.certificates,
                unfinished: counts.unfinished,
                revoked: counts.revoked,
                notifications_pending: counts.notifications_pending,
                notifications_dead: counts.notifications_dead,
                audit: counts.audit,
            },
        })
    }

    /// On a thread where it may wait for the disk.
    async fn examined(&self) -> Result<Examination, ApiProblem> {
        let _alone = self.trying.lock().await;
        let (config, now) = (Arc::clone(&self.config), self.clock.now());
        let runtime = tokio::runtime::Handle::current();
        let examining = move || runtime.block_on(Examination::of(&config, None, now));
        tokio::task::spawn_blocking(examining).await.map_err(|_| ApiProblem::new(500, ours::PANIC))
    }
}

impl System for Premises {
    fn authorities(&self) -> BoxFuture<'_, Result<AuthorityList, ApiProblem>> {
        Box::pin(self.all())
    }

    fn connections(&self) -> ConnectionList {
        ConnectionList { connections: self.config.endpoints.iter().map(|one| self.connection(one)).collect() }
    }

    fn try_connection<'a>(&'a self, name: &'a str) -> BoxFuture<'a, Result<Trial, ApiProblem>> {
        Box::pin(self.tried(name))
    }

    fn settings(&self) -> SettingList {
        let origin =
            |origin: Option<&Origin>| origin.map_or_else(|| "default".to_owned(), ToString::to_string);
        let shown = self.config.effective.iter().map(|one| EffectiveSetting {
            key: one.key.clone(),
            value: one.value.clone(),
            origin: origin(one.origin.as_ref()),
        });
        SettingList { settings: shown.collect() }
    }

    fn health(&self) -> BoxFuture<'_, Result<HealthReport, ApiProblem>> {
        Box::pin(self.report())
    }

    fn doctor(&self) -> BoxFuture<'_, Result<Examination, ApiProblem>> {
        Box::pin(self.examined())
    }
}

fn told(one: &Authority, certificate: &Certificate, issued_by: Option<String>) -> CertificateAuthority {
    let der = certificate.der();
    // What is given out is the newest of each; an older one of that name is on record alone.
    let download = match one.role {
        AuthorityRole::Root if one.retired_at.is_none() => Some("/ca/root.cer".to_owned()),
        AuthorityRole::Issuing if one.retired_at.is_none() => Some(format!("/ca/{ISSUING}.cer")),
        AuthorityRole::Root | AuthorityRole::Issuing | AuthorityRole::Ra | AuthorityRole::Ocsp => None,
    };
    CertificateAuthority {
        name: one.name.clone(),
        role: role(one.role),
        issued_by,
        subject: certificate.subject().to_string(),
        issuer: certificate.issuer().to_string(),
        serial: certificate.serial().to_string(),
        not_before: certificate.not_before().to_string(),
        not_after: certificate.not_after().to_string(),
        key: key(certificate.key()),
        sha1: hex(&sha1(der)),
        sha256: hex(&sha256(der)),
        retired_at: one.retired_at.map(|at| at.to_string()),
        download,
        pem: pem::encode("CERTIFICATE", der),
    }
}

fn role(role: AuthorityRole) -> &'static str {
    match role {
        AuthorityRole::Root => "root",
        AuthorityRole::Issuing => "issuing",
        AuthorityRole::Ra => "ra",
        AuthorityRole::Ocsp => "ocsp",
    }
}

fn kind(validator: &Validator) -> &'static str {
    match validator {
        Validator::Intune(_) => "intune",
        Validator::Static(_) => "static",
        Validator::OneTime(_) => "one_time",
        Validator::Bound(_) => "bound",
        Validator::Request(_) => "request",
    }
}

fn key(key: &PublicKey) -> String {
    match key.kind() {
        KeyKind::Rsa { modulus, .. } => format!("RSA-{}", modulus.len() * 8),
        KeyKind::P256 { .. } => "P-256".to_owned(),
        KeyKind::P384 { .. } => "P-384".to_owned(),
        KeyKind::Other(oid) => oid.to_string(),
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

fn unread() -> ApiProblem {
    ApiProblem::new(503, ours::STORE)
}
