//! Configuration profiles in Graph (contract section 12): read strictly, shown as Intune shows them.

use crate::caller::{Caller, GRAPH_SCOPE};
use reqwest::Method;
use serde_json::{Value, json};
use simulator::tenant::{Application, Delivery, Fault, Hop, MintOptions, Rule, When};

const LIST: &str = "beta/deviceManagement/deviceConfigurations";
const SAMPLE: &str = include_str!("../../../../samples/profiles/exported/wifi-device-windows.graph.json");

async fn office() -> Caller {
    let caller = Caller::new().await;
    let app = caller.tenant.application(&caller.tenant.credentials().client_id).unwrap();
    caller.tenant.register(app.with_profiles());
    caller
}

/// Status and body.
async fn send(caller: &Caller, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let token = caller.token(GRAPH_SCOPE).await;
    let url = format!("{}{path}", caller.tenant.urls().graph);
    let mut request = caller.http.request(method, url).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(body);
    }
    let answer = request.send().await.unwrap();
    let status = answer.status().as_u16();
    let body = answer.bytes().await.unwrap();
    (status, serde_json::from_slice(&body).unwrap_or_default())
}

async fn created(caller: &Caller, body: &Value) -> String {
    let (status, made) = send(caller, Method::POST, LIST, Some(body)).await;
    assert_eq!(status, 201, "{made}");
    made["id"].as_str().unwrap().to_owned()
}

fn root() -> Value {
    let key = simulator::keys::RsaKey::generate(2048).unwrap();
    let name = pki::name::Name::from_pairs(&[(pki::oid::CN, "Root")]);
    let der = simulator::identity::self_signed(&key, name, &[1], crate::caller::NOW).unwrap();
    use base64::Engine as _;
    json!({
        "@odata.type": "#microsoft.graph.windows81TrustedRootCertificate", "displayName": "Contoso root",
        "trustedRootCertificate": base64::engine::general_purpose::STANDARD.encode(der), "certFileName": "root.cer",
        "destinationStore": "computerCertStoreRoot",
    })
}

fn scep(root: &str) -> Value {
    let mut body: Value = serde_json::from_str(SAMPLE).unwrap();
    body["rootCertificate@odata.bind"] = format!("https://graph.microsoft.com/{LIST}('{root}')").into();
    body
}

fn with(mut body: Value, member: &str, value: Value) -> Value {
    body[member] = value;
    body
}

