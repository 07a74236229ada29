//! Receives people: who is signed in, for the routes and the pages. What it does beside stands in the files of its deeds: `door`
//! (signing in), `links` (first owner and invitations), `account` (one's own credentials), `roll` (who there is).

use std::sync::Arc;

use axum::http::HeaderMap;
use tokio::sync::Semaphore;

use super::challenge::Challenges;
use super::oidc::Provider;
use super::seal::{self, Seal};
use super::{links, session};
use crate::clock::Clock;
use crate::config::Config;
use crate::explanation::ours;
use crate::http::{ApiProblem, BoxFuture, Caller, People, SignedIn, Site};
use crate::keys::{KeyDirectory, KeyError, SystemRandom};
use crate::portal::{Language, Visitor, Visitors};
use crate::store::{Store, StoreError};

/// Passwords that are hashed at once: each takes a core and 19 MiB.
const HASHING: usize = 2;

/// How long sessions last, in seconds.
#[derive(Clone, Copy, Debug)]
pub struct Lengths {
    /// Without a request.
    pub idle: i64,
    /// In any case.
    pub longest: i64,
}

/// Knows people, and who of them is signed in.
pub struct Reception {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) site: Site,
    pub(super) lengths: Lengths,
    pub(super) seal: Seal,
    pub(super) challenges: Challenges,
    pub(super) hashing: Semaphore,
    /// Where links lead.
    pub(super) base: String,
    /// A proxy in front says who asks.
    pub(super) behind_proxy: bool,
    pub(super) provider: Option<Provider>,
}

impl Reception {
    /// For a configuration, with the key of the data directory.
    ///
    /// # Errors
    /// The key, or randomness.
    pub fn new(
        config: &Config,
        keys: &KeyDirectory,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
    ) -> Result<Reception, KeyError> {
        let admin = &config.admin;
        let seal = Seal::new(&keys.secret(seal::KEY)?).ok_or(KeyError::Library("seal what is people's"))?;
        let challenges = Challenges::new(&mut SystemRandom).map_err(|_| KeyError::Library("draw a key"))?;
        let provider =
            admin.oidc.clone().map(|settings| Provider::new(settings).ok_or(KeyError::Library("speak TLS")));
        let provider = provider.transpose()?;
        Ok(Reception {
            store,
            clock,
            site: Site::new(admin.url.clone(), admin.tls.is_some()),
            lengths: Lengths { idle: admin.idle, longest: admin.longest },
            seal,
            challenges,
            hashing: Semaphore::new(HASHING),
            base: links::base(config, config.listen.admin.port()),
            behind_proxy: admin.behind_proxy,
            provider,
        })
    }

    async fn signed_in(&self, headers: &HeaderMap) -> Result<Option<SignedIn>, ApiProblem> {
        let Some(id) = session::cookie(headers, session::name(self.site.is_secure())) else {
            return Ok(None);
        };
        let (now, hash) = (self.clock.now(), session::hash(id.reveal_secret()));
        let found = self.store.session(hash, self.lengths.idle, now).await.map_err(unread)?;
        let Some((session, person)) = found else { return Ok(None) };
        // To the minute: a write for each request would be too many.
        if now >= session.seen_at.plus_seconds(60) {
            self.store.touch_session(session.id, now).await.map_err(unread)?;
        }
        Ok(Some(SignedIn {
            caller: Caller::person(&person),
            session: session.id,
            since: session.created_at,
            csrf: session::csrf(&id),
            role: person.role,
            language: person.language.clone(),
            person,
            site: self.site.clone(),
        }))
    }
}

impl People for Reception {
    fn site(&self) -> &Site {
        &self.site
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        session::cookie(headers, session::name(self.site.is_secure())).is_some()
    }

    fn session<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Result<Option<SignedIn>, ApiProblem>> {
        Box::pin(self.signed_in(headers))
    }

    fn reception(&self) -> Option<&Reception> {
        Some(self)
    }
}

impl Visitors for Reception {
    /// Without the store nobody is known to be signed in, and every page leads to the door, which says why.
    fn visitor<'a>(&'a self, headers: &'a HeaderMap) -> BoxFuture<'a, Option<Visitor>> {
        Box::pin(async move {
            let signed_in = self.signed_in(headers).await.ok().flatten()?;
            Some(Visitor {
                name: signed_in.person.name,
                role: signed_in.role.to_string(),
                rights: signed_in.caller.rights().clone(),
                caller: signed_in.caller,
                csrf: signed_in.csrf.reveal_secret().to_owned(),
                language: signed_in.language.as_deref().and_then(Language::parse),
            })
        })
    }

    fn reception(&self) -> Option<&Reception> {
        Some(self)
    }
}

pub(super) fn unread(_: StoreError) -> ApiProblem {
    ApiProblem::new(503, ours::STORE)
}

/// No randomness, or no memory for a hash.
pub(super) fn unable<T>(_: T) -> ApiProblem {
    ApiProblem::new(503, ours::RANDOM)
}
