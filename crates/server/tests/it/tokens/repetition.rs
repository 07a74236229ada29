//! `Idempotency-Key`: what is asked twice is done once.

use super::office::{Answer, Office};
use chancery::tokens::Scope;
use serde_json::{Value, json};

/// An answer, and whether it was given before.
async fn ask(office: &Office, path: &str, token: &str, key: &str, body: &str) -> (Answer, bool) {
    let url = format!("http://{}/api/v1/{path}", office.world.at.admin);
    let request = office.world.http.post(url).bearer_auth(token).header("Idempotency-Key", key);
    let answer = request.body(body.to_owned()).send().await.unwrap();
    let replayed = answer.headers().get("idempotency-replayed").is_some_and(|value| value == "true");
    let status = answer.status().as_u16();
    let json = serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap();
    (Answer { status, json }, replayed)
}

/// Everything that the store's file holds.
fn stored(office: &Office) -> Vec<u8> {
    let mut all = Vec::new();
    for entry in std::fs::read_dir(office.world.home.path().join("data")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            all.extend(std::fs::read(path).unwrap());
        }
    }
    all
}

fn holds(all: &[u8], text: &str) -> bool {
    all.windows(text.len()).any(|window| window == text.as_bytes())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_made_once_for_a_key_and_shown_once() {
    let office = Office::open().await;
    let token = office.token("kiosk", &[Scope::ChallengeNew], None).await;
    let body = r#"{"endpoint":"once"}"#;
    let (made, first) = ask(&office, "challenges", &token, "order-1", body).await;
    let (again, second) = ask(&office, "challenges", &token, "\"order-1\"", body).await;
    assert_eq!((made.status, first, again.status, second), (201, false, 201, true));
    let challenge = made.text("challenge").to_owned();
    assert!(challenge.len() > 20, "{made:?}");
    assert_eq!(again.json["challenge"], Value::Null, "it is shown once");
    assert_eq!((&again.json["endpoint"], &again.json["expires"]), (&json!("once"), &made.json["expires"]));
    assert_eq!(office.audit("challenge.made").await.len(), 1);
    let all = stored(&office);
    assert!(!holds(&all, &challenge) && !holds(&all, "order-1"), "neither challenge nor key is stored");
    assert!(holds(&all, "kiosk"), "control: what is stored is found so");

    let (other, _) = ask(&office, "challenges", &token, "order-1", r#"{"endpoint":"other"}"#).await;
    assert_eq!((other.status, other.text("code")), (422, "CHY-6205"));
    let (wrong, _) = ask(&office, "challenges", &token, "two words", body).await;
    assert_eq!((wrong.status, wrong.text("code")), (400, "CHY-6204"));
    let lobby = office.token("lobby", &[Scope::ChallengeNew], None).await;
    let (theirs, replayed) = ask(&office, "challenges", &lobby, "order-1", body).await;
    assert_eq!((theirs.status, replayed), (201, false), "a key is its caller's own");
    assert!(theirs.json["challenge"].is_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_comes_after_the_token_and_its_scope() {
    let office = Office::open().await;
    let reader = office.token("reader", &[Scope::CertRead], None).await;
    let (refused, _) = ask(&office, "challenges", &reader, "k", "").await;
    assert_eq!((refused.status, refused.text("code")), (403, "CHY-6033"));
    let (nobody, _) = ask(&office, "challenges", "chy_x", "k", "").await;
    assert_eq!(nobody.status, 401);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_revocation_is_answered_as_it_was_the_first_time() {
    let office = Office::open().await;
    let certificate = office.enrolled("phone").await;
    let token = office.token("desk", &[Scope::CertRevoke], None).await;
    let serial = certificate.serial().to_string();
    let path = format!("certificates/{serial}/revoke");
    let (unknown, _) = ask(&office, "certificates/0badc0de/revoke", &token, "k", "").await;
    assert_eq!(unknown.status, 404, "a refusal did nothing: the key is free again");
    let (done, first) = ask(&office, &path, &token, "k", r#"{"reason":"superseded"}"#).await;
    let (again, second) = ask(&office, &path, &token, "k", r#"{"reason":"superseded"}"#).await;
    assert_eq!(done.json, json!({ "serial": serial, "result": "revoked", "changed": true }));
    assert_eq!((again.json, first, second), (done.json, false, true));
    let (bare, _) = ask(&office, &path, &token, "k2", r#"{"reason":"superseded"}"#).await;
    assert_eq!(bare.text("result"), "already revoked", "control: without the key it would say so");
    let many = json!({ "serials": [serial] }).to_string();
    let (reused, _) = ask(&office, "certificates/revoke", &token, "k", &many).await;
    assert_eq!((reused.status, reused.text("code")), (422, "CHY-6205"), "another route is another request");
    assert_eq!(office.audit("certificate.revoked").await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_asked_for_once_and_its_key_is_kept_nowhere() {
    let office = Office::with_counters().await;
    let token = office.token("web-desk", &[Scope::CertRequest], None).await;
    let name = "a.dev.contoso.com";
    let form = json!({
        "profile": "web", "subject": format!("CN={name}"), "names": [["dns", name]], "key": "server",
    });
    let (made, first) = ask(&office, "requests", &token, "k", &form.to_string()).await;
    let (again, second) = ask(&office, "requests", &token, "k", &form.to_string()).await;
    assert_eq!((made.status, first, again.status, second), (201, false, 201, true), "{:?}", again.json);
    assert_eq!((&again.json["id"], &again.json["serial"]), (&made.json["id"], &made.json["serial"]));
    for secret in ["pkcs12", "password"] {
        assert!(made.json[secret].is_string() && again.json[secret].is_null(), "{secret}");
    }
    assert!(!holds(&stored(&office), made.text("password")), "the password is stored");
    let counted = office.world.store.counts().await.unwrap().certificates;
    assert_eq!(counted, 1, "one certificate for one key");
    let fetched = office.call("GET", &format!("requests/{}", made.text("id")), &token, "").await;
    assert_eq!(fetched.json["certificate"], made.json["certificate"], "it is to be had by its id");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn t17_sixteen_at_once_under_one_key_make_one_challenge() {
    let office = Office::open().await;
    let token = office.token("kiosk", &[Scope::ChallengeNew], None).await;
    let asking = (0..16).map(|_| ask(&office, "challenges", &token, "k", r#"{"endpoint":"once"}"#));
    let mut shown = 0;
    for (answer, _) in futures_of(asking).await {
        match answer.status {
            201 => shown += usize::from(answer.json["challenge"].is_string()),
            status => assert_eq!((status, answer.text("code")), (409, "CHY-6206")),
        }
    }
    assert_eq!((shown, office.audit("challenge.made").await.len()), (1, 1));
}

/// All of them, polled together.
async fn futures_of<F: Future>(all: impl Iterator<Item = F>) -> Vec<F::Output> {
    let mut running: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        let mut pending = false;
        for (future, done) in &mut running {
            if done.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(output) => *done = Some(output),
                    std::task::Poll::Pending => pending = true,
                }
            }
        }
        if pending { std::task::Poll::Pending } else { std::task::Poll::Ready(()) }
    })
    .await;
    running.into_iter().filter_map(|(_, done)| done).collect()
}
