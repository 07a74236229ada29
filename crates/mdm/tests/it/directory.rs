//! Pages of devices, users and managed devices, as literal JSON (contract §14).

use mdm::graph::*;

fn graph() -> Origin {
    Origin::of("https://graph.microsoft.com/").unwrap()
}

fn page<T: Item>(body: &str, reading: Reading) -> Page<T> {
    Page::parse(body.as_bytes(), reading, &graph()).unwrap()
}

fn only<T: Item>(item: &str, reading: Reading) -> Entry<T> {
    page(&format!(r#"{{"value":[{item}]}}"#), reading).entries.pop().unwrap()
}

const DEVICE: &str = r##"{"@odata.type":"#microsoft.graph.device","id":"11111111-0000-4000-a000-000000000001",
  "deviceId":"AAAAAAAA-0000-4000-A000-000000000001","accountEnabled":true,"isCompliant":null,"isManaged":true,
  "complianceExpirationDateTime":"2026-12-01T00:00:00Z","operatingSystem":"Windows","trustType":"AzureAd",
  "displayName":"WIN-00001","onPremisesSecurityIdentifier":null,"later":{"a":[1]}}"##;

const MANAGED: &str = r#"{"id":"BBBBBBBB-0000-4000-A000-000000000001",
  "azureADDeviceId":"aaaaaaaa-0000-4000-a000-000000000001","userId":"cccccccc-0000-4000-a000-000000000001",
  "userPrincipalName":"Ada@contoso.example","managementState":"retirePending","complianceState":"noncompliant",
  "enrolledDateTime":"2026-11-21T05:43:15Z","lastSyncDateTime":"2026-11-21T05:43:15.1234567Z",
  "complianceGracePeriodExpirationDateTime":"9999-12-31T23:59:59.9999999Z","serialNumber":"SN1",
  "deviceName":"WIN-00001","operatingSystem":"Windows","managedDeviceOwnerType":"personal"}"#;

#[test]
fn contract_14_a_device_member_by_member() {
    let Entry::Item(device) = only::<Device>(DEVICE, Reading::Whole) else { panic!("a device") };
    assert_eq!(device.id.as_str(), "11111111-0000-4000-a000-000000000001");
    assert_eq!(device.device_id.value().unwrap().as_str(), "aaaaaaaa-0000-4000-a000-000000000001");
    assert_eq!(device.account_enabled, Member::Is(true));
    assert_eq!((&device.is_compliant, &device.is_managed), (&Member::Null, &Member::Is(true)));
    assert_eq!(device.compliance_expires, Member::Is(1_796_083_200));
    assert_eq!(device.trust_type, Member::Is("AzureAd".into()));
    assert_eq!(device.security_identifier, Member::Null);
    let Ok(Entry::Item(alone)) = one::<Device>(DEVICE.as_bytes()) else { panic!("a device") };
    assert_eq!(alone, device);
}

#[test]
fn contract_14_a_managed_device_member_by_member() {
    let Entry::Item(device) = only::<ManagedDevice>(MANAGED, Reading::Whole) else { panic!("a device") };
    assert_eq!(device.id.as_str(), "bbbbbbbb-0000-4000-a000-000000000001");
    assert_eq!(device.upn.value().unwrap().as_str(), "ada@contoso.example");
    assert_eq!(device.management_state, Member::Is(ManagementState::RetirePending));
    assert_eq!(device.compliance_state, Member::Is(ComplianceState::Noncompliant));
    assert_eq!(
        (&device.enrolled, &device.last_sync),
        (&Member::Is(1_795_239_795), &Member::Is(1_795_239_795))
    );
    assert_eq!(device.grace_expires, Member::Is(253_402_300_799));
    assert_eq!(device.owner_type, Member::Is(OwnerType::Personal));
    let odd = MANAGED.replace("\"personal\"", "[]");
    let Entry::Item(device) = only::<ManagedDevice>(&odd, Reading::Whole) else { panic!("a device") };
    assert_eq!(device.owner_type, Member::Absent, "status does not hang on it");
}

#[test]
fn contract_14_nobody_is_null_and_matches_nothing() {
    let bare = r#"{"id":"b","azureADDeviceId":"00000000-0000-0000-0000-000000000000","userId":"",
      "userPrincipalName":null,"complianceState":1,"enrolledDateTime":"0001-01-01T00:00:00Z"}"#;
    let Entry::Item(device) = only::<ManagedDevice>(bare, Reading::Whole) else { panic!("a device") };
    assert_eq!(
        (&device.entra_device_id, &device.user_id, &device.upn),
        (&Member::Null, &Member::Null, &Member::Null)
    );
    assert_eq!(device.enrolled, Member::Null);
    assert_eq!(device.management_state, Member::Absent, "v1.0 does not say");
    assert_eq!(device.compliance_state, Member::Is(ComplianceState::Compliant));
}

#[test]
fn contract_14_users_and_risks() {
    let user = r#"{"id":"c","userPrincipalName":"ada@contoso.example","accountEnabled":false,
      "onPremisesSecurityIdentifier":"S-1-5-21-1-2-3-1001","onPremisesSyncEnabled":"odd"}"#;
    let Entry::Item(user) = only::<User>(user, Reading::Whole) else { panic!("a user") };
    assert_eq!(user.account_enabled, Member::Is(false));
    assert_eq!(user.security_identifier, Member::Is("S-1-5-21-1-2-3-1001".into()));
    assert_eq!(user.sync_enabled, Member::Absent, "nothing hangs on it");
    let risk = r#"{"id":"c","riskLevel":"high","riskState":"confirmedCompromised","isDeleted":false}"#;
    let Entry::Item(risk) = only::<RiskyUser>(risk, Reading::Whole) else { panic!("a risk") };
    assert_eq!(risk.level, Member::Is(RiskLevel::High));
    assert_eq!(risk.state, Member::Is(RiskState::ConfirmedCompromised));
}

