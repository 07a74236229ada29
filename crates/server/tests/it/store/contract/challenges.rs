//! A challenge is spent once.

use chancery::store::*;

use crate::store::sample::*;

pub(crate) async fn t17_challenge_is_spent_once_by_sixteen_tasks(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let claims = vec![ClaimHash(hash(4, 0))];
    let tries = (1..=16).map(|n| Reservation { claims: claims.clone(), ..reservation(issuer, n) });
    let outcomes = all(tries.map(|reservation| store.reserve(reservation))).await;
    let mut winner = None;
    for outcome in &outcomes {
        match outcome {
            Ok(Reserved::New(id)) => assert_eq!(winner.replace(*id), None, "spent twice"),
            Ok(Reserved::ChallengeSpent { by }) => assert_eq!(Some(*by), winner),
            other => panic!("{other:?}"),
        }
    }
    assert!(winner.is_some());
    assert_eq!(store.counts().await.unwrap().certificates, 1);
}

pub(crate) async fn t17_spent_claim_leaves_nothing_behind(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    reserve(store, reservation(issuer, 1)).await;
    let before = (store.audit_head().await.unwrap(), store.counts().await.unwrap());
    // The first of its claims is fresh, the second is spent.
    let claims = vec![ClaimHash(hash(4, 2)), ClaimHash(hash(4, 1))];
    let outcome = store.reserve(Reservation { claims, ..reservation(issuer, 2) }).await.unwrap();
    assert!(matches!(outcome, Reserved::ChallengeSpent { .. }));
    assert_eq!((store.audit_head().await.unwrap(), store.counts().await.unwrap()), before);
    reserve(store, reservation(issuer, 2)).await;
}

fn challenge(n: u64, expires: i64) -> NewChallenge {
    NewChallenge {
        hash: ClaimHash(hash(4, n)),
        endpoint: "kiosk".to_owned(),
        identity: Some(r#"{"common_name":"kiosk-1"}"#.to_owned()),
        expires_at: at(expires),
        created_at: at(0),
        note: "for the lobby".to_owned(),
    }
}

pub(crate) async fn one_time_challenge_shows_where_it_was_spent(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    assert!(store.put_challenge(challenge(1, 60)).await.unwrap());
    assert!(!store.put_challenge(challenge(1, 90)).await.unwrap(), "it is there already");
    let fresh = store.challenge(ClaimHash(hash(4, 1))).await.unwrap().unwrap();
    assert_eq!((fresh.spent_on, fresh.expires_at, fresh.endpoint.as_str()), (None, at(60), "kiosk"));
    let id = reserve(store, reservation(issuer, 1)).await;
    let spent = store.challenge(fresh.hash).await.unwrap().unwrap();
    assert_eq!(spent.spent_on, Some(id));
    assert_eq!(spent.identity.as_deref(), Some(r#"{"common_name":"kiosk-1"}"#));
    assert!(store.challenge(ClaimHash([0; 32])).await.unwrap().is_none());
}

pub(crate) async fn purge_forgets_the_expired_and_keeps_claims(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    for (n, expires) in [(1, 10), (2, 20), (3, 30)] {
        store.put_challenge(challenge(n, expires)).await.unwrap();
    }
    reserve(store, reservation(issuer, 1)).await;
    assert_eq!(store.purge_challenges(at(20)).await.unwrap(), 1);
    let left: Vec<_> = store.challenges(10).await.unwrap().into_iter().map(|left| left.hash).collect();
    assert_eq!(left, [ClaimHash(hash(4, 3)), ClaimHash(hash(4, 2))]);
    let replay = Reservation { claims: vec![ClaimHash(hash(4, 1))], ..reservation(issuer, 9) };
    assert!(matches!(store.reserve(replay).await.unwrap(), Reserved::ChallengeSpent { .. }));
}
