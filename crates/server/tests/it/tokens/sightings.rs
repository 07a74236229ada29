//! Certificates seen in use: by who asks OCSP, and by programs.

use super::office::Office;
use chancery::tokens::Scope;
use pki::certificate::Certificate;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

impl Office {
    async fn in_use(&self, certificate: &Certificate, token: &str) -> Value {
        let path = format!("certificates/{}/status", certificate.serial());
        self.call("GET", &path, token, "").await.json["in_use"].clone()
    }

    /// Waits, for ten seconds at most, until it is noted that the certificate is in use.
    async fn until_seen(&self, certificate: &Certificate, token: &str) -> Value {
        let began = Instant::now();
        loop {
            let in_use = self.in_use(certificate, token).await;
            if !in_use.is_null() {
                return in_use;
            }
            assert!(began.elapsed().as_secs() < 10, "never seen");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_first_ocsp_question_marks_a_certificate_in_use_and_no_other() {
    let office = Office::open().await;
    let reader = office.token("reader", &[Scope::CertRead], None).await;
    let (used, unused) = (office.enrolled("phone").await, office.enrolled("tablet").await);
    assert_eq!(office.said(&used).await, None);
    let in_use = office.until_seen(&used, &reader).await;
    assert_eq!(in_use["by"], "ocsp", "{in_use}");
    assert_eq!(office.in_use(&unused, &reader).await, Value::Null, "nobody asked about that one");
    assert_eq!(office.audit("certificate.seen").await.len(), 0, "strangers fill no audit");
    office.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_says_once_what_it_saw_and_is_named_for_it() {
    let office = Office::open().await;
    let (reader, radius) = (
        office.token("reader", &[Scope::CertRead], None).await,
        office.token("radius-1", &[Scope::DirectoryWrite], None).await,
    );
    let certificate = office.enrolled("phone").await;
    let path = format!("certificates/{}/seen", certificate.serial());
    let seen = |body: &'static str| office.call("POST", &path, &radius, body);
    for bad in [
        "",
        r#"{"by":"ocsp"}"#,
        r#"{"by":"RADIUS"}"#,
        r#"{"by":"a b"}"#,
        r#"{"by":"radius","at":"2099-01-01T00:00:00Z"}"#,
        r#"{"by":"radius","at":"1999-01-01T00:00:00Z"}"#,
        r#"{"by":"radius","at":"now"}"#,
    ] {
        let answer = seen(bad).await;
        assert_eq!((answer.status, answer.text("code")), (400, "CHY-6305"), "{bad}: {answer:?}");
    }
    assert_eq!(office.in_use(&certificate, &reader).await, Value::Null);
    let serial = certificate.serial().to_string();
    assert_eq!(seen(r#"{"by":"radius"}"#).await.json, json!({ "serial": serial, "first": true }));
    assert_eq!(seen(r#"{"by":"webhook"}"#).await.json, json!({ "serial": serial, "first": false }));
    let in_use = office.in_use(&certificate, &reader).await;
    assert_eq!(in_use["by"], "radius", "who was first stays so: {in_use}");
    let rows = office.audit("certificate.seen").await;
    assert_eq!(rows, [json!({ "by": "token radius-1", "seen_by": "radius" })]);
    assert_eq!(
        office.call("POST", "certificates/0badc0de/seen", &radius, r#"{"by":"radius"}"#).await.status,
        404
    );
    office.world.assert_sound().await;
}
