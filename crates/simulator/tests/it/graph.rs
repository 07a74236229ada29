//! Discovery (contract sections 2 and 4).

use serde_json::Value;
use simulator::tenant::{Application, Fault, Hop, INTUNE_APP_ID, Rule, SCEP_SERVICE, When};

use crate::caller::{Caller, GRAPH_SCOPE, INTUNE_SCOPE, NOW};

async fn list(caller: &Caller) -> Value {
    let token = caller.token(GRAPH_SCOPE).await;
    let answer = caller.discovery(&token).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json().await.unwrap()
}

fn scep_uris(body: &Value) -> Vec<String> {
    let entries = body["value"].as_array().unwrap().iter();
    let ours = entries.filter(|entry| entry["providerName"] == SCEP_SERVICE);
    ours.map(|entry| entry["uri"].as_str().unwrap().to_owned()).collect()
}

fn order(caller: &Caller, fault: Fault) {
    caller.tenant.faults().order(Rule { hop: Hop::Endpoints, fault, when: When::Times(1), after: 0 });
}

#[tokio::test]
async fn contract_4_lists_the_service_among_others() {
    let caller = Caller::new().await;
    let body = list(&caller).await;
    assert!(body["value"].as_array().unwrap().len() >= 4);
    assert_eq!(scep_uris(&body), [caller.tenant.urls().scep_service]);
    assert_eq!(body["value"][1]["providerId"], INTUNE_APP_ID);
    assert!(body.get("@odata.nextLink").is_none());
}

#[tokio::test]
async fn contract_2_missing_permissions_have_their_symptoms() {
    let caller = Caller::new().await;
    assert_eq!(caller.discovery("").send().await.unwrap().status(), 401);
    let intune = caller.token(INTUNE_SCOPE).await;
    assert_eq!(caller.discovery(&intune).send().await.unwrap().status(), 401, "another audience");

    let mut app = caller.tenant.application(&caller.tenant.credentials().client_id).unwrap();
    app.intune_roles.clear();
    caller.tenant.register(app.clone());
    assert!(
        scep_uris(&list(&caller).await).is_empty(),
        "without the Intune role the list has no SCEP service"
    );

    caller.tenant.register(Application { graph_roles: Vec::new(), ..app });
    let token = caller.token(GRAPH_SCOPE).await;
    let answer = caller.discovery(&token).send().await.unwrap();
    assert_eq!(answer.status(), 403);
    let body: Value = answer.json().await.unwrap();
    assert_eq!(body["error"]["message"], "Insufficient privileges to complete the operation.");
}

#[tokio::test]
async fn tokens_expire_by_the_simulated_clock() {
    let caller = Caller::new().await;
    let token = caller.token(GRAPH_SCOPE).await;
    caller.tenant.clock.advance(3_598);
    assert_eq!(caller.discovery(&token).send().await.unwrap().status(), 200);
    caller.tenant.clock.advance(1);
    assert_eq!(caller.discovery(&token).send().await.unwrap().status(), 401);
    assert_eq!(caller.tenant.clock.now(), NOW + 3_599);
}

#[tokio::test]
async fn contract_20_discovery_faults() {
    let caller = Caller::new().await;
    let genuine = caller.tenant.urls().scep_service;

    order(&caller, Fault::MissingEndpoint);
    assert!(scep_uris(&list(&caller).await).is_empty());
    order(&caller, Fault::DuplicateEndpoint { genuine_first: true });
    let twice = scep_uris(&list(&caller).await);
    assert_eq!((twice.len(), &twice[0]), (2, &genuine));
    order(&caller, Fault::DuplicateEndpoint { genuine_first: false });
    let twice = scep_uris(&list(&caller).await);
    assert_eq!((twice.len(), &twice[1]), (2, &genuine));
    order(&caller, Fault::EndpointUri { uri: "http://169.254.169.254/".into() });
    assert_eq!(scep_uris(&list(&caller).await), ["http://169.254.169.254/"]);
    order(&caller, Fault::LegacyNames);
    let legacy = list(&caller).await;
    assert!(scep_uris(&legacy).is_empty());
    let name = legacy["value"][1]["serviceName"].as_str().unwrap();
    assert!(name != SCEP_SERVICE && name.eq_ignore_ascii_case(SCEP_SERVICE));
    order(&caller, Fault::NextLinkTo { uri: "https://elsewhere.invalid/".into() });
    assert_eq!(list(&caller).await["@odata.nextLink"], "https://elsewhere.invalid/");

    order(&caller, Fault::NextLink);
    let first = list(&caller).await;
    assert!(scep_uris(&first).is_empty());
    let token = caller.token(GRAPH_SCOPE).await;
    let next = first["@odata.nextLink"].as_str().unwrap();
    let second = caller.http.get(next).bearer_auth(token).send().await.unwrap().json().await.unwrap();
    assert_eq!(scep_uris(&second), [genuine]);
}

#[tokio::test]
async fn contract_20_the_endpoint_moves() {
    let caller = Caller::new().await;
    let before = caller.tenant.urls().scep_service;
    caller.tenant.move_scale_unit();
    let after = caller.tenant.urls().scep_service;
    assert_ne!(before, after);
    assert_eq!(scep_uris(&list(&caller).await), [after]);
    let token = caller.token(INTUNE_SCOPE).await;
    let stale = caller.http.post(format!("{before}/ScepActions/validateRequest")).bearer_auth(token);
    assert_eq!(stale.send().await.unwrap().status(), 404);
}
