use crate::authority::{Birth, Ca};
use crate::config;
use crate::directory::Directory;
use crate::explanation::{Trouble, ours};
use crate::jobs::crl::{self, Parts};
use crate::jobs::index;
use crate::jobs::outbox::{self, Outbox};
use crate::jobs::superseded::Superseding;
use crate::keys::KeyDirectory;
use crate::profiles::Profiles;
use crate::publish::Shelf;
use crate::stalled::Watcher;
use crate::status::Responder;
use crate::store::{AuthorityId, Store, StoreError};
use crate::telemetry::Metrics;
use ca::profile::Urls;
use pki::Time;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;

/// How often the CRL is looked at: a revocation from the command line is published as fast.
const CRL_LOOK: Duration = Duration::from_secs(30);

/// How often the certificates of the RA and of the OCSP signers are looked at.
const DELEGATES_LOOK: Duration = Duration::from_secs(3600);

/// How often superseded certificates are looked for.
const SUPERSEDED_LOOK: Duration = Duration::from_secs(600);

/// How long a revocation may wait until OCSP says so.
const STATUS_LOOK: Duration = Duration::from_secs(1);

/// How often what was noticed is written down.
const NOTES_WRITTEN: Duration = Duration::from_secs(1);

/// What a delegate's successor is made of.
pub(super) struct Succession {
    pub(super) keys: KeyDirectory,
    pub(super) ca: config::Ca,
    pub(super) urls: Urls,
}

/// All that was spawned.
pub(super) struct Tasks(JoinSet<()>);

impl Tasks {
    /// Calls all off and waits until they have let go of the store.
    pub(super) async fn stop(mut self) {
        self.0.shutdown().await;
    }
}

/// What runs beside requests.
pub(super) struct Background {
    outbox: Outbox,
    succession: Succession,
    shelf: Arc<Shelf>,
    responder: Arc<Responder>,
    metrics: Arc<Metrics>,
    parts: Parts,
    made_at: Time,
    changes: u64,
    directories: Vec<Directory>,
    superseding: Superseding,
    profiles: Option<Arc<Profiles>>,
    // In a lock, so that the whole may be shared: work alone may not.
    beside: Mutex<Vec<Beside>>,
    watcher: Option<Arc<Watcher>>,
}

/// Work that goes on by itself until it is called off.
pub(super) type Beside = Pin<Box<dyn Future<Output = ()> + Send>>;

impl Background {
    /// Publishes a CRL that is good now, making one where there is none or where it is old.
    pub(super) async fn prepare(
        outbox: Outbox,
        succession: Succession,
        (shelf, responder): (Arc<Shelf>, Arc<Responder>),
        metrics: Arc<Metrics>,
        parts: Parts,
    ) -> Result<Background, Trouble> {
        let (store, authority, clock) = (&*outbox.store, &outbox.authority, &*outbox.clock);
        let changes = store.counts().await?.revocation_changes;
        // A revocation may have come while no server ran.
        let made_at = clock.now();
        shelf.publish(crl::make(store, authority, clock, &parts).await?);
        let background = Background {
            outbox,
            succession,
            shelf,
            responder,
            metrics,
            parts,
            made_at,
            changes,
            directories: Vec::new(),
            superseding: Superseding::default(),
            profiles: None,
            beside: Mutex::default(),
            watcher: None,
        };
        background.renew_delegates().await;
        Ok(background)
    }

    /// What else changes the status of certificates.
    pub(super) fn following(self, directories: Vec<Directory>, superseding: Superseding) -> Background {
        Background { directories, superseding, ..self }
    }

    /// What of the certificate profiles is in force.
    pub(super) fn with_profiles(self, profiles: Arc<Profiles>) -> Background {
        Background { profiles: Some(profiles), ..self }
    }

    /// What needs nothing of all this.
    pub(super) fn beside(self, beside: Vec<Beside>) -> Background {
        Background { beside: Mutex::new(beside), ..self }
    }

