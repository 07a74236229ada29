//! What must survive a crash.
//!
//! [`Store`] is the one door to durable state: authorities, certificates, spent challenges, API tokens, versions of
//! certificate profiles, notifications, the audit chain and CRLs. It is a trait with two implementations in view,
//! SQLite here ([`sqlite::Sqlite`]) and PostgreSQL for several nodes; `tests/it/store/` holds the contract that both
//! must pass. SQL stands below this module and nowhere else.
//!
//! A certificate takes two commits: [`Store::reserve`] makes serial, exact to-be-signed bytes, spent challenges,
//! audit row and notification durable; the key is used; [`Store::complete`] makes the signature durable. Only
//! then may anybody be answered.

mod error;
mod people;
mod rows;
pub mod sqlite;
mod usage;

use std::pin::Pin;

use crate::standing::Record;
use pki::Time;

pub use error::StoreError;
pub use people::{Ending, FailureRule, PeopleStore};
pub use rows::*;
pub use usage::UsageStore;

/// What every operation of [`Store`] gives back: a future that may be boxed, sent and awaited anywhere.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, StoreError>> + Send + 'a>>;

/// Durable state. Held as `Arc<dyn Store>`.
///
/// A write is queued by the call, not by the first poll: dropping the future takes nothing back. A write that was
/// answered `Ok` is on the disk. After the first failed write or sync every later write answers
/// [`StoreError::Stopped`] until the process starts again, because what the operating system kept of the failed one
/// cannot be known; reads go on.
pub trait Store: PeopleStore + UsageStore {
    /// Records an authority (root, issuing CA or RA).
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the name is taken.
    fn put_authority(&self, authority: NewAuthority) -> Pending<'_, AuthorityId>;

    /// One authority.
    fn authority(&self, id: AuthorityId) -> Pending<'_, Option<Authority>>;

    /// Every authority, retired ones included, oldest first.
    fn authorities(&self) -> Pending<'_, Vec<Authority>>;

    /// From now on this authority signs nothing; what it signed stays. Idempotent.
    fn retire_authority(&self, id: AuthorityId, at: Time) -> Pending<'_, ()>;

    /// The first commit: all of the reservation or nothing of it.
    fn reserve(&self, reservation: Reservation) -> Pending<'_, Reserved>;

    /// The second commit: the certificate as signed, with its audit row. Repeating it with the same DER is no error.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if nothing is reserved under this id or if the DER does not hold exactly the
    /// to-be-signed bytes that were reserved.
    fn complete(&self, completion: Completion) -> Pending<'_, ()>;

    /// Closes a reservation that will never be signed. Its serial stays taken.
    ///
    /// # Errors
    /// [`StoreError::Refused`] if the certificate is issued.
    fn abandon(&self, abandonment: Abandonment) -> Pending<'_, ()>;

    /// Reservations without outcome made before `before`, oldest first: what start-up finishes or abandons.
    fn unfinished(&self, before: Time, limit: u32) -> Pending<'_, Vec<Unfinished>>;

    /// What this transaction already got: the look-up of a retransmission. Never waits for the writer.
    fn by_transaction(&self, key: KeyHash, transaction: TransactionHash) -> Pending<'_, Option<Stored>>;

    /// One certificate by its row.
    fn certificate(&self, id: CertificateId) -> Pending<'_, Option<Stored>>;

    /// The certificates with this serial: at most one for each issuer.
    fn by_serial(&self, serial: &[u8]) -> Pending<'_, Vec<Stored>>;

    /// The certificates that hold this key, newest first.
    fn by_key(&self, key: KeyHash, limit: u32) -> Pending<'_, Vec<Stored>>;

    /// Certificates by what they say, in the order in which they were reserved.
    fn certificates(&self, search: Search) -> Pending<'_, Vec<Stored>>;

    /// The request that a certificate was made from, if the reservation kept it.
    fn request(&self, id: CertificateId) -> Pending<'_, Option<Vec<u8>>>;

    /// Revokes, holds or releases (RFC 5280 §5.3.1), with an audit row where something changed.
    fn revoke(&self, revocation: NewRevocation) -> Pending<'_, Revoked>;

