//! Whom a profile reaches, and where its key goes: M2, M3, M81, M92, M111, M112, M130 to M132, M144, M176, M199, M200.

use super::fleet::{SCEP, Scene, everybody, group, of_device, of_user};
use super::lab::Lab;
use super::verdict::{Verdict, ensure, trouble};
use mdm::device::Encryption;
use mdm::platform::Platform;
use mdm::profile::{
    ApplicabilityRule, Assignment, Condition, Effect, Group, KeyStorageProvider, OsVersion, SubjectName,
};
use simulator::evaluation::{Assigned, State, Status};

const WINDOWS: &str = "10.0.26100";
/// No question is asked there.
const ELSEWHERE: &str = "https://scep.example/scep/wifi";

fn here(lab: &Lab) -> String {
    lab.main.url("intune")
}

pub(super) async fn m2(lab: &Lab) -> Verdict {
    let mut scene = Scene::new(lab, of_user(Platform::Windows, &[&here(lab)])?, WINDOWS)?;
    scene.root_for(vec![group("others")]);
    let before = lab.reserved(&lab.main).await?;
    let state = scene.state(scene.now())?;
    ensure!(state == State::RootMissing, "without the root: {state}");
    ensure!(lab.reserved(&lab.main).await? == before, "a certificate was reserved all the same");
    scene.root_for(everybody());
    let certificate = scene.enrol().await?;
    let names = certificate.san().map_err(trouble)?.0;
    ensure!(certificate.subject().to_string() == "CN=ada", "the subject is {}", certificate.subject());
    ensure!(
        names.iter().any(|name| name.to_string() == "UPN:ada@contoso.example"),
        "the names are {names:?}"
    );
    Ok(format!("\"{state}\" and no request; with the root CN=ada and its UPN, as the profile says"))
}

pub(super) async fn m3(lab: &Lab) -> Verdict {
    let ways = [
        ("users", vec![Assignment::AllUsers]),
        ("devices", vec![Assignment::AllDevices]),
        ("both", everybody()),
    ];
    let mut failed = Vec::new();
    for (root, of_root) in &ways {
        for (scep, of_scep) in &ways {
            let mut profile = of_user(Platform::Windows, &[&here(lab)])?;
            profile.assignments.clone_from(of_scep);
            let mut scene = Scene::new(lab, profile, WINDOWS)?;
            scene.root_for(of_root.clone());
            match scene.at(scene.now())?.state() {
                None => drop(scene.enrol().await?),
                Some(State::RootElsewhere) => failed.push((*root, *scep)),
                Some(other) => return Err(format!("root for {root}, profile for {scep}: {other}")),
            }
        }
    }
    ensure!(failed == [("users", "devices"), ("devices", "users")], "these failed: {failed:?}");
    Ok("of nine ways to assign both, seven enrol; users against devices fails, and the reverse".into())
}

pub(super) async fn m81(lab: &Lab) -> Verdict {
    use KeyStorageProvider::{HelloElseFail, Software, TpmElseFail, TpmElseSoftware};
    let mut places = Vec::new();
    for provider in [TpmElseSoftware, TpmElseFail, HelloElseFail, Software] {
        for tpm in [true, false] {
            let mut profile = of_user(Platform::Windows, &[ELSEWHERE])?;
            profile.key_storage_provider = Some(provider);
            let mut scene = Scene::new(lab, profile, WINDOWS)?;
            scene.device.hardware.tpm = tpm;
            let outcome = scene.at(scene.now())?;
            places.push(outcome.order().map(|order| format!("{:?}", order.place)));
        }
    }
    let place = |name: &str| Some(name.to_owned());
    let expected = [
        place("Tpm"),
        place("Software"),
        place("Tpm"),
        None,
        None,
        None,
        place("Software"),
        place("Software"),
    ];
    ensure!(places == expected, "with and without TPM: {places:?}");
    Ok("four providers with and without TPM: TPM or software, TPM or nothing, Hello or nothing, software"
        .into())
}

