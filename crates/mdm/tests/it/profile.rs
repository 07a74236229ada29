//! Profiles in files.

use mdm::platform::Platform;
use mdm::profile::*;
use mdm::variable::{SanType, Variable};
use pki::extension::KeyUsage;
use serde_json::{Value, json};
use std::num::NonZeroU16;

/// A device profile for Windows.
pub(crate) fn device() -> Value {
    json!({
        "name": "windows-device", "platform": "windows", "certificate_type": "device",
        "subject": {"custom": "CN={{AAD_Device_ID}}"},
        "alternative_names": [
            {"type": "uri", "value": "IntuneDeviceId://{{DeviceId}}"},
            {"type": "dns", "value": "{{DeviceName}}.corp.example"},
        ],
        "validity": {"years": 1}, "key_storage_provider": "tpm_else_fail",
        "key_usage": ["digital_signature", "key_encipherment"], "key_size": 2048, "hash_algorithms": ["sha2"],
        "root_certificates": [{"name": "Contoso root", "thumbprints": ["AA".repeat(20)]}],
        "extended_key_usages": ["client_authentication"], "renewal_threshold": 20,
        "urls": ["https://scep.example/certsrv/mscep/mscep.dll"],
    })
}

/// A profile like another, but for these members.
pub(crate) fn with(mut profile: Value, members: Value) -> Value {
    profile.as_object_mut().unwrap().append(&mut members.as_object().unwrap().clone());
    profile
}

pub(crate) fn read(profile: Value) -> Profile {
    serde_json::from_value(profile).unwrap()
}

fn refused(members: Value) -> String {
    serde_json::from_value::<Profile>(with(device(), members)).unwrap_err().to_string()
}

const EVERY_SETTING: &str = r#"
name = "macos-user"
display_name = "SCEP for everybody"
description = "What the Wi-Fi profile refers to"
platform = "macos"
certificate_type = "user"
deployment_channel = "user"
subject = { custom = 'CN="{{OnPrem_Distinguished_Name}}", O="Contoso, Ltd"' }
alternative_names = [
    { type = "upn", value = "{{UserPrincipalName}}" },
    { type = "uri", value = "{{OnPremisesSecurityIdentifier}}" },
]
older_alternative_names = { types = ["email_address", "domain_name_service"], format = "{{DeviceName}}.corp.example" }
validity = { months = 12 }
key_storage_provider = "hello_else_fail"
key_usage = ["digital_signature"]
key_size = 4096
hash_algorithms = ["sha1", "sha2"]
extended_key_usages = ["client_authentication", { custom = { name = "Ours", oid = "1.3.6.1.4.1.99999.1" } }]
renewal_threshold = 50
urls = ["https://a.example/scep", "http://b.example:8080/scep"]
certificate_access = { specific_apps = ["com.example.vpn"] }
all_apps_access = true
certificate_store = "user"
assignments = ["all_users", { group = { id = "6f0c", members = "users" } }, { exclude = { id = "71aa" } }]

[[root_certificates]]
name = "Contoso root"
thumbprints = ["aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd"]

[[applicability_rules]]
effect = "assign_if"
condition = { editions = ["windows10Enterprise"] }

[[applicability_rules]]
effect = "do_not_assign_if"
condition = { versions = { min = "10.0.19041", max = "10.0.19045.9999" } }
"#;

#[test]
fn m35_every_setting_comes_back_from_a_file() {
    let profile: Profile = toml::from_str(EVERY_SETTING).unwrap();
    let written = toml::to_string(&profile).unwrap();
    assert_eq!(toml::from_str::<Profile>(&written).unwrap(), profile, "{written}");
    let json = serde_json::to_string(&profile).unwrap();
    assert_eq!(serde_json::from_str::<Profile>(&json).unwrap(), profile);
    assert_eq!(
        serde_json::to_value(&profile).unwrap().as_object().unwrap().len(),
        23,
        "and none is left out"
    );
}

