//! Whose a certificate is, and which channel brings it: M75 to M80.

use super::fleet::{Scene, of_device, of_user};
use super::lab::Lab;
use super::profiles::codes;
use super::rollout::{applied, definition, office, planned};
use super::verdict::{Verdict, ensure, trouble};
use crate::cli::profile::told_changes;
use mdm::diff::{Consequence, changes};
use mdm::format::{graph, steps};
use mdm::lint::Surroundings;
use mdm::platform::{Platform, Store, UserPresence};
use mdm::profile::{CertificateType, DeploymentChannel, Profile, SubjectName};
use simulator::evaluation::State;

const WINDOWS: &str = "10.0.26100";
/// No question is asked there.
const ELSEWHERE: &str = "https://scep.example/scep/wifi";

fn found(profile: &Profile, code: &str) -> bool {
    codes(profile, &Surroundings::default()).iter().any(|one| one.0 == code)
}

/// A certificate of that type in that channel of a Mac.
fn on_mac(
    url: &str,
    certificate_type: CertificateType,
    channel: Option<DeploymentChannel>,
) -> Result<Profile, String> {
    let of = match certificate_type {
        CertificateType::User => of_user(Platform::MacOs, &[url])?,
        CertificateType::Device => of_device(Platform::MacOs, &[url])?,
    };
    Ok(Profile { deployment_channel: channel, ..of })
}

pub(super) async fn m75(lab: &Lab) -> Verdict {
    let url = lab.main.url("intune");
    for (kind, channel, store) in [
        (CertificateType::User, DeploymentChannel::User, Store::UserKeychain),
        (CertificateType::Device, DeploymentChannel::Device, Store::SystemKeychain),
    ] {
        let profile = on_mac(&url, kind, Some(channel))?;
        let told = ["PRF-121", "PRF-122", "PRF-123"].into_iter().find(|code| found(&profile, code));
        ensure!(told.is_none(), "{kind:?} in its own channel: {told:?}");
        let mut scene = Scene::new(lab, profile, "15")?;
        scene.enrol().await?;
        let stores = scene.device.held.first().map(|held| held.stores.clone()).unwrap_or_default();
        ensure!(stores == [store], "{kind:?}: the key is in {stores:?}");
        // The wrong channel, and none.
        let other = DeploymentChannel::ALL.into_iter().find(|one| *one != channel);
        let code = if kind == CertificateType::User { "PRF-122" } else { "PRF-121" };
        for (channel, code) in [(other, code), (None, "PRF-123")] {
            let wrong = on_mac(&url, kind, channel)?;
            ensure!(found(&wrong, code), "{kind:?} in {channel:?} is not {code}");
            let mended = mdm::lint::mend(&wrong, &Surroundings::default()).deployment_channel;
            ensure!(mended == own_channel(kind), "{kind:?}: mended to {mended:?}");
        }
    }
    Ok("users' keys are in the user's keychain, devices' in the system's; crossed pairs are PRF-121 and 122, mended"
        .into())
}

fn own_channel(kind: CertificateType) -> Option<DeploymentChannel> {
    Some(match kind {
        CertificateType::User => DeploymentChannel::User,
        CertificateType::Device => DeploymentChannel::Device,
    })
}

pub(super) async fn m76(lab: &Lab) -> Verdict {
    let office = office(lab).await?;
    let mut edited = definition(lab, "m76", Platform::MacOs)?;
    applied(&office, &edited).await?;
    let before = edited.profile.clone();
    edited.profile.description = "another".to_owned();
    planned(&office, &edited).await.map_err(|why| format!("control: a description is refused: {why}"))?;
    edited.profile.deployment_channel = Some(DeploymentChannel::User);
    edited.profile.certificate_type = CertificateType::User;
    let refused = planned(&office, &edited).await.err().ok_or("an edit of the channel is planned")?;
    ensure!(refused.contains("Fixed") && refused.contains("deployment_channel"), "refused for {refused}");
    let changed = changes(&before, &edited.profile);
    let channel = changed.iter().find(|one| one.setting == "deployment_channel").ok_or("no difference")?;
    ensure!(channel.consequence == Consequence::NewProfile, "{:?}", channel.consequence);
    let told = told_changes(&changed, true);
    ensure!(told.contains("create a new one, assign it, then remove this one"), "diff says {told}");
    let known = Surroundings { deployed: Some(Box::new(before)), ..Surroundings::default() };
    ensure!(codes(&edited.profile, &known).iter().any(|one| one.0 == "PRF-125"), "the linter allows it");
    Ok(format!("another channel is PRF-125 and is not planned; diff says: {}", channel.sentence))
}