pub(super) async fn m92(lab: &Lab) -> Verdict {
    let min = OsVersion::parse("10.0.22000").map_err(trouble)?;
    let max = OsVersion::parse("10.0.30000").map_err(trouble)?;
    let mut profile = of_user(Platform::Windows, &[ELSEWHERE])?;
    let condition = Condition::Versions { min, max };
    profile.applicability_rules = vec![ApplicabilityRule { effect: Effect::AssignIf, condition }];
    let mut scene = Scene::new(lab, profile.clone(), WINDOWS)?;
    scene.order(scene.now())?;
    let mut old = Scene::new(lab, profile.clone(), "10.0.19045")?;
    let state = old.state(old.now())?;
    ensure!(state.status() == Status::NotApplicable, "on Windows 10: {state}");
    profile.assignments.push(Assignment::Exclude(Group { id: "out".to_owned(), members: None }));
    let mut out = Scene::new(lab, profile, WINDOWS)?;
    let (user, device) = (out.device.user.clone().unwrap_or_default(), out.device.id.clone());
    for member in [&user, &device] {
        out.all.groups.add("out", member);
    }
    ensure!(out.at(out.now()).is_err(), "an excluded device gets the profile");
    Ok(format!("{state}; an excluded device gets nothing at all"))
}

pub(super) async fn m111(lab: &Lab) -> Verdict {
    let profile = of_user(Platform::AndroidDedicated, &[ELSEWHERE])?;
    let mut kiosk = Scene::new(lab, profile, "14")?;
    (kiosk.device.user, kiosk.device.facts.user) = (None, None);
    let state = kiosk.state(kiosk.now())?;
    ensure!(state.row() == "M111", "{state}");
    let mut works = Scene::new(lab, of_device(Platform::AndroidDedicated, &[ELSEWHERE])?, "14")?;
    works.order(works.now())?;
    Ok(format!("a kiosk and {{{{UserName}}}}: {state}; a device's profile works"))
}

pub(super) async fn m112(lab: &Lab) -> Verdict {
    let mut profile = of_user(Platform::Windows, &[&here(lab)])?;
    profile.subject = SubjectName::Custom("CN={{IMEI}}".to_owned());
    let mut tablet = Scene::new(lab, profile, WINDOWS)?;
    let state = tablet.state(tablet.now())?;
    ensure!(state.row() == "M112", "{state}");
    tablet.device.facts.device.imei = Some("490154203237518".to_owned());
    let certificate = tablet.enrol().await?;
    Ok(format!("a tablet: {state}; a telephone gets {}", certificate.subject()))
}

pub(super) async fn m130(lab: &Lab) -> Verdict {
    let profile = of_user(Platform::AndroidDeviceAdministrator, &[ELSEWHERE])?;
    let mut old = Scene::new(lab, profile.clone(), "10")?;
    old.order(old.now())?;
    let mut new = Scene::new(lab, profile, "11")?;
    let state = new.state(new.now())?;
    ensure!(state == State::RootRefused, "{state}");
    new.device.hardware.knox = true;
    new.order(new.now())?;
    Ok(format!("{state}; Android 10 and Knox go on"))
}

pub(super) async fn m131(lab: &Lab) -> Verdict {
    let mut profile = of_user(Platform::AndroidPersonalWorkProfile, &[ELSEWHERE])?;
    profile.subject = SubjectName::Custom("CN={{SerialNumber}}".to_owned());
    let mut old = Scene::new(lab, profile.clone(), "11")?;
    old.order(old.now())?;
    let mut new = Scene::new(lab, profile, "12")?;
    let state = new.state(new.now())?;
    ensure!(state.row() == "M112", "{state}");
    new.device.hardware.identifiers_known = true;
    new.order(new.now())?;
    Ok(format!("enrolled with Android 12: {state}; enrolled before: delivered"))
}

