//! Devices, users and managed devices in Graph (contract section 14).

use serde_json::{Value, json};
use simulator::tenant::{Application, Fault, Hop, Platform, Rule, STATUS_ROLES, When};

use crate::caller::{Caller, GRAPH_SCOPE, INTUNE_SCOPE, NOW};

fn order(caller: &Caller, hop: Hop, fault: Fault) {
    caller.tenant.faults().order(Rule { hop, fault, when: When::Times(1), after: 0 });
}

async fn managed(caller: &Caller) -> Value {
    caller.graph(&format!("beta/deviceManagement/managedDevices/{}", caller.device.id)).await.1
}

#[tokio::test]
async fn contract_14_a_device_stands_in_entra_and_in_intune() {
    let caller = Caller::new().await;
    let (entra_id, id) = (&caller.device.entra_id, &caller.device.id);
    let (status, page) = caller.graph(&format!("v1.0/devices?$filter=deviceId%20eq%20'{entra_id}'")).await;
    assert_eq!(status, 200);
    let [found] = page["value"].as_array().unwrap().as_slice() else { panic!("one: {page}") };
    assert_eq!((&found["deviceId"], &found["accountEnabled"]), (&json!(entra_id), &json!(true)));
    assert_ne!(&found["id"], &found["deviceId"], "the object id is another");
    let (status, keyed) =
        caller.graph(&format!("v1.0/devices(deviceId='{entra_id}')?$select=deviceId")).await;
    assert_eq!((status, &keyed["id"]), (200, &found["id"]));
    assert!(keyed.get("accountEnabled").is_none(), "not selected");
    let object = found["id"].as_str().unwrap();
    assert_eq!(caller.graph(&format!("v1.0/devices/{object}")).await.0, 200);
    assert_eq!(caller.graph(&format!("v1.0/devices/{entra_id}")).await.0, 404, "that is no object id");

    let device = managed(&caller).await;
    assert_eq!((&device["id"], &device["azureADDeviceId"]), (&json!(id), &json!(entra_id)));
    assert_eq!(
        (&device["managementState"], &device["complianceState"]),
        (&json!("managed"), &json!("compliant"))
    );
    assert_eq!(device["userPrincipalName"], "ada@contoso.example");
    assert_eq!(device["enrolledDateTime"], "2026-11-21T05:46:40Z");
    let kiosk = caller.tenant.enrol_device(Platform::Android, None);
    let (_, kiosk) = caller.graph(&format!("v1.0/deviceManagement/managedDevices/{}", kiosk.id)).await;
    assert_eq!((&kiosk["userId"], &kiosk["userPrincipalName"]), (&json!(""), &json!("")), "nobody");
}

#[tokio::test]
async fn contract_14_management_state_is_on_beta_alone() {
    let caller = Caller::new().await;
    let (_, device) =
        caller.graph(&format!("v1.0/deviceManagement/managedDevices/{}", caller.device.id)).await;
    assert!(device.get("managementState").is_none() && device.get("complianceState").is_some());
    let select = "deviceManagement/managedDevices?$select=id,managementState";
    assert_eq!(caller.graph(&format!("v1.0/{select}")).await.0, 400);
    let (status, page) = caller.graph(&format!("beta/{select}")).await;
    assert_eq!((status, &page["value"][0]["managementState"]), (200, &json!("managed")));
}

#[tokio::test]
async fn contract_14_users_by_id_and_name() {
    let caller = Caller::new().await;
    let id = caller.device.user.clone().unwrap();
    let (_, bare) = caller.graph(&format!("v1.0/users/{id}")).await;
    assert_eq!(bare["userPrincipalName"], "ada@contoso.example");
    assert!(bare.get("accountEnabled").is_none(), "accountEnabled is not in the default set");
    for path in ["v1.0/users/ADA%40contoso.example", "v1.0/users('ada%40contoso.example')"] {
        let (status, user) =
            caller.graph(&format!("{path}?$select=id,accountEnabled,userPrincipalName")).await;
        assert_eq!((status, &user["id"], &user["accountEnabled"]), (200, &json!(id), &json!(true)), "{path}");
    }
    caller.tenant.add_user("o'hara+x@contoso.example", None);
    assert_eq!(caller.graph("v1.0/users('o''hara+x@contoso.example')").await.0, 200);
    assert_eq!(caller.graph("v1.0/identityProtection/riskyUsers").await.1["value"], json!([]));
    assert!(caller.tenant.set_risk("ada@contoso.example", "high", "atRisk"));
    let (_, risky) = caller.graph("v1.0/identityProtection/riskyUsers?$select=riskLevel,riskState").await;
    assert_eq!(risky["value"], json!([{ "id": id, "riskLevel": "high", "riskState": "atRisk" }]));
}

