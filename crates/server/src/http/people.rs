//! People who are signed in, as the routes see them.

use std::fmt;

use axum::http::HeaderMap;
use axum::http::header::HeaderName;
use pki::Time;
use subtle::ConstantTimeEq as _;

use super::access::Caller;
use super::api::ApiProblem;
use super::gateway::BoxFuture;
use super::origin::Site;
use crate::config::Secret;
use crate::explanation::people::FOREIGN;
use crate::people::{Reception, Role};
use crate::store::{Person, SessionId};

/// Where a script of our pages puts the session's token against forgery.
const CSRF: HeaderName = HeaderName::from_static("x-csrf-token");

/// Knows people, and who of them is signed in.
pub trait People: Send + Sync {
    /// Under what name the interface is known.
    fn site(&self) -> &Site;

    /// Whether the request carries our cookie, good or not.
    fn has_cookie(&self, headers: &HeaderMap) -> bool;

    /// Who is signed in, with the rights of now; `None` for nobody.
    fn session<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Option<SignedIn>, ApiProblem>>;

    /// What the routes of people and of one's own account ask.
    fn reception(&self) -> Option<&Reception> {
        None
    }
}

/// Somebody who is signed in.
#[derive(Clone)]
pub struct SignedIn {
    /// What they may do.
    pub caller: Caller,
    /// Which of their sessions.
    pub session: SessionId,
    /// When they signed in.
    pub since: Time,
    /// What proves that a form or a script is a page's of ours.
    pub csrf: Secret,
    /// What they are.
    pub role: Role,
    /// `en`, `de`; `None` for what the browser says.
    pub language: Option<String>,
    /// Who.
    pub person: Person,
    pub(crate) site: Site,
}

impl SignedIn {
    /// Whether a request that changes something comes from a page of ours: by what the browser says of its origin, and by the
    /// session's token in `X-CSRF-Token` or, from a form, in `field`.
    ///
    /// # Errors
    /// [`FOREIGN`].
    pub fn prove(&self, headers: &HeaderMap, field: Option<&str>) -> Result<(), ApiProblem> {
        self.site.prove(headers)?;
        let given = headers.get(CSRF).and_then(|value| value.to_str().ok()).or(field).unwrap_or_default();
        let right: bool = given.as_bytes().ct_eq(self.csrf.reveal_secret().as_bytes()).into();
        if right { Ok(()) } else { Err(ApiProblem::new(403, FOREIGN)) }
    }
}

impl fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedIn")
            .field("caller", &self.caller)
            .field("session", &self.session)
            .finish_non_exhaustive()
    }
}
