//! Plans for a tenant: what is created, changed, assigned and left alone.

use crate::arbitrary::{any_profile, of_its_platform, root};
use crate::profile::{device, read, with};
use mdm::format::TrustedRoot;
use mdm::format::graph::{self, Imported};
use mdm::graph::ConfigurationId;
use mdm::platform::Platform;
use mdm::profile::{Assignment, Group, Profile, ProfileName};
use mdm::rollout::{Deed, Definition, Obstacle, Place, Plan, Present, plan};
use proptest::prelude::*;
use serde_json::{Value, json};

const GRAPH: &str = "https://graph.microsoft.com/";
const PILOT: &str = "93f57a7f-e646-4a5a-b6a4-7c19e6ca6244";
const OTHERS: &str = "0a257a7f-e646-4a5a-b6a4-7c19e6ca6244";

fn id(last: u8) -> ConfigurationId {
    ConfigurationId::parse(&format!("6f0c0000-0000-4000-a000-0000000000{last:02}")).unwrap()
}

fn group(id: &str) -> Assignment {
    Assignment::Group(Group { id: id.to_owned(), members: None })
}

fn trusted(platform: Platform) -> TrustedRoot {
    TrustedRoot { name: "Contoso root".to_owned(), ..root(platform) }
}

/// A device's profile for Windows that refers to [`trusted`] and is assigned to the pilot group.
fn wanted() -> Profile {
    let mut profile = read(with(device(), json!({"root_certificates": [{"name": "Contoso root"}]})));
    profile.assignments = vec![group(PILOT)];
    profile
}

fn definition(profile: Profile) -> Definition {
    let roots = vec![trusted(profile.platform)];
    Definition { profile, roots }
}

/// The plan, made.
fn made(profile: Profile, present: &Present) -> Plan {
    plan(&[definition(profile)], present).unwrap()
}

fn deeds(plan: &Plan) -> Vec<Deed> {
    plan.steps.iter().map(|step| step.deed).collect()
}

fn as_answered(profile: &Profile, root_id: &ConfigurationId) -> Imported {
    let mut body = graph::write(profile, Some(root_id)).unwrap();
    body["id"] = id(2).as_str().into();
    body["assignments"] = graph::assign_body(&profile.assignments).unwrap()["assignments"].clone();
    let mut found = graph::read(body, ProfileName::parse("found").unwrap(), None).unwrap();
    found.root = Some(trusted(profile.platform));
    found
}

/// A tenant in which all of this is done already.
fn done(profile: &Profile) -> Present {
    let held = TrustedRoot { assignments: profile.assignments.clone(), ..trusted(profile.platform) };
    Present { roots: vec![(id(1), held)], profiles: vec![(id(2), as_answered(profile, &id(1)))] }
}

#[test]
fn m88_the_root_is_first_and_the_profile_is_bound_to_it() {
    let plan = made(wanted(), &Present::default());
    assert_eq!(deeds(&plan), [Deed::CreateRoot, Deed::CreateProfile, Deed::AssignRoot, Deed::AssignProfile]);
    let ids = |step: usize| Some(format!("id-{step}"));
    let requests: Vec<_> = plan.steps.iter().map(|step| step.request(GRAPH, ids).unwrap()).collect();
    let list = "beta/deviceManagement/deviceConfigurations";
    let said: Vec<_> = requests.iter().map(|one| format!("{} {}", one.method, one.path)).collect();
    assert_eq!(
        said,
        [
            format!("POST {list}"),
            format!("POST {list}"),
            format!("POST {list}/id-0/assign"),
            format!("POST {list}/id-1/assign")
        ]
    );
    assert_eq!(requests[1].body["rootCertificate@odata.bind"], format!("{GRAPH}{list}('id-0')"));
    for assigned in &requests[2..] {
        assert_eq!(assigned.body["assignments"][0]["target"]["groupId"], PILOT, "M3: the same group");
    }
    assert_eq!(plan.steps[1].request(GRAPH, |_| None), None, "nothing is bound to what is not there");
}

#[test]
fn m5_a_further_root_goes_along_unbound() {
    let further = TrustedRoot { name: "Access points".to_owned(), ..root(Platform::Windows) };
    for at in [0, 1] {
        let mut definition = definition(wanted());
        definition.roots.insert(at, further.clone());
        let made = plan(&[definition.clone()], &Present::default()).unwrap();
        let names: Vec<&str> = made.steps.iter().take(2).map(|step| step.name.as_str()).collect();
        assert_eq!(names, ["Contoso root", "Access points"], "whichever is given first");
        assert_eq!(made.steps[2].root, Some(Place::Made(0)));
        let assigned = made.steps.iter().filter(|step| step.deed == Deed::AssignRoot).count();
        assert_eq!(assigned, 2);
        // With the CA's in the tenant it is the only one to be made, and still not bound.
        definition.roots.retain(|root| root.name == "Access points");
        let mut present = done(&wanted());
        present.profiles.clear();
        let made = plan(&[definition], &present).unwrap();
        assert_eq!(made.steps[1].root, Some(Place::Known(id(1))));
    }
}

#[test]
fn what_is_there_is_left_alone() {
    assert_eq!(made(wanted(), &done(&wanted())), Plan::default());
    // The certificate need not be given again.
    let again = Definition { profile: wanted(), roots: Vec::new() };
    assert_eq!(plan(&[again], &done(&wanted())), Ok(Plan::default()));
}

