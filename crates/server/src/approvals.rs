//! Deciding about requests that wait, in somebody's name. The command line and the administrative API both come here, so that
//! they follow the same rules and answer in the same words.
//!
//! A decision is final. The same one again changes nothing, and names nobody else in place of who decided.

use crate::clock::Clock;
use crate::explanation::{administrator, asking, ours};
use crate::http::{ApiProblem, Approvals, BoxFuture, Caller};
use crate::store::{Decided, Held, HeldDecision, HeldId, HeldSearch, HeldState, Store, StoreError};
use crate::validators::request::caller_hash;
use pki::Time;
use pki::certificate::Serial;
use pki::csr::CertificateRequest;
use serde::Serialize;
use serde_json::Value;
use std::sync::Arc;
use utoipa::ToSchema;

/// Requests told in one answer, at most: as many as may wait at two endpoints.
pub const TOLD: u32 = 1_000;

/// What came of a decision.
#[derive(Debug)]
pub enum Decision {
    /// It counts; whether that is new.
    Stands {
        /// The request as it is now.
        held: Box<Held>,
        /// Whether this decision made it so.
        changed: bool,
    },
    /// It has become something else before.
    Not(HeldState),
    /// Whoever decides asked for it.
    Own,
    /// There is no such request.
    Unknown,
}

/// Everything that whoever decides must see, for programs.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Approval {
    /// Its number.
    pub id: i64,
    /// `waiting`, `approved`, `denied` or `expired`.
    pub status: &'static str,
    /// Where the device asked.
    pub endpoint: String,
    /// Its SCEP transactionID.
    pub transaction: String,
    /// The subject that is asked for.
    pub subject: String,
    /// The alternative names that are asked for; `None` where they cannot be read.
    pub names: Option<Vec<String>>,
    /// SHA-256 of the PKCS #10 request, hexadecimal.
    pub request_sha256: String,
    /// The rule of the policy that holds it.
    pub rule: String,
    /// What that rule says.
    pub sentence: String,
    /// Who vouched for the request.
    pub vouched_by: String,
    /// When it came, RFC 3339.
    pub created: String,
    /// Until when it may be decided, RFC 3339.
    pub expires: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// When, RFC 3339.
    pub decided: Option<String>,
    /// The serial number of the certificate that came of it, hexadecimal.
    pub certificate: Option<String>,
    /// What the policy knew: names and values as its rules have them.
    pub facts: Value,
}

/// Those that wait.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovalList {
    /// Oldest first.
    pub approvals: Vec<Approval>,
}

/// A request that was decided.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct ApprovalDecided {
    /// As it is now.
    #[serde(flatten)]
    pub approval: Approval,
    /// Whether this decision made it so.
    pub changed: bool,
}

/// Those that wait now, oldest first; [`TOLD`] at most.
///
/// # Errors
/// The store's.
pub async fn waiting(store: &dyn Store, now: Time) -> Result<Vec<Held>, StoreError> {
    store.all_held(HeldSearch { waiting_at: Some(now), after: HeldId(0), limit: TOLD }).await
}

/// The held request of this number, as a text.
///
/// # Errors
/// The store's.
pub async fn find(store: &dyn Store, id: &str) -> Result<Option<Held>, StoreError> {
    match id.parse() {
        Ok(id) => store.held(HeldId(id)).await,
        Err(_) => Ok(None),
    }
}

/// Who decides.
#[derive(Clone, Copy, Debug)]
pub struct Decider<'a> {
    /// As the row and the audit name them.
    pub name: &'a str,
    /// Whom it comes down to: a person's token is that person.
    pub identity: &'a str,
}

impl<'a> From<&'a str> for Decider<'a> {
    fn from(name: &'a str) -> Self {
        Decider { name, identity: name }
    }
}

/// Approves or denies it in the name of `by`.
///
/// # Errors
/// The store's.
pub async fn decide(
    store: &dyn Store,
    id: &str,
    approved: bool,
    by: impl Into<Decider<'_>>,
    at: Time,
) -> Result<Decision, StoreError> {
    let Decider { name, identity } = by.into();
    let Some(held) = find(store, id).await? else { return Ok(Decision::Unknown) };
    // A request by name is held for its caller as one by SCEP is for its signer. Four eyes: to deny one's own is no harm.
    if approved && held.request.signer.0 == caller_hash(identity) {
        return Ok(Decision::Own);
    }
    let wanted = if approved { HeldState::Approved } else { HeldState::Denied };
    let decided = store.decide_held(HeldDecision { id: held.id, approved, by: name.to_owned(), at }).await?;
    let changed = match decided {
        Decided::Done => true,
        Decided::Not(state) if state == wanted => false,
        Decided::Not(state) => return Ok(Decision::Not(state)),
        Decided::Unknown => return Ok(Decision::Unknown),
    };
    let held = store.held(held.id).await?.unwrap_or(held);
    Ok(Decision::Stands { held: Box::new(held), changed })
}

