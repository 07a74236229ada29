//! Requests that a rule holds until somebody approves them: four eyes for what is sensitive.
//!
//! The validator is asked at the first message, so that nobody without a challenge can fill the table; its verdict is kept with the
//! octets that it was given for, and the challenge holds this request from then on. After the approval everything else is asked
//! again, as of now: who renews, what the directory says, the policy, and [`ca::decide()`] by the profile in force.

use super::case::Case;
use super::consider::Question;
use super::gather::Gathered;
use super::{Asked, Enrolled, Enroller, Enrolment, Refused, Transaction};
use crate::explanation::Trouble;
use crate::store::{AuditEvent, CertificateId, Held, HeldRequest, HeldState, Holding, KeyHash, NewHeld};
use crate::validators::Refusal;
use ca::decide::{self, SidVouching};
use ca::policy::{Device, Facts, User};
use ca::rejection::{PolicyFault, Rejection, Shown};
use pki::certificate::Certificate;
use pki::csr::CertificateRequest;
use scep::MessageType;
use scep::server::{CertPoll, CertificateRequested, Signer};
use serde_json::json;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::time::Instant;

/// Requests that may wait at one endpoint. Somebody reads each of them: more are an attack, or a rule that asks too often.
const MOST: u32 = 500;

/// That an endpoint waits for approvals.
#[derive(Clone, Copy, Debug)]
pub struct Waiting {
    /// How long a request can be approved and fetched.
    pub lasts: Duration,
}

impl Enroller {
    /// What was held of this transaction. Where nobody waits any more, nothing is issued by an approval either.
    pub(super) async fn held(&self, transaction: &Transaction) -> Result<Option<Held>, Refused> {
        if self.waiting.is_none() {
            return Ok(None);
        }
        Ok(self.store.held_of(transaction.hash).await?)
    }

    /// Holds the request; the same one may have been held a moment ago.
    pub(super) async fn hold(
        &self,
        case: &Case<'_>,
        gathered: &Gathered,
        question: Question,
        subject: String,
    ) -> Result<Enrolment, Refused> {
        let Some(waiting) = self.waiting else { return Err(Trouble::Unfinished.into()) };
        let Case { asked, transaction, now, before, .. } = case;
        let (by, claim) = (gathered.by().to_owned(), gathered.claims().first().copied());
        let mut event = json!({
            "by": by, "endpoint": self.endpoint, "transaction": transaction.id, "asked_for": subject,
            "policy": question.note, "asked_by": asked.caller().map(|asker| &asker.name),
        });
        if let Some(before) = before.detail() {
            event["before"] = before;
        }
        let request = HeldRequest {
            endpoint: self.endpoint.clone(),
            transaction_id: transaction.id.clone(),
            transaction: transaction.hash,
            signer: KeyHash(asked.sender_hash()),
            key: transaction.key,
            csr_hash: transaction.csr,
            csr: asked.request.der().to_vec(),
            subject,
            rule: question.rule,
            sentence: question.sentence,
            by,
            sid_vouched: gathered.vouches_for_sid(),
            claim,
            facts: question.facts,
            created_at: *now,
            expires_at: now.plus_seconds(i64::try_from(waiting.lasts.as_secs()).unwrap_or(0)),
        };
        let event = AuditEvent::detail(event.to_string());
        let holding = self.store.hold(NewHeld { request, most: MOST, event }).await?;
        match holding {
            Holding::New(_) => Ok(Enrolment::Waits),
            Holding::Already(held) => self.standing(&held, case.now).map(|_| Enrolment::Waits),
            Holding::ChallengeSpent => Err(Refusal::challenge_spent().into()),
            Holding::AnotherWaits(other) => {
                Err(refused(PolicyFault::AnotherWaits { request: number(other.0) }))
            }
            Holding::Full { waiting } => Err(refused(PolicyFault::TooManyWait { waiting, most: MOST })),
        }
    }

    /// Goes on with what was held: it still waits, is over, or is approved and decided anew.
    pub(super) async fn resume(
        &self,
        held: &Held,
        asked: Asked<'_>,
        transaction: Transaction,
        deadline: Instant,
    ) -> Result<Enrolment, Refused> {
        if self.standing(held, self.clock.now())? == HeldState::Waiting {
            return Ok(Enrolment::Waits);
        }
        // The transaction's hash has the request's in it; what is issued from must be what was held (threat 14).
        if held.request.csr_hash != transaction.csr || held.request.csr != asked.request.der() {
            return Err(not_covered(held, "the request that was held", "another request"));
        }
        let case = Case { held: Some(held), ..self.case(asked, transaction, deadline)? };
        let gathered = self.vouched_before(&case, held).await?;
        self.proceed(&case, &gathered).await
    }

    /// Waiting or approved.
    fn standing(&self, held: &Held, now: pki::Time) -> Result<HeldState, Refused> {
        let request = number(held.id.0);
        match held.standing(now) {
            HeldState::Denied => {
                let by = Shown::new(held.decided_by.as_deref().unwrap_or_default());
                Err(refused(PolicyFault::Denied { request, by }))
            }
            HeldState::Expired => {
                let until = Shown::new(&held.request.expires_at.to_string());
                Err(refused(PolicyFault::Lapsed { request, until }))
            }
            other => Ok(other),
        }
    }

