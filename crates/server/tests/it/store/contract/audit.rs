//! The audit chain.

use chancery::store::*;

use crate::store::sample::*;

pub(crate) async fn i9_one_link_for_each_event(store: &dyn Store) {
    let start = store.audit_head().await.unwrap();
    assert_eq!((start.sequence, start.hash), (0, [0; 32]));
    let issuer = issuer(store, "ca").await;
    let id = issue(store, issuer, 1).await;
    let head = store.append_audit(AuditEvent::new("server.started", "{}".to_owned()), at(5)).await.unwrap();
    let rows = store.audit(0, 10).await.unwrap();
    assert_eq!(rows.iter().map(|row| row.sequence).collect::<Vec<_>>(), [1, 2, 3]);
    let n = id.0;
    assert_eq!(
        rows.iter().map(|row| row.event.as_str()).collect::<Vec<_>>(),
        [
            format!(
                r#"{{"event":"certificate.reserved","certificate":{n},"detail":{{"peer":"127.0.0.1","n":1}}}}"#
            ),
            format!(r#"{{"event":"certificate.issued","certificate":{n},"detail":{{"by":"ca"}}}}"#),
            r#"{"event":"server.started","detail":{}}"#.to_owned(),
        ]
    );
    assert_eq!((head.sequence, head.hash), (3, rows[2].hash));
    assert_eq!(store.audit_head().await.unwrap(), head);
    assert_eq!(store.verify_audit(Some(head)).await.unwrap(), AuditVerdict::Sound(head));
    assert_eq!(store.audit(2, 10).await.unwrap().len(), 1);
}

pub(crate) async fn t80_known_head_must_be_on_the_chain(store: &dyn Store) {
    let event = || AuditEvent::new("test.ran", "1".to_owned());
    let first = store.append_audit(event(), at(1)).await.unwrap();
    let second = store.append_audit(event(), at(2)).await.unwrap();
    assert_eq!(store.verify_audit(Some(first)).await.unwrap(), AuditVerdict::Sound(second));
    let lost = AuditHead { sequence: 9, hash: [1; 32] };
    assert_eq!(store.verify_audit(Some(lost)).await.unwrap(), AuditVerdict::Broken(AuditBreak::Head(9)));
    let rewritten = AuditHead { sequence: 1, hash: [1; 32] };
    assert_eq!(store.verify_audit(Some(rewritten)).await.unwrap(), AuditVerdict::Broken(AuditBreak::Head(1)));
}

pub(crate) async fn i9_text_that_is_not_json_is_kept_as_text(store: &dyn Store) {
    for detail in ["", "{", "\"}\n,\u{1b}[2J", "CN=a\u{0}b"] {
        store.append_audit(AuditEvent::new("a\"b", detail.to_owned()), at(1)).await.unwrap();
        let row = store.audit(0, 99).await.unwrap().pop().unwrap();
        let event: serde_json::Value = serde_json::from_str(&row.event).unwrap();
        assert_eq!((event["event"].as_str(), event["detail"].as_str()), (Some("a\"b"), Some(detail)));
        assert!(row.event.chars().all(|character| !character.is_control()), "escaped");
    }
}

pub(crate) async fn m66_rows_of_a_transaction_are_found_newest_first(store: &dyn Store) {
    let refused = |transaction: &str, why: &str| {
        let detail = serde_json::json!({ "transaction": transaction, "why": why });
        AuditEvent::new("request.refused", detail.to_string())
    };
    let odd = "a\"b%\\_";
    for (transaction, why) in
        [("T1", "first"), ("T2", "\"transaction\":\"T1\""), ("T1", "second"), (odd, "odd"), ("T11", "longer")]
    {
        store.append_audit(refused(transaction, why), at(1)).await.unwrap();
    }
    let found = async |transaction: &str, limit| {
        let rows = store.audit_of(transaction, limit).await.unwrap();
        rows.iter().map(|row| row.sequence).collect::<Vec<_>>()
    };
    assert_eq!(found("T1", 9).await, [3, 1]);
    assert_eq!(found("T1", 1).await, [3]);
    assert_eq!(found(odd, 9).await, [4]);
    assert_eq!(found("T", 9).await, [0_u64; 0]);
}
