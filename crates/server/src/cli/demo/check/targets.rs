//! What each platform gets and takes: M137 to M139, M141, M143, M145.

use super::fleet::{Scene, of_device, of_user};
use super::lab::Lab;
use super::recipes::{codes, here, made};
use super::validity::days;
use super::verdict::{Verdict, ensure, trouble};
use crate::cli::profile::sound;
use mdm::device::KeyPlace;
use mdm::platform::{Platform, Store, Support, matrix};
use mdm::preset::{Authority, Preset};
use mdm::profile::{ApplicabilityRule, Condition, Effect, HashAlgorithm, KeySize, Profile, Validity};
use std::num::NonZeroU16;

const WINDOWS: &str = "10.0.26100";

pub(super) async fn m137(_: &Lab) -> Verdict {
    let windows = made(Preset::WifiDevice, Platform::Windows)?;
    sound(&windows).map_err(|refused| format!("control: {:?}", refused.complaints))?;
    let old = Profile { platform: Platform::Windows81, ..windows };
    let refused = sound(&old).err().ok_or("a profile for Windows 8.1 is exported")?;
    let told = refused.complaints.iter().map(|one| one.sentence.as_str()).find(|one| one.contains("PRF-112"));
    let told = told.ok_or("refused for another reason")?;
    ensure!(told.contains("22 October 2022"), "the reason is {told}");
    let authority = Authority { urls: old.urls, roots: old.root_certificates };
    let none = Preset::ALL.iter().all(|one| one.profile(Platform::Windows81, &authority).is_none());
    ensure!(none, "there is a preset for Windows 8.1");
    Ok("no preset, and no export (PRF-112): not supported since 22 October 2022; Windows 10 and 11 are"
        .into())
}

pub(super) async fn m138(lab: &Lab) -> Verdict {
    let multi_session = "windows10EnterpriseMultiSession";
    let mut profile = of_device(Platform::Windows, &[&lab.main.url("intune")])?;
    let condition = Condition::Editions(vec![multi_session.to_owned()]);
    profile.applicability_rules = vec![ApplicabilityRule { effect: Effect::AssignIf, condition }];
    let mut host = Scene::new(lab, profile, WINDOWS)?;
    "windows10Home".clone_into(&mut host.device.hardware.edition);
    let state = host.state(host.now())?;
    ensure!(state.row() == "M92", "control: the rule lets another edition in: {state}");
    multi_session.clone_into(&mut host.device.hardware.edition);
    (host.device.user, host.device.facts.user) = (None, None);
    let certificate = host.enrol().await?;
    Ok(format!("a session host, told by its edition and without a user, enrols as {}", certificate.subject()))
}

pub(super) async fn m139(lab: &Lab) -> Verdict {
    let here = lab.main.url("intune");
    let mut seen = Vec::new();
    for profile in [of_device(Platform::MacOs, &[&here])?, of_user(Platform::MacOs, &[&here])?] {
        let mut mac = Scene::new(lab, profile, "15")?;
        mac.enrol().await?;
        seen.push(mac.device.held.first().map(|held| held.stores.clone()).unwrap_or_default());
    }
    ensure!(seen == [[Store::SystemKeychain], [Store::UserKeychain]], "device and user channel: {seen:?}");
    Ok("a Mac keeps it in the system keychain, and in the user's keychain by the user channel".into())
}

/// SHA-2 with RSA (RFC 4055 §5) or ECDSA (RFC 5758 §3.2).
fn is_sha2(oid: &str) -> bool {
    let rsa = ["11", "12", "13"].iter().any(|end| oid == format!("1.2.840.113549.1.1.{end}"));
    rsa || oid.starts_with("1.2.840.10045.4.3.")
}

