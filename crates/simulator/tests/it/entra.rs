//! Tokens (contract section 3).

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{RSA_PKCS1_SHA256, RSA_PSS_SHA256, RsaEncoding, RsaKeyPair};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE, URL_SAFE_NO_PAD};
use pki::algorithm::{sha1, sha256};
use serde_json::{Value, json};
use simulator::tenant::{Application, Secret};

use crate::caller::{Caller, GRAPH_SCOPE, INTUNE_SCOPE, NOW};

const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

async fn refused(caller: &Caller, fields: &[(&str, &str)], status: u16, error: &str, code: u32) {
    let answer = caller.token_request(fields).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), status, "{code}");
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["error"], error);
    assert_eq!(body["error_codes"], json!([code]));
    let text = body["error_description"].as_str().unwrap();
    assert!(text.starts_with(&format!("AADSTS{code}: ")), "{text}");
    for part in ["Trace ID: ", "Correlation ID: ", "Timestamp: "] {
        assert!(text.contains(part), "{text}");
    }
    for member in ["timestamp", "trace_id", "correlation_id"] {
        assert!(body[member].is_string(), "{member}");
    }
}

fn claims(token: &str) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(1).unwrap()).unwrap()).unwrap()
}

#[tokio::test]
async fn contract_3_1_token_by_secret() {
    let caller = Caller::new().await;
    let id = caller.tenant.credentials().client_id.clone();
    let secret = caller.tenant.credentials().secret.clone();
    for (scope, audience) in [
        (INTUNE_SCOPE, "https://api.manage.microsoft.com/"),
        ("https://api.manage.microsoft.com/.default", "https://api.manage.microsoft.com"),
        (GRAPH_SCOPE, "https://graph.microsoft.com"),
    ] {
        let fields = [
            ("grant_type", "client_credentials"),
            ("client_id", id.as_str()),
            ("client_secret", &secret),
            ("scope", scope),
        ];
        let answer = caller.token_request(&fields).send().await.unwrap();
        assert_eq!(answer.status(), 200);
        let body: Value = answer.json().await.unwrap();
        assert_eq!(body["token_type"], "Bearer");
        assert_eq!(body["expires_in"], 3_599);
        assert_eq!(body["ext_expires_in"], 3_599);
        let claims = claims(body["access_token"].as_str().unwrap());
        assert_eq!(claims["aud"], audience, "the slash is kept as the scope spelt it");
        assert_eq!(claims["appid"], id.as_str());
        assert_eq!(claims["tid"], caller.tenant.tenant_id());
        assert_eq!(claims["exp"], NOW + 3_599);
        let recorded = caller.tenant.journal().requests();
        let body = String::from_utf8(recorded.last().unwrap().body.clone()).unwrap();
        assert!(body.contains("scope=https%3A%2F%2F"), "the scope's form is recorded");
    }
}

#[tokio::test]
async fn contract_3_1_basic_credentials() {
    let caller = Caller::new().await;
    let credentials = caller.tenant.credentials();
    let fields = [("grant_type", "client_credentials"), ("scope", GRAPH_SCOPE)];
    let request = caller.token_request(&fields);
    let answer = request.basic_auth(&credentials.client_id, Some(&credentials.secret)).send().await.unwrap();
    assert_eq!(answer.status(), 200);
}

#[tokio::test]
async fn contract_3_1_refusals_have_code_and_shape() {
    let caller = Caller::new().await;
    let id = caller.tenant.credentials().client_id.clone();
    let secret = caller.tenant.credentials().secret.clone();
    let mut old = Application::scep_server("11111111-2222-4333-a444-555555555555".into());
    old.secrets.push(Secret { value: "old".into(), expires: NOW });
    caller.tenant.register(old);
    let grant = ("grant_type", "client_credentials");
    let by = |id: &'static str, secret: &'static str| [grant, ("client_id", id), ("client_secret", secret)];
    let scope = ("scope", INTUNE_SCOPE);
    let own = [grant, ("client_id", id.as_str()), ("client_secret", secret.as_str())];
    let with = |fields: [(&'static str, &'static str); 3]| [fields[0], fields[1], fields[2], scope];

    refused(
        &caller,
        &with(by("00000000-0000-4000-a000-000000000000", "x")),
        400,
        "unauthorized_client",
        700_016,
    )
    .await;
    refused(
        &caller,
        &with(by("11111111-2222-4333-a444-555555555555", "old")),
        401,
        "invalid_client",
        7_000_222,
    )
    .await;
    let wrong = [grant, ("client_id", id.as_str()), ("client_secret", "wrong"), scope];
    refused(&caller, &wrong, 401, "invalid_client", 7_000_215).await;
    refused(&caller, &[own[0], own[1], own[2], ("scope", "user.read")], 400, "invalid_scope", 70_011).await;
    let unknown = [own[0], own[1], own[2], ("scope", "https://unknown.example/.default")];
    refused(&caller, &unknown, 400, "invalid_resource", 500_011).await;
    let assertion =
        [grant, own[1], scope, ("client_assertion_type", ASSERTION_TYPE), ("client_assertion", "a.b.c")];
    refused(&caller, &assertion, 401, "invalid_client", 700_027).await;
    refused(&caller, &[("grant_type", "password"), own[1], scope], 400, "unsupported_grant_type", 70_003)
        .await;
    refused(&caller, &[own[1], scope], 400, "invalid_request", 900_144).await;

    let url = format!("{}nobody.example/oauth2/v2.0/token", caller.tenant.urls().authority);
    let answer = caller.http.post(url).form(&with(by("x", "y"))).send().await.unwrap();
    assert_eq!(answer.status(), 400);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["error_codes"], json!([90_002]));
}

