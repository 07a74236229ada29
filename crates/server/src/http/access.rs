//! Who may use the administrative API: a bearer token, somebody who is signed in, or the portal on behalf of somebody; and the
//! scope that each route needs. Rights are asked for anew at each request.

use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Router;
use axum::extract::{FromRequestParts as _, RawPathParams, Request, State};
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use axum::routing::MethodRouter;

use super::api::{self, ApiProblem};
use super::gateway::BoxFuture;
use super::openapi::Says;
use super::people::SignedIn;
use super::servers::Shared;
use crate::explanation::people::SIGNED_OUT;
use crate::explanation::rest;
use crate::people::{RequestLimits, Role};
use crate::store::{Person, PersonId};
use crate::tokens::Scope;
use crate::validators::By;

/// Knows whose a token is, and puts on record who asked for more than is theirs.
pub trait Access: Send + Sync {
    /// Whose `token` is.
    fn admit<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Caller, ApiProblem>>;

    /// The refusal of `caller`, who lacks `scope`; `route` is for the audit. It is told once it is on record.
    fn lacking<'a>(&'a self, caller: &'a Caller, scope: Scope, route: &'a str) -> BoxFuture<'a, ApiProblem>;
}

/// Who asks, and what they may. Each handler of the API takes one, and nobody but the guard of its route gives it: a handler
/// without a guard answers 500.
#[derive(Clone, Debug)]
pub struct Caller {
    who: Who,
    name: String,
    rights: BTreeSet<Scope>,
}

/// What kind of caller.
#[derive(Clone, Debug)]
enum Who {
    Configured,
    /// Whose, with what they are held to if they are a requester.
    Token(Option<(PersonId, Option<RequestLimits>)>),
    Person(PersonId, Role, RequestLimits),
}

impl Caller {
    /// Whoever has the token of the settings.
    #[must_use]
    pub fn configured() -> Caller {
        Caller {
            who: Who::Configured,
            name: "the configured token".to_owned(),
            rights: Scope::ALL.into_iter().collect(),
        }
    }

    /// Whoever has the token of that name; `person` is whose it is. What a requester is held to, their token is.
    #[must_use]
    pub fn token(name: &str, rights: BTreeSet<Scope>, person: Option<&Person>) -> Caller {
        let held = |person: &Person| (person.role == Role::Requester).then(|| person.limits.clone());
        let whose = person.map(|person| (person.id, held(person)));
        Caller { who: Who::Token(whose), name: format!("token {name}"), rights }
    }

    /// Somebody, with the rights that they have now.
    #[must_use]
    pub fn person(person: &Person) -> Caller {
        Caller {
            who: Who::Person(person.id, person.role, person.limits.clone()),
            name: format!("person {}", person.login),
            rights: if person.locked_at.is_some() { BTreeSet::new() } else { person.role.scopes() },
        }
    }

    /// For the audit.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.name
    }

    /// Whether that is among the caller's rights.
    #[must_use]
    pub fn may(&self, scope: Scope) -> bool {
        self.rights.contains(&scope)
    }

    /// All of the caller's rights.
    #[must_use]
    pub fn rights(&self) -> &BTreeSet<Scope> {
        &self.rights
    }

    /// Who it is, or whose token: whoever asked for something is compared by this.
    #[must_use]
    pub fn person_id(&self) -> Option<PersonId> {
        match &self.who {
            Who::Configured => None,
            Who::Token(whose) => whose.as_ref().map(|(id, _)| *id),
            Who::Person(id, ..) => Some(*id),
        }
    }

    /// The person themselves, not a token of theirs: what only somebody who signed in may do.
    #[must_use]
    pub fn in_person(&self) -> Option<PersonId> {
        match &self.who {
            Who::Person(id, ..) => Some(*id),
            _ => None,
        }
    }

    /// The role; a token has none.
    #[must_use]
    pub fn role(&self) -> Option<Role> {
        match &self.who {
            Who::Person(_, role, _) => Some(*role),
            _ => None,
        }
    }

    /// What requests of the caller are held to; `None` for whoever is not held to anything. Requesters see their own requests
    /// alone.
    #[must_use]
    pub fn limits(&self) -> Option<&RequestLimits> {
        match &self.who {
            Who::Person(_, Role::Requester, limits) | Who::Token(Some((_, Some(limits)))) => Some(limits),
            _ => None,
        }
    }

    /// What the caller is where certificates are asked for by name. A token is a token, whoever's it is.
    #[must_use]
    pub fn by(&self) -> Option<By> {
        match &self.who {
            Who::Configured | Who::Person(_, Role::Owner, _) => Some(By::Owner),
            Who::Person(_, Role::Operator, _) => Some(By::Operator),
            Who::Person(_, Role::Requester, _) => Some(By::Requester),
            Who::Person(_, Role::Helpdesk | Role::Auditor, _) => None,
            Who::Token(_) => Some(By::Token),
        }
    }

    /// Whom it comes down to: a token of somebody is that person, so that nobody approves with a token what they asked for when
    /// signed in.
    #[must_use]
    pub fn identity(&self) -> String {
        self.person_id().map_or_else(|| self.name.clone(), |id| format!("person #{}", id.0))
    }
}

