//! Certificates that people and programs ask for in their own names: by a request of theirs, or by a form with a key that is made here.
//!
//! The way is the one of every device: [`Enroller::enroll`], with a validator that vouches for what the caller may ask for
//! ([`crate::validators::request`]), then directory, policy, `ca::decide`, lints and the two commits. What is asked is a row before it is
//! decided, so that a refusal has somebody's name on it.

mod answer;
mod bundle;
mod form;

pub use answer::RequestedCertificate;
pub use form::{CertificateForm, KeyPlace};

use crate::clock::Clock;
use crate::enroll::{Asked, Enroller, Enrolment, Peer, Sender, Transaction};
use crate::explanation::{Explanation, Trouble, asking, catalogue, ours};
use crate::http::{ApiProblem, BoxFuture, Caller, CertificateRequests, RequestsListed, RequestsPage};
use crate::people::RequestLimits;
use crate::stalled::Before;
use crate::store::{AskedRequest, AskedSearch, AuditEvent, NewAsked, State, Store, Verdict};
use crate::telemetry::Metrics;
use crate::tokens::Scope;
use crate::validators::{Asker, By, refusal};
use ca::profile::ProfileName;
use form::{Made, Wanted};
use pki::csr::CertificateRequest;
use serde_json::json;
use std::net::Ipv4Addr;
use std::sync::Arc;

/// Where callers ask.
pub struct RequestDesk {
    store: Arc<dyn Store>,
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    counters: Vec<Counter>,
    /// Keys being made.
    making: tokio::sync::Semaphore,
}

/// Who asks.
#[derive(Clone, Copy)]
pub struct Who<'a> {
    /// As the audit names them.
    pub name: &'a str,
    /// Whom it comes down to: a person's token is that person.
    pub identity: &'a str,
    /// What they are.
    pub by: By,
    /// What they alone are held to.
    pub limits: Option<&'a RequestLimits>,
}

impl Who<'_> {
    fn asker(&self, profile: ProfileName, waits: bool) -> Asker {
        Asker {
            name: self.name.to_owned(),
            identity: self.identity.to_owned(),
            by: self.by,
            profile,
            limits: self.limits.cloned(),
            waits,
        }
    }
}

/// An endpoint whose validator is `request`.
pub struct Counter {
    /// Who decides.
    pub enroller: Enroller,
    /// Whether keys are made here for those who have none.
    pub server_key: bool,
    /// Who may ask: the validator says so, and for the making of keys it is asked before.
    pub by: Vec<By>,
}

impl Counter {
    /// Whoever may not ask at all must not make the server work.
    fn makes_keys_for(&self, by: By) -> Result<(), ApiProblem> {
        if !self.by.contains(&by) {
            return Err(ApiProblem::new(403, refusal::MAY_NOT_ASK));
        }
        self.server_key.then_some(()).ok_or_else(|| ApiProblem::new(403, asking::NO_SERVER_KEY))
    }
}

/// A large RSA key takes a processor for a second.
const KEYS_AT_ONCE: usize = 1;

impl RequestDesk {
    /// A desk with these counters.
    #[must_use]
    pub fn new(
        counters: Vec<Counter>,
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        metrics: Arc<Metrics>,
    ) -> RequestDesk {
        RequestDesk { store, clock, metrics, counters, making: tokio::sync::Semaphore::new(KEYS_AT_ONCE) }
    }

    /// The certificate, or that the request waits.
    ///
    /// # Errors
    /// The refusal, which is on record.
    pub async fn ask(
        &self,
        form: &CertificateForm,
        who: Who<'_>,
    ) -> Result<RequestedCertificate, ApiProblem> {
        let profile = ProfileName::try_from(form.profile.clone()).map_err(|_| no_counter())?;
        let counter = self.counter(form.endpoint.as_deref(), &profile)?;
        let wanted = Wanted::read(form)?;
        let asker = who.asker(profile, !wanted.needs_key());
        if wanted.needs_key() {
            counter.makes_keys_for(who.by)?;
        }
        let made = self.made(wanted).await?;
        let id = form::draw_id()?;
        let asked = Asked {
            transaction: &id,
            request: &made.request,
            challenge: None,
            sender: Sender::Caller(&asker),
        };
        self.record(counter, asked, &asker, made.key.is_some()).await?;
        let peer =
            Peer { address: Ipv4Addr::UNSPECIFIED.into(), user_agent: None, before: Before::default() };
        let outcome = counter.enroller.enroll(asked, &peer).await;
        self.told(counter, asked, &asker, outcome, &made).await
    }

    async fn made(&self, wanted: Wanted) -> Result<Made, ApiProblem> {
        if !wanted.needs_key() {
            return wanted.make().await;
        }
        let _turn = self.making.acquire().await.map_err(|_| ApiProblem::new(503, ours::THREADS))?;
        wanted.make().await
    }

