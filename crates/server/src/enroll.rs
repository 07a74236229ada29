//! One enrolment: gather, decide, act.
//!
//! Every way in joins here. *Gather*: has this transaction got its certificate already, and who vouches for the
//! request, and what does the directory know of whom it names. *Decide*: the policy chooses a profile, asks somebody or refuses, then
//! [`ca::decide()`], purely. *Act*: draft, lint, first commit, signature, second commit,
//! notification. Nothing is answered before the second commit, and under `on_notify_failure = "withhold"` not before
//! the MDM has taken note.

mod account;
mod act;
mod approval;
mod asked;
mod case;
mod consider;
mod failure;
mod gather;
mod in_flight;
mod notify;
mod transaction;

pub use approval::Waiting;
pub use asked::{Asked, Sender};
pub use in_flight::InFlight;
pub use notify::OnNotifyFailure;
pub(crate) use notify::{facts, notified};
pub use transaction::{Peer, Transaction};

use crate::authority::Authority;
use crate::clock::Clock;
use crate::directory::binding::DeviceNames;
use crate::explanation::{Explanation, Trouble};
use crate::profiles::Profiles;
use crate::store::{CertificateId, State, Store, Stored};
use crate::telemetry::Metrics;
use crate::validators::{ENROLMENT_BUDGET, Validator};
use ca::decide::Order;
use ca::policy::Policy;
use ca::profile::{RenewalRules, Slots};
use pki::certificate::Certificate;
use std::sync::Arc;
use tokio::time::Instant;

/// What decides enrolments at one endpoint.
pub struct Enroller {
    /// The endpoint's name.
    pub endpoint: String,
    /// Who vouches for requests.
    pub validator: Arc<Validator>,
    /// The certificate profiles in force.
    pub profiles: Arc<Profiles>,
    /// By which of them certificates are made here, unless the policy chooses another.
    pub slots: Slots,
    /// Which certificates renew themselves here.
    pub renewal: RenewalRules,
    /// Rules that choose a profile or refuse.
    pub policy: Arc<Policy>,
    /// How many certificates one subject gets within 24 hours; `None` is no limit.
    pub max_per_subject_per_day: Option<u32>,
    /// Whether it waits for approvals; `None` refuses what needs one.
    pub waiting: Option<Waiting>,
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
    /// What is counted.
    pub metrics: Arc<Metrics>,
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
    /// Whether it says which users are at risk, so that others are known to be at none.
    pub reads_risk: bool,
    /// The only groups that it is asked about; `None` where it says all of them.
    pub groups: Option<Vec<String>>,
}

/// A certificate that may be handed out.
#[derive(Debug)]
pub struct Enrolled {
    /// The certificate.
    pub certificate: Certificate,
    /// Whether this very request made it, or an earlier one of the same transaction.
    pub fresh: bool,
    /// Name of the profile that it was made by.
    pub profile: String,
}

/// What comes of a request that is not refused.
#[derive(Debug)]
pub enum Enrolment {
    /// A certificate.
    Issued(Box<Enrolled>),
    /// Somebody has to approve it; the device asks again.
    Waits,
}

impl Enrolment {
    fn issued(enrolled: Enrolled) -> Self {
        Self::Issued(Box::new(enrolled))
    }
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

/// What was gathered and decided for one request.
#[derive(Clone, Copy)]
struct Work<'a> {
    order: &'a Order,
    gathered: &'a gather::Gathered,
    considered: &'a consider::Considered<'a>,
    case: &'a case::Case<'a>,
}

impl Enroller {
    /// Enrols, or says why not, or holds the request for an approval. A retransmission gets the certificate that the
    /// transaction has.
    ///
    /// # Errors
    /// The explanation.
    pub async fn enroll(&self, asked: Asked<'_>, peer: &Peer) -> Result<Enrolment, Refused> {
        let (transaction, deadline) = self.begin(asked);
        // A device that tires of waiting sends the same again (scep.md Q27); the second waits for the first.
        let _turn = self.in_flight.enter(transaction.hash).await;
        if let Some(known) = self.known(asked, &transaction, deadline).await? {
            return Ok(known);
        }
        let case = case::Case { before: peer.before, ..self.case(asked, transaction, deadline)? };
        let gathered = self.gather(&case, peer.address).await?;
        let made = self.proceed(&case, &gathered).await;
        if let Err(refused) = &made {
            self.tell_failure(&case, &gathered, refused).await;
        }
        made
    }

