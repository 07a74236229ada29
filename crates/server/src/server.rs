//! The whole server, assembled from its settings: one place where every part meets.

mod background;
pub(crate) mod directories;
mod endpoints;
mod readiness;

pub use endpoints::EndpointError;

use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::gateway::Gateway;
use crate::http::{Addresses, ServeError, Servers, Services};
use crate::installation::{Installation, InstallationError};
use crate::jobs::crl::Parts;
use crate::jobs::outbox::Outbox;
use crate::jobs::recovery::{self, Recovered};
use crate::jobs::superseded::Superseding;
use crate::publish::Shelf;
use crate::records::Archive;
use crate::status::Responder;
use crate::store::sqlite::ServerLock;
use crate::store::{Store, StoreError};
use crate::telemetry::Metrics;
use crate::tokens::Doorkeeper;
use background::{Background, Succession};
use readiness::StoreAndCertificates;
use std::sync::Arc;

/// A server that is bound and ready, and not yet serving.
pub struct Server {
    /// What earlier crashes had left.
    pub recovered: Recovered,
    /// The CA behind it.
    pub installation: Installation,
    servers: Servers,
    background: Background,
    _lock: ServerLock,
}

/// Why a server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The data directory.
    #[error(transparent)]
    Installation(#[from] InstallationError),
    /// Another server works on it, or recovery failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An endpoint cannot work as configured.
    #[error(transparent)]
    Endpoint(#[from] EndpointError),
    /// A listener.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// Certificates point to other parts of the CRL than would be made.
    #[error("the CRL has {recorded} parts, and crl.shards is {configured}")]
    Shards {
        /// As the first start fixed it.
        recorded: u16,
        /// As it is now.
        configured: u16,
    },
    /// The first CRL could not be made.
    #[error("the CRL could not be made: {0}")]
    Crl(#[from] crate::explanation::Trouble),
}

impl Server {
    /// Opens the data directory, finishes what a crash left, and binds the listeners.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start(config: &Config, clock: Arc<dyn Clock>) -> Result<Server, StartError> {
        let installation = Installation::open_or_make(config, &*clock).await?;
        let lock = Installation::lock(config)?;
        let (store, authority) = (&installation.store, &installation.authority);
        fix_shards(&**store, config.crl_shards).await?;
        let recovered = recovery::recover(&**store, authority, &*clock).await?;
        let metrics = Arc::new(Metrics::default());
        let endpoints = endpoints::build(config, &installation, &clock, &metrics)?;
        let directories = directories::build(config, &installation, &clock, &metrics)?;
        let mut healths = Vec::new();
        for one in &directories {
            one.health.recall(&**store, clock.now()).await?;
            healths.push(Arc::clone(&one.health));
        }
        let validators = endpoints
            .iter()
            .map(|one| (one.enroller.endpoint.clone(), Arc::clone(&one.enroller.validator)))
            .collect();
        let shelf = Arc::new(Shelf::new(Arc::clone(authority)));
        let (settings, ocsp_clock) = (config.ocsp.clone(), Arc::clone(&clock));
        let responder = Arc::new(Responder::new(
            Arc::clone(store),
            Arc::clone(authority),
            ocsp_clock,
            settings,
            healths.clone(),
        ));
        let archive = Arc::new(Archive::new(config, Arc::clone(store), Arc::clone(&clock)));
        let services = Services {
            gateway: Arc::new(Gateway::new(endpoints, Arc::clone(&metrics))),
            publications: Arc::clone(&shelf) as _,
            ocsp: Arc::clone(&responder) as _,
            readiness: Arc::new(StoreAndCertificates::new(&installation, &clock, healths)),
            records: Arc::clone(&archive) as _,
            revocations: archive,
            access: Arc::new(Doorkeeper::new(config, Arc::clone(store), Arc::clone(&clock))),
            challenges: Arc::new(Desk::new(config, &installation, Arc::clone(&clock))),
            metrics: Arc::clone(&metrics),
        };
        let outbox = Outbox {
            store: Arc::clone(store),
            authority: Arc::clone(authority),
            clock: Arc::clone(&clock),
            validators,
        };
        let succession = Succession {
            keys: installation.keys.clone(),
            ca: config.ca.clone(),
            urls: crate::installation::urls(config),
        };
        let background =
            Background::prepare(outbox, succession, (shelf, responder), metrics, Parts::of(config)).await?;
        let background = background.following(directories, Superseding::of(config));
        let servers = Servers::bind(config, services).await?;
        Ok(Server { recovered, installation, servers, background, _lock: lock })
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.servers.addresses()
    }

    /// Serves until `stop` is done, then finishes what is in flight.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let running = self.background.spawn();
        self.servers.run_until(stop).await;
        // Until it has let go, the data is not another server's: the lock is held that long.
        running.stop().await;
    }
}

/// The number of the CRL's parts, once for all: certificates point to them.
async fn fix_shards(store: &dyn Store, configured: u16) -> Result<(), StartError> {
    const KEY: &str = "crl-shards";
    let recorded = store.meta(KEY).await?.and_then(|text| text.parse().ok());
    match recorded {
        Some(recorded) if recorded != configured => Err(StartError::Shards { recorded, configured }),
        Some(_) => Ok(()),
        // Certificates from before there were parts point to the list of everything, which goes on.
        None if configured == 1 => Ok(()),
        None => Ok(store.put_meta(KEY, &configured.to_string()).await?),
    }
}