    /// The verdict that was given when the request was held. A renewal needs none: its certificate is looked at again.
    async fn vouched_before(&self, case: &Case<'_>, held: &Held) -> Result<Gathered, Refused> {
        if held.request.by == "renewal" {
            let renewal = self.renewal_of(case.asked).await?;
            return renewal
                .ok_or_else(|| not_covered(held, "a renewal", "no certificate that renews itself here"));
        }
        // Whoever was allowed to ask then may not be now; that costs nothing to look up.
        if case.asked.caller().is_some() {
            return self.judge(case, Ipv4Addr::UNSPECIFIED.into()).await;
        }
        let by = self.validator.word();
        if by != held.request.by {
            return Err(not_covered(held, &format!("the validator {}", held.request.by), by));
        }
        let verdict = decide::Verdict {
            profile: case.profile.name.clone(),
            subject: None,
            san: None,
            sid: if held.request.sid_vouched { SidVouching::AsRequested } else { SidVouching::No },
        };
        Ok(Gathered::Vouched { by, verdict, claim: held.request.claim })
    }

    /// What a poll is answered (RFC 8894 §4.4); `None` if this signer has no such transaction.
    ///
    /// # Errors
    /// The explanation.
    pub async fn poll(&self, poll: &CertPoll) -> Result<Option<Enrolment>, Refused> {
        let transaction_id = poll.reply_to.transaction().as_str();
        let issued = self.issued_to(transaction_id, &poll.signer).await?;
        if let Some(held) =
            self.held_for(transaction_id, &poll.signer, issued.as_ref().map(|one| one.0)).await?
        {
            let asked = as_asked(&held, poll)?;
            return self.enroll_held(Asked::from(&asked)).await.map(Some);
        }
        let enrolled = |(_, certificate, profile)| Enrolled { certificate, fresh: false, profile };
        Ok(issued.map(enrolled).map(Enrolment::issued))
    }

    /// What is held for this signer, unless it has got a later certificate in the same transaction.
    async fn held_for(
        &self,
        transaction_id: &str,
        signer: &Certificate,
        issued: Option<CertificateId>,
    ) -> Result<Option<Held>, Refused> {
        if self.waiting.is_none() {
            return Ok(None);
        }
        let key = KeyHash(signer.key().fingerprint());
        let held = self.store.held_by(&self.endpoint, transaction_id, key).await?;
        let Some(held) = held else { return Ok(None) };
        let Some(issued) = issued.filter(|issued| held.certificate != Some(*issued)) else {
            return Ok(Some(held));
        };
        let later = self.store.certificate(issued).await?;
        Ok(Some(held).filter(|held| later.is_none_or(|later| later.reserved_at < held.request.created_at)))
    }
}

/// The request as it was held, asked for by who polls. Its possession is proved by its own signature once more.
fn as_asked(held: &Held, poll: &CertPoll) -> Result<CertificateRequested, Refused> {
    let request = CertificateRequest::parse(&held.request.csr).map_err(|_| Trouble::Unreadable)?;
    request.verify_possession().map_err(|_| Trouble::Unreadable)?;
    let certificate = poll.signer.clone();
    let signer = Signer {
        self_signed: certificate.issuer().matches(certificate.subject()),
        holds_requested_key: certificate.key().spki() == request.key().spki(),
        certificate,
    };
    let (kind, reply_to) = (MessageType::PkcsReq, poll.reply_to.clone());
    Ok(CertificateRequested { kind, request, challenge: None, signer, reply_to })
}

/// What the directory said when the request was held must still hold: who has left meanwhile gets nothing, also where no rule
/// asks for it.
pub(super) fn still_there(held: &Held, now: &Facts) -> Result<(), Refused> {
    let Ok(then) = serde_json::from_str::<Facts>(&held.request.facts) else {
        return Err(Trouble::Unreadable.into());
    };
    let pairs = device(&then.device).into_iter().zip(device(&now.device));
    let pairs = pairs.chain(user(&then.user).into_iter().zip(user(&now.user)));
    for ((fact, was), (_, is)) in pairs {
        if was == Some(true) && is != Some(true) {
            return Err(not_covered(held, &format!("{fact} = true"), &format!("{fact} is not true")));
        }
    }
    Ok(())
}

const fn device(one: &Device) -> [(&'static str, Option<bool>); 5] {
    [
        ("device_known", one.known),
        ("device_managed", one.managed),
        ("device_registered", one.registered),
        ("device_enabled", one.enabled),
        ("device_compliant", one.compliant),
    ]
}

const fn user(one: &User) -> [(&'static str, Option<bool>); 2] {
    [("user_known", one.known), ("user_enabled", one.enabled)]
}

pub(super) fn not_covered(held: &Held, approved: &str, found: &str) -> Refused {
    let (approved, found) = (Shown::new(approved), Shown::new(found));
    refused(PolicyFault::NotCovered { request: number(held.id.0), approved, found })
}

fn number(id: i64) -> Shown {
    Shown::new(&id.to_string())
}

fn refused(fault: PolicyFault) -> Refused {
    Rejection::from(fault).into()
}
