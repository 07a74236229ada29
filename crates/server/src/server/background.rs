use crate::explanation::Trouble;
use crate::jobs::crl;
use crate::jobs::outbox::{self, Outbox};
use crate::publish::Shelf;
use crate::store::Crl;
use crate::telemetry::Metrics;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often the CRL is looked at: a revocation from the command line is published as fast.
const CRL_LOOK: Duration = Duration::from_secs(30);

/// What runs beside requests.
pub(super) struct Background {
    outbox: Outbox,
    shelf: Arc<Shelf>,
    metrics: Arc<Metrics>,
    newest: Crl,
    changes: u64,
}

impl Background {
    /// Publishes a CRL that is good now, making one where there is none or where it is old.
    pub(super) async fn prepare(
        outbox: Outbox,
        shelf: Arc<Shelf>,
        metrics: Arc<Metrics>,
    ) -> Result<Background, Trouble> {
        let (store, authority, clock) = (&*outbox.store, &*outbox.authority, &*outbox.clock);
        let changes = store.counts().await?.revocation_changes;
        // A revocation may have come while no server ran.
        let newest = crl::make(store, authority, clock).await?;
        shelf.publish(newest.der.clone());
        for (role, certificate) in [
            ("root", &authority.root),
            ("issuing", &authority.issuing.certificate),
            ("ra", &authority.ra().certificate),
        ] {
            metrics.own_certificate(role, certificate.not_after().unix());
        }
        Ok(Background { outbox, shelf, metrics, newest, changes })
    }

    pub(super) fn spawn(mut self) -> JoinHandle<()> {
        tokio::spawn(async move {
            let mut outbox = tokio::time::interval(outbox::EVERY);
            let mut crl = tokio::time::interval(CRL_LOOK);
            loop {
                tokio::select! {
                    _ = outbox.tick() => self.tell().await,
                    _ = crl.tick() => self.refresh().await,
                }
            }
        })
    }

    async fn tell(&self) {
        if let Err(error) = self.outbox.run_once().await {
            tracing::error!(
                event = "outbox_failed",
                error_code = "CHY-5001",
                "the outbox could not work: {error}"
            );
        }
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
                    error_code = "CHY-5011",
                    "the CRL could not be made: {trouble}"
                );
            }
        }
    }
}
