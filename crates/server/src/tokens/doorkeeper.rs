//! Who is let in to the administrative API, asked anew for each request: what expired or was revoked a moment ago is out.

use super::{PREFIX, Scope, hash};
use crate::clock::Clock;
use crate::config::{Config, Secret};
use crate::explanation::{administrator, ours, people};
use crate::http::{Access, ApiProblem, BoxFuture, Caller};
use crate::store::{AuditEvent, Store, Token, TokenStanding};
use crate::validators::refusal::BEARER_TOKEN;
use aws_lc_rs::digest::{SHA256, digest};
use serde_json::json;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Knows the configured token, and those of the store.
pub struct Doorkeeper {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    configured: Option<Secret>,
}

impl Doorkeeper {
    /// For a configuration.
    #[must_use]
    pub fn new(config: &Config, store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Doorkeeper {
        Doorkeeper { store, clock, configured: config.admin_token.clone() }
    }

    async fn decide(&self, text: &str) -> Result<Caller, ApiProblem> {
        if self.is_configured(text) {
            return Ok(Caller::configured());
        }
        let token = self.live(text).await?;
        let mut rights: BTreeSet<Scope> = token.scopes.iter().copied().collect();
        let mut whose = None;
        if let Some(id) = token.person {
            // A person's token may do at most what the person may now (threat 87).
            whose = self.store.person(id).await.map_err(|_| ApiProblem::new(503, ours::STORE))?;
            let theirs = whose.as_ref().map(Caller::person);
            rights.retain(|scope| theirs.as_ref().is_some_and(|caller| caller.may(*scope)));
        }
        Ok(Caller::token(&token.name, rights, whose.as_ref()))
    }

    /// The configured token is compared by its hash: neither length nor prefix shows in time.
    fn is_configured(&self, text: &str) -> bool {
        self.configured.as_ref().is_some_and(|right| {
            let (given, right) =
                (digest(&SHA256, text.as_bytes()), digest(&SHA256, right.reveal_secret().as_bytes()));
            given.as_ref() == right.as_ref()
        })
    }

    /// Without the store nobody knows what was revoked, so nobody is let in.
    async fn live(&self, text: &str) -> Result<Token, ApiProblem> {
        if !text.starts_with(PREFIX) {
            return Err(ApiProblem::new(401, BEARER_TOKEN));
        }
        let found = self.store.token(hash(text)).await.map_err(|_| ApiProblem::new(503, ours::STORE))?;
        let token = found.ok_or_else(|| ApiProblem::new(401, BEARER_TOKEN))?;
        let ended = |how: &str| {
            let sentence = format!("The token {} {how}.", token.name);
            ApiProblem { sentence, ..ApiProblem::new(401, BEARER_TOKEN) }
        };
        match token.standing(self.clock.now()) {
            TokenStanding::Live => Ok(token),
            TokenStanding::Expired => Err(ended("has expired")),
            TokenStanding::Revoked => Err(ended("was revoked")),
        }
    }

    /// The refusal is told once it is on record.
    async fn refused(&self, caller: &Caller, scope: Scope, route: &str) -> ApiProblem {
        let name = caller.as_str();
        let (kind, detail) = match name.strip_prefix("token ") {
            Some(token) => ("token.refused", json!({ "token": token, "scope": scope, "route": route })),
            None => ("person.refused", json!({ "by": name, "scope": scope, "route": route })),
        };
        let event = AuditEvent::new(kind, detail.to_string());
        if self.store.append_audit(event, self.clock.now()).await.is_err() {
            return ApiProblem::new(503, ours::STORE);
        }
        if caller.in_person().is_some() {
            return ApiProblem::new(403, people::RIGHT);
        }
        let sentence = format!("The {name} lacks the scope {scope}.");
        let fix = format!("Make a token that has it: chancery token new --name NAME --scope {scope}");
        ApiProblem { sentence, fix: fix.into(), ..ApiProblem::new(403, administrator::SCOPE) }
    }
}

impl Access for Doorkeeper {
    fn admit<'a>(&'a self, token: &'a str) -> BoxFuture<'a, Result<Caller, ApiProblem>> {
        Box::pin(self.decide(token))
    }

    fn lacking<'a>(&'a self, caller: &'a Caller, scope: Scope, route: &'a str) -> BoxFuture<'a, ApiProblem> {
        Box::pin(self.refused(caller, scope, route))
    }
}