#[tokio::test]
async fn contract_14_what_is_not_there() {
    let caller = Caller::new().await;
    for path in [
        "v1.0/devices/x",
        "v1.0/devices(deviceId='x')",
        "v1.0/users/x",
        "v1.0/identityProtection/riskyUsers/x",
    ] {
        let (status, body) = caller.graph(path).await;
        assert_eq!((status, &body["error"]["code"]), (404, &json!("Request_ResourceNotFound")), "{path}");
    }
    let (status, body) = caller.graph("beta/deviceManagement/managedDevices/x").await;
    assert_eq!((status, &body["error"]["code"]), (404, &json!("ResourceNotFound")));
    for path in [
        "v1.0/devices?$select=nonsense",
        "v1.0/devices?$top=0",
        "v1.0/devices?$top=1000",
        "v1.0/devices?$filter=isCompliant%20eq%20true",
        "v1.0/devices?$orderby=id",
        "v1.0/devices?$skiptoken=x",
    ] {
        assert_eq!(caller.graph(path).await.0, 400, "{path}");
    }
    assert_eq!(
        caller.follow(&format!("{}v1.0/devices/delta?$deltatoken=x", caller.tenant.urls().graph)).await.0,
        410
    );
}

#[tokio::test]
async fn contract_2_each_collection_has_its_permission() {
    let caller = Caller::new().await;
    let paths = [
        "v1.0/devices",
        "v1.0/users",
        "beta/deviceManagement/managedDevices",
        "v1.0/identityProtection/riskyUsers",
    ];
    let url = |path: &str| format!("{}{path}", caller.tenant.urls().graph);
    assert_eq!(caller.http.get(url(paths[0])).send().await.unwrap().status(), 401);
    let intune = caller.token(INTUNE_SCOPE).await;
    let answer = caller.http.get(url(paths[0])).bearer_auth(intune).send().await.unwrap();
    assert_eq!(answer.status(), 401, "another audience");
    let app = caller.tenant.application(&caller.tenant.credentials().client_id).unwrap();
    for (path, role) in paths.iter().zip(STATUS_ROLES) {
        let graph_roles = app.graph_roles.iter().filter(|has| *has != role).cloned().collect();
        caller.tenant.register(Application { graph_roles, ..app.clone() });
        for other in paths {
            let expected = if other == *path { 403 } else { 200 };
            assert_eq!(caller.graph(other).await.0, expected, "{other} without {role}");
        }
    }
    caller.tenant.register(app);
    let token = caller.token(GRAPH_SCOPE).await;
    caller.tenant.clock.advance(3_600);
    let answer = caller.http.get(url(paths[0])).bearer_auth(token).send().await.unwrap();
    assert_eq!(answer.status(), 401, "expired");
}

