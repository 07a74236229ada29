//! Access to ScepActions, and the notifications (contract sections 5 and 6).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use simulator::tenant::{Application, MintOptions};

use crate::caller::{Caller, GRAPH_SCOPE, INTUNE_SCOPE, csr, key, validate_body};

fn success(csr: &str) -> Value {
    json!({ "notification": {
        "transactionId": "T1", "certificateRequest": csr,
        "certificateThumbprint": "0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C",
        "certificateSerialNumber": "5A4DBD24970CFB42",
        "certificateExpirationDateUtc": "2027-06-11T16:11:20.000Z",
        "issuingCertificateAuthority": "Example Issuing CA", "callerInfo": "test",
        "caConfiguration": "Example Issuing CA", "certificateAuthority": null,
    } })
}

fn failure(csr: &str) -> Value {
    json!({ "notification": {
        "transactionId": "T1", "certificateRequest": csr, "hResult": -2_147_467_259_i64,
        "errorDescription": "CA key unavailable", "callerInfo": "test",
    } })
}

#[tokio::test]
async fn m152_stores_exactly_what_was_reported() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    let csr = csr(&caller.plan(&MintOptions::default()), &key());
    assert_eq!(caller.validate(&token, &csr).await.status(), 200);
    let answer = caller.action(&token, "successNotification", &success(&csr)).send().await.unwrap();
    let body: Value = answer.json().await.unwrap();
    assert_eq!((&body["code"], &body["errorDescription"]), (&json!("Success"), &json!("")));
    assert!(body["@odata.context"].is_string());
    let ledger = caller.tenant.ledger();
    let [stored] = ledger.certificates() else { panic!("one certificate") };
    assert_eq!(stored.certificate_thumbprint, "0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C");
    assert_eq!(stored.certificate_serial_number, "5A4DBD24970CFB42");
    assert_eq!(stored.certificate_expiration_date_utc, "2027-06-11T16:11:20.000Z");
    assert_eq!(stored.issuing_certificate_authority, "Example Issuing CA");
    assert_eq!(stored.ca_configuration.as_deref(), Some("Example Issuing CA"));
    assert_eq!(stored.certificate_authority, None);
    assert_eq!(ledger.device_of(stored), Some(caller.device.id.as_str()));
    drop(ledger);
    assert!(caller.tenant.journal().breaches().is_empty(), "{:?}", caller.tenant.journal().breaches());
}

#[tokio::test]
async fn contract_6_breaches_of_the_caller_are_noted() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    let csr = csr(&caller.plan(&MintOptions::default()), &key());
    let unasked = caller.action(&token, "successNotification", &success(&csr));
    assert_eq!(unasked.send().await.unwrap().status(), 200);
    let mut long = failure(&csr);
    long["notification"]["errorDescription"] = "x".repeat(256).into();
    long["notification"]["extra"] = true.into();
    assert_eq!(caller.action(&token, "failureNotification", &long).send().await.unwrap().status(), 200);
    let breaches = caller.tenant.journal().breaches().join("\n");
    for part in ["never validated", "longer than 255", "unknown member 'extra'"] {
        assert!(breaches.contains(part), "{breaches}");
    }
}

#[tokio::test]
async fn contract_6_members_are_required_and_case_sensitive() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    let csr = csr(&caller.plan(&MintOptions::default()), &key());
    let optional = ["caConfiguration", "certificateAuthority"];
    for (action, body) in [
        ("validateRequest", validate_body(&csr)),
        ("successNotification", success(&csr)),
        ("failureNotification", failure(&csr)),
    ] {
        assert_eq!(caller.action(&token, action, &body).send().await.unwrap().status(), 200, "{action}");
        let (envelope, members) = body.as_object().unwrap().iter().next().unwrap();
        let names = members.as_object().unwrap().keys().filter(|name| !optional.contains(&name.as_str()));
        for name in names {
            let mut without = body.clone();
            let members = without[envelope].as_object_mut().unwrap();
            let value = members.remove(name).unwrap();
            let status = caller.action(&token, action, &without).send().await.unwrap().status();
            assert_eq!(status, 400, "{action} without {name}");
            without[envelope][name.to_uppercase()] = value;
            let status = caller.action(&token, action, &without).send().await.unwrap().status();
            assert_eq!(status, 400, "{action} with {}", name.to_uppercase());
        }
        let status = caller.action(&token, action, &json!({})).send().await.unwrap().status();
        assert_eq!(status, 400, "{action} without {envelope}");
    }
}

#[tokio::test]
async fn contract_5_headers_are_enforced() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    let url = format!("{}/ScepActions/validateRequest", caller.tenant.urls().scep_service);
    let body = validate_body("x");
    let bare = caller.http.post(&url).json(&body);
    assert_eq!(bare.send().await.unwrap().status(), 401);
    let versionless = caller.http.post(&url).bearer_auth(&token).json(&body);
    let answer = versionless.send().await.unwrap();
    assert_eq!(answer.status(), 400);
    let error: Value = answer.json().await.unwrap();
    let inner: Value = serde_json::from_str(error["error"]["message"].as_str().unwrap()).unwrap();
    assert!(inner["Message"].as_str().unwrap().contains("api-version"), "the message is JSON text itself");
    let typeless = caller.http.post(&url).bearer_auth(&token).header("api-version", "2018-02-20");
    assert_eq!(typeless.body(body.to_string()).send().await.unwrap().status(), 415);
    let graph = caller.token(GRAPH_SCOPE).await;
    assert_eq!(caller.validate(&graph, "x").await.status(), 401, "another audience");
    let (signed, signature) = token.rsplit_once('.').unwrap();
    let other = if signature.starts_with('A') { "B" } else { "A" };
    let changed = format!("{signed}.{other}{}", &signature[1..]);
    assert_ne!(changed, token);
    assert_eq!(caller.validate(&changed, "x").await.status(), 401, "a changed signature");
    let app = caller.tenant.application(&caller.tenant.credentials().client_id).unwrap();
    caller.tenant.register(Application { intune_roles: Vec::new(), ..app });
    let roleless = caller.token(INTUNE_SCOPE).await;
    assert_eq!(caller.validate(&roleless, "x").await.status(), 403, "no role");
}

#[tokio::test]
async fn contract_5_latin1_bodies_are_read() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    let csr = csr(&caller.plan(&MintOptions::default()), &key());
    let text = validate_body(&csr).to_string().replace("\"test\"", "\"Pr\u{fc}fung\"");
    let bytes: Vec<u8> = text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    assert!(String::from_utf8(bytes.clone()).is_err());
    let request = caller.action(&token, "validateRequest", &json!({})).body(bytes);
    let body: Value = request.send().await.unwrap().json().await.unwrap();
    assert_eq!(body["code"], "Success");
    assert!(STANDARD.decode(&csr).is_ok());
    let kept = caller
        .tenant
        .ledger()
        .transaction("T1", &pki::algorithm::sha256(csr.as_bytes()))
        .map(|known| known.caller.clone());
    assert_eq!(kept.as_deref(), Some("Pr\u{fc}fung"));
}
