//! One-time challenges: made, shown once, kept as keyed hashes.

use crate::clock::Clock;
use crate::config::{Config, Secret, Validator};
use crate::explanation::{administrator, ours};
use crate::http::{ApiProblem, BoxFuture, ChallengeDesk, IssuedChallenge, NewChallenge};
use crate::installation::Installation;
use crate::keys::SystemRandom;
use crate::store::{ClaimHash, NewChallenge as Row, Store};
use crate::validators::one_time::{BookUnavailable, ChallengeBook, Found, OneTime};
use crate::validators::{BoundIdentity, ChallengeKey};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Makes and finds one-time challenges.
pub struct Desk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    key: ChallengeKey,
    /// Seconds that a challenge of each endpoint may wait.
    endpoints: BTreeMap<String, i64>,
    usual: Option<String>,
}

impl Desk {
    /// The desk for the one-time endpoints of a configuration.
    #[must_use]
    pub fn new(config: &Config, installation: &Installation, clock: Arc<dyn Clock>) -> Desk {
        let waits = |endpoint: &crate::config::Endpoint| match &endpoint.validator {
            Validator::OneTime(rules) => {
                let seconds = i64::try_from(rules.ttl.as_secs()).unwrap_or(i64::MAX);
                Some((endpoint.name.as_str().to_owned(), seconds))
            }
            Validator::Intune(_) | Validator::Static(_) => None,
        };
        let endpoints: BTreeMap<String, i64> = config.endpoints.iter().filter_map(waits).collect();
        let ndes = config.ndes().map(|endpoint| endpoint.name.as_str().to_owned());
        let usual =
            ndes.filter(|name| endpoints.contains_key(name)).or_else(|| endpoints.keys().next().cloned());
        Desk {
            store: Arc::clone(&installation.store),
            clock,
            key: installation.challenge_key.clone(),
            endpoints,
            usual,
        }
    }

    async fn make(&self, wanted: NewChallenge) -> Result<IssuedChallenge, ApiProblem> {
        let endpoint = wanted.endpoint.or_else(|| self.usual.clone()).ok_or_else(no_endpoint)?;
        let longest = *self.endpoints.get(&endpoint).ok_or_else(no_endpoint)?;
        let asked = wanted.ttl_seconds.map(|seconds| i64::try_from(seconds).unwrap_or(i64::MAX));
        let now = self.clock.now();
        let expires = now.plus_seconds(asked.unwrap_or(longest).min(longest));
        let challenge = crate::validators::challenge::mint(&mut SystemRandom).map_err(|_| unavailable())?;
        let identity =
            wanted.identity.as_ref().map(serde_json::to_string).transpose().map_err(|_| unavailable())?;
        let row = Row {
            hash: ClaimHash(self.key.hash(&challenge).0),
            endpoint: endpoint.clone(),
            identity,
            expires_at: expires,
            created_at: now,
            note: String::new(),
        };
        match self.store.put_challenge(row).await {
            Ok(true) => {
                Ok(IssuedChallenge { challenge: Secret::new(challenge.to_string()), endpoint, expires })
            }
            Ok(false) | Err(_) => Err(unavailable()),
        }
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

fn unavailable() -> ApiProblem {
    let sentence = "The challenge could not be recorded, so it was not made.".to_owned();
    ApiProblem { sentence, ..ApiProblem::new(503, ours::STORE) }
}
