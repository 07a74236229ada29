//! Adds, removes, lists and tries webhooks, for the API and for the command line.

use super::MOST;
use super::dispatch::{Webhooks, said};
use super::event::EventKind;
use super::send::Outcome;
use super::signature::SigningKey;
use super::target::Target;
use super::told::message;
use crate::config::Secret;
use crate::keys::SystemRandom;
use crate::store::{
    AuditEvent, Delivery, DeliveryAttempt, DeliveryId, DeliveryNext, NewWebhook, Posting, StoreError,
    Webhook, WebhookAdded, WebhookId,
};
use crate::tokens::TokenName;
use pki::Random as _;
use serde_json::json;

/// A webhook as somebody wants it.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// What it is called.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// What it is told.
    pub events: Vec<EventKind>,
}

/// A webhook with its secret, the only time it is shown.
pub struct Secreted {
    /// Its number.
    pub id: WebhookId,
    /// Its secret, `whsec_…`.
    pub secret: Secret,
}

/// Why something was not done.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It cannot be as somebody wants it; a sentence without full stop.
    #[error("{0}")]
    Unfit(String),
    /// Another has the name.
    #[error("another webhook is called so")]
    NameTaken,
    /// There are as many as there may be.
    #[error("there are {MOST} webhooks, and may be no more")]
    Full,
    /// There is none of that number.
    #[error("there is no webhook of that number")]
    Unknown,
    /// The machine gives no randomness.
    #[error("the source of randomness did not answer")]
    Random,
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Webhooks {
    /// Adds one; what happens from now on is told to it. `by` is who asks, for the audit.
    ///
    /// # Errors
    /// [`BookError`].
    pub async fn add(&self, wanted: Wanted, by: &str) -> Result<Secreted, BookError> {
        let name = TokenName::parse(&wanted.name).ok_or_else(|| {
            BookError::Unfit("a name is 1 to 64 of A-Z a-z 0-9 - _ . and first a letter or digit".to_owned())
        })?;
        if wanted.events.is_empty() {
            return Err(BookError::Unfit("a webhook is told of one event at least".to_owned()));
        }
        let target = Target::parse(&wanted.url, self.sender.allowed()).map_err(BookError::Unfit)?;
        let mut events = wanted.events;
        events.sort();
        events.dedup();
        let (key, url) =
            (SigningKey::draw(&mut SystemRandom).map_err(|_| BookError::Random)?, target.url().to_string());
        let sealed = self.vault.seal(&key, &url, &mut SystemRandom).map_err(|_| BookError::Random)?;
        // The path of a receiver is often its secret: the audit has the host alone.
        let detail =
            json!({ "by": by, "webhook": name.as_str(), "receiver": target.origin(), "events": events });
        let new = NewWebhook {
            name: name.to_string(),
            url,
            events,
            secret: sealed,
            created_at: self.clock.now(),
            most: MOST,
            event: AuditEvent::detail(detail.to_string()),
        };
        match self.store.put_webhook(new).await? {
            WebhookAdded::New(id) => Ok(Secreted { id, secret: key.shown() }),
            WebhookAdded::NameTaken => Err(BookError::NameTaken),
            WebhookAdded::Full => Err(BookError::Full),
        }
    }

    /// Removes one.
    ///
    /// # Errors
    /// [`BookError::Unknown`], the store.
    pub async fn remove(&self, id: WebhookId, by: &str) -> Result<(), BookError> {
        let webhook = self.one(id).await?;
        let detail = json!({ "by": by, "webhook": webhook.name });
        let event = AuditEvent::detail(detail.to_string());
        let removed = self.store.remove_webhook(id, event, self.clock.now()).await?;
        if removed { Ok(()) } else { Err(BookError::Unknown) }
    }

    /// All, with how many messages wait for each.
    ///
    /// # Errors
    /// The store.
    pub async fn all(&self) -> Result<Vec<(Webhook, u64)>, BookError> {
        let mut all = Vec::new();
        for webhook in self.store.webhooks().await? {
            let waiting = self.store.deliveries_waiting(webhook.id).await?;
            all.push((webhook, waiting));
        }
        Ok(all)
    }

    /// Messages of one, newest first, before that row.
    ///
    /// # Errors
    /// [`BookError::Unknown`], the store.
    pub async fn history(
        &self,
        id: WebhookId,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> Result<Vec<Delivery>, BookError> {
        self.one(id).await?;
        Ok(self.store.deliveries(id, before.unwrap_or(DeliveryId(i64::MAX)), limit).await?)
    }

    /// Sends a message at once, and once; gives whether the receiver took it, and what it answered.
    ///
    /// # Errors
    /// [`BookError::Unknown`], the store.
    pub async fn test(&self, id: WebhookId, by: &str) -> Result<(bool, String), BookError> {
        let webhook = self.one(id).await?;
        let mut dice = [0; 16];
        SystemRandom.fill(&mut dice).map_err(|_| BookError::Random)?;
        let (now, name) = (self.clock.now(), self.message_id(&format!("test_{}", crate::audit::hex(&dice))));
        let mut new = message(name.clone(), EventKind::Test, now, &json!({ "webhook": webhook.name }), now);
        // The dispatcher would find it only after this attempt has ended.
        new.next_attempt_at = now.plus_seconds(3_600);
        let posting = Posting { webhook: id, progress: None, messages: vec![new] };
        if self.store.post(posting).await?.is_none() {
            return Err(BookError::Unknown);
        }
        let newest = self.store.deliveries(id, DeliveryId(i64::MAX), 100).await?;
        let delivery = newest.into_iter().find(|one| one.message == name).ok_or(BookError::Unknown)?;
        let outcome = self.attempt(&webhook, &delivery).await;
        let (taken, said) = (matches!(outcome, Outcome::Answered { status: 200..=299, .. }), said(&outcome));
        let next = if taken { DeliveryNext::Delivered } else { DeliveryNext::Dead };
        let attempt = DeliveryAttempt { at: self.clock.now(), outcome: said.clone() };
        self.store.settle_delivery(delivery.id, attempt, next).await?;
        let detail = json!({ "by": by, "webhook": webhook.name, "outcome": said });
        self.store
            .append_audit(AuditEvent::new("webhook.tested", detail.to_string()), self.clock.now())
            .await?;
        Ok((taken, said))
    }

    async fn one(&self, id: WebhookId) -> Result<Webhook, BookError> {
        let all = self.store.webhooks().await?;
        all.into_iter().find(|one| one.id == id).ok_or(BookError::Unknown)
    }
}
