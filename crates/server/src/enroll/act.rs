use super::case::Case;
use super::{Enrolled, Enroller, Refused, Transaction, Work};
use crate::authority::SigningFault;
use crate::directory::binding;
use crate::explanation::Trouble;
use crate::fail_point::fail_point;
use crate::keys::SystemRandom;
use crate::store::{
    Abandonment, AuditEvent, Binding, CertificateId, Completion, Quota, Reservation, Reserved,
};
use crate::validators::{Refusal, Validator};
use ca::decide::Order;
use ca::issue::{Issued, Node, Ticket, prepare, serial};
use ca::rejection::{KeyFault, PolicyFault, Rejection, Shown, SubjectFault};
use pki::Time;
use serde_json::json;

/// A serial is 128 random bits: a second collision says that the dice are loaded.
const SERIAL_ATTEMPTS: u32 = 3;

impl Enroller {
    /// The dangerous act, in order: serial, draft, lint, first commit, signature, second commit, notification.
    pub(super) async fn act(&self, work: Work<'_>) -> Result<Enrolled, Refused> {
        let Work { order, considered, case, .. } = work;
        let Case { asked, transaction, deadline, .. } = case;
        for _ in 0..SERIAL_ATTEMPTS {
            // 1. A serial number, unpredictable.
            let number =
                serial::draw(Node::FIRST, self.clock.now(), &mut SystemRandom).map_err(Trouble::from)?;
            // 2. The exact bytes to be signed. 3. The lints, on those bytes.
            let issuer = &self.authority.issuing.certificate;
            let ticket = prepare(order, &considered.profile, issuer, number).map_err(Trouble::from)?;
            // 4. The first commit: all of it durable, or nothing.
            let reservation = self.reservation(work, &ticket);
            fail_point!("before_reserve");
            let id = match self.store.reserve(reservation).await? {
                Reserved::New(id) => id,
                Reserved::SerialTaken => continue,
                Reserved::Already(stored) => return self.again(&stored, *asked, *deadline).await,
                Reserved::ChallengeSpent { .. } | Reserved::ChallengeHeld => {
                    return Err(Refusal::challenge_spent().into());
                }
                Reserved::NotApproved => return Err(not_approved().into()),
                Reserved::KeyHeldByOther { subject, .. } => {
                    return Err(repeated(transaction, &subject).into());
                }
                Reserved::QuotaReached { issued } => return Err(self.too_many(order, issued).into()),
                Reserved::KeyCompromised { .. } => return Err(compromised(transaction).into()),
            };
            fail_point!("after_reserve");
            // 5. The signature, verified. 6. The second commit.
            let issued = self.sign(id, ticket).await?;
            fail_point!("after_sign");
            let certificate = issued.into_certificate();
            self.complete(id, certificate.der()).await?;
            fail_point!("after_complete");
            // 7. The MDM takes note, or the certificate stays here.
            let state =
                self.validator.expects_notification().then_some(crate::store::NotificationState::Pending);
            self.notify(id, &certificate, *asked, state, *deadline).await?;
            fail_point!("after_notify");
            let profile = order.profile().to_string();
            return Ok(Enrolled { certificate, fresh: true, profile });
        }
        Err(Trouble::Serials(SERIAL_ATTEMPTS).into())
    }

    fn reservation(&self, work: Work<'_>, ticket: &Ticket) -> Reservation {
        let Work { order, gathered, considered, case: Case { asked, transaction, held, before, .. } } = work;
        let at = self.clock.now();
        let notices: Vec<String> = order.notices().iter().map(ToString::to_string).collect();
        let mut event = json!({
            "by": gathered.by(), "notices": notices, "transaction": transaction.id, "policy": considered.note,
        });
        if let Some(asker) = asked.caller() {
            event["asked_by"] = json!(asker.name);
        }
        if let Some(held) = held {
            (event["held"], event["approved_by"]) = (held.id.0.into(), json!(held.decided_by));
        }
        if let Some(before) = before.detail() {
            event["before"] = before;
        }
        // A static challenge stays good, and it stands in the request.
        let keep = !matches!(*self.validator, Validator::Static(_));
        Reservation {
            issuer: self.authority.issuing.id,
            serial: ticket.serial().octets().to_vec(),
            tbs: ticket.to_be_recorded().to_vec(),
            profile: order.profile().as_str().to_owned(),
            profile_version: order.version(),
            endpoint: self.endpoint.clone(),
            transaction_id: transaction.id.clone(),
            transaction: transaction.hash,
            csr_hash: transaction.csr,
            csr: keep.then(|| asked.request.der().to_vec()),
            key: transaction.key,
            subject: order.subject().to_string(),
            not_before: order.not_before(),
            not_after: order.not_after(),
            at,
            supersedes: gathered.supersedes(),
            claims: gathered.claims(),
            held: held.map(|held| held.id),
            one_subject_per_key: true,
            quota: self.quota(order, at),
            bindings: self.bindings(order),
            notification: self
                .validator
                .expects_notification()
                .then(|| super::notify::planned(at, self.on_notify_failure)),
            event: AuditEvent::detail(event.to_string()),
        }
    }

