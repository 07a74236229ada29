//! What a profile becomes on a device.

use crate::profile::{device, read, with};
use mdm::expand::{DeviceFacts, Facts, NotDelivered, UserFacts, expand};
use mdm::platform::Platform;
use mdm::profile::{Profile, Validity};
use mdm::subject::{Subject, Value};
use mdm::variable::{Place, SanType, Variable};
use pki::extension::KeyUsage;
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;
use pki::oid;
use proptest::prelude::*;
use serde_json::json;

const SID: &str = "S-1-5-21-1004336348-1177238915-682003330-512";

fn jane() -> UserFacts {
    let text = |value: &str| Some(value.to_owned());
    UserFacts {
        user_name: text("janedoe"),
        upn: text("janedoe@contoso.com"),
        email: text("jane.doe@contoso.com"),
        given_name: text("Jane"),
        surname: text("Doe"),
        department: text("Sales"),
        on_premises_distinguished_name: text("CN=Doe\\, Jane,OU=Sales,DC=contoso,DC=com"),
        on_premises_sam_account_name: text("CONTOSO\\janedoe"),
        on_premises_upn: text("janedoe@corp.contoso.com"),
        on_premises_sid: text(SID),
    }
}

fn facts(platform: Platform) -> Facts {
    let text = |value: &str| Some(value.to_owned());
    let device = DeviceFacts {
        entra_id: text("0e0e0e0e-0000-4000-8000-000000000001"),
        intune_id: text("11111111-0000-4000-8000-000000000002"),
        name: text("LAPTOP-7"),
        wifi_mac_address: text("001122AABBCC"),
        serial_number: text("5CG1234XYZ"),
        imei: text("490154203237518"),
        meid: text("A0000000002329"),
        fqdn: text("laptop-7.corp.contoso.com"),
        on_premises_sid: text("S-1-5-21-1004336348-1177238915-682003330-1105"),
        ..DeviceFacts::new(platform)
    };
    Facts { device, user: Some(jane()) }
}

/// A profile for a user on Windows with that subject and one alternative name.
fn user(subject: &str, kind: &str, value: &str) -> Profile {
    let names = json!([{"type": kind, "value": value}]);
    let members =
        json!({"certificate_type": "user", "subject": {"custom": subject}, "alternative_names": names});
    read(with(device(), members))
}

fn subject_of(text: &str) -> Result<String, NotDelivered> {
    expand(&user(text, "upn", "x"), &facts(Platform::Windows)).map(|expected| expected.subject.to_string())
}

fn name_of(kind: &str, value: &str) -> Result<GeneralName, NotDelivered> {
    let expected = expand(&user("CN=x", kind, value), &facts(Platform::Windows))?;
    Ok(expected.alternative_names.0[0].clone())
}

#[test]
fn m120_a_device_profile_on_a_device() {
    let expected = expand(&read(device()), &facts(Platform::Windows)).unwrap();
    assert_eq!(expected.subject.to_string(), "CN=0e0e0e0e-0000-4000-8000-000000000001");
    let names = vec![
        GeneralName::Uri("IntuneDeviceId://11111111-0000-4000-8000-000000000002".into()),
        GeneralName::Dns("LAPTOP-7.corp.example".into()),
    ];
    assert_eq!(expected.alternative_names, SubjectAltName(names));
    assert_eq!(expected.key_usage, KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT));
    assert_eq!(expected.purposes.0, [oid::CLIENT_AUTH]);
    assert_eq!(expected.in_request.purposes, expected.purposes);
    assert_eq!((expected.key_size.bits(), expected.in_request.validity), (2048, Some(expected.validity)));
}

