//! `/api/v1/me` and what is below it: who asks, and what is their own. Sessions and passkeys are a person's; a token has none. The
//! person is the caller and never a parameter, so that nobody reaches another's.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::openapi::Says;
use super::paging::Page;
use super::people::SignedIn;
use super::roll::{PersonTold, reception};
use super::servers::Shared;
use crate::explanation::{administrator, people};
use crate::people::Mine;
use crate::store::{PersonId, SessionId};
use crate::tokens::Scope;

/// The largest body, in octets.
const MOST: usize = 4 << 10;

/// Who asks.
#[derive(Serialize, ToSchema)]
struct Me {
    /// As the audit calls the caller.
    caller: String,
    /// Their words.
    #[schema(value_type = Vec<String>)]
    scopes: BTreeSet<Scope>,
    /// Nothing for a token that is nobody's.
    person: Option<PersonTold>,
}

/// A session that goes on.
#[derive(Serialize, ToSchema)]
#[schema(as = Session)]
struct SessionTold {
    /// Its number.
    id: i64,
    /// `passkey`, `password`, `oidc` or `link`.
    how: String,
    /// The browser, as it calls itself.
    browser: String,
    /// When it began.
    created: String,
    /// When it was used last, to the minute.
    seen: String,
    /// When it ends in any case.
    ends: String,
    /// Whether it is the one that asks.
    current: bool,
}

/// A passkey of one's own.
#[derive(Serialize, ToSchema)]
#[schema(as = Passkey)]
struct PasskeyTold {
    /// Its number.
    id: i64,
    /// What its owner calls it.
    name: String,
    /// When it was added.
    created: String,
    /// When it signed in last.
    used: Option<String>,
}

/// How many were ended.
#[derive(Serialize, ToSchema)]
struct Ended {
    /// So many.
    ended: u32,
}

/// What of oneself can be changed.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = ChangeOfMe)]
struct Wanted {
    /// `en`, `de`; empty for what the browser says.
    language: Option<String>,
}

/// A token for a program of one's own.
#[derive(Default, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
#[schema(as = NewOwnToken)]
struct NewToken {
    /// 1 to 64 of `A-Z a-z 0-9 - _ .`.
    name: String,
    /// Rights of one's own.
    scopes: Vec<String>,
    /// `90d`; a person's token ends within a year.
    expires: Option<String>,
}

/// The token, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = OwnToken)]
struct TokenTold {
    /// The token.
    token: String,
    /// Its name.
    name: String,
    /// What it may do while its person may.
    #[schema(value_type = Vec<String>)]
    scopes: BTreeSet<Scope>,
    /// When it ends.
    expires: String,
}

/// What the routes say of themselves.
pub(super) fn show_says() -> Says {
    Says::get("Show who asks")
        .answers::<Me>(200, "The caller, with rights; for a person and their tokens, the person.")
}

/// The same.
pub(super) fn change_says() -> Says {
    Says::patch("Change what is one's own")
        .takes::<Wanted>(false)
        .answers::<PersonTold>(200, "The person as changed.")
        .refuses(400, &[people::PERSON])
        .refuses(404, &[people::NOT_IN_PERSON])
}

/// The same.
pub(super) fn sessions_says() -> Says {
    Says::get("List one's own sessions")
        .answers::<Page<SessionTold>>(200, "Those that go on, newest first; twenty at most.")
        .refuses(404, &[people::NOT_IN_PERSON])
}

/// The same.
pub(super) fn end_says() -> Says {
    Says::delete("End a session of one's own")
        .part("id", "Its number. Another's is not ended.")
        .answers::<Ended>(200, "How many ended: one or none.")
        .refuses(404, &[people::NOT_IN_PERSON])
}

/// The same.
pub(super) fn end_all_says() -> Says {
    Says::delete("End all of one's own sessions")
        .answers::<Ended>(200, "How many ended; the one that asks is among them.")
        .refuses(404, &[people::NOT_IN_PERSON])
}

/// The same.
pub(super) fn passkeys_says() -> Says {
    Says::get("List one's own passkeys")
        .answers::<Page<PasskeyTold>>(200, "All of them; twenty at most.")
        .refuses(404, &[people::NOT_IN_PERSON])
}

/// The same.
pub(super) fn remove_passkey_says() -> Says {
    Says::delete("Take a passkey of one's own away")
        .part("id", "Its number.")
        .answers::<Ended>(200, "It is gone.")
        .refuses(404, &[people::NOT_IN_PERSON])
        .refuses(409, &[people::LAST_CREDENTIAL])
}

