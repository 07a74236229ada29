use super::{Asked, Enroller, Refused};
use crate::fail_point::fail_point;
use crate::standing::Rule;
use crate::store::{
    Attempt, AuditEvent, CertificateId, NewNotification, NewRevocation, NotificationState, Store, StoreError,
    Stored,
};
use crate::validators::{IssuedFacts, Refusal, Retry, Validator};
use pki::Time;
use pki::certificate::Certificate;
use tokio::time::Instant;

/// Seconds until the outbox tries again.
const ATTEMPT_EVERY: i64 = 60;
/// Seconds after which an unnoted certificate is given up; Intune's challenges live as long (contract §10).
const DEADLINE: i64 = 3600;

/// What becomes of a certificate of which the MDM has not taken note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnNotifyFailure {
    /// It is not handed out before the MDM has; if it never does, the certificate is revoked.
    Withhold,
    /// It is handed out at once, and the outbox goes on telling the MDM.
    Deliver,
}

/// The outbox row of the first commit. Where the certificate waits for the MDM, this request tells it and the outbox
/// keeps back; where it does not, the outbox tells.
pub(super) fn planned(at: Time, mode: OnNotifyFailure) -> NewNotification {
    let wait = match mode {
        OnNotifyFailure::Withhold => ATTEMPT_EVERY,
        OnNotifyFailure::Deliver => 0,
    };
    NewNotification {
        kind: "intune.success".into(),
        payload: "{}".into(),
        next_attempt_at: at.plus_seconds(wait),
        deadline_at: at.plus_seconds(DEADLINE),
    }
}

/// Whether a stored certificate may be handed out as it is.
pub(super) fn is_deliverable(enroller: &Enroller, stored: &Stored) -> bool {
    match stored.notification {
        None | Some(NotificationState::Accepted) => true,
        Some(NotificationState::Pending) => enroller.on_notify_failure == OnNotifyFailure::Deliver,
        Some(NotificationState::Dead) => false,
    }
}

impl Enroller {
    /// Tells the MDM, if it does not know yet; `Ok` means that the certificate may leave.
    pub(super) async fn notify(
        &self,
        id: CertificateId,
        certificate: &Certificate,
        asked: Asked<'_>,
        state: Option<NotificationState>,
        deadline: Instant,
    ) -> Result<(), Refused> {
        match state {
            None | Some(NotificationState::Accepted) => return Ok(()),
            Some(NotificationState::Dead) => return Err(crate::explanation::Trouble::Withdrawn.into()),
            // The device does not wait for what it does not depend on.
            Some(NotificationState::Pending) if self.on_notify_failure == OnNotifyFailure::Deliver => {
                return Ok(());
            }
            Some(NotificationState::Pending) => {}
        }
        let (transaction_id, csr) = (asked.transaction, asked.request.der());
        let issuer = self.authority.issuing.certificate.subject().common_name().unwrap_or_default();
        let facts = facts(certificate, transaction_id, csr, &issuer, deadline);
        let told = notified(&*self.store, &self.validator, id, certificate, &facts, self.clock.now()).await?;
        told?;
        self.metrics.certificate_notified(&self.endpoint);
        Ok(())
    }
}

/// What the MDM is told of a certificate.
pub(crate) fn facts<'a>(
    certificate: &'a Certificate,
    transaction_id: &'a str,
    csr: &'a [u8],
    issuer: &'a str,
    deadline: Instant,
) -> IssuedFacts<'a> {
    IssuedFacts {
        transaction_id,
        csr,
        thumbprint: certificate.sha1(),
        serial: certificate.serial().octets(),
        not_after: certificate.not_after(),
        issuer,
        deadline,
    }
}

/// Tells the MDM once and records what came of it. An MDM that refuses for good has the certificate revoked: it must
/// not be in the world without being in the MDM's books.
///
/// # Errors
/// The store's.
pub(crate) async fn notified(
    store: &dyn Store,
    validator: &Validator,
    id: CertificateId,
    certificate: &Certificate,
    facts: &IssuedFacts<'_>,
    now: Time,
) -> Result<Result<(), Refusal>, StoreError> {
    let Some(row) = store.notification_of(id).await? else { return Ok(Ok(())) };
    fail_point!("before_tell");
    let outcome = validator.issued(facts).await;
    fail_point!("after_tell");
    match &outcome {
        Ok(()) => store.settle(row.id, Attempt::Accepted).await?,
        Err(refusal) if is_final(refusal) || now >= row.deadline_at => {
            store.settle(row.id, Attempt::Dead { error: refusal.operator.clone() }).await?;
            withdraw(store, id, certificate, refusal, now).await?;
        }
        Err(refusal) => {
            let at = now.plus_seconds(ATTEMPT_EVERY);
            store.settle(row.id, Attempt::Retry { at, error: refusal.operator.clone() }).await?;
        }
    }
    Ok(outcome)
}

fn is_final(refusal: &Refusal) -> bool {
    matches!(refusal.retry, Retry::Never | Retry::NewChallenge)
}

async fn withdraw(
    store: &dyn Store,
    id: CertificateId,
    certificate: &Certificate,
    refusal: &Refusal,
    now: Time,
) -> Result<(), StoreError> {
    let Some(stored) = store.certificate(id).await? else { return Ok(()) };
    let detail = serde_json::json!({ "by": "notification", "code": refusal.code.to_string() });
    store
        .revoke(NewRevocation {
            issuer: stored.issuer,
            serial: certificate.serial().octets().to_vec(),
            reason: Rule::Withheld.reason().code(),
            at: now,
            rule: Rule::Withheld,
            event: AuditEvent::detail(detail.to_string()),
        })
        .await?;
    Ok(())
}