fn odd_of<T: Item>(item: &str, reading: Reading) -> (&'static str, Why) {
    match only::<T>(item, reading) {
        Entry::Odd(odd) => (odd.member, odd.why),
        Entry::Item(_) | Entry::Removed { .. } => panic!("not odd: {item}"),
    }
}

#[test]
fn where_a_decision_hangs_on_it_an_odd_member_is_refused() {
    for (from, to, member, why) in [
        (r#""accountEnabled":true"#, r#""accountEnabled":"true""#, "accountEnabled", Why::Unreadable),
        (r#""accountEnabled":true"#, r#""accountEnabled":null"#, "accountEnabled", Why::Null),
        (r#""accountEnabled":true"#, r#""accountenabled":true"#, "accountEnabled", Why::Absent),
        (r#""isCompliant":null"#, r#""isCompliant":0"#, "isCompliant", Why::Unreadable),
        (r#""isManaged":true,"#, "", "isManaged", Why::Absent),
        (
            "AAAAAAAA-0000-4000-A000-000000000001",
            "00000000-0000-0000-0000-000000000000",
            "deviceId",
            Why::Unreadable,
        ),
        ("2026-12-01T00:00:00Z", "soon", "complianceExpirationDateTime", Why::Unreadable),
        (r#""id":"#, r#""ID":"#, "id", Why::Absent),
    ] {
        let item = DEVICE.replace(from, to);
        assert_ne!(item, DEVICE);
        assert_eq!(odd_of::<Device>(&item, Reading::Whole), (member, why), "{to}");
    }
    for (from, to, member) in [
        (r#""retirePending""#, "true", "managementState"),
        (r#""noncompliant""#, "[]", "complianceState"),
        (r#""cccccccc-0000-4000-a000-000000000001""#, "7", "userId"),
        (r#""2026-11-21T05:43:15Z""#, "0", "enrolledDateTime"),
    ] {
        let item = MANAGED.replace(from, to);
        assert_eq!(odd_of::<ManagedDevice>(&item, Reading::Whole), (member, Why::Unreadable), "{to}");
    }
}

#[test]
fn where_none_hangs_on_it_an_odd_member_is_tolerated() {
    let item =
        DEVICE.replace(r#""Windows""#, "7").replace(r#""AzureAd""#, "{}").replace(r#""WIN-00001""#, "[]");
    let Entry::Item(device) = only::<Device>(&item, Reading::Whole) else { panic!("a device") };
    assert_eq!(device.operating_system, Member::Absent);
    assert_eq!(device.display_name, Member::Absent);
}

#[test]
fn one_odd_object_does_not_hide_the_others() {
    let body = format!(r#"{{"value":[{{"id":"x","accountEnabled":1}},{DEVICE},{{}}]}}"#);
    let page = page::<Device>(&body, Reading::Whole);
    let [Entry::Odd(named), Entry::Item(_), Entry::Odd(nameless)] = page.entries.as_slice() else {
        panic!("{page:?}")
    };
    assert_eq!(named.to_string(), "deviceId of x is absent");
    assert_eq!(nameless.to_string(), "id of an object is absent");
}

#[test]
fn contract_14_links() {
    let next =
        r#"{"value":[],"@odata.nextLink":"https://graph.microsoft.com/v1.0/devices?$skiptoken=A%2Fb"}"#;
    let Follow::Next(link) = page::<Device>(next, Reading::Whole).follow else {
        panic!("an empty page goes on")
    };
    assert_eq!(link.as_str(), "https://graph.microsoft.com/v1.0/devices?$skiptoken=A%2Fb");
    let delta =
        r#"{"value":[],"@odata.deltaLink":"https://graph.microsoft.com/v1.0/devices/delta?$deltatoken=x"}"#;
    assert!(matches!(page::<Device>(delta, Reading::Part).follow, Follow::Delta(_)));
    assert_eq!(page::<Device>(r#"{"value":[],"@odata.nextLink":null}"#, Reading::Whole).follow, Follow::End);
    let error = |body: &str| Page::<Device>::parse(body.as_bytes(), Reading::Part, &graph()).unwrap_err();
    assert_eq!(error(&next.replace("graph.microsoft.com", "evil.example")), PageError::ForeignLink);
    assert_eq!(error(&delta.replace("graph.microsoft.com", "evil.example")), PageError::ForeignLink);
    assert_eq!(error(&next.replace("[],", r#"[],"@odata.deltaLink":"","#)), PageError::TwoLinks);
}

#[test]
fn what_is_no_page() {
    for body in [
        "",
        "null",
        "[]",
        "{}",
        r#"{"value":null}"#,
        r#"{"value":{}}"#,
        r#"{"value":[1]}"#,
        r#"{"value":[[]]}"#,
        r#"{"value":[],"value":[]}"#,
        r#"{"value":[],"@odata.nextLink":1}"#,
        r#"{"value":[{"id":"x","accountEnabled":false,"accountEnabled":true}]}"#,
        r#"{"error":{"code":"x","message":"y"}}"#,
        "<html></html>",
    ] {
        let parsed = Page::<Device>::parse(body.as_bytes(), Reading::Whole, &graph());
        assert_eq!(parsed.unwrap_err(), PageError::NotAPage, "{body}");
    }
    assert_eq!(one::<Device>(b"[]"), Err(PageError::NotAPage));
}
