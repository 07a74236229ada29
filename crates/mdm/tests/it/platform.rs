//! The platform rule table.

#![expect(clippy::disallowed_methods, reason = "the page is a file")]

use mdm::platform::*;
use mdm::profile::{CertificateType, DeploymentChannel, KeySize, KeyStorageProvider, SubjectFormat};
use mdm::variable::{Place, SanType, Variable};
use serde_json::Value;

const DEVICE_OWNER: [Platform; 3] =
    [Platform::AndroidCorporateWorkProfile, Platform::AndroidFullyManaged, Platform::AndroidDedicated];
const AOSP: [Platform; 2] = [Platform::AospUserAffine, Platform::AospUserless];
const APPLE: [Platform; 2] = [Platform::Ios, Platform::MacOs];
const URI: Place = Place::San(SanType::Uri);
const USER: CertificateType = CertificateType::User;
const DEVICE: CertificateType = CertificateType::Device;

fn android() -> impl Iterator<Item = Platform> {
    let others = [Platform::AndroidDeviceAdministrator, Platform::AndroidPersonalWorkProfile];
    others.into_iter().chain(DEVICE_OWNER).chain(AOSP)
}

/// Who refuses, if anybody does.
fn refused(
    platform: Platform,
    variable: Variable,
    place: Place,
    kind: CertificateType,
) -> Option<&'static str> {
    match platform.verdict(variable, place, kind) {
        Verdict::Refused { source, .. } => Some(source),
        _ => None,
    }
}

fn noticed(
    platform: Platform,
    variable: Variable,
    place: Place,
    kind: CertificateType,
) -> Option<&'static str> {
    match platform.verdict(variable, place, kind) {
        Verdict::Notice { source, .. } => Some(source),
        _ => None,
    }
}

/// Every `source` in a JSON value.
fn sources(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| match member {
            Value::String(text) if name == "source" => found.push(text.clone()),
            member => sources(member, found),
        }),
        Value::Array(items) => items.iter().for_each(|item| sources(item, found)),
        _ => {}
    }
}

#[test]
fn m145_every_rule_says_where_it_is_from() {
    for platform in Platform::ALL {
        let table = serde_json::to_value(platform.rules()).unwrap();
        for (name, rule) in table.as_object().unwrap() {
            assert!(name == "variables" || rule.get("source").is_some(), "{platform}: {name}");
        }
        let mut found = Vec::new();
        sources(&table, &mut found);
        for source in found {
            let row =
                |text: &str| text.strip_prefix('M').is_some_and(|n| n.parse::<u8>().is_ok_and(|n| n <= 210));
            let known = source.starts_with("contract §") || source.starts_with("SCEPman's page");
            assert!(known || source.split(", ").all(row), "{platform}: {source}");
        }
    }
}

#[test]
fn m45_android_alone_insists_on_https() {
    for platform in Platform::ALL {
        let rules = platform.rules();
        let https_only = android().any(|one| one == platform);
        assert_eq!(rules.http.value, !https_only, "{platform}");
        assert_eq!(rules.tls_anchor.value == TlsAnchor::Public, https_only, "{platform}");
    }
}

#[test]
fn m52_m87_what_becomes_of_the_hash() {
    assert!(android().all(|platform| platform.rules().hash.value == HashHandling::Ignored));
    assert!(APPLE.iter().all(|platform| platform.rules().hash.value == HashHandling::NoSetting));
    assert_eq!(Platform::Windows.rules().hash.value, HashHandling::AsSet);
}

#[test]
fn m13_apple_does_not_send_the_validity() {
    for platform in Platform::ALL {
        let sent = platform.rules().validity.value == ValidityHandling::Sent;
        assert_eq!(sent, !APPLE.contains(&platform), "{platform}");
    }
}