#[test]
fn m99_to_m110_every_variable_in_a_user_certificate() {
    for (text, subject) in [
        ("CN={{UserName}},E={{EmailAddress}}", "CN=janedoe, E=jane.doe@contoso.com"),
        ("CN={{UserPrincipalName}}", "CN=janedoe@contoso.com"),
        ("G={{GivenName}},SN={{SurName}}", "G=Jane, SN=Doe"),
        ("CN={{AAD_Device_ID}}", "CN=0e0e0e0e-0000-4000-8000-000000000001"),
        ("CN={{azureaddeviceid}}", "CN=0e0e0e0e-0000-4000-8000-000000000001"),
        ("CN={{DeviceId}}", "CN=11111111-0000-4000-8000-000000000002"),
        ("SERIALNUMBER={{Device_Serial}}", "SERIALNUMBER=5CG1234XYZ"),
        ("CN={{IMEINumber}} {{MEID}}", "CN=490154203237518 A0000000002329"),
        ("CN={{WiFiMacAddress}}", "CN=001122AABBCC"),
        ("CN={{DeviceName}}Device1", "CN=LAPTOP-7Device1"),
        ("CN={{FullyQualifiedDomainName}}", "CN=laptop-7.corp.contoso.com"),
        ("CN={{OnPremisesSamAccountName}}", "CN=CONTOSO\\janedoe"),
        ("OU={{Department}}", "OU=Sales"),
        ("CN={{OnPremisesUserPrincipalName}}", "CN=janedoe@corp.contoso.com"),
        ("CN=\"{{OnPrem_Distinguished_Name}}\"", "CN=\"CN=Doe\\, Jane,OU=Sales,DC=contoso,DC=com\""),
        ("1.2.3.4=#0102, CN=x", "OID.1.2.3.4=#0102, CN=x"),
    ] {
        assert_eq!(subject_of(text).as_deref(), Ok(subject), "{text}");
    }
}

#[test]
fn m96_the_documented_subject_in_der() {
    let text = "CN={{UserName}},E={{EmailAddress}},OU=Mobile,O=Finance Group,L=Redmond,ST=Washington,C=US";
    let expected = expand(&user(text, "upn", "x"), &facts(Platform::Windows)).unwrap();
    let name = expected.subject.to_name().unwrap();
    let values: Vec<String> = name.attributes().filter_map(pki::name::Attribute::text).collect();
    assert_eq!(
        values,
        ["janedoe", "jane.doe@contoso.com", "Mobile", "Finance Group", "Redmond", "Washington", "US"]
    );
    assert_eq!(Name::parse(name.der()).unwrap(), name);
}

#[test]
fn m116_m117_the_documented_alternative_names() {
    for (kind, value, wanted) in [
        (
            "dns",
            "{{AzureADDeviceId}}.domain.com",
            GeneralName::Dns("0e0e0e0e-0000-4000-8000-000000000001.domain.com".into()),
        ),
        (
            "email",
            "{{FullyQualifiedDomainName}}User1@Contoso.com",
            GeneralName::Email("laptop-7.corp.contoso.comUser1@Contoso.com".into()),
        ),
        ("upn", "{{UserName}}-Home", GeneralName::Upn("janedoe-Home".into())),
        (
            "uri",
            "IntuneDeviceId://{{DeviceId}}",
            GeneralName::Uri("IntuneDeviceId://11111111-0000-4000-8000-000000000002".into()),
        ),
    ] {
        assert_eq!(name_of(kind, value), Ok(wanted), "{value}");
    }
}

#[test]
fn m186_m188_the_sid_becomes_a_tag_in_a_uri_and_nowhere_else() {
    let tag = format!("tag:microsoft.com,2022-09-14:sid:{SID}");
    assert_eq!(name_of("uri", "{{OnPremisesSecurityIdentifier}}"), Ok(GeneralName::Uri(tag)));
    for kind in ["dns", "email", "upn"] {
        let refusal = name_of(kind, "{{OnPremisesSecurityIdentifier}}").unwrap_err();
        assert!(matches!(refusal, NotDelivered::Refused { source: "M188", .. }), "{kind}");
    }
    let refusal = subject_of("CN={{OnPremisesSecurityIdentifier}}").unwrap_err();
    assert!(matches!(refusal, NotDelivered::Refused { place: Place::Subject, .. }));
}

#[test]
fn m187_a_malformed_sid_is_no_sid() {
    let profile = user("CN=x", "uri", "{{OnPremisesSecurityIdentifier}}");
    let with_sid = |sid: &str| {
        let mut facts = facts(Platform::Windows);
        facts.user.as_mut().unwrap().on_premises_sid = Some(sid.to_owned());
        expand(&profile, &facts)
    };
    let long = format!("S-1-5{}", "-1".repeat(16));
    for sid in [
        "S-1-5",
        "S-1-5-",
        "S-1--5",
        "s-1-5-21",
        "S-2-5-21",
        "S-1-5-4294967296",
        "S-1-5-x",
        "500",
        "S-1-5-21 ",
        long.as_str(),
    ] {
        assert_eq!(with_sid(sid).unwrap_err(), NotDelivered::MalformedSid, "{sid}");
    }
    assert!(with_sid(&long[..long.len() - 2]).is_ok());
}