    /// Who follows conversations.
    pub(super) fn watched_by(self, watcher: Arc<Watcher>) -> Background {
        Background { watcher: Some(watcher), ..self }
    }

    pub(super) fn spawn(mut self) -> Tasks {
        let mut tasks = JoinSet::new();
        // Each on its own: one that hangs must not delay another, nor a panic end it.
        std::mem::take(&mut self.directories).into_iter().for_each(|one| drop(tasks.spawn(one.run())));
        let beside = self.beside.get_mut().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(beside).into_iter().for_each(|one| drop(tasks.spawn(one)));
        tasks.spawn(index::run(Arc::clone(&self.outbox.store)));
        tasks.spawn(self.watch());
        tasks.spawn(self.note());
        tasks.spawn(async move {
            let mut outbox = tokio::time::interval(outbox::EVERY);
            let mut crl = tokio::time::interval(CRL_LOOK);
            let mut delegates = tokio::time::interval(DELEGATES_LOOK);
            let mut superseded = tokio::time::interval(SUPERSEDED_LOOK);
            loop {
                tokio::select! {
                    _ = outbox.tick() => self.tell().await,
                    _ = crl.tick() => self.refresh().await,
                    _ = delegates.tick() => self.renew_delegates().await,
                    _ = superseded.tick() => self.supersede().await,
                }
            }
        });
        Tasks(tasks)
    }

    async fn tell(&self) {
        if let Err(error) = self.outbox.run_once().await {
            tracing::error!(
                event = "outbox_failed",
                error_code = %ours::STORE,
                "the outbox could not work: {error}"
            );
        }
    }

    async fn supersede(&self) {
        let Outbox { store, clock, .. } = &self.outbox;
        if let Err(error) = store.expire_held(clock.now()).await {
            tracing::error!(event = "held_not_expired", error_code = %ours::STORE, "held requests cannot be ended: {error}");
        }
        if let Err(error) = self.superseding.run_once(&**store, clock.now()).await {
            let code = ours::STORE;
            tracing::error!(event = "superseding_failed", error_code = %code, "superseded certificates cannot be revoked: {error}");
        }
    }

    /// A delegate that cannot be succeeded is still good for a third of its life: time to hear of it.
    async fn renew_delegates(&self) {
        let (outbox, Succession { keys, ca, urls }) = (&self.outbox, &self.succession);
        let authority = &outbox.authority;
        let birth = Birth { store: &*outbox.store, keys, ca, urls: urls.clone(), now: outbox.clock.now() };
        match birth.renew_ra(authority).await {
            Ok(true) => tracing::info!(event = "ra_renewed", "the RA has a new key and certificate"),
            Ok(false) => {}
            Err(error) => tracing::error!(
                event = "ra_not_renewed",
                error_code = %ours::RA,
                "the RA could not be renewed: {error}"
            ),
        }
        match birth.renew_responders(authority).await {
            Ok(true) => tracing::info!(event = "ocsp_renewed", "OCSP has a new signer"),
            Ok(false) => {}
            Err(error) => tracing::error!(
                event = "ocsp_not_renewed",
                error_code = %ours::OCSP,
                "OCSP's signer could not be renewed: {error}"
            ),
        }
        self.measure();
    }

    fn measure(&self) {
        let authority = &self.outbox.authority;
        let (ra, ocsp) = (authority.ra(), authority.responder(Ca::Issuing));
        let own = [("root", &authority.root), ("issuing", &authority.issuing.certificate)];
        let delegates = [("ra", Some(&ra)), ("ocsp", ocsp.as_ref())];
        let delegates = delegates.iter().filter_map(|(role, one)| Some((*role, &one.as_ref()?.certificate)));
        for (role, one) in own.into_iter().chain(delegates) {
            self.metrics.own_certificate(role, one.not_after().unix());
        }
    }