/// A client assertion, signed here and not by the code under test.
fn assertion(
    caller: &Caller,
    header: Value,
    encoding: &'static dyn RsaEncoding,
    change: &[(&str, Value)],
) -> String {
    let credentials = caller.tenant.credentials();
    let endpoint =
        format!("{}{}/oauth2/v2.0/token", caller.tenant.urls().authority, caller.tenant.tenant_domain());
    let mut claims = json!({
        "aud": endpoint, "iss": credentials.client_id, "sub": credentials.client_id, "jti": "1",
        "nbf": NOW, "exp": NOW + 600,
    });
    for (name, value) in change {
        claims[*name] = value.clone();
    }
    let text = format!(
        "{}.{}",
        URL_SAFE_NO_PAD.encode(header.to_string()),
        URL_SAFE_NO_PAD.encode(claims.to_string())
    );
    let key = RsaKeyPair::from_pkcs8(&credentials.private_key).unwrap();
    let mut signature = vec![0; 256];
    key.sign(encoding, &SystemRandom::new(), text.as_bytes(), &mut signature).unwrap();
    format!("{text}.{}", URL_SAFE_NO_PAD.encode(signature))
}

async fn status_of(caller: &Caller, assertion: &str) -> u16 {
    let fields = [
        ("grant_type", "client_credentials"),
        ("client_id", &caller.tenant.credentials().client_id),
        ("client_assertion_type", ASSERTION_TYPE),
        ("client_assertion", assertion),
        ("scope", INTUNE_SCOPE),
        ("client_info", "1"),
    ];
    caller.token_request(&fields).send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn contract_3_1_assertion_variants_are_taken() {
    let caller = Caller::new().await;
    let der = caller.tenant.credentials().certificate.clone();
    let (short, long) = (sha1(&der), sha256(&der));
    let headers = [
        json!({ "alg": "RS256", "typ": "JWT", "x5t": URL_SAFE_NO_PAD.encode(short) }),
        json!({ "alg": "RS256", "typ": "JWT", "x5t": URL_SAFE.encode(short) }),
        json!({ "alg": "RS256", "typ": "JWT", "x5t": STANDARD.encode(short) }),
        json!({ "alg": "RS256", "typ": "JWT", "x5c": [STANDARD.encode(&der)] }),
    ];
    for header in headers {
        assert_eq!(
            status_of(&caller, &assertion(&caller, header.clone(), &RSA_PKCS1_SHA256, &[])).await,
            200,
            "{header}"
        );
    }
    let pss = json!({ "alg": "PS256", "typ": "JWT", "x5t#S256": URL_SAFE_NO_PAD.encode(long) });
    assert_eq!(status_of(&caller, &assertion(&caller, pss.clone(), &RSA_PSS_SHA256, &[])).await, 200);
    let times = [("exp", json!(NOW as f64 + 600.25)), ("iat", json!(NOW as f64 + 0.5)), ("nbf", Value::Null)];
    assert_eq!(status_of(&caller, &assertion(&caller, pss, &RSA_PSS_SHA256, &times)).await, 200);
}

#[tokio::test]
async fn contract_3_1_bad_assertions_are_refused() {
    let caller = Caller::new().await;
    let der = caller.tenant.credentials().certificate.clone();
    let good = json!({ "alg": "RS256", "typ": "JWT", "x5t": URL_SAFE_NO_PAD.encode(sha1(&der)) });
    let with = |change: &[(&str, Value)]| assertion(&caller, good.clone(), &RSA_PKCS1_SHA256, change);
    let mixed = assertion(&caller, good.clone(), &RSA_PSS_SHA256, &[]);
    let unknown = json!({ "alg": "RS256", "typ": "JWT", "x5t": URL_SAFE_NO_PAD.encode([0; 20]) });
    let bad = [
        with(&[("exp", json!(NOW - 1))]),
        with(&[("nbf", json!(NOW + 3_600))]),
        with(&[("aud", json!("https://elsewhere.example/token"))]),
        with(&[("iss", json!("somebody"))]),
        with(&[("jti", Value::Null)]),
        mixed,
        assertion(&caller, unknown, &RSA_PKCS1_SHA256, &[]),
        assertion(&caller, json!({ "alg": "none" }), &RSA_PKCS1_SHA256, &[]),
    ];
    for (at, text) in bad.iter().enumerate() {
        assert_eq!(status_of(&caller, text).await, 401, "case {at}");
    }
    assert_eq!(status_of(&caller, &with(&[])).await, 200, "the control");
}

#[tokio::test]
async fn contract_3_1_discovery_for_msal() {
    let caller = Caller::new().await;
    let (authority, tenant) = (caller.tenant.urls().authority, caller.tenant.tenant_domain().to_owned());
    let get = |url: String| {
        let http = caller.http.clone();
        async move { http.get(url).send().await.unwrap().json::<Value>().await.unwrap() }
    };
    let instance = get(format!(
        "{authority}common/discovery/instance?api-version=1.1&authorization_endpoint={authority}{tenant}/oauth2/v2.0/authorize"
    ))
    .await;
    let configuration = instance["tenant_discovery_endpoint"].as_str().unwrap().to_owned();
    assert_eq!(configuration, format!("{authority}{tenant}/v2.0/.well-known/openid-configuration"));
    let openid = get(configuration).await;
    assert_eq!(openid["token_endpoint"], format!("{authority}{tenant}/oauth2/v2.0/token"));
    assert!(openid["authorization_endpoint"].is_string() && openid["issuer"].is_string());
    let keys = get(openid["jwks_uri"].as_str().unwrap().to_owned()).await;
    assert_eq!(keys["keys"][0]["kty"], "RSA");
}