    fn counter(&self, endpoint: Option<&str>, profile: &ProfileName) -> Result<&Counter, ApiProblem> {
        let named = |counter: &&Counter| endpoint.is_none_or(|name| name == counter.enroller.endpoint);
        let mut meant = self.counters.iter().filter(named);
        meant.find(|one| one.enroller.slots.names().any(|name| name == profile)).ok_or_else(no_counter)
    }

    async fn record(
        &self,
        counter: &Counter,
        asked: Asked<'_>,
        asker: &Asker,
        server_key: bool,
    ) -> Result<(), ApiProblem> {
        let endpoint = counter.enroller.endpoint.clone();
        let transaction = Transaction::of(&endpoint, asked);
        let subject = asked.request.subject().to_string();
        let event = json!({
            "by": asker.name, "as": asker.by.as_str(), "endpoint": endpoint, "profile": asker.profile.as_str(),
            "transaction": transaction.id, "asked_for": subject, "server_key": server_key,
        });
        let new = NewAsked {
            id: transaction.id,
            transaction: transaction.hash,
            key: transaction.key,
            endpoint,
            profile: asker.profile.to_string(),
            asked_by: asker.name.clone(),
            identity: asker.identity.clone(),
            subject,
            server_key,
            event: AuditEvent::detail(event.to_string()),
            at: self.clock.now(),
        };
        self.store.put_asked(new).await.map_err(unrecorded)
    }

    async fn told(
        &self,
        counter: &Counter,
        asked: Asked<'_>,
        asker: &Asker,
        outcome: Result<Enrolment, crate::enroll::Refused>,
        made: &Made,
    ) -> Result<RequestedCertificate, ApiProblem> {
        match outcome {
            Ok(Enrolment::Issued(enrolled)) => {
                if enrolled.fresh {
                    self.metrics.certificate_issued(crate::authority::ISSUING, &enrolled.profile, "request");
                }
                let bundle =
                    made.key.as_ref().map(|key| bundle::of(key, &enrolled.certificate, &counter.enroller));
                let bundle = bundle.transpose()?;
                let row = self.row(asked.transaction).await?;
                Ok(self.answer(&row).await?.with_bundle(bundle))
            }
            Ok(Enrolment::Waits) => self.answer(&self.row(asked.transaction).await?).await,
            Err(explanation) => {
                Err(self.refused(&counter.enroller.endpoint, asked, asker, &explanation).await)
            }
        }
    }

    /// A refusal is told once it is on record; an outage is none, and leaves the request as it is.
    async fn refused(
        &self,
        endpoint: &str,
        asked: Asked<'_>,
        asker: &Asker,
        explanation: &Explanation,
    ) -> ApiProblem {
        let problem = problem(explanation, asker.by);
        if explanation.is_outage() {
            return problem;
        }
        self.metrics.scep_failure(endpoint, &explanation.code);
        let mut event = json!({
            "code": explanation.code, "why": explanation.operator, "asked_by": asker.name,
            "transaction": asked.transaction, "policy": explanation.policy,
        });
        if let Some(sides) = explanation.compared.sides() {
            event["difference"] = json!(sides);
        }
        let verdict = Verdict {
            code: explanation.code.clone(),
            sentence: explanation.public.to_string(),
            fix: explanation.fix.to_string(),
        };
        let (event, now) = (AuditEvent::detail(event.to_string()), self.clock.now());
        match self.store.refuse_asked(asked.transaction, verdict, event, now).await {
            Ok(()) => problem,
            Err(error) => unrecorded(error),
        }
    }

    /// A request as it stands. Whoever asked gets the certificate that was approved meanwhile.
    ///
    /// # Errors
    /// There is no such request for this caller, or it is refused now.
    pub async fn fetch(
        &self,
        id: &str,
        who: Who<'_>,
        sees_all: bool,
    ) -> Result<RequestedCertificate, ApiProblem> {
        let found = self.store.asked(id).await.map_err(unread)?;
        // Another's request and none look alike.
        let row = found.filter(|row| sees_all || row.identity == who.identity).ok_or_else(unknown)?;
        if row.identity == who.identity {
            self.resume(&row, who).await?;
        }
        self.answer(&row).await
    }

    async fn resume(&self, row: &AskedRequest, who: Who<'_>) -> Result<(), ApiProblem> {
        let held = self.store.held_of(row.transaction).await.map_err(unread)?;
        let Some(held) = held.filter(|held| held.certificate.is_none()) else { return Ok(()) };
        if held.standing(self.clock.now()) != crate::store::HeldState::Approved {
            return Ok(());
        }
        let profile = ProfileName::try_from(row.profile.clone()).map_err(|_| no_counter())?;
        let counter = self.counter(Some(&row.endpoint), &profile)?;
        let request = CertificateRequest::parse(&held.request.csr).map_err(|_| unreadable())?;
        let asker = who.asker(profile, true);
        let asked = Asked {
            transaction: &row.id,
            request: &request,
            challenge: None,
            sender: Sender::Caller(&asker),
        };
        match counter.enroller.enroll_held(asked).await {
            Ok(_) => Ok(()),
            Err(explanation) => Err(self.refused(&row.endpoint, asked, &asker, &explanation).await),
        }
    }

