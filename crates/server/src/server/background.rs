use crate::authority::{AuthorityError, Birth};
use crate::config;
use crate::explanation::{Trouble, ours};
use crate::jobs::crl;
use crate::jobs::outbox::{self, Outbox};
use crate::keys::KeyDirectory;
use crate::publish::Shelf;
use crate::store::Crl;
use crate::telemetry::Metrics;
use ca::profile::Urls;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often the CRL is looked at: a revocation from the command line is published as fast.
const CRL_LOOK: Duration = Duration::from_secs(30);

/// How often the RA's certificate is looked at.
const RA_LOOK: Duration = Duration::from_secs(3600);

/// What an RA's successor is made of.
pub(super) struct Succession {
    pub(super) keys: KeyDirectory,
    pub(super) ca: config::Ca,
    pub(super) urls: Urls,
}

/// What runs beside requests.
pub(super) struct Background {
    outbox: Outbox,
    succession: Succession,
    shelf: Arc<Shelf>,
    metrics: Arc<Metrics>,
    newest: Crl,
    changes: u64,
}

impl Background {
    /// Publishes a CRL that is good now, making one where there is none or where it is old.
    pub(super) async fn prepare(
        outbox: Outbox,
        succession: Succession,
        shelf: Arc<Shelf>,
        metrics: Arc<Metrics>,
    ) -> Result<Background, Trouble> {
        let (store, authority, clock) = (&*outbox.store, &*outbox.authority, &*outbox.clock);
        let changes = store.counts().await?.revocation_changes;
        // A revocation may have come while no server ran.
        let newest = crl::make(store, authority, clock).await?;
        shelf.publish(newest.der.clone());
        let background = Background { outbox, succession, shelf, metrics, newest, changes };
        background.renew_ra().await;
        Ok(background)
    }

    pub(super) fn spawn(mut self) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut outbox = tokio::time::interval(outbox::EVERY);
            let mut crl = tokio::time::interval(CRL_LOOK);
            let mut ra = tokio::time::interval(RA_LOOK);
            loop {
                tokio::select! {
                    _ = outbox.tick() => self.tell().await,
                    _ = crl.tick() => self.refresh().await,
                    _ = ra.tick() => self.renew_ra().await,
                }
            }
        })
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

    /// An RA that cannot be succeeded is still good for a third of its life: time to hear of it.
    async fn renew_ra(&self) {
        let authority = &self.outbox.authority;
        match self.succeed_ra().await {
            Ok(true) => tracing::info!(event = "ra_renewed", "the RA has a new key and certificate"),
            Ok(false) => {}
            Err(error) => tracing::error!(
                event = "ra_not_renewed",
                error_code = %ours::RA,
                "the RA could not be renewed: {error}"
            ),
        }
        let (issuing, ra) = (&authority.issuing.certificate, authority.ra());
        for (role, one) in [("root", &authority.root), ("issuing", issuing), ("ra", &ra.certificate)] {
            self.metrics.own_certificate(role, one.not_after().unix());
        }
    }

    async fn succeed_ra(&self) -> Result<bool, AuthorityError> {
        let (outbox, Succession { keys, ca, urls }) = (&self.outbox, &self.succession);
        let birth = Birth { store: &*outbox.store, keys, ca, urls: urls.clone(), now: outbox.clock.now() };
        birth.renew_ra(&outbox.authority).await
    }

    async fn refresh(&mut self) {
        let Outbox { store, authority, clock, .. } = &self.outbox;
        let Ok(counts) = store.counts().await else { return };
        let due = self.newest.this_update.plus_seconds(crl::EVERY) <= clock.now();
        if counts.revocation_changes == self.changes && !due {
            return;
        }
        match crl::make(&**store, authority, &**clock).await {
            Ok(made) => {
                for _ in self.changes..counts.revocation_changes {
                    self.metrics.certificate_revoked("any");
                }
                self.changes = counts.revocation_changes;
                self.shelf.publish(made.der.clone());
                self.newest = made;
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
}