#[test]
fn m79_m139_m134_where_the_key_goes() {
    let place = |platform: Platform, kind, channel| platform.rules().store.value.place(kind, channel);
    assert_eq!(place(Platform::Windows, DEVICE, None), Store::LocalComputer);
    assert_eq!(place(Platform::Windows, USER, None), Store::CurrentUser);
    assert_eq!(place(Platform::MacOs, USER, Some(DeploymentChannel::Device)), Store::SystemKeychain);
    assert_eq!(place(Platform::MacOs, DEVICE, Some(DeploymentChannel::Device)), Store::SystemKeychain);
    assert_eq!(place(Platform::MacOs, USER, Some(DeploymentChannel::User)), Store::UserKeychain);
    assert_eq!(place(Platform::Ios, USER, None), Store::DeviceKeychain);
    assert!(android().all(|platform| place(platform, DEVICE, None) == Store::VpnAndApps));
}

#[test]
fn m80_which_certificate_types_a_channel_has() {
    let types = |channel| Platform::MacOs.certificate_types(Some(channel));
    assert_eq!(types(DeploymentChannel::Device), CertificateType::ALL);
    assert_eq!(types(DeploymentChannel::User), [USER]);
    assert_eq!(Platform::Windows.certificate_types(None), CertificateType::ALL);
    assert_eq!(Platform::Linux.certificate_types(None), []);
    for platform in Platform::ALL {
        assert_eq!(platform.rules().channels.value.is_empty(), platform != Platform::MacOs, "{platform}");
    }
}

#[test]
fn m85_from_which_version_4096_bits_are_made() {
    let from = |platform: Platform, size| platform.makes_keys_from(size);
    assert_eq!(from(Platform::Ios, KeySize::Bits4096), Some(14));
    assert_eq!(from(Platform::MacOs, KeySize::Bits4096), Some(11));
    assert_eq!(from(Platform::Windows, KeySize::Bits4096), Some(0));
    assert!(android().all(|platform| from(platform, KeySize::Bits4096) == Some(0)));
    assert!(Platform::ALL.into_iter().all(|platform| from(platform, KeySize::Bits1024).is_none()), "M21");
}

#[test]
fn m81_m86_windows_alone_has_key_storage_providers() {
    for platform in Platform::ALL {
        let windows = matches!(platform, Platform::Windows | Platform::Windows81);
        assert_eq!(!platform.rules().key_storage_providers.value.is_empty(), windows, "{platform}");
    }
    let large = KeyStorageProvider::ALL.into_iter().filter(|one| one.largest_key() == KeySize::Bits4096);
    assert_eq!(large.collect::<Vec<_>>(), [KeyStorageProvider::Software]);
}

#[test]
fn m123_m144_a_profile_installs_on_the_devices_of_its_type() {
    for (profile, devices) in [
        (Platform::Windows, &[Platform::Windows, Platform::Windows81][..]),
        (Platform::Ios, &[Platform::Ios]),
        (Platform::MacOs, &[Platform::MacOs]),
        (Platform::AndroidDeviceAdministrator, &[Platform::AndroidDeviceAdministrator]),
        (Platform::AndroidPersonalWorkProfile, &[Platform::AndroidPersonalWorkProfile]),
        (Platform::AndroidFullyManaged, &DEVICE_OWNER),
        (Platform::AospUserless, &AOSP),
        (Platform::Linux, &[]),
    ] {
        let found = Platform::ALL.into_iter().filter(|device| profile.installs_on(*device));
        assert_eq!(found.collect::<Vec<_>>(), devices, "{profile}");
    }
}

#[test]
fn m124_m125_device_owners_neither_report_nor_are_revoked() {
    for platform in Platform::ALL.into_iter().filter(|one| *one != Platform::Linux) {
        let owner = DEVICE_OWNER.contains(&platform) || AOSP.contains(&platform);
        assert_eq!(platform.rules().reports.value, !owner, "{platform}");
        assert_eq!(platform.rules().revokes.value, !owner, "{platform}");
    }
}