    async fn row(&self, id: &str) -> Result<AskedRequest, ApiProblem> {
        self.store.asked(id).await.map_err(unread)?.ok_or_else(unknown)
    }

    async fn answer(&self, row: &AskedRequest) -> Result<RequestedCertificate, ApiProblem> {
        let stored = self.store.by_transaction(row.key, row.transaction).await.map_err(unread)?;
        let held = self.store.held_of(row.transaction).await.map_err(unread)?;
        let enroller = self.counters.iter().map(|one| &one.enroller).find(|one| one.endpoint == row.endpoint);
        let leaves = stored.as_ref().is_some_and(|one| {
            one.revocation.is_none() && enroller.is_none_or(|enroller| enroller.may_leave(one))
        });
        let mut answer = RequestedCertificate::of(row, stored.as_ref(), held.as_ref(), self.clock.now());
        if let Some(State::Issued { der, .. }) = stored.as_ref().map(|one| &one.state).filter(|_| leaves) {
            let chain = enroller.map(|one| one.authority.chain().map(|one| one.der().to_vec()).to_vec());
            answer.with_certificates(der, chain.unwrap_or_default());
        }
        Ok(answer)
    }

    async fn list(&self, identity: Option<&str>, page: RequestsPage) -> Result<RequestsListed, ApiProblem> {
        let search = AskedSearch {
            identity: identity.map(str::to_owned),
            before: page.before,
            // One more tells whether there is a next page.
            limit: page.limit.saturating_add(1),
        };
        let mut rows = self.store.all_asked(search).await.map_err(unread)?;
        let more = rows.len() > page.limit as usize;
        rows.truncate(page.limit as usize);
        let next = rows.last().map(|row| row.number).filter(|_| more);
        let mut answers = Vec::with_capacity(rows.len());
        for row in &rows {
            answers.push(self.answer(row).await?.without_certificates());
        }
        Ok(RequestsListed { items: answers, next })
    }
}

impl CertificateRequests for RequestDesk {
    fn ask<'a>(
        &'a self,
        form: CertificateForm,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestedCertificate, ApiProblem>> {
        Box::pin(async move { self.ask(&form, who(caller, &caller.identity())?).await })
    }

    fn fetch<'a>(
        &'a self,
        id: &'a str,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestedCertificate, ApiProblem>> {
        Box::pin(async move { self.fetch(id, who(caller, &caller.identity())?, sees_all(caller)).await })
    }

    fn list<'a>(
        &'a self,
        page: RequestsPage,
        caller: &'a Caller,
    ) -> BoxFuture<'a, Result<RequestsListed, ApiProblem>> {
        Box::pin(async move {
            let identity = caller.identity();
            self.list(Some(identity.as_str()).filter(|_| !sees_all(caller)), page).await
        })
    }
}

/// A caller as one who asks. The roles that may never ask have no right to the routes either.
fn who<'a>(caller: &'a Caller, identity: &'a str) -> Result<Who<'a>, ApiProblem> {
    let by = caller.by().ok_or_else(|| ApiProblem::new(403, refusal::MAY_NOT_ASK))?;
    Ok(Who { name: caller.as_str(), identity, by, limits: caller.limits() })
}

/// Who may read enrolments sees everybody's requests.
fn sees_all(caller: &Caller) -> bool {
    caller.may(Scope::EnrolmentRead)
}

/// What the caller is told. Who may read the audit anyway is told the values, others the sentence for everybody: a refusal can name
/// another's key.
fn problem(explanation: &Explanation, by: By) -> ApiProblem {
    let status = match explanation.code.as_str() {
        _ if explanation.is_outage() => 503,
        "CHY-3008" | "CHY-3009" => 403,
        _ if explanation.ours => 500,
        _ => 422,
    };
    let told_values = matches!(by, By::Owner | By::Operator) || status == 403;
    let sentence = if told_values { explanation.operator.clone() } else { explanation.public.to_string() };
    let entry = catalogue().into_iter().find(|entry| entry.to_string() == explanation.code);
    // Every code is in the catalogue; a test holds that.
    let code = entry.unwrap_or(ours::STORE);
    ApiProblem { sentence, fix: explanation.fix.clone(), ..ApiProblem::new(status, code) }
}

fn no_counter() -> ApiProblem {
    ApiProblem::new(404, asking::NO_COUNTER)
}

fn unknown() -> ApiProblem {
    ApiProblem::new(404, asking::NO_REQUEST)
}

fn unreadable() -> ApiProblem {
    let explanation = Explanation::from(&Trouble::Unreadable);
    problem(&explanation, By::Requester)
}

fn unread(_: crate::store::StoreError) -> ApiProblem {
    ApiProblem::new(503, ours::STORE)
}

fn unrecorded(error: crate::store::StoreError) -> ApiProblem {
    tracing::error!(event = "request_not_recorded", %error, "a request by name could not be recorded");
    ApiProblem {
        sentence: "The request could not be recorded.".to_owned(),
        ..ApiProblem::new(503, ours::STORE)
    }
}
