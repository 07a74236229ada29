//! What is sent, member by member, and what each answer means (contract §3 to §6).

use super::far_end::*;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use chancery::validators::{FailedFacts, Verdict};
use mdm::intune::{HResult, ResultCode, SuggestedFailInfo};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;
use tokio::time::Instant;

fn json_of(seen: &Seen) -> Value {
    serde_json::from_slice(&seen.body).unwrap()
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.split('-').map(str::len).eq([8, 4, 4, 4, 12])
}

/// Names of the headers that the contract knows; the HTTP library's own are left out.
fn contract_headers(seen: &Seen) -> BTreeSet<String> {
    let own = ["host", "content-length", "user-agent", "connection"];
    seen.headers
        .iter()
        .map(|(name, _)| name.to_lowercase())
        .filter(|name| !own.contains(&name.as_str()))
        .collect()
}

fn set(names: &[&str]) -> BTreeSet<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn contract_3_and_4_token_and_discovery_as_sent() {
    let world = World::open().await;
    assert!(matches!(judge(&world.validator()).await, Verdict::Vouched(_)));
    let tokens = world.entra.seen();
    assert_eq!(tokens.len(), 2, "one for Graph, one for Intune");
    for (seen, scope) in tokens
        .iter()
        .zip([format!("{}.default", world.graph.url()), "https://api.manage.microsoft.com//.default".into()])
    {
        assert_eq!(seen.line, "POST /contoso.onmicrosoft.com/oauth2/v2.0/token HTTP/1.1");
        assert_eq!(seen.header("content-type"), Some("application/x-www-form-urlencoded"));
        assert_eq!(seen.header("accept"), Some("application/json"));
        assert_eq!(seen.field("grant_type").as_deref(), Some("client_credentials"));
        assert_eq!(seen.field("client_id").as_deref(), Some("b4cd6d5e-app"));
        assert_eq!(seen.field("client_secret").as_deref(), Some(SECRET));
        assert_eq!(seen.field("scope"), Some(scope));
        assert_eq!(seen.body.iter().filter(|byte| **byte == b'&').count(), 3, "and nothing else");
    }
    let discovery = world.graph.seen();
    assert_eq!(discovery.len(), 1);
    let path = "/v1.0/servicePrincipals/appId=0000000a-0000-0000-c000-000000000000/endpoints";
    assert_eq!(discovery[0].line, format!("GET {path} HTTP/1.1"));
    assert_eq!(discovery[0].header("authorization"), Some("Bearer zebra.access.token"));
    assert!(is_guid(discovery[0].header("client-request-id").unwrap()));
}

#[tokio::test]
async fn contract_5_and_6_1_validate_request_as_sent() {
    let world = World::open().await;
    let validator = world.validator();
    judge(&validator).await;
    judge(&validator).await;
    let seen = world.intune.seen();
    let first = &seen[0];
    assert_eq!(first.line, "POST /fe/ScepActions/validateRequest HTTP/1.1");
    for (name, value) in [
        ("authorization", "Bearer zebra.access.token"),
        ("api-version", "2018-02-20"),
        ("content-type", "application/json"),
        ("useragent", "Example CA v1.2"),
    ] {
        assert_eq!(first.header(name), Some(value), "{name}");
    }
    let expected =
        ["accept", "api-version", "authorization", "client-request-id", "content-type", "useragent"];
    assert_eq!(contract_headers(first), set(&expected));
    let ids: BTreeSet<_> = seen.iter().map(|seen| seen.header("client-request-id").unwrap()).collect();
    assert!(ids.len() == 2 && ids.iter().all(|id| is_guid(id)), "a new GUID per call: {ids:?}");
    assert_eq!(
        json_of(first),
        json!({"request": {"transactionId": TRANSACTION, "certificateRequest": STANDARD.encode(CSR),
                           "callerInfo": "Example CA v1.2"}})
    );
}

#[tokio::test]
async fn contract_6_2_success_notification_as_sent() {
    let world = World::open().await;
    issued(&world.validator()).await.unwrap();
    let seen = world.intune.seen();
    assert_eq!(seen[0].line, "POST /fe/ScepActions/successNotification HTTP/1.1");
    assert_eq!(seen[0].header("api-version"), Some("2018-02-20"));
    assert_eq!(
        json_of(&seen[0]),
        json!({"notification": {"transactionId": TRANSACTION, "certificateRequest": STANDARD.encode(CSR),
            "certificateThumbprint": "AB".repeat(20), "certificateSerialNumber": "DA4DBD",
            "certificateExpirationDateUtc": "2027-06-11T16:11:20.000Z",
            "issuingCertificateAuthority": "Example Issuing CA", "caConfiguration": "Example Issuing CA",
            "certificateAuthority": "Example Issuing CA", "callerInfo": "Example CA v1.2"}})
    );
}

