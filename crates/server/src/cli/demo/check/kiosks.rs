//! Android: PIN, stores, and who asks for a certificate: M133 to M136.

use super::fleet::{SCEP, Scene, everybody, of_device, of_user};
use super::lab::Lab;
use super::verdict::{Verdict, ensure, trouble};
use mdm::device::Encryption;
use mdm::format::{graph, steps};
use mdm::lint::{Surroundings, lint};
use mdm::platform::{Platform, Store};
use mdm::profile::{CertificateAccess, Profile, ScepUrl};
use simulator::evaluation::{Assigned, Network, NetworkKind, State};

const ELSEWHERE: &str = "https://scep.example/scep/wifi";

pub(super) async fn m133(lab: &Lab) -> Verdict {
    let mut seen = Vec::new();
    for version in ["8.1", "9", "14"] {
        let profile = of_device(Platform::AndroidDedicated, &[ELSEWHERE])?;
        let mut kiosk = Scene::new(lab, profile, version)?;
        (kiosk.device.hardware.pin, kiosk.device.hardware.encryption) = (false, Encryption::WholeDisk);
        seen.push(kiosk.at(kiosk.now())?.state().cloned());
        kiosk.device.hardware.pin = true;
        kiosk.order(kiosk.now())?;
    }
    ensure!(seen == [Some(State::WaitingForPin), None, None], "Android 8.1, 9 and 14 without PIN: {seen:?}");
    let help = State::WaitingForPin.help(Platform::AndroidDedicated).ok_or("nothing says what to do")?;
    Ok(format!("a kiosk of Android 8.1 waits until a PIN is set, one of 9 or 14 does not; the help: {help}"))
}

pub(super) async fn m134(lab: &Lab) -> Verdict {
    let platform = Platform::AndroidFullyManaged;
    let mut seen = Vec::new();
    for kind in [None, Some(NetworkKind::Vpn), Some(NetworkKind::Wifi)] {
        let mut scene = Scene::new(lab, of_user(platform, &[ELSEWHERE])?, "14")?;
        if let Some(kind) = kind {
            let network = Network { kind, scep: SCEP.to_owned(), platform, assignments: everybody() };
            scene.all.configurations.push(Assigned::network("network", network));
        }
        let mut order = scene.order(scene.now())?;
        // Android asks over HTTPS; the lab's server stands behind what ends it.
        order.urls.urls = vec![ScepUrl::parse(&lab.main.url("intune")).map_err(trouble)?];
        let ended = scene.send(&order).await?.ended;
        ensure!(ended.is_installed(), "{}", ended.sentence());
        seen.push(scene.device.held.first().map(|held| held.stores.clone()).unwrap_or_default());
    }
    let both = vec![Store::VpnAndApps, Store::Wifi];
    ensure!(seen == [vec![Store::VpnAndApps], vec![Store::VpnAndApps], both], "the stores are {seen:?}");
    Ok("a certificate goes into the store of VPN and apps, and into that of Wi-Fi once a Wi-Fi profile refers to it".into())
}

fn note(platform: Platform, field: &str) -> Result<Option<String>, String> {
    let steps = steps::scep(&of_device(platform, &[ELSEWHERE])?).map_err(trouble)?;
    Ok(steps.into_iter().find(|step| step.field == field).map(|step| step.value))
}

pub(super) async fn m135(_: &Lab) -> Verdict {
    let mut said = String::new();
    for platform in [Platform::AndroidFullyManaged, Platform::AndroidPersonalWorkProfile] {
        said = note(platform, "VPN apps")?.ok_or_else(|| format!("no note for {platform}"))?;
    }
    for platform in [Platform::AndroidDedicated, Platform::Ios, Platform::Windows] {
        ensure!(note(platform, "VPN apps")?.is_none(), "{platform} has the note");
    }
    Ok(format!("the steps for fully managed and personally owned devices say of VPN apps: {said}"))
}

fn with(platform: Platform, access: CertificateAccess) -> Result<Profile, String> {
    Ok(Profile { certificate_access: Some(access), ..of_device(platform, &[ELSEWHERE])? })
}

/// Through Graph's form and back, and as the portal has it.
fn written(profile: &Profile) -> Result<(String, String), String> {
    let body = graph::write(profile, None).map_err(trouble)?;
    let word = body.get("certificateAccessType").and_then(|word| word.as_str()).map(str::to_owned);
    let back = graph::read(body, profile.name.clone(), Some(profile.platform)).map_err(trouble)?;
    let same = back.profile.certificate_access == profile.certificate_access;
    ensure!(same, "{} does not come back out of Graph's form", profile.platform);
    let steps = steps::scep(profile).map_err(trouble)?;
    let shown = steps.into_iter().find(|step| step.field == "Certificate access").map(|step| step.value);
    Ok((word.unwrap_or_default(), shown.unwrap_or_default()))
}

fn finds(profile: &Profile, code: &str) -> bool {
    lint(profile, &Surroundings::default()).iter().any(|found| found.rule.code == code)
}

pub(super) async fn m136(_: &Lab) -> Verdict {
    let owners =
        [Platform::AndroidFullyManaged, Platform::AndroidDedicated, Platform::AndroidCorporateWorkProfile];
    let apps = || CertificateAccess::SpecificApps(vec!["com.example.vpn".to_owned()]);
    for platform in owners {
        let by_user = written(&with(platform, CertificateAccess::UserApproval)?)?;
        let silent = written(&with(platform, apps())?)?;
        ensure!(
            by_user.0 == "userApproval" && silent.0 == "specificApps",
            "{platform}: {by_user:?} {silent:?}"
        );
        let told = by_user.1.contains("user approval") && silent.1.ends_with("com.example.vpn");
        ensure!(told, "{platform}: {by_user:?} {silent:?}");
    }
    let nobody = with(Platform::AndroidFullyManaged, CertificateAccess::SpecificApps(Vec::new()))?;
    ensure!(finds(&nobody, "PRF-932"), "a silent grant for no app is not found");
    ensure!(
        !finds(&with(Platform::AndroidFullyManaged, apps())?, "PRF-932"),
        "control: one app is found, too"
    );
    ensure!(finds(&with(Platform::Ios, apps())?, "PRF-931"), "iOS has no such setting, and nothing says so");
    Ok("approval by the user, or a silent grant for listed apps, in Graph's form and the portal's steps; an empty list is PRF-932".into())
}
