//! Each fault does what it says (contract section 20).

use std::time::{Duration, Instant};

use reqwest::Response;
use serde_json::Value;
use simulator::tenant::{Fault, Hop, MintOptions, Rule, When, transport_faults};

use crate::caller::{Caller, GRAPH_SCOPE, INTUNE_SCOPE, NOW, client, csr, key, validate_body};

fn order(caller: &Caller, hop: Hop, fault: Fault) {
    caller.tenant.faults().order(Rule { hop, fault, when: When::Times(1), after: 0 });
}

/// A fresh connection each time, so that no fault spoils the next one.
async fn validate(caller: &Caller, token: &str) -> Result<Response, reqwest::Error> {
    let csr = csr(&caller.plan(&MintOptions::default()), &key());
    let url = format!("{}/ScepActions/validateRequest", caller.tenant.urls().scep_service);
    let request = client(&caller.tenant).post(url).bearer_auth(token).header("api-version", "2018-02-20");
    request
        .header("client-request-id", "1")
        .json(&validate_body(&csr))
        .timeout(Duration::from_secs(2))
        .send()
        .await
}

/// What a careful client makes of an answer: only status 200 and the string `Success` will do.
async fn granted(answer: Result<Response, reqwest::Error>) -> bool {
    let Ok(mut answer) = answer else { return false };
    if answer.status() != 200 {
        return false;
    }
    let mut bytes = Vec::new();
    while let Ok(Some(chunk)) = answer.chunk().await {
        bytes.extend_from_slice(&chunk);
        if bytes.len() > 1 << 20 {
            return false;
        }
    }
    let body: Option<Value> = serde_json::from_slice(&bytes).ok();
    body.is_some_and(|body| body["code"] == "Success" && body.is_object())
}

#[tokio::test]
async fn m60_no_transport_fault_looks_like_success() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    let faults = transport_faults(10_000);
    assert!(faults.len() >= 60, "{} faults", faults.len());
    assert!(granted(validate(&caller, &token).await).await, "the control");
    for fault in faults {
        order(&caller, Hop::ValidateRequest, fault.fault);
        assert!(!granted(validate(&caller, &token).await).await, "{}", fault.name);
        assert!(
            caller.tenant.faults().rules().iter().all(|(_, struck)| *struck == 1),
            "{} struck",
            fault.name
        );
        caller.tenant.faults().clear();
    }
    assert!(granted(validate(&caller, &token).await).await, "the control again");
}

#[tokio::test]
async fn contract_20_connection_faults() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    for fault in [Fault::TlsFailure, Fault::Close, Fault::Reset, Fault::Cut { bytes: 10 }] {
        order(&caller, Hop::ValidateRequest, fault.clone());
        assert!(validate(&caller, &token).await.is_err(), "{fault:?}");
    }
    for fault in [Fault::ResetInBody, Fault::HangInBody { ms: 10_000 }] {
        order(&caller, Hop::ValidateRequest, fault.clone());
        let answer = validate(&caller, &token).await.unwrap();
        assert_eq!(answer.status(), 200);
        assert!(answer.bytes().await.is_err(), "{fault:?}");
    }
    order(&caller, Hop::ValidateRequest, Fault::Delay { ms: 300 });
    let start = Instant::now();
    assert!(granted(validate(&caller, &token).await).await);
    assert!(start.elapsed() >= Duration::from_millis(300));
}

#[tokio::test]
async fn contract_20_answers() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    order(&caller, Hop::ValidateRequest, Fault::Status { status: 429, retry_after: Some(7) });
    let answer = validate(&caller, &token).await.unwrap();
    assert_eq!((answer.status().as_u16(), answer.headers()["retry-after"].to_str().unwrap()), (429, "7"));
    assert_eq!(answer.headers()["x-sim-injected"], "1");
    order(&caller, Hop::ValidateRequest, Fault::Redirect { status: 307, location: None });
    assert_eq!(validate(&caller, &token).await.unwrap().headers()["location"], "https://elsewhere.invalid/");

    for (fault, code, description) in [
        (Fault::LowerCaseCode, Some("success"), Some("")),
        (Fault::Code { code: "Novel".into() }, Some("Novel"), Some("Refused on order.")),
        (Fault::MissingCode, None, Some("")),
        (Fault::MissingDescription, Some("Success"), None),
        (Fault::NullDescription, Some("Success"), None),
    ] {
        order(&caller, Hop::ValidateRequest, fault.clone());
        let body: Value = validate(&caller, &token).await.unwrap().json().await.unwrap();
        assert_eq!(body["code"].as_str(), code, "{fault:?}");
        assert_eq!(body["errorDescription"].as_str(), description, "{fault:?}");
        assert_eq!(body.get("errorDescription").is_some(), fault != Fault::MissingDescription);
    }
}

#[tokio::test]
async fn contract_20_token_faults() {
    let caller = Caller::new().await;
    order(&caller, Hop::IntuneToken, Fault::TokenLife { expires_in: 3_599, really: 10 });
    let short = caller.token(INTUNE_SCOPE).await;
    assert!(granted(validate(&caller, &short).await).await);
    caller.tenant.clock.advance(10);
    assert_eq!(validate(&caller, &short).await.unwrap().status(), 401);
    order(&caller, Hop::IntuneToken, Fault::WrongAudience);
    let other = caller.token(INTUNE_SCOPE).await;
    assert_eq!(validate(&caller, &other).await.unwrap().status(), 401);
    order(&caller, Hop::IntuneToken, Fault::NoRoles);
    let roleless = caller.token(INTUNE_SCOPE).await;
    assert_eq!(validate(&caller, &roleless).await.unwrap().status(), 403);

    order(&caller, Hop::GraphToken, Fault::TokenError { code: 7_000_222 });
    caller.token(INTUNE_SCOPE).await;
    let credentials = caller.tenant.credentials();
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &credentials.client_id),
        ("client_secret", &credentials.secret),
        ("scope", GRAPH_SCOPE),
    ];
    let answer = caller.token_request(&fields).send().await.unwrap();
    assert_eq!(answer.status(), 401, "only the hop ordered is struck");
    assert_eq!(caller.tenant.clock.now(), NOW + 10);
}

#[tokio::test]
async fn rules_count_skip_and_repeat_by_seed() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    let fault = Fault::Status { status: 503, retry_after: None };
    let rule = |when, after| Rule { hop: Hop::ValidateRequest, fault: fault.clone(), when, after };
    caller.tenant.faults().order(rule(When::Times(2), 1));
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(validate(&caller, &token).await.unwrap().status().as_u16());
    }
    assert_eq!(seen, [200, 503, 503, 200]);
    let draws = |seed| {
        let mut book = simulator::tenant::FaultBook::new(seed);
        book.order(rule(When::Chance(0.5), 0));
        (0..64).map(|_| book.draw(Hop::ValidateRequest).is_some()).collect::<Vec<_>>()
    };
    assert_eq!(draws(7), draws(7));
    assert_ne!(draws(7), draws(8));
    let struck = draws(7).iter().filter(|due| **due).count();
    assert!((16..48).contains(&struck), "{struck}");
}
