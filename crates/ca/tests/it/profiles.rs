//! Certificate profiles: M14 to M16, M23, M25, M27, M35.

use crate::world::{Ca, cn, csr, profile, profile_with, refused};
use ca::profile::{
    CertificateProfile, KeyStorage, Platform, ProfileName, ProfileSet, Purpose, SanKind, Settings, Slots,
    State, Warning,
};
use ca::rejection::AuthorityFault;
use pki::extension::KeyUsage;

/// The settings that are wrong in what `change` makes.
fn faults(change: impl FnOnce(&mut Settings)) -> Vec<&'static str> {
    let mut settings = Settings::named("devices");
    change(&mut settings);
    settings.check().expect_err("should be refused").into_iter().map(|fault| fault.setting).collect()
}

#[test]
fn m35_all_ten_attributes_survive_a_round_trip() {
    let settings = Settings {
        certificate_type: ca::profile::CertificateType::User,
        subject_required: vec!["CN".into()],
        san_required: vec![SanKind::Upn],
        validity_days: 180,
        key_storage: KeyStorage::Tpm,
        key_usage: vec!["digitalSignature".into()],
        rsa_sizes: vec![3072.try_into().unwrap()],
        hash: ca::profile::settings::Hash::Sha384,
        authority: "second".into(),
        extended_key_usage: vec!["clientAuth".into(), "emailProtection".into()],
        ..Settings::named("users")
    };
    let text = serde_json::to_string(&settings).unwrap();
    assert_eq!(serde_json::from_str::<Settings>(&text).unwrap(), settings);
    let profile = settings.check().unwrap();
    assert_eq!(profile.authority, "second");
    assert_eq!(profile.validity.period, 180 * 86_400);
}

