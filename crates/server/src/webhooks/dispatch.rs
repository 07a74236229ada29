//! Brings recorded messages to their receivers, each webhook by itself.

use super::event::EventKind;
use super::send::{Envelope, Outcome, Sender};
use super::signature::Vault;
use crate::authority::Authority;
use crate::clock::Clock;
use crate::explanation::ours;
use crate::keys::SystemRandom;
use crate::store::{Delivery, DeliveryAttempt, DeliveryNext, Store, StoreError, Webhook, WebhookId};
use pki::{Random, Time};
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::interval;

/// From one look to the next.
const EVERY: Duration = Duration::from_secs(1);
/// From one look at what is about to end to the next.
const CALENDAR: Duration = Duration::from_secs(3_600);
/// Messages on their way to one receiver at a time.
const AT_ONCE: u32 = 8;
/// Seconds from a first failure to the second attempt; each further pause is three times as long.
const FIRST_PAUSE: i64 = 5;
/// The longest pause, in seconds.
const LONGEST_PAUSE: i64 = 4 * 3_600;

/// All webhooks of a server.
pub struct Webhooks {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) authority: Arc<Authority>,
    pub(super) sender: Sender,
    pub(super) vault: Vault,
    /// How long before its end a certificate is told as expiring.
    pub(super) expiring: Duration,
    /// How far each has read the chain without having found something.
    places: Mutex<HashMap<WebhookId, u64>>,
}

impl Webhooks {
    /// Those of this store.
    #[must_use]
    pub fn new(
        (store, authority): (Arc<dyn Store>, Arc<Authority>),
        clock: Arc<dyn Clock>,
        vault: Vault,
        sender: Sender,
        expiring: Duration,
    ) -> Webhooks {
        Webhooks { store, clock, authority, sender, vault, expiring, places: Mutex::default() }
    }

    /// Follows and sends for ever.
    pub async fn run(self: Arc<Self>) {
        let (mut tick, mut calendar) = (interval(EVERY), interval(CALENDAR));
        let (mut running, mut busy) = (JoinSet::new(), HashMap::new());
        loop {
            tokio::select! {
                _ = tick.tick() => self.begin(&mut running, &mut busy).await,
                _ = calendar.tick() => if let Err(error) = self.look_ahead().await { failed(&error) },
                Some(ended) = running.join_next_with_id() => {
                    let id = ended.map_or_else(|lost| lost.id(), |(id, ())| id);
                    busy.remove(&id);
                }
            }
        }
    }

    /// A receiver that is slow keeps its own task, and nobody else's.
    async fn begin(
        self: &Arc<Self>,
        running: &mut JoinSet<()>,
        busy: &mut HashMap<tokio::task::Id, WebhookId>,
    ) {
        let all = match self.store.webhooks().await {
            Ok(all) => all,
            Err(error) => return failed(&error),
        };
        let at_work: HashSet<WebhookId> = busy.values().copied().collect();
        for webhook in all.into_iter().filter(|one| !at_work.contains(&one.id)) {
            let (id, webhooks) = (webhook.id, Arc::clone(self));
            let task = running.spawn(async move {
                if let Err(error) = webhooks.serve(webhook).await {
                    failed(&error);
                }
            });
            busy.insert(task.id(), id);
        }
    }

    /// Follows the chain to its end and sends what is due, for each webhook, once.
    ///
    /// # Errors
    /// The store.
    pub async fn look(self: &Arc<Self>) -> Result<(), StoreError> {
        for webhook in self.store.webhooks().await? {
            self.serve(webhook).await?;
        }
        Ok(())
    }

    /// Follows and sends as long as that helps: of a receiver that takes nothing, the rest waits for the next look.
    async fn serve(self: &Arc<Self>, mut webhook: Webhook) -> Result<(), StoreError> {
        loop {
            // One page of the chain, then what is due: a long chain must not keep messages waiting.
            let more = self.follow(&mut webhook).await?;
            let due = self.store.due_deliveries(webhook.id, self.clock.now(), AT_ONCE).await?;
            let full = due.len() == AT_ONCE as usize;
            let taken = self.send(&webhook, due).await?;
            if !(more || full && taken > 0) {
                return Ok(());
            }
        }
    }

    /// Sends these at the same time; gives how many were taken.
    async fn send(self: &Arc<Self>, webhook: &Webhook, due: Vec<Delivery>) -> Result<usize, StoreError> {
        let mut sending = JoinSet::new();
        for delivery in due {
            let (webhooks, webhook) = (Arc::clone(self), webhook.clone());
            sending.spawn(async move { webhooks.deliver(&webhook, &delivery).await });
        }
        let mut taken = 0;
        while let Some(ended) = sending.join_next().await {
            if let Ok(outcome) = ended {
                taken += usize::from(outcome? == DeliveryNext::Delivered);
            }
        }
        Ok(taken)
    }

    async fn deliver(&self, webhook: &Webhook, delivery: &Delivery) -> Result<DeliveryNext, StoreError> {
        let outcome = self.attempt(webhook, delivery).await;
        let now = self.clock.now();
        let next = next(&outcome, delivery, now, &mut SystemRandom);
        if next == DeliveryNext::Dead {
            tracing::warn!(
                event = "webhook_message_given_up",
                error_code = %ours::WEBHOOK,
                webhook = webhook.name,
                message = delivery.message,
                "a message to a webhook was given up: {}", said(&outcome)
            );
        }
        let attempt = DeliveryAttempt { at: now, outcome: said(&outcome) };
        self.store.settle_delivery(delivery.id, attempt, next).await?;
        Ok(next)
    }