    /// What the issuer's next complete CRL must list, a page at a time, in the order of [`CertificateId`].
    fn revoked(
        &self,
        issuer: AuthorityId,
        after: CertificateId,
        limit: u32,
    ) -> Pending<'_, Vec<RevokedSerial>>;

    /// Whether what this issuer signed under this serial is good; `None` where it signed nothing. Never waits for the
    /// writer.
    fn status(&self, issuer: AuthorityId, serial: &[u8]) -> Pending<'_, Option<Status>>;

    /// Revocations, holds and releases after the sequence number `after` (0 for the first), in order.
    fn status_changes(&self, after: u64, limit: u32) -> Pending<'_, Vec<StatusChange>>;

    /// Takes over what rules say of certificates, and makes each one's revocation what follows. A binding's record, once
    /// found, stays. Gives how many have another status now.
    fn rule(&self, rulings: Vec<Ruling>, at: Time) -> Pending<'_, u32>;

    /// Why a certificate is not good, oldest first.
    fn grounds(&self, id: CertificateId) -> Pending<'_, Vec<Ground>>;

    /// Certificates whose successor at this endpoint was issued before `before` and is good, unless they are known to be
    /// superseded or have expired; some of them, where there are many.
    fn superseded(&self, endpoint: &str, before: Time, now: Time) -> Pending<'_, Vec<SupersededRow>>;

    /// Records what the directory `source` says of these now; gives their rows, in the same order.
    fn learn(&self, source: &str, records: Vec<Record>) -> Pending<'_, Vec<RecordId>>;

    /// What the directory `source` says, a page at a time, in the order of [`RecordId`].
    fn known(&self, source: &str, after: RecordId, limit: u32) -> Pending<'_, Vec<StoredRecord>>;

    /// The records of the directory `source` that bear this key, gone ones included.
    fn bearing(&self, source: &str, key: &str) -> Pending<'_, Vec<StoredRecord>>;

    /// Whom a certificate names.
    fn bindings(&self, id: CertificateId) -> Pending<'_, Vec<Binding>>;

    /// Corrects whom a certificate names (`None`: nobody), with the audit row `certificate.bound`.
    fn rebind(
        &self,
        id: CertificateId,
        named: Named,
        binding: Option<Binding>,
        event: AuditEvent,
        at: Time,
    ) -> Pending<'_, ()>;

    /// Certificates that name somebody, issued and not expired at `now`; with the row to ask the next page after.
    fn bound(&self, whom: Whom, now: Time) -> Pending<'_, (Option<CertificateId>, Vec<Bound>)>;

    /// Records a one-time challenge by its hash. `false` if it is there already.
    fn put_challenge(&self, challenge: NewChallenge) -> Pending<'_, bool>;

    /// A one-time challenge, with whether it is spent.
    fn challenge(&self, hash: ClaimHash) -> Pending<'_, Option<Challenge>>;

    /// Every one-time challenge, newest first.
    fn challenges(&self, limit: u32) -> Pending<'_, Vec<Challenge>>;

    /// Forgets one-time challenges that expired before `before`; claims stay. Gives their number.
    fn purge_challenges(&self, before: Time) -> Pending<'_, u64>;

    /// Holds a request until somebody decides about it.
    fn hold(&self, new: NewHeld) -> Pending<'_, Holding>;

    /// A held request.
    fn held(&self, id: HeldId) -> Pending<'_, Option<Held>>;

    /// The held request of this transaction. Never waits for the writer.
    fn held_of(&self, transaction: TransactionHash) -> Pending<'_, Option<Held>>;

    /// The newest held request of this transactionID and signer's key at an endpoint: the look-up of a poll.
    fn held_by(&self, endpoint: &str, transaction_id: &str, signer: KeyHash) -> Pending<'_, Option<Held>>;

    /// Held requests, in the order of their ids.
    fn all_held(&self, search: HeldSearch) -> Pending<'_, Vec<Held>>;

    /// Approves or denies a request that waits, with an audit row. A decision is final.
    fn decide_held(&self, decision: HeldDecision) -> Pending<'_, Decided>;

    /// Ends held requests that were not approved or not fetched in time, some of them, with an audit row each; gives their number.
    fn expire_held(&self, now: Time) -> Pending<'_, u32>;

    /// Records an API token by its hash. `false` if a token of that name is live: neither revoked nor expired.
    fn put_token(&self, token: NewToken) -> Pending<'_, bool>;

