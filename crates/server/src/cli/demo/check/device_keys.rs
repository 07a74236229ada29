//! Keys as profiles order them and devices make them: M82 to M87.

use super::fleet::{Scene, everybody, of_device, of_user};
use super::lab::Lab;
use super::profiles::codes;
use super::verdict::{Verdict, ensure, trouble};
use crate::cli::profile::sound;
use mdm::device::{KeyPlace, NoKey};
use mdm::format::{graph, steps};
use mdm::lint::{Surroundings, Versions, mend};
use mdm::platform::{HashHandling, Platform};
use mdm::preset::{Authority, Preset};
use mdm::profile::{
    HashAlgorithm, KeySize, KeyStorageProvider, KeyUse, KeyUses, Profile, RootCertificate, ScepUrl,
};
use pki::extension::KeyUsage;
use simulator::evaluation::State;
use std::collections::BTreeSet;

const WINDOWS: &str = "10.0.26100";

/// A preset for Windows that enrols with the lab's server, for everybody. It has to be fit for export.
fn preset(lab: &Lab, preset: Preset) -> Result<Profile, String> {
    let url = |text: &str| ScepUrl::parse(text).map(|url| vec![url]).map_err(trouble);
    let urls = url("https://scep.contoso.example/scep/wifi")?;
    let roots = vec![RootCertificate { name: "Contoso root".to_owned(), thumbprints: Vec::new() }];
    let made = preset.profile(Platform::Windows, &Authority { urls, roots }).ok_or("no such preset")?;
    sound(&made).map_err(|refused| format!("{:?}", refused.complaints))?;
    Ok(Profile { assignments: everybody(), urls: url(&lab.main.url("intune"))?, ..made })
}

/// A computer with or without TPM, and that profile.
fn computer<'a>(lab: &'a Lab, profile: &Profile, tpm: bool) -> Result<Scene<'a>, String> {
    let mut scene = Scene::new(lab, profile.clone(), WINDOWS)?;
    scene.device.hardware.tpm = tpm;
    Ok(scene)
}

pub(super) async fn m82(lab: &Lab) -> Verdict {
    let mut said = String::new();
    for one in [Preset::ScepmanDevice, Preset::ScepmanUser] {
        let profile = preset(lab, one)?;
        let mut with = computer(lab, &profile, true)?;
        with.enrol().await?;
        let place = with.device.held.first().map(|held| held.place);
        ensure!(place == Some(KeyPlace::Tpm), "{}: the key is in {place:?}", one.word());
        let mut without = computer(lab, &profile, false)?;
        let state = without.state(without.now())?;
        ensure!(state == State::NoKey(NoKey::NoTpm), "{} without TPM: {state}", one.word());
        said = state.to_string();
    }
    Ok(format!("both presets \"scepman\" enrol with the key in the TPM; without one: {said}"))
}

pub(super) async fn m83(lab: &Lab) -> Verdict {
    let mut places = Vec::new();
    let profile = preset(lab, Preset::SecureW2User)?;
    for number in 0..12 {
        let mut scene = computer(lab, &profile, number % 2 == 0)?;
        scene.enrol().await.map_err(|why| format!("computer {number}: {why}"))?;
        places.extend(scene.device.held.iter().map(|held| held.place));
    }
    let count = |place| places.iter().filter(|one| **one == place).count();
    let (tpm, software) = (count(KeyPlace::Tpm), count(KeyPlace::Software));
    ensure!((tpm, software) == (6, 6), "{tpm} keys in a TPM, {software} in software");
    let strict = preset(lab, Preset::ScepmanUser)?;
    let mut control = computer(lab, &strict, false)?;
    ensure!(control.at(control.now())?.order().is_none(), "control: TPM or nothing enrols without TPM");
    Ok("preset \"securew2-user\": 12 of 12 computers enrol, six keys in a TPM, six in software".into())
}

pub(super) async fn m84(lab: &Lab) -> Verdict {
    let both = of_user(Platform::Windows, &[&lab.main.url("intune")])?;
    ensure!(both.key_usage == KeyUses::both(), "a new profile has {:?}", both.key_usage);
    let certificate = Scene::new(lab, both.clone(), WINDOWS)?.enrol().await?;
    let usage = certificate.key_usage().map_err(trouble)?;
    let due = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);
    ensure!(usage == Some(due), "the certificate has {usage:?}");
    for (one, code) in [(KeyUse::DigitalSignature, "PRF-522"), (KeyUse::KeyEncipherment, "PRF-521")] {
        let uses = KeyUses::try_from(BTreeSet::from([one])).map_err(trouble)?;
        let half = Profile { key_usage: uses, ..both.clone() };
        let found = codes(&half, &Surroundings::default());
        ensure!(found.iter().any(|one| one.0 == code), "{one:?} alone: {found:?}");
    }
    let found = codes(&both, &Surroundings::default());
    ensure!(!found.iter().any(|one| one.0.starts_with("PRF-52")), "both: {found:?}");
    Ok("a profile has both usages unless told otherwise, and so the certificate; one alone is PRF-521 or 522"
        .into())
}

