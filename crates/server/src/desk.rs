//! Challenges that are spent once: made, shown once. One-time ones are kept as keyed hashes; bound ones carry what they are
//! good for and are kept nowhere.

use crate::clock::Clock;
use crate::config::{self, Config, Secret, Validator};
use crate::explanation::{administrator, ours};
use crate::http::{ApiProblem, BoxFuture, ChallengeDesk, IssuedChallenge, NewChallenge};
use crate::installation::Installation;
use crate::keys::SystemRandom;
use crate::store::{ClaimHash, NewChallenge as Row, Store};
use crate::validators::bound::{Promise, Sealed, Sealer};
use crate::validators::one_time::{BookUnavailable, ChallengeBook, Found, OneTime};
use crate::validators::{BoundIdentity, ChallengeKey, challenge};
use pki::{Random as _, Time};
use std::sync::Arc;

/// Makes challenges.
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    key: ChallengeKey,
    /// In the order of the configuration, the one at NDES' address first.
    counters: Vec<Counter>,
}

/// An endpoint whose challenges are made here.
struct Counter {
    endpoint: String,
    profile: String,
    /// Seconds that a challenge may wait.
    longest: i64,
    bound: bool,
}

impl Counter {
    fn of(endpoint: &config::Endpoint) -> Option<Counter> {
        let (rules, bound) = match &endpoint.validator {
            Validator::OneTime(rules) => (rules, false),
            Validator::Bound(rules) => (rules, true),
            Validator::Intune(_) | Validator::Static(_) => return None,
        };
        let longest = i64::try_from(rules.ttl.as_secs()).unwrap_or(i64::MAX);
        let (endpoint, profile) = (endpoint.name.as_str().to_owned(), endpoint.profile.name.to_string());
        Some(Counter { endpoint, profile, longest, bound })
    }

    fn is_meant(&self, wanted: &NewChallenge) -> bool {
        let named = |name: &Option<String>, ours: &str| name.as_ref().is_none_or(|name| name == ours);
        named(&wanted.endpoint, &self.endpoint) && named(&wanted.profile, &self.profile)
    }
}

impl Desk {
    /// The desk for the endpoints of a configuration.
    #[must_use]
    pub fn new(config: &Config, installation: &Installation, clock: Arc<dyn Clock>) -> Desk {
        let mut endpoints: Vec<_> = config.endpoints.iter().collect();
        endpoints.sort_by_key(|endpoint| !endpoint.ndes);
        Desk {
            store: Arc::clone(&installation.store),
            clock,
            key: installation.challenge_key.clone(),
            counters: endpoints.into_iter().filter_map(Counter::of).collect(),
        }
    }

    async fn make(&self, wanted: NewChallenge) -> Result<IssuedChallenge, ApiProblem> {
        // Who describes a request means an endpoint that can hold a device to it.
        let fits =
            |counter: &&Counter| wanted.endpoint.is_some() || counter.bound == wanted.request.is_some();
        let mut meant = self.counters.iter().filter(|counter| counter.is_meant(&wanted));
        let counter = meant.find(fits).ok_or_else(no_endpoint)?;
        let asked = wanted.ttl_seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
        let expires = self.clock.now().plus_seconds(asked.unwrap_or(counter.longest).min(counter.longest));
        let challenge = match (counter.bound, wanted.request, wanted.identity) {
            (true, Some(promise), None) => self.sealed(counter, promise, expires)?,
            (false, None, identity) => self.recorded(counter, identity.as_ref(), expires).await?,
            (true, ..) => return Err(misfit("an endpoint of this kind needs a request, and no identity")),
            (false, ..) => return Err(misfit("an endpoint of this kind takes an identity, and no request")),
        };
        Ok(IssuedChallenge { challenge, endpoint: counter.endpoint.clone(), expires })
    }

    async fn recorded(
        &self,
        counter: &Counter,
        identity: Option<&BoundIdentity>,
        expires: Time,
    ) -> Result<Secret, ApiProblem> {
        let challenge = challenge::mint(&mut SystemRandom).map_err(|_| unavailable())?;
        let row = Row {
            hash: ClaimHash(self.key.hash(&challenge).0),
            endpoint: counter.endpoint.clone(),
            identity: identity.map(serde_json::to_string).transpose().map_err(|_| unavailable())?,
            expires_at: expires,
            created_at: self.clock.now(),
            note: String::new(),
        };
        match self.store.put_challenge(row).await {
            Ok(true) => Ok(Secret::new(challenge.to_string())),
            Ok(false) | Err(_) => Err(unavailable()),
        }
    }

    fn sealed(&self, counter: &Counter, promise: Promise, expires: Time) -> Result<Secret, ApiProblem> {
        promise.check().map_err(|why| misfit(&why.to_string()))?;
        let sealer = Sealer::new(&self.key).ok_or_else(unavailable)?;
        let mut id = [0; 16];
        SystemRandom.fill(&mut id).map_err(|_| unavailable())?;
        let sealed = Sealed {
            id,
            endpoint: counter.endpoint.clone(),
            profile: counter.profile.clone(),
            expires: expires.unix(),
            promise,
        };
        let text = sealer.seal(&sealed, &mut SystemRandom).map_err(|_| unavailable())?;
        Ok(Secret::new(text.to_string()))
    }
}

impl ChallengeDesk for Desk {
    fn issue(&self, wanted: NewChallenge) -> BoxFuture<'_, Result<IssuedChallenge, ApiProblem>> {
        Box::pin(self.make(wanted))
    }
}

/// The store as the validator of one-time challenges reads it.
pub struct Book(pub Arc<dyn Store>);

impl ChallengeBook for Book {
    fn find(&self, hash: [u8; 32]) -> Found<'_> {
        Box::pin(async move {
            let found = self.0.challenge(ClaimHash(hash)).await.map_err(|_| BookUnavailable)?;
            let Some(row) = found else { return Ok(None) };
            // A constraint that cannot be read constrains everything: fail closed.
            let constraint = match row.identity.as_deref().map(serde_json::from_str::<BoundIdentity>) {
                None => None,
                Some(Ok(identity)) => Some(identity),
                Some(Err(_)) => return Err(BookUnavailable),
            };
            let spent = row.spent_on.is_some();
            Ok(Some(OneTime { expires_at: row.expires_at, endpoint: row.endpoint, constraint, spent }))
        })
    }
}

fn no_endpoint() -> ApiProblem {
    ApiProblem::new(404, administrator::NO_DESK)
}

fn misfit(why: &str) -> ApiProblem {
    let sentence = format!("A challenge cannot be made for such a request: {why}.");
    ApiProblem { sentence, ..ApiProblem::new(400, administrator::PROMISE) }
}

fn unavailable() -> ApiProblem {
    let sentence = "The challenge could not be recorded, so it was not made.".to_owned();
    ApiProblem { sentence, ..ApiProblem::new(503, ours::STORE) }
}