    /// The same for what a poll is about: nobody vouches anew, so that nothing comes of what is not held.
    pub(crate) async fn enroll_held(&self, asked: Asked<'_>) -> Result<Enrolment, Refused> {
        let (transaction, deadline) = self.begin(asked);
        let _turn = self.in_flight.enter(transaction.hash).await;
        let known = self.known(asked, &transaction, deadline).await?;
        known.ok_or_else(|| Trouble::Unreadable.into())
    }

    fn begin(&self, asked: Asked<'_>) -> (Transaction, Instant) {
        (Transaction::of(&self.endpoint, asked), Instant::now() + ENROLMENT_BUDGET)
    }

    /// What a transaction gets that was here before: its certificate, or what became of it while it was held.
    async fn known(
        &self,
        asked: Asked<'_>,
        transaction: &Transaction,
        deadline: Instant,
    ) -> Result<Option<Enrolment>, Refused> {
        if let Some(stored) = self.store.by_transaction(transaction.key, transaction.hash).await? {
            return self.again(&stored, asked, deadline).await.map(Enrolment::issued).map(Some);
        }
        match self.held(transaction).await? {
            Some(held) => self.resume(&held, asked, transaction.clone(), deadline).await.map(Some),
            None => Ok(None),
        }
    }

    /// Directory, policy and decision, and what follows from them.
    async fn proceed(
        &self,
        case: &case::Case<'_>,
        gathered: &gather::Gathered,
    ) -> Result<Enrolment, Refused> {
        let account = self.account(case.asked).await?;
        let mut considered = self.consider(case, gathered, &account)?;
        let order = self.decide(case, gathered, &considered, account.sid.as_ref());
        let order = &order.map_err(|refused| considered.noted(refused))?;
        // Only what could be issued is held.
        if let Some(question) = considered.question.take() {
            return self.hold(case, gathered, question, order.subject().to_string()).await;
        }
        let considered = &considered;
        self.act(Work { order, gathered, considered, case }).await.map(Enrolment::issued)
    }

    /// The certificate of a transaction that was here before.
    async fn again(&self, stored: &Stored, asked: Asked<'_>, deadline: Instant) -> Result<Enrolled, Refused> {
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
        Ok(Enrolled { certificate, fresh: false, profile: stored.profile.clone() })
    }

    /// Whether a stored certificate may be handed out now, whoever asks and however: what is withheld from the device
    /// that enrolled is not to be had by GetCert either, nor at an endpoint that does not wait.
    #[must_use]
    pub fn may_leave(&self, stored: &Stored) -> bool {
        let waits = stored.notification == Some(crate::store::NotificationState::Pending);
        notify::is_deliverable(self, stored) && (!waits || stored.endpoint == self.endpoint)
    }

    /// What this signer got in a transaction, if it may be handed out.
    async fn issued_to(
        &self,
        transaction_id: &str,
        signer: &Certificate,
    ) -> Result<Option<(CertificateId, Certificate, String)>, Refused> {
        let key = Transaction::key_of(signer.key());
        let found = self.store.by_key(key, 16).await?;
        let mine =
            found.iter().find(|one| one.endpoint == self.endpoint && one.transaction_id == transaction_id);
        let Some(stored) = mine.filter(|one| one.revocation.is_none() && notify::is_deliverable(self, one))
        else {
            return Ok(None);
        };
        let Some(der) = stored.der() else { return Ok(None) };
        let certificate = Certificate::parse(der).map_err(|_| Trouble::Unreadable)?;
        Ok(Some((stored.id, certificate, stored.profile.clone())))
    }
}