#[test]
fn m72_settings_that_can_never_be_right_do_not_parse() {
    for (members, told) in [
        (json!({"renewal_threshold": 0}), "1 to 99"),
        (json!({"renewal_threshold": 100}), "1 to 99"),
        (json!({"key_size": 3072}), "1024, 2048 or 4096"),
        (json!({"key_usage": []}), "digital_signature, key_encipherment or both"),
        (json!({"validity": {"days": 0}}), "nonzero"),
        (json!({"name": "a b"}), "letters"),
        (json!({"platform": "beos"}), "unknown variant"),
        (json!({"colour": "blue"}), "unknown field"),
        (json!({"root_certificates": [{"name": "x", "thumbprints": ["AA"]}]}), "20 octets"),
        (json!({"extended_key_usages": [{"custom": {"name": "x", "oid": "1.x"}}]}), "object identifier"),
        (json!({"alternative_names": [{"type": "ip", "value": "x"}]}), "unknown variant"),
    ] {
        let wrong = refused(members.clone());
        assert!(wrong.contains(told), "{members}: {wrong}");
    }
}

#[test]
fn m21_m15_m95_what_a_linter_has_to_explain_is_kept() {
    let wrong = read(with(
        device(),
        json!({
            "key_size": 1024, "validity": {"months": 25}, "subject": {"custom": "CN={{Usernme}}, O"},
            "platform": "ios", "hash_algorithms": ["sha1"], "urls": [],
            "alternative_names": [{"type": "dns", "value": "{{OnPremisesSecurityIdentifier}}"}],
        }),
    ));
    assert_eq!(wrong.key_size.bits(), 1024);
    assert!(wrong.validity.is_over_24_months());
    assert!(wrong.subject.template().is_err());
}

#[test]
fn m15_24_months_and_not_a_day_more() {
    let count = |n: u16| NonZeroU16::new(n).unwrap();
    for within in [Validity::Days(count(731)), Validity::Months(count(24)), Validity::Years(count(2))] {
        assert!(!within.is_over_24_months(), "{within}");
    }
    for over in [Validity::Days(count(732)), Validity::Months(count(25)), Validity::Years(count(3))] {
        assert!(over.is_over_24_months(), "{over}");
    }
    assert_eq!(Validity::Months(count(24)).about_days(), 730);
    assert_eq!(Validity::Years(count(1)).to_string(), "1 year");
}

#[test]
fn m90_renewal_opens_73_days_before_the_end_of_a_year() {
    let threshold = RenewalThreshold::try_from(20).unwrap();
    assert_eq!(threshold.window(365), 73);
    assert_eq!(threshold.window(365 * 86_400), 73 * 86_400);
    assert_eq!(RenewalThreshold::try_from(99).unwrap().window(u32::MAX), 4_252_017_622);
}

#[test]
fn m23_m74_name_and_display_name() {
    let profile = read(device());
    assert_eq!(profile.shown_name(), "SCEP - windows-device - Windows 10 and 11");
    let renamed = read(with(device(), json!({"display_name": "Laptops"})));
    assert_eq!((renamed.shown_name().as_str(), &renamed.name), ("Laptops", &profile.name));
}

#[test]
fn m84_key_usage_as_bits() {
    assert_eq!(KeyUses::both().bits(), KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT));
    let one = read(with(device(), json!({"key_usage": ["key_encipherment", "key_encipherment"]})));
    assert_eq!(one.key_usage.bits(), KeyUsage::KEY_ENCIPHERMENT);
}

#[test]
fn m89_known_purposes_bring_their_identifier() {
    for purpose in Purpose::KNOWN {
        assert_eq!(pki::extension::purpose_name(&purpose.oid()), Some(purpose.name()));
    }
    assert_eq!(Purpose::ClientAuthentication.oid().to_string(), "1.3.6.1.5.5.7.3.2");
    assert_eq!(Purpose::SecureEmail.oid().to_string(), "1.3.6.1.5.5.7.3.4");
}