    async fn refresh(&mut self) {
        let Outbox { store, authority, clock, .. } = &self.outbox;
        let Ok(counts) = store.counts().await else { return };
        let now = clock.now();
        let due = self.made_at.plus_seconds(crl::EVERY) <= now;
        if counts.revocation_changes == self.changes && !due {
            return;
        }
        match crl::make(&**store, authority, &**clock, &self.parts).await {
            Ok(made) => {
                for _ in self.changes..counts.revocation_changes {
                    self.metrics.certificate_revoked("any");
                }
                self.changes = counts.revocation_changes;
                self.shelf.publish(made);
                self.made_at = now;
            }
            Err(trouble) => {
                tracing::error!(
                    event = "crl_failed",
                    error_code = %ours::CRL,
                    "the CRL could not be made: {trouble}"
                );
            }
        }
    }

    /// Follows what other processes record: revocations, lists made by `cert revoke --publish`, and certificate profiles. Holds
    /// nothing of `self`.
    fn watch(&self) -> impl Future<Output = ()> + Send + use<> {
        let watch = Watch {
            responder: Arc::clone(&self.responder),
            shelf: Arc::clone(&self.shelf),
            store: Arc::clone(&self.outbox.store),
            issuer: self.outbox.authority.issuing.id,
            parts: self.parts.clone(),
            profiles: self.profiles.clone(),
        };
        async move {
            let mut look = tokio::time::interval(STATUS_LOOK);
            loop {
                look.tick().await;
                // While the store cannot be read, what is out stays out; readiness tells of the store.
                if let Err(error) = watch.look().await {
                    let code = ours::OCSP;
                    tracing::error!(event = "ocsp_blind", error_code = %code, "what was revoked cannot be read: {error}");
                }
                watch.follow_profiles().await;
            }
        }
    }

    /// Writes down what was noticed beside requests. Apart from [`Background::watch`]: a revocation waits for no writer.
    fn note(&self) -> impl Future<Output = ()> + Send + use<> {
        let notes = Notes {
            responder: Arc::clone(&self.responder),
            store: Arc::clone(&self.outbox.store),
            watcher: self.watcher.clone(),
            metrics: Arc::clone(&self.metrics),
        };
        async move {
            let mut write = tokio::time::interval(NOTES_WRITTEN);
            loop {
                write.tick().await;
                notes.write().await;
            }
        }
    }
}

struct Watch {
    responder: Arc<Responder>,
    shelf: Arc<Shelf>,
    store: Arc<dyn Store>,
    issuer: AuthorityId,
    parts: Parts,
    profiles: Option<Arc<Profiles>>,
}

impl Watch {
    /// What cannot be read or used leaves the versions in force that are.
    async fn follow_profiles(&self) {
        let Some(profiles) = &self.profiles else { return };
        let told = match profiles.follow(&*self.store).await {
            Ok(left_out) => left_out.iter().map(ToString::to_string).collect(),
            Err(error) => vec![error.to_string()],
        };
        for why in told {
            let code = ours::PROFILE;
            tracing::error!(event = "profile_not_in_force", error_code = %code, "a published profile is not in force: {why}");
        }
    }

    async fn look(&self) -> Result<(), StoreError> {
        self.responder.forget_changed().await?;
        if self.store.last_crl_number(self.issuer).await? > self.shelf.number() {
            for shard in self.parts.all() {
                let newest = self.store.newest_crl(self.issuer, shard).await?;
                self.shelf.publish(newest.into_iter().collect());
            }
        }
        Ok(())
    }
}

struct Notes {
    responder: Arc<Responder>,
    store: Arc<dyn Store>,
    watcher: Option<Arc<Watcher>>,
    metrics: Arc<Metrics>,
}

impl Notes {
    /// A store that cannot be written is told of by whoever needs it more; what was seen waits meanwhile.
    async fn write(&self) {
        match self.responder.write_sightings().await {
            Ok(new) => self.metrics.certificates_seen(new),
            Err(error) => {
                tracing::debug!(event = "sightings_wait", "what was seen in use cannot be written: {error}");
            }
        }
        let Some(watcher) = &self.watcher else { return };
        if let Err(error) = watcher.write(&*self.store).await {
            tracing::debug!(event = "stalled_lost", "conversations that stalled cannot be written: {error}");
        }
    }
}