#[test]
fn m93_an_edit_sends_what_differs() {
    let mut edited = wanted();
    edited.renewal_threshold = 30.try_into().unwrap();
    let plan = made(edited.clone(), &done(&wanted()));
    assert_eq!(deeds(&plan), [Deed::ChangeProfile]);
    let request = plan.steps[0].request(GRAPH, |_| None).unwrap();
    assert_eq!((request.method, request.path.ends_with(id(2).as_str())), ("PATCH", true));
    assert_eq!(
        request.body,
        json!({"@odata.type": "#microsoft.graph.windows81SCEPCertificateProfile", "renewalThresholdPercentage": 30})
    );
    assert!(!plan.steps[0].enrols_again());
    edited.alternative_names.clear();
    let plan = made(edited, &done(&wanted()));
    assert!(plan.steps[0].enrols_again(), "{:?}", plan.steps[0].changes);
    assert_eq!(
        plan.steps[0].request(GRAPH, |_| None).unwrap().body["customSubjectAlternativeNames"],
        json!([])
    );
    let mut unset = wanted();
    unset.hash_algorithms.clear();
    let request = made(unset, &done(&wanted())).steps[0].request(GRAPH, |_| None).unwrap();
    assert_eq!(request.body.get("hashAlgorithm"), Some(&Value::Null));
}

#[test]
fn nobody_loses_an_assignment() {
    let mut present = done(&wanted());
    present.profiles[0].1.profile.assignments.push(group(OTHERS));
    let plan = made(wanted(), &present);
    // The root lacks the group that the profile has (M3).
    assert_eq!(deeds(&plan), [Deed::AssignRoot]);
    let mut more = wanted();
    more.assignments = vec![
        group("aaaa7a7f-e646-4a5a-b6a4-7c19e6ca6244"),
        Assignment::Exclude(Group { id: OTHERS.into(), members: None }),
    ];
    let plan = made(more, &done(&wanted()));
    assert_eq!(deeds(&plan), [Deed::AssignRoot, Deed::AssignProfile]);
    let count = |at: usize| {
        let request = plan.steps[at].request(GRAPH, |_| None).unwrap();
        request.body["assignments"].as_array().unwrap().len()
    };
    assert_eq!((count(0), count(1)), (2, 3), "the pilot group stays; roots are kept from nobody");
}

#[test]
fn another_root_is_bound_by_a_change() {
    let mut present = done(&wanted());
    present.profiles[0].1.root_id = Some(id(9));
    let plan = made(wanted(), &present);
    assert_eq!(deeds(&plan), [Deed::ChangeProfile]);
    assert_eq!(plan.steps[0].root, Some(Place::Known(id(1))));
}

#[test]
fn two_profiles_share_a_root() {
    let mut other = wanted();
    other.name = ProfileName::parse("another").unwrap();
    let plan = plan(&[definition(wanted()), definition(other)], &Present::default()).unwrap();
    let created = plan.steps.iter().filter(|step| step.deed == Deed::CreateRoot).count();
    assert_eq!((created, plan.steps.len()), (1, 6));
}

#[test]
fn what_stands_in_the_way_is_named() {
    let refused =
        |definition: Definition, present: &Present| plan(&[definition], present).unwrap_err().remove(0);
    let mut twice = done(&wanted());
    twice.profiles.push((id(3), as_answered(&wanted(), &id(1))));
    assert!(matches!(refused(definition(wanted()), &twice), Obstacle::Several { ids, .. } if ids.len() == 2));
    let both = [definition(wanted()), definition(wanted())];
    assert!(matches!(plan(&both, &Present::default()).unwrap_err()[0], Obstacle::Twice(_)));
    let mut der = trusted(Platform::Windows).certificate.der().to_vec();
    *der.last_mut().unwrap() ^= 1;
    let mut other = definition(wanted());
    other.roots[0].certificate = pki::certificate::Certificate::parse(&der).unwrap();
    assert!(matches!(refused(other, &done(&wanted())), Obstacle::OtherCertificate(_)));
    let bare = Definition { profile: wanted(), roots: Vec::new() };
    assert_eq!(refused(bare, &Present::default()), Obstacle::NoRoot("Contoso root".into()));
    let mut rootless = wanted();
    rootless.root_certificates.clear();
    let none = Definition { profile: rootless, roots: Vec::new() };
    assert!(matches!(refused(none, &Present::default()), Obstacle::Rootless(_)));
    let print = json!({"root_certificates": [{"name": "Contoso root", "thumbprints": ["00".repeat(20)]}]});
    let other = read(with(device(), print));
    assert!(matches!(refused(definition(other), &Present::default()), Obstacle::OtherThumbprint(_)));
    let mut channel = Profile { platform: Platform::MacOs, ..wanted() };
    let macos = done(&channel);
    channel.deployment_channel = Some(mdm::profile::DeploymentChannel::Device);
    assert!(
        matches!(refused(definition(channel), &macos), Obstacle::Fixed { setting, .. } if setting == "deployment_channel")
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_same_twice_is_nothing_the_second_time(profile in any_profile()) {
        let mut profile = of_its_platform(profile);
        profile.root_certificates = wanted().root_certificates;
        profile.assignments = vec![group(PILOT), Assignment::AllDevices];
        if let Ok(first) = plan(&[definition(profile.clone())], &Present::default()) {
            prop_assert_eq!(first.steps.len(), 4);
            prop_assert_eq!(made(profile.clone(), &done(&profile)), Plan::default());
        }
    }
}
