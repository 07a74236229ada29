//! Webhooks, and the messages that are on their way to them.

use pki::Time;

use super::{AuditEvent, Stored};
use crate::webhooks::EventKind;

/// The row of a webhook.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct WebhookId(pub i64);

/// The row of a message to one webhook; grows with time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryId(pub i64);

/// A webhook about to be recorded. What happens from now on is told to it.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// No other webhook has it.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// What it is told.
    pub events: Vec<EventKind>,
    /// Its secret, sealed.
    pub secret: Vec<u8>,
    /// Now.
    pub created_at: Time,
    /// So many there may be.
    pub most: u32,
    /// Becomes the audit row `webhook.added`.
    pub event: AuditEvent,
}

/// What became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WebhookAdded {
    /// It is recorded.
    New(WebhookId),
    /// Another has the name.
    NameTaken,
    /// There are as many as there may be.
    Full,
}

/// A webhook that is not removed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    /// Its row.
    pub id: WebhookId,
    /// Its name.
    pub name: String,
    /// Where it listens.
    pub url: String,
    /// What it is told.
    pub events: Vec<EventKind>,
    /// Its secret, sealed.
    pub secret: Vec<u8>,
    /// The last audit row that it was told of, or had no interest in.
    pub mark: u64,
    /// Since when.
    pub created_at: Time,
}

/// Messages for one webhook, in one commit with how far it has followed the audit.
#[derive(Clone, Debug)]
pub struct Posting {
    /// To whom.
    pub webhook: WebhookId,
    /// Its mark as it was, and as it will be; `None` leaves it alone.
    pub progress: Option<(u64, u64)>,
    /// The messages.
    pub messages: Vec<NewDelivery>,
}

/// A message about to be recorded.
#[derive(Clone, Debug)]
pub struct NewDelivery {
    /// Its identifier: the same for the same event, whenever it is recorded.
    pub message: String,
    /// What it tells.
    pub event: EventKind,
    /// What is sent and signed.
    pub body: String,
    /// Now.
    pub created_at: Time,
    /// Not before.
    pub next_attempt_at: Time,
    /// Given up after.
    pub deadline_at: Time,
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryState {
    /// To be sent (again).
    Pending,
    /// The receiver has it.
    Delivered,
    /// Given up.
    Dead,
}

/// A message as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// Its row.
    pub id: DeliveryId,
    /// Its identifier.
    pub message: String,
    /// What it tells.
    pub event: EventKind,
    /// What is sent and signed.
    pub body: String,
    /// How far it has come.
    pub state: DeliveryState,
    /// Since when it is recorded.
    pub created_at: Time,
    /// Not before.
    pub next_attempt_at: Time,
    /// Given up after.
    pub deadline_at: Time,
    /// What was tried, oldest first.
    pub attempts: Vec<DeliveryAttempt>,
}

/// One attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryAttempt {
    /// When it ended.
    pub at: Time,
    /// A status of HTTP, or why there was none; nothing of what the receiver wrote.
    pub outcome: String,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryNext {
    /// The receiver has it.
    Delivered,
    /// To be sent again then.
    Again(Time),
    /// Given up.
    Dead,
}

/// Certificates that end soon and have no successor.
#[derive(Clone, Debug, Default)]
pub struct Expiring {
    /// How many there are.
    pub total: u64,
    /// The first to end.
    pub first: Vec<Stored>,
}
