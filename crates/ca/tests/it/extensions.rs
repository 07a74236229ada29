//! Nothing of a request's extensions gets through: M18, M19, M26, threats 26, 27, V16.

use crate::world::{Ca, Key, cn, csr, csr_by, profile, profile_with, refused, unknown};
use ca::decide::Notice;
use ca::profile::Platform;
use pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage};
use pki::{Oid, oid};

const DS: KeyUsage = KeyUsage::DIGITAL_SIGNATURE;
const KE: KeyUsage = KeyUsage::KEY_ENCIPHERMENT;
const NR: KeyUsage = KeyUsage::NON_REPUDIATION;

#[test]
fn t27_powers_of_a_ca_are_refused() {
    let ca = Ca::new();
    let constraints = |ca, path_len| Extension::basic_constraints(BasicConstraints { ca, path_len });
    let asked = [
        constraints(true, None),
        constraints(true, Some(0)),
        constraints(false, Some(3)),
        Extension::key_usage(KeyUsage::KEY_CERT_SIGN),
        Extension::key_usage(DS.with(KeyUsage::CRL_SIGN)),
        Extension::key_usage(DS.with(KE).with(KeyUsage::KEY_CERT_SIGN)),
        unknown("2.5.29.30", true, &[0x30, 0]),
        unknown("2.5.29.33", false, &[0x30, 0]),
        unknown("2.5.29.36", true, &[0x30, 0]),
        unknown("2.5.29.54", true, &[2, 1, 0]),
    ];
    for extension in asked {
        let profile = profile_with(|settings| settings.use_requested_key_usages = true);
        assert_eq!(
            refused(ca.decide(&csr(&cn("d"), std::slice::from_ref(&extension)), &profile)),
            "CaPowers",
            "{extension:?}"
        );
    }
    assert!(ca.decide(&csr(&cn("d"), &[constraints(false, None)]), &profile()).is_ok());
}

