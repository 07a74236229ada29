//! Passkeys, made and used as a browser does it, and answers that must not be believed.

use super::authenticator::{Authenticator, Said, UP, UV};
use super::door::{Guest, first_owner, link_of};
use crate::world::World;
use serde_json::Value;

/// Makes a passkey by the link of the first owner.
async fn registered(guest: &Guest, token: &str, key: &mut Authenticator) -> (u16, String) {
    let fields = [("token", token), ("login", "ada@example.com"), ("name", "Ada")];
    let options = guest.json("/setup/passkey/options", &fields).await;
    assert_eq!(options["attestation"], "none");
    assert_eq!(options["authenticatorSelection"]["userVerification"], "required");
    assert_eq!(options["authenticatorSelection"]["residentKey"], "required");
    let said = Said::honest("webauthn.create", &options, &guest.origin);
    let answer = key.created(&said, &options).to_string();
    let fields =
        [("token", token), ("login", "ada@example.com"), ("name", "Ada"), ("answer", answer.as_str())];
    guest.post("/setup/passkey", &fields).await
}

async fn options(guest: &Guest) -> Value {
    guest.json("/sign-in/passkey/options", &[]).await
}

async fn enter(guest: &Guest, answer: &Value) -> (u16, String) {
    guest.post("/sign-in/passkey", &[("to", "/account"), ("answer", &answer.to_string())]).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_is_made_by_a_link_and_signs_in() {
    let world = World::start().await;
    let mut guest = Guest::new(&world);
    let token = first_owner(&world).await;
    let mut key = Authenticator::new(b"credential-1");
    let (status, to) = registered(&guest, &token, &mut key).await;
    assert_eq!((status, to.as_str()), (303, "/setup/start"), "the first owner goes on setting up");
    assert!(guest.take_cookie().is_some(), "a session begins");
    assert_eq!(guest.get("/account").await.0, 200);
    let stranger = Guest::new(&world);
    let fields = [("token", token.as_str()), ("login", "eve")];
    assert_eq!(stranger.post("/setup/passkey/options", &fields).await.0, 404, "the link is used");

    let mut other = Guest::new(&world);
    key.counter = 1;
    let asked = options(&other).await;
    assert_eq!(asked["allowCredentials"], serde_json::json!([]), "nobody's passkeys are named");
    let (status, to) =
        enter(&other, &key.asserted(&Said::honest("webauthn.get", &asked, &other.origin))).await;
    assert_eq!((status, to.as_str()), (303, "/account"));
    assert!(other.take_cookie().is_some());
    let (status, page) = other.get("/account").await;
    assert!(status == 200 && page.contains("ada@example.com") && page.contains("first passkey"), "{status}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_was_made_for_something_else_signs_nobody_in() {
    let world = World::start().await;
    let guest = Guest::new(&world);
    let token = first_owner(&world).await;
    let mut key = Authenticator::new(b"credential-1");
    assert_eq!(registered(&guest, &token, &mut key).await.0, 303);
    key.counter = 5;
    type Lie = fn(&mut Said);
    let lies: [(&str, Lie); 11] = [
        ("type", |said| said.kind = "webauthn.create".to_owned()),
        ("origin", |said| said.origin = "https://evil.test".to_owned()),
        ("origin of another port", |said| said.origin = "http://localhost:1".to_owned()),
        ("relying party", |said| said.relying_party = "evil.test".to_owned()),
        ("nobody verified", |said| said.flags = UP),
        ("nobody present", |said| said.flags = UV),
        ("out of a frame", |said| said.more = r#","crossOrigin":true"#.to_owned()),
        ("under another page", |said| said.more = r#","topOrigin":"https://evil.test""#.to_owned()),
        ("backed up and cannot be", |said| said.flags = UP | UV | 0x10),
        ("challenge of somebody else's", |said| said.challenge = "A".repeat(75)),
        ("no challenge", |said| said.challenge = String::new()),
    ];
    for (what, lie) in lies {
        let asked = options(&guest).await;
        let mut said = Said::honest("webauthn.get", &asked, &guest.origin);
        lie(&mut said);
        let (status, page) = enter(&guest, &key.asserted(&said)).await;
        assert!(status == 200 && page.contains("CHY-6510"), "{what}: {status}");
        // The same challenge, honestly answered: nothing but the lie was refused.
        let mut honest = Guest::new(&world);
        let (status, _) =
            enter(&honest, &key.asserted(&Said::honest("webauthn.get", &asked, &guest.origin))).await;
        assert!(status == 303 && honest.take_cookie().is_some(), "control: {what}");
        key.counter += 1;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_used_once_and_a_copied_key_shows() {
    let world = World::start().await;
    let guest = Guest::new(&world);
    let token = first_owner(&world).await;
    let mut key = Authenticator::new(b"credential-1");
    assert_eq!(registered(&guest, &token, &mut key).await.0, 303);
    key.counter = 2;
    let answer = key.asserted(&Said::honest("webauthn.get", &options(&guest).await, &guest.origin));
    assert_eq!(enter(&guest, &answer).await.0, 303);
    let (status, page) = enter(&guest, &answer).await;
    assert!(status == 200 && page.contains("used before"), "{status}");

    let asked = options(&guest).await;
    world.clock.advance(301);
    key.counter = 3;
    let late = key.asserted(&Said::honest("webauthn.get", &asked, &guest.origin));
    assert_eq!(enter(&guest, &late).await.0, 200, "five minutes are over");

    for counter in [0, 1, 2] {
        key.counter = counter;
        let answer = key.asserted(&Said::honest("webauthn.get", &options(&guest).await, &guest.origin));
        let (status, page) = enter(&guest, &answer).await;
        assert!(status == 200 && page.contains("copied"), "{counter}: {status}");
    }
    key.counter = 3;
    let answer = key.asserted(&Said::honest("webauthn.get", &options(&guest).await, &guest.origin));
    assert_eq!(enter(&guest, &answer).await.0, 303, "control");

    // Another key under the same id, another id under the same key, another person's handle.
    let mut forged = Authenticator::new(b"credential-1");
    (forged.counter, forged.handle) = (9, key.handle.clone());
    let unknown = Authenticator { credential: b"credential-9".to_vec(), ..Authenticator::new(b"x") };
    for key in [forged, unknown] {
        let answer = key.asserted(&Said::honest("webauthn.get", &options(&guest).await, &guest.origin));
        assert_eq!(enter(&guest, &answer).await.0, 200);
    }
    (key.counter, key.handle) = (9, "AAAA".to_owned());
    let answer = key.asserted(&Said::honest("webauthn.get", &options(&guest).await, &guest.origin));
    assert_eq!(enter(&guest, &answer).await.0, 200);
    for garbage in ["", "{}", "[]", r#"{"id":"!","response":{}}"#, r#"{"id":1}"#] {
        assert_eq!(guest.post("/sign-in/passkey", &[("answer", garbage)]).await.0, 200, "{garbage}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_passkey_for_another_purpose_or_of_another_kind_is_not_taken() {
    let world = World::start().await;
    let guest = Guest::new(&world);
    let token = first_owner(&world).await;
    let fields = [("token", token.as_str()), ("login", "ada"), ("name", "Ada")];
    let key = Authenticator::new(b"credential-1");
    let with = |answer: Value| {
        let (guest, token) = (&guest, token.clone());
        async move {
            let answer = answer.to_string();
            guest
                .post(
                    "/setup/passkey",
                    &[("token", &token), ("login", "ada"), ("name", "Ada"), ("answer", &answer)],
                )
                .await
        }
    };
    // A challenge for signing in makes no passkey.
    let asked = options(&guest).await;
    let said = Said::honest("webauthn.create", &asked, &guest.origin);
    assert_eq!(with(key.created_with(&said, &key.cose())).await.0, 200);
    let cose = key.cose();
    let changed = |at: usize, to: u8| {
        let mut cose = cose.clone();
        cose[at] = to;
        cose
    };
    let trailing = [cose.as_slice(), &[0]].concat();
    for (what, bad) in [
        ("kty", changed(2, 0x01)),
        ("alg", changed(4, 0x27)),
        ("curve", changed(6, 0x02)),
        ("a label twice", changed(5, 0x03)),
        ("six members", changed(0, 0xa6)),
        ("something after it", trailing),
        ("nothing", Vec::new()),
        ("no map", vec![0x80]),
        ("a map without end", vec![0xbf, 0xff]),
    ] {
        let options = guest.json("/setup/passkey/options", &fields).await;
        let said = Said::honest("webauthn.create", &options, &guest.origin);
        let (status, page) = with(key.created_with(&said, &bad)).await;
        assert!(status == 200 && page.contains("CHY-6510"), "{what}: {status}");
    }
    let options = guest.json("/setup/passkey/options", &fields).await;
    let said = Said::honest("webauthn.create", &options, &guest.origin);
    let mut unverified = said.clone();
    unverified.flags = UP;
    assert_eq!(with(key.created_with(&unverified, &cose)).await.0, 200);
    assert_eq!(with(key.created_with(&said, &cose)).await.0, 303, "control");
    assert!(link_of(&world).await.is_none(), "there is an owner now");
}
