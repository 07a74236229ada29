//! The control API, over plain HTTP on one address.

use serde_json::{Value, json};
use simulator::tenant::{Listen, TenantOptions};

use crate::caller::Caller;

async fn post(caller: &Caller, path: &str, body: Value) -> (u16, Value) {
    let url = format!("{}sim/{path}", caller.tenant.urls().control);
    let answer = caller.http.post(url).json(&body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

async fn get(caller: &Caller, path: &str) -> Value {
    let url = format!("{}sim/{path}", caller.tenant.urls().control);
    caller.http.get(url).send().await.unwrap().json().await.unwrap()
}

#[tokio::test]
async fn contract_20_control_api() {
    let listen = Listen::Address("127.0.0.1:0".parse().unwrap());
    let caller = Caller::with(TenantOptions { listen, tls: false, ..TenantOptions::default() }).await;
    assert!(caller.tenant.root_pem().is_none());
    let urls = caller.tenant.urls();
    assert!(urls.intune.starts_with(&urls.authority) && urls.graph == urls.authority, "one address");

    let (_, user) = post(&caller, "users", json!({ "upn": "bob@contoso.example" })).await;
    let (_, device) = post(&caller, "devices", json!({ "platform": "ios", "user": user["id"] })).await;
    let (_, profile) = post(&caller, "profiles", json!({ "subject": "CN={{UserPrincipalName}}" })).await;
    let challenge = json!({ "device": device["id"], "profile": profile["id"] });
    let (status, delivery) = post(&caller, "challenges", challenge.clone()).await;
    assert_eq!((status, &delivery["subject"]), (200, &json!("CN=bob@contoso.example")));
    assert!(delivery["challenge"].as_str().unwrap().len() > 4_000);
    let (status, _) = post(&caller, "challenges", json!({ "device": "x", "profile": profile["id"] })).await;
    assert_eq!(status, 404);

    let before = get(&caller, "state").await["now"].as_i64().unwrap();
    let (_, after) = post(&caller, "clock", json!({ "advance": 1_000_000 })).await;
    assert!(after["now"].as_i64().unwrap() >= before + 1_000_000);
    let rule = json!({
        "hop": "validate_request", "when": { "times": 3 }, "fault": { "kind": "status", "status": 429, "retry_after": 2 },
    });
    assert_eq!(post(&caller, "faults", rule.clone()).await.0, 200);
    assert_eq!(get(&caller, "faults").await[0][0]["fault"], rule["fault"]);
    assert_eq!(post(&caller, "faults", json!({ "hop": "nowhere" })).await.0, 400);
    let (_, moved) = post(&caller, "move", json!({})).await;
    assert_ne!(moved["scep_service"], json!(urls.scep_service));
    caller.token(crate::caller::GRAPH_SCOPE).await;
    let requests = get(&caller, "requests").await;
    assert_eq!(requests.as_array().unwrap().len(), 1, "the control API is not recorded");
    assert_eq!((&requests[0]["hop"], &requests[0]["status"]), (&json!("graph_token"), &json!(200)));
    assert_eq!(post(&caller, "nowhere", json!({})).await.0, 404);
}

#[tokio::test]
async fn contract_20_what_becomes_of_devices_and_users() {
    let listen = Listen::Address("127.0.0.1:0".parse().unwrap());
    let caller = Caller::with(TenantOptions { listen, tls: false, ..TenantOptions::default() }).await;
    let (id, user) = (caller.device.id.clone(), caller.device.user.clone().unwrap());
    for (path, body) in [
        ("compliance", json!({ "state": "noncompliant" })),
        ("management", json!({ "state": "unhealthy" })),
        ("grace", json!({ "until": 0 })),
        ("android", json!({ "management": "device_owner" })),
        ("entra/enabled", json!({ "enabled": false })),
        ("wipe", json!({})),
        ("retire", json!({})),
        ("check-in", json!({})),
    ] {
        assert_eq!(post(&caller, &format!("devices/{id}/{path}"), body).await.0, 200, "{path}");
    }
    let (_, device) = caller.graph(&format!("beta/deviceManagement/managedDevices/{id}")).await;
    assert_eq!(
        (&device["managementState"], &device["complianceState"]),
        (&json!("retireIssued"), &json!("noncompliant"))
    );
    assert_eq!(post(&caller, &format!("users/{user}/enabled"), json!({ "enabled": false })).await.0, 200);
    let risk = json!({ "level": "high", "state": "atRisk" });
    assert_eq!(post(&caller, &format!("users/{user}/risk"), risk).await.0, 200);
    assert_eq!(post(&caller, &format!("devices/{id}/nonsense"), json!({})).await.0, 404);
    assert_eq!(post(&caller, "devices/x/retire", json!({})).await.0, 404);
    assert_eq!(post(&caller, &format!("devices/{id}/unenrol"), json!({})).await.0, 200);
    assert_eq!(get(&caller, "state").await["counts"]["devices"], 0);

    let (_, paging) = post(&caller, "paging", json!({ "size": 1, "empty": 0.0 })).await;
    assert_eq!((&paging["size"], &paging["empty"]), (&json!(1), &json!(0.0)));
    let (_, _, link) = caller.pages("v1.0/users/delta").await;
    assert_eq!(post(&caller, "deltas/expire", json!({})).await.0, 200);
    assert_eq!(caller.follow(&link.unwrap()).await.0, 410);
    let delete =
        |path: &str| caller.http.delete(format!("{}sim/{path}", caller.tenant.urls().control)).send();
    assert_eq!(delete(&format!("users/{user}")).await.unwrap().status(), 200);
    assert_eq!(post(&caller, &format!("users/{user}/restore"), json!({})).await.0, 200);
    assert_eq!(delete(&format!("users/{user}/for-good")).await.unwrap().status(), 200);
    assert_eq!(delete(&format!("devices/{}/entra", caller.device.entra_id)).await.unwrap().status(), 200);
    assert_eq!(get(&caller, "revocations").await, json!([]));
}
