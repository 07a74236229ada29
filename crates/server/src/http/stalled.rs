//! `GET /api/v1/stalled`: conversations that began and never came to a request, with the causes that explain them.

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::response::Response;
use pki::Time;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::openapi::Says;
use super::paging::{Asked, Cursor, Page};
use super::servers::Shared;
use crate::stalled::causes::StallCause;
use crate::store::{Stalled, StalledSearch};

/// The name of the list in its cursors.
const LIST: &str = "stalled";

/// Knows what stalled.
pub trait StalledConversations: Send + Sync {
    /// The latest first.
    fn stalled(&self, search: StalledSearch) -> BoxFuture<'_, Result<Vec<Stalled>, ApiProblem>>;
}

/// Conversations of one peer that stalled at the same point.
#[derive(Serialize, ToSchema)]
pub struct StalledRow {
    /// The endpoint.
    pub endpoint: String,
    /// From where: a device, or a router before many.
    pub address: String,
    /// What it calls itself.
    pub user_agent: String,
    /// How far it came: `capabilities_only`, `ca_certificate_refused` or `no_request`.
    pub reason: String,
    /// How many conversations; one device may begin many, and many devices may look like one.
    pub conversations: u32,
    /// When the first ended (RFC 3339, UTC).
    pub first: String,
    /// When the last ended (RFC 3339, UTC).
    pub last: String,
    /// What explains it, the likeliest first.
    pub causes: Vec<StallCause>,
}

impl From<&Stalled> for StalledRow {
    fn from(stalled: &Stalled) -> Self {
        let row = &stalled.row;
        StalledRow {
            endpoint: row.endpoint.clone(),
            address: row.address.clone(),
            user_agent: row.user_agent.clone(),
            reason: row.reason.clone(),
            conversations: row.count,
            first: row.first_at.to_string(),
            last: row.last_at.to_string(),
            causes: crate::stalled::causes::of_row(row),
        }
    }
}

/// Which rows.
#[derive(Default, Deserialize, IntoParams)]
#[serde(default, deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Filter {
    /// Only those of this endpoint.
    endpoint: Option<String>,
}

/// What the route says of itself.
pub(super) fn says() -> Says {
    Says::get("List conversations that came to no request")
        .details("Devices that asked for the CA's certificates and never sent a request, with what explains it. docs/stalled.md says how to read it.")
        .lists::<StalledRow, Filter>("The latest first.")
}

/// The handler of the route.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<Filter>,
) -> Response {
    let outcome = async {
        let after = asked.from::<(i64, i64)>(LIST)?.map(|(at, id)| (Time::from_unix(at), id));
        // One more tells whether there is a next page.
        let search = StalledSearch { endpoint: asked.filter.endpoint, after, limit: asked.limit.and_one() };
        let rows = shared.services.stalled.stalled(search).await?;
        let page = Page::of(rows, asked.limit, |row| Cursor::new(LIST, &(row.row.last_at.unix(), row.id)));
        Ok(Page { items: page.items.iter().map(StalledRow::from).collect(), next: page.next })
    };
    api::answered(outcome.await)
}