#[test]
fn m129_m137_what_is_legacy() {
    let of = |support| Platform::ALL.into_iter().filter(move |one| one.rules().support.value == support);
    let legacy = [Platform::Windows81, Platform::AndroidDeviceAdministrator];
    assert_eq!(of(Support::Legacy).collect::<Vec<_>>(), legacy);
    assert_eq!(of(Support::Never).collect::<Vec<_>>(), [Platform::Linux]);
}

#[test]
fn m126_m127_what_certificates_are_for() {
    let uses = |platform: Platform| platform.rules().uses.value;
    assert!(!uses(Platform::AndroidDedicated).contains(&Use::Apps));
    assert!(AOSP.iter().all(|platform| uses(*platform) == [Use::Wifi]));
}

#[test]
fn m136_certificate_access_with_a_device_owner() {
    for platform in Platform::ALL {
        assert_eq!(platform.rules().certificate_access.value, DEVICE_OWNER.contains(&platform), "{platform}");
    }
}

#[test]
fn m140_m165_apple_renews_and_multiplies_in_its_own_way() {
    for platform in Platform::ALL {
        let apple = APPLE.contains(&platform);
        assert_eq!(platform.rules().certificate_for_each_reference.value, apple, "{platform}");
        assert_eq!(platform.rules().renewal.value == Renewal::InWindowWhileUnlocked, apple, "{platform}");
    }
}

#[test]
fn m170_m171_m172_how_a_url_is_chosen() {
    assert!(android().all(|platform| platform.rules().url_choice.value == UrlChoice::DeviceShuffles));
    assert!(APPLE.iter().all(|platform| platform.rules().url_choice.value == UrlChoice::OneDrawn));
    assert_eq!(Platform::Windows.rules().url_choice.value, UrlChoice::InShuffledOrder);
}

#[test]
fn m78_user_variables_not_in_device_certificates() {
    for platform in Platform::ALL {
        assert_eq!(refused(platform, Variable::UserName, Place::Subject, DEVICE), Some("M78"), "{platform}");
    }
    assert_eq!(
        Platform::Windows.verdict(Variable::DeviceName, Place::Subject, USER),
        Verdict::Allowed,
        "M110"
    );
}

#[test]
fn m103_the_intune_id_as_a_windows_subject_is_noticed() {
    assert_eq!(noticed(Platform::Windows, Variable::DeviceId, Place::Subject, DEVICE), Some("M103"));
    assert_eq!(Platform::Windows.verdict(Variable::DeviceId, URI, DEVICE), Verdict::Allowed);
    assert_eq!(Platform::Ios.verdict(Variable::DeviceId, Place::Subject, DEVICE), Verdict::Allowed);
}

#[test]
fn m107_the_domain_name_only_on_windows() {
    for platform in Platform::ALL.into_iter().filter(|one| *one != Platform::Linux) {
        let found = refused(platform, Variable::FullyQualifiedDomainName, URI, DEVICE);
        let windows = matches!(platform, Platform::Windows | Platform::Windows81);
        assert_eq!(found, (!windows).then_some("M107"), "{platform}");
    }
}

#[test]
fn m111_no_user_variable_without_a_user() {
    for platform in [Platform::AndroidDedicated, Platform::AospUserless] {
        assert_eq!(refused(platform, Variable::UserPrincipalName, Place::Subject, USER), Some("M111"));
    }
    assert_eq!(refused(Platform::AospUserAffine, Variable::UserPrincipalName, Place::Subject, USER), None);
}

#[test]
fn m118_the_user_name_not_in_alternative_names_of_device_owners() {
    for platform in [Platform::AndroidCorporateWorkProfile, Platform::AndroidFullyManaged] {
        assert_eq!(refused(platform, Variable::UserName, URI, USER), Some("M118"));
        assert_eq!(refused(platform, Variable::UserName, Place::Subject, USER), None);
    }
    assert_eq!(refused(Platform::AndroidPersonalWorkProfile, Variable::UserName, URI, USER), None);
}

