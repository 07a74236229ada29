//! The way through the portal.

use crate::arbitrary::{platforms, profile};
use crate::profile::{device, read, with};
use mdm::format::steps::{self, Step};
use proptest::prelude::*;
use serde_json::json;

fn value<'a>(steps: &'a [Step], field: &str) -> Option<&'a str> {
    steps.iter().find(|step| step.field == field).map(|step| step.value.as_str())
}

#[test]
fn m73_m198_pages_come_in_the_portals_order() {
    let steps = steps::scep(&read(with(
        device(),
        json!({"description": "d", "assignments": ["all_devices", {"exclude": {"id": "kiosks"}}],
            "applicability_rules": [{"effect": "assign_if", "condition": {"editions": ["windows10Enterprise"]}}]}),
    )))
    .unwrap();
    let mut pages: Vec<&str> = steps.iter().map(|step| step.page).collect();
    pages.dedup();
    assert_eq!(
        pages,
        [
            "Devices > Manage devices > Configuration > Create > New policy",
            "Basics",
            "Configuration settings",
            "Assignments",
            "Applicability Rules",
            "Review + create"
        ]
    );
    assert_eq!(value(&steps, "Platform"), Some("Windows 10 and later"));
    assert_eq!(value(&steps, "Certificate type"), Some("Device"));
    assert_eq!(value(&steps, "Subject alternative name: URI"), Some("IntuneDeviceId://{{DeviceId}}"));
    assert_eq!(value(&steps, "Extended key usage"), Some("Client Authentication (1.3.6.1.5.5.7.3.2)"));
    assert_eq!(value(&steps, "Excluded groups"), Some("kiosks"));
    assert_eq!(value(&steps, "Rule"), Some("Assign profile if: OS edition: windows10Enterprise"));
    assert_eq!(value(&steps, "Root Certificate"), Some("Contoso root"));
}

#[test]
fn m73_both_ways_to_the_page_are_named() {
    for platform in platforms() {
        let steps = steps::scep(&read(with(device(), json!({"platform": platform})))).unwrap();
        let way = value(&steps, "Profile type").unwrap();
        let (direct, templates) = way.split_once(", or ").unwrap();
        assert!(direct.ends_with("SCEP certificate") && !direct.contains("Templates"), "{platform}: {way}");
        assert_eq!(templates, "Templates > SCEP certificate", "{platform}");
    }
}

#[test]
fn m87_m75_m136_a_page_asks_what_its_platform_has() {
    let everything = json!({"deployment_channel": "device", "certificate_access": "user_approval", "all_apps_access": true});
    for platform in platforms() {
        let profile = read(with(with(device(), everything.clone()), json!({"platform": platform})));
        let steps = steps::scep(&profile).unwrap();
        let rules = platform.rules();
        let apple = ["iOS/iPadOS", "macOS"].contains(&platform.label());
        assert_eq!(value(&steps, "Hash algorithm").is_none(), apple, "{platform}");
        assert_eq!(
            value(&steps, "Deployment channel").is_some(),
            !rules.channels.value.is_empty(),
            "{platform}"
        );
        assert_eq!(
            value(&steps, "Certificate access").is_some(),
            rules.certificate_access.value,
            "{platform}"
        );
        assert_eq!(
            value(&steps, "Key storage provider (KSP)").is_some(),
            !rules.key_storage_providers.value.is_empty(),
            "{platform}"
        );
    }
    assert!(steps::scep(&read(with(device(), json!({"platform": "linux"})))).is_err());
}

#[test]
fn m135_where_the_user_picks_the_certificate_the_steps_say_so() {
    for (platform, said) in [
        ("android_fully_managed", true),
        ("android_personal_work_profile", true),
        ("android_dedicated", false),
        ("windows", false),
    ] {
        let steps = steps::scep(&read(with(device(), json!({"platform": platform})))).unwrap();
        let note = value(&steps, "VPN apps");
        assert_eq!(note.is_some_and(|note| note.contains("user confirms")), said, "{platform}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_subject_is_told_as_it_is(profile in profile(mdm::platform::Platform::Ios)) {
        let steps = steps::scep(&profile).unwrap();
        if let Some(text) = profile.subject.text() {
            prop_assert_eq!(value(&steps, "Subject name format"), Some(text));
        }
    }
}