/// The same.
pub(super) fn token_says() -> Says {
    Says::post("Make a token of one's own")
        .details("For a program. At each use it may do at most what its person may then.")
        .takes::<NewToken>(true)
        .answers::<TokenTold>(201, "The token, told this once.")
        .refuses(400, &[administrator::TOKEN])
        .refuses(404, &[people::NOT_IN_PERSON])
        .refuses(409, &[administrator::NAME_TAKEN])
}

/// A number in a path; what is none belongs to nobody.
fn number(text: &str) -> i64 {
    text.parse().unwrap_or(-1)
}

fn in_person(caller: &Caller) -> Result<PersonId, ApiProblem> {
    caller.in_person().ok_or_else(|| ApiProblem::new(404, people::NOT_IN_PERSON))
}

/// `GET /api/v1/me`.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
) -> Response {
    let outcome = async {
        let person = match caller.person_id() {
            Some(id) => Some(PersonTold::of(reception(&shared)?.who(&id.0.to_string()).await?)),
            None => None,
        };
        Ok(Me { caller: caller.as_str().to_owned(), scopes: caller.rights().clone(), person })
    };
    api::answered(outcome.await)
}

/// `PATCH /api/v1/me`.
pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let wanted: Wanted = api::object(&shared, request.into_body(), MOST).await?;
        let (id, reception) = (in_person(&caller)?, reception(&shared)?);
        reception.speak(id, wanted.language.as_deref()).await?;
        reception.who(&id.0.to_string()).await.map(PersonTold::of)
    };
    api::answered(outcome.await)
}

/// `GET /api/v1/me/sessions`.
pub(super) async fn sessions(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    here: Option<Extension<SignedIn>>,
) -> Response {
    let outcome = async {
        let all = reception(&shared)?.sessions(in_person(&caller)?).await?;
        let current = here.map(|here| here.session);
        let items = all.into_iter().map(|one| SessionTold {
            id: one.id.0,
            how: one.how,
            browser: one.agent,
            created: one.created_at.to_string(),
            seen: one.seen_at.to_string(),
            ends: one.ends_at.to_string(),
            current: Some(one.id) == current,
        });
        Ok(Page { items: items.collect(), next: None })
    };
    api::answered(outcome.await)
}

/// `DELETE /api/v1/me/sessions/{id}`.
pub(super) async fn end(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    let outcome = async {
        let ended =
            reception(&shared)?.end_session(in_person(&caller)?, Some(SessionId(number(&id)))).await?;
        Ok(Ended { ended })
    };
    api::answered(outcome.await)
}

/// `DELETE /api/v1/me/sessions`: all of them, this one included.
pub(super) async fn end_all(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
) -> Response {
    let outcome = async {
        let ended = reception(&shared)?.end_session(in_person(&caller)?, None).await?;
        Ok(Ended { ended })
    };
    api::answered(outcome.await)
}

/// `GET /api/v1/me/passkeys`.
pub(super) async fn passkeys(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
) -> Response {
    let outcome = async {
        let all = reception(&shared)?.passkeys(in_person(&caller)?).await?;
        let items = all.into_iter().map(|one| PasskeyTold {
            id: one.id,
            name: one.name,
            created: one.created_at.to_string(),
            used: one.used_at.map(|at| at.to_string()),
        });
        Ok(Page { items: items.collect(), next: None })
    };
    api::answered(outcome.await)
}

/// `DELETE /api/v1/me/passkeys/{id}`.
pub(super) async fn remove_passkey(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    let outcome = async {
        reception(&shared)?.remove_passkey(in_person(&caller)?, number(&id)).await?;
        Ok(Ended { ended: 1 })
    };
    api::answered(outcome.await)
}

/// `POST /api/v1/me/tokens`.
pub(super) async fn token(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let wanted: NewToken = api::object(&shared, request.into_body(), MOST).await?;
        let id = in_person(&caller)?;
        let wanted = Mine { name: &wanted.name, scopes: &wanted.scopes, expires: wanted.expires.as_deref() };
        let (token, grant) = reception(&shared)?.own_token(id, wanted, &caller).await?;
        Ok(TokenTold {
            token: token.reveal_secret().to_owned(),
            name: grant.name.to_string(),
            scopes: grant.scopes.into_iter().collect(),
            expires: grant.expires_at.map(|at| at.to_string()).unwrap_or_default(),
        })
    };
    api::answered_with(StatusCode::CREATED, outcome.await)
}