    /// Whom the certificate names, for its status to follow.
    fn bindings(&self, order: &Order) -> Vec<Binding> {
        let each = self.directory.iter();
        each.flat_map(|one| binding::bindings(&one.source, one.names, order.subject(), order.san())).collect()
    }

    fn quota(&self, order: &Order, at: Time) -> Option<Quota> {
        let most = self.max_per_subject_per_day?;
        Some(Quota { of: counted(order), most, since: at.plus_days(-1), until: at.plus_days(1) })
    }

    fn too_many(&self, order: &Order, issued: u32) -> Rejection {
        let subject = Shown::new(&counted(order));
        SubjectFault::Quota { subject, issued, most: self.max_per_subject_per_day.unwrap_or(0) }.into()
    }

    async fn sign(&self, id: CertificateId, ticket: Ticket) -> Result<Issued, Refused> {
        let fault = match self.authority.issuing.issue(ticket).await {
            Ok(issued) => return Ok(issued),
            Err(fault) => fault,
        };
        // Nothing left the key: the challenge may be used again. What left it and is wrong stays on record.
        let release_claims = matches!(fault, SigningFault::Key(_));
        let reason = fault.to_string();
        let at = self.clock.now();
        self.store.abandon(Abandonment { id, reason, at, release_claims }).await?;
        Err(Trouble::from(fault).into())
    }

    async fn complete(&self, id: CertificateId, der: &[u8]) -> Result<(), Refused> {
        let event = AuditEvent::detail(json!({ "endpoint": self.endpoint }).to_string());
        let completion = Completion { id, der: der.to_vec(), at: self.clock.now(), event };
        #[cfg(feature = "fail-points")]
        if crate::fail_point::planted("answer_first") {
            return self.complete_later(completion);
        }
        Ok(self.store.complete(completion).await?)
    }

    /// The planted fault: the device is answered, and the second commit comes when it comes.
    #[cfg(feature = "fail-points")]
    fn complete_later(&self, completion: Completion) -> Result<(), Refused> {
        let store = std::sync::Arc::clone(&self.store);
        tokio::spawn(async move {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            store.complete(completion).await
        });
        Ok(())
    }
}

/// Under whom a certificate counts. Devices without a subject differ in their alternative names alone.
fn counted(order: &Order) -> String {
    if !order.subject().is_empty() {
        return order.subject().to_string();
    }
    let mut names: Vec<String> = order.san().0.iter().map(ToString::to_string).collect();
    names.sort();
    names.join(", ")
}

/// What was held has been decided otherwise since, or is not waited for any more.
fn not_approved() -> Rejection {
    let shown = Shown::new;
    PolicyFault::NotCovered {
        request: shown("of this transaction"),
        approved: shown("this request, by an approval that holds"),
        found: shown("no such approval"),
    }
    .into()
}

fn repeated(transaction: &Transaction, subject: &str) -> Rejection {
    KeyFault::Repeated { holder: Shown::new(subject), fingerprint: fingerprint(transaction) }.into()
}

/// Threat 39: a key that was once revoked for compromise is in somebody else's hands for good.
fn compromised(transaction: &Transaction) -> Rejection {
    KeyFault::Blocked { fingerprint: fingerprint(transaction) }.into()
}

fn fingerprint(transaction: &Transaction) -> Shown {
    let hex: String = transaction.key.0.iter().map(|octet| format!("{octet:02x}")).collect();
    Shown::new(&hex)
}
