//! Profiles to begin with.

use mdm::format::graph;
use mdm::platform::{Platform, Verdict};
use mdm::preset::{Authority, Preset};
use mdm::profile::*;
use mdm::variable::{Place, SanType};
use pki::extension::KeyUsage;

fn authority() -> Authority {
    Authority {
        urls: vec![ScepUrl::parse("https://scep.example/t/contoso").unwrap()],
        roots: vec![RootCertificate { name: "Contoso root".to_owned(), thumbprints: Vec::new() }],
    }
}

fn of(preset: Preset, platform: Platform) -> Option<Profile> {
    preset.profile(platform, &authority())
}

fn names(profile: &Profile) -> Vec<(SanType, &str)> {
    profile.alternative_names.iter().map(|name| (name.kind, name.value.as_str())).collect()
}

#[test]
fn m177_the_device_preset_field_by_field() {
    let profile = of(Preset::ScepmanDevice, Platform::Windows).unwrap();
    assert_eq!(profile.subject.text(), Some("CN={{AAD_Device_ID}}"), "M103");
    assert_eq!(names(&profile), [(SanType::Uri, "IntuneDeviceId://{{DeviceId}}")], "M120");
    assert_eq!(profile.validity.to_string(), "1 year");
    assert_eq!(profile.key_storage_provider, Some(KeyStorageProvider::TpmElseFail), "M82");
    assert_eq!(profile.key_usage, KeyUses::both());
    assert_eq!(profile.key_size, KeySize::Bits2048);
    assert_eq!(profile.hash_algorithms, [HashAlgorithm::Sha2]);
    assert_eq!(profile.extended_key_usages, [Purpose::ClientAuthentication]);
    assert_eq!(profile.renewal_threshold.percent(), 20);
    assert_eq!(profile.certificate_type, CertificateType::Device);
}

#[test]
fn m119_m178_m180_the_user_presets() {
    let upn = (SanType::Upn, "{{UserPrincipalName}}");
    let user = of(Preset::ScepmanUser, Platform::Windows).unwrap();
    assert_eq!(user.subject.text(), Some("CN={{UserName}},E={{EmailAddress}}"));
    assert_eq!(names(&user), [upn]);
    assert_eq!(names(&of(Preset::NpsUser, Platform::Windows).unwrap()), [upn]);
    let signing = of(Preset::SmimeSigning, Platform::Ios).unwrap();
    assert_eq!(names(&signing), [upn, (SanType::Email, "{{EmailAddress}}")]);
    assert_eq!(signing.key_usage.bits(), KeyUsage::DIGITAL_SIGNATURE, "M181");
    assert_eq!(signing.extended_key_usages, [Purpose::SecureEmail]);
    assert!(signing.renewal_threshold.window(365) >= 182, "M167");
}

#[test]
fn m83_m122_m143_where_the_key_is_kept() {
    let provider = |preset| of(preset, Platform::Windows).unwrap().key_storage_provider;
    assert_eq!(provider(Preset::SecureW2Device), Some(KeyStorageProvider::TpmElseSoftware));
    assert_eq!(provider(Preset::AzureVpn), Some(KeyStorageProvider::Software));
    let device = of(Preset::SecureW2Device, Platform::Windows).unwrap();
    assert_eq!(device.subject.text(), Some("CN={{DeviceName}}"));
    assert_eq!(names(&device), [(SanType::Email, "{{AAD_Device_ID}}")]);
}

#[test]
fn m75_m127_m137_m111_presets_stand_where_they_make_sense() {
    for preset in Preset::ALL {
        for platform in [Platform::Windows81, Platform::AndroidDeviceAdministrator, Platform::Linux] {
            assert_eq!(of(preset, platform), None, "{}", preset.word());
        }
        let ended = |platform| preset.profile_even_if_ended(platform, &authority()).is_some();
        let on_android = preset != Preset::AzureVpn;
        assert_eq!(ended(Platform::AndroidDeviceAdministrator), on_android, "M129: {}", preset.word());
        assert!(!ended(Platform::Linux), "M145: {}", preset.word());
        assert!(of(preset, Platform::Windows).is_some(), "{}", preset.word());
    }
    for platform in [Platform::AndroidDedicated, Platform::AospUserless] {
        assert_eq!(of(Preset::WifiUser, platform), None);
        assert!(of(Preset::WifiDevice, platform).is_some());
    }
    assert_eq!(of(Preset::SmimeSigning, Platform::AospUserAffine), None);
    assert_eq!(of(Preset::AzureVpn, Platform::AospUserAffine), None);
    let channel = |preset| of(preset, Platform::MacOs).unwrap().deployment_channel;
    assert_eq!(channel(Preset::WifiDevice), Some(DeploymentChannel::Device));
    assert_eq!(channel(Preset::WifiUser), Some(DeploymentChannel::User));
}

#[test]
fn m78_m118_no_preset_uses_what_its_platform_refuses() {
    let mut count = 0;
    for (preset, platform) in
        Preset::ALL.into_iter().flat_map(|one| Platform::ALL.map(|platform| (one, platform)))
    {
        let Some(profile) = of(preset, platform) else { continue };
        count += 1;
        let subject = profile.subject.template().unwrap();
        let places = subject.variables().map(|variable| (variable, Place::Subject));
        let sans = profile.alternative_names.iter().flat_map(|name| {
            let place = Place::San(name.kind);
            name.template().unwrap().variables().map(move |one| (one, place)).collect::<Vec<_>>()
        });
        for (variable, place) in places.chain(sans) {
            let verdict = platform.verdict(variable, place, profile.certificate_type);
            assert!(
                !matches!(verdict, Verdict::Refused { .. }),
                "{}: {variable} in {place}: {verdict:?}",
                profile.name
            );
            assert!(
                platform != Platform::Windows || verdict == Verdict::Allowed,
                "{}: {variable}",
                profile.name
            );
        }
        assert!(graph::write(&profile, None).is_ok());
        assert!(platform.certificate_types(profile.deployment_channel).contains(&profile.certificate_type));
    }
    assert!(count >= 50, "{count}");
}