#[test]
fn m91_urls() {
    for good in
        ["https://a.example", "HTTPS://a.example:8443/x/", "http://192.0.2.1/scep", "https://[2001:db8::1]/s"]
    {
        assert_eq!(ScepUrl::parse(good).unwrap().as_str(), good);
    }
    assert!(!ScepUrl::parse("http://a.example").unwrap().is_https());
    for bad in [
        "",
        "a.example",
        "ftp://a.example",
        "https://",
        "https:///x",
        "https://:80/",
        "https://a b",
        "https://a/;https://b",
        "https://a/?operation=x",
        "https://a/#x",
        "https://u:p@a/",
        "https://a/\n",
        "https://ä.example",
    ] {
        assert!(ScepUrl::parse(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn m6_thumbprints_in_every_spelling() {
    let spelt = [
        "aa:bb:cc:dd:ee:ff:00:11:22:33:44:55:66:77:88:99:aa:bb:cc:dd",
        "AABBCCDD EEFF0011 22334455 66778899 AABBCCDD",
    ];
    for text in spelt {
        let thumbprint = Thumbprint::parse(text).unwrap();
        assert_eq!(thumbprint.to_string(), "AABBCCDDEEFF00112233445566778899AABBCCDD");
        assert!(thumbprint.is_sha1());
    }
    assert!(!Thumbprint::parse(&"0f".repeat(32)).unwrap().is_sha1());
    assert!(Thumbprint::parse(&"0g".repeat(20)).is_err());
}

#[test]
fn m92_applicability_rules() {
    let profile: Profile = toml::from_str(EVERY_SETTING).unwrap();
    let version = |text: &str| OsVersion::parse(text).unwrap();
    for (edition, at, applies) in [
        ("Windows10Enterprise", "10.0.22631.1", true),
        ("windows10Home", "10.0.22631.1", false),
        ("windows10Enterprise", "10.0.19041", false),
        ("windows10Enterprise", "10.0.19046", true),
    ] {
        assert_eq!(profile.applies_to(edition, &version(at)), applies, "{edition} {at}");
    }
    assert!(read(device()).applies_to("windows10Home", &version("10")));
    for bad in ["", "10.", "1.2.3.4.5", "10.x"] {
        assert!(OsVersion::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn m98_fixed_formats_are_read_like_custom_ones() {
    let variables = |format: &str| {
        let profile = read(with(device(), json!({"subject": format})));
        profile.subject.template().unwrap().variables().collect::<Vec<_>>()
    };
    assert_eq!(variables("common_name"), [Variable::UserName]);
    assert_eq!(variables("common_name_including_email"), [Variable::UserName, Variable::EmailAddress]);
    assert_eq!(variables("common_name_as_email"), [Variable::EmailAddress]);
    assert_eq!(variables("common_name_as_imei"), [Variable::Imei]);
    assert_eq!(variables("common_name_as_serial_number"), [Variable::SerialNumber]);
    assert_eq!(variables("common_name_as_aad_device_id"), [Variable::EntraDeviceId]);
    assert_eq!(variables("common_name_as_intune_device_id"), [Variable::DeviceId]);
    let durable = read(with(device(), json!({"subject": "common_name_as_durable_device_id"})));
    assert!(matches!(durable.subject.template(), Err(SubjectNameError::NoText(_))));
}

#[test]
fn m114_several_values_in_one_field_become_several_entries() {
    let values = |field: &str| {
        let entries = AlternativeName::split(SanType::Email, field);
        entries.into_iter().map(|entry| entry.value).collect::<Vec<_>>()
    };
    assert_eq!(values("a@x; b@x;"), ["a@x", "b@x"]);
    assert_eq!(
        values("{{EmailAddress}};{{UserPrincipalName}}"),
        ["{{EmailAddress}}", "{{UserPrincipalName}}"]
    );
    assert!(values(" ; ").is_empty());
}

#[test]
fn contract_12_the_older_form_as_typed_entries() {
    let profile: Profile = toml::from_str(EVERY_SETTING).unwrap();
    let names: Vec<AlternativeName> = profile.all_alternative_names().collect();
    let kinds: Vec<SanType> = names.iter().map(|name| name.kind).collect();
    assert_eq!(kinds, [SanType::Upn, SanType::Uri, SanType::Email, SanType::Dns]);
    assert_eq!(names[3].value, "{{DeviceName}}.corp.example");
}

#[test]
fn m145_every_platform_has_a_word_in_files() {
    let words: Vec<Value> = Platform::ALL.iter().map(|one| serde_json::to_value(one).unwrap()).collect();
    let first = ["windows", "windows_8_1", "ios", "macos", "android_device_administrator"];
    assert_eq!(words[..5], first.map(Value::from));
    for (word, platform) in words.into_iter().zip(Platform::ALL) {
        assert_eq!(serde_json::from_value::<Platform>(word).unwrap(), platform);
    }
}
