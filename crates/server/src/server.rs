//! The whole server, assembled from its settings: one place where every part meets.

mod background;
pub(crate) mod beside;
pub(crate) mod directories;
pub(crate) mod endpoints;
mod readiness;

pub use endpoints::EndpointError;

use crate::approvals::Approver;
use crate::audit::anchor;
use crate::clock::Clock;
use crate::config::Config;
use crate::desk::Desk;
use crate::gateway::Gateway;
use crate::http::{Addresses, ServeError, Servers, Services, Simulator};
use crate::installation::{Installation, InstallationError};
use crate::jobs::crl::Parts;
use crate::jobs::outbox::Outbox;
use crate::jobs::recovery::{self, Recovered};
use crate::jobs::superseded::Superseding;
use crate::mdm_profiles::ProfileDesk;
use crate::people::Reception;
use crate::policy::{Over, PolicyDesk};
use crate::profiles::{Catalogue, ProfileError, Profiles};
use crate::publish::Shelf;
use crate::records::Archive;
use crate::repetitions::Memory;
use crate::requests::RequestDesk;
use crate::search::{Finder, Installed};
use crate::stalled::Watcher;
use crate::status::Responder;
use crate::store::sqlite::ServerLock;
use crate::store::{Store, StoreError};
use crate::system::Premises;
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
    /// The certificate profiles in force.
    pub profiles: Arc<Profiles>,
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
    /// A certificate profile cannot be recorded, or what is recorded not be used.
    #[error(transparent)]
    Profile(#[from] ProfileError),
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
    pub async fn start(config: &Arc<Config>, clock: Arc<dyn Clock>) -> Result<Server, StartError> {
        Server::start_with(config, clock, None).await
    }

    /// The same for a demo, whose fleet is shown in the portal.
    ///
    /// # Errors
    /// [`StartError`].
    pub async fn start_with(
        config: &Arc<Config>,
        clock: Arc<dyn Clock>,
        simulator: Option<Arc<dyn Simulator>>,
    ) -> Result<Server, StartError> {
        let installation = Installation::open_or_make(config, &*clock).await?;
        let lock = Installation::lock(config)?;
        let (store, authority) = (&installation.store, &installation.authority);
        fix_shards(&**store, config.crl_shards).await?;
        let recovered = recovery::recover(&**store, authority, &*clock).await?;
        let metrics = Arc::new(Metrics::default());
        let profiles = Arc::new(Profiles::start(&**store, config, clock.now()).await?);
        let endpoints::Built { devices, counters } =
            endpoints::build(config, &installation, &clock, &metrics, &profiles)?;
        let directories = directories::build(config, &installation, &clock, &metrics)?;
        let mut healths = Vec::new();
        for one in &directories {
            one.health.recall(&**store, clock.now()).await?;
            healths.push(Arc::clone(&one.health));
        }
        let validators = devices
            .iter()
            .map(|one| (one.enroller.endpoint.clone(), Arc::clone(&one.enroller.validator)))
            .collect();
        let desk = RequestDesk::new(counters, Arc::clone(store), Arc::clone(&clock), Arc::clone(&metrics));
        let shelf = Arc::new(Shelf::new(Arc::clone(authority)));
        let (settings, ocsp_clock) = (config.ocsp.clone(), Arc::clone(&clock));
        let responder = Arc::new(Responder::new(
            Arc::clone(store),
            Arc::clone(authority),
            ocsp_clock,
            settings,
            healths.clone(),
        ));
        let archive =
            Arc::new(Archive::new(config, Arc::clone(store), Arc::clone(&clock), Arc::clone(&metrics)));
        let reception = Arc::new(
            Reception::new(config, &installation.keys, Arc::clone(store), Arc::clone(&clock))
                .map_err(InstallationError::from)?,
        );
        let webhooks = beside::webhooks(config, &installation, Arc::clone(&clock))?;
        let watcher =
            Arc::new(Watcher::new(Arc::clone(&clock), Arc::clone(&metrics), config.limits.stalled_after));
        let around = Arc::new(Installed {
            authority: Arc::clone(authority),
            profiles: Arc::clone(&profiles),
            metrics: Arc::clone(&metrics),
        });
        let readiness = Arc::new(StoreAndCertificates::new(&installation, &clock, healths.clone()));
        let services = Services {
            gateway: Arc::new(Gateway::new(devices, Arc::clone(&metrics)).watched(Arc::clone(&watcher))),
            publications: Arc::clone(&shelf) as _,
            ocsp: Arc::clone(&responder) as _,
            readiness: Arc::clone(&readiness) as _,
            profiles: Arc::new(Catalogue::new(
                config,
                Arc::clone(&profiles),
                Arc::clone(store),
                (Arc::clone(authority), Arc::clone(&clock)),
            )),
            mdm: Arc::new(ProfileDesk::new(config, Arc::clone(authority), Arc::clone(&clock))),
            policies: Arc::new(PolicyDesk::new(
                config,
                Over {
                    profiles: Arc::clone(&profiles),
                    store: Arc::clone(store),
                    authority: Arc::clone(authority),
                    clock: Arc::clone(&clock),
                },
            )),
            simulator,
            records: Arc::clone(&archive) as _,
            stalled: Arc::clone(&archive) as _,
            sightings: Arc::clone(&archive) as _,
            revocations: archive,
            requests: Arc::new(desk),
            repetitions: Arc::new(Memory::new(Arc::clone(store), Arc::clone(&clock))),
            system: Arc::new(Premises::new(
                Arc::clone(config),
                Arc::clone(store),
                Arc::clone(&clock),
                Arc::clone(&readiness) as _,
                healths.clone(),
            )),
            approvals: Arc::new(Approver::new(Arc::clone(store), Arc::clone(&clock))),
            finder: Arc::new(Finder::new(Arc::clone(store), Arc::clone(&clock), around)),
            access: Arc::new(Doorkeeper::new(config, Arc::clone(store), Arc::clone(&clock))),
            people: Arc::clone(&reception) as _,
            challenges: Arc::new(Desk::new(config, &installation, Arc::clone(&clock))),
            visitors: reception,
            webhooks: Arc::clone(&webhooks) as _,
            clock: Arc::clone(&clock),
            metrics: Arc::clone(&metrics),
        };
        let outbox = Outbox {
            store: Arc::clone(store),
            authority: Arc::clone(authority),
            clock: Arc::clone(&clock),
            validators,
            metrics: Arc::clone(&metrics),
        };
        let succession = Succession {
            keys: installation.keys.clone(),
            ca: config.ca.clone(),
            urls: crate::installation::urls(config),
        };
        let background =
            Background::prepare(outbox, succession, (shelf, responder), metrics, Parts::of(config)).await?;
        let background = background
            .following(directories, Superseding::of(config))
            .with_profiles(Arc::clone(&profiles))
            .watched_by(watcher)
            .beside(beside::work(config, &installation, &clock, &webhooks).await?);
        let servers = Servers::bind(config, services).await?;
        Ok(Server { recovered, installation, profiles, servers, background, _lock: lock })
    }

    /// Where it listens.
    #[must_use]
    pub fn addresses(&self) -> Addresses {
        self.servers.addresses()
    }

    /// Serves until `stop` is done, then finishes what is in flight.
    pub async fn run_until(self, stop: impl Future<Output = ()>) {
        let store = Arc::clone(&self.installation.store);
        anchor::drop_one(&*store).await;
        let running = self.background.spawn();
        self.servers.run_until(stop).await;
        // Until it has let go, the data is not another server's: the lock is held that long.
        running.stop().await;
        anchor::drop_one(&*store).await;
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
