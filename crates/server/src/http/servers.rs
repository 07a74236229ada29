//! All listeners together: bound, served, stopped.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::access::Access;
use super::approvals::Approvals;
use super::capacity::Capacity;
use super::challenges::ChallengeDesk;
use super::gateway::ScepGateway;
use super::health::Readiness;
use super::idempotency::Repetitions;
use super::listener::Listener;
use super::mdm::MdmProfiles;
use super::ocsp::OcspResponder;
use super::people::People;
use super::policy::Policies;
use super::profiles::CertificateProfiles;
use super::publications::Publications;
use super::records::Records;
use super::requests::CertificateRequests;
use super::revocations::Revocations;
use super::sightings::Sightings;
use super::simulator::Simulator;
use super::stalled::StalledConversations;
use super::system::System;
use super::webhooks::WebhookBook;
use super::{router, stop, tls};
use crate::clock::Clock;
use crate::config::{Config, Limits};
use crate::portal::Visitors;
use crate::search::Finder;
use crate::telemetry::Metrics;

/// What the routes call.
#[derive(Clone)]
pub struct Services {
    /// Answers SCEP.
    pub gateway: Arc<dyn ScepGateway>,
    /// Gives out CA certificates and CRLs.
    pub publications: Arc<dyn Publications>,
    /// Answers OCSP.
    pub ocsp: Arc<dyn OcspResponder>,
    /// Knows troubles.
    pub readiness: Arc<dyn Readiness>,
    /// Knows certificate profiles.
    pub profiles: Arc<dyn CertificateProfiles>,
    /// Writes profiles for the MDM.
    pub mdm: Arc<dyn MdmProfiles>,
    /// Knows the rules of the policy.
    pub policies: Arc<dyn Policies>,
    /// A demo's fleet; `None` everywhere else.
    pub simulator: Option<Arc<dyn Simulator>>,
    /// Knows certificates and lists.
    pub records: Arc<dyn Records>,
    /// Makes one-time challenges.
    pub challenges: Arc<dyn ChallengeDesk>,
    /// Revokes certificates.
    pub revocations: Arc<dyn Revocations>,
    /// Knows which conversations stalled.
    pub stalled: Arc<dyn StalledConversations>,
    /// Takes sightings.
    pub sightings: Arc<dyn Sightings>,
    /// Takes requests that callers make in their own names.
    pub requests: Arc<dyn CertificateRequests>,
    /// Decides about requests that wait.
    pub approvals: Arc<dyn Approvals>,
    /// Finds certificates, enrolments, devices, users and rows of the audit.
    pub finder: Arc<Finder>,
    /// Remembers what was to be done once.
    pub repetitions: Arc<dyn Repetitions>,
    /// Knows the CAs, connections, settings and faults.
    pub system: Arc<dyn System>,
    /// Knows who may use the administrative API.
    pub access: Arc<dyn Access>,
    /// Knows who is signed in to the portal.
    pub visitors: Arc<dyn Visitors>,
    /// Knows people, and who of them is signed in.
    pub people: Arc<dyn People>,
    /// Adds, removes and tries webhooks.
    pub webhooks: Arc<dyn WebhookBook>,
    /// Says what time it is, to pages.
    pub clock: Arc<dyn Clock>,
    /// Counts.
    pub metrics: Arc<Metrics>,
}

/// What every route knows.
pub(super) struct Shared {
    pub(super) services: Services,
    pub(super) endpoints: BTreeMap<String, Face>,
    pub(super) ndes: Option<String>,
    pub(super) limits: Arc<Limits>,
    pub(super) capacity: Capacity,
}

/// What an endpoint shows to a browser.
pub(super) struct Face {
    pub(super) ndes_page: bool,
}

/// Why the server cannot listen.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The address is taken, not ours, or not allowed.
    #[error("cannot listen on {key} = \"{address}\": {source}")]
    Bind {
        /// The setting.
        key: &'static str,
        /// Its value.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// The TLS listener has no usable certificate.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
}

/// Where the listeners are, ports resolved.
#[derive(Clone, Copy, Debug)]
pub struct Addresses {
    /// Plain HTTP for devices.
    pub scep: SocketAddr,
    /// TLS for devices.
    pub scep_tls: Option<SocketAddr>,
    /// Administration.
    pub admin: SocketAddr,
}

/// Listeners that are bound and not served yet: connections wait, none is lost.
pub struct Servers {
    listeners: Vec<Listener>,
    shared: Arc<Shared>,
    addresses: Addresses,
}

impl Servers {
    /// Binds every configured address.
    ///
    /// # Errors
    /// An address that cannot be had, or a TLS certificate that cannot be used.
    pub async fn bind(config: &Config, services: Services) -> Result<Self, ServeError> {
        let shared = Arc::new(Shared::new(config, services));
        let listen = &config.listen;
        let (scep, scep_at) = bind("listen.scep", listen.scep).await?;
        let (admin, admin_at) = bind("listen.admin", listen.admin).await?;
        let (public, private) = (router::public(&shared), router::admin(&shared));
        let listener = |name, socket, tls, router: &axum::Router| Listener {
            name,
            socket,
            tls,
            router: router.clone(),
            limits: Arc::clone(&shared.limits),
            metrics: Arc::clone(&shared.services.metrics),
        };
        let admin_tls = config.admin.tls.as_ref().map(tls::acceptor).transpose()?;
        let mut listeners =
            vec![listener("scep", scep, None, &public), listener("admin", admin, admin_tls, &private)];
        let mut scep_tls = None;
        if let Some(wanted) = &listen.scep_tls {
            let acceptor = tls::acceptor(&wanted.source)?;
            let (socket, address) = bind("listen.scep_tls", wanted.address).await?;
            listeners.push(listener("scep_tls", socket, Some(acceptor), &public));
            scep_tls = Some(address);
        }
        let addresses = Addresses { scep: scep_at, scep_tls, admin: admin_at };
        Ok(Self { listeners, shared, addresses })
    }

    /// Where they are; a port of 0 has become a real one.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.addresses
    }

    /// Serves until `end` is there; then accepts nothing more and finishes what is in flight, at most `limits.drain`.
    pub async fn run_until(self, end: impl Future<Output = ()>) {
        let (stopper, told) = stop::channel();
        let mut running = JoinSet::new();
        for listener in self.listeners {
            running.spawn(listener.run(told.clone()));
        }
        end.await;
        stopper.stop();
        let finished = async {
            while running.join_next().await.is_some() {}
            self.shared.capacity.idle().await;
        };
        let _ = tokio::time::timeout(self.shared.limits.drain, finished).await;
    }
}

impl Shared {
    fn new(config: &Config, services: Services) -> Self {
        let face = |endpoint: &crate::config::Endpoint| {
            (endpoint.name.as_str().to_owned(), Face { ndes_page: endpoint.ndes_page })
        };
        Self {
            services,
            endpoints: config.endpoints.iter().filter(|one| one.speaks_scep()).map(face).collect(),
            ndes: config.ndes().map(|endpoint| endpoint.name.as_str().to_owned()),
            capacity: Capacity::new(&config.limits),
            limits: Arc::new(config.limits.clone()),
        }
    }
}

async fn bind(key: &'static str, address: SocketAddr) -> Result<(TcpListener, SocketAddr), ServeError> {
    let problem = |source| ServeError::Bind { key, address, source };
    let socket = TcpListener::bind(address).await.map_err(problem)?;
    let bound = socket.local_addr().map_err(problem)?;
    Ok((socket, bound))
}
