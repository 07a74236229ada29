//! First and second commit.

use chancery::store::*;

use crate::store::sample::*;

pub(crate) async fn i5_same_transaction_gets_the_same_certificate(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let id = reserve(store, reservation(issuer, 1)).await;
    let again = Reservation { serial: serial(2), tbs: tbs(2), ..reservation(issuer, 1) };
    let Reserved::Already(stored) = store.reserve(again.clone()).await.unwrap() else {
        panic!("not the same")
    };
    assert_eq!((stored.id, &stored.state, stored.der()), (id, &State::Reserved, None));
    store.complete(completion(id, 1)).await.unwrap();
    let Reserved::Already(stored) = store.reserve(again).await.unwrap() else { panic!("not the same") };
    assert_eq!(stored.der(), Some(certificate(1, 9).as_slice()));
    assert_eq!(stored.notification, Some(NotificationState::Pending));
    let found = store.by_transaction(stored.key, stored.transaction).await.unwrap().unwrap();
    assert_eq!(found.id, id);
    assert!(store.by_transaction(stored.key, TransactionHash([0; 32])).await.unwrap().is_none());
}

pub(crate) async fn i5_one_transaction_many_tasks_one_certificate(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let tries = (0..16).map(|n| Reservation { serial: serial(n), ..reservation(issuer, 1) });
    let outcomes = all(tries.map(|reservation| store.reserve(reservation))).await;
    let new = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Reserved::New(_)))).count();
    let already = outcomes.iter().filter(|outcome| matches!(outcome, Ok(Reserved::Already(_)))).count();
    assert_eq!((new, already), (1, 15));
}

pub(crate) async fn i2_serial_is_used_once(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    reserve(store, reservation(issuer, 1)).await;
    let audited = store.audit_head().await.unwrap();
    let second = Reservation { serial: serial(1), ..reservation(issuer, 2) };
    assert!(matches!(store.reserve(second).await.unwrap(), Reserved::SerialTaken));
    assert_eq!(store.audit_head().await.unwrap(), audited, "a refusal writes nothing");
    reserve(store, reservation(issuer, 2)).await;
}

pub(crate) async fn i2_serial_may_repeat_under_another_issuer(store: &dyn Store) {
    let (one, two) = (issuer(store, "one").await, issuer(store, "two").await);
    reserve(store, reservation(one, 1)).await;
    reserve(store, Reservation { serial: serial(1), ..reservation(two, 2) }).await;
    let found = store.by_serial(&serial(1)).await.unwrap();
    assert_eq!(found.iter().map(|stored| stored.issuer).collect::<Vec<_>>(), [one, two]);
}

pub(crate) async fn v21_key_of_another_subject_is_named(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let first = issue(store, issuer, 1).await;
    let other = Reservation { key: KeyHash(hash(3, 1)), ..reservation(issuer, 2) };
    let Reserved::KeyHeldByOther { by, subject } = store.reserve(other.clone()).await.unwrap() else {
        panic!("two subjects, one key")
    };
    assert_eq!((by, subject.as_str()), (first, "CN=device-1"));
    let renewal = Reservation { subject: "CN=device-1".to_owned(), supersedes: Some(first), ..other };
    let second = reserve(store, renewal).await;
    let holders = store.by_key(KeyHash(hash(3, 1)), 10).await.unwrap();
    assert_eq!(holders.iter().map(|stored| stored.id).collect::<Vec<_>>(), [second, first]);
    assert_eq!(holders[0].supersedes, Some(first));
}

pub(crate) async fn v21_key_check_is_asked_for_and_ignores_the_abandoned(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let id = reserve(store, reservation(issuer, 1)).await;
    let same_key = |n| Reservation { key: KeyHash(hash(3, 1)), ..reservation(issuer, n) };
    reserve(store, Reservation { one_subject_per_key: false, ..same_key(2) }).await;
    let refused = store.reserve(same_key(3)).await.unwrap();
    assert!(matches!(refused, Reserved::KeyHeldByOther { .. }), "a reservation holds its key too");
    for id in [id, CertificateId(id.0 + 1)] {
        let reason = "test".to_owned();
        store.abandon(Abandonment { id, reason, at: at(2), release_claims: false }).await.unwrap();
    }
    reserve(store, same_key(3)).await;
}

