//! Whom assignments reach: M3, M92, M123, M144, M199, M200; Graph's JSON.

use super::*;
use mdm::format::graph::{write, write_root};
use serde_json::{Value, json};

/// Jane's device is in `machines`, Jane in `people`.
fn groups() -> Groups {
    let mut groups = Groups::default();
    groups.add("machines", "device-1");
    groups.add("people", "jane");
    groups
}

fn to(of_root: Vec<Assignment>, of_scep: Vec<Assignment>) -> Assignments {
    let profile = Profile { assignments: of_scep, ..profile(Platform::Windows) };
    let scep = Assigned::scep(SCEP, profile, Some("root".into()));
    Assignments { configurations: vec![root(Platform::Windows, of_root), scep], groups: groups() }
}

#[test]
fn m3_nine_ways_to_assign_root_and_profile() {
    let ways = [
        ("user", vec![group("people")]),
        ("device", vec![group("machines")]),
        ("both", vec![group("people"), group("machines")]),
    ];
    for (root, of_root) in &ways {
        for (scep, of_scep) in &ways {
            let outcome =
                outcome(&to(of_root.clone(), of_scep.clone()), &device(Platform::Windows, "10.0.22631"));
            match (*root, *scep) {
                ("user", "device") | ("device", "user") => {
                    assert_eq!(outcome.state(), Some(&State::RootElsewhere), "{root}, {scep}");
                    assert_eq!((outcome.row, outcome.state().unwrap().status()), ("M3", Status::Error));
                }
                _ => assert!(outcome.order().is_some(), "{root}, {scep}: {outcome:?}"),
            }
        }
    }
}

#[test]
fn m92_others_get_nothing_and_who_leaves_loses_the_certificate() {
    let mut laptop = device(Platform::Windows, "10.0.22631");
    let all = to(vec![group("people")], vec![group("others")]);
    assert_eq!(outcomes(&all, &laptop, NOW), []);
    laptop.install(held(Slot::of(SCEP), -10, 300));
    let gone = outcomes(&all, &laptop, NOW);
    assert!(matches!(gone.as_slice(), [Outcome { step: Step::Remove, row: "M92", .. }]), "{gone:?}");
    laptop.settle(&gone[0]);
    assert_eq!(laptop.held, []);
    let all = to(
        vec![group("people")],
        vec![group("people"), Assignment::Exclude(Group { id: "people".into(), members: None })],
    );
    assert_eq!(outcomes(&all, &laptop, NOW), []);
}

#[test]
fn m92_applicability_rules_are_windows_own() {
    let versions = Condition::Versions {
        min: OsVersion::parse("10.0.22000").unwrap(),
        max: OsVersion::parse("10.0.26100").unwrap(),
    };
    let rules = vec![ApplicabilityRule { effect: Effect::AssignIf, condition: versions }];
    let all = assigned(Profile { applicability_rules: rules.clone(), ..profile(Platform::Windows) });
    order(&all, &device(Platform::Windows, "10.0.22631"));
    let state = state(&all, &device(Platform::Windows, "10.0.19045"));
    assert_eq!((state.clone(), state.status()), (State::NotApplicable, Status::NotApplicable));
    let editions = Condition::Editions(vec!["windows10Home".into()]);
    let rules = vec![ApplicabilityRule { effect: Effect::DoNotAssignIf, condition: editions }];
    let all = assigned(Profile { applicability_rules: rules, ..profile(Platform::Windows) });
    let mut home = device(Platform::Windows, "10.0.22631");
    order(&all, &home);
    "windows10Home".clone_into(&mut home.hardware.edition);
    assert_eq!(super::state(&all, &home), State::NotApplicable);
}