    /// An API token, whether it is still good or not. Never waits for the writer.
    fn token(&self, hash: TokenHash) -> Pending<'_, Option<Token>>;

    /// Every API token, newest first.
    fn tokens(&self, limit: u32) -> Pending<'_, Vec<Token>>;

    /// Revokes the API token of that name, with the audit row `token.revoked`. `false` if there is none to revoke.
    fn revoke_token(&self, name: &str, event: AuditEvent, at: Time) -> Pending<'_, bool>;

    /// Begins what is to be done once, and forgets what was begun more than [`NewRepetition::KEPT`] ago.
    fn begin_once(&self, new: NewRepetition) -> Pending<'_, Begun>;

    /// What came of what was begun under this key; `None`, or an answer longer than [`NewRepetition::LONGEST`], frees the key.
    fn end_once(&self, key: OnceKey, answer: Option<KeptAnswer>) -> Pending<'_, ()>;

    /// Records each of these as the next version of its profile, with the audit row `profile.published`, all in one commit; gives
    /// those that are new. One that says what the newest version says is none.
    fn publish_profiles(&self, new: Vec<NewProfileVersion>) -> Pending<'_, Vec<ProfileVersion>>;

    /// Versions of certificate profiles recorded after the sequence number `after` (0 for the first), in order. Never waits
    /// for the writer.
    fn profile_versions(&self, after: u64) -> Pending<'_, Vec<ProfileVersion>>;

    /// Records a webhook, with the audit row `webhook.added`; it follows the audit from there.
    fn put_webhook(&self, new: NewWebhook) -> Pending<'_, WebhookAdded>;

    /// Webhooks that are not removed, oldest first.
    fn webhooks(&self) -> Pending<'_, Vec<Webhook>>;

    /// Removes a webhook, with the audit row `webhook.removed`: its secret goes, and what waits for it is given up. `false` if
    /// there is none of that number.
    fn remove_webhook(&self, id: WebhookId, event: AuditEvent, at: Time) -> Pending<'_, bool>;

    /// Records messages for a webhook and how far it has followed the audit, in one commit; gives the rows of those that were
    /// not recorded before. `None`, and nothing is written, where it is gone or stands elsewhere.
    fn post(&self, posting: Posting) -> Pending<'_, Option<Vec<DeliveryId>>>;

    /// Messages of this webhook that are to be sent now, the longest due first.
    fn due_deliveries(&self, webhook: WebhookId, now: Time, limit: u32) -> Pending<'_, Vec<Delivery>>;

    /// Messages of this webhook, newest first, before that row.
    fn deliveries(&self, webhook: WebhookId, before: DeliveryId, limit: u32) -> Pending<'_, Vec<Delivery>>;

    /// How many messages wait for this webhook.
    fn deliveries_waiting(&self, webhook: WebhookId) -> Pending<'_, u64>;

    /// What came of an attempt, and what follows. What is settled stays so.
    fn settle_delivery(
        &self,
        id: DeliveryId,
        attempt: DeliveryAttempt,
        next: DeliveryNext,
    ) -> Pending<'_, ()>;

    /// Forgets messages settled before that time, some of them; gives their number. Those of the CA's own certificates are
    /// kept for 90 days more.
    fn purge_deliveries(&self, before: Time) -> Pending<'_, u64>;

    /// Certificates whose last second is after `after` and not after `until`: issued, not revoked, without a successor. May
    /// read the whole table.
    fn expiring(&self, after: Time, until: Time, limit: u32) -> Pending<'_, Expiring>;

    /// Adds a notification that belongs to no certificate (a refusal to be reported). Those that do are part of
    /// [`Store::reserve`].
    fn enqueue(&self, notification: NewNotification) -> Pending<'_, NotificationId>;

    /// Pending notifications whose time has come and whose certificate, if they have one, is issued.
    fn due(&self, now: Time, limit: u32) -> Pending<'_, Vec<Notification>>;

    /// The notification of a certificate.
    fn notification_of(&self, id: CertificateId) -> Pending<'_, Option<Notification>>;

    /// Notifications in one state, in the order of their ids.
    fn notifications(&self, search: NotificationSearch) -> Pending<'_, Vec<Notification>>;

