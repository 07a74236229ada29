//! `GET` and `POST /api/v1/webhooks`, `DELETE /api/v1/webhooks/{id}`, `POST /api/v1/webhooks/{id}/test`,
//! `GET /api/v1/webhooks/{id}/deliveries`: programs that are told what happens.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::openapi::Says;
use super::paging::{Asked, Cursor, Everything, Page};
use super::servers::Shared;
use crate::explanation::{administrator, ours};
use crate::store::{Delivery, DeliveryId, DeliveryState, Webhook, WebhookId};
use crate::webhooks::{BookError, EventKind, Secreted, Wanted, Webhooks};

/// The largest body, in octets.
const MOST: usize = 16 << 10;

/// Keeps webhooks. `by` is who asks, for the audit.
pub trait WebhookBook: Send + Sync {
    /// All, with how many messages wait for each.
    fn all(&self) -> BoxFuture<'_, Result<Vec<(Webhook, u64)>, ApiProblem>>;

    /// Adds one.
    fn add<'a>(&'a self, wanted: Wanted, by: &'a str) -> BoxFuture<'a, Result<Secreted, ApiProblem>>;

    /// Removes one.
    fn remove<'a>(&'a self, id: WebhookId, by: &'a str) -> BoxFuture<'a, Result<(), ApiProblem>>;

    /// Sends a message at once; gives whether the receiver took it, and what it answered.
    fn test<'a>(&'a self, id: WebhookId, by: &'a str) -> BoxFuture<'a, Result<(bool, String), ApiProblem>>;

    /// Messages of one, newest first, before that row.
    fn history(
        &self,
        id: WebhookId,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<Delivery>, ApiProblem>>;
}

impl WebhookBook for Webhooks {
    fn all(&self) -> BoxFuture<'_, Result<Vec<(Webhook, u64)>, ApiProblem>> {
        Box::pin(async move { Ok(Webhooks::all(self).await?) })
    }

    fn add<'a>(&'a self, wanted: Wanted, by: &'a str) -> BoxFuture<'a, Result<Secreted, ApiProblem>> {
        Box::pin(async move { Ok(Webhooks::add(self, wanted, by).await?) })
    }

    fn remove<'a>(&'a self, id: WebhookId, by: &'a str) -> BoxFuture<'a, Result<(), ApiProblem>> {
        Box::pin(async move { Ok(Webhooks::remove(self, id, by).await?) })
    }

    fn test<'a>(&'a self, id: WebhookId, by: &'a str) -> BoxFuture<'a, Result<(bool, String), ApiProblem>> {
        Box::pin(async move { Ok(Webhooks::test(self, id, by).await?) })
    }

    fn history(
        &self,
        id: WebhookId,
        before: Option<DeliveryId>,
        limit: u32,
    ) -> BoxFuture<'_, Result<Vec<Delivery>, ApiProblem>> {
        Box::pin(async move { Ok(Webhooks::history(self, id, before, limit).await?) })
    }
}

/// A webhook as somebody wants it.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
struct NewWebhook {
    /// What it is called: 1 to 64 of `A-Z a-z 0-9 - _ .`, first a letter or digit; no other has it.
    name: String,
    /// Where it listens, by https.
    url: String,
    /// What it is told, one word at least.
    #[schema(value_type = Vec<String>)]
    events: Vec<EventKind>,
}

/// A webhook that was added.
#[derive(Serialize, ToSchema)]
struct AddedWebhook {
    /// Its number.
    id: i64,
    /// What it signs messages with, `whsec_` and base64: shown this one time.
    secret: String,
}

/// A webhook.
#[derive(Serialize, ToSchema)]
struct ShownWebhook {
    /// Its number.
    id: i64,
    /// What it is called.
    name: String,
    /// Where it listens.
    url: String,
    /// What it is told.
    #[schema(value_type = Vec<String>)]
    events: Vec<EventKind>,
    /// Since when, RFC 3339.
    created: String,
    /// How many messages wait for it.
    waiting: u64,
}

/// What became of a webhook.
#[derive(Serialize, ToSchema)]
struct RemovedWebhook {
    /// Its number.
    id: i64,
    /// `removed`.
    result: &'static str,
}

/// What came of a message that was sent at once.
#[derive(Serialize, ToSchema)]
struct TestedWebhook {
    /// Its number.
    id: i64,
    /// Whether the receiver answered 2xx.
    delivered: bool,
    /// A status of HTTP, or why there was none.
    outcome: String,
}

/// A message to a webhook.
#[derive(Serialize, ToSchema)]
struct ShownDelivery {
    /// Its number.
    id: i64,
    /// `webhook-id` of each attempt.
    message: String,
    /// What it tells.
    #[schema(value_type = String)]
    event: EventKind,
    /// `pending`, `delivered` or `dead`.
    state: &'static str,
    /// Since when, RFC 3339.
    created: String,
    /// When it is sent (again); null once it is settled.
    next_attempt: Option<String>,
    /// When it is given up.
    deadline: String,
    /// What was tried, oldest first.
    attempts: Vec<ShownAttempt>,
}

/// An attempt to deliver a message.
#[derive(Serialize, ToSchema)]
struct ShownAttempt {
    /// When it ended, RFC 3339.
    at: String,
    /// A status of HTTP, or why there was none.
    outcome: String,
}

impl From<BookError> for ApiProblem {
    fn from(error: BookError) -> ApiProblem {
        let sentence = format!("The webhook cannot be so: {error}.");
        let unfit = |status| ApiProblem { sentence, ..ApiProblem::new(status, administrator::WEBHOOK) };
        match error {
            BookError::Unfit(_) => unfit(400),
            BookError::NameTaken | BookError::Full => unfit(409),
            BookError::Unknown => ApiProblem::new(404, administrator::NO_WEBHOOK),
            BookError::Random => ApiProblem::new(503, ours::RANDOM),
            BookError::Store(_) => ApiProblem::new(503, ours::STORE),
        }
    }
}