pub(crate) async fn t33_a_quota_is_exact_and_slides(store: &dyn Store) {
    const DAY: i64 = 86_400;
    let issuer = issuer(store, "ca").await;
    let one = |n, now: i64| Reservation {
        subject: "CN=same".to_owned(),
        at: at(now),
        quota: Some(Quota { of: "CN=same".to_owned(), most: 3, since: at(now - DAY), until: at(now + DAY) }),
        ..reservation(issuer, n)
    };
    let outcomes = all((0..16).map(|n| store.reserve(one(n, 0)))).await;
    let new = |outcome: &Result<Reserved, StoreError>| matches!(outcome, Ok(Reserved::New(_)));
    assert_eq!(outcomes.iter().filter(|outcome| new(outcome)).count(), 3);
    let reached = |outcome: &_| matches!(outcome, Ok(Reserved::QuotaReached { issued: 3 }));
    assert_eq!(outcomes.iter().filter(|outcome| reached(outcome)).count(), 13);
    // What was refused spent no challenge; others are not concerned.
    let elsewhere = Reservation { endpoint: "other".to_owned(), ..one(20, 0) };
    let quota = one(21, 0).quota.map(|quota| Quota { of: "CN=somebody".to_owned(), ..quota });
    let somebody = Reservation { quota, ..one(21, 0) };
    for free in [elsewhere, somebody, Reservation { quota: None, ..one(22, 0) }] {
        assert!(new(&store.reserve(free).await));
    }
    assert!(reached(&store.reserve(one(23, DAY - 1)).await), "the last second of the day");
    let Some(Ok(Reserved::New(id))) = outcomes.into_iter().find(new) else { panic!("three were new") };
    store.abandon(Abandonment { id, reason: String::new(), at: at(1), release_claims: true }).await.unwrap();
    assert!(new(&store.reserve(one(24, DAY - 1)).await), "what was given up does not count");
    assert!(new(&store.reserve(one(25, DAY)).await), "a day later the first three do not");
    assert!(
        new(&store.reserve(Reservation { at: at(2 * DAY), ..one(26, -3 * DAY) }).await),
        "what a clock that ran ahead recorded does not count"
    );
}

pub(crate) async fn i1_second_commit_needs_the_first_and_its_bytes(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let refused = |outcome| assert!(matches!(outcome, Err(StoreError::Refused(_))), "{outcome:?}");
    refused(store.complete(completion(CertificateId(99), 1)).await);
    let id = reserve(store, reservation(issuer, 1)).await;
    refused(store.complete(completion(id, 2)).await);
    let mut trailing = certificate(1, 9);
    trailing.push(0);
    refused(store.complete(Completion { der: trailing, ..completion(id, 1) }).await);
    refused(store.complete(Completion { der: tbs(1), ..completion(id, 1) }).await);
    assert_eq!(store.certificate(id).await.unwrap().unwrap().state, State::Reserved);
    store.complete(completion(id, 1)).await.unwrap();
    store.complete(completion(id, 1)).await.unwrap();
    refused(store.complete(Completion { der: certificate(1, 8), ..completion(id, 1) }).await);
}

pub(crate) async fn i3_certificate_comes_back_byte_for_byte(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let id = issue(store, issuer, 7).await;
    let given = reservation(issuer, 7);
    let stored = store.certificate(id).await.unwrap().unwrap();
    assert_eq!(stored.state, State::Issued { at: at(1), der: certificate(7, 9) });
    assert_eq!((&stored.serial, &stored.tbs, &stored.subject), (&given.serial, &given.tbs, &given.subject));
    assert_eq!(
        (stored.transaction, stored.key, stored.csr_hash),
        (given.transaction, given.key, given.csr_hash)
    );
    assert_eq!((stored.not_before, stored.not_after), (given.not_before, given.not_after));
    assert_eq!((&stored.profile, &stored.endpoint), (&given.profile, &given.endpoint));
    assert_eq!((stored.profile_version, &stored.transaction_id), (1, &given.transaction_id));
    assert_eq!(store.request(id).await.unwrap(), given.csr);
    let without = reserve(store, Reservation { csr: None, ..reservation(issuer, 8) }).await;
    assert_eq!(store.request(without).await.unwrap(), None);
}

