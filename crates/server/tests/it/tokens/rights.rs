//! What a token may do, and until when.

use super::office::{CONFIGURED, Office};
use chancery::jobs::crl::{self, Parts};
use chancery::tokens::Scope;
use pki::crl::{CertificateList, Reason};
use serde_json::json;

/// Method, path and body of each route, with the scope that it needs.
pub(super) const ROUTES: &[(&str, &str, &str, Scope)] = &[
    ("POST", "challenges", r#"{"endpoint":"once"}"#, Scope::ChallengeNew),
    ("GET", "certificates/0badc0de/status", "", Scope::CertRead),
    ("GET", "enrolments/T0", "", Scope::EnrolmentRead),
    ("GET", "stalled", "", Scope::EnrolmentRead),
    ("POST", "certificates/0badc0de/revoke", "", Scope::CertRevoke),
    ("POST", "certificates/revoke", r#"{"device":"nobody"}"#, Scope::CertRevoke),
    ("POST", "certificates/0badc0de/seen", r#"{"by":"radius"}"#, Scope::DirectoryWrite),
    ("PUT", "directory/nowhere", "id\nx\n", Scope::DirectoryWrite),
    ("POST", "requests", r#"{"profile":"nothing"}"#, Scope::CertRequest),
    ("GET", "requests", "", Scope::CertRequest),
    ("GET", "requests/0", "", Scope::CertRequest),
    ("GET", "ca/profiles", "", Scope::ProfileRead),
    ("GET", "ca/profiles/device", "", Scope::ProfileRead),
    ("GET", "traffic", "", Scope::CertRead),
    ("GET", "ca/profiles/device/versions/1", "", Scope::ProfileRead),
    ("POST", "ca/profiles/device/preview", "", Scope::ProfileRead),
    ("GET", "mdm/choices", "", Scope::ProfileRead),
    ("POST", "mdm/profiles/generate", "", Scope::ProfileRead),
    ("POST", "mdm/profiles/lint", "", Scope::ProfileRead),
    ("POST", "mdm/profiles/diff", "", Scope::ProfileRead),
    ("POST", "mdm/profiles/reach", "", Scope::SystemTest),
    ("GET", "policy", "", Scope::ProfileRead),
    ("POST", "policy/test", "", Scope::SystemTest),
    ("POST", "policy/replay", "", Scope::SystemTest),
    ("GET", "simulator", "", Scope::SystemRead),
    ("POST", "simulator/x/retire", "", Scope::SystemTest),
    ("GET", "approvals", "", Scope::ApprovalRead),
    ("GET", "approvals/1", "", Scope::ApprovalRead),
    ("POST", "approvals/1/approve", "", Scope::ApprovalDecide),
    ("POST", "approvals/1/deny", "", Scope::ApprovalDecide),
    ("GET", "me", "", Scope::AccountOwn),
    ("PATCH", "me", "", Scope::AccountOwn),
    ("GET", "me/sessions", "", Scope::AccountOwn),
    ("DELETE", "me/sessions", "", Scope::AccountOwn),
    ("DELETE", "me/sessions/1", "", Scope::AccountOwn),
    ("GET", "me/passkeys", "", Scope::AccountOwn),
    ("DELETE", "me/passkeys/1", "", Scope::AccountOwn),
    ("POST", "me/tokens", "", Scope::AccountOwn),
    ("GET", "people", "", Scope::PeopleRead),
    ("POST", "people", "", Scope::PeopleManage),
    ("GET", "people/1", "", Scope::PeopleRead),
    ("PATCH", "people/1", "", Scope::PeopleManage),
    ("POST", "people/1/link", "", Scope::PeopleManage),
    ("GET", "webhooks", "", Scope::WebhookRead),
    ("POST", "webhooks", "{}", Scope::WebhookManage),
    ("DELETE", "webhooks/1", "", Scope::WebhookManage),
    ("POST", "webhooks/1/test", "", Scope::WebhookManage),
    ("GET", "webhooks/1/deliveries", "", Scope::WebhookRead),
    ("GET", "certificates?limit=1", "", Scope::CertRead),
    ("GET", "certificates.csv", "", Scope::CertRead),
    ("GET", "certificates/0badc0de", "", Scope::CertRead),
    ("GET", "certificates/0badc0de/download?format=der", "", Scope::CertRead),
    ("GET", "enrolments?outcome=refused", "", Scope::EnrolmentRead),
    ("GET", "devices", "", Scope::DirectoryRead),
    ("GET", "devices/nobody", "", Scope::DirectoryRead),
    ("GET", "users", "", Scope::DirectoryRead),
    ("GET", "users/nobody@contoso.example", "", Scope::DirectoryRead),
    ("GET", "audit?event=token.refused", "", Scope::AuditRead),
    ("GET", "audit.jsonl", "", Scope::AuditRead),
    ("GET", "summary", "", Scope::CertRead),
    ("GET", "renewals", "", Scope::CertRead),
    ("GET", "cas", "", Scope::SystemRead),
    ("GET", "connections", "", Scope::SystemRead),
    ("POST", "connections/once/test", "", Scope::SystemTest),
    ("GET", "settings", "", Scope::SystemRead),
    ("GET", "health", "", Scope::SystemRead),
    ("GET", "doctor", "", Scope::SystemTest),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m157_revoking_needs_its_scope_and_the_refusal_is_on_record() {
    let office = Office::open().await;
    let certificate = office.enrolled("phone").await;
    let others = [Scope::ChallengeNew, Scope::CertRead, Scope::EnrolmentRead, Scope::DirectoryWrite];
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
async fn m28_who_may_read_profiles_may_do_nothing_else() {
    let office = Office::open().await;
    let certificate = office.enrolled("phone").await;
    let reader = office.token("intune-admin", &[Scope::ProfileRead], None).await;
    let all = office.call("GET", "ca/profiles", &reader, "").await;
    assert_eq!(
        all.json["profiles"][0],
        json!({ "name": "device", "display_name": "device", "state": "published", "version": 1 })
    );
    let one = office.call("GET", "ca/profiles/device", &reader, "").await;
    assert_eq!((one.status, &one.json["settings"]["validity_days"]), (200, &json!(365)), "{one:?}");
    assert_eq!(one.json["versions"][0]["published_by"], "start of the server");
    let nobody = office.call("GET", "ca/profiles/nothing", &reader, "").await;
    assert_eq!((nobody.status, nobody.text("code")), (404, "CHY-6045"), "{nobody:?}");
    // It enrols nobody and revokes nothing.
    let challenge = office.call("POST", "challenges", &reader, r#"{"endpoint":"once"}"#).await;
    let revoked = office.revoke(&certificate, &reader, "").await;
    assert_eq!((challenge.status, revoked.status), (403, 403));
    assert_eq!(office.said(&certificate).await, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_route_takes_its_own_scope_and_no_other() {
    let office = Office::open().await;
    for scope in Scope::ALL {
        let token = office.token(scope.as_str(), &[scope], None).await;
        for (method, path, body, needed) in ROUTES.iter().copied() {
            let answer = office.call(method, path, &token, body).await;
            assert_eq!(answer.status == 403, scope != needed, "{scope} at {path}: {answer:?}");
            assert_ne!(answer.status, 401, "{scope} at {path}");
        }
    }
    for (method, path, body, _) in ROUTES.iter().copied() {
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
        for (method, path, body, _) in ROUTES.iter().copied() {
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
    for (method, path, body, _) in ROUTES.iter().copied() {
        let answer = office.call(method, path, &token, body).await;
        assert_eq!((answer.status, answer.text("code")), (503, "CHY-5001"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_on_record_by_whom_it_was_made() {
    let office = Office::open().await;
    let token = office.token("kiosk-setup", &[Scope::ChallengeNew], None).await;
    let made = office.call("POST", "challenges", &token, r#"{"endpoint":"once"}"#).await;
    let refused = office.call("POST", "challenges", &token, r#"{"endpoint":"nowhere"}"#).await;
    assert_eq!((made.status, refused.status), (201, 404));
    let rows = office.audit("challenge.made").await;
    let [row] = rows.as_slice() else { panic!("one challenge, {} rows", rows.len()) };
    assert_eq!((&row["by"], &row["endpoint"]), (&json!("token kiosk-setup"), &json!("once")));
    assert_eq!(row["expires"], made.json["expires"]);
    let challenge = made.text("challenge");
    assert!(!row.to_string().contains(challenge), "the challenge itself is on no record");
    let claim = office.world.challenge_key.hash(challenge).to_string();
    assert_eq!(
        claim,
        format!("hmac-sha256:{}", row["claim"].as_str().unwrap()),
        "what it will be claimed by"
    );
}
