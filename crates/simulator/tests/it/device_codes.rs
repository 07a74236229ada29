//! Signing in by device code (RFC 8628), in Entra's words.

use crate::caller::Caller;
use serde_json::{Value, json};
use simulator::tenant::Standing;

const GRANT: &str = "urn:ietf:params:oauth:grant-type:device_code";
const WRITE: &str = "https://graph.microsoft.com/DeviceManagementConfiguration.ReadWrite.All";
const GROUPS: &str = "https://graph.microsoft.com/Group.Read.All";

async fn office() -> Caller {
    let caller = Caller::new().await;
    let app = caller.tenant.application(&caller.tenant.credentials().client_id).unwrap();
    caller.tenant.register(app.with_profiles());
    caller
}

async fn begin(caller: &Caller, scope: &str) -> (u16, Value) {
    let url =
        format!("{}{}/oauth2/v2.0/devicecode", caller.tenant.urls().authority, caller.tenant.tenant_domain());
    let client_id = caller.tenant.credentials().client_id.clone();
    let answer = caller
        .http
        .post(url)
        .form(&[("client_id", client_id.as_str()), ("scope", scope)])
        .send()
        .await
        .unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn poll(caller: &Caller, device_code: &str) -> (u16, Value) {
    let client_id = caller.tenant.credentials().client_id.clone();
    let fields = [("grant_type", GRANT), ("client_id", &client_id), ("device_code", device_code)];
    let answer = caller.token_request(&fields).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn word(caller: &Caller, device_code: &str) -> String {
    let (status, body) = poll(caller, device_code).await;
    assert_eq!(status, 400, "{body}");
    body["error"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn rfc_8628_pending_slow_down_approved_and_used_up() {
    let caller = office().await;
    let (status, begun) = begin(&caller, &format!("{WRITE} {GROUPS} offline_access")).await;
    assert_eq!((status, &begun["interval"], &begun["expires_in"]), (200, &json!(5), &json!(900)));
    let (code, user_code) = (begun["device_code"].as_str().unwrap(), begun["user_code"].as_str().unwrap());
    assert!(begun["message"].as_str().unwrap().contains(user_code) && user_code.len() == 9);
    assert_eq!(word(&caller, code).await, "authorization_pending");
    assert_eq!(word(&caller, code).await, "slow_down", "within five seconds");
    caller.tenant.clock.advance(5);
    assert!(!caller.tenant.codes().approve("XXXXXXXXX", "ada@contoso.example"), "another code");
    assert!(caller.tenant.codes().approve(user_code, "ada@contoso.example"));
    let (status, granted) = poll(&caller, code).await;
    assert_eq!(status, 200, "{granted}");
    assert_eq!(granted["scope"], "DeviceManagementConfiguration.ReadWrite.All Group.Read.All");
    let token = granted["access_token"].as_str().unwrap();
    let list = format!("{}beta/deviceManagement/deviceConfigurations", caller.tenant.urls().graph);
    assert_eq!(caller.http.get(list).bearer_auth(token).send().await.unwrap().status(), 200);
    let users = format!("{}v1.0/users", caller.tenant.urls().graph);
    assert_eq!(
        caller.http.get(users).bearer_auth(token).send().await.unwrap().status(),
        403,
        "not asked for"
    );
    assert_eq!(word(&caller, code).await, "bad_verification_code", "a code gives one token");
}

#[tokio::test]
async fn rfc_8628_denied_and_expired() {
    let caller = office().await;
    let (_, begun) = begin(&caller, WRITE).await;
    assert!(caller.tenant.codes().deny(begun["user_code"].as_str().unwrap()));
    assert_eq!(caller.tenant.codes().sign_ins()[0].standing, Standing::Denied);
    assert_eq!(word(&caller, begun["device_code"].as_str().unwrap()).await, "authorization_declined");
    let (_, begun) = begin(&caller, WRITE).await;
    caller.tenant.clock.advance(900);
    assert_eq!(word(&caller, begun["device_code"].as_str().unwrap()).await, "expired_token");
}

#[tokio::test]
async fn a_client_that_may_not_sign_anybody_in_is_told_why() {
    let caller = office().await;
    let foreign = begin(&caller, "https://vault.azure.net/user_impersonation").await;
    assert_eq!(foreign.1["error"], "invalid_resource");
    let unconsented = begin(&caller, "https://graph.microsoft.com/Mail.Read").await;
    assert_eq!((unconsented.0, &unconsented.1["error_codes"]), (400, &json!([65_001])));
    let mut app = caller.tenant.application(&caller.tenant.credentials().client_id).unwrap();
    app.public = false;
    caller.tenant.register(app);
    let (status, refused) = begin(&caller, WRITE).await;
    assert_eq!((status, &refused["error_codes"]), (401, &json!([7_000_218])));
}