pub(crate) async fn i11_unfinished_is_listed_until_it_has_an_outcome(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let first = reserve(store, reservation(issuer, 1)).await;
    let second = reserve(store, reservation(issuer, 2)).await;
    issue(store, issuer, 3).await;
    let open = store.unfinished(at(1), 10).await.unwrap();
    assert_eq!(open.iter().map(|open| open.id).collect::<Vec<_>>(), [first, second]);
    assert_eq!((&open[0].tbs, open[0].reserved_at, open[0].issuer), (&tbs(1), at(0), issuer));
    assert_eq!(store.unfinished(at(0), 10).await.unwrap().len(), 0, "not yet late");
    assert_eq!(store.faults(Check::Reservations { before: at(1) }, 10).await.unwrap().len(), 2);
    store.complete(completion(second, 2)).await.unwrap();
    let reason = "no key".to_owned();
    store.abandon(Abandonment { id: first, reason, at: at(3), release_claims: false }).await.unwrap();
    assert_eq!(store.unfinished(at(1), 10).await.unwrap().len(), 0);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.certificates, counts.unfinished), (3, 0));
}

pub(crate) async fn abandoning_keeps_claims_unless_told(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    for (n, release_claims) in [(1, false), (2, true)] {
        let id = reserve(store, reservation(issuer, n)).await;
        let abandonment = Abandonment { id, reason: "test".to_owned(), at: at(2), release_claims };
        store.abandon(abandonment.clone()).await.unwrap();
        store.abandon(abandonment).await.unwrap();
        assert!(matches!(store.complete(completion(id, n)).await, Err(StoreError::Refused(_))));
        let retry = Reservation { claims: vec![ClaimHash(hash(4, n))], ..reservation(issuer, n + 10) };
        let outcome = store.reserve(retry).await.unwrap();
        assert_eq!(matches!(outcome, Reserved::New(_)), release_claims, "{outcome:?}");
        let told = store.notification_of(id).await.unwrap().unwrap();
        assert_eq!(told.state, NotificationState::Dead);
    }
    let issued = issue(store, issuer, 5).await;
    let late = Abandonment { id: issued, reason: "late".to_owned(), at: at(2), release_claims: true };
    assert!(matches!(store.abandon(late).await, Err(StoreError::Refused(_))));
}

pub(crate) async fn certificates_are_found_and_paged(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    for n in 1..=25 {
        issue(store, issuer, n).await;
    }
    let (mut after, mut seen) = (CertificateId(0), Vec::new());
    loop {
        let page = store.certificates(Search { after, limit: 10, ..Search::default() }).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.id;
        seen.extend(page.into_iter().map(|stored| stored.subject));
    }
    let expected: Vec<String> = (1..=25).map(|n| format!("CN=device-{n}")).collect();
    assert_eq!(seen, expected);
    let search = Search { subject: Some("DEVICE-2".to_owned()), limit: 100, ..Search::default() };
    assert_eq!(store.certificates(search).await.unwrap().len(), 7);
    let search = Search { endpoint: Some("other".to_owned()), limit: 100, ..Search::default() };
    assert_eq!(store.certificates(search).await.unwrap().len(), 0);
    store.revoke(revocation(issuer, 4, 1)).await.unwrap();
    let search = Search { revoked: true, limit: 100, ..Search::default() };
    let found = store.certificates(search).await.unwrap();
    assert_eq!((found.len(), found[0].revocation.unwrap().reason), (1, 1));
}

pub(crate) async fn t65_a_failing_neighbour_undoes_nobody(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    // The database itself refuses these, in the middle of a group: no such authority, which fails at the first row,
    // and a claim named twice, which fails after some rows are written.
    let twice = |n| Reservation { claims: vec![ClaimHash(hash(4, n)); 2], ..reservation(issuer, n) };
    let bad = |n| {
        if n % 8 == 0 { twice(n) } else { Reservation { issuer: AuthorityId(99), ..reservation(issuer, n) } }
    };
    let jobs = (1..=64).map(|n| if n % 4 == 0 { bad(n) } else { reservation(issuer, n) });
    let outcomes = all(jobs.map(|reservation| store.reserve(reservation))).await;
    for (n, outcome) in (1..).zip(outcomes) {
        match outcome {
            Ok(Reserved::New(_)) => assert_ne!(n % 4, 0),
            Err(StoreError::Refused(_)) => assert_eq!(n % 4, 0),
            other => panic!("{n}: {other:?}"),
        }
    }
    assert_eq!(store.stopped(), None);
    assert_eq!(store.counts().await.unwrap().unfinished, 48);
    assert_eq!(store.audit_head().await.unwrap().sequence, 48);
}
