//! iOS/iPadOS and macOS: M75, M80, M85, M139, M140, M165, M166.

use super::*;

#[test]
fn m80_the_user_channel_has_user_certificates_alone() {
    for (channel, kind, fits) in [
        (DeploymentChannel::Device, CertificateType::User, true),
        (DeploymentChannel::Device, CertificateType::Device, true),
        (DeploymentChannel::User, CertificateType::User, true),
        (DeploymentChannel::User, CertificateType::Device, false),
    ] {
        let profile = Profile {
            certificate_type: kind,
            deployment_channel: Some(channel),
            ..of_device(Platform::MacOs, "CN={{DeviceName}}")
        };
        let outcome = outcome(&assigned(profile), &device(Platform::MacOs, "15"));
        assert_eq!(outcome.order().is_some(), fits, "{channel:?} {kind:?}");
        assert!(fits || outcome.state() == Some(&State::Channel) && outcome.row == "M80");
    }
}

#[test]
fn m75_m139_the_channel_decides_the_keychain() {
    let stores = |channel| {
        let profile = Profile { deployment_channel: Some(channel), ..profile(Platform::MacOs) };
        order(&assigned(profile), &device(Platform::MacOs, "15")).stores
    };
    assert_eq!(stores(DeploymentChannel::Device), [Store::SystemKeychain]);
    assert_eq!(stores(DeploymentChannel::User), [Store::UserKeychain]);
    assert_eq!(
        order(&assigned(profile(Platform::Ios)), &device(Platform::Ios, "18")).stores,
        [Store::DeviceKeychain]
    );
}

#[test]
fn m85_an_old_system_makes_no_key_of_4096_bits() {
    for (platform, old, new) in [(Platform::Ios, "13.7", "14.0"), (Platform::MacOs, "10.15", "11.0")] {
        let all = assigned(Profile { key_size: KeySize::Bits4096, ..profile(platform) });
        let state = state(&all, &device(platform, old));
        assert_eq!(state.row(), "M85", "{state:?}");
        order(&all, &device(platform, new));
    }
}

fn referring(id: &str, platform: Platform) -> Assigned {
    let assignments = vec![Assignment::AllUsers];
    Assigned::network(id, Network { kind: NetworkKind::Wifi, scep: SCEP.into(), platform, assignments })
}

#[test]
fn m140_each_profile_that_refers_has_a_certificate_of_its_own() {
    for (platform, version, count) in
        [(Platform::Ios, "18", 3), (Platform::MacOs, "15", 3), (Platform::Windows, "10.0.22631", 1)]
    {
        let mut all = assigned(profile(platform));
        all.configurations.push(referring("wifi", platform));
        all.configurations.push(referring("vpn", platform));
        // One for other devices counts for nothing.
        all.configurations.push(referring("foreign", Platform::AndroidDedicated));
        let orders = outcomes(&all, &device(platform, version), NOW);
        let mut slots: Vec<_> = orders.iter().map(|outcome| outcome.slot.clone().unwrap()).collect();
        let subjects: Vec<_> =
            orders.iter().map(|one| one.order().unwrap().expected.subject.to_string()).collect();
        assert!(subjects.iter().all(|subject| *subject == "CN=janedoe"));
        slots.dedup();
        assert_eq!(slots.len(), count, "{platform}");
    }
}

#[test]
fn m165_an_iphone_renews_unlocked_and_in_the_window() {
    let all = assigned(profile(Platform::Ios));
    let step = |day: i64, unlocked| {
        let mut phone = device(Platform::Ios, "18");
        phone.unlocked = unlocked;
        phone.install(held(Slot::of(SCEP), 0, 365));
        outcomes(&all, &phone, NOW + day * DAY).remove(0)
    };
    assert_eq!((step(291, true).step, step(291, false).step), (Step::Keep, Step::Keep));
    assert!(matches!(step(292, true).step, Step::Renew(_)));
    let locked = step(292, false);
    assert_eq!((locked.state(), locked.row), (Some(&State::Locked), "M165"));
    assert_eq!(State::Locked.status(), Status::Pending);
}

#[test]
fn m166_an_expired_certificate_stays_until_the_device_was_excluded_and_included() {
    let (now, excluded) = (NOW + 366 * DAY, Group { id: "excluded".into(), members: None });
    let mut of = profile(Platform::Ios);
    of.assignments = vec![Assignment::AllUsers, Assignment::Exclude(excluded)];
    let mut all = assigned(of);
    let mut phone = device(Platform::Ios, "18");
    phone.install(held(Slot::of(SCEP), 0, 365));
    for day in [0, 1, 30] {
        let stuck = outcomes(&all, &phone, now + day * DAY).remove(0);
        assert_eq!((stuck.state(), stuck.row), (Some(&State::Stuck), "M166"));
        phone.settle(&stuck);
        assert_eq!(phone.held.len(), 1);
    }
    assert!(State::Stuck.to_string().contains("exclude the device from the profile"));
    all.groups.add("excluded", "jane");
    let out = outcomes(&all, &phone, now).remove(0);
    assert_eq!(out.step, Step::Remove);
    phone.settle(&out);
    all.groups.remove("excluded", "jane");
    assert!(matches!(outcomes(&all, &phone, now).remove(0).step, Step::Enrol(_)));
}