/// A route of the API.
pub(super) struct Route {
    pub(super) path: &'static str,
    pub(super) scope: Scope,
    pub(super) method: fn() -> MethodRouter<Arc<Shared>>,
    /// What the OpenAPI document says of it.
    pub(super) says: fn() -> Says,
}

impl Route {
    /// Adds the route, behind its guard.
    pub(super) fn guarded(&self, router: Router<Arc<Shared>>, shared: &Arc<Shared>) -> Router<Arc<Shared>> {
        let needs = Needs { shared: Arc::clone(shared), scope: self.scope, path: self.path };
        router.route(self.path, (self.method)().route_layer(from_fn_with_state(needs, guard)))
    }
}

#[derive(Clone)]
struct Needs {
    shared: Arc<Shared>,
    scope: Scope,
    path: &'static str,
}

async fn guard(State(needs): State<Needs>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admitted(&needs, &mut parts).await {
        // A part of the path that is not UTF-8 names nothing that we have.
        Ok(_) if RawPathParams::from_request_parts(&mut parts, &()).await.is_err() => {
            api::refusal(&ApiProblem::new(404, rest::NO_ROUTE))
        }
        Ok(caller) => {
            parts.extensions.insert(caller);
            next.run(Request::from_parts(parts, body)).await
        }
        Err(problem) => api::refusal(&problem),
    }
}

async fn admitted(needs: &Needs, parts: &mut Parts) -> Result<Caller, ApiProblem> {
    let caller = who(&needs.shared, parts).await?;
    if caller.may(needs.scope) {
        return Ok(caller);
    }
    let route = format!("{} {}", parts.method, needs.path);
    Err(needs.shared.services.access.lacking(&caller, needs.scope, &route).await)
}

/// The portal's own dispatch says on whose behalf it asks by an extension, which nothing that comes from the network can set.
/// A token counts before a cookie: who sends one means it, and a browser sends none by itself.
async fn who(shared: &Shared, parts: &mut Parts) -> Result<Caller, ApiProblem> {
    if let Some(caller) = parts.extensions.get::<Caller>() {
        return Ok(caller.clone());
    }
    let services = &shared.services;
    if parts.headers.contains_key(AUTHORIZATION) || !services.people.has_cookie(&parts.headers) {
        return services.access.admit(bearer(&parts.headers)).await;
    }
    let signed_in = services.people.session(&parts.headers).await?;
    let signed_in: SignedIn = signed_in.ok_or_else(|| ApiProblem::new(401, SIGNED_OUT))?;
    if !parts.method.is_safe() {
        signed_in.prove(&parts.headers, None)?;
    }
    let caller = signed_in.caller.clone();
    parts.extensions.insert(signed_in);
    Ok(caller)
}

/// RFC 6750 §2.1; empty where there is none.
fn bearer(headers: &HeaderMap) -> &str {
    let given = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()).unwrap_or_default();
    given.strip_prefix("Bearer ").unwrap_or_default()
}
