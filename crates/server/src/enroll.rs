//! One enrolment: gather, decide, act.
//!
//! Every way in joins here. *Gather*: has this transaction got its certificate already, and who vouches for the
//! request. *Decide*: [`ca::decide()`], purely. *Act*: draft, lint, first commit, signature, second commit,
//! notification. Nothing is answered before the second commit, and under `on_notify_failure = "withhold"` not before
//! the MDM has taken note.

mod account;
mod act;
mod gather;
mod in_flight;
mod notify;
mod transaction;

pub use in_flight::InFlight;
pub use notify::OnNotifyFailure;
pub(crate) use notify::{facts, notified};
pub use transaction::{Peer, Transaction};

use crate::authority::Authority;
use crate::clock::Clock;
use crate::directory::binding::DeviceNames;
use crate::explanation::{Explanation, Trouble};
use crate::store::{State, Store, Stored};
use crate::validators::{ENROLMENT_BUDGET, Validator};
use ca::profile::CertificateProfile;
use pki::certificate::Certificate;
use scep::server::CertificateRequested;
use std::sync::Arc;
use tokio::time::Instant;

/// What decides enrolments at one endpoint.
pub struct Enroller {
    /// The endpoint's name.
    pub endpoint: String,
    /// Who vouches for requests.
    pub validator: Arc<Validator>,
    /// By which certificates are made.
    pub profile: CertificateProfile,
    /// How many certificates one subject gets within 24 hours; `None` is no limit.
    pub max_per_subject_per_day: Option<u32>,
    /// What becomes of a certificate of which the MDM has not taken note.
    pub on_notify_failure: OnNotifyFailure,
    /// Where everything is recorded.
    pub store: Arc<dyn Store>,
    /// Who signs.
    pub authority: Arc<Authority>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// The directory that its certificates follow.
    pub directory: Option<Follows>,
    /// Transactions that are being worked on.
    pub in_flight: InFlight,
}

/// The directory that an endpoint's certificates follow.
#[derive(Clone, Debug)]
pub struct Follows {
    /// Its name.
    pub source: String,
    /// What its devices are called in certificates.
    pub names: DeviceNames,
    /// Whether certificates bear the account's SID as Microsoft's extension.
    pub sid_extension: bool,
}

/// A certificate that may be handed out.
#[derive(Debug)]
pub struct Enrolled {
    /// The certificate.
    pub certificate: Certificate,
    /// Whether this very request made it, or an earlier one of the same transaction.
    pub fresh: bool,
}

/// Why there is none. Boxed, because it is rarer and larger than a certificate.
pub type Refused = Box<Explanation>;

impl From<Trouble> for Refused {
    fn from(trouble: Trouble) -> Self {
        Box::new(Explanation::from(&trouble))
    }
}

impl From<ca::rejection::Rejection> for Refused {
    fn from(rejection: ca::rejection::Rejection) -> Self {
        Box::new(Explanation::from(&rejection))
    }
}

impl From<crate::validators::Refusal> for Refused {
    fn from(refusal: crate::validators::Refusal) -> Self {
        Box::new(Explanation::from(&refusal))
    }
}

impl From<crate::store::StoreError> for Refused {
    fn from(error: crate::store::StoreError) -> Self {
        Trouble::from(error).into()
    }
}

impl Enroller {
    /// Enrols, or says why not. A retransmission gets the certificate that the transaction has.
    ///
    /// # Errors
    /// The explanation.
    pub async fn enroll(&self, asked: &CertificateRequested, peer: &Peer) -> Result<Enrolled, Refused> {
        let transaction = Transaction::of(&self.endpoint, asked);
        let deadline = Instant::now() + ENROLMENT_BUDGET;
        // A device that tires of waiting sends the same again (scep.md Q27); the second waits for the first.
        let _turn = self.in_flight.enter(transaction.hash).await;
        if let Some(stored) = self.store.by_transaction(transaction.key, transaction.hash).await? {
            return self.again(&stored, asked, deadline).await;
        }
        let now = self.clock.now();
        let gathered = self.gather(asked, &transaction, peer, now, deadline).await?;
        let sid = self.sid(asked).await?;
        let order = self.decide(asked, &gathered, sid.as_ref(), now)?;
        self.act(&order, &gathered, asked, &transaction, deadline).await
    }

    /// What a transaction that was here before gets.
    async fn again(
        &self,
        stored: &Stored,
        asked: &CertificateRequested,
        deadline: Instant,
    ) -> Result<Enrolled, Refused> {
        let der = match &stored.state {
            State::Reserved => return Err(Trouble::Unfinished.into()),
            State::Abandoned { .. } => return Err(Trouble::Abandoned.into()),
            State::Issued { der, .. } => der,
        };
        if stored.revocation.is_some() {
            return Err(Trouble::Withdrawn.into());
        }
        let certificate = Certificate::parse(der).map_err(|_| Trouble::Unreadable)?;
        self.notify(stored.id, &certificate, asked, stored.notification, deadline).await?;
        Ok(Enrolled { certificate, fresh: false })
    }

    /// Whether a stored certificate may be handed out now, whoever asks and however: what is withheld from the device
    /// that enrolled is not to be had by GetCert either, nor at an endpoint that does not wait.
    #[must_use]
    pub fn may_leave(&self, stored: &Stored) -> bool {
        let waits = stored.notification == Some(crate::store::NotificationState::Pending);
        notify::is_deliverable(self, stored) && (!waits || stored.endpoint == self.endpoint)
    }

    /// What a pending transaction of this signer has got: the answer to CertPoll (RFC 8894 §4.4). `None` if there is
    /// no such transaction, or if another key signed the request.
    ///
    /// # Errors
    /// The explanation.
    pub async fn poll(
        &self,
        transaction_id: &str,
        signer: &Certificate,
    ) -> Result<Option<Certificate>, Refused> {
        let key = Transaction::key_of(signer.key());
        let found = self.store.by_key(key, 16).await?;
        let mine =
            found.iter().find(|one| one.endpoint == self.endpoint && one.transaction_id == transaction_id);
        let Some(stored) = mine.filter(|one| one.revocation.is_none() && notify::is_deliverable(self, one))
        else {
            return Ok(None);
        };
        let Some(der) = stored.der() else { return Ok(None) };
        Ok(Some(Certificate::parse(der).map_err(|_| Trouble::Unreadable)?))
    }
}
