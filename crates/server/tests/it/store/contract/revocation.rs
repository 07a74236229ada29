//! Revocation, CRLs, authorities.

use chancery::store::*;

use crate::store::sample::*;

pub(crate) async fn revocation_is_permanent_and_idempotent(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let id = issue(store, issuer, 1).await;
    let head = store.audit_head().await.unwrap().sequence;
    assert_eq!(store.revoke(revocation(issuer, 1, 1)).await.unwrap(), Revoked::Done);
    let first = Revocation { at: at(11), reason: 1 };
    for reason in [1, 4, 6] {
        assert_eq!(store.revoke(revocation(issuer, 1, reason)).await.unwrap(), Revoked::Already(first));
    }
    assert_eq!(store.revoke(revocation(issuer, 1, 8)).await.unwrap(), Revoked::NotHeld);
    assert_eq!(store.certificate(id).await.unwrap().unwrap().revocation, Some(first));
    assert_eq!(store.audit_head().await.unwrap().sequence, head + 1, "what changed nothing is no event");
}

pub(crate) async fn hold_can_be_released_or_made_permanent(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    issue(store, issuer, 1).await;
    assert_eq!(store.revoke(revocation(issuer, 1, 6)).await.unwrap(), Revoked::Done);
    assert_eq!(store.revoke(revocation(issuer, 1, 8)).await.unwrap(), Revoked::Released);
    assert_eq!(store.revoked(issuer, CertificateId(0), 10).await.unwrap(), []);
    assert_eq!(store.revoke(revocation(issuer, 1, 8)).await.unwrap(), Revoked::NotHeld);
    assert_eq!(store.revoke(revocation(issuer, 1, 6)).await.unwrap(), Revoked::Done);
    assert_eq!(store.revoke(revocation(issuer, 1, 1)).await.unwrap(), Revoked::Done);
    assert_eq!(store.revoke(revocation(issuer, 1, 8)).await.unwrap(), Revoked::NotHeld);
    let events: Vec<_> = store.audit(2, 10).await.unwrap().into_iter().map(|row| row.event).collect();
    for (event, kind) in events.iter().zip(["held", "released", "held", "revoked"]) {
        assert!(event.starts_with(&format!(r#"{{"event":"certificate.{kind}""#)), "{event}");
    }
    assert_eq!(events.len(), 4);
    assert_eq!(
        store.counts().await.unwrap().revocation_changes,
        4,
        "a release and a revocation are two changes"
    );
}

pub(crate) async fn status_is_of_what_was_signed(store: &dyn Store) {
    let (issuer, other) = (issuer(store, "ca").await, crate::store::sample::issuer(store, "other").await);
    let serial = |n| reservation(issuer, n).serial;
    reserve(store, reservation(issuer, 1)).await;
    assert_eq!(store.status(issuer, &serial(1)).await.unwrap(), None, "reserved is not signed");
    issue(store, issuer, 2).await;
    assert_eq!(store.status(issuer, &serial(2)).await.unwrap(), Some(Status::Good));
    assert_eq!(store.status(other, &serial(2)).await.unwrap(), None, "the same serial of another issuer");
    assert_eq!(store.status(issuer, &serial(3)).await.unwrap(), None);
    store.revoke(revocation(issuer, 2, 6)).await.unwrap();
    let held = Revocation { at: at(16), reason: 6 };
    assert_eq!(store.status(issuer, &serial(2)).await.unwrap(), Some(Status::Revoked(held)));
    store.revoke(revocation(issuer, 2, 8)).await.unwrap();
    assert_eq!(store.status(issuer, &serial(2)).await.unwrap(), Some(Status::Good));
    let told: Vec<_> = store.status_changes(0, 10).await.unwrap();
    let change = |sequence| StatusChange { sequence, issuer, serial: serial(2) };
    assert_eq!(told, [change(1), change(2)], "the hold and its end");
    assert_eq!(store.status_changes(1, 10).await.unwrap(), [change(2)]);
    assert_eq!(store.status_changes(0, 1).await.unwrap(), [change(1)]);
}

pub(crate) async fn t39_a_compromised_key_is_never_certified_again(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let first = issue(store, issuer, 1).await;
    let again = |n| Reservation {
        key: KeyHash(hash(3, 1)),
        subject: "CN=device-1".to_owned(),
        one_subject_per_key: false,
        ..reservation(issuer, n)
    };
    store.revoke(revocation(issuer, 1, 4)).await.unwrap();
    let second = reserve(store, again(2)).await;
    store.complete(completion(second, 2)).await.unwrap();
    store.revoke(revocation(issuer, 2, 1)).await.unwrap();
    let refused = store.reserve(again(3)).await.unwrap();
    assert!(matches!(refused, Reserved::KeyCompromised { by } if by == second && by != first), "{refused:?}");
}

pub(crate) async fn unknown_serial_and_unknown_reason_are_not_revoked(store: &dyn Store) {
    let (one, two) = (issuer(store, "one").await, issuer(store, "two").await);
    issue(store, one, 1).await;
    assert_eq!(store.revoke(revocation(two, 1, 1)).await.unwrap(), Revoked::Unknown);
    assert_eq!(store.revoke(revocation(one, 2, 1)).await.unwrap(), Revoked::Unknown);
    for reason in [7, 11, 255] {
        assert!(matches!(store.revoke(revocation(one, 1, reason)).await, Err(StoreError::Refused(_))));
    }
    assert_eq!(store.counts().await.unwrap().revoked, 0);
}

pub(crate) async fn revoked_are_paged_for_one_issuer(store: &dyn Store) {
    let (one, two) = (issuer(store, "one").await, issuer(store, "two").await);
    for n in 1..=30 {
        let issuer = if n % 3 == 0 { two } else { one };
        issue(store, issuer, n).await;
        store.revoke(revocation(issuer, n, 1)).await.unwrap();
    }
    let (mut after, mut serials) = (CertificateId(0), Vec::new());
    loop {
        let page = store.revoked(one, after, 7).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.id;
        assert!(page.iter().all(|entry| (entry.at, entry.reason) == (at(11), 1)));
        serials.extend(page.into_iter().map(|entry| entry.serial));
    }
    let expected: Vec<_> = (1..=30).filter(|n| n % 3 != 0).map(serial).collect();
    assert_eq!(serials, expected);
}

fn crl(issuer: AuthorityId, number: u64) -> Crl {
    let from = i64::try_from(number).unwrap() * 100;
    Crl {
        issuer,
        shard: None,
        number,
        der: vec![0x30, 0].into(),
        this_update: at(from),
        next_update: at(from + 150),
    }
}

pub(crate) async fn i8_crl_numbers_only_rise(store: &dyn Store) {
    let (one, two) = (issuer(store, "one").await, issuer(store, "two").await);
    assert_eq!(store.newest_crl(one, None).await.unwrap(), None);
    store.put_crl(crl(one, 1)).await.unwrap();
    store.put_crl(crl(one, 2)).await.unwrap();
    store.put_crl(crl(two, 1)).await.unwrap();
    for number in [0, 1, 2] {
        assert!(matches!(store.put_crl(crl(one, number)).await, Err(StoreError::Refused(_))), "{number}");
    }
    assert_eq!(store.newest_crl(one, None).await.unwrap(), Some(crl(one, 2)));
}

/// Long enough to be written in many pieces, of which the last is not a whole one.
pub(crate) fn long(issuer: AuthorityId, number: u64) -> Crl {
    let octets = (0..3_000_001_u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 24) as u8 ^ number as u8);
    Crl { der: octets.collect::<Vec<u8>>().into(), ..crl(issuer, number) }
}

pub(crate) async fn i8_a_long_crl_comes_back_whole_and_a_replaced_one_goes(store: &dyn Store) {
    let (one, two) = (issuer(store, "one").await, issuer(store, "two").await);
    for number in 1..=3 {
        store.put_crl(long(one, number)).await.unwrap();
        store.put_crl(long(two, number)).await.unwrap();
        assert_eq!(store.newest_crl(one, None).await.unwrap(), Some(long(one, number)));
        assert_eq!(store.newest_crl(two, None).await.unwrap(), Some(long(two, number)));
    }
    assert!(matches!(store.put_crl(long(one, 2)).await, Err(StoreError::Refused(_))));
    assert_eq!(store.newest_crl(one, None).await.unwrap(), Some(long(one, 3)));
    let part = Crl { shard: Some(1), ..long(one, 4) };
    store.put_crl(part.clone()).await.unwrap();
    assert_eq!(
        store.newest_crl(one, None).await.unwrap(),
        Some(long(one, 3)),
        "a part replaces no whole list"
    );
    assert_eq!(store.newest_crl(one, Some(1)).await.unwrap(), Some(part));
    let short = Crl { this_update: at(400), ..crl(one, 5) };
    store.put_crl(short.clone()).await.unwrap();
    assert_eq!(store.newest_crl(one, None).await.unwrap(), Some(short));
}

pub(crate) async fn authorities_and_meta_are_kept(store: &dyn Store) {
    let id = issuer(store, "ca").await;
    let authority = store.authority(id).await.unwrap().unwrap();
    assert_eq!((authority.name.as_str(), authority.role), ("ca", AuthorityRole::Issuing));
    assert_eq!((authority.key_reference.as_str(), authority.retired_at), ("ca.key", None));
    let twice = NewAuthority {
        name: "ca".to_owned(),
        role: AuthorityRole::Ra,
        certificate: vec![],
        key_reference: String::new(),
        created_at: at(0),
    };
    assert!(matches!(store.put_authority(twice).await, Err(StoreError::Refused(_))));
    store.retire_authority(id, at(5)).await.unwrap();
    store.retire_authority(id, at(9)).await.unwrap();
    assert_eq!(store.authorities().await.unwrap()[0].retired_at, Some(at(5)));
    assert_eq!(store.meta("epoch").await.unwrap(), None);
    store.put_meta("epoch", "1").await.unwrap();
    store.put_meta("epoch", "2").await.unwrap();
    assert_eq!(store.meta("epoch").await.unwrap().as_deref(), Some("2"));
}

pub(crate) async fn rules_hold_and_release_one_by_one(store: &dyn Store) {
    use chancery::standing::Rule;
    let issuer = issuer(store, "ca").await;
    let id = issue(store, issuer, 1).await;
    let asked: &'static [Rule] = &[Rule::UserDisabled, Rule::DeviceDeleted];
    let ground = |rule, reason, after| Ground { rule, at: at(after), reason, said: "because".to_owned() };
    let ruling = |grounds: Vec<Ground>| vec![Ruling { id, asked, grounds, found: Vec::new() }];
    let held = ground(Rule::UserDisabled, 6, 20);
    assert_eq!(store.rule(ruling(vec![held.clone()]), at(30)).await.unwrap(), 1);
    assert_eq!(store.rule(ruling(vec![held.clone()]), at(31)).await.unwrap(), 0, "nothing new");
    assert!(matches!(store.revoke(revocation(issuer, 1, 6)).await.unwrap(), Revoked::Already(_)));
    assert_eq!(store.rule(ruling(vec![]), at(32)).await.unwrap(), 0, "the operator's hold goes on");
    assert_eq!(store.revoke(revocation(issuer, 1, 8)).await.unwrap(), Revoked::Released);
    let gone = ground(Rule::DeviceDeleted, 5, 33);
    assert_eq!(store.rule(ruling(vec![held.clone(), gone.clone()]), at(34)).await.unwrap(), 1);
    assert_eq!(store.rule(ruling(vec![]), at(35)).await.unwrap(), 0, "what is for good stays");
    assert_eq!(store.grounds(id).await.unwrap(), [gone]);
    let status = store.status(issuer, &reservation(issuer, 1).serial).await.unwrap();
    assert_eq!(status, Some(Status::Revoked(Revocation { at: at(33), reason: 5 })));
    sound(store).await;
}

pub(crate) async fn what_a_directory_says_and_whom_certificates_name(store: &dyn Store) {
    use chancery::standing::{Kind, Record, Rule};
    let issuer = issuer(store, "ca").await;
    let binding = |named, key: &str| Binding {
        named,
        source: "tenant".to_owned(),
        key: key.to_owned(),
        evidence: "common name".to_owned(),
        record: None,
    };
    let bindings = vec![binding(Named::Device, "d-1"), binding(Named::User, "ada@contoso.example")];
    let first = reserve(store, Reservation { bindings, ..reservation(issuer, 1) }).await;
    store.complete(completion(first, 1)).await.unwrap();
    let bindings = vec![binding(Named::User, "ada@contoso.example")];
    reserve(store, Reservation { bindings, ..reservation(issuer, 2) }).await;
    let record = Record { key: Some("d-1".to_owned()), ..Record::new(Kind::Managed, "o-1", 5) };
    let ids = store.learn("tenant", vec![record.clone()]).await.unwrap();
    assert_eq!(store.learn("tenant", vec![record.clone()]).await.unwrap(), ids, "the same row");
    assert_eq!(store.learn("other", vec![record.clone()]).await.unwrap().len(), 1);
    let known = store.known("tenant", RecordId(0), 10).await.unwrap();
    assert_eq!(known, [StoredRecord { id: ids[0], record }]);
    let all = |after| Whom::All { after, limit: 10 };
    let (last, bound) = store.bound(all(CertificateId(0)), at(10)).await.unwrap();
    assert_eq!(bound.len(), 1, "what is reserved names nobody yet");
    assert_eq!(bound[0].bindings.len(), 2);
    assert!(store.bound(all(last.unwrap()), at(10)).await.unwrap().1.is_empty());
    assert!(store.bound(all(CertificateId(0)), at(400 * 86_400)).await.unwrap().1.is_empty(), "expired");
    let found = vec![(Named::Device, ids[0])];
    let asked: &'static [Rule] = &[];
    store.rule(vec![Ruling { id: first, asked, grounds: Vec::new(), found }], at(11)).await.unwrap();
    let these = Whom::These { records: ids.clone(), keys: Vec::new() };
    assert_eq!(store.bound(these, at(10)).await.unwrap().1[0].bindings[0].record, Some(ids[0]));
    let unfound = || Whom::Unfound { after: CertificateId(0), limit: 10 };
    assert_eq!(store.bound(unfound(), at(10)).await.unwrap().1.len(), 1, "the user is not found yet");
    let event = || AuditEvent::detail("{}".to_owned());
    store.rebind(first, Named::User, None, event(), at(12)).await.unwrap();
    assert!(store.bound(unfound(), at(10)).await.unwrap().1.is_empty());
    assert_eq!(store.bindings(first).await.unwrap().len(), 1);
    sound(store).await;
}