#[test]
fn m189_m190_whose_sid_it_is() {
    let names = json!([{"type": "uri", "value": "{{OnPremisesSecurityIdentifier}}"}]);
    let profile = read(with(device(), json!({"alternative_names": names})));
    let of_device = expand(&profile, &facts(Platform::Windows)).unwrap().alternative_names;
    assert!(matches!(of_device.0.as_slice(), [GeneralName::Uri(uri)] if uri.ends_with("-1105")));
    let mut cloud_only = facts(Platform::Windows);
    cloud_only.device.on_premises_sid = None;
    let refusal = expand(&profile, &cloud_only).unwrap_err();
    assert_eq!(refusal, NotDelivered::NoValue(Variable::OnPremisesSecurityIdentifier));
    let members =
        json!({"alternative_names": names, "platform": "android_fully_managed", "certificate_type": "user"});
    let android = read(with(device(), members));
    assert!(expand(&android, &facts(Platform::AndroidFullyManaged)).is_ok(), "allowed with a notice");
}

#[test]
fn m13_apple_leaves_validity_and_most_purposes_out_of_the_request() {
    let members =
        json!({"platform": "ios", "extended_key_usages": ["secure_email", "client_authentication"]});
    let expected = expand(&read(with(device(), members)), &facts(Platform::Ios)).unwrap();
    assert_eq!(expected.purposes.0, [oid::EMAIL_PROTECTION, oid::CLIENT_AUTH]);
    assert_eq!(expected.in_request.purposes.0, [oid::CLIENT_AUTH]);
    assert_eq!(expected.in_request.validity, None);
    assert!(matches!(expected.validity, Validity::Years(_)));
}

#[test]
fn m112_one_missing_value_and_the_profile_does_not_arrive() {
    let mut tablet = facts(Platform::Windows);
    tablet.device.imei = None;
    tablet.user.as_mut().unwrap().on_premises_sam_account_name = Some(" ".to_owned());
    for (text, variable) in [
        ("CN={{DeviceName}},OU={{IMEI}}", Variable::Imei),
        ("CN={{OnPremisesSamAccountName}}", Variable::OnPremisesSamAccountName),
    ] {
        let refusal = expand(&user(text, "upn", "x"), &tablet).unwrap_err();
        assert_eq!(refusal, NotDelivered::NoValue(variable));
    }
    let told = NotDelivered::NoValue(Variable::FullyQualifiedDomainName).to_string();
    assert!(told.contains("joined to a domain"), "{told}");
}

#[test]
fn m111_user_variables_on_a_device_without_a_user() {
    let mut kiosk = facts(Platform::Windows);
    kiosk.user = None;
    let refusal = expand(&user("CN={{UserPrincipalName}}", "upn", "x"), &kiosk).unwrap_err();
    assert_eq!(refusal, NotDelivered::NoUser(Variable::UserPrincipalName));
    let members = json!({
        "platform": "android_fully_managed", "certificate_type": "user",
        "subject": {"custom": "CN={{UserPrincipalName}}"},
    });
    let refusal = expand(&read(with(device(), members)), &facts(Platform::AndroidDedicated)).unwrap_err();
    assert!(
        matches!(refusal, NotDelivered::Refused { source: "M111", .. }),
        "one profile type, several devices"
    );
}

#[test]
fn m78_a_user_variable_in_a_device_certificate() {
    let profile = read(with(device(), json!({"subject": {"custom": "CN={{UserName}}"}})));
    let refusal = expand(&profile, &facts(Platform::Windows)).unwrap_err();
    assert!(matches!(refusal, NotDelivered::Refused { source: "M78", .. }));
}

#[test]
fn m144_a_profile_for_another_platform() {
    let refusal = expand(&read(device()), &facts(Platform::MacOs)).unwrap_err();
    assert_eq!(refusal, NotDelivered::OtherPlatform { profile: Platform::Windows, device: Platform::MacOs });
    let linux = read(with(device(), json!({"platform": "linux"})));
    assert_eq!(expand(&linux, &facts(Platform::Linux)), Err(NotDelivered::NoProfileType(Platform::Linux)));
}

