//! What Intune wants revoked (contract section 9).

use serde_json::{Value, json};
use simulator::tenant::{
    AndroidManagement, Device, Event, Fault, Hop, MintOptions, Platform, QueueRules, Rule, When,
};

use crate::caller::{Caller, INTUNE_SCOPE, csr, key};

/// Has a certificate issued for a device, and Intune told of it.
pub async fn issue(caller: &Caller, device: &Device, serial: &str, configuration: &str) {
    let token = caller.token(INTUNE_SCOPE).await;
    let delivery = caller.tenant.deliver(&device.id, &caller.profile.id, &MintOptions::default()).unwrap();
    let csr = csr(&simulator::fleet::RequestPlan::honest(&delivery), &key());
    assert_eq!(caller.validate(&token, &csr).await.json::<Value>().await.unwrap()["code"], "Success");
    let note = json!({ "notification": {
        "transactionId": "T1", "certificateRequest": csr,
        "certificateThumbprint": "0F1E2D3C4B5A69788796A5B4C3D2E1F00F1E2D3C",
        "certificateSerialNumber": serial,
        "certificateExpirationDateUtc": "2027-06-11T16:11:20.000Z",
        "issuingCertificateAuthority": "Example Issuing CA", "callerInfo": "test",
        "caConfiguration": configuration, "certificateAuthority": null,
    } });
    let answer = caller.action(&token, "successNotification", &note).send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap()["code"], "Success");
}

fn device(caller: &Caller, platform: Platform) -> Device {
    caller.tenant.enrol_device(platform, caller.device.user.as_deref())
}

async fn download(caller: &Caller, most: u32, issuer: Value) -> Vec<Value> {
    let token = caller.token(INTUNE_SCOPE).await;
    let body = json!({ "downloadParameters": { "maxRequests": most, "issuerName": issuer } });
    let answer = caller.authority(&token, "downloadRevocationRequests", &body).send().await.unwrap();
    assert_eq!(answer.status(), 200);
    answer.json::<Value>().await.unwrap()["value"].as_array().unwrap().clone()
}

