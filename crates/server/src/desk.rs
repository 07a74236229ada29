//! Challenges that are spent once: made, shown once. One-time ones are kept as keyed hashes; bound ones carry what they are
//! good for and are kept nowhere.

use crate::clock::Clock;
use crate::config::{self, Config, Secret, Validator};
use crate::explanation::{administrator, ours};
use crate::http::{ApiProblem, BoxFuture, ChallengeDesk, IssuedChallenge, NewChallenge};
use crate::installation::Installation;
use crate::keys::SystemRandom;
use crate::store::{AuditEvent, ClaimHash, NewChallenge as Row, Store};
use crate::validators::bound::{Promise, Sealed, Sealer};
use crate::validators::one_time::{BookUnavailable, ChallengeBook, Found, OneTime};
use crate::validators::{BoundIdentity, ChallengeKey, challenge};
use ca::profile::ProfileName;
use pki::{Random as _, Time};
use serde_json::json;
use std::sync::Arc;

/// Makes challenges.
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    key: ChallengeKey,
    /// In the order of the configuration, the one at NDES' address first.
    counters: Vec<Counter>,
}

/// A profile of an endpoint whose challenges are made here.
struct Counter {
    endpoint: String,
    profile: String,
    /// Seconds that a challenge may wait.
    longest: i64,
    bound: bool,
    /// Whether subjects are compared as texts.
    strict_string: bool,
}

impl Counter {
    /// One for each profile that the endpoint issues by; who names none means the one for general use, if there is one.
    fn of(endpoint: &config::Endpoint) -> Vec<Counter> {
        let (ttl, bound, strict_string) = match &endpoint.validator {
            Validator::OneTime(rules) => (rules.ttl, false, false),
            Validator::Bound(rules) => (rules.ttl, true, rules.strict_string),
            Validator::Intune(_) | Validator::Static(_) | Validator::Request(_) => return Vec::new(),
        };
        let longest = i64::try_from(ttl.as_secs()).unwrap_or(i64::MAX);
        let counter = |profile: &ProfileName| Counter {
            endpoint: endpoint.name.as_str().to_owned(),
            profile: profile.to_string(),
            longest,
            bound,
            strict_string,
        };
        endpoint.slots.names().map(counter).collect()
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
            counters: endpoints.into_iter().flat_map(Counter::of).collect(),
        }
    }

    async fn make(&self, wanted: NewChallenge, by: &str) -> Result<IssuedChallenge, ApiProblem> {
        // Who describes a request means an endpoint that can hold a device to it.
        let fits =
            |counter: &&Counter| wanted.endpoint.is_some() || counter.bound == wanted.request.is_some();
        let mut meant = self.counters.iter().filter(|counter| counter.is_meant(&wanted));
        let counter = meant.find(fits).ok_or_else(no_endpoint)?;
        let asked = wanted.ttl_seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
        let expires = self.clock.now().plus_seconds(asked.unwrap_or(counter.longest).min(counter.longest));
        let (challenge, claim) = match (counter.bound, wanted.request, wanted.identity) {
            (true, Some(promise), None) => self.sealed(counter, promise, expires)?,
            (false, None, identity) => self.recorded(counter, identity.as_ref(), expires).await?,
            (true, ..) => return Err(misfit("an endpoint of this kind needs a request, and no identity")),
            (false, ..) => return Err(misfit("an endpoint of this kind takes an identity, and no request")),
        };
        self.tell(counter, by, &claim, expires).await?;
        Ok(IssuedChallenge { challenge, endpoint: counter.endpoint.clone(), expires })
    }

    /// On record before it is handed out: under what it will be claimed by, which gives nothing of it away.
    async fn tell(
        &self,
        counter: &Counter,
        by: &str,
        claim: &[u8; 32],
        expires: Time,
    ) -> Result<(), ApiProblem> {
        let claim: String = claim.iter().map(|octet| format!("{octet:02x}")).collect();
        let detail = json!({
            "by": by, "endpoint": counter.endpoint, "profile": counter.profile, "bound": counter.bound,
            "claim": claim, "expires": expires.to_string(),
        });
        let event = AuditEvent::new("challenge.made", detail.to_string());
        self.store.append_audit(event, self.clock.now()).await.map(|_| ()).map_err(|_| unavailable())
    }

    async fn recorded(
        &self,
        counter: &Counter,
        identity: Option<&BoundIdentity>,
        expires: Time,
    ) -> Result<(Secret, [u8; 32]), ApiProblem> {
        let challenge = challenge::mint(&mut SystemRandom).map_err(|_| unavailable())?;
        let claim = self.key.hash(&challenge).0;
        let row = Row {
            hash: ClaimHash(claim),
            endpoint: counter.endpoint.clone(),
            identity: identity.map(serde_json::to_string).transpose().map_err(|_| unavailable())?,
            expires_at: expires,
            created_at: self.clock.now(),
            note: String::new(),
        };
        match self.store.put_challenge(row).await {
            Ok(true) => Ok((Secret::new(challenge.to_string()), claim)),
            Ok(false) | Err(_) => Err(unavailable()),
        }
    }

    fn sealed(
        &self,
        counter: &Counter,
        promise: Promise,
        expires: Time,
    ) -> Result<(Secret, [u8; 32]), ApiProblem> {
        promise.check(counter.strict_string).map_err(|why| misfit(&why.to_string()))?;
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
        Ok((Secret::new(text.to_string()), sealed.claim()))
    }
}

impl ChallengeDesk for Desk {
    fn issue<'a>(
        &'a self,
        wanted: NewChallenge,
        by: &'a str,
    ) -> BoxFuture<'a, Result<IssuedChallenge, ApiProblem>> {
        Box::pin(self.make(wanted, by))
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