pub(super) async fn m77(_: &Lab) -> Verdict {
    let mut pairs = 0;
    for platform in Platform::ALL.into_iter().filter(|one| one.rules().profile_type.value.is_some()) {
        for (profile, word) in
            [(of_user(platform, &[ELSEWHERE])?, "User"), (of_device(platform, &[ELSEWHERE])?, "Device")]
        {
            let steps = steps::scep(&profile).map_err(trouble)?;
            let on_page = steps.iter().find(|step| step.field == "Certificate type");
            let on_page = on_page.map(|step| step.value.as_str());
            ensure!(on_page == Some(word), "{platform}: the page has {on_page:?} for {word}");
            let written = graph::write(&profile, None).map_err(trouble)?;
            let read = graph::read(written, profile.name.clone(), Some(platform)).map_err(trouble)?;
            let kept = read.profile.certificate_type;
            ensure!(kept == profile.certificate_type, "{platform}: {word} became {kept:?}");
            let userless = word == "User" && platform.rules().user.value == UserPresence::Never;
            ensure!(found(&profile, "PRF-115") == userless, "{platform}: PRF-115 for {word}");
            pairs += 1;
        }
    }
    Ok(format!(
        "{pairs} pairs of platform and type are on the page and come back out of Graph, Android's included"
    ))
}

pub(super) async fn m78(lab: &Lab) -> Verdict {
    let subject = "CN={{UserName}},OU={{DeviceName}}";
    let mut user = of_user(Platform::Windows, &[&lab.main.url("intune")])?;
    user.subject = SubjectName::Custom(subject.to_owned());
    ensure!(!found(&user, "PRF-311"), "a user's certificate may not have both");
    let mut scene = Scene::new(lab, user.clone(), WINDOWS)?;
    let name = scene.device.facts.device.name.clone().unwrap_or_default();
    let certificate = scene.enrol().await?;
    let got = certificate.subject().to_string();
    ensure!(got.contains("CN=ada") && got.contains(&format!("OU={name}")), "the subject is {got}");
    let mut device = of_device(Platform::Windows, &[ELSEWHERE])?;
    ensure!(!found(&device, "PRF-311"), "a device's name is refused in a device's certificate");
    device.subject = SubjectName::Custom("CN={{UserName}}".to_owned());
    ensure!(found(&device, "PRF-311"), "CN={{{{UserName}}}} is no error in a device's certificate");
    let mut scene = Scene::new(lab, device, WINDOWS)?;
    let state = scene.state(scene.now())?;
    ensure!(state.row() == "M78", "{state}");
    Ok(format!("{got} for a user; CN={{{{UserName}}}} for a device is PRF-311, and on the device: {state}"))
}

pub(super) async fn m79(lab: &Lab) -> Verdict {
    let url = lab.main.url("intune");
    for (profile, store) in [
        (of_device(Platform::Windows, &[&url])?, Store::LocalComputer),
        (of_user(Platform::Windows, &[&url])?, Store::CurrentUser),
    ] {
        let mut scene = Scene::new(lab, profile, WINDOWS)?;
        scene.enrol().await?;
        let stores = scene.device.held.first().map(|held| held.stores.clone()).unwrap_or_default();
        ensure!(stores == [store], "the certificate is in {stores:?} instead of {store:?}");
    }
    let kiosk = |profile| {
        let mut scene = Scene::new(lab, profile, WINDOWS)?;
        (scene.device.user, scene.device.facts.user) = (None, None);
        Ok::<_, String>(scene)
    };
    kiosk(of_device(Platform::Windows, &[&url])?)?.enrol().await?;
    let mut of_nobody = kiosk(of_user(Platform::Windows, &[&url])?)?;
    let state = of_nobody.state(of_nobody.now())?;
    ensure!(state.row() == "M111", "a kiosk with a user's profile: {state}");
    Ok(format!(
        "a device's is in the local computer's store, a user's in the user's; a kiosk enrols as a device, else {state}"
    ))
}

pub(super) async fn m80(lab: &Lab) -> Verdict {
    let mut cells = Vec::new();
    for channel in DeploymentChannel::ALL {
        for kind in CertificateType::ALL {
            let profile = on_mac(ELSEWHERE, kind, Some(channel))?;
            let refused = found(&profile, "PRF-121");
            let mut scene = Scene::new(lab, profile, "15")?;
            let outcome = scene.at(scene.now())?;
            let held_up = outcome.state() == Some(&State::Channel);
            ensure!(held_up == outcome.order().is_none(), "{channel:?} {kind:?}: {outcome:?}");
            ensure!(refused == held_up, "{channel:?} {kind:?}: linter {refused}, device {held_up}");
            cells.push((channel, kind, !held_up));
        }
    }
    let expected = [
        (DeploymentChannel::Device, CertificateType::User, true),
        (DeploymentChannel::Device, CertificateType::Device, true),
        (DeploymentChannel::User, CertificateType::User, true),
        (DeploymentChannel::User, CertificateType::Device, false),
    ];
    ensure!(cells == expected, "the table is {cells:?}");
    Ok("the device channel has users' and devices' certificates, the user channel users' alone (PRF-121)"
        .into())
}