    /// What came of an attempt to deliver. An accepted notification stays accepted.
    fn settle(&self, id: NotificationId, outcome: Attempt) -> Pending<'_, ()>;

    /// [`Store::settle`] for the notification of this certificate, if it has one. Whoever needs not know when this is
    /// durable may drop the future: the work is queued by the call.
    fn settle_of(&self, id: CertificateId, outcome: Attempt) -> Pending<'_, ()>;

    /// Appends to the audit chain. Operations that take an event of their own do this by themselves.
    fn append_audit(&self, event: AuditEvent, at: Time) -> Pending<'_, AuditHead>;

    /// Audit rows after `after` (0 for the beginning), oldest first.
    fn audit(&self, after: u64, limit: u32) -> Pending<'_, Vec<AuditRow>>;

    /// The newest audit rows whose particulars name this SCEP transaction, newest first; of those that the
    /// index has not followed, among the last million.
    fn audit_of(&self, transaction: &str, limit: u32) -> Pending<'_, Vec<AuditRow>>;

    /// Has the index of what can be found follow the next rows of the audit, so many at most. For one caller at a time, again and
    /// again; works at the lowest priority and never makes a write wait.
    fn follow(&self, most: u32) -> Pending<'_, Followed>;

    /// A page of certificates, newest first, or by their end where the end is what is asked about. What was issued, revoked or held since
    /// the last [`Store::follow`] is found by what it was before.
    fn seek(&self, sought: Sought, page: PageSought) -> Pending<'_, Found>;

    /// A page of the audit, newest first; complete, whatever was followed.
    fn trail(&self, sought: TrailSought) -> Pending<'_, Trail>;

    /// These certificates as the index has them, those that it has.
    fn hits(&self, ids: Vec<CertificateId>) -> Pending<'_, Vec<Hit>>;

    /// What a certificate replaced, and what replaced it.
    fn relatives(&self, id: CertificateId) -> Pending<'_, Relatives>;

    /// How many certificates ever named this device or user.
    fn holder_count(&self, named: Named, key: &str) -> Pending<'_, u64>;

    /// The records of any directory that bear this key, with their directory's name, gone ones included.
    fn known_of(&self, key: &str) -> Pending<'_, Vec<(String, StoredRecord)>>;

    /// Sums over the whole store.
    fn numbers(&self, now: Time) -> Pending<'_, Numbers>;

    /// Whose renewal may come when, over 90 days, and a page of those who are late, the soonest over first.
    fn forecast(&self, page: PageSought) -> Pending<'_, Forecast>;

    /// The newest link; export it, since only a copy outside shows that the end was cut off.
    fn audit_head(&self) -> Pending<'_, AuditHead>;

    /// Recomputes the chain from its beginning, and compares it with a head known from elsewhere.
    fn verify_audit(&self, known: Option<AuditHead>) -> Pending<'_, AuditVerdict> {
        self.verify_audit_by(known.into_iter().collect())
    }

    /// The same with several heads known from elsewhere, in any order: each must be on the chain.
    fn verify_audit_by(&self, known: Vec<AuditHead>) -> Pending<'_, AuditVerdict>;

    /// Records a CRL before it is published.
    ///
    /// # Errors
    /// [`StoreError::Refused`] unless its number is above all that this issuer has used (RFC 5280 §5.2.3).
    fn put_crl(&self, crl: Crl) -> Pending<'_, ()>;

    /// The CRL of this issuer and part with the highest number; `None` is the list of everything.
    fn newest_crl(&self, issuer: AuthorityId, shard: Option<u16>) -> Pending<'_, Option<Crl>>;

    /// The highest number that any CRL of this issuer has; 0 before the first.
    fn last_crl_number(&self, issuer: AuthorityId) -> Pending<'_, u64>;

    /// A remembered value.
    fn meta(&self, key: &str) -> Pending<'_, Option<String>>;

    /// Remembers a value under a key.
    fn put_meta(&self, key: &str, value: &str) -> Pending<'_, ()>;

    /// Numbers for metrics.
    fn counts(&self) -> Pending<'_, Counts>;

    /// Rows that break an invariant; empty is good.
    fn faults(&self, check: Check, limit: u32) -> Pending<'_, Vec<Fault>>;

    /// Why the store accepts no more writes, if it does not. For readiness.
    fn stopped(&self) -> Option<String>;
}