#[test]
fn m64_m95_what_the_profile_gets_wrong_is_told() {
    assert!(matches!(subject_of("CN=a\\,b"), Err(NotDelivered::Subject(_))));
    assert!(matches!(subject_of("CN={{Usernme}}"), Err(NotDelivered::Subject(_))));
    assert!(matches!(name_of("dns", "{{DeviceName}};x"), Err(NotDelivered::AlternativeName(..))));
    assert_eq!(name_of("dns", ""), Err(NotDelivered::EmptyName(SanType::Dns)));
}

#[test]
fn t16_names_that_the_certificate_cannot_hold() {
    let mut foreign = facts(Platform::Windows);
    foreign.user.as_mut().unwrap().email = Some("zoë@contoso.com".into());
    for profile in [user("E={{EmailAddress}}", "upn", "x"), user("CN=x", "email", "{{EmailAddress}}")] {
        let refusal = expand(&profile, &foreign).unwrap_err();
        assert!(matches!(refusal, NotDelivered::Unencodable { character: 'ë', .. }), "{refusal}");
    }
    assert!(expand(&user("CN={{EmailAddress}}", "upn", "{{EmailAddress}}"), &foreign).is_ok());
}

#[test]
fn t16_what_is_not_seen_is_refused() {
    let unseen = [
        '\0', '\n', '\u{1b}', '\u{7f}', '\u{85}', '\u{ad}', '\u{61c}', '\u{200b}', '\u{200e}', '\u{202e}',
        '\u{2066}', '\u{feff}',
    ];
    for character in unseen {
        let mut hostile = facts(Platform::Windows);
        hostile.device.name = Some(format!("a{character}b"));
        let refusal = expand(&user("CN={{DeviceName}}", "upn", "x"), &hostile).unwrap_err();
        assert_eq!(refusal, NotDelivered::Unseen { variable: Variable::DeviceName, character });
        assert!(!refusal.to_string().contains(character));
    }
}

/// A fact as an enemy would choose it.
fn hostile() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-c ,;+=\"#\\\\\n\u{202e}<>{}]{0,12}",
        Just("x, O=Other".to_owned()),
        Just("\" + CN=admin, CN=\"".to_owned()),
        Just("{{UserPrincipalName}}".to_owned()),
        Just("#0403414243".to_owned()),
        Just("x;uri+tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500".to_owned()),
        Just("a".repeat(10_000)),
        Just(",".repeat(10_000)),
        Just(String::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn t16_no_fact_changes_the_structure(name in hostile(), department in hostile(), upn in hostile()) {
        let mut facts = facts(Platform::Windows);
        facts.device.name = Some(name.clone());
        let jane = facts.user.as_mut().unwrap();
        (jane.department, jane.upn) = (Some(department.clone()), Some(upn.clone()));
        let profile = user("CN=a-{{DeviceName}}-b, OU={{Department}} + L=c, O=Contoso, CN={{UserPrincipalName}}", "upn", "{{UserPrincipalName}}");
        let text = |value: String| Value::Text(value);
        match expand(&profile, &facts) {
            Err(refusal) => prop_assert!(matches!(refusal, NotDelivered::NoValue(_) | NotDelivered::Unseen { .. }), "{}", refusal),
            Ok(expected) => {
                let values: Vec<Value> = expected.subject.attributes().map(|attribute| attribute.value.clone()).collect();
                let shape: Vec<usize> = expected.subject.rdns().iter().map(|rdn| rdn.attributes().len()).collect();
                prop_assert_eq!(shape, [1, 2, 1, 1]);
                let wanted = [format!("a-{name}-b"), "c".to_owned(), department, "Contoso".to_owned(), upn.clone()];
                prop_assert_eq!(values, wanted.map(text));
                prop_assert_eq!(&expected.alternative_names.0, &[GeneralName::Upn(upn)]);
                let name = expected.subject.to_name().unwrap();
                let again = Subject::from_name(&Name::parse(name.der()).unwrap()).unwrap();
                prop_assert_eq!(&again, &expected.subject);
                prop_assert_eq!(Subject::parse(&again.to_string()), Ok(again));
            }
        }
    }
}