async fn upload(caller: &Caller, body: &Value) -> (u16, Value) {
    let token = caller.token(INTUNE_SCOPE).await;
    let answer = caller.authority(&token, "uploadRevocationResults", body).send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn serials(requests: &[Value]) -> Vec<&str> {
    requests.iter().map(|request| request["serialNumber"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn contract_9_a_retire_asks_for_each_serial_as_it_was_notified() {
    let caller = Caller::new().await;
    let other = device(&caller, Platform::Windows);
    issue(&caller, &caller.device, "5A4DBD24970CFB42", "Example Issuing CA").await;
    issue(&caller, &caller.device, "00:ab", "Example Issuing CA").await;
    issue(&caller, &other, "7777", "Example Issuing CA").await;
    assert!(download(&caller, 100, Value::Null).await.is_empty());
    caller.tenant.retire_device(&caller.device.id);
    caller.tenant.unenrol_device(&caller.device.id);
    let requests = download(&caller, 100, Value::Null).await;
    assert_eq!(serials(&requests), ["5A4DBD24970CFB42", "00:ab"], "each once");
    assert_eq!(requests[0]["issuerName"], "Example Issuing CA");
    assert_eq!(requests[0]["caConfiguration"], "Example Issuing CA");
    assert!(!requests[0]["requestContext"].as_str().unwrap().is_empty());
    assert!(caller.tenant.journal().breaches().is_empty(), "{:?}", caller.tenant.journal().breaches());
}

#[tokio::test]
async fn contract_9_1_requests_are_withheld_for_an_hour() {
    let caller = Caller::new().await;
    let later = device(&caller, Platform::Windows);
    issue(&caller, &caller.device, "01", "C").await;
    issue(&caller, &later, "02", "C").await;
    caller.tenant.delete_device(&caller.device.id);
    assert_eq!(serials(&download(&caller, 100, Value::Null).await), ["01"]);
    caller.tenant.retire_device(&later.id);
    caller.tenant.clock.advance(3_599);
    assert!(download(&caller, 100, Value::Null).await.is_empty(), "all are withheld");
    caller.tenant.revocations().rules = QueueRules { withholds_all: false, ..QueueRules::default() };
    assert_eq!(serials(&download(&caller, 100, Value::Null).await), ["02"], "by the other reading, one");
    caller.tenant.clock.advance(1);
    assert_eq!(serials(&download(&caller, 100, Value::Null).await), ["01"], "unanswered, it comes again");
}

#[tokio::test]
async fn contract_9_1_the_issuer_is_held_against_ca_configuration_after_cutting() {
    let caller = Caller::new().await;
    issue(&caller, &caller.device, "01", "One").await;
    issue(&caller, &caller.device, "02", "Two").await;
    caller.tenant.wipe_device(&caller.device.id);
    assert!(download(&caller, 1, json!("Two")).await.is_empty(), "it was cut off before");
    assert!(download(&caller, 2, json!("Example Issuing CA")).await.is_empty(), "not the issuer's name");
    caller.tenant.revocations().rules = QueueRules { filters_after_cutting: false, ..QueueRules::default() };
    assert_eq!(serials(&download(&caller, 1, json!("Two")).await), ["02"]);
    caller.tenant.clock.advance(3_600);
    assert_eq!(serials(&download(&caller, 100, json!("")).await), ["01", "02"], "empty is none");
}

#[tokio::test]
async fn contract_9_2_results_in_all_the_forms_of_clients() {
    let caller = Caller::new().await;
    for serial in ["01", "02", "03", "04", "05"] {
        issue(&caller, &caller.device, serial, "C").await;
    }
    caller.tenant.retire_device(&caller.device.id);
    let requests = download(&caller, 100, Value::Null).await;
    let context = |at: usize| requests[at]["requestContext"].clone();
    let body = json!({ "results": [
        { "requestContext": context(0), "succeeded": true, "errorCode": "0", "errorMessage": "" },
        { "requestContext": context(1), "succeeded": false, "errorCode": "4004", "errorMessage": "no such serial" },
        { "RequestContext": context(2), "Succeeded": false, "ErrorCode": "certificateNotFoundError", "ErrorMessage": null },
        { "requestContext": context(3), "succeeded": false, "errorCode": 4101 },
        { "requestContext": context(4), "succeeded": true },
    ] });
    let (status, answer) = upload(&caller, &body).await;
    assert_eq!((status, &answer["value"]), (200, &json!(true)));
    let results: Vec<_> = caller
        .tenant
        .revocations()
        .requests()
        .iter()
        .map(|entry| (entry.result.as_ref().unwrap().error_code, entry.is_settled()))
        .collect();
    assert_eq!(results, [(0, true), (4_004, true), (4_004, true), (4_101, false), (0, true)]);
    caller.tenant.clock.advance(3_600);
    assert_eq!(serials(&download(&caller, 100, Value::Null).await), ["04"], "worth another try");
}

#[tokio::test]
async fn contract_9_bodies_are_held_to_the_rules() {
    let caller = Caller::new().await;
    let token = caller.token(INTUNE_SCOPE).await;
    for parameters in [
        json!({}),
        json!({ "maxRequests": 0 }),
        json!({ "maxRequests": 501 }),
        json!({ "maxRequests": "5" }),
        json!({ "maxRequests": 5, "issuerName": 7 }),
        json!({ "maxRequests": 5, "issuerName": "x".repeat(257) }),
    ] {
        let body = json!({ "downloadParameters": parameters });
        let answer = caller.authority(&token, "downloadRevocationRequests", &body).send().await.unwrap();
        assert_eq!(answer.status(), 400, "{body}");
    }
    let result = |code: Value, succeeded: bool| json!({ "requestContext": "c", "succeeded": succeeded, "errorCode": code });
    for results in [
        json!([]),
        json!([{ "requestContext": "", "succeeded": true }]),
        json!([{ "requestContext": "c" }]),
        json!([result(json!("4004"), true)]),
        json!([result(json!("0"), false)]),
        json!([result(json!("9999"), false)]),
        json!([result(json!("Unheard"), false)]),
    ] {
        let (status, _) = upload(&caller, &json!({ "results": results })).await;
        assert_eq!(status, 400, "{results}");
    }
    let unheard = json!({ "results": [result(json!("None"), true)] });
    assert_eq!(upload(&caller, &unheard).await.1["value"], true);
    assert!(caller.tenant.journal().breaches().join("\n").contains("never handed out"));
    let bare = caller.authority("", "uploadRevocationResults", &unheard).send().await.unwrap();
    assert_eq!(bare.status(), 401);
    assert_eq!(
        caller.authority(&token, "downloadrevocationrequests", &unheard).send().await.unwrap().status(),
        404
    );
}

#[test]
fn contract_9_3_the_table() {
    use Platform::{Android, Ios, Macos, Windows};
    let on = |event: Event| {
        [Windows, Ios, Macos, Android].map(|platform| event.revokes(platform, AndroidManagement::Knox))
    };
    for event in [Event::Unenrol, Event::Retire, Event::Unassign, Event::ProfileEdited] {
        assert_eq!(on(event), [true; 4], "{event:?}");
    }
    assert_eq!(on(Event::Wipe), [true, true, false, true]);
    assert_eq!(on(Event::EntraRemoval), [false; 4]);
    for event in [Event::Unenrol, Event::Wipe, Event::Retire, Event::Unassign, Event::ProfileEdited] {
        for management in [AndroidManagement::DeviceOwner, AndroidManagement::Aosp] {
            assert!(!event.revokes(Android, management), "{event:?} {management:?}");
        }
    }
}

#[tokio::test]
async fn contract_9_3_platforms_in_the_queue() {
    let caller = Caller::new().await;
    let tenant = &caller.tenant;
    let mac = device(&caller, Platform::Macos);
    let (knox, owner) = (device(&caller, Platform::Android), device(&caller, Platform::Android));
    assert!(tenant.manage_android_as(&owner.id, AndroidManagement::DeviceOwner));
    for (device, serial) in [(&mac, "01"), (&knox, "02"), (&owner, "03"), (&caller.device, "04")] {
        issue(&caller, device, serial, "C").await;
    }
    for device in [&mac, &knox, &owner] {
        tenant.wipe_device(&device.id);
    }
    tenant.delete_user("ada@contoso.example");
    tenant.delete_entra_device(&caller.device.id);
    let wanted = |tenant: &simulator::tenant::Tenant| {
        let revocations = tenant.revocations();
        revocations.requests().iter().map(|entry| entry.serial_number.clone()).collect::<Vec<_>>()
    };
    assert_eq!(wanted(tenant), ["02"], "wiped: no Mac, no device owner; Entra removal queues nothing");
    assert!(tenant.assign(&caller.profile.id, false));
    assert_eq!(wanted(tenant), ["02", "01", "04"], "unassigned: all but the device owner");
}

#[tokio::test]
async fn contract_9_3_an_edit_of_the_profile_revokes_what_was_issued() {
    let caller = Caller::new().await;
    issue(&caller, &caller.device, "01", "C").await;
    let mut edited = caller.profile.clone();
    edited.key_usage = 128;
    assert!(caller.tenant.edit_profile(edited));
    assert_eq!(serials(&download(&caller, 100, Value::Null).await), ["01"]);
    assert_eq!(caller.tenant.revocations().requests()[0].event, Event::ProfileEdited);
}

#[tokio::test]
async fn contract_20_faults_strike_the_revocation_hops() {
    let caller = Caller::new().await;
    issue(&caller, &caller.device, "01", "C").await;
    caller.tenant.retire_device(&caller.device.id);
    let fault =
        |hop, fault| caller.tenant.faults().order(Rule { hop, fault, when: When::Times(1), after: 0 });
    let json = "application/json".to_owned();
    let no = Fault::Body { status: 200, content_type: json, text: r#"{"value":false}"#.into() };
    fault(Hop::RevocationUpload, no);
    let requests = download(&caller, 100, Value::Null).await;
    let result = json!({ "results": [
        { "requestContext": requests[0]["requestContext"], "succeeded": true, "errorCode": "0" }] });
    assert_eq!(upload(&caller, &result).await.1["value"], false);
    assert!(caller.tenant.revocations().requests()[0].result.is_none(), "not recorded");
    assert_eq!(upload(&caller, &result).await.1["value"], true);
    fault(Hop::RevocationDownload, Fault::Status { status: 503, retry_after: Some(1) });
    let token = caller.token(INTUNE_SCOPE).await;
    let body = json!({ "downloadParameters": { "maxRequests": 1 } });
    let answer = caller.authority(&token, "downloadRevocationRequests", &body).send().await.unwrap();
    assert_eq!(answer.status(), 503);
}