/// Apple's requirements of iOS 13 and macOS 10.15, each broken once, and what finds it.
fn broken(sound: &Profile) -> Result<[(&'static str, Profile); 4], String> {
    let three = NonZeroU16::new(3).ok_or("zero")?;
    Ok([
        ("PRF-501", Profile { key_size: KeySize::Bits1024, ..sound.clone() }),
        ("PRF-535", Profile { hash_algorithms: vec![HashAlgorithm::Sha1], ..sound.clone() }),
        ("PRF-801", Profile { extended_key_usages: Vec::new(), ..sound.clone() }),
        ("PRF-601", Profile { validity: Validity::Years(three), ..sound.clone() }),
    ])
}

pub(super) async fn m141(lab: &Lab) -> Verdict {
    for platform in [Platform::Ios, Platform::MacOs] {
        let sound = made(Preset::WifiDevice, platform)?;
        for (code, faulty) in broken(&sound)? {
            ensure!(codes(&faulty).contains(&code), "{platform}: {code} is not found");
            ensure!(!codes(&sound).contains(&code), "{platform}: {code} is found in a sound profile");
        }
    }
    let mut mac = Scene::new(lab, of_device(Platform::MacOs, &[&lab.main.url("intune")])?, "15")?;
    let certificate = mac.enrol().await?;
    let (bits, hash) = (certificate.key().size(), certificate.signature_algorithm().to_string());
    ensure!(bits >= 2048 && is_sha2(&hash), "{bits} bits, signed by {hash}");
    let purposes = certificate.extended_key_usage().map_err(trouble)?;
    ensure!(purposes.is_some_and(|all| !all.0.is_empty()), "the certificate has no purpose");
    let valid = days(&certificate);
    ensure!(valid <= 825, "it is valid for {valid} days");
    Ok(format!(
        "a small key, SHA-1, no purpose and three years are found; a Mac got {bits} bits, SHA-2, a purpose, {valid} days"
    ))
}

pub(super) async fn m143(lab: &Lab) -> Verdict {
    let mut places = Vec::new();
    for preset in [Preset::AzureVpn, Preset::ScepmanUser] {
        let mut laptop = Scene::new(lab, here(lab, preset, Platform::Windows)?, WINDOWS)?;
        laptop.device.hardware.tpm = true;
        laptop.enrol().await?;
        places.extend(laptop.device.held.first().map(|held| held.place));
    }
    ensure!(places == [KeyPlace::Software, KeyPlace::Tpm], "the keys are in {places:?}");
    Ok("on a laptop with a TPM the preset for Azure's VPN client keeps its key in software; another does not"
        .into())
}

pub(super) async fn m145(lab: &Lab) -> Verdict {
    let page = matrix();
    let section =
        |name: &str| page.split("\n## ").find(|section| section.starts_with(name)).unwrap_or_default();
    let line = |word: &str| {
        let found = section("support").lines().find(|line| line.starts_with(&format!("| {word} |")));
        found.unwrap_or_default().to_owned()
    };
    let mut supported = 0;
    for platform in Platform::ALL {
        let (support, word) = match platform.rules().support.value {
            Support::Supported => (true, "supported"),
            Support::Legacy => (false, "legacy"),
            Support::Never => (false, "never"),
        };
        ensure!(line(word).contains(platform.label()), "{platform} is not under {word}");
        if support {
            let mut device = Scene::new(lab, of_device(platform, &["https://scep.example/a"])?, "15")?;
            device.order(device.now())?;
            supported += 1;
        }
    }
    let linux = of_device(Platform::Linux, &["https://scep.example/a"])?;
    ensure!(
        sound(&linux)
            .is_err_and(|refused| refused.complaints.iter().any(|one| one.sentence.contains("PRF-111"))),
        "Linux has a profile"
    );
    let differ = section("key storage providers").contains("tpm else fail");
    ensure!(differ, "the page does not say how features vary");
    let rules = page.matches("\n## ").count();
    Ok(format!(
        "the page of {rules} features comes out of the table; the {supported} platforms that it calls supported ask for a certificate"
    ))
}