#[tokio::test]
async fn a_group_has_the_members_of_the_groups_in_it() {
    let caller = Caller::new().await;
    let user = caller.tenant.add_user("ada@pilots.example", None);
    let inner = caller.tenant.add_group("Inner", &[&caller.device.id]);
    let outer = caller.tenant.add_group("Outer", &[&user.id, &inner.id, "nobody"]);
    let path = format!("v1.0/groups/{}/transitiveMembers", outer.id);
    let app = caller.tenant.application(&caller.tenant.credentials().client_id).unwrap();
    assert_eq!(caller.graph(&path).await.0, 403);
    let graph_roles = [app.graph_roles.clone(), vec!["GroupMember.Read.All".into()]].concat();
    caller.tenant.register(Application { graph_roles, ..app });
    caller.tenant.pager().page_size = 1;
    let (all, pages, _) = caller.pages(&format!("{path}?$select=id&$top=500")).await;
    assert!(all.len() == 3 && pages >= 3, "{all:?}");
    let (_, device) =
        caller.graph(&format!("v1.0/devices(deviceId='{}')?$select=id", caller.device.entra_id)).await;
    for (id, kind) in [(&json!(user.id), "user"), (&device["id"], "device"), (&json!(inner.id), "group")] {
        let found = all.iter().find(|one| one["id"] == *id).unwrap_or_else(|| panic!("no {kind}: {all:?}"));
        assert_eq!(found["@odata.type"], format!("#microsoft.graph.{kind}"));
    }
    assert_eq!(caller.graph("v1.0/groups/nothing/transitiveMembers").await.0, 404);
    assert_eq!(caller.graph(&format!("{path}?$select=displayName")).await.0, 400);
    assert_eq!(caller.graph(&format!("{path}?$filter=id%20eq%20'x'")).await.0, 400);
    order(&caller, Hop::GroupMembers, Fault::Status { status: 503, retry_after: None });
    assert_eq!(caller.graph(&path).await.0, 503);
}

#[tokio::test]
async fn contract_14_pages_may_be_smaller_than_asked_for_or_empty() {
    let caller = Caller::new().await;
    for _ in 0..24 {
        caller.tenant.enrol_device(Platform::Ios, None);
    }
    {
        let mut pager = caller.tenant.pager();
        (pager.page_size, pager.empty_chance) = (7, 0.0);
    }
    let (all, count, delta) = caller.pages("v1.0/devices?$select=deviceId&$top=500").await;
    assert_eq!((all.len(), count, delta), (25, 4, None));
    let (_, count, _) = caller.pages("v1.0/devices?$top=5").await;
    assert_eq!(count, 5);
    caller.tenant.pager().empty_chance = 0.5;
    let (all, count, _) = caller.pages("beta/deviceManagement/managedDevices").await;
    assert!(all.len() == 25 && count > 4, "{count} pages");
    let (_, first) = caller.graph("v1.0/users?$top=1").await;
    assert!(
        first.get("@odata.nextLink").is_none()
            || first["@odata.nextLink"].as_str().unwrap().contains("$skiptoken=")
    );
}

#[tokio::test]
async fn contract_14_a_token_serves_its_own_collection() {
    let caller = Caller::new().await;
    caller.tenant.enrol_device(Platform::Ios, None);
    caller.tenant.pager().page_size = 1;
    let (_, page) = caller.graph("v1.0/devices").await;
    let next = page["@odata.nextLink"].as_str().unwrap();
    assert_eq!(caller.follow(next).await.0, 200);
    assert_eq!(caller.follow(next).await.0, 200, "a link can be followed again");
    assert_eq!(caller.follow(&next.replace("/devices", "/users")).await.0, 400);
}

