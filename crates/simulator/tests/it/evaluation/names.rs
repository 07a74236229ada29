//! Variables on one device: M78, M79, M95 to M112, M116 to M118, M128, M190, M191; M13.

use super::*;
use mdm::expand::NotDelivered;

fn custom(platform: Platform, subject: &str) -> Assignments {
    assigned(Profile { subject: SubjectName::Custom(subject.into()), ..profile(platform) })
}

fn on_windows(subject: &str) -> Result<String, (String, &'static str)> {
    super::subject(&custom(Platform::Windows, subject), &device(Platform::Windows, "10.0.22631"))
}

#[test]
fn m96_m98_static_text_and_variables_in_the_order_written() {
    let text = "CN={{UserName}},E={{EmailAddress}},OU=Mobile,O=Finance Group,L=Redmond,S=Washington,C=US";
    let expected =
        "CN=janedoe, E=jane.doe@contoso.com, OU=Mobile, O=Finance Group, L=Redmond, S=Washington, C=US";
    assert_eq!(on_windows(text).unwrap(), expected);
}

#[test]
fn m99_to_m106_every_spelling_has_the_devices_value() {
    for (variables, value) in [
        (&["UserName"][..], "janedoe"),
        (&["UserPrincipalName"], "janedoe@contoso.com"),
        (&["AAD_Device_ID", "AzureADDeviceId"], "0e0e0e0e-0000-4000-8000-000000000001"),
        (&["DeviceId"], "11111111-0000-4000-8000-000000000002"),
        (&["SERIALNUMBER", "SerialNumber", "Device_Serial"], "5CG1234XYZ"),
        (&["IMEINumber", "Device_IMEI", "IMEI"], "490154203237518"),
        (&["MEID"], "A0000000002329"),
        (&["WiFiMacAddress"], "001122AABBCC"),
        (&["DeviceName"], "LAPTOP-7"),
        (&["FullyQualifiedDomainName"], "laptop-7.corp.contoso.com"),
    ] {
        for variable in variables {
            let asked = on_windows(&format!("CN={{{{{variable}}}}}"));
            assert_eq!(asked.unwrap(), format!("CN={value}"), "{variable}");
        }
    }
}

#[test]
fn m95_m97_a_profile_that_cannot_be_read_fails_to_install() {
    let (sentence, row) = on_windows("CN={UserName}").unwrap_err();
    assert!(row == "M97" && sentence.starts_with("the profile fails to install: "), "{sentence} {row}");
    assert_eq!(on_windows("CN=\"{{UserName").unwrap_err().1, "M97");
}

#[test]
fn m78_a_device_certificate_takes_no_variable_of_a_user() {
    let all = assigned(of_device(Platform::Windows, "CN={{UserName}}"));
    let (sentence, row) = super::subject(&all, &device(Platform::Windows, "10.0.22631")).unwrap_err();
    assert!(row == "M78" && sentence.contains("UserName"), "{sentence} {row}");
    let all = assigned(of_device(Platform::Windows, "CN={{DeviceName}}"));
    assert_eq!(super::subject(&all, &device(Platform::Windows, "10.0.22631")).unwrap(), "CN=LAPTOP-7");
}

#[test]
fn m79_m111_a_kiosk_works_with_a_device_certificate_alone() {
    let kiosk = userless(Platform::AndroidDedicated, "14");
    let all = custom(Platform::AndroidDedicated, "CN={{UserPrincipalName}}");
    let (sentence, row) = super::subject(&all, &kiosk).unwrap_err();
    assert!(row == "M111" && sentence.contains("no user"), "{sentence} {row}");
    let all = assigned(of_device(Platform::AndroidDedicated, "CN={{DeviceName}}"));
    assert_eq!(super::subject(&all, &kiosk).unwrap(), "CN=LAPTOP-7");
    // The same on Windows, whose devices may have a user: this one has none.
    let all = custom(Platform::Windows, "CN={{UserPrincipalName}}");
    let state = state(&all, &userless(Platform::Windows, "10.0.22631"));
    assert!(matches!(state, State::NotDelivered(NotDelivered::NoUser(_))), "{state:?}");
    assert_eq!((state.row(), state.status()), ("M111", Status::Error));
}

#[test]
fn m107_m112_a_value_that_is_missing_fails_the_profile() {
    let mut tablet = device(Platform::Windows, "10.0.22631");
    (tablet.facts.device.imei, tablet.facts.device.fqdn) = (None, None);
    for variable in ["IMEI", "FullyQualifiedDomainName"] {
        let all = custom(Platform::Windows, &format!("CN={{{{{variable}}}}}"));
        let (sentence, row) = super::subject(&all, &tablet).unwrap_err();
        assert!(row == "M112" && sentence.contains(variable), "{sentence} {row}");
        super::subject(&all, &device(Platform::Windows, "10.0.22631")).unwrap();
    }
    let all = custom(Platform::Ios, "CN={{FullyQualifiedDomainName}}");
    assert_eq!(super::subject(&all, &device(Platform::Ios, "18")).unwrap_err().1, "M107");
}

