//! Certificates seen in use, conversations that stalled, requests by name.

use chancery::store::*;

use crate::store::sample::*;

fn seen(n: u64, by: &str, second: i64) -> Seen {
    Seen { serial: serial(n), by: by.to_owned(), at: at(second) }
}

pub(crate) async fn sightings_are_of_what_was_issued_and_the_first_stays(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let issued = issue(store, issuer, 1).await;
    let reserved = reserve(store, reservation(issuer, 2)).await;
    let event = || Some(AuditEvent::detail("{}".to_owned()));
    let first = vec![seen(1, "ocsp", 100), seen(2, "ocsp", 100), seen(3, "ocsp", 100)];
    assert_eq!(store.see(first, event()).await.unwrap(), 1, "one is reserved and one is unknown");
    assert_eq!(store.sighting(reserved).await.unwrap(), None);
    let before = store.audit_head().await.unwrap();
    assert_eq!(store.see(vec![seen(1, "radius", 200)], event()).await.unwrap(), 0);
    let sighting = store.sighting(issued).await.unwrap().unwrap();
    assert_eq!((sighting.first_at, sighting.first_by.as_str()), (at(100), "ocsp"));
    assert_eq!(sighting.last_by, "ocsp", "the same hour writes nothing");
    store.see(vec![seen(1, "radius", 3 * 3600)], None).await.unwrap();
    // A hint that comes late takes nothing back.
    store.see(vec![seen(1, "webhook", 50)], None).await.unwrap();
    let sighting = store.sighting(issued).await.unwrap().unwrap();
    assert_eq!((sighting.first_at, sighting.last_by.as_str()), (at(100), "radius"));
    assert_eq!(sighting.last_at.unix() % 3600, 0);
    assert_eq!(store.audit_head().await.unwrap(), before, "only the first is a row");
}

fn stall(address: &str, reason: &str, count: u32, second: i64) -> NewStalled {
    NewStalled {
        endpoint: "once".to_owned(),
        address: address.to_owned(),
        user_agent: "agent".to_owned(),
        reason: reason.to_owned(),
        count,
        first_at: at(second),
        last_at: at(second),
        seen: "{}".to_owned(),
    }
}

pub(crate) async fn stalled_conversations_of_one_peer_add_up_and_are_paged(store: &dyn Store) {
    let new = vec![stall("a", "no_request", 2, 1), stall("b", "no_request", 1, 1), stall("a", "other", 1, 3)];
    assert_eq!(store.stall(new).await.unwrap(), 3);
    let before = store.audit_head().await.unwrap();
    assert_eq!(store.stall(vec![stall("a", "no_request", 5, 9)]).await.unwrap(), 0);
    assert_eq!(store.audit_head().await.unwrap(), before, "the same peer fills no audit");
    let all = |after, limit| store.stalled(StalledSearch { endpoint: None, after, limit });
    let first = all(None, 2).await.unwrap();
    let told = |rows: &[Stalled]| -> Vec<(String, u32)> {
        rows.iter().map(|one| (one.row.address.clone(), one.row.count)).collect()
    };
    assert_eq!(told(&first), [("a".to_owned(), 7), ("a".to_owned(), 1)]);
    assert_eq!((first[0].row.first_at, first[0].row.last_at), (at(1), at(9)));
    let last = first.last().unwrap();
    let next = all(Some((last.row.last_at, last.id)), 2).await.unwrap();
    assert_eq!(told(&next), [("b".to_owned(), 1)]);
    let elsewhere = StalledSearch { endpoint: Some("x".to_owned()), after: None, limit: 9 };
    assert_eq!(store.stalled(elsewhere).await.unwrap(), []);
}

fn asked(n: u64, identity: &str) -> NewAsked {
    NewAsked {
        id: format!("{n:032x}"),
        transaction: TransactionHash(hash(7, n)),
        key: KeyHash(hash(8, n)),
        endpoint: "counter".to_owned(),
        profile: "web".to_owned(),
        asked_by: format!("token of {identity}"),
        identity: identity.to_owned(),
        subject: "CN=a".to_owned(),
        server_key: false,
        event: AuditEvent::detail("{}".to_owned()),
        at: at(0),
    }
}

pub(crate) async fn t86_requests_are_listed_by_whose_they_are_and_a_refusal_stays(store: &dyn Store) {
    for (n, identity) in [(1, "ada"), (2, "bea"), (3, "ada")] {
        store.put_asked(asked(n, identity)).await.unwrap();
    }
    let ids = |search: AskedSearch| async move {
        let rows = store.all_asked(search).await.unwrap();
        rows.iter().map(|row| u64::from_str_radix(&row.id, 16).unwrap()).collect::<Vec<_>>()
    };
    let of = |identity: Option<&str>, before| AskedSearch {
        identity: identity.map(str::to_owned),
        before,
        limit: 9,
    };
    assert_eq!(ids(of(Some("ada"), None)).await, [3, 1]);
    assert_eq!(ids(of(None, None)).await, [3, 2, 1]);
    assert_eq!(ids(of(None, Some(3))).await, [2, 1]);
    let verdict = Verdict { code: "CHY-2104".into(), sentence: "No.".into(), fix: "Ask for less.".into() };
    let event = AuditEvent::detail("{}".to_owned());
    store.refuse_asked(&asked(2, "bea").id, verdict.clone(), event, at(1)).await.unwrap();
    let row = store.asked(&asked(2, "bea").id).await.unwrap().unwrap();
    assert_eq!((row.verdict, row.asked_by.as_str()), (Some(verdict), "token of bea"));
}
