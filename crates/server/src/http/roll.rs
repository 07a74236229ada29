//! `GET` and `POST /api/v1/people`, `GET` and `PATCH /api/v1/people/{id}`, `POST /api/v1/people/{id}/link`: who there is, and what
//! they may do. `{id}` is a number or a login.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, Request, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::openapi::Says;
use super::paging::{Asked, Cursor, Everything, Page};
use super::servers::Shared;
use crate::explanation::people;
use crate::people::{Changed, Invited, Link, Reception, RequestLimits, Role};
use crate::store::{Person, PersonId};

/// The largest body, in octets.
const MOST: usize = 32 << 10;

/// A person, without credentials.
#[derive(Serialize, ToSchema)]
#[schema(as = Person)]
pub(super) struct PersonTold {
    /// Its number.
    id: i64,
    /// What they sign in with, in lower case.
    login: String,
    /// What they are called.
    name: String,
    /// What they may do.
    role: Role,
    /// What a requester may ask for.
    limits: RequestLimits,
    /// Who vouches for them: the issuer of an identity provider, or nothing for this server.
    issuer: Option<String>,
    /// `en`, `de`; nothing for what the browser says.
    language: Option<String>,
    /// Whether they are locked out.
    locked: bool,
    /// Whether a password with TOTP signs them in.
    password: bool,
    /// When they were added.
    created: String,
}

impl PersonTold {
    pub(super) fn of(person: Person) -> PersonTold {
        PersonTold {
            id: person.id.0,
            login: person.login.to_string(),
            name: person.name,
            role: person.role,
            limits: person.limits,
            issuer: person.elsewhere.map(|one| one.issuer),
            language: person.language,
            locked: person.locked_at.is_some(),
            password: person.has_password,
            created: person.created_at.to_string(),
        }
    }
}

/// Somebody and the link that they come in by, shown this once.
#[derive(Serialize, ToSchema)]
#[schema(as = InvitedPerson)]
struct InvitedTold {
    /// Who.
    person: PersonTold,
    /// What they open.
    link: String,
    /// Until when it works.
    expires: String,
}

/// What serves people; a server without them has none of these routes.
pub(super) fn reception(shared: &Shared) -> Result<&Reception, ApiProblem> {
    shared.services.people.reception().ok_or_else(|| ApiProblem::new(404, people::NO_PERSON))
}

/// What the first route says of itself.
pub(super) fn list_says() -> Says {
    Says::get("List people").lists::<PersonTold, Everything>("People, in the order in which they were added.")
}

/// What the second route says of itself.
pub(super) fn invite_says() -> Says {
    Says::post("Invite somebody")
        .details("They come in by the link, which is told this once, works once and for an hour.")
        .takes::<Invited>(true)
        .answers::<InvitedTold>(201, "The person, who cannot sign in before the link was used.")
        .refuses(400, &[people::PERSON])
        .refuses(409, &[people::LOGIN_TAKEN])
}

/// What the third route says of itself.
pub(super) fn show_says() -> Says {
    one(Says::get("Show somebody")).answers::<PersonTold>(200, "The person.")
}

/// What the fourth route says of itself.
pub(super) fn change_says() -> Says {
    one(Says::patch("Change somebody"))
        .details("A change of role or limits, and a lock, end the person's sessions.")
        .takes::<Changed>(false)
        .answers::<PersonTold>(200, "The person as changed.")
        .refuses(400, &[people::PERSON])
        .refuses(409, &[people::LAST_OWNER])
}

/// What the fifth route says of itself.
pub(super) fn link_says() -> Says {
    one(Says::post("Make a new link for somebody"))
        .details("For whoever lost every way to sign in. Earlier links of the person stop working.")
        .answers::<InvitedTold>(201, "The link, told this once.")
}

fn one(says: Says) -> Says {
    says.part("id", "Number or login.").refuses(404, &[people::NO_PERSON])
}

/// What the list's cursors are of.
const LIST: &str = "people";

/// `GET /api/v1/people`.
pub(super) async fn list(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    asked: Asked<Everything>,
) -> Response {
    let outcome = async {
        let after = PersonId(asked.from::<i64>(LIST)?.unwrap_or_default());
        let found = reception(&shared)?.people(after, asked.limit.and_one()).await?;
        let rows = found.into_iter().map(PersonTold::of).collect();
        Ok(Page::of(rows, asked.limit, |last: &PersonTold| Cursor::new(LIST, &last.id)))
    };
    api::answered(outcome.await)
}

/// `POST /api/v1/people`.
pub(super) async fn invite(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Response {
    let outcome = async {
        let wanted: Invited = api::object(&shared, request.into_body(), MOST).await?;
        reception(&shared)?.invite(wanted, &caller).await.map(invited)
    };
    api::answered_with(StatusCode::CREATED, outcome.await)
}

/// `POST /api/v1/people/{id}/link`.
pub(super) async fn link(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    let outcome = async { reception(&shared)?.invite_again(&id, &caller).await.map(invited) };
    api::answered_with(StatusCode::CREATED, outcome.await)
}

fn invited((person, link): (Person, Link)) -> InvitedTold {
    InvitedTold {
        person: PersonTold::of(person),
        link: link.url.reveal_secret().to_owned(),
        expires: link.expires_at.to_string(),
    }
}

/// `GET /api/v1/people/{id}`.
pub(super) async fn show(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path(id): Path<String>,
) -> Response {
    let outcome = async { reception(&shared)?.who(&id).await.map(PersonTold::of) };
    api::answered(outcome.await)
}

/// `PATCH /api/v1/people/{id}`.
pub(super) async fn change(
    State(shared): State<Arc<Shared>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
    request: Request,
) -> Response {
    let outcome = async {
        let wanted: Changed = api::object(&shared, request.into_body(), MOST).await?;
        reception(&shared)?.change(&id, wanted, &caller).await.map(PersonTold::of)
    };
    api::answered(outcome.await)
}