#[test]
fn t26_sixty_purposes_asked_in_two_ways_change_nothing() {
    let ca = Ca::new();
    let mut oids: Vec<String> = (1..=40).map(|n| format!("1.3.6.1.5.5.7.3.{n}")).collect();
    oids.extend(
        ["2.5.29.37.0", "1.3.6.1.4.1.311.20.2.1", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.4.1.311.21.5"]
            .map(str::to_owned),
    );
    oids.extend((1..=16).map(|n| format!("1.3.6.1.4.1.311.10.3.{n}")));
    assert_eq!(oids.len(), 60);
    for text in oids {
        let purpose = Oid::new(&text).unwrap();
        let usage = Extension::extended_key_usage(&ExtendedKeyUsage(vec![purpose]));
        let policies = Extension { oid: oid::MS_APPLICATION_POLICIES, ..usage.clone() };
        let certificate = ca.issue(&csr(&cn("d"), &[usage, policies]), &profile());
        assert_eq!(certificate.extended_key_usage().unwrap().unwrap().0, [oid::CLIENT_AUTH], "{text}");
        assert!(pki::extension::find(certificate.extensions(), &oid::MS_APPLICATION_POLICIES).is_none());
    }
}

#[test]
fn v16_unknown_extensions_are_dropped_and_told() {
    let ca = Ca::new();
    let asked = [
        unknown("1.3.6.1.4.1.311.20.2", false, &[0x1e, 2, 0, 0x41]),
        unknown("1.3.6.1.4.1.311.21.7", false, &[0x30, 0]),
        unknown("2.5.29.32", false, &[0x30, 0]),
        unknown("1.2.3.4", true, &[5, 0]),
    ];
    let order = ca.decide(&csr(&cn("d"), &asked), &profile()).unwrap();
    assert_eq!(
        order.notices().iter().filter(|one| matches!(one, Notice::ExtensionDropped { .. })).count(),
        4
    );
    let (plain, full) =
        (ca.issue(&csr(&cn("d"), &[]), &profile()), ca.issue(&csr(&cn("d"), &asked), &profile()));
    assert_eq!(plain.extensions(), full.extensions());
}

#[test]
fn m18_key_usage_is_forced_unless_requested_usages_are_honoured() {
    let ca = Ca::new();
    let asked = csr(&cn("d"), &[Extension::key_usage(DS)]);
    assert_eq!(ca.issue(&asked, &profile()).key_usage().unwrap(), Some(DS.with(KE)));
    let requested = profile_with(|settings| settings.use_requested_key_usages = true);
    assert_eq!(ca.issue(&asked, &requested).key_usage().unwrap(), Some(DS));
    assert_eq!(ca.issue(&csr(&cn("d"), &[]), &requested).key_usage().unwrap(), Some(DS.with(KE)));
}

#[test]
fn m19_a_signature_certificate_before_and_after_enabling() {
    let ca = Ca::new();
    let asked = csr(&cn("Jane"), &[Extension::key_usage(DS)]);
    let before = profile_with(|settings| settings.extended_key_usage = vec!["emailProtection".into()]);
    let after = profile_with(|settings| {
        settings.extended_key_usage = vec!["emailProtection".into()];
        settings.use_requested_key_usages = true;
        settings.validity_days = 730;
    });
    let (before, after) = (ca.issue(&asked, &before), ca.issue(&asked, &after));
    assert_eq!(before.key_usage().unwrap(), Some(DS.with(KE)));
    assert_eq!(after.key_usage().unwrap(), Some(DS));
    assert_eq!(after.extended_key_usage().unwrap().unwrap().0, [oid::EMAIL_PROTECTION]);
    let days = |certificate: &pki::certificate::Certificate| {
        (certificate.not_after().unix() - certificate.not_before().unix() + 1) / 86_400
    };
    assert_eq!((days(&before), days(&after)), (365, 730));
}

#[test]
fn m26_apple_devices_never_get_non_repudiation() {
    let ca = Ca::new();
    let asked = csr(&cn("d"), &[Extension::key_usage(DS.with(NR))]);
    let with = |platform| {
        profile_with(|settings| {
            settings.platform = platform;
            settings.use_requested_key_usages = true;
        })
    };
    assert_eq!(ca.issue(&asked, &with(Platform::Windows)).key_usage().unwrap(), Some(DS.with(NR)));
    assert_eq!(ca.issue(&asked, &with(Platform::Apple)).key_usage().unwrap(), Some(DS));
    let only = csr(&cn("d"), &[Extension::key_usage(NR)]);
    assert_eq!(refused(ca.decide(&only, &with(Platform::Apple))), "NoKeyUsage");
}

#[test]
fn an_elliptic_curve_key_enciphers_nothing() {
    let ca = Ca::new();
    let asked = csr_by(&Key::p256(), &cn("d"), &[]);
    assert_eq!(ca.issue(&asked, &profile()).key_usage().unwrap(), Some(DS));
    let agreement = csr_by(&Key::p384(), &cn("d"), &[Extension::key_usage(DS.with(KeyUsage::KEY_AGREEMENT))]);
    let requested = profile_with(|settings| settings.use_requested_key_usages = true);
    assert_eq!(ca.issue(&agreement, &requested).key_usage().unwrap(), Some(DS.with(KeyUsage::KEY_AGREEMENT)));
}

#[test]
fn t15_malformed_extensions_are_refused() {
    let ca = Ca::new();
    for (extension, rule) in [
        (unknown("2.5.29.17", false, &[0x30, 0]), "Malformed"),
        (unknown("2.5.29.17", false, &[0x30, 3, 0x82, 1, 0xff]), "Malformed"),
        (unknown("2.5.29.15", false, &[3, 0]), "Malformed"),
        (unknown("2.5.29.19", false, &[5, 0]), "Malformed"),
        (unknown("2.5.29.37", false, &[0x30, 0]), "Malformed"),
    ] {
        assert_eq!(
            refused(ca.decide(&csr(&cn("d"), std::slice::from_ref(&extension)), &profile())),
            rule,
            "{extension:?}"
        );
    }
}
