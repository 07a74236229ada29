//! The outbox.

use chancery::store::*;

use crate::store::sample::*;

async fn due(store: &dyn Store, seconds: i64) -> Vec<NotificationId> {
    store.due(at(seconds), 10).await.unwrap().into_iter().map(|due| due.id).collect()
}

pub(crate) async fn i6_due_only_when_issued_and_in_time(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let reservation = Reservation { notification: Some(notification(30)), ..reservation(issuer, 1) };
    let id = reserve(store, reservation).await;
    let told = store.notification_of(id).await.unwrap().unwrap();
    assert_eq!((told.certificate, told.state, told.attempts), (Some(id), NotificationState::Pending, 0));
    assert_eq!((told.kind.as_str(), told.payload.as_str()), ("intune.success", r#"{"tenant":"t"}"#));
    assert_eq!(due(store, 100).await, [], "nothing to tell before the second commit");
    store.complete(completion(id, 1)).await.unwrap();
    assert_eq!(due(store, 29).await, []);
    assert_eq!(due(store, 30).await, [told.id]);
    let late = store.faults(Check::Notifications { now: at(30 + 3_601) }, 10).await.unwrap();
    assert_eq!(late.iter().map(|fault| fault.certificate).collect::<Vec<_>>(), [Some(id)]);
}

pub(crate) async fn i6_attempts_are_counted_and_accepted_is_final(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let id = issue(store, issuer, 1).await;
    let told = store.notification_of(id).await.unwrap().unwrap().id;
    let retry = |seconds| Attempt::Retry { at: at(seconds), error: "HTTP 500".to_owned() };
    store.settle(told, retry(10)).await.unwrap();
    store.settle(told, retry(20)).await.unwrap();
    assert_eq!((due(store, 19).await, due(store, 20).await), (vec![], vec![told]));
    let state = store.notification_of(id).await.unwrap().unwrap();
    assert_eq!((state.attempts, state.last_error.as_deref()), (2, Some("HTTP 500")));
    store.settle_of(id, Attempt::Accepted).await.unwrap();
    store.settle_of(CertificateId(99), Attempt::Accepted).await.unwrap();
    store.settle(told, retry(30)).await.unwrap();
    store.settle(told, Attempt::Dead { error: "late".to_owned() }).await.unwrap();
    let state = store.notification_of(id).await.unwrap().unwrap();
    assert_eq!((state.state, state.attempts), (NotificationState::Accepted, 2));
    assert_eq!(store.certificate(id).await.unwrap().unwrap().notification, Some(NotificationState::Accepted));
    assert_eq!(due(store, 1_000).await, []);
}

pub(crate) async fn t73_a_dead_notification_is_listed_and_not_due(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        let id = issue(store, issuer, n).await;
        ids.push(store.notification_of(id).await.unwrap().unwrap().id);
    }
    store.settle(ids[1], Attempt::Dead { error: "HTTP 400".to_owned() }).await.unwrap();
    assert_eq!(due(store, 0).await, [ids[0], ids[2]]);
    let search = |state, after| NotificationSearch { state, after, limit: 10 };
    let dead = store.notifications(search(NotificationState::Dead, NotificationId(0))).await.unwrap();
    assert_eq!((dead.len(), dead[0].id, dead[0].last_error.as_deref()), (1, ids[1], Some("HTTP 400")));
    let pending = store.notifications(search(NotificationState::Pending, ids[0])).await.unwrap();
    assert_eq!(pending.iter().map(|told| told.id).collect::<Vec<_>>(), [ids[2]]);
    let counts = store.counts().await.unwrap();
    assert_eq!((counts.notifications_pending, counts.notifications_dead), (2, 1));
}

pub(crate) async fn refusals_are_notified_without_certificate(store: &dyn Store) {
    let first = store.enqueue(notification(0)).await.unwrap();
    let second = store.enqueue(notification(-5)).await.unwrap();
    assert_eq!(due(store, 0).await, [second, first], "what waits longest goes first");
    assert_eq!(store.due(at(0), 1).await.unwrap()[0].certificate, None);
}