#[test]
fn m108_m109_m191_users_of_the_cloud_alone_have_no_synchronised_values() {
    let mut cloud = device(Platform::Windows, "10.0.22631");
    if let Some(user) = &mut cloud.facts.user {
        (user.on_premises_distinguished_name, user.on_premises_sam_account_name) = (None, None);
        user.on_premises_sid = None;
    }
    let name = "CN=\"{{OnPrem_Distinguished_Name}}\"";
    let quoted = on_windows(name).unwrap();
    assert_eq!(quoted, "CN=\"CN=Doe\\, Jane,OU=Sales,DC=contoso,DC=com\"");
    assert_eq!(on_windows("CN={{OnPremisesSamAccountName}}").unwrap(), "CN=CONTOSO\\janedoe");
    for text in [name, "CN={{OnPremisesSamAccountName}}"] {
        let (sentence, row) = super::subject(&custom(Platform::Windows, text), &cloud).unwrap_err();
        assert!(row == "M112" && sentence.contains("Entra Connect"), "{sentence} {row}");
    }
    let sid = AlternativeName {
        kind: mdm::variable::SanType::Uri,
        value: "{{OnPremisesSecurityIdentifier}}".into(),
    };
    let all = assigned(Profile { alternative_names: vec![sid], ..profile(Platform::Windows) });
    let names = order(&all, &device(Platform::Windows, "10.0.22631")).expected.alternative_names.0;
    assert_eq!(names[0].to_string(), "URI:tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-1001");
    assert!(matches!(state(&all, &cloud), State::NotDelivered(NotDelivered::NoValue(_))));
}

#[test]
fn m110_m117_device_variables_in_user_certificates_and_names_alike() {
    assert_eq!(on_windows("CN={{UserName}} on {{DeviceName}}").unwrap(), "CN=janedoe on LAPTOP-7");
    let dns =
        AlternativeName { kind: mdm::variable::SanType::Dns, value: "{{AzureADDeviceId}}.domain.com".into() };
    let all = assigned(Profile { alternative_names: vec![dns], ..profile(Platform::Windows) });
    let names = order(&all, &device(Platform::Windows, "10.0.22631")).expected.alternative_names.0;
    assert_eq!(names[0].to_string(), "DNS:0e0e0e0e-0000-4000-8000-000000000001.domain.com");
}

#[test]
fn m118_m128_what_device_owners_and_aosp_do_not_have() {
    let upn = AlternativeName { kind: mdm::variable::SanType::Upn, value: "{{UserName}}-Home".into() };
    for (platform, refused) in
        [(Platform::AndroidFullyManaged, true), (Platform::AndroidPersonalWorkProfile, false)]
    {
        let all = assigned(Profile { alternative_names: vec![upn.clone()], ..profile(platform) });
        let asked = super::subject(&all, &device(platform, "14"));
        assert_eq!(asked.err().map(|(_, row)| row), refused.then_some("M118"), "{platform}");
    }
    for text in ["{{Department}}", "{{OnPremisesSamAccountName}}", "{{OnPrem_Distinguished_Name}}"] {
        let all = custom(Platform::AospUserAffine, &format!("CN=\"{text}\""));
        assert_eq!(super::subject(&all, &device(Platform::AospUserAffine, "14")).unwrap_err().1, "M128");
    }
}

#[test]
fn m190_the_sid_of_a_device_is_a_hybrid_joined_windows_devices() {
    let sid = AlternativeName {
        kind: mdm::variable::SanType::Uri,
        value: "{{OnPremisesSecurityIdentifier}}".into(),
    };
    let of = |platform| {
        let profile = of_device(platform, "CN={{DeviceName}}");
        assigned(Profile { alternative_names: vec![sid.clone()], ..profile })
    };
    let mut laptop = device(Platform::Windows, "10.0.22631");
    assert_eq!(super::subject(&of(Platform::Windows), &laptop).unwrap_err().1, "M112");
    laptop.facts.device.on_premises_sid = Some("S-1-5-21-1-2-3-1105".into());
    super::subject(&of(Platform::Windows), &laptop).unwrap();
    assert_eq!(super::subject(&of(Platform::MacOs), &device(Platform::MacOs, "15")).unwrap_err().1, "M190");
}

#[test]
fn m13_apples_request_carries_neither_validity_nor_other_purposes() {
    let purposes = vec![Purpose::ClientAuthentication, Purpose::SecureEmail];
    for (platform, version) in
        [(Platform::Windows, "10.0.22631"), (Platform::Ios, "18"), (Platform::MacOs, "15")]
    {
        let all = assigned(Profile { extended_key_usages: purposes.clone(), ..profile(platform) });
        let request = order(&all, &device(platform, version)).expected.in_request;
        let windows = platform == Platform::Windows;
        assert_eq!(
            (request.validity.is_some(), request.purposes.0.len()),
            (windows, 1 + usize::from(windows))
        );
    }
}
