//! What a token may do, and until when.

use super::office::{CONFIGURED, Office};
use chancery::jobs::crl::{self, Parts};
use chancery::tokens::Scope;
use pki::crl::{CertificateList, Reason};
use serde_json::json;

/// Method, path and body of each route, with the scope that it needs.
const ROUTES: [(&str, &str, &str, Scope); 5] = [
    ("POST", "challenges", r#"{"endpoint":"once"}"#, Scope::ChallengeNew),
    ("GET", "certificates/0badc0de/status", "", Scope::CertRead),
    ("POST", "certificates/0badc0de/revoke", "", Scope::CertRevoke),
    ("POST", "certificates/revoke", r#"{"device":"nobody"}"#, Scope::CertRevoke),
    ("PUT", "directory/nowhere", "id\nx\n", Scope::DirectoryWrite),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m157_revoking_needs_its_scope_and_the_refusal_is_on_record() {
    let office = Office::open().await;
    let certificate = office.enrolled("phone").await;
    let others = [Scope::ChallengeNew, Scope::CertRead, Scope::DirectoryWrite];
    let reader = office.token("reader", &others, None).await;
    let refused = office.revoke(&certificate, &reader, r#"{"reason":"keyCompromise"}"#).await;
    assert_eq!((refused.status, refused.text("code")), (403, "CHY-6033"), "{refused:?}");
    assert!(refused.text("title").contains("lacks the scope cert.revoke"), "{refused:?}");
    let fix = refused.text("fix");
    assert!(fix.contains("chancery token new") && fix.contains("--scope cert.revoke"), "{fix}");
    let route = "POST /api/v1/certificates/{serial}/revoke";
    let row = json!({ "token": "reader", "scope": "cert.revoke", "route": route });
    assert_eq!(office.audit("token.refused").await, [row]);
    assert_eq!(office.said(&certificate).await, None, "control: still good");

    let revoker = office.token("revoker", &[Scope::CertRevoke], None).await;
    let done = office.revoke(&certificate, &revoker, r#"{"reason":"keyCompromise"}"#).await;
    let serial = certificate.serial().to_string();
    assert_eq!(done.json, json!({ "serial": serial, "result": "revoked", "changed": true }), "{done:?}");
    assert_eq!(office.audit("certificate.revoked").await[0]["by"], "token revoker");
    office.until(&certificate, Some(Reason::KeyCompromise)).await;
    let clock = chancery::clock::SystemClock;
    let parts = Parts { shards: 1, urls: Vec::new() };
    let made = crl::make(&*office.world.store, &office.world.authority, &clock, &parts).await.unwrap();
    let list = CertificateList::parse(&made[0].der).unwrap();
    assert!(list.revoked.iter().any(|entry| entry.serial == *certificate.serial()), "on the CRL");

    let again = office.revoke(&certificate, &revoker, "").await;
    assert_eq!(again.json, json!({ "serial": serial, "result": "already revoked", "changed": false }));
    office.world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m158_two_identities_revoke_each_in_its_own_name() {
    let office = Office::open().await;
    let (first, second) = (office.enrolled("phone").await, office.enrolled("tablet").await);
    for (name, certificate) in [("help-desk", &first), ("mdm-sync", &second)] {
        let token = office.token(name, &[Scope::CertRevoke], None).await;
        assert_eq!(office.revoke(certificate, &token, "").await.text("result"), "revoked");
        office.until(certificate, Some(Reason::Unspecified)).await;
    }
    let by: Vec<_> = office.audit("certificate.revoked").await.iter().map(|row| row["by"].clone()).collect();
    assert_eq!(by, ["token help-desk", "token mdm-sync"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_route_takes_its_own_scope_and_no_other() {
    let office = Office::open().await;
    for scope in Scope::ALL {
        let token = office.token(scope.as_str(), &[scope], None).await;
        for (method, path, body, needed) in ROUTES {
            let answer = office.call(method, path, &token, body).await;
            assert_eq!(answer.status == 403, scope != needed, "{scope} at {path}: {answer:?}");
            assert_ne!(answer.status, 401, "{scope} at {path}");
        }
    }
    for (method, path, body, _) in ROUTES {
        let answer = office.call(method, path, CONFIGURED, body).await;
        assert!(![401, 403].contains(&answer.status), "the configured token may do everything: {answer:?}");
    }
    let refusals = office.audit("token.refused").await.len();
    assert_eq!(refusals, Scope::ALL.len() * ROUTES.len() - ROUTES.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_expired_or_was_revoked_is_refused_at_once() {
    let office = Office::open().await;
    let (short, long) = (
        office.token("short", &Scope::ALL, Some(60)).await,
        office.token("long", &Scope::ALL, Some(3600)).await,
    );
    let body = r#"{"endpoint":"once"}"#;
    let ask = |token: String| {
        let office = &office;
        async move { office.call("POST", "challenges", &token, body).await }
    };
    assert_eq!((ask(short.clone()).await.status, ask(long.clone()).await.status), (201, 201));
    office.world.clock.advance(60);
    let expired = ask(short).await;
    assert_eq!((expired.status, expired.text("code")), (401, "CHY-3000"));
    assert_eq!(expired.text("title"), "The token short has expired.");
    assert_eq!(ask(long.clone()).await.status, 201, "control: the other goes on");
    let event = chancery::store::AuditEvent::detail("{}".to_owned());
    assert!(office.world.store.revoke_token("long", event, office.now()).await.unwrap());
    let revoked = ask(long).await;
    assert_eq!((revoked.status, revoked.text("title")), (401, "The token long was revoked."));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_token_is_nobodys() {
    let office = Office::open().await;
    let token = office.token("desk", &Scope::ALL, None).await;
    let bare = token.trim_start_matches("chy_").to_owned();
    let last = if token.ends_with('A') { "E" } else { "A" };
    let wrong = [
        String::new(),
        bare.clone(),
        format!("CHY_{bare}"),
        format!("chx_{bare}"),
        format!("{token}A"),
        format!("{}{last}", &token[..token.len() - 1]),
        "desk".to_owned(),
        "chy_".to_owned(),
    ];
    for given in &wrong {
        for (method, path, body, _) in ROUTES {
            let answer = office.call(method, path, given, body).await;
            assert_eq!((answer.status, answer.text("code")), (401, "CHY-3000"), "{path}");
        }
    }
    let (method, path, body, _) = ROUTES[0];
    assert_eq!(office.call(method, path, &token, body).await.status, 201, "control");
    assert_eq!(office.audit("token.refused").await.len(), 0, "strangers fill no audit");
}

/// Spoils the store under the running server.
fn spoil(office: &Office) {
    for entry in std::fs::read_dir(office.world.home.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.to_string_lossy().contains(".db") {
            let length = std::fs::metadata(&path).unwrap().len();
            std::fs::write(&path, vec![0; usize::try_from(length).unwrap()]).unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_the_store_no_token_is_believed() {
    let office = Office::open().await;
    let token = office.token("desk", &Scope::ALL, None).await;
    let (method, path, body, _) = ROUTES[0];
    assert_eq!(office.call(method, path, &token, body).await.status, 201, "control");
    spoil(&office);
    for (method, path, body, _) in ROUTES {
        let answer = office.call(method, path, &token, body).await;
        assert_eq!((answer.status, answer.text("code")), (503, "CHY-5001"), "{path}");
    }
}
