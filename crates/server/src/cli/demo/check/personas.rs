//! The kinds of Android, each with what it has and has not: M123, M126, M127, M128.

use super::fleet::{Scene, of_device, of_user};
use super::lab::{Lab, told};
use super::presets::authority;
use super::subjects::codes;
use super::verdict::{Verdict, ensure, trouble};
use crate::cli::profile::{begun, sound};
use mdm::format::graph;
use mdm::platform::Platform;
use mdm::preset::Preset;
use mdm::profile::{CertificateAccess, Profile, Purpose, SubjectName};
use simulator::evaluation::{State, Status};

const ELSEWHERE: &str = "https://scep.example/scep/wifi";
const OWNED: [Platform; 3] =
    [Platform::AndroidFullyManaged, Platform::AndroidDedicated, Platform::AndroidCorporateWorkProfile];
const PERSONAL: Platform = Platform::AndroidPersonalWorkProfile;

fn new(preset: Preset, platform: Platform) -> Result<Profile, String> {
    begun(preset, platform, &authority(ELSEWHERE)?, false).map_err(|failure| told(&failure))
}

/// What a profile for one kind of device is on another.
fn on<'a>(lab: &'a Lab, profile: Platform, device: Platform) -> Result<Scene<'a>, String> {
    let mut scene = Scene::new(lab, of_device(profile, &[ELSEWHERE])?, "14")?;
    scene.device.facts.device.platform = device;
    Ok(scene)
}

pub(super) async fn m123(lab: &Lab) -> Verdict {
    let typed = |platform| {
        let body = graph::write(&new(Preset::WifiDevice, platform)?, None).map_err(trouble)?;
        body["@odata.type"].as_str().map(str::to_owned).ok_or_else(|| "the profile has no type".to_owned())
    };
    let personal = typed(PERSONAL)?;
    ensure!(
        personal == "#microsoft.graph.androidWorkProfileScepCertificateProfile",
        "{PERSONAL}: {personal}"
    );
    for platform in OWNED {
        let owned = typed(platform)?;
        ensure!(owned == "#microsoft.graph.androidDeviceOwnerScepCertificateProfile", "{platform}: {owned}");
        for (profile, device) in [(platform, PERSONAL), (PERSONAL, platform)] {
            let mut wrong = on(lab, profile, device)?;
            let state = wrong.state(wrong.now())?;
            let other = matches!(state, State::OtherPlatform { .. });
            ensure!(other && state.status() == Status::NotApplicable, "{profile} on {device}: {state}");
        }
        let mut right = on(lab, OWNED[0], platform)?;
        right.order(right.now())?;
    }
    Ok("Graph has one type for the three with a device owner and one for personal work profiles; each is not \
        applicable to the other"
        .into())
}

pub(super) async fn m126(lab: &Lab) -> Verdict {
    let for_apps = |platform| {
        let profile = new(Preset::WifiDevice, platform)?;
        let apps = CertificateAccess::SpecificApps(vec!["com.example.mail".to_owned()]);
        Ok::<_, String>(Profile { certificate_access: Some(apps), ..profile })
    };
    ensure!(
        codes(&for_apps(Platform::AndroidDedicated)?).contains(&"PRF-935"),
        "apps on kiosks pass the linter"
    );
    ensure!(!codes(&for_apps(Platform::AndroidFullyManaged)?).contains(&"PRF-935"), "control: fully managed");
    ensure!(
        new(Preset::SmimeSigning, Platform::AndroidDedicated).is_err(),
        "there is a mail preset for kiosks"
    );
    let mut vpn = new(Preset::WifiDevice, Platform::AndroidDedicated)?;
    vpn.extended_key_usages.push(Purpose::IpsecUser);
    sound(&vpn).map_err(|failure| told(&failure))?;
    let mut kiosk = on(lab, Platform::AndroidDedicated, Platform::AndroidDedicated)?;
    kiosk.order(kiosk.now())?;
    Ok("a dedicated device asks for a certificate for Wi-Fi and VPN; apps in its list are PRF-935, there alone"
        .into())
}

pub(super) async fn m127(_: &Lab) -> Verdict {
    for platform in [Platform::AospUserAffine, Platform::AospUserless] {
        let wifi = new(Preset::WifiDevice, platform)?;
        sound(&wifi).map_err(|failure| format!("control: {platform}, Wi-Fi: {}", told(&failure)))?;
        for purpose in [Purpose::IpsecEndSystem, Purpose::IpsecTunnel, Purpose::IpsecUser] {
            let mut vpn = wifi.clone();
            vpn.extended_key_usages.push(purpose);
            let refused = sound(&vpn).err().ok_or_else(|| format!("exported for VPN on {platform}"))?;
            let told = told(&refused);
            ensure!(told.contains("PRF-809"), "refused for another reason: {told}");
        }
        ensure!(new(Preset::AzureVpn, platform).is_err(), "there is a VPN preset for {platform}");
    }
    let mut elsewhere = new(Preset::WifiDevice, Platform::AndroidFullyManaged)?;
    elsewhere.extended_key_usages.push(Purpose::IpsecUser);
    sound(&elsewhere).map_err(|failure| format!("control: fully managed: {}", told(&failure)))?;
    Ok("export refuses a purpose of VPN on AOSP (PRF-809), there is no preset for it; Wi-Fi is written"
        .into())
}

pub(super) async fn m128(lab: &Lab) -> Verdict {
    let supported = Platform::ALL.into_iter().filter(|one| one.rules().profile_type.value.is_some());
    for variable in ["OnPremisesSamAccountName", "OnPrem_Distinguished_Name", "Department"] {
        let profile = |platform| {
            let subject = SubjectName::Custom(format!("CN=\"{{{{{variable}}}}}\""));
            Ok::<_, String>(Profile { subject, ..of_user(platform, &[ELSEWHERE])? })
        };
        for platform in supported.clone() {
            let told = codes(&profile(platform)?).contains(&"PRF-315");
            ensure!(told == (platform == Platform::AospUserAffine), "{variable} on {platform}: {told}");
        }
        let userless = codes(&profile(Platform::AospUserless)?);
        ensure!(userless.contains(&"PRF-312"), "{variable} without a user: {userless:?}");
        let mut device = Scene::new(lab, profile(Platform::AospUserAffine)?, "13")?;
        let state = device.state(device.now())?;
        ensure!(state.row() == "M128", "{variable} on a device: {state}");
    }
    Ok("three variables are errors on AOSP (PRF-315; without a user PRF-312), and on no other platform"
        .into())
}