#[tokio::test]
async fn contract_6_3_failure_notification_as_sent() {
    let world = World::open().await;
    let description = "ä".repeat(300);
    let facts = FailedFacts {
        transaction_id: TRANSACTION,
        csr: CSR,
        h_result: HResult::FAIL,
        description: &description,
        deadline: Instant::now() + Duration::from_secs(5),
    };
    world.validator().failed(&facts).await.unwrap();
    let seen = world.intune.seen();
    assert_eq!(seen[0].line, "POST /fe/ScepActions/failureNotification HTTP/1.1");
    assert_eq!(
        json_of(&seen[0]),
        json!({"notification": {"transactionId": TRANSACTION, "certificateRequest": STANDARD.encode(CSR),
            "hResult": -2_147_467_259_i64, "errorDescription": "ä".repeat(255), "callerInfo": "Example CA v1.2"}})
    );
}

#[tokio::test]
async fn m58_all_24_refusing_codes_refuse_with_a_code_of_their_own() {
    let world = World::open().await;
    let validator = world.validator();
    let mut codes = ResultCode::NAMED_REFUSALS.to_vec();
    codes.push(ResultCode::Unknown("Unknown".into()));
    for (at, code) in codes.iter().enumerate() {
        let body = json!({"code": code.as_str(), "errorDescription": "because\r\nforged line"}).to_string();
        world.intune.then(Deed::Body(body.clone().into())).then(Deed::Body(body.into()));
        let refused = refusal(judge(&validator).await);
        assert_eq!(usize::from(refused.code.0), 3101 + at, "{code}");
        assert!(
            refused.operator.contains(code.as_str()) && refused.operator.contains("because\\u{d}"),
            "{refused}"
        );
        assert!(!refused.operator.contains('\n'));
        assert_eq!(issued(&validator).await.unwrap_err().code, refused.code, "notification too");
    }
    assert_eq!(world.intune.seen().len(), 48, "a refusal is not asked again");
    assert!(matches!(judge(&validator).await, Verdict::Vouched(_)), "control");
}

#[tokio::test]
async fn contract_6_4_expired_is_bad_time() {
    let world = World::open().await;
    world.intune.then(Deed::Body(br#"{"code":"ChallengeExpired"}"#.to_vec()));
    assert_eq!(refusal(judge(&world.validator()).await).fail_info, SuggestedFailInfo::BadTime);
}

#[tokio::test]
async fn t14_the_voucher_pins_the_request_and_claims_the_challenge() {
    let world = World::open().await;
    let Verdict::Vouched(voucher) = judge(&world.validator()).await else { panic!() };
    // Judge: sha256sum's algorithm by another library.
    let sha256 =
        |octets: &[u8]| aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, octets).as_ref().to_vec();
    assert_eq!(voucher.request.to_vec(), sha256(CSR));
    assert_eq!(voucher.claim.unwrap().to_vec(), sha256(CHALLENGE.as_bytes()));
    assert!(!voucher.sid_vouched, "t24: Intune does not compare the SID");
    assert_eq!(voucher.by, "intune");
}

#[tokio::test]
async fn m59_without_a_challenge_nobody_is_asked() {
    let world = World::open().await;
    let validator = world.validator();
    let subject = pki::name::Name::from_pairs(&[]);
    for challenge in [None, Some(chancery::validators::ChallengeText::new(""))] {
        let petition = chancery::validators::Petition {
            endpoint: "windows",
            profile: "device",
            transaction_id: TRANSACTION,
            csr: CSR,
            challenge,
            subject: &subject,
            alternative_names: &[],
            caller: None,
            source: [192, 0, 2, 1].into(),
            now: pki::Time::from_unix(1_800_000_000),
            deadline: Instant::now() + Duration::from_secs(5),
        };
        assert_eq!(refusal(validator.judge(&petition).await).code.0, 3001);
    }
    assert_eq!(world.entra.connections() + world.graph.connections() + world.intune.connections(), 0);
}

#[tokio::test]
async fn harmless_differences_in_an_answer_are_no_refusal() {
    let world = World::open().await;
    let validator = world.validator();
    let chunked = format!("{:x}\r\n{SUCCESS}\r\n0\r\n\r\n", SUCCESS.len());
    for deed in [
        Deed::Body(br#"{"code":"Success"}"#.to_vec()),
        Deed::Body(br#"{"errorDescription":null,"code":"Success","new":{"a":[1,2]}}"#.to_vec()),
        Deed::Body("{\r\n  \"code\": \"Success\"\r\n}\r\n".into()),
        Deed::Status(200, "Transfer-Encoding: chunked\r\nContent-Type: text/plain\r\n", chunked.into()),
        Deed::GoodWith(201, ""),
        Deed::Late(Duration::from_millis(100)),
    ] {
        world.intune.then(deed.clone());
        assert!(matches!(judge(&validator).await, Verdict::Vouched(_)), "{deed:?}");
    }
}
