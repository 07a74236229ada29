//! Trusted certificates: M2, M5, M6, M88, M130, M195.

use super::*;

#[test]
fn m2_without_its_trusted_certificate_a_profile_asks_for_nothing() {
    let mut all = assigned(profile(Platform::Windows));
    let laptop = device(Platform::Windows, "10.0.22631");
    assert_eq!(order(&all, &laptop).expected.subject.to_string(), "CN=janedoe");
    all.configurations[0] = root(Platform::Windows, vec![group("others")]);
    let state = state(&all, &laptop);
    assert_eq!((state.clone(), state.row()), (State::RootMissing, "M2"));
    assert_eq!(state.to_string(), "blocked: trusted root missing");
    assert_eq!(state.report().status, Status::Pending);
}

#[test]
fn m88_a_reference_to_nothing_is_an_error() {
    let mut all = assigned(profile(Platform::Windows));
    all.configurations.remove(0);
    let state = state(&all, &device(Platform::Windows, "10.0.22631"));
    assert_eq!((state.clone(), state.row(), state.status()), (State::RootUnknown, "M88", Status::Error));
    // By name, as files have it.
    let mut all = assigned(profile(Platform::Windows));
    let named = |name: &str| RootCertificate { name: name.to_owned(), thumbprints: Vec::new() };
    let by_name = |name| Profile { root_certificates: vec![named(name)], ..profile(Platform::Windows) };
    all.configurations[1] = Assigned::scep(SCEP, by_name("Root"), None);
    order(&all, &device(Platform::Windows, "10.0.22631"));
    all.configurations[1] = Assigned::scep(SCEP, by_name("Another"), None);
    assert_eq!(super::state(&all, &device(Platform::Windows, "10.0.22631")), State::RootUnknown);
}

#[test]
fn m5_a_device_trusts_further_roots_and_the_profile_refers_to_one() {
    let mut all = assigned(profile(Platform::Windows));
    let mut other = root(Platform::Windows, vec![Assignment::AllDevices]);
    other.id = "access-points".into();
    all.configurations.push(other);
    let mut laptop = device(Platform::Windows, "10.0.22631");
    let outcomes = all.evaluate(&laptop, NOW, &mut Dice::new(1, "roots"));
    outcomes.iter().for_each(|outcome| laptop.settle(outcome));
    let ids: Vec<&str> = laptop.trusted.iter().map(|(id, _)| id.as_str()).collect();
    assert_eq!(ids, ["root", "access-points"]);
    let again = all.evaluate(&laptop, NOW, &mut Dice::new(1, "roots"));
    assert!(again.iter().take(2).all(|outcome| outcome.step == Step::Keep), "{again:?}");
    // Without it, nothing changes for the profile.
    all.configurations.pop();
    order(&all, &laptop);
}

#[test]
fn m6_windows_alone_looks_for_the_root_among_those_served() {
    for (platform, version) in
        [(Platform::Windows, "10.0.22631"), (Platform::Ios, "18"), (Platform::MacOs, "15")]
    {
        let root = order(&assigned(profile(platform)), &device(platform, version)).root;
        assert_eq!(root, (platform == Platform::Windows).then(|| certificate().sha1()), "{platform}");
    }
}

#[test]
fn m130_android_11_takes_no_root_from_a_device_administrator() {
    let platform = Platform::AndroidDeviceAdministrator;
    let all = assigned(profile(platform));
    order(&all, &device(platform, "10"));
    let state = state(&all, &device(platform, "11"));
    assert_eq!((state.clone(), state.row()), (State::RootRefused, "M130"));
    let mut knox = device(platform, "11");
    knox.hardware.knox = true;
    order(&all, &knox);
}
