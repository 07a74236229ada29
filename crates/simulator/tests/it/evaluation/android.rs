//! Android: M45, M131 to M134.

use super::*;
use mdm::device::Encryption;

const WORK: Platform = Platform::AndroidPersonalWorkProfile;

#[test]
fn m131_from_android_12_the_work_profile_hides_the_hardware() {
    for variable in ["SerialNumber", "IMEI", "MEID"] {
        let of = Profile { subject: SubjectName::Custom(format!("CN={{{{{variable}}}}}")), ..profile(WORK) };
        let all = assigned(of);
        subject(&all, &device(WORK, "11")).unwrap();
        let (sentence, row) = subject(&all, &device(WORK, "12")).unwrap_err();
        assert!(row == "M112" && sentence.contains(variable), "{sentence} {row}");
        let mut upgraded = device(WORK, "12");
        upgraded.hardware.identifiers_known = true;
        subject(&all, &upgraded).unwrap();
    }
}

#[test]
fn m132_a_disk_encrypted_as_a_whole_waits_for_a_pin() {
    for platform in [WORK, Platform::AndroidFullyManaged, Platform::AndroidCorporateWorkProfile] {
        let all = assigned(profile(platform));
        let mut phone = device(platform, "13");
        phone.hardware.pin = false;
        order(&all, &phone);
        phone.hardware.encryption = Encryption::WholeDisk;
        let state = state(&all, &phone);
        assert_eq!(
            (state.clone(), state.status(), state.row()),
            (State::WaitingForPin, Status::Pending, "M132")
        );
        assert!(state.to_string().starts_with("waiting for PIN"));
        phone.hardware.pin = true;
        order(&all, &phone);
    }
}

#[test]
fn m133_a_kiosk_of_android_9_has_its_pin_by_policy() {
    let all = assigned(of_device(Platform::AndroidDedicated, "CN={{DeviceName}}"));
    for (version, waits) in [("8.1", true), ("9", false), ("14", false)] {
        let mut kiosk = userless(Platform::AndroidDedicated, version);
        (kiosk.hardware.pin, kiosk.hardware.encryption) = (false, Encryption::WholeDisk);
        let outcome = outcome(&all, &kiosk);
        assert_eq!(outcome.state().is_some(), waits, "{version}: {outcome:?}");
        let help = outcome.state().and_then(|state| state.help(Platform::AndroidDedicated));
        assert_eq!(help.is_some_and(|help| help.contains("by hand")), waits, "{version}: {help:?}");
    }
}

#[test]
fn m134_the_store_of_wifi_has_it_too_once_a_wifi_profile_refers_to_it() {
    let mut all = assigned(profile(WORK));
    let phone = device(WORK, "14");
    assert_eq!(order(&all, &phone).stores, [Store::VpnAndApps]);
    for (kind, stores) in [
        (NetworkKind::Vpn, vec![Store::VpnAndApps]),
        (NetworkKind::Wifi, vec![Store::VpnAndApps, Store::Wifi]),
    ] {
        let network =
            Network { kind, scep: SCEP.into(), platform: WORK, assignments: vec![Assignment::AllUsers] };
        all.configurations.push(Assigned::network(format!("{kind:?}"), network));
        assert_eq!(order(&all, &phone).stores, stores);
    }
}

#[test]
fn m45_android_asks_over_https_only() {
    let urls = |all: &[&str]| all.iter().map(|url| ScepUrl::parse(url).unwrap()).collect::<Vec<_>>();
    let plain = urls(&["http://scep.example/a"]);
    let all = assigned(Profile { urls: plain.clone(), ..profile(WORK) });
    let state = state(&all, &device(WORK, "14"));
    assert_eq!((state.clone(), state.row()), (State::NoHttps, "M45"));
    order(&assigned(Profile { urls: plain, ..profile(Platform::Ios) }), &device(Platform::Ios, "18"));
    let both = urls(&["http://scep.example/a", "https://scep.example/b"]);
    let order = order(&assigned(Profile { urls: both, ..profile(WORK) }), &device(WORK, "14"));
    assert_eq!(order.urls.urls, urls(&["https://scep.example/b"]));
}