#[test]
fn m128_three_variables_that_aosp_lacks() {
    let three = [Variable::OnPremisesSamAccountName, Variable::OnPremDistinguishedName, Variable::Department];
    for variable in three {
        assert_eq!(refused(Platform::AospUserAffine, variable, Place::Subject, USER), Some("M128"));
        assert_eq!(refused(Platform::AndroidFullyManaged, variable, Place::Subject, USER), None);
    }
}

#[test]
fn m131_hardware_identifiers_in_a_personal_work_profile_are_noticed() {
    for variable in [Variable::SerialNumber, Variable::Imei, Variable::Meid] {
        assert_eq!(noticed(Platform::AndroidPersonalWorkProfile, variable, URI, DEVICE), Some("M131"));
        assert_eq!(Platform::AndroidFullyManaged.verdict(variable, URI, DEVICE), Verdict::Allowed);
    }
}

#[test]
fn m188_m189_m190_where_the_sid_variable_works() {
    let sid = Variable::OnPremisesSecurityIdentifier;
    for platform in Platform::ALL.into_iter().filter(|one| *one != Platform::Linux) {
        for place in
            [Place::Subject, Place::San(SanType::Dns), Place::San(SanType::Upn), Place::San(SanType::Email)]
        {
            assert_eq!(refused(platform, sid, place, USER), Some("M188"), "{platform}");
        }
        if !matches!(platform, Platform::Windows | Platform::Windows81) {
            assert_eq!(refused(platform, sid, URI, DEVICE), Some("M190"), "{platform}");
        }
    }
    assert_eq!(noticed(Platform::Windows, sid, URI, DEVICE), Some("M190"));
    for platform in [Platform::Windows, Platform::Ios, Platform::MacOs] {
        assert_eq!(platform.verdict(sid, URI, USER), Verdict::Allowed, "{platform}");
    }
    for platform in android().filter(|one| one.rules().user.value == UserPresence::Possible) {
        let Verdict::Notice { why, source: "M189" } = platform.verdict(sid, URI, USER) else {
            panic!("{platform}")
        };
        assert!(why.contains("banner") && why.contains("list"), "both places are quoted");
    }
}

#[test]
fn contract_12_apple_has_fewer_subject_formats() {
    let formats = |platform: Platform| platform.rules().subject_formats.value;
    assert!(
        APPLE.iter().all(|platform| !formats(*platform).contains(&SubjectFormat::CommonNameAsAadDeviceId))
    );
    assert!(
        Platform::ALL
            .into_iter()
            .all(|one| formats(one).is_empty() || formats(one).contains(&SubjectFormat::Custom))
    );
}

#[test]
fn m145_the_page_of_platforms_is_the_tables() {
    let page = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/platforms.md");
    let written = std::fs::read_to_string(page).unwrap();
    assert!(written == matrix(), "write it anew: chancery profile platforms > docs/platforms.md");
    for platform in Platform::ALL {
        assert!(written.contains(platform.label()), "{platform}");
    }
}

#[test]
fn m135_m136_who_asks_for_the_certificate_of_a_vpn() {
    let choice = |platform: Platform| platform.rules().vpn_choice.value;
    for platform in [Platform::AndroidFullyManaged, Platform::AndroidPersonalWorkProfile] {
        assert_eq!(choice(platform), VpnChoice::ByUser, "{platform}");
    }
    for platform in [Platform::AndroidDedicated, Platform::AndroidCorporateWorkProfile] {
        assert_eq!(choice(platform), VpnChoice::ByAccess, "{platform}");
    }
    assert!(AOSP.into_iter().all(|platform| choice(platform) == VpnChoice::Never));
    assert!(APPLE.into_iter().all(|platform| choice(platform) == VpnChoice::ByProfile));
}