#[test]
fn a_name_is_all_that_has_to_be_said() {
    let settings: Settings = serde_json::from_str(r#"{"name": "devices"}"#).unwrap();
    assert_eq!(settings, Settings::named("devices"));
    assert!(settings.check().is_ok());
}

#[test]
fn unknown_settings_and_weak_values_cannot_be_written() {
    for text in [
        r#"{"name": "d", "validity": 1}"#,
        r#"{"name": "d", "rsa_sizes": [1024]}"#,
        r#"{"name": "d", "hash": "sha1"}"#,
        r#"{"name": "d", "curves": ["P-192"]}"#,
        r#"{"name": "d", "publish_in_active_directory": true}"#,
    ] {
        assert!(serde_json::from_str::<Settings>(text).is_err(), "{text}");
    }
}

#[test]
fn every_wrong_setting_is_named() {
    assert_eq!(faults(|s| s.name = "Devices".into()), ["name"]);
    assert_eq!(faults(|s| s.name = String::new()), ["name"]);
    assert_eq!(faults(|s| s.name = "../x".into()), ["name"]);
    assert_eq!(faults(|s| s.validity_days = 1000), ["validity_days"]);
    assert_eq!(faults(|s| s.validity_days = 0), ["validity_days", "backdate_hours"]);
    assert_eq!(faults(|s| s.max_validity_days = 20_000), ["max_validity_days"]);
    assert_eq!(faults(|s| s.backdate_hours = 100), ["backdate_hours"]);
    assert_eq!(faults(|s| s.subject_allowed.push("XYZ".into())), ["subject_allowed"]);
    assert_eq!(faults(|s| s.subject_required.push("STREET".into())), ["subject_required"]);
    assert_eq!(
        faults(|s| {
            s.san_allowed.clear();
            s.san_required.push(SanKind::Ip);
        }),
        ["san_required"]
    );
    assert_eq!(faults(|s| s.domains.push("*.x".into())), ["domains"]);
    assert_eq!(faults(|s| s.extended_key_usage.clear()), ["extended_key_usage"]);
    assert_eq!(faults(|s| s.key_usage = vec!["keyCertSign".into()]), ["key_usage", "key_usage"]);
    assert_eq!(faults(|s| s.key_usage.clear()), ["key_usage"]);
    assert_eq!(faults(|s| s.crl_urls.push("https://a/b".into())), ["crl_urls"]);
    assert_eq!(faults(|s| s.ocsp_urls.push("http://".into())), ["ocsp_urls"]);
    assert_eq!(faults(|s| s.ca_issuers_urls.push("ldap:///x".into())), ["ca_issuers_urls"]);
    assert_eq!(
        faults(|s| {
            s.rsa_sizes.clear();
            s.curves.clear();
        }),
        ["rsa_sizes"]
    );
}

/// The lint `usage_consistency` would refuse each certificate; the profile is refused when it is written.
#[test]
fn purposes_that_the_key_usage_rules_out_are_a_fault_of_the_profile() {
    let given = |usages: &'static [&str], purpose: &'static str, rsa: bool, elliptic: bool| {
        let mut settings = Settings {
            key_usage: usages.iter().map(|usage| (*usage).into()).collect(),
            extended_key_usage: vec![purpose.into()],
            ..Settings::named("devices")
        };
        settings.rsa_sizes.retain(|_| rsa);
        settings.curves.retain(|_| elliptic);
        let faults = settings.check().err().unwrap_or_default();
        faults.into_iter().map(|fault| fault.setting).collect::<Vec<_>>()
    };
    for usages in [&["keyEncipherment"] as &[&str], &["dataEncipherment"], &["nonRepudiation"]] {
        assert_eq!(given(usages, "clientAuth", true, true), ["key_usage"], "{usages:?}");
    }
    assert_eq!(given(&["keyEncipherment", "keyAgreement"], "codeSigning", false, true), ["key_usage"]);
    // An RSA key is left with keyEncipherment alone.
    assert_eq!(given(&["keyEncipherment", "keyAgreement"], "clientAuth", true, true), ["key_usage"]);
    let sound = [
        (&["keyEncipherment", "keyAgreement"] as &[&str], "clientAuth", false, true),
        (&["keyEncipherment"], "emailProtection", true, true),
        (&["keyEncipherment"], "serverAuth", true, false),
        (&["keyEncipherment"], "1.2.3.4", true, false),
        (&["keyEncipherment", "digitalSignature"], "clientAuth", true, true),
        // Which purposes a key that agrees can serve is asked only where there is such a key.
        (&["keyAgreement"], "clientAuth", true, true),
    ];
    for (usages, purpose, rsa, elliptic) in sound {
        assert!(given(usages, purpose, rsa, elliptic).is_empty(), "{usages:?} {purpose}");
    }
}

#[test]
fn t26_purposes_with_power_over_others_cannot_be_configured() {
    for purpose in ["2.5.29.37.0", "1.3.6.1.5.5.7.3.9", "1.3.6.1.4.1.311.20.2.1"] {
        assert_eq!(faults(|s| s.extended_key_usage.push(purpose.into())), ["extended_key_usage"]);
    }
}

#[test]
fn m26_non_repudiation_cannot_be_configured_for_apple() {
    let change = |platform| {
        move |settings: &mut Settings| {
            settings.platform = platform;
            settings.key_usage.push("nonRepudiation".into());
        }
    };
    assert_eq!(faults(change(Platform::Apple)), ["key_usage"]);
    assert!(profile_with(change(Platform::Windows)).usage.key_usage.contains(KeyUsage::NON_REPUDIATION));
}

#[test]
fn m16_m25_what_is_seldom_meant_is_told() {
    let warned = |change: fn(&mut Settings), warning| profile_with(change).warnings().contains(&warning);
    assert!(warned(|s| s.validity_days = 4, Warning::ShortValidity));
    assert!(!warned(|s| s.validity_days = 5, Warning::ShortValidity));
    assert!(warned(|s| (s.validity_days, s.max_validity_days) = (760, 760), Warning::LongValidity));
    assert!(!warned(|s| s.validity_days = 730, Warning::LongValidity));
    assert!(warned(|s| s.extended_key_usage = vec!["serverAuth".into()], Warning::NoClientAuth));
    assert!(warned(|s| s.extended_key_usage.push("serverAuth".into()), Warning::FurtherUsages));
    assert!(warned(|s| s.extended_key_usage = vec!["emailProtection".into()], Warning::MailEncryption));
    assert!(warned(|_| {}, Warning::AnyDomain));
    assert!(!warned(|s| s.domains = vec!["contoso.com".into()], Warning::AnyDomain));
    for warning in profile().warnings() {
        assert!(!warning.to_string().is_empty());
    }
}

#[test]
fn m23_profiles_are_bound_by_name_and_not_by_display_name() {
    let named = |name: &str, display: &str| -> CertificateProfile {
        let settings = Settings { display_name: Some(display.into()), ..Settings::named(name) };
        settings.check().unwrap()
    };
    let set = ProfileSet::new(vec![named("devices", "Wi-Fi Devices"), named("users", "Users 2026")]).unwrap();
    assert_eq!(set.find("devices").unwrap().display_name, "Wi-Fi Devices");
    let error = set.find("Wi-Fi Devices").unwrap_err();
    assert_eq!(error.meant.as_deref(), Some("devices"));
    assert!(error.to_string().contains("bind to the name"));
    assert_eq!(set.find("nothing").unwrap_err().meant, None);
    // Renamed for people: the binding stands.
    let renamed = ProfileSet::new(vec![named("devices", "Something else")]).unwrap();
    assert!(renamed.find("devices").is_ok());
    assert!(ProfileSet::new(vec![named("a", "x"), named("a", "y")]).is_err());
}

#[test]
fn m29_a_draft_issues_nothing_and_a_profile_of_another_ca_neither() {
    let (ca, csr) = (Ca::new(), csr(&cn("d"), &[]));
    assert_eq!(refused(ca.decide(&csr, &profile_with(|s| s.state = State::Draft))), "ProfileNotPublished");
    // Nobody could say later by which rules its certificates were made.
    assert_eq!(refused(ca.decide(&csr, &profile().numbered(0))), "ProfileNotPublished");
    assert!(ca.decide(&csr, &profile()).is_ok(), "control: published and recorded");
    assert_eq!(refused(ca.decide(&csr, &profile_with(|s| s.authority = "other".into()))), "OtherAuthority");
}

#[test]
fn m30_the_key_usage_chooses_the_slot() {
    let name = |text: &str| ProfileName::try_from(text.to_owned()).unwrap();
    let (signs, ciphers) = (KeyUsage::DIGITAL_SIGNATURE, KeyUsage::KEY_ENCIPHERMENT);
    let asked = [
        (Some(signs), Purpose::Signature),
        (Some(ciphers), Purpose::Encryption),
        (Some(signs.with(ciphers)), Purpose::General),
        (None, Purpose::General),
        (Some(signs.with(KeyUsage::NON_REPUDIATION)), Purpose::Signature),
        (Some(KeyUsage::DATA_ENCIPHERMENT), Purpose::Encryption),
        (Some(KeyUsage::KEY_AGREEMENT), Purpose::Encryption),
        // What an authority alone may have says nothing; the decision refuses it.
        (Some(KeyUsage::KEY_CERT_SIGN), Purpose::General),
    ];
    let slots = [
        (Purpose::Signature, Slots { signature: Some(name("s")), ..Slots::default() }),
        (Purpose::Encryption, Slots { encryption: Some(name("s")), ..Slots::default() }),
        (Purpose::General, Slots { general: Some(name("s")), ..Slots::default() }),
    ];
    for (usage, purpose) in asked {
        assert_eq!(Purpose::asked(usage), purpose, "{usage:?}");
        for (slot, only) in &slots {
            let chosen = only.choose(Purpose::asked(usage)).map(ProfileName::as_str);
            if *slot == purpose {
                assert_eq!(chosen, Ok("s"), "{usage:?} in {slot}");
            } else {
                assert!(matches!(chosen, Err(AuthorityFault::NoSlot { .. })), "{usage:?} in {slot}");
            }
        }
        assert_eq!(Slots::all(&name("one")).choose(purpose).map(ProfileName::as_str), Ok("one"));
    }
}