impl From<(Webhook, u64)> for ShownWebhook {
    fn from((one, waiting): (Webhook, u64)) -> ShownWebhook {
        let Webhook { id, name, url, events, created_at, .. } = one;
        ShownWebhook { id: id.0, name, url, events, created: created_at.to_string(), waiting }
    }
}

impl From<Delivery> for ShownDelivery {
    fn from(one: Delivery) -> ShownDelivery {
        let state = match one.state {
            DeliveryState::Pending => "pending",
            DeliveryState::Delivered => "delivered",
            DeliveryState::Dead => "dead",
        };
        let pending = one.state == DeliveryState::Pending;
        let attempts = one.attempts.into_iter();
        ShownDelivery {
            id: one.id.0,
            message: one.message,
            event: one.event,
            state,
            created: one.created_at.to_string(),
            next_attempt: pending.then(|| one.next_attempt_at.to_string()),
            deadline: one.deadline_at.to_string(),
            attempts: attempts
                .map(|tried| ShownAttempt { at: tried.at.to_string(), outcome: tried.outcome })
                .collect(),
        }
    }
}

/// A number in the path; what is none names no webhook.
fn number(text: &str) -> Result<WebhookId, ApiProblem> {
    let digits = text.bytes().all(|c| c.is_ascii_digit());
    let id = text.parse().ok().filter(|_| digits).map(WebhookId);
    id.ok_or_else(|| ApiProblem::new(404, administrator::NO_WEBHOOK))
}

/// A test says nothing beside its route.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NoWords)]
struct Nothing {}

/// What the first route says of itself.
pub(super) fn list_says() -> Says {
    Says::get("List webhooks")
        .lists::<ShownWebhook, Everything>("Those that are not removed, oldest first; all on one page.")
}

/// What the second route says of itself.
pub(super) fn create_says() -> Says {
    let events = EventKind::ALL.map(EventKind::as_str).join(", ");
    Says::post("Add a webhook")
        .details(&format!("What happens from now on is told to it. Events are {events}."))
        .takes::<NewWebhook>(true)
        .answers::<AddedWebhook>(201, "Its number, and its secret: this one time.")
        .refuses(400, &[administrator::WEBHOOK])
        .refuses(409, &[administrator::WEBHOOK])
}

/// What the third route says of itself.
pub(super) fn remove_says() -> Says {
    Says::delete("Remove a webhook")
        .details("Its secret goes, and what waits for it is given up.")
        .part("id", "Its number.")
        .answers::<RemovedWebhook>(200, "It is removed.")
        .refuses(404, &[administrator::NO_WEBHOOK])
}

/// What the fourth route says of itself.
pub(super) fn test_says() -> Says {
    Says::post("Send a message to a webhook")
        .details("At once, and once; the event is webhook.test.")
        .part("id", "Its number.")
        .takes::<Nothing>(false)
        .answers::<TestedWebhook>(200, "What came of it.")
        .refuses(404, &[administrator::NO_WEBHOOK])
}

/// What the fifth route says of itself.
pub(super) fn deliveries_says() -> Says {
    Says::get("List messages to a webhook")
        .part("id", "Its number.")
        .lists::<ShownDelivery, Everything>("Its messages, newest first.")
        .refuses(404, &[administrator::NO_WEBHOOK])
}

/// The handler of the first route. There are 32 at most: one page.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    _: Asked<Everything>,
) -> Response {
    let all = shared.services.webhooks.all().await;
    let shown = |all: Vec<_>| Page { items: all.into_iter().map(ShownWebhook::from).collect(), next: None };
    api::answered(all.map(shown))
}

/// The handler of the second route.
pub(super) async fn create(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let NewWebhook { name, url, events } = api::object(&shared, request.into_body(), MOST).await?;
        let added = shared.services.webhooks.add(Wanted { name, url, events }, caller.as_str()).await?;
        Ok(AddedWebhook { id: added.id.0, secret: added.secret.reveal_secret().to_owned() })
    };
    api::answered_with(StatusCode::CREATED, outcome.await)
}

/// The handler of the third route.
pub(super) async fn remove(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    let outcome = async {
        let id = number(&id)?;
        shared.services.webhooks.remove(id, caller.as_str()).await?;
        Ok(RemovedWebhook { id: id.0, result: "removed" })
    };
    api::answered(outcome.await)
}

/// The handler of the fourth route.
pub(super) async fn test(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let outcome = async {
        let _: Nothing = api::object(&shared, request.into_body(), MOST).await?;
        let id = number(&id)?;
        let (delivered, outcome) = shared.services.webhooks.test(id, caller.as_str()).await?;
        Ok(TestedWebhook { id: id.0, delivered, outcome })
    };
    api::answered(outcome.await)
}

/// The handler of the fifth route.
pub(super) async fn deliveries(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(id): Path<String>,
    asked: Asked<Everything>,
) -> Response {
    let outcome = async {
        let (id, list) = (number(&id)?, format!("deliveries of {id}"));
        let before = asked.from::<i64>(&list)?.map(DeliveryId);
        let found = shared.services.webhooks.history(id, before, asked.limit.and_one()).await?;
        let shown = found.into_iter().map(ShownDelivery::from).collect();
        Ok(Page::of(shown, asked.limit, |last: &ShownDelivery| Cursor::new(&list, &last.id)))
    };
    api::answered(outcome.await)
}
