//! Tokens: kept, renewed, dropped; assertions judged by openssl (contract §3).

use super::far_end::*;
use super::openssl::Workshop;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chancery::validators::Verdict;
use chancery::validators::intune::{ClientCertificate, Credential, Intune, SettingsError};
use serde_json::{Value, json};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

fn token(name: &str, seconds: u32) -> Deed {
    Deed::Body(format!(r#"{{"token_type":"Bearer","expires_in":{seconds},"access_token":"{name}"}}"#).into())
}

fn bearers(place: &Place) -> Vec<String> {
    place
        .seen()
        .iter()
        .map(|seen| seen.header("authorization").unwrap().trim_start_matches("Bearer ").to_owned())
        .collect()
}

#[tokio::test]
async fn contract_3_each_scope_has_a_token_of_its_own_kept_until_shortly_before_it_expires() {
    let world = World::open().await;
    let validator = world.validator();
    world.entra.then(token("for-graph", 3599)).then(token("first", 1)).then(token("second", 3599));
    judge(&validator).await;
    judge(&validator).await;
    tokio::time::sleep(Duration::from_millis(950)).await;
    judge(&validator).await;
    judge(&validator).await;
    assert_eq!(bearers(&world.graph), ["for-graph"]);
    assert_eq!(bearers(&world.intune), ["first", "first", "second", "second"]);
    assert_eq!(world.entra.connections(), 3);
}

#[tokio::test]
async fn contract_8_a_refused_token_is_dropped_and_replaced_once() {
    let world = World::open().await;
    let validator = world.validator();
    world.entra.then(token("for-graph", 3599)).then(token("old", 3599)).then(token("new", 3599));
    world.intune.then(Deed::Good).then(Deed::Status(401, "", vec![]));
    judge(&validator).await;
    assert!(matches!(judge(&validator).await, Verdict::Vouched(_)));
    assert_eq!(bearers(&world.intune), ["old", "old", "new"]);
}

#[tokio::test]
async fn contract_2_a_token_without_the_role_is_not_kept() {
    let world = World::open().await;
    let validator = world.validator();
    world.entra.then(token("a", 3599)).then(token("b", 3599)).then(token("c", 3599)).then(token("d", 3599));
    let denied = br#"{"error":{"code":"Authorization_RequestDenied","message":"Insufficient privileges to complete the operation."}}"#;
    world.graph.then(Deed::Status(403, "", denied.to_vec()));
    let refused = refusal(judge(&validator).await);
    assert_eq!(refused.code.0, 5112);
    assert!(
        refused.operator.contains("Insufficient privileges") && refused.fix.contains("Application.Read.All")
    );
    world.intune.then(Deed::Status(403, "", vec![]));
    let refused = refusal(judge(&validator).await);
    assert!(refused.code.0 == 5106 && refused.fix.contains("scep_challenge_provider"), "{refused}");
    assert!(matches!(judge(&validator).await, Verdict::Vouched(_)), "consent was given meanwhile");
    assert_eq!(bearers(&world.graph), ["a", "b"]);
    assert_eq!(bearers(&world.intune), ["c", "d"]);
}

#[tokio::test]
async fn callers_at_the_same_time_share_one_token_and_one_discovery() {
    let world = World::open().await;
    let validator = world.validator();
    let judged = tokio::join!(judge(&validator), judge(&validator), judge(&validator), judge(&validator));
    assert!(matches!(judged.3, Verdict::Vouched(_)));
    assert_eq!((world.entra.connections(), world.graph.connections(), world.intune.connections()), (2, 1, 4));
}

#[tokio::test]
async fn contract_3_1_every_aadsts_number_is_told_with_its_advice() {
    for (number, word) in [
        (70011, "resource URL"),
        (7_000_215, "value again"),
        (7_000_222, "new client secret"),
        (700_027, "Upload the certificate"),
        (700_016, "application id"),
        (90002, "GUID"),
        (500_011, "licence"),
        (53003, "sign-in log"),
    ] {
        let world = World::open().await;
        let body = json!({"error": "x", "error_description": format!("AADSTS{number}: text"), "error_codes": [number]});
        world.entra.always(Deed::Status(400, "", body.to_string().into()));
        let refused = refusal(judge(&world.validator()).await);
        assert_eq!(refused.code.0, 5111);
        assert!(refused.fix.contains(word) && refused.operator.contains(&number.to_string()), "{refused}");
    }
}

fn part(jwt: &str, at: usize) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(jwt.split('.').nth(at).unwrap()).unwrap()
}

async fn assertion(pss: bool, workshop: &Workshop) -> (World, String) {
    let world = World::open().await;
    let (certificate, key) = workshop.certificate("app");
    let mut settings = world.settings();
    settings.credential = Credential::Certificate(ClientCertificate { certificate, key: key.into(), pss });
    assert!(!format!("{settings:?}").contains("key: ["));
    assert!(matches!(judge(&validator(settings)).await, Verdict::Vouched(_)));
    let seen = world.entra.seen()[0].clone();
    assert_eq!(seen.field("client_secret"), None);
    let kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
    assert_eq!(seen.field("client_assertion_type").as_deref(), Some(kind));
    assert_eq!(seen.field("grant_type").as_deref(), Some("client_credentials"));
    let jwt = seen.field("client_assertion").unwrap();
    (world, jwt)
}

fn openssl_verifies(workshop: &Workshop, jwt: &str, options: &str) -> bool {
    workshop.write("signed", jwt.rsplit_once('.').unwrap().0.as_bytes());
    workshop.write("signature", &part(jwt, 2));
    assert!(workshop.openssl("x509 -inform DER -in app.der -noout -pubkey -out public.pem"));
    workshop.openssl(&format!("dgst -sha256 -verify public.pem{options} -signature signature signed"))
}

#[tokio::test]
async fn contract_3_1_rs256_assertion_by_openssls_judgement() {
    let workshop = Workshop::open();
    let (world, jwt) = assertion(false, &workshop).await;
    let header: Value = serde_json::from_slice(&part(&jwt, 0)).unwrap();
    assert!(workshop.openssl("dgst -sha1 -binary -out thumbprint app.der"));
    let x5t = URL_SAFE_NO_PAD.encode(workshop.read("thumbprint"));
    assert_eq!(header, json!({"alg": "RS256", "typ": "JWT", "x5t": x5t}));
    let claims: Value = serde_json::from_slice(&part(&jwt, 1)).unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed();
    let issued = claims["iat"].as_i64().unwrap();
    assert!((now - 60..=now).contains(&issued));
    let jti = claims["jti"].as_str().unwrap();
    assert_eq!(jti.len(), 36);
    let aud = format!("{}contoso.onmicrosoft.com/oauth2/v2.0/token", world.entra.url());
    assert_eq!(
        claims,
        json!({"aud": aud, "iss": "b4cd6d5e-app", "sub": "b4cd6d5e-app", "jti": jti, "nbf": issued,
               "exp": issued + 600, "iat": issued})
    );
    assert!(openssl_verifies(&workshop, &jwt, ""));
    assert!(!openssl_verifies(&workshop, &jwt.replacen('.', ".A", 1), ""), "control");
    let second = world.entra.seen()[1].field("client_assertion").unwrap();
    let second: Value = serde_json::from_slice(&part(&second, 1)).unwrap();
    assert_ne!(second["jti"], claims["jti"], "fresh for each request");
}

#[tokio::test]
async fn contract_3_1_ps256_assertion_by_openssls_judgement() {
    let workshop = Workshop::open();
    let (_world, jwt) = assertion(true, &workshop).await;
    let header: Value = serde_json::from_slice(&part(&jwt, 0)).unwrap();
    assert!(workshop.openssl("dgst -sha256 -binary -out thumbprint app.der"));
    let x5t = URL_SAFE_NO_PAD.encode(workshop.read("thumbprint"));
    assert_eq!(header, json!({"alg": "PS256", "typ": "JWT", "x5t#S256": x5t}));
    // RFC 7518 §3.5: the salt is as long as the hash.
    assert!(openssl_verifies(&workshop, &jwt, " -sigopt rsa_padding_mode:pss -sigopt rsa_pss_saltlen:32"));
}

#[tokio::test]
async fn a_key_that_cannot_sign_rs256_is_refused_at_start() {
    let (workshop, world) = (Workshop::open(), World::open().await);
    assert!(
        workshop.openssl("genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -outform DER -out ec.key")
    );
    for key in [workshop.read("ec.key"), vec![], b"zebra".to_vec()] {
        let mut settings = world.settings();
        settings.credential = Credential::Certificate(ClientCertificate {
            certificate: vec![0x30],
            key: key.into(),
            pss: false,
        });
        assert!(matches!(Intune::new(settings, None), Err(SettingsError::Key)));
    }
}