pub(super) async fn m132(lab: &Lab) -> Verdict {
    let mut scene = Scene::new(lab, of_user(Platform::AndroidFullyManaged, &[ELSEWHERE])?, "13")?;
    scene.device.hardware.pin = false;
    scene.order(scene.now())?;
    scene.device.hardware.encryption = Encryption::WholeDisk;
    let state = scene.state(scene.now())?;
    ensure!(state == State::WaitingForPin, "{state}");
    scene.device.hardware.pin = true;
    scene.order(scene.now())?;
    Ok(format!("{state}; files encrypted one by one wait for nothing"))
}

pub(super) async fn m144(lab: &Lab) -> Verdict {
    let mut pairs = 0;
    let typed = || Platform::ALL.into_iter().filter(|one| one.rules().profile_type.value.is_some());
    for of_profile in typed() {
        for of_device in typed() {
            let mut scene = Scene::new(lab, of_user(of_profile, &[ELSEWHERE])?, "15")?;
            scene.device.facts.device.platform = of_device;
            let outcome = scene.at(scene.now())?;
            let other = matches!(outcome.state(), Some(State::OtherPlatform { .. }));
            ensure!(other != of_profile.installs_on(of_device), "{of_profile} on {of_device}: {outcome:?}");
            pairs += usize::from(other);
        }
    }
    Ok(format!("not applicable for {pairs} pairs of profile and device, and never where the types are one"))
}

pub(super) async fn m176(lab: &Lab) -> Verdict {
    let mut scene = Scene::new(lab, of_user(Platform::Windows, &[&here(lab)])?, WINDOWS)?;
    let mut of_device = of_device(Platform::Windows, &[&here(lab)])?;
    of_device.name = mdm::profile::ProfileName::parse("second").map_err(trouble)?;
    let root = scene.all.find(SCEP).and_then(Assigned::as_scep).and_then(|scep| scep.root.clone());
    scene.enrol().await?;
    scene.all.configurations.push(Assigned::scep("second", of_device, root));
    let outcomes = scene.all.evaluate(&scene.device, scene.now(), &mut simulator::dice::Dice::new(1, "m176"));
    let order = outcomes.iter().find_map(simulator::evaluation::Outcome::order).cloned();
    scene.send(&order.ok_or("no second order")?).await?;
    ensure!(scene.device.held.len() == 2, "the device holds {}", scene.device.held.len());
    Ok("a user's and a device's certificate on one device, each with a key of its own".into())
}

pub(super) async fn m199(lab: &Lab) -> Verdict {
    let state = |assignment: Assignment| {
        let mut profile = of_user(Platform::Windows, &[ELSEWHERE])?;
        profile.assignments = vec![assignment];
        let mut scene = Scene::new(lab, profile, WINDOWS)?;
        scene.device.registered = false;
        Ok::<_, String>(scene.at(scene.now())?.state().cloned())
    };
    let (by_user, by_device) = (state(Assignment::AllUsers)?, state(Assignment::AllDevices)?);
    ensure!(by_user.is_none(), "by its user: {by_user:?}");
    ensure!(by_device == Some(State::Registering), "by itself: {by_device:?}");
    Ok("before the registration a device is reached by its user; by itself it waits".into())
}

pub(super) async fn m200(lab: &Lab) -> Verdict {
    for of_user_group in [true, false] {
        let mut profile = of_user(Platform::Windows, &[&here(lab)])?;
        profile.assignments = vec![group("some")];
        let mut scene = Scene::new(lab, profile, WINDOWS)?;
        ensure!(scene.at(scene.now()).is_err(), "a device outside of the group gets the profile");
        let user = scene.device.user.clone().unwrap_or_default();
        let member = if of_user_group { user } else { scene.device.id.clone() };
        scene.all.groups.add("some", &member);
        scene.enrol().await?;
    }
    Ok("a group of users and a group of devices: members enrol, others have nothing".into())
}