    /// Signed with the time of the attempt, so that a receiver can refuse what is old.
    pub(super) async fn attempt(&self, webhook: &Webhook, delivery: &Delivery) -> Outcome {
        let Some(key) = self.vault.open(&webhook.secret, &webhook.url) else {
            return Outcome::Failed("not sent: its secret does not open; add the webhook anew".to_owned());
        };
        let (message, body, timestamp) = (&*delivery.message, &*delivery.body, self.clock.now().unix());
        let signature = key.sign(message, timestamp, body);
        self.sender.send(&webhook.url, Envelope { message, timestamp, signature, body }).await
    }

    /// A message's identifier: no dot, and of this CA alone.
    pub(super) fn message_id(&self, what: &str) -> String {
        let hash = pki::algorithm::sha256(self.authority.issuing.certificate.der());
        format!("msg_{}_{what}", crate::audit::hex(hash.get(..8).unwrap_or_default()))
    }

    pub(super) fn place(&self, webhook: &Webhook) -> u64 {
        let places = self.places.lock().unwrap_or_else(PoisonError::into_inner);
        places.get(&webhook.id).copied().unwrap_or_default().max(webhook.mark)
    }

    pub(super) fn remember(&self, webhook: WebhookId, place: u64) {
        self.places.lock().unwrap_or_else(PoisonError::into_inner).insert(webhook, place);
    }
}

/// What is kept of an outcome.
pub(super) fn said(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answered { status, .. } => format!("HTTP {status}"),
        Outcome::Failed(why) => why.clone(),
    }
}

/// What follows from an attempt: 2xx is success, 410 says that nobody wants to hear more, all else is tried again until the deadline.
fn next(outcome: &Outcome, delivery: &Delivery, now: Time, random: &mut dyn Random) -> DeliveryNext {
    let asked = match outcome {
        Outcome::Answered { status: 200..=299, .. } => return DeliveryNext::Delivered,
        Outcome::Answered { status: 410, .. } => return DeliveryNext::Dead,
        Outcome::Answered { retry_after, .. } => retry_after.map_or(0, |after| after.as_secs()),
        Outcome::Failed(_) => 0,
    };
    if delivery.event == EventKind::Test || now >= delivery.deadline_at {
        return DeliveryNext::Dead;
    }
    let asked = i64::try_from(asked).unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE);
    let then = now.plus_seconds(pause(delivery.attempts.len(), random).max(asked));
    DeliveryNext::Again(then.min(delivery.deadline_at))
}

/// Seconds until the next attempt after so many before this one, give or take a fifth: receivers that came back are not met by
/// everybody at once.
fn pause(before: usize, random: &mut dyn Random) -> i64 {
    let exponent = u32::try_from(before).unwrap_or(u32::MAX);
    let whole = FIRST_PAUSE.saturating_mul(3_i64.saturating_pow(exponent)).min(LONGEST_PAUSE);
    let mut dice = [0; 2];
    // Without randomness the pause is the middle one.
    let part = random.fill(&mut dice).map_or(50, |()| i64::from(u16::from_be_bytes(dice)) % 101);
    whole * (80 + part * 40 / 100) / 100
}

fn failed(error: &StoreError) {
    tracing::error!(event = "webhooks_failed", error_code = %ours::STORE, "webhooks cannot be served: {error}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::{DeliveryId, DeliveryState};

    fn delivery(attempts: usize) -> Delivery {
        let at = Time::from_unix(1_800_000_000);
        let attempt = DeliveryAttempt { at, outcome: String::new() };
        Delivery {
            id: DeliveryId(1),
            message: String::new(),
            event: EventKind::Issued,
            body: String::new(),
            state: DeliveryState::Pending,
            created_at: at,
            next_attempt_at: at,
            deadline_at: at.plus_seconds(86_400),
            attempts: vec![attempt; attempts],
        }
    }

    fn answered(status: u16, retry_after: Option<u64>) -> Outcome {
        Outcome::Answered { status, retry_after: retry_after.map(Duration::from_secs) }
    }

    #[test]
    fn pauses_grow_and_end_after_a_day() {
        let (mut now, mut pauses) = (delivery(0).created_at, Vec::new());
        loop {
            let one = delivery(pauses.len());
            let DeliveryNext::Again(then) = next(&answered(500, None), &one, now, &mut SystemRandom) else {
                break;
            };
            pauses.push(then.unix() - now.unix());
            now = then;
        }
        assert_eq!(now, delivery(0).deadline_at, "the last attempt is at the deadline");
        assert!((11..=18).contains(&pauses.len()), "{pauses:?}");
        for (at, base) in [5, 15, 45, 135, 405, 1_215].into_iter().enumerate() {
            assert!((base * 80 / 100..=base * 120 / 100).contains(&pauses[at]), "{pauses:?}");
        }
    }

    #[test]
    fn only_2xx_is_success_and_a_redirect_is_none() {
        let at = delivery(0).created_at;
        let after = |outcome: Outcome| next(&outcome, &delivery(0), at, &mut SystemRandom);
        for status in [200, 202, 204, 299] {
            assert_eq!(after(answered(status, None)), DeliveryNext::Delivered);
        }
        assert_eq!(after(answered(410, None)), DeliveryNext::Dead);
        for status in [100, 199, 301, 302, 307, 308, 400, 404, 429, 500, 503] {
            assert!(matches!(after(answered(status, None)), DeliveryNext::Again(_)), "{status}");
        }
        assert_eq!(after(answered(503, Some(3_600))), DeliveryNext::Again(at.plus_seconds(3_600)));
        assert_eq!(after(answered(503, Some(u64::MAX))), DeliveryNext::Again(at.plus_seconds(LONGEST_PAUSE)));
    }
}
