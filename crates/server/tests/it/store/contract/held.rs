//! Held requests: one for each transaction and challenge, so many at an endpoint, and one certificate by one approval.

use crate::store::sample::{at, hash, issuer, reservation, reserve};
use chancery::store::*;

fn request(n: u64) -> NewHeld {
    let request = HeldRequest {
        endpoint: "intune".to_owned(),
        transaction_id: format!("transaction {n}"),
        transaction: TransactionHash(hash(1, n)),
        signer: KeyHash(hash(3, n)),
        key: KeyHash(hash(3, n)),
        csr_hash: hash(2, n),
        csr: vec![0x30; 700],
        subject: format!("CN=device-{n}"),
        rule: "sensitive".to_owned(),
        sentence: "Is it?".to_owned(),
        by: "one_time".to_owned(),
        sid_vouched: true,
        claim: Some(ClaimHash(hash(4, n))),
        facts: "{}".to_owned(),
        created_at: at(0),
        expires_at: at(100),
    };
    NewHeld { request, most: 3, event: AuditEvent::detail("{}".to_owned()) }
}

async fn hold(store: &dyn Store, n: u64) -> HeldId {
    match store.hold(request(n)).await.unwrap() {
        Holding::New(id) => id,
        other => panic!("not held: {other:?}"),
    }
}

async fn decide(store: &dyn Store, id: HeldId, approved: bool, seconds: i64) -> Decided {
    let by = "ada".to_owned();
    store.decide_held(HeldDecision { id, approved, by, at: at(seconds) }).await.unwrap()
}

async fn assert_sound(store: &dyn Store) {
    assert_eq!(store.faults(Check::Held, 10).await.unwrap(), []);
}

pub(crate) async fn a_request_is_held_once_and_comes_back_as_it_was(store: &dyn Store) {
    let id = hold(store, 1).await;
    let held = store.held(id).await.unwrap().unwrap();
    assert_eq!((&held.request, held.state), (&request(1).request, HeldState::Waiting));
    assert_eq!(store.hold(request(1)).await.unwrap(), Holding::Already(Box::new(held.clone())));
    assert_eq!(store.held_of(TransactionHash(hash(1, 1))).await.unwrap(), Some(held.clone()));
    let by = store.held_by("intune", "transaction 1", KeyHash(hash(3, 1))).await.unwrap();
    assert_eq!(by, Some(held));
    assert_eq!(store.held_by("other", "transaction 1", KeyHash(hash(3, 1))).await.unwrap(), None);
    assert_eq!(store.held_by("intune", "transaction 1", KeyHash(hash(3, 2))).await.unwrap(), None);
    assert_sound(store).await;
}

pub(crate) async fn t33_so_many_requests_wait_at_an_endpoint(store: &dyn Store) {
    for n in 1..=3 {
        hold(store, n).await;
    }
    assert_eq!(store.hold(request(4)).await.unwrap(), Holding::Full { waiting: 3 });
    decide(store, HeldId(2), false, 1).await;
    hold(store, 4).await;
    assert_eq!(store.expire_held(at(99)).await.unwrap(), 0);
    assert_eq!(store.expire_held(at(100)).await.unwrap(), 3, "what was denied stays so");
    hold(store, 5).await;
    assert_sound(store).await;
}

pub(crate) async fn t17_a_held_challenge_is_spent_by_its_own_transaction_alone(store: &dyn Store) {
    let authority = issuer(store, "ca").await;
    let id = hold(store, 1).await;
    let mut second = request(2);
    second.request.claim = request(1).request.claim;
    assert_eq!(store.hold(second).await.unwrap(), Holding::ChallengeSpent);
    let thief = Reservation { claims: vec![ClaimHash(hash(4, 1))], ..reservation(authority, 9) };
    for approved in [false, true] {
        if approved {
            assert_eq!(decide(store, id, true, 1).await, Decided::Done);
        }
        let outcome = store.reserve(thief.clone()).await.unwrap();
        assert!(matches!(outcome, Reserved::ChallengeHeld), "{outcome:?}");
    }
    // One that was spent holds nothing.
    reserve(store, reservation(authority, 3)).await;
    let late = NewHeld {
        request: HeldRequest { transaction: TransactionHash([9; 32]), ..request(3).request },
        ..request(3)
    };
    assert_eq!(store.hold(late).await.unwrap(), Holding::ChallengeSpent);
    reserve(store, Reservation { held: Some(id), ..reservation(authority, 1) }).await;
    assert_sound(store).await;
}

pub(crate) async fn i5_a_held_transaction_is_reserved_by_its_approval_once(store: &dyn Store) {
    let authority = issuer(store, "ca").await;
    let id = hold(store, 1).await;
    let with = |held| Reservation { held, ..reservation(authority, 1) };
    let refused = async |reservation: Reservation, what: &str| {
        let outcome = store.reserve(reservation).await.unwrap();
        assert!(matches!(outcome, Reserved::NotApproved), "{what}: {outcome:?}");
    };
    refused(with(Some(id)), "waiting").await;
    refused(with(None), "around it").await;
    assert_eq!(decide(store, id, true, 1).await, Decided::Done);
    refused(with(None), "around the approval").await;
    refused(with(Some(HeldId(id.0 + 1))), "another number").await;
    refused(Reservation { csr_hash: [7; 32], ..with(Some(id)) }, "other octets").await;
    refused(Reservation { at: at(100), ..with(Some(id)) }, "too late").await;
    refused(Reservation { held: Some(id), ..reservation(authority, 2) }, "another transaction").await;
    let certificate = reserve(store, with(Some(id))).await;
    let held = store.held(id).await.unwrap().unwrap();
    assert_eq!((held.certificate, held.standing(at(1_000))), (Some(certificate), HeldState::Approved));
    let again = store.reserve(with(Some(id))).await.unwrap();
    assert!(matches!(again, Reserved::Already(_)), "{again:?}");
    assert_sound(store).await;
}

pub(crate) async fn m69_a_decision_about_a_held_request_is_final(store: &dyn Store) {
    let (first, second) = (hold(store, 1).await, hold(store, 2).await);
    assert_eq!(decide(store, first, true, 1).await, Decided::Done);
    assert_eq!(decide(store, first, false, 2).await, Decided::Not(HeldState::Approved));
    assert_eq!(decide(store, second, true, 100).await, Decided::Not(HeldState::Expired));
    assert_eq!(decide(store, HeldId(77), true, 1).await, Decided::Unknown);
    let held = store.held(first).await.unwrap().unwrap();
    assert_eq!((held.decided_by.as_deref(), held.decided_at), (Some("ada"), Some(at(1))));
    let search = HeldSearch { waiting_at: Some(at(2)), after: HeldId(0), limit: 10 };
    let waiting: Vec<HeldId> = store.all_held(search).await.unwrap().iter().map(|one| one.id).collect();
    assert_eq!(waiting, [second]);
    assert_sound(store).await;
}
