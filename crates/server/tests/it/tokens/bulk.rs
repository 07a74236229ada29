//! Revoking by REST: many at once, words and bodies.

use super::office::{CONFIGURED, Office};
use crate::store::sample;
use chancery::store::{AuditEvent, Binding, Completion, Named, Reservation, Reserved};
use chancery::tokens::Scope;
use pki::certificate::Serial;
use pki::crl::Reason;
use serde_json::json;

const DEVICE: &str = "5f0c6a52-1b1e-4a0e-9d43-8a7b6c5d4e3f";

/// Certificates of one device in the store of this world's CA; their bytes are no certificates.
async fn fill(office: &Office, many: u64) {
    let world = &office.world;
    let binding = Binding {
        named: Named::Device,
        source: "list".to_owned(),
        key: DEVICE.to_owned(),
        evidence: "test".to_owned(),
        record: None,
    };
    let issuer = world.authority.issuing.id;
    let not_after = office.now().plus_days(365);
    let one = |n| Reservation {
        not_after,
        notification: None,
        bindings: vec![binding.clone()],
        ..sample::reservation(issuer, n)
    };
    let pending: Vec<_> = (0..many).map(|n| world.store.reserve(one(n))).collect();
    for (n, pending) in (0..many).zip(pending) {
        let Reserved::New(id) = pending.await.unwrap() else { panic!("not new") };
        let (der, event) = (sample::completion(id, n).der, AuditEvent::detail("{}".to_owned()));
        world.store.complete(Completion { id, der, at: office.now(), event }).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_certificates_of_a_device_are_revoked_by_one_request() {
    const MANY: u64 = 1_000;
    let office = Office::open().await;
    fill(&office, MANY).await;
    let bystander = office.enrolled("bystander").await;
    let token = office.token("mdm", &[Scope::CertRevoke], None).await;
    let body = json!({ "device": DEVICE.to_uppercase(), "reason": "cessationOfOperation" }).to_string();
    let done = office.call("POST", "certificates/revoke", &token, &body).await;
    assert_eq!((done.status, &done.json["changed"]), (200, &json!(MANY)), "{}", done.json["title"]);
    let rows = done.json["certificates"].as_array().unwrap();
    let revoked = |n| {
        let serial = Serial::new(&sample::serial(n)).to_string();
        rows.contains(&json!({ "serial": serial, "result": "revoked", "changed": true }))
    };
    assert!(rows.len() == 1_000 && (0..MANY).all(revoked));
    let by = office.audit("certificate.revoked").await;
    assert!(by.len() == 1_000 && by.iter().all(|row| row["by"] == "token mdm"));
    let again = office.call("POST", "certificates/revoke", &token, &body).await;
    assert_eq!((again.status, &again.json["changed"]), (200, &json!(0)), "asking again changes nothing");
    assert_eq!(office.audit("certificate.revoked").await.len(), 1_000);
    assert_eq!(office.said(&bystander).await, None);
    office.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_serial_number_is_told_and_loses_nothing_of_the_others() {
    let office = Office::open().await;
    let (phone, tablet) = (office.enrolled("phone").await, office.enrolled("tablet").await);
    let serials =
        [phone.serial().to_string(), "0badc0de".into(), "zebra".into(), tablet.serial().to_string()];
    let body = json!({ "serials": serials }).to_string();
    let done = office.call("POST", "certificates/revoke", CONFIGURED, &body).await;
    assert_eq!((done.status, &done.json["changed"]), (200, &json!(2)));
    let rows: Vec<_> =
        done.json["certificates"].as_array().unwrap().iter().map(|row| &row["result"]).collect();
    assert_eq!(rows, ["revoked", "revoked", "unknown", "unknown"]);
    for certificate in [&phone, &tablet] {
        office.until(certificate, Some(Reason::Unspecified)).await;
    }
    assert_eq!(office.audit("certificate.revoked").await[0]["by"], "the configured token");
    let nobody = office.call("POST", "certificates/revoke", CONFIGURED, r#"{"user":"no@body"}"#).await;
    assert_eq!((nobody.status, nobody.text("code")), (404, "CHY-6031"));
    let nothing = office.call("POST", "certificates/0badc0de/revoke", CONFIGURED, "").await;
    assert_eq!((nothing.status, nothing.text("code")), (404, "CHY-6031"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hold_is_made_and_ended_in_the_words_of_the_command_line() {
    let office = Office::open().await;
    let phone = office.enrolled("phone").await;
    let steps = [
        ("removeFromCRL", "not on hold by an administrator (see cert why)", None),
        ("certificateHold", "revoked", Some(Reason::CertificateHold)),
        ("certificatehold", "already revoked", Some(Reason::CertificateHold)),
        ("removeFromCRL", "released", None),
        ("superseded", "revoked", Some(Reason::Superseded)),
        ("removeFromCRL", "not on hold by an administrator (see cert why)", Some(Reason::Superseded)),
    ];
    for (reason, result, status) in steps {
        let answer = office.revoke(&phone, CONFIGURED, &json!({ "reason": reason }).to_string()).await;
        assert_eq!((answer.status, answer.text("result")), (200, result), "{reason}");
        office.until(&phone, status).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_body_that_is_not_as_it_must_be_is_400_and_changes_nothing() {
    let office = Office::open().await;
    let phone = office.enrolled("phone").await;
    let serial = phone.serial().to_string();
    let one = format!("certificates/{serial}/revoke");
    for (body, code) in [
        ("{", "CHY-6027"),
        ("[]", "CHY-6027"),
        ("null", "CHY-6027"),
        (r#"["superseded"]"#, "CHY-6027"),
        (r#"{"reason":"superseded","reason":"keyCompromise"}"#, "CHY-6027"),
        (r#"{"reason":1}"#, "CHY-6027"),
        (r#"{"raeson":"superseded"}"#, "CHY-6027"),
        (r#"{"reason":"because"}"#, "CHY-6030"),
        (r#"{"reason":""}"#, "CHY-6030"),
    ] {
        let answer = office.call("POST", &one, CONFIGURED, body).await;
        assert_eq!((answer.status, answer.text("code")), (400, code), "{body}");
    }
    let both = format!(r#"{{"serials":["{serial}"],"device":"x"}}"#);
    let odd = format!(r#"{{"serials":["{serial}"],"reason":"because"}}"#);
    for (body, code) in [
        ("", "CHY-6027"),
        ("{}", "CHY-6027"),
        (r#"{"serials":[]}"#, "CHY-6027"),
        (r#"{"serials":"x"}"#, "CHY-6027"),
        (r#"{"device":""}"#, "CHY-6027"),
        (&both, "CHY-6027"),
        (&odd, "CHY-6030"),
    ] {
        let answer = office.call("POST", "certificates/revoke", CONFIGURED, body).await;
        assert_eq!((answer.status, answer.text("code")), (400, code), "{body}");
    }
    let long = format!(r#"{{"reason":"{}"}}"#, "x".repeat(5 << 10));
    assert_eq!(office.call("POST", &one, CONFIGURED, &long).await.status, 413);
    assert_eq!(office.said(&phone).await, None);
}
