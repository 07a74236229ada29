//! Tells the MDM what it does not know yet, until it does or until the deadline.

use crate::authority::Authority;
use crate::clock::Clock;
use crate::enroll::{facts, notified};
use crate::store::{Attempt, Notification, Store, StoreError};
use crate::telemetry::Metrics;
use crate::validators::{ENROLMENT_BUDGET, Validator};
use pki::certificate::Certificate;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Notifications sent in one go.
const PAGE: u32 = 50;
/// Between two looks.
pub const EVERY: Duration = Duration::from_secs(5);

/// The outbox of one server.
pub struct Outbox {
    /// Where the notifications are.
    pub store: Arc<dyn Store>,
    /// Whose certificates they are about.
    pub authority: Arc<Authority>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Whom to tell, by endpoint.
    pub validators: BTreeMap<String, Arc<Validator>>,
    /// Counts what they took.
    pub metrics: Arc<Metrics>,
}

impl Outbox {
    /// Sends what is due, once. Gives how many were tried.
    ///
    /// # Errors
    /// The store's; the rest stays due.
    pub async fn run_once(&self) -> Result<usize, StoreError> {
        let due = self.store.due(self.clock.now(), PAGE).await?;
        for one in &due {
            self.send(one).await?;
        }
        Ok(due.len())
    }

    async fn send(&self, one: &Notification) -> Result<(), StoreError> {
        let Some(id) = one.certificate else { return self.give_up(one, "it names no certificate").await };
        let (stored, csr) = (self.store.certificate(id).await?, self.store.request(id).await?);
        let (Some(stored), Some(csr)) = (stored, csr) else {
            return self.give_up(one, "the certificate or its request is gone").await;
        };
        let certificate = stored.der().and_then(|der| Certificate::parse(der).ok());
        let validator = self.validators.get(&stored.endpoint);
        let (Some(certificate), Some(validator)) = (certificate, validator) else {
            return self.give_up(one, "the endpoint is not configured any more").await;
        };
        let issuer = self.authority.issuing.certificate.subject().common_name().unwrap_or_default();
        let deadline = Instant::now() + ENROLMENT_BUDGET;
        let facts = facts(&certificate, &stored.transaction_id, &csr, &issuer, deadline);
        // What came of it is recorded there; the next look finds it.
        let told = notified(&*self.store, validator, id, &certificate, &facts, self.clock.now()).await?;
        if told.is_ok() {
            self.metrics.certificate_notified(&stored.endpoint);
        }
        Ok(())
    }

    async fn give_up(&self, one: &Notification, error: &str) -> Result<(), StoreError> {
        self.store.settle(one.id, Attempt::Dead { error: error.to_owned() }).await
    }
}
