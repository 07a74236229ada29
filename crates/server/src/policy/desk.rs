//! What the administrative API says of the policy.

use super::trial::{self, Said, Trial};
use super::{Ground, Unusable, Verdict, note, preview, replay};
use crate::authority::Authority;
use crate::clock::Clock;
use crate::config::Config;
use crate::explanation::{administrator, ours};
use crate::http::{
    ApiProblem, BoxFuture, Policies, PolicyQuestion, PolicyRule, PolicyRules, ReplayQuestion, Replayed,
};
use crate::profiles::Profiles;
use crate::store::Store;
use ca::policy::{Facts, Policy, Settings};
use serde_json::{Map, Value};
use std::sync::Arc;
use tokio::sync::Semaphore;

/// Days that a replay looks back where nobody says, and at most.
const DAYS: (u16, u16) = (30, 365);
/// Requests that a replay lists where nobody says, and at most.
const LISTED: (u16, u16) = (50, 200);
/// Characters of a refusal's sentence.
const LONGEST: usize = 1_000;
/// Rows of a transaction that are looked through for its facts.
const ROWS: u32 = 60;

/// Tries rules by what this server knows. Endpoints and rules are those of the start; certificate profiles those in force.
pub(crate) struct PolicyDesk {
    ground: Ground,
    written: Vec<Settings>,
    in_force: Arc<Profiles>,
    store: Arc<dyn Store>,
    authority: Arc<Authority>,
    clock: Arc<dyn Clock>,
    /// A replay reads the whole audit: one at a time.
    replays: Semaphore,
}

/// What the desk is made over.
pub(crate) struct Over {
    /// Certificate profiles in force.
    pub(crate) profiles: Arc<Profiles>,
    /// The audit.
    pub(crate) store: Arc<dyn Store>,
    /// The CA, for previews.
    pub(crate) authority: Arc<Authority>,
    /// The time.
    pub(crate) clock: Arc<dyn Clock>,
}

impl PolicyDesk {
    /// That of a configuration.
    pub(crate) fn new(config: &Config, over: Over) -> PolicyDesk {
        let Over { profiles, store, authority, clock } = over;
        PolicyDesk {
            ground: Ground::of(config),
            written: config.policy_settings.clone(),
            in_force: profiles,
            store,
            authority,
            clock,
            replays: Semaphore::new(1),
        }
    }

    fn ground(&self) -> Ground {
        let Ground { endpoints, policy, .. } = &self.ground;
        let profiles = (*self.in_force.current()).clone();
        Ground { endpoints: endpoints.clone(), policy: policy.clone(), profiles }
    }

    fn policy(ground: &Ground, text: Option<&str>) -> Result<Policy, ApiProblem> {
        let Some(text) = text.filter(|text| !text.trim().is_empty()) else {
            return Ok(ground.policy.clone());
        };
        ground.rules(text).map_err(|unusable| match unusable {
            Unusable::Text(error) => refused(format!("The rules cannot be read: {error}")),
            Unusable::Rules(problems) => {
                let told: Vec<String> = problems.iter().map(ToString::to_string).collect();
                refused(told.join(" "))
            }
        })
    }

    /// What was known of a past request when the policy was asked.
    async fn recorded(&self, transaction: &str) -> Result<Facts, ApiProblem> {
        let rows = self.store.audit_of(transaction, ROWS).await.map_err(|_| store())?;
        let mut notes = rows.iter().filter_map(|row| note(&row.event));
        let found = notes.find_map(|one| one.facts);
        found.ok_or_else(|| ApiProblem::new(404, administrator::NO_ENROLMENT))
    }

    async fn tried(&self, question: PolicyQuestion) -> Result<Verdict, ApiProblem> {
        let ground = self.ground();
        let policy = PolicyDesk::policy(&ground, question.rules.as_deref())?;
        if !question.transaction.is_empty() {
            let facts = self.recorded(&question.transaction).await?;
            return Ok(trial::explained(&policy, &facts));
        }
        let csr = trial::request(question.csr.trim().as_bytes())
            .map_err(|why| refused(format!("This is no certification request: {why}.")))?;
        let said: Said = match question.facts {
            Some(value) => serde_json::from_value(value)
                .map_err(|error| refused(format!("The facts are not what was expected: {error}.")))?,
            None => Said::default(),
        };
        let profile = question.profile.as_deref().filter(|name| !name.is_empty());
        let trial =
            Trial { endpoint: &question.endpoint, profile, renewal: question.renewal, csr: &csr, said };
        let facts = trial.facts(&ground).map_err(refused)?;
        let mut verdict = trial::explained(&policy, &facts);
        if let Some(profile) = trial::chosen(&policy.explain(&facts), &facts, &ground) {
            let made = preview::made(&csr, profile, &self.authority, self.clock.now());
            verdict.certificate = Some(preview::shown(&made));
        }
        Ok(verdict)
    }

    async fn replayed(&self, question: ReplayQuestion) -> Result<Replayed, ApiProblem> {
        let ground = self.ground();
        let policy = PolicyDesk::policy(&ground, question.rules.as_deref())?;
        let Ok(_alone) = self.replays.try_acquire() else {
            let sentence = "Another replay is still reading the audit.".to_owned();
            return Err(ApiProblem { sentence, ..ApiProblem::new(503, ours::OVER_CAPACITY) });
        };
        let days = question.days.unwrap_or(DAYS.0).clamp(1, DAYS.1);
        let most = usize::from(question.limit.unwrap_or(LISTED.0).min(LISTED.1));
        let since = self.clock.now().plus_seconds(-i64::from(days) * 86_400);
        let found = replay(&*self.store, &policy, Some(since), most).await.map_err(|_| store())?;
        let super::Replay { asked, skipped, changed, differing } = found;
        Ok(Replayed { asked, skipped, differing, changed })
    }
}

impl Policies for PolicyDesk {
    fn rules(&self) -> PolicyRules {
        let outcomes = self.ground.policy.rules().iter().map(|rule| rule.outcome().to_string());
        let rule = |(settings, outcome): (&Settings, String)| PolicyRule {
            rule: settings.name.clone(),
            outcome,
            sentence: settings.refuse.clone().or_else(|| settings.ask.clone()),
            when: conditions(settings),
        };
        PolicyRules {
            rules: self.written.iter().zip(outcomes).map(rule).collect(),
            text: text(&self.written),
        }
    }

    fn test(&self, question: PolicyQuestion) -> BoxFuture<'_, Result<Verdict, ApiProblem>> {
        Box::pin(self.tried(question))
    }

    fn replay(&self, question: ReplayQuestion) -> BoxFuture<'_, Result<Replayed, ApiProblem>> {
        Box::pin(self.replayed(question))
    }
}

fn conditions(settings: &Settings) -> Map<String, Value> {
    match serde_json::to_value(&settings.when) {
        Ok(Value::Object(members)) => members,
        Ok(_) | Err(_) => Map::new(),
    }
}

/// As a file writes them.
fn text(written: &[Settings]) -> String {
    #[derive(serde::Serialize)]
    struct File<'a> {
        policy: &'a [Settings],
    }
    if written.is_empty() {
        String::new()
    } else {
        toml::to_string_pretty(&File { policy: written }).unwrap_or_default()
    }
}

/// Readers quote the line that they stumbled over, and a line may be as long as the body.
fn refused(sentence: impl Into<String>) -> ApiProblem {
    let sentence = sentence.into().chars().take(LONGEST).collect();
    ApiProblem { sentence, ..ApiProblem::new(400, administrator::POLICY) }
}

fn store() -> ApiProblem {
    ApiProblem::new(503, ours::STORE)
}
