//! The trait, operation by operation: what writes, what looks, what scans.

use pki::Time;

use super::crl_pieces::Piece;
use super::{
    Sqlite, audit, authorities, certificates, challenges, checks, crl_pieces, crls, directory, grounds, held,
    index, issuance, notifications, profiles, repetitions, reserve, revocations, search, tokens, webhooks,
};
use crate::aside::{LAST, aside_by};
use crate::standing::Record;
use crate::store::*;

impl Store for Sqlite {
    fn put_authority(&self, authority: NewAuthority) -> Pending<'_, AuthorityId> {
        self.write(move |writing| authorities::put(writing, &authority))
    }

    fn authority(&self, id: AuthorityId) -> Pending<'_, Option<Authority>> {
        self.look(move |connection| authorities::one(connection, id))
    }

    fn authorities(&self) -> Pending<'_, Vec<Authority>> {
        self.look(authorities::all)
    }

    fn retire_authority(&self, id: AuthorityId, at: Time) -> Pending<'_, ()> {
        self.write(move |writing| authorities::retire(writing, id, at))
    }

    fn reserve(&self, reservation: Reservation) -> Pending<'_, Reserved> {
        self.write(move |writing| reserve::reserve(writing, &reservation))
    }

    fn complete(&self, completion: Completion) -> Pending<'_, ()> {
        self.write(move |writing| issuance::complete(writing, &completion))
    }

    fn abandon(&self, abandonment: Abandonment) -> Pending<'_, ()> {
        self.write(move |writing| issuance::abandon(writing, &abandonment))
    }

    fn unfinished(&self, before: Time, limit: u32) -> Pending<'_, Vec<Unfinished>> {
        self.look(move |connection| issuance::unfinished(connection, before, limit))
    }

    fn by_transaction(&self, key: KeyHash, transaction: TransactionHash) -> Pending<'_, Option<Stored>> {
        self.look(move |connection| certificates::by_transaction(connection, key, transaction))
    }

    fn certificate(&self, id: CertificateId) -> Pending<'_, Option<Stored>> {
        self.look(move |connection| certificates::by_id(connection, id).map_err(super::values::unread))
    }

    fn by_serial(&self, serial: &[u8]) -> Pending<'_, Vec<Stored>> {
        let serial = serial.to_owned();
        self.look(move |connection| certificates::by_serial(connection, &serial))
    }

    fn by_key(&self, key: KeyHash, limit: u32) -> Pending<'_, Vec<Stored>> {
        self.look(move |connection| certificates::by_key(connection, key, limit))
    }

    fn certificates(&self, search: Search) -> Pending<'_, Vec<Stored>> {
        self.scan(move |connection| certificates::list(connection, &search))
    }

    fn request(&self, id: CertificateId) -> Pending<'_, Option<Vec<u8>>> {
        self.look(move |connection| certificates::request(connection, id))
    }

    fn revoke(&self, revocation: NewRevocation) -> Pending<'_, Revoked> {
        self.write(move |writing| revocations::revoke(writing, &revocation))
    }

    fn revoked(
        &self,
        issuer: AuthorityId,
        after: CertificateId,
        limit: u32,
    ) -> Pending<'_, Vec<RevokedSerial>> {
        self.read_aside(move |connection| revocations::page(connection, issuer, after, limit))
    }

    fn status(&self, issuer: AuthorityId, serial: &[u8]) -> Pending<'_, Option<Status>> {
        let serial = serial.to_owned();
        self.look(move |connection| revocations::status(connection, issuer, &serial))
    }

    fn status_changes(&self, after: u64, limit: u32) -> Pending<'_, Vec<StatusChange>> {
        self.look(move |connection| revocations::changes(connection, after, limit))
    }

    fn rule(&self, rulings: Vec<Ruling>, at: Time) -> Pending<'_, u32> {
        self.write(move |writing| grounds::rule(writing, &rulings, at))
    }

    fn grounds(&self, id: CertificateId) -> Pending<'_, Vec<Ground>> {
        self.look(move |connection| grounds::of(connection, id).map_err(super::values::unread))
    }

    fn superseded(&self, endpoint: &str, before: Time, now: Time) -> Pending<'_, Vec<SupersededRow>> {
        let endpoint = endpoint.to_owned();
        self.scan(move |connection| grounds::superseded(connection, &endpoint, before, now))
    }

    fn learn(&self, source: &str, records: Vec<Record>) -> Pending<'_, Vec<RecordId>> {
        let source = source.to_owned();
        self.write(move |writing| directory::learn(writing, &source, &records))
    }

    fn known(&self, source: &str, after: RecordId, limit: u32) -> Pending<'_, Vec<StoredRecord>> {
        let source = source.to_owned();
        self.scan(move |connection| directory::known(connection, &source, after, limit))
    }

    fn bearing(&self, source: &str, key: &str) -> Pending<'_, Vec<StoredRecord>> {
        let (source, key) = (source.to_owned(), key.to_owned());
        self.look(move |connection| directory::bearing(connection, &source, &key))
    }

    fn bindings(&self, id: CertificateId) -> Pending<'_, Vec<Binding>> {
        self.look(move |connection| directory::bindings(connection, id).map_err(super::values::unread))
    }

    fn rebind(
        &self,
        id: CertificateId,
        named: Named,
        binding: Option<Binding>,
        event: AuditEvent,
        at: Time,
    ) -> Pending<'_, ()> {
        self.write(move |writing| directory::rebind(writing, (id, named), binding.as_ref(), &event, at))
    }

    fn bound(&self, whom: Whom, now: Time) -> Pending<'_, (Option<CertificateId>, Vec<Bound>)> {
        self.scan(move |connection| directory::bound(connection, &whom, now))
    }

    fn put_challenge(&self, challenge: NewChallenge) -> Pending<'_, bool> {
        self.write(move |writing| challenges::put(writing, &challenge))
    }

    fn challenge(&self, hash: ClaimHash) -> Pending<'_, Option<Challenge>> {
        self.look(move |connection| challenges::one(connection, hash))
    }

    fn challenges(&self, limit: u32) -> Pending<'_, Vec<Challenge>> {
        self.scan(move |connection| challenges::all(connection, limit))
    }

    fn purge_challenges(&self, before: Time) -> Pending<'_, u64> {
        self.write(move |writing| challenges::purge(writing, before))
    }

    fn hold(&self, new: NewHeld) -> Pending<'_, Holding> {
        self.write(move |writing| held::hold(writing, &new))
    }

    fn held(&self, id: HeldId) -> Pending<'_, Option<Held>> {
        self.look(move |connection| held::by_id(connection, id).map_err(super::values::unread))
    }

    fn held_of(&self, transaction: TransactionHash) -> Pending<'_, Option<Held>> {
        self.look(move |connection| {
            held::of_transaction(connection, transaction).map_err(super::values::unread)
        })
    }

    fn held_by(&self, endpoint: &str, transaction_id: &str, signer: KeyHash) -> Pending<'_, Option<Held>> {
        let (endpoint, id) = (endpoint.to_owned(), transaction_id.to_owned());
        self.look(move |connection| {
            held::newest_of_signer(connection, &endpoint, &id, signer).map_err(super::values::unread)
        })
    }

    fn all_held(&self, search: HeldSearch) -> Pending<'_, Vec<Held>> {
        self.scan(move |connection| held::list(connection, search))
    }

    fn decide_held(&self, decision: HeldDecision) -> Pending<'_, Decided> {
        self.write(move |writing| held::decide(writing, &decision))
    }

    fn expire_held(&self, now: Time) -> Pending<'_, u32> {
        Box::pin(async move {
            // Asked every so often, and mostly there is nothing to write.
            if !self.look(move |connection| held::is_any_over(connection, now)).await? {
                return Ok(0);
            }
            self.write(move |writing| held::expire(writing, now)).await
        })
    }

    fn put_token(&self, token: NewToken) -> Pending<'_, bool> {
        self.write(move |writing| tokens::put(writing, &token))
    }

    fn token(&self, hash: TokenHash) -> Pending<'_, Option<Token>> {
        self.look(move |connection| tokens::one(connection, hash))
    }

    fn tokens(&self, limit: u32) -> Pending<'_, Vec<Token>> {
        self.scan(move |connection| tokens::all(connection, limit))
    }

    fn revoke_token(&self, name: &str, event: AuditEvent, at: Time) -> Pending<'_, bool> {
        let name = name.to_owned();
        self.write(move |writing| tokens::revoke(writing, &name, &event, at))
    }

    fn begin_once(&self, new: NewRepetition) -> Pending<'_, Begun> {
        self.write(move |writing| repetitions::begin(writing, &new))
    }

    fn end_once(&self, key: OnceKey, answer: Option<KeptAnswer>) -> Pending<'_, ()> {
        self.write(move |writing| repetitions::end(writing, key, answer.as_ref()))
    }

    fn publish_profiles(&self, new: Vec<NewProfileVersion>) -> Pending<'_, Vec<ProfileVersion>> {
        self.write(move |writing| profiles::publish(writing, &new))
    }

    fn profile_versions(&self, after: u64) -> Pending<'_, Vec<ProfileVersion>> {
        self.look(move |connection| profiles::after(connection, after))
    }

    fn put_webhook(&self, new: NewWebhook) -> Pending<'_, WebhookAdded> {
        self.write(move |writing| webhooks::put(writing, &new))
    }

    fn webhooks(&self) -> Pending<'_, Vec<Webhook>> {
        self.look(webhooks::all)
    }

    fn remove_webhook(&self, id: WebhookId, event: AuditEvent, at: Time) -> Pending<'_, bool> {
        self.write(move |writing| webhooks::remove(writing, id, &event, at))
    }

    fn post(&self, posting: Posting) -> Pending<'_, Option<Vec<DeliveryId>>> {
        self.write(move |writing| webhooks::post(writing, &posting))
    }

    fn due_deliveries(&self, webhook: WebhookId, now: Time, limit: u32) -> Pending<'_, Vec<Delivery>> {
        self.look(move |connection| webhooks::due(connection, webhook, now, limit))
    }

    fn deliveries(&self, webhook: WebhookId, before: DeliveryId, limit: u32) -> Pending<'_, Vec<Delivery>> {
        self.look(move |connection| webhooks::listed(connection, webhook, before, limit))
    }

    fn deliveries_waiting(&self, webhook: WebhookId) -> Pending<'_, u64> {
        self.look(move |connection| webhooks::waiting(connection, webhook))
    }

    fn settle_delivery(
        &self,
        id: DeliveryId,
        attempt: DeliveryAttempt,
        next: DeliveryNext,
    ) -> Pending<'_, ()> {
        self.write(move |writing| webhooks::settle(writing, id, &attempt, next))
    }

    fn purge_deliveries(&self, before: Time) -> Pending<'_, u64> {
        self.write(move |writing| webhooks::purge(writing, before))
    }

    fn expiring(&self, after: Time, until: Time, limit: u32) -> Pending<'_, Expiring> {
        self.read_aside(move |connection| webhooks::expiring(connection, after, until, limit))
    }

    fn enqueue(&self, notification: NewNotification) -> Pending<'_, NotificationId> {
        self.write(move |writing| notifications::insert(writing.connection, &notification, None))
    }

    fn due(&self, now: Time, limit: u32) -> Pending<'_, Vec<Notification>> {
        self.look(move |connection| notifications::due(connection, now, limit))
    }

    fn notification_of(&self, id: CertificateId) -> Pending<'_, Option<Notification>> {
        self.look(move |connection| notifications::of(connection, id))
    }

    fn notifications(&self, search: NotificationSearch) -> Pending<'_, Vec<Notification>> {
        self.scan(move |connection| notifications::list(connection, search))
    }

    fn settle(&self, id: NotificationId, outcome: Attempt) -> Pending<'_, ()> {
        self.write(move |writing| notifications::settle(writing, id, &outcome))
    }

    fn settle_of(&self, id: CertificateId, outcome: Attempt) -> Pending<'_, ()> {
        self.write(move |writing| match notifications::id_of(writing.connection, id)? {
            Some(id) => notifications::settle(writing, id, &outcome),
            None => Ok(()),
        })
    }

    fn append_audit(&self, event: AuditEvent, at: Time) -> Pending<'_, AuditHead> {
        self.write(move |writing| {
            let AuditEvent { kind, detail } = &event;
            audit::append(writing, &audit::Entry { kind, certificate: None, detail, at })
        })
    }

    fn audit(&self, after: u64, limit: u32) -> Pending<'_, Vec<AuditRow>> {
        self.scan(move |connection| audit::page(connection, after, limit))
    }

    fn audit_of(&self, transaction: &str, limit: u32) -> Pending<'_, Vec<AuditRow>> {
        let transaction = transaction.to_owned();
        Sqlite::seek(self, move |store, index| index::of_transaction(store, index, &transaction, limit))
    }

    fn follow(&self, most: u32) -> Pending<'_, Followed> {
        let (readers, index) = (self.readers.clone(), std::sync::Arc::clone(&self.index));
        Box::pin(async move {
            let followed = aside_by(LAST, move || index.follow(&readers, most)).await;
            followed.unwrap_or_else(|| Err(StoreError::Read("a thread ended early".to_owned())))
        })
    }

    fn seek(&self, sought: Sought, page: PageSought) -> Pending<'_, Found> {
        Sqlite::seek(self, move |store, index| search::find(store, index, &sought, &page))
    }

    fn trail(&self, sought: TrailSought) -> Pending<'_, Trail> {
        Sqlite::seek(self, move |store, index| index::trail(store, index, &sought))
    }

    fn hits(&self, ids: Vec<CertificateId>) -> Pending<'_, Vec<Hit>> {
        Sqlite::seek(self, move |store, index| search::hits(store, index, &ids))
    }

    fn relatives(&self, id: CertificateId) -> Pending<'_, Relatives> {
        Sqlite::seek(self, move |_, index| {
            Ok(index.with(|index| index::around(index, id))?.unwrap_or_default())
        })
    }

    fn holder_count(&self, named: Named, key: &str) -> Pending<'_, u64> {
        let key = key.to_owned();
        Sqlite::seek(self, move |_, index| {
            Ok(index.with(|index| index::holder_count(index, named, &key))?.unwrap_or_default())
        })
    }

    fn known_of(&self, key: &str) -> Pending<'_, Vec<(String, StoredRecord)>> {
        let key = key.to_owned();
        self.look(move |connection| directory::bearing_anywhere(connection, &key))
    }

    fn numbers(&self, now: Time) -> Pending<'_, Numbers> {
        Sqlite::seek(self, move |store, index| {
            if let Some(numbers) = index.with(|index| index::numbers(store, index, now))? {
                return Ok(numbers);
            }
            // Where there is no index yet, everything is still to be followed.
            let behind = audit::newest(store).map_err(super::values::unread)?.sequence;
            Ok(Numbers { behind, ..Numbers::default() })
        })
    }

    fn forecast(&self, page: PageSought) -> Pending<'_, Forecast> {
        Sqlite::seek(self, move |store, index| search::forecast(store, index, &page))
    }

    fn audit_head(&self) -> Pending<'_, AuditHead> {
        self.look(|connection| audit::newest(connection).map_err(super::values::unread))
    }

    fn verify_audit_by(&self, known: Vec<AuditHead>) -> Pending<'_, AuditVerdict> {
        self.scan(move |connection| audit::verify(connection, known))
    }

    fn put_crl(&self, crl: Crl) -> Pending<'_, ()> {
        Box::pin(async move {
            let mut draft = None;
            for piece in Piece::of(&crl.der, crl.this_update) {
                draft = Some(self.write(move |writing| crl_pieces::put(writing, &piece, draft)).await?);
            }
            let put = self.write(move |writing| crls::put(writing, &crl, draft)).await;
            let unneeded = put.as_ref().map_or_else(|_| draft.into_iter().collect(), Vec::clone);
            for draft in unneeded {
                // What cannot be deleted now is given up a day later.
                while matches!(
                    self.write(move |writing| crl_pieces::forget_one(writing, draft)).await,
                    Ok(true)
                ) {}
            }
            put.map(|_| ())
        })
    }

    fn newest_crl(&self, issuer: AuthorityId, shard: Option<u16>) -> Pending<'_, Option<Crl>> {
        // Megabytes, where much is revoked.
        self.scan(move |connection| crls::newest(connection, issuer, shard))
    }

    fn last_crl_number(&self, issuer: AuthorityId) -> Pending<'_, u64> {
        self.look(move |connection| crls::last_number(connection, issuer))
    }

    fn meta(&self, key: &str) -> Pending<'_, Option<String>> {
        let key = key.to_owned();
        self.look(move |connection| authorities::remembered(connection, &key))
    }

    fn put_meta(&self, key: &str, value: &str) -> Pending<'_, ()> {
        let (key, value) = (key.to_owned(), value.to_owned());
        self.write(move |writing| authorities::remember(writing, &key, &value))
    }

    fn counts(&self) -> Pending<'_, Counts> {
        self.scan(checks::counts)
    }

    fn faults(&self, check: Check, limit: u32) -> Pending<'_, Vec<Fault>> {
        self.scan(move |connection| checks::faults(connection, check, limit))
    }

    fn stopped(&self) -> Option<String> {
        self.writer.stopped()
    }
}