fn message(body: &Value) -> String {
    body["error"]["message"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn contract_12_create_read_change_assign_delete() {
    let caller = office().await;
    let root = created(&caller, &root()).await;
    let id = created(&caller, &scep(&root)).await;
    let one = format!("{LIST}/{id}");
    let (_, shown) = send(&caller, Method::GET, &one, None).await;
    assert_eq!(shown["keyUsage"], "keyEncipherment,digitalSignature", "in the order of the bits");
    assert_eq!(
        (&shown["subjectAlternativeNameType"], &shown["supportsScopeTags"]),
        (&Value::Null, &json!(true))
    );
    assert!(shown["@microsoft.graph.tips"].is_string() && shown["createdDateTime"].is_string());
    assert!(shown.get("rootCertificate@odata.bind").is_none() && shown.get("rootCertificate").is_none());

    let group = caller.tenant.add_group("Pilot", &[]);
    let target = json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": group.id});
    let body = json!({"assignments": [{"@odata.type": "#microsoft.graph.deviceConfigurationAssignment", "target": target}]});
    let (status, assigned) = send(&caller, Method::POST, &format!("{one}/assign"), Some(&body)).await;
    assert_eq!((status, &assigned["value"][0]["intent"]), (200, &json!("apply")));
    let (_, shown) =
        send(&caller, Method::GET, &format!("{one}?$expand=assignments,rootCertificate"), None).await;
    assert_eq!(shown["assignments"][0]["id"], format!("{id}_{}", group.id));
    assert_eq!(shown["assignments"][0]["target"]["deviceAndAppManagementAssignmentFilterType"], "none");
    assert_eq!(shown["rootCertificate"]["id"], root);
    let keyed = format!("{LIST}('{id}')/assignments");
    assert_eq!(send(&caller, Method::GET, &keyed, None).await.1["value"].as_array().unwrap().len(), 1);

    let change = json!({"@odata.type": shown["@odata.type"], "renewalThresholdPercentage": 30});
    let (status, changed) = send(&caller, Method::PATCH, &one, Some(&change)).await;
    assert_eq!(
        (status, &changed["version"], &changed["renewalThresholdPercentage"]),
        (200, &json!(2), &json!(30))
    );
    assert_eq!(changed["keySize"], shown["keySize"], "what is not sent stays");

    let deployed = caller.tenant.deployed();
    assert_eq!(
        (deployed.len(), deployed[0].targets.len(), deployed[0].root_id.as_deref()),
        (1, 1, Some(&*root))
    );
    assert_eq!(deployed[0].profile.renewal_threshold.percent(), 30);
    assert_eq!(caller.tenant.deployed_roots()[0].root.name, "Contoso root");
    assert_eq!(send(&caller, Method::DELETE, &one, None).await.0, 204);
    assert_eq!(send(&caller, Method::GET, &one, None).await.0, 404);
}

#[tokio::test]
async fn contract_12_strict_reading() {
    let caller = office().await;
    let root_id = created(&caller, &root()).await;
    let good = scep(&root_id);
    for (member, value, told) in [
        ("@odata.type", json!("#microsoft.graph.windows10SCEP"), "could not be resolved"),
        ("@odata.type", Value::Null, "is required"),
        ("keySise", json!("size2048"), "The property 'keySise' does not exist on type"),
        ("deploymentChannel", json!("deviceChannel"), "does not exist on type"),
        ("keySize", json!("size3072"), "microsoft.graph.keySize"),
        ("keySize", Value::Null, "'keySize' is required"),
        ("renewalThresholdPercentage", json!(100), "Edm.Int32"),
        ("renewalThresholdPercentage", json!("20"), "Edm.Int32"),
        ("keyUsage", json!("digitalSignature keyEncipherment"), "microsoft.graph.keyUsages"),
        ("hashAlgorithm", json!("sha3"), "microsoft.graph.hashAlgorithms"),
        ("subjectNameFormatString", Value::Null, "subjectNameFormatString"),
        ("extendedKeyUsages", json!([{"name": "x"}]), "objectIdentifier"),
        ("customSubjectAlternativeNames", json!([{"sanType": "uri", "name": "x"}]), "sanType"),
        ("scepServerUrls", json!("https://scep.example"), "scepServerUrls"),
        ("displayName", json!(7), "Edm.String"),
        ("rootCertificate@odata.bind", json!("https://evil.example/x('1')"), "cannot be resolved"),
        (
            "rootCertificate@odata.bind",
            json!(format!("https://graph.microsoft.com/{LIST}('0')")),
            "does not exist",
        ),
    ] {
        let (status, said) =
            send(&caller, Method::POST, LIST, Some(&with(good.clone(), member, value.clone()))).await;
        assert_eq!(status, 400, "{member} = {value}: {said}");
        assert!(message(&said).contains(told), "{member} = {value}: {said}");
        assert_eq!(said["error"]["code"], "BadRequest");
    }
    let mut unbound = good.clone();
    unbound.as_object_mut().unwrap().remove("rootCertificate@odata.bind");
    assert!(
        message(&send(&caller, Method::POST, LIST, Some(&unbound)).await.1).contains("'rootCertificate'")
    );
    let ios = with(root(), "@odata.type", json!("#microsoft.graph.iosTrustedRootCertificate"));
    let told = message(&send(&caller, Method::POST, LIST, Some(&ios)).await.1);
    assert!(told.contains("destinationStore"), "iOS has no destination store: {told}");
    let broken = with(root(), "trustedRootCertificate", json!("AAAA"));
    assert!(message(&send(&caller, Method::POST, LIST, Some(&broken)).await.1).contains("Edm.Binary"));
    let id = created(&caller, &good).await;
    for target in [
        json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget", "groupId": "Pilot"}),
        json!({"@odata.type": "#microsoft.graph.groupAssignmentTarget"}),
        json!({"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget", "groupId": root_id}),
        json!({"@odata.type": "#microsoft.graph.everybody"}),
    ] {
        let body = json!({"assignments": [{"target": target}]});
        assert_eq!(
            send(&caller, Method::POST, &format!("{LIST}/{id}/assign"), Some(&body)).await.0,
            400,
            "{target}"
        );
    }
    assert_eq!(
        send(&caller, Method::GET, "v1.0/deviceManagement/deviceConfigurations", None).await.0,
        404,
        "beta alone"
    );
}

#[tokio::test]
async fn contract_12_permissions_per_token() {
    let caller = office().await;
    let id = created(&caller, &root()).await;
    let app = caller.tenant.application(&caller.tenant.credentials().client_id).unwrap();
    let holds = |roles: &[&str]| {
        let graph_roles = roles.iter().map(ToString::to_string).collect();
        caller.tenant.register(Application { graph_roles, ..app.clone() });
    };
    holds(&["DeviceManagementConfiguration.Read.All"]);
    assert_eq!(send(&caller, Method::GET, &format!("{LIST}/{id}"), None).await.0, 200);
    let (status, said) = send(&caller, Method::POST, LIST, Some(&root())).await;
    assert_eq!((status, &said["error"]["code"]), (403, &json!("Forbidden")));
    let words = "must have one of the following scopes: DeviceManagementConfiguration.ReadWrite.All";
    assert!(message(&said).contains(words), "{said}");
    assert_eq!(caller.graph("v1.0/groups").await.0, 403);
    holds(&["Group.Read.All"]);
    assert_eq!(send(&caller, Method::GET, LIST, None).await.0, 403);
    assert_eq!(caller.graph("v1.0/groups").await.0, 200);
}

#[tokio::test]
async fn contract_14_lists_come_in_pages_and_groups_by_name() {
    let caller = office().await;
    caller.tenant.pager().page_size = 2;
    caller.tenant.pager().empty_chance = 0.3;
    let body = root();
    for _ in 0..5 {
        created(&caller, &body).await;
    }
    let (all, pages, _) = caller.pages(LIST).await;
    assert_eq!(all.len(), 5);
    assert!(pages >= 3, "{pages}");
    let (first, _) = (caller.tenant.add_group("Pilot's", &[]), caller.tenant.add_group("Others", &[]));
    let (found, _, _) = caller.pages("v1.0/groups?$filter=displayName%20eq%20'Pilot''s'").await;
    assert_eq!((found.len(), &found[0]["id"]), (1, &json!(first.id)));
    caller.tenant.faults().order(Rule {
        hop: Hop::Configurations,
        fault: Fault::Status { status: 503, retry_after: None },
        when: When::Times(1),
        after: 0,
    });
    assert_eq!(caller.graph(LIST).await.0, 503);
}

#[tokio::test]
async fn contract_12_certificate_states_follow_what_is_notified() {
    let caller = office().await;
    let root = created(&caller, &root()).await;
    let id = created(&caller, &scep(&root)).await;
    let states =
        format!("{LIST}/{id}/microsoft.graph.windows81SCEPCertificateProfile/managedDeviceCertificateStates");
    assert!(caller.pages(&states).await.0.is_empty());
    let everybody =
        json!({"assignments": [{"target": {"@odata.type": "#microsoft.graph.allDevicesAssignmentTarget"}}]});
    assert_eq!(send(&caller, Method::POST, &format!("{LIST}/{id}/assign"), Some(&everybody)).await.0, 200);
    let delivery: Delivery = caller.tenant.deliver(&caller.device.id, &id, &MintOptions::default()).unwrap();
    let plan = simulator::fleet::RequestPlan::honest(&delivery);
    assert_eq!(caller.verdict(&plan).await.0, "Success");
    let (before, _, _) = caller.pages(&states).await;
    assert_eq!(before[0]["certificateIssuanceState"], "challengeValidationSucceeded");
    let token = caller.token(crate::caller::INTUNE_SCOPE).await;
    let note = json!({"notification": {
        "transactionId": "T1", "certificateRequest": crate::caller::csr(&plan, &crate::caller::key()),
        "certificateThumbprint": "AB".repeat(20), "certificateSerialNumber": "5A", "callerInfo": "test",
        "certificateExpirationDateUtc": "2027-11-21T00:00:00Z", "issuingCertificateAuthority": "CA",
        "caConfiguration": "", "certificateAuthority": ""}});
    assert_eq!(caller.action(&token, "successNotification", &note).send().await.unwrap().status(), 200);
    let (after, _, _) = caller.pages(&states).await;
    assert_eq!(after[0]["certificateIssuanceState"], "issued", "{after:?}");
    assert_eq!(
        (&after[0]["deviceDisplayName"], &after[0]["certificateSerialNumber"]),
        (&json!(caller.device.name), &json!("5A"))
    );
    let wrong =
        format!("{LIST}/{id}/microsoft.graph.iosScepCertificateProfile/managedDeviceCertificateStates");
    assert_eq!(caller.graph(&wrong).await.0, 400, "another type's segment");
}

/// A Trusted certificate profile for that platform, created; the id to bind.
async fn trusted(
    caller: &Caller,
    platform: mdm::platform::Platform,
    der: &[u8],
) -> mdm::graph::ConfigurationId {
    let held = mdm::format::TrustedRoot {
        name: "Contoso root".into(),
        description: String::new(),
        platform,
        certificate: pki::certificate::Certificate::parse(der).unwrap(),
        file_name: "root.cer".into(),
        deployment_channel: None,
        assignments: Vec::new(),
    };
    let id = created(caller, &mdm::format::graph::write_root(&held).unwrap()).await;
    mdm::graph::ConfigurationId::parse(&id).unwrap()
}

#[tokio::test]
async fn m72_every_preset_of_every_platform_is_taken_and_refused_with_any_member_spoilt() {
    use mdm::preset::{Authority, Preset};
    let caller = office().await;
    let key = simulator::keys::RsaKey::generate(2048).unwrap();
    let name = pki::name::Name::from_pairs(&[(pki::oid::CN, "Root")]);
    let der = simulator::identity::self_signed(&key, name, &[1], crate::caller::NOW).unwrap();
    let token = caller.token(GRAPH_SCOPE).await;
    let url = format!("{}{LIST}", caller.tenant.urls().graph);
    let status = async |body: &Value| {
        caller.http.post(&url).bearer_auth(&token).json(body).send().await.unwrap().status().as_u16()
    };
    let mut taken = 0;
    for platform in mdm::platform::Platform::ALL {
        let authority = Authority {
            urls: vec![mdm::profile::ScepUrl::parse("https://scep.example/t/contoso").unwrap()],
            roots: Vec::new(),
        };
        for preset in Preset::ALL {
            let Some(profile) = preset.profile(platform, &authority) else { continue };
            let root = trusted(&caller, platform, &der).await;
            let body = mdm::format::graph::write(&profile, Some(&root)).unwrap();
            assert_eq!(status(&body).await, 201, "{}", profile.name);
            taken += 1;
            if preset != Preset::WifiDevice {
                continue;
            }
            for (member, value) in body.as_object().unwrap() {
                let mut rest = body.clone();
                rest.as_object_mut().unwrap().remove(member);
                assert_eq!(status(&with(rest.clone(), member, json!(7.5))).await, 400, "{member}");
                if !member.contains('@') {
                    let misspelt = with(rest, &format!("{member}X"), value.clone());
                    assert_eq!(status(&misspelt).await, 400, "{member} misspelt");
                }
            }
        }
    }
    assert!(taken > 30, "{taken}");
    assert_eq!(caller.tenant.deployed().len(), taken, "each is read back");
}