/// Platform, a version that is too old for 4096 bits if there is one, and a version that is not.
const LARGE_KEYS: [(Platform, Option<&str>, &str); 8] = [
    (Platform::Ios, Some("13.7"), "14.0"),
    (Platform::MacOs, Some("10.15"), "11.0"),
    (Platform::Windows, None, "10.0.10240"),
    (Platform::AndroidDeviceAdministrator, None, "5"),
    (Platform::AndroidPersonalWorkProfile, None, "5"),
    (Platform::AndroidCorporateWorkProfile, None, "8"),
    (Platform::AndroidFullyManaged, None, "6"),
    (Platform::AndroidDedicated, None, "6"),
];

pub(super) async fn m85(lab: &Lab) -> Verdict {
    let told = |profile: &Profile, version: &str| {
        let major = version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or_default();
        let versions = [(profile.platform, Versions { oldest: major, newest: 30 })].into();
        let known = Surroundings { versions, ..Surroundings::default() };
        codes(profile, &known).iter().any(|one| one.0 == "PRF-504")
    };
    for (platform, old, new) in LARGE_KEYS {
        let mut profile = of_device(platform, &["https://scep.example/scep/wifi"])?;
        profile.key_size = KeySize::Bits4096;
        let works = |version: &str| {
            let mut scene = Scene::new(lab, profile.clone(), version)?;
            let outcome = scene.at(scene.now())?;
            match (outcome.order(), outcome.row) {
                (Some(_), _) => Ok(true),
                (None, "M85") => Ok(false),
                _ => Err(format!("{platform} {version}: {outcome:?}")),
            }
        };
        for (version, fits) in old.map(|old| (old, false)).into_iter().chain([(new, true)]) {
            let seen = (works(version)?, told(&profile, version));
            ensure!(seen == (fits, !fits), "{platform} {version}: makes the key, told of it: {seen:?}");
        }
    }
    Ok("4096 bits need iOS 14 or macOS 11: older ones make no key, and PRF-504 says so; six others always do"
        .into())
}

pub(super) async fn m86(lab: &Lab) -> Verdict {
    use KeyStorageProvider::{HelloElseFail, Software, TpmElseFail, TpmElseSoftware};
    let mut said = String::new();
    for (provider, code) in
        [(TpmElseFail, "PRF-502"), (TpmElseSoftware, "PRF-502"), (HelloElseFail, "PRF-503"), (Software, "")]
    {
        let mut profile = of_user(Platform::Windows, &[&lab.main.url("intune")])?;
        (profile.key_size, profile.key_storage_provider) = (KeySize::Bits4096, Some(provider));
        let found = codes(&profile, &Surroundings::default());
        let told = |code| found.iter().any(|one| one.0 == code);
        let mut scene = Scene::new(lab, profile.clone(), WINDOWS)?;
        (scene.device.hardware.tpm, scene.device.hardware.hello) = (true, true);
        if provider == Software {
            ensure!(!told("PRF-502") && !told("PRF-503"), "software: {found:?}");
            let place = scene.order(scene.now())?.place;
            ensure!(place == KeyPlace::Software, "software: the key is in {place:?}");
            continue;
        }
        ensure!(told(code), "{provider:?}: {found:?}");
        let state = scene.state(scene.now())?;
        ensure!(state == State::NoKey(NoKey::TooLarge { provider }), "{provider:?}: {state}");
        let mended = mend(&profile, &Surroundings::default()).key_size;
        ensure!(mended == KeySize::Bits2048, "{provider:?}: mended to {mended:?}");
        said = state.to_string();
    }
    Ok(format!("4096 bits in TPM (PRF-502) or Hello (PRF-503): {said}; the software provider makes them"))
}

pub(super) async fn m87(_: &Lab) -> Verdict {
    let mut without = Vec::new();
    for platform in Platform::ALL.into_iter().filter(|one| one.rules().profile_type.value.is_some()) {
        let mut profile = of_user(platform, &["https://scep.example/scep/wifi"])?;
        profile.hash_algorithms = vec![HashAlgorithm::Sha2];
        let written = graph::write(&profile, None).map_err(trouble)?;
        let steps = steps::scep(&profile).map_err(trouble)?;
        let on_page = steps.iter().any(|step| step.field == "Hash algorithm" && step.value == "SHA-2");
        let in_graph = written.get("hashAlgorithm").is_some_and(|hash| hash == "sha2");
        ensure!(on_page == in_graph, "{platform}: on the page {on_page}, in Graph {written}");
        without.extend((!in_graph && written.get("hashAlgorithm").is_none()).then_some(platform));
        profile.hash_algorithms = vec![HashAlgorithm::Sha1];
        let found = codes(&profile, &Surroundings::default());
        let handling = platform.rules().hash.value;
        let due = match handling {
            HashHandling::AsSet => "PRF-531",
            HashHandling::Ignored => "PRF-534",
            HashHandling::NoSetting => "PRF-535",
        };
        ensure!(found.iter().any(|one| one.0 == due), "{platform} with SHA-1: {found:?}");
        let mended = mend(&profile, &Surroundings::default()).hash_algorithms;
        let none = handling == HashHandling::NoSetting;
        ensure!(
            mended.is_empty() == none && !mended.contains(&HashAlgorithm::Sha1),
            "{platform}: {mended:?}"
        );
    }
    ensure!(without == [Platform::Ios, Platform::MacOs], "without the field: {without:?}");
    Ok("SHA-2 stands in Graph and on the page for all but Apple's, which have no such field; SHA-1 is mended"
        .into())
}
