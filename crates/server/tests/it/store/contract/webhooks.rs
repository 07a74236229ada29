//! Webhooks and the outbox of their messages.

use chancery::store::*;
use chancery::webhooks::EventKind;

use crate::store::sample::*;

fn webhook(name: &str, most: u32) -> NewWebhook {
    NewWebhook {
        name: name.to_owned(),
        url: "https://hooks.example.com/".to_owned(),
        events: vec![EventKind::Issued, EventKind::Held],
        secret: vec![7; 60],
        created_at: at(1),
        most,
        event: AuditEvent::detail(r#"{"by":"test"}"#.to_owned()),
    }
}

fn message(id: &str, after: i64) -> NewDelivery {
    NewDelivery {
        message: id.to_owned(),
        event: EventKind::Held,
        body: "{}".to_owned(),
        created_at: at(1),
        next_attempt_at: at(after),
        deadline_at: at(86_400),
    }
}

async fn added(store: &dyn Store, name: &str) -> WebhookId {
    match store.put_webhook(webhook(name, 9)).await.unwrap() {
        WebhookAdded::New(id) => id,
        other => panic!("{other:?}"),
    }
}

pub(crate) async fn a_webhook_begins_where_the_audit_is_and_its_name_is_taken_until_it_goes(
    store: &dyn Store,
) {
    store.append_audit(AuditEvent::new("a.b", "{}".to_owned()), at(0)).await.unwrap();
    let id = added(store, "one").await;
    let all = store.webhooks().await.unwrap();
    assert_eq!((all.len(), all[0].mark, all[0].name.as_str()), (1, 2, "one"));
    assert_eq!(all[0].events, [EventKind::Issued, EventKind::Held]);
    assert_eq!(store.put_webhook(webhook("one", 9)).await.unwrap(), WebhookAdded::NameTaken);
    assert_eq!(store.put_webhook(webhook("two", 1)).await.unwrap(), WebhookAdded::Full);
    let event = || AuditEvent::detail(r#"{"by":"test"}"#.to_owned());
    assert!(store.remove_webhook(id, event(), at(2)).await.unwrap());
    assert!(!store.remove_webhook(id, event(), at(3)).await.unwrap());
    assert_eq!(store.webhooks().await.unwrap(), []);
    assert!(added(store, "one").await > id);
    let rows = store.audit(1, 9).await.unwrap();
    let kinds: Vec<_> = rows.iter().map(|row| row.event.split('"').nth(3).unwrap()).collect();
    assert_eq!(kinds, ["webhook.added", "webhook.removed", "webhook.added"]);
}

pub(crate) async fn messages_and_mark_are_one_commit_and_a_message_is_recorded_once(store: &dyn Store) {
    let id = added(store, "one").await;
    let post = |progress, ids: &[&str]| {
        let messages = ids.iter().map(|id| message(id, 5)).collect();
        store.post(Posting { webhook: id, progress, messages })
    };
    assert_eq!(post(Some((1, 7)), &["a", "b"]).await.unwrap().unwrap().len(), 2);
    assert_eq!(store.webhooks().await.unwrap()[0].mark, 7);
    assert_eq!(post(Some((1, 9)), &["c"]).await.unwrap(), None, "another has followed the chain");
    assert_eq!(post(None, &["b", "d"]).await.unwrap().unwrap().len(), 1);
    assert_eq!(store.deliveries_waiting(id).await.unwrap(), 3);
    assert_eq!(store.due_deliveries(id, at(4), 9).await.unwrap(), []);
    let due = store.due_deliveries(id, at(5), 2).await.unwrap();
    assert_eq!(due.iter().map(|one| one.message.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    store.remove_webhook(id, AuditEvent::detail("{}".to_owned()), at(6)).await.unwrap();
    assert_eq!(post(None, &["e"]).await.unwrap(), None);
    assert_eq!(store.deliveries_waiting(id).await.unwrap(), 0);
}

pub(crate) async fn attempts_are_kept_and_what_is_settled_stays_so_until_it_is_forgotten(store: &dyn Store) {
    let id = added(store, "one").await;
    let messages = ["a", "b", "c"].map(|id| message(id, 0)).to_vec();
    let ids = store.post(Posting { webhook: id, progress: None, messages }).await.unwrap().unwrap();
    let settle = |id, seconds, outcome: &str, next| {
        let attempt = DeliveryAttempt { at: at(seconds), outcome: outcome.to_owned() };
        store.settle_delivery(id, attempt, next)
    };
    settle(ids[0], 1, "HTTP 500", DeliveryNext::Again(at(10))).await.unwrap();
    settle(ids[0], 10, "HTTP 204", DeliveryNext::Delivered).await.unwrap();
    settle(ids[0], 11, "HTTP 500", DeliveryNext::Dead).await.unwrap();
    settle(ids[1], 12, "HTTP 410", DeliveryNext::Dead).await.unwrap();
    let listed = store.deliveries(id, DeliveryId(i64::MAX), 9).await.unwrap();
    let states: Vec<_> = listed.iter().map(|one| (one.state, one.attempts.len())).collect();
    assert_eq!(
        states,
        [(DeliveryState::Pending, 0), (DeliveryState::Dead, 1), (DeliveryState::Delivered, 3)]
    );
    assert_eq!(listed[2].attempts[1], DeliveryAttempt { at: at(10), outcome: "HTTP 204".to_owned() });
    assert_eq!(store.deliveries(id, ids[1], 9).await.unwrap(), listed[2..]);
    assert_eq!(store.purge_deliveries(at(12)).await.unwrap(), 1);
    assert_eq!(store.purge_deliveries(at(1_000)).await.unwrap(), 1);
    assert_eq!(store.deliveries(id, DeliveryId(i64::MAX), 9).await.unwrap().len(), 1, "what waits is kept");
}

pub(crate) async fn what_ends_soon_is_issued_good_and_without_successor(store: &dyn Store) {
    let issuer = issuer(store, "ca").await;
    let ending = at(365 * 86_400);
    let good = issue(store, issuer, 1).await;
    let renewed = issue(store, issuer, 2).await;
    let mut successor = reservation(issuer, 3);
    (successor.supersedes, successor.not_after) = (Some(renewed), ending.plus_days(9));
    reserve(store, reservation(issuer, 4)).await;
    let successor = reserve(store, successor).await;
    let found = store.expiring(ending.plus_seconds(-1), ending, 9).await.unwrap();
    let ids: Vec<_> = found.first.iter().map(|one| one.id).collect();
    assert_eq!((found.total, ids), (2, vec![good, renewed]), "a successor that is not issued is none");
    assert_eq!(store.expiring(ending.plus_seconds(-1), ending, 1).await.unwrap().first.len(), 1);
    assert_eq!(store.expiring(ending, ending.plus_days(1), 9).await.unwrap().total, 0);
    store.complete(completion(successor, 3)).await.unwrap();
    store.revoke(revocation(issuer, 1, 1)).await.unwrap();
    assert_eq!(store.expiring(ending.plus_seconds(-1), ending, 9).await.unwrap().total, 0);
}