#[test]
fn m123_m144_each_platform_takes_profiles_of_its_own_type_alone() {
    for of_profile in Platform::ALL.into_iter().filter(|one| one.rules().profile_type.value.is_some()) {
        for of_device in Platform::ALL.into_iter().filter(|one| one.rules().profile_type.value.is_some()) {
            let mut of = of_device_profile(of_profile);
            of.key_storage_provider = None;
            let outcome = outcome(&assigned(of), &userless(of_device, "10"));
            let fits = of_profile.installs_on(of_device);
            assert_eq!(outcome.order().is_some(), fits, "{of_profile} on {of_device}: {outcome:?}");
            if !fits {
                let state = outcome.state().unwrap();
                assert_eq!((state.row(), state.status()), ("M144", Status::NotApplicable));
            }
        }
    }
    // M123: the two categories of Android Enterprise.
    let (work, owner) = (Platform::AndroidPersonalWorkProfile, Platform::AndroidFullyManaged);
    assert!(!work.installs_on(owner) && owner.installs_on(Platform::AndroidDedicated));
}

fn of_device_profile(platform: Platform) -> Profile {
    of_device(platform, "CN={{DeviceName}}")
}

#[test]
fn m199_groups_of_devices_wait_for_the_registration() {
    let mut new = device(Platform::Windows, "10.0.22631");
    new.registered = false;
    let by = |id: &str| to(vec![group(id)], vec![group(id)]);
    order(&by("people"), &new);
    let state = state(&by("machines"), &new);
    assert_eq!((state.clone(), state.status()), (State::Registering, Status::Pending));
    new.registered = true;
    order(&by("machines"), &new);
}

#[test]
fn m200_by_user_or_by_device() {
    for id in ["people", "machines"] {
        order(&to(vec![group(id)], vec![group(id)]), &device(Platform::Windows, "10.0.22631"));
    }
    let mut left = to(vec![group("machines")], vec![group("machines")]);
    assert!(left.groups.remove("machines", "device-1") && !left.groups.remove("machines", "device-1"));
    assert_eq!(outcomes(&left, &device(Platform::Windows, "10.0.22631"), NOW), []);
}

/// Graph's answer for a configuration, `$expand`ed.
fn answered(mut body: Value, id: &str, more: Value) -> Value {
    let members = body.as_object_mut().unwrap();
    members.insert("id".into(), id.into());
    let target = json!({ "@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget" });
    members.insert("assignments".into(), json!([{ "id": "1", "target": target }]));
    members.append(&mut more.as_object().unwrap().clone());
    body
}

#[test]
fn graph_json_in_and_unknown_members_refused() {
    const ROOT: &str = "6f0c0000-0000-4000-8000-000000000001";
    const ID: &str = "6f0c0000-0000-4000-8000-000000000002";
    let Configuration::TrustedRoot(of_root) = root(Platform::Windows, Vec::new()).configuration else {
        panic!()
    };
    let bodies = (
        write_root(&of_root).unwrap(),
        write(
            &Profile {
                assignments: Vec::new(),
                key_storage_provider: Some(KeyStorageProvider::Software),
                ..profile(Platform::Windows)
            },
            Some(&mdm::graph::ConfigurationId::parse(ROOT).unwrap()),
        )
        .unwrap(),
    );
    let read = |more: Value| Assigned::from_graph(answered(bodies.1.clone(), ID, more));
    let configurations =
        vec![Assigned::from_graph(answered(bodies.0, ROOT, json!({}))).unwrap(), read(json!({})).unwrap()];
    let all = Assignments { configurations, ..Assignments::default() };
    assert_eq!(
        order(&all, &device(Platform::Windows, "10.0.22631")).expected.subject.to_string(),
        "CN=janedoe"
    );
    let refused = read(json!({ "renewalTreshold": 20 })).unwrap_err();
    assert!(refused.to_string().contains("renewalTreshold"), "{refused}");
    let filter = json!({ "deviceManagementApplicabilityRuleDeviceMode": { "deviceMode": "sMode" } });
    assert!(read(filter).is_err());
    assert_eq!(Assigned::from_graph(json!({})).unwrap_err(), Unknown::NoId);
}
