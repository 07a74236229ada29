//! Windows: M75, M79, M81, M83, M86, M137, M138, M176, M193, M201.

use super::*;

const VERSION: &str = "10.0.22631";

fn with(provider: KeyStorageProvider, size: KeySize) -> Assignments {
    assigned(Profile { key_storage_provider: Some(provider), key_size: size, ..profile(Platform::Windows) })
}

#[test]
fn m81_the_key_goes_where_the_provider_says_or_nowhere() {
    use KeyStorageProvider::{HelloElseFail, Software, TpmElseFail, TpmElseSoftware};
    let mut old = device(Platform::Windows, VERSION);
    (old.hardware.tpm, old.hardware.hello) = (false, false);
    for (provider, place) in [
        (TpmElseSoftware, KeyPlace::Tpm),
        (TpmElseFail, KeyPlace::Tpm),
        (HelloElseFail, KeyPlace::Hello),
        (Software, KeyPlace::Software),
    ] {
        assert_eq!(
            order(&with(provider, KeySize::Bits2048), &device(Platform::Windows, VERSION)).place,
            place
        );
    }
    for provider in [TpmElseSoftware, Software] {
        assert_eq!(order(&with(provider, KeySize::Bits2048), &old).place, KeyPlace::Software);
    }
    for provider in [TpmElseFail, HelloElseFail] {
        let state = state(&with(provider, KeySize::Bits2048), &old);
        assert_eq!((state.row(), state.status()), ("M81", Status::Error), "{state:?}");
        assert_eq!(state.report().code, Some("0x87d1fde8"));
    }
}

#[test]
fn m83_a_mixed_fleet_succeeds_with_tpm_if_present() {
    let all = with(KeyStorageProvider::TpmElseSoftware, KeySize::Bits2048);
    for tpm in [true, false] {
        let mut laptop = device(Platform::Windows, VERSION);
        laptop.hardware.tpm = tpm;
        order(&all, &laptop);
    }
}

#[test]
fn m86_4096_bits_in_a_tpm_fail() {
    let laptop = device(Platform::Windows, VERSION);
    let state = state(&with(KeyStorageProvider::TpmElseFail, KeySize::Bits4096), &laptop);
    assert_eq!((state.row(), state.to_string().contains("software only")), ("M86", true), "{state}");
    order(&with(KeyStorageProvider::Software, KeySize::Bits4096), &laptop);
}

#[test]
fn m79_device_certificates_are_in_the_local_computers_store() {
    let laptop = device(Platform::Windows, VERSION);
    let stores = |profile| order(&assigned(profile), &laptop).stores;
    assert_eq!(stores(of_device(Platform::Windows, "CN={{DeviceName}}")), [Store::LocalComputer]);
    assert_eq!(stores(profile(Platform::Windows)), [Store::CurrentUser]);
}

#[test]
fn m138_enterprise_multi_session_is_windows() {
    let mut host = userless(Platform::Windows, VERSION);
    "windows10EnterpriseMultiSession".clone_into(&mut host.hardware.edition);
    order(&assigned(of_device(Platform::Windows, "CN={{DeviceName}}")), &host);
}

#[test]
fn m176_a_device_with_both_has_two_certificates() {
    let mut all = assigned(of_device(Platform::Windows, "CN={{DeviceName}}"));
    all.configurations.push(Assigned::scep("user", profile(Platform::Windows), Some("root".into())));
    let subjects: Vec<String> = outcomes(&all, &device(Platform::Windows, VERSION), NOW)
        .iter()
        .map(|outcome| outcome.order().unwrap().expected.subject.to_string())
        .collect();
    assert_eq!(subjects, ["CN=LAPTOP-7", "CN=janedoe"]);
}

#[test]
fn m193_an_edit_of_a_name_enrols_again_and_one_of_the_description_does_not() {
    let mut all = assigned(profile(Platform::Windows));
    let mut laptop = device(Platform::Windows, VERSION);
    laptop.install(held(Slot::of(SCEP), -10, 300));
    assert_eq!(outcome(&all, &laptop).step, Step::Keep);
    let one = all.find_mut(SCEP).unwrap();
    assert!(!one.edit(|profile| profile.description = "another".into()).is_empty());
    assert_eq!((one.revision, one.enrols_from), (2, 1));
    assert_eq!(outcome(&all, &laptop).step, Step::Keep);
    let sid = AlternativeName {
        kind: mdm::variable::SanType::Uri,
        value: "{{OnPremisesSecurityIdentifier}}".into(),
    };
    all.find_mut(SCEP).unwrap().edit(|profile| profile.alternative_names.push(sid));
    let outcome = outcome(&all, &laptop);
    assert!(matches!(&outcome.step, Step::Enrol(order) if order.revision == 3), "{outcome:?}");
    assert_eq!(outcome.row, "M193");
}

#[test]
fn m163_renewal_is_tried_at_each_cycle_until_it_succeeds() {
    let all = assigned(profile(Platform::Windows));
    let mut laptop = device(Platform::Windows, VERSION);
    laptop.unlocked = false;
    // 365 days, a fifth of them: from the 73rd day before the end.
    laptop.install(held(Slot::of(SCEP), 0, 365));
    let step = |day: i64| outcomes(&all, &laptop, NOW + day * DAY).remove(0);
    assert_eq!(step(291).step, Step::Keep);
    for day in [292, 293, 300, 365] {
        let outcome = step(day);
        assert!(matches!(outcome.step, Step::Renew(_)) && outcome.row == "M163", "day {day}: {outcome:?}");
    }
    assert!(matches!(step(366).step, Step::Enrol(_)));
}

#[test]
fn m201_what_configuration_manager_keeps_does_not_come_from_intune() {
    let all = assigned(profile(Platform::Windows));
    let mut laptop = device(Platform::Windows, VERSION);
    laptop.resources_elsewhere = true;
    let state = state(&all, &laptop);
    assert_eq!((state.row(), state.status()), ("M201", Status::NotApplicable), "{state}");
    assert!(state.help(Platform::Windows).is_some_and(|help| help.contains("Pilot Intune")));
    let trusts = outcomes(&all, &laptop, NOW).iter().any(|one| matches!(one.step, Step::Trust { .. }));
    assert!(!trusts, "the root comes all the same");
    laptop.resources_elsewhere = false;
    order(&all, &laptop);
}