#[tokio::test]
async fn contract_20_faults_strike_the_new_hops() {
    let caller = Caller::new().await;
    let get = |path: &str| caller.http.get(format!("{}{path}", caller.tenant.urls().graph));
    let token = caller.token(GRAPH_SCOPE).await;
    for (hop, path) in [
        (Hop::Devices, "v1.0/devices"),
        (Hop::DevicesDelta, "v1.0/devices/delta"),
        (Hop::Users, "v1.0/users/x"),
        (Hop::UsersDelta, "v1.0/users/delta"),
        (Hop::ManagedDevices, "beta/deviceManagement/managedDevices"),
        (Hop::RiskyUsers, "v1.0/identityProtection/riskyUsers"),
    ] {
        for retry_after in [Some(7), None] {
            order(&caller, hop, Fault::Status { status: 429, retry_after });
            let answer = get(path).bearer_auth(&token).send().await.unwrap();
            let said = answer.headers().get("retry-after").map(|value| value.to_str().unwrap().to_owned());
            assert_eq!(
                (answer.status().as_u16(), said),
                (429, retry_after.map(|s: u32| s.to_string())),
                "{hop:?}"
            );
        }
        order(&caller, hop, Fault::TlsFailure);
        let fresh = crate::caller::client(&caller.tenant);
        let url = format!("{}{path}", caller.tenant.urls().graph);
        assert!(fresh.get(url).send().await.is_err(), "{hop:?}");
    }
    order(&caller, Hop::Devices, Fault::NextLinkTo { uri: "https://elsewhere.invalid/".into() });
    assert_eq!(caller.graph("v1.0/devices").await.1["@odata.nextLink"], "https://elsewhere.invalid/");
    let hops: Vec<_> = caller.tenant.journal().requests().iter().filter_map(|request| request.hop).collect();
    assert!(hops.contains(&Hop::UsersDelta) && hops.contains(&Hop::ManagedDevices));
}

#[tokio::test]
async fn contract_14_a_retire_goes_through_its_states() {
    let caller = Caller::new().await;
    let tenant = &caller.tenant;
    let id = &caller.device.id;
    assert!(tenant.retire_device(&caller.device.entra_id), "by Entra's id as well");
    assert_eq!(managed(&caller).await["managementState"], "retirePending");
    tenant.check_in_device(id);
    assert_eq!(managed(&caller).await["managementState"], "retireIssued");
    tenant.check_in_device(id);
    assert_eq!(managed(&caller).await["error"]["code"], "ResourceNotFound");
    let (_, device) = caller.graph(&format!("v1.0/devices(deviceId='{}')", caller.device.entra_id)).await;
    assert_eq!(
        (&device["isManaged"], &device["accountEnabled"]),
        (&json!(false), &json!(true)),
        "Entra keeps it"
    );
    assert!(!tenant.retire_device(id));
    assert!(!tenant.directory().devices.contains_key(id), "ScepActions know it no longer");
    assert!(tenant.enable_entra_device(&caller.device.entra_id, false));
    assert!(tenant.enable_entra_device(id, true), "by the id that Intune had for it");
}

#[tokio::test]
async fn contract_14_what_administrators_do_is_shown() {
    let caller = Caller::new().await;
    let (tenant, id) = (&caller.tenant, &caller.device.id);
    assert!(tenant.set_compliance(id, "noncompliant") && tenant.set_management_state(id, "unhealthy"));
    assert!(tenant.set_grace_period(id, NOW + 60));
    let device = managed(&caller).await;
    assert_eq!(
        (&device["complianceState"], &device["managementState"]),
        (&json!("noncompliant"), &json!("unhealthy"))
    );
    assert_eq!(device["complianceGracePeriodExpirationDateTime"], "2026-11-21T05:47:40Z");
    let keyed = format!("v1.0/devices(deviceId='{}')", caller.device.entra_id);
    assert_eq!(caller.graph(&keyed).await.1["isCompliant"], false);
    assert!(tenant.enable_entra_device(id, false));
    assert_eq!(caller.graph(&keyed).await.1["accountEnabled"], false);
    assert!(tenant.delete_entra_device(id));
    assert_eq!(caller.graph(&keyed).await.0, 404);
    let ada = "v1.0/users/ada@contoso.example?$select=accountEnabled";
    assert!(tenant.enable_user("ada@contoso.example", false));
    assert_eq!(caller.graph(ada).await.1["accountEnabled"], false);
    assert!(tenant.delete_user("ada@contoso.example"));
    assert_eq!(caller.graph(ada).await.0, 404);
    assert!(tenant.restore_user(caller.device.user.as_ref().unwrap()));
    assert_eq!(caller.graph(ada).await.1["accountEnabled"], false, "as it was");
    assert!(tenant.purge_user("ada@contoso.example"));
    assert!(!tenant.restore_user(caller.device.user.as_ref().unwrap()));
    assert!(!tenant.set_compliance("x", "compliant") && !tenant.set_risk("x", "high", "atRisk"));
}
