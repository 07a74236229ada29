//! Windows' SyncML.

use crate::arbitrary::{of_its_platform, profile, text};
use crate::profile::{device, read, with};
use mdm::format::syncml;
use mdm::platform::Platform;
use mdm::profile::*;
use proptest::prelude::*;
use serde_json::json;

fn written(members: serde_json::Value) -> String {
    syncml::write(&read(with(device(), members)), "ch<a>").unwrap()
}

fn wrong(from: &str, to: &str) -> String {
    let text = written(json!({}));
    assert!(text.contains(from), "{from}\n{text}");
    syncml::read(text.replace(from, to).as_bytes()).unwrap_err().to_string()
}

#[test]
fn contract_15_all_is_atomic_and_enroll_is_last() {
    let text = written(json!({}));
    let places: Vec<&str> =
        text.split("<LocURI>").skip(1).map(|rest| rest.split('<').next().unwrap()).collect();
    let root = "./Device/Vendor/MSFT/ClientCertificateInstall/SCEP/windows-device";
    assert_eq!(
        places[..3],
        [root.to_owned(), format!("{root}/Install"), format!("{root}/Install/ServerURL")]
    );
    assert_eq!(*places.last().unwrap(), format!("{root}/Install/Enroll"));
    assert_eq!((text.matches("<Atomic>").count(), text.matches("<Exec>").count()), (1, 1));
    let numbers: Vec<u32> =
        text.split("<CmdID>").skip(2).map(|rest| rest.split('<').next().unwrap().parse().unwrap()).collect();
    assert_eq!(numbers, (1..=u32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
}

#[test]
fn contract_15_the_nodes_hold_windows_numbers_and_words() {
    let text = written(json!({
        "certificate_type": "user", "hash_algorithms": ["sha1", "sha2"], "key_usage": ["key_encipherment"],
        "key_storage_provider": "hello_else_fail", "validity": {"months": 12},
        "alternative_names": [{"type": "email", "value": "a@x;b@x"}, {"type": "dns", "value": "d"},
            {"type": "uri", "value": "u://+"}, {"type": "upn", "value": "{{UserPrincipalName}}"}],
        "extended_key_usages": ["client_authentication", "secure_email"],
    }));
    for (node, data) in [
        ("SubjectAlternativeNames", "2+a@x;2+b@x;3+d;7+u://+;11+{{UserPrincipalName}}"),
        ("EKUMapping", "1.3.6.1.5.5.7.3.2+1.3.6.1.5.5.7.3.4"),
        ("KeyUsage", "32"),
        ("KeyProtection", "4"),
        ("HashAlgorithm", "SHA-1+SHA-2"),
        ("ValidPeriod", "Months"),
        ("ValidPeriodUnits", "12"),
        ("Challenge", "ch&lt;a&gt;"),
        ("CAThumbprint", &"AA".repeat(20)),
    ] {
        let place = format!(
            "./User/Vendor/MSFT/ClientCertificateInstall/SCEP/windows-device/Install/{node}</LocURI>"
        );
        let rest = text.split(&place).nth(1).unwrap_or_else(|| panic!("{node}"));
        assert_eq!(rest.split("<Data>").nth(1).unwrap().split("</Data>").next().unwrap(), data, "{node}");
    }
    for (provider, number) in [("tpm_else_fail", "1"), ("tpm_else_software", "2"), ("software", "3")] {
        let text = written(json!({"key_storage_provider": provider}));
        let rest = text.split("Install/KeyProtection").nth(1).unwrap();
        assert!(rest.split("<Data>").nth(1).unwrap().starts_with(number), "{provider}");
    }
}

#[test]
fn contract_15_only_windows_has_it_and_names_may_not_be_empty() {
    let refused = |members| syncml::write(&read(with(device(), members)), "").unwrap_err().setting;
    assert_eq!(refused(json!({"platform": "ios"})), "platform");
    assert_eq!(refused(json!({"alternative_names": [{"type": "dns", "value": ""}]})), "alternative_names");
    assert_eq!(refused(json!({"subject": {"custom": "CN=\u{1}"}})), "a text of the profile");
}

#[test]
fn contract_15_what_cannot_be_read_is_named() {
    for (from, to, told) in [
        (">160<", ">161<", "KeyUsage: none of"),
        (">2048<", ">3072<", "KeyLength: none of"),
        (">Years<", ">Weeks<", "ValidPeriod: none of"),
        ("Install/KeyLength", "Install/KeyLenght", "KeyLength"),
        ("Install/KeyProtection", "Install/Colour", "Colour: not known"),
        ("Install/KeyProtection", "Install/KeyUsage", "KeyUsage: set twice"),
        ("Install/Enroll", "Install/Enrol", "not known"),
        ("SCEP/windows-device/Install/ServerURL", "SCEP/other/Install/ServerURL", "another certificate"),
        ("./Device", "./Else", "in no tree"),
        ("7+IntuneDeviceId", "8+IntuneDeviceId", "SubjectAlternativeNames: none of"),
        ("<Exec>", "<Get>", "not well-formed"),
    ] {
        let found = wrong(from, to);
        assert!(found.contains(told), "{told}: {found}");
    }
    assert!(syncml::read(b"<SyncML/>").unwrap_err().to_string().contains("no SCEP node"));
}

#[test]
fn contract_15_a_list_in_any_order_is_read_once() {
    let text = written(json!({})).replace(">SHA-2<", ">SHA-2+SHA-1+SHA-2<");
    assert_eq!(syncml::read(text.as_bytes()).unwrap().profile.hash_algorithms, HashAlgorithm::ALL);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_texts_stay_in_their_node(profile in profile(Platform::Windows).prop_map(of_its_platform), challenge in text()) {
        let written = syncml::write(&profile, &challenge);
        prop_assume!(written.is_ok());
        let written = written.unwrap();
        prop_assert_eq!(written.matches("<Add>").count() + 2, written.matches("<Item>").count() + 1);
        let found = syncml::read(written.as_bytes()).unwrap().profile;
        let oids = |purposes: &[Purpose]| purposes.iter().map(Purpose::oid).collect::<Vec<_>>();
        prop_assert_eq!(oids(&found.extended_key_usages), oids(&profile.extended_key_usages));
        let expected = Profile {
            subject: SubjectName::Custom(profile.subject.text().unwrap().to_owned()),
            alternative_names: profile.all_alternative_names().flat_map(|name| {
                if name.value.contains(';') { AlternativeName::split(name.kind, &name.value) } else { vec![name] }
            }).collect(),
            older_alternative_names: None, display_name: None, description: String::new(),
            renewal_threshold: RenewalThreshold::USUAL, applicability_rules: Vec::new(),
            extended_key_usages: found.extended_key_usages.clone(),
            ..profile
        };
        prop_assert_eq!(found, expected);
    }

    #[test]
    fn no_document_panics(told in text(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = syncml::read(&bytes);
        let _ = syncml::read(told.as_bytes());
        let _ = syncml::read(super::syncml::written(json!({})).replace("160", &told).as_bytes());
    }
}