/// Everything that whoever decides must see, for programs.
///
/// # Errors
/// The store's.
pub async fn told(store: &dyn Store, held: &Held, now: Time) -> Result<Approval, StoreError> {
    let asked = CertificateRequest::parse(&held.request.csr).ok();
    let names = asked.as_ref().and_then(|asked| asked.san().ok()).map(|san| san.0);
    let names: Option<Vec<String>> = names.map(|names| names.iter().map(ToString::to_string).collect());
    let certificate = match held.certificate {
        Some(id) => store.certificate(id).await?.map(|one| Serial::new(&one.serial).to_string()),
        None => None,
    };
    let request = &held.request;
    Ok(Approval {
        id: held.id.0,
        status: held.standing(now).as_str(),
        endpoint: request.endpoint.clone(),
        transaction: request.transaction_id.clone(),
        subject: request.subject.clone(),
        names,
        request_sha256: request.csr_hash.iter().map(|octet| format!("{octet:02x}")).collect(),
        rule: request.rule.clone(),
        sentence: request.sentence.clone(),
        vouched_by: request.by.clone(),
        created: request.created_at.to_string(),
        expires: request.expires_at.to_string(),
        decided_by: held.decided_by.clone(),
        decided: held.decided_at.map(|at| at.to_string()),
        certificate,
        facts: serde_json::from_str(&request.facts).unwrap_or_default(),
    })
}

/// What the API's routes ask.
pub struct Approver {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
}

impl Approver {
    /// Over this store.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Arc<dyn Clock>) -> Approver {
        Approver { store, clock }
    }

    async fn list(&self) -> Result<ApprovalList, StoreError> {
        let now = self.clock.now();
        let mut rows = Vec::new();
        for held in waiting(&*self.store, now).await? {
            rows.push(told(&*self.store, &held, now).await?);
        }
        Ok(ApprovalList { approvals: rows })
    }

    async fn one(&self, id: &str) -> Result<Approval, ApiProblem> {
        let found = find(&*self.store, id).await.map_err(unread)?;
        let held = found.ok_or_else(|| ApiProblem::new(404, administrator::NO_HELD))?;
        told(&*self.store, &held, self.clock.now()).await.map_err(unread)
    }

    async fn decided(
        &self,
        id: &str,
        approved: bool,
        caller: &Caller,
    ) -> Result<ApprovalDecided, ApiProblem> {
        let now = self.clock.now();
        let identity = caller.identity();
        let by = Decider { name: caller.as_str(), identity: &identity };
        match decide(&*self.store, id, approved, by, now).await.map_err(unread)? {
            Decision::Stands { held, changed } => {
                let approval = told(&*self.store, &held, now).await.map_err(unread)?;
                Ok(ApprovalDecided { approval, changed })
            }
            Decision::Not(state) => {
                let sentence = format!("The request does not wait any more: it is {}.", state.as_str());
                Err(ApiProblem { sentence, ..ApiProblem::new(409, administrator::DECIDED) })
            }
            Decision::Own => Err(ApiProblem::new(403, asking::OWN_REQUEST)),
            Decision::Unknown => Err(ApiProblem::new(404, administrator::NO_HELD)),
        }
    }
}

impl Approvals for Approver {
    fn waiting(&self) -> BoxFuture<'_, Result<ApprovalList, ApiProblem>> {
        Box::pin(async move { self.list().await.map_err(unread) })
    }

    fn held<'a>(&'a self, id: &'a str) -> BoxFuture<'a, Result<Approval, ApiProblem>> {
        Box::pin(self.one(id))
    }

    fn decide<'a>(
        &'a self,
        id: &'a str,
        approved: bool,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<ApprovalDecided, ApiProblem>> {
        Box::pin(self.decided(id, approved, caller))
    }
}

fn unread(_: StoreError) -> ApiProblem {
    ApiProblem::new(503, ours::STORE)
}
