use super::record::{About, Refusals};
use super::{Endpoint, ok, text};
use crate::authority::Signer;
use crate::enroll::{Asked, Enrolled, Enroller, Enrolment, Peer};
use crate::explanation::{Explanation, Trouble};
use crate::fail_point::fail_point;
use crate::http::ScepHttpResponse;
use crate::keys::SystemRandom;
use crate::telemetry::Metrics;
use pki::certificate::Certificate;
use scep::FailInfo;
use scep::server::{
    Answer, CannotOpen, CertPoll, CertificateRequested, EnvelopeKey, Identified, Opened, PKI_MESSAGE,
    Received, Refused, ReplyTo, UnwrapFailed,
};
use std::sync::Arc;
use std::time::Duration;

/// One PKIOperation, from message to CertRep.
pub(super) struct Conversation<'a> {
    pub(super) endpoint: &'a Endpoint,
    pub(super) peer: &'a Peer,
    pub(super) metrics: &'a Metrics,
    pub(super) refusals: &'a Refusals,
}

impl Conversation<'_> {
    pub(super) async fn answer(&self, message: &[u8]) -> ScepHttpResponse {
        let (newest, older) = self.endpoint.ras();
        let ras: Vec<&Signer> = std::iter::once(&newest).chain(&older).map(Arc::as_ref).collect();
        let mut recipient = &*newest;
        let opened = self.open(message, &ras, &mut recipient).await;
        let (answer, reply_to) = match opened {
            Ok(opened) => match self.decide(opened).await {
                Ok(decided) => decided,
                Err(response) => return response,
            },
            Err(CannotOpen::Refused(refused)) => match self.refused(refused).await {
                Ok(told) => told,
                Err(response) => return response,
            },
            Err(CannotOpen::Random) => return self.troubled(&Trouble::Random),
        };
        fail_point!("before_respond");
        let signed = self.sign(&answer, &reply_to, recipient).await;
        fail_point!("after_respond");
        match signed {
            Ok(body) => ok(PKI_MESSAGE, body),
            Err(trouble) => self.troubled(&trouble),
        }
    }

    /// `to` becomes the RA that the message is sealed for: the device knows that one, and believes its signature.
    async fn open<'a>(
        &self,
        message: &[u8],
        ras: &[&'a Signer],
        to: &mut &'a Signer,
    ) -> Result<Opened, CannotOpen> {
        let received = Received::parse(message, &self.endpoint.rules.policy).map_err(CannotOpen::Refused)?;
        let certificates: Vec<&Certificate> = ras.iter().map(|ra| &ra.certificate).collect();
        match received.envelope_key(&certificates).map_err(CannotOpen::Refused)? {
            EnvelopeKey::NotNeeded { recipient } => {
                *to = ras.get(recipient).copied().unwrap_or(*to);
                received.unopened().map_err(CannotOpen::Refused)
            }
            EnvelopeKey::Password => {
                let known = self.endpoint.enroller.validator.revealed_challenges();
                received.open_with_challenges(&known).map_err(CannotOpen::Refused)
            }
            EnvelopeKey::Wrapped { recipient, transport, wrapped } => {
                *to = ras.get(recipient).copied().unwrap_or(*to);
                let unwrapped = to.key().unwrap(transport, &wrapped).await;
                // Whether it succeeded is known to `open` alone, which goes the same way in both cases (RFC 3218).
                received.open(unwrapped.map(|key| key.to_vec()).map_err(|_| UnwrapFailed), &mut SystemRandom)
            }
        }
    }

    async fn decide(&self, opened: Opened) -> Result<(Answer, ReplyTo), ScepHttpResponse> {
        Ok(match opened {
            Opened::CertificateRequested(asked) => (self.requested(&asked).await?, asked.reply_to),
            Opened::CertPoll(poll) => (self.poll(&poll).await?, poll.reply_to),
            Opened::GetCert(wanted) => (self.get_cert(&wanted).await, wanted.reply_to),
            Opened::GetCrl(wanted) => (self.get_crl(&wanted).await, wanted.reply_to),
        })
    }

    async fn requested(&self, asked: &CertificateRequested) -> Result<Answer, ScepHttpResponse> {
        let outcome = self.endpoint.enroller.enroll(Asked::from(asked), self.peer).await;
        let about = About { transaction: asked.transaction().as_str(), request: Some(&asked.request) };
        self.told(outcome, about, asked.signer.self_signed).await
    }

    /// The answer to an enrolment, which may have taken several messages.
    async fn told(
        &self,
        outcome: Result<Enrolment, crate::enroll::Refused>,
        about: About<'_>,
        self_signed: bool,
    ) -> Result<Answer, ScepHttpResponse> {
        match outcome {
            Ok(Enrolment::Issued(enrolled)) => {
                self.issued(&enrolled, about.transaction, self_signed);
                Ok(self.success(&enrolled.certificate))
            }
            // RFC 8894 §3.2.1.3: the client polls, or sends the same request again (scep.md Q41).
            Ok(Enrolment::Waits) => {
                let endpoint = &self.endpoint.enroller.endpoint;
                tracing::info!(
                    event = "request_waits",
                    scep_transaction = about.transaction,
                    endpoint,
                    "the request waits for an approval"
                );
                Ok(Answer::Pending)
            }
            // A failure in a CertRep is final for a device; an outage passes (M44).
            Err(explanation) if explanation.is_outage() => {
                self.failure(&explanation, about.transaction);
                Err(unavailable(&explanation))
            }
            Err(explanation) => Ok(self.refuse(&explanation, about).await),
        }
    }

    fn issued(&self, enrolled: &Enrolled, transaction: &str, self_signed: bool) {
        let (enroller, certificate) = (&self.endpoint.enroller, &enrolled.certificate);
        if enrolled.fresh {
            let kind = if self_signed { "enrolment" } else { "renewal" };
            self.metrics.certificate_issued(crate::authority::ISSUING, &enrolled.profile, kind);
        }
        tracing::info!(
            event = "certificate_issued",
            serial = %certificate.serial(), subject = %certificate.subject(),
            scep_transaction = %transaction, fresh = enrolled.fresh, endpoint = enroller.endpoint,
            "certificate issued"
        );
    }

    fn success(&self, certificate: &Certificate) -> Answer {
        let mut certificates = vec![certificate.der().to_vec()];
        if self.endpoint.rules.include_chain {
            certificates.extend(self.endpoint.enroller.authority.chain().map(|one| one.der().to_vec()));
        }
        Answer::Success { certificates }
    }

    /// RFC 8894 §4.4: a poll without a request that matches is rejected.
    async fn poll(&self, poll: &CertPoll) -> Result<Answer, ScepHttpResponse> {
        let transaction = poll.reply_to.transaction().as_str();
        let self_signed = poll.signer.issuer().matches(poll.signer.subject());
        match self.endpoint.enroller.poll(poll).await.transpose() {
            Some(outcome) => self.told(outcome, About::transaction(transaction), self_signed).await,
            None => Ok(no_such()),
        }
    }

    /// RFC 8894 §2.6: for a client's own certificate, not a directory.
    async fn get_cert(&self, wanted: &Identified) -> Answer {
        match self.owned(wanted).await {
            Ok(Some(certificate)) => self.success(&certificate),
            Ok(None) => no_such(),
            Err(trouble) => {
                self.failure(&Explanation::from(&trouble), wanted.reply_to.transaction().as_str())
            }
        }
    }

    /// RFC 8894 §4.6: the CRL that a certificate's holder asks for; CRLs are better fetched from their URL.
    async fn get_crl(&self, wanted: &Identified) -> Answer {
        let enroller = &self.endpoint.enroller;
        let crl = match self.owned(wanted).await {
            Ok(Some(_)) => {
                enroller.store.newest_crl(enroller.authority.issuing.id, None).await.map_err(Trouble::from)
            }
            Ok(None) => return no_such(),
            Err(trouble) => Err(trouble),
        };
        match crl {
            Ok(Some(crl)) => Answer::Crl(Arc::unwrap_or_clone(crl.der)),
            Ok(None) => no_such(),
            Err(trouble) => {
                self.failure(&Explanation::from(&trouble), wanted.reply_to.transaction().as_str())
            }
        }
    }

    /// The certificate that a question names, if its key signed the question.
    async fn owned(&self, wanted: &Identified) -> Result<Option<Certificate>, Trouble> {
        let issuer = self.endpoint.enroller.authority.issuing.certificate.subject();
        if !wanted.issuer.matches(issuer) {
            return Ok(None);
        }
        let found = self.endpoint.enroller.store.by_serial(wanted.serial.octets()).await?;
        let leaving = found.iter().filter(|one| self.endpoint.enroller.may_leave(one));
        let parsed = leaving.filter_map(|one| Certificate::parse(one.der()?).ok());
        Ok(parsed.into_iter().find(|one| one.key().spki() == wanted.signer.key().spki()))
    }

    /// What a refused message gets: a CertRep where it said where to send one, else HTTP 400.
    async fn refused(&self, refused: Refused) -> Result<(Answer, ReplyTo), ScepHttpResponse> {
        let explanation = Explanation::from(&refused.refusal);
        match refused.reply_to {
            Some(reply_to) => {
                let about = About::transaction(reply_to.transaction().as_str());
                let answer = self.refuse(&explanation, about).await;
                Ok((answer, *reply_to))
            }
            None => {
                self.refuse(&explanation, About::transaction("")).await;
                Err(text(400, &format!("{}\n", explanation.text())))
            }
        }
    }

    /// A refusal with its audit row. The row is durable before the device is told, unless the store has stopped: then
    /// the log alone has it.
    async fn refuse(&self, explanation: &Explanation, about: About<'_>) -> Answer {
        let Enroller { endpoint, store, clock, .. } = &self.endpoint.enroller;
        let now = clock.now();
        if let Some(event) = self.refusals.event(explanation, endpoint, about, self.peer, now)
            && let Err(error) = store.append_audit(event, now).await
        {
            tracing::error!(event = "refusal_not_recorded", %error, "a refusal has no audit row");
        }
        self.failure(explanation, about.transaction)
    }

    /// Logs and counts a failure, and makes the answer of it.
    fn failure(&self, explanation: &Explanation, transaction: &str) -> Answer {
        let endpoint = &self.endpoint.enroller.endpoint;
        self.metrics.scep_failure(endpoint, &explanation.code);
        let Explanation { code, operator, fix, page, .. } = explanation;
        let sides = explanation.compared.sides();
        tracing::warn!(
            event = "scep_refused",
            error_code = code, scep_transaction = transaction, endpoint, peer = %self.peer.address, fix = %fix, page,
            element = sides.map(|one| &*one.element), expected = sides.map(|one| &*one.expected),
            found = sides.map(|one| &*one.found),
            "{operator}"
        );
        let text = self.endpoint.rules.fail_info_text.then(|| explanation.text());
        Answer::Failure { fail_info: explanation.fail_info, text }
    }

    async fn sign(&self, answer: &Answer, reply_to: &ReplyTo, ra: &Signer) -> Result<Vec<u8>, Trouble> {
        let draft = answer.draft(reply_to, &ra.certificate, &mut SystemRandom)?;
        let signature = ra.key().sign(draft.algorithm(), draft.to_be_signed()).await?;
        Ok(draft.signed(&signature))
    }

    /// Ours: no CertRep can be made, so HTTP has to say it.
    fn troubled(&self, trouble: &Trouble) -> ScepHttpResponse {
        let explanation = Explanation::from(trouble);
        self.failure(&explanation, "");
        unavailable(&explanation)
    }
}

fn unavailable(explanation: &Explanation) -> ScepHttpResponse {
    let retry_after = Some(Duration::from_secs(30));
    ScepHttpResponse { retry_after, ..text(503, &format!("{}\n", explanation.text())) }
}

fn no_such() -> Answer {
    Answer::Failure { fail_info: FailInfo::BadCertId, text: None }
}
