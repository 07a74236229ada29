//! Profiles of all settings, with texts that try to break out of whatever they are written into.

use mdm::format::TrustedRoot;
use mdm::platform::{HashHandling, Platform, SanForm};
use mdm::profile::*;
use mdm::variable::SanType;
use pki::certificate::Certificate;
use proptest::collection::{btree_set, vec};
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use std::num::NonZeroU16;

/// A self-signed CA certificate, made once with OpenSSL.
const ROOT: &str = "MIIBgjCCASmgAwIBAgIUJJwTJiuDX6l1cZ5rvwlRjv/lg4swCgYIKoZIzj0EAwIwFzEVMBMGA1UEAwwMQ29udG9zbyBSb290MB4XDTI2MTEyNzE4MTMyNloXDTM2MTEyNDE4MTMyNlowFzEVMBMGA1UEAwwMQ29udG9zbyBSb290MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE6vT0+XwMgfO3eLUoGOwhET7QHGVWSWq6FFV0ZHE+BAF6GnQpIS9qXt/j86P8gzdyERMKuzPkFjVA+eLtx2lHcaNTMFEwHQYDVR0OBBYEFEeXCUD6Um+b7XVH/JHYDN8L8xDQMB8GA1UdIwQYMBaAFEeXCUD6Um+b7XVH/JHYDN8L8xDQMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIgMLXR9ddpZtJX+oHv3E6AsX4OFViuExFW0JhVLQcCn4MCIFXgCSd84UnJxor30g9Z/KPLZLD7BLRJlkqBOuWP00VV";

const HOSTILE: [&str; 18] = [
    "",
    " ",
    "]]>",
    "</Data></Item></Add>",
    "</string><key>URL</key><string>https://evil.example",
    "a & b &amp; c &#0;",
    "<!-- \" ' -->",
    "\"; Remove-Item *; \"",
    "'@\nRemove-Item *\n@'",
    "$(whoami) `n ${env:PATH}",
    "\u{0}",
    "a\u{1}b\u{1b}[2J",
    "\r\n\t\r",
    "\u{feff}\u{202e}\u{fffe}\u{ffff}",
    "CN=\"Doe, Jane\"",
    "+;+;2+a",
    "\\u0000\\\"",
    "😀 ]]&gt; é",
];

/// Any text, mostly a hostile one.
pub(crate) fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => select(&HOSTILE[..]).prop_map(str::to_owned),
        2 => (select(&HOSTILE[..]), select(&HOSTILE[..])).prop_map(|(a, b)| format!("{a}{b}")),
        2 => any::<String>(),
        1 => select(&HOSTILE[..]).prop_map(|text| text.repeat(10_000 / text.len().max(1))),
    ]
}

pub(crate) fn root(platform: Platform) -> TrustedRoot {
    let der = base64::Engine::decode(&base64::engine::general_purpose::STANDARD, ROOT).unwrap();
    TrustedRoot {
        name: "Contoso root".to_owned(),
        description: String::new(),
        platform,
        certificate: Certificate::parse(&der).unwrap(),
        file_name: "root.cer".to_owned(),
        deployment_channel: None,
        assignments: Vec::new(),
    }
}

/// The platforms that have a profile type.
pub(crate) fn platforms() -> Vec<Platform> {
    Platform::ALL.into_iter().filter(|one| one.rules().profile_type.value.is_some()).collect()
}

fn one_of<T: Clone + core::fmt::Debug + 'static>(values: &[T]) -> impl Strategy<Value = T> + use<T> {
    select(values.to_vec())
}

fn subject() -> impl Strategy<Value = SubjectName> {
    prop_oneof![
        text().prop_map(SubjectName::Custom),
        one_of(&SubjectFormat::ALL)
            .prop_map(|format| SubjectName::fixed(format).unwrap_or(SubjectName::Custom("CN=a".to_owned()))),
    ]
}

fn name() -> impl Strategy<Value = AlternativeName> {
    (one_of(&SanType::ALL), text()).prop_map(|(kind, value)| AlternativeName { kind, value })
}

fn older() -> impl Strategy<Value = OlderAlternativeNames> {
    let types = [
        OlderSanType::EmailAddress,
        OlderSanType::UserPrincipalName,
        OlderSanType::CustomAzureAdAttribute,
        OlderSanType::DomainNameService,
        OlderSanType::UniversalResourceIdentifier,
    ];
    (btree_set(one_of(&types), 0..4), option::of(text()))
        .prop_map(|(types, format)| OlderAlternativeNames { types, format })
}

fn purpose() -> impl Strategy<Value = Purpose> {
    let custom = (text(), 1..9_u8).prop_map(|(name, arc)| Purpose::Custom {
        name,
        oid: PurposeOid::parse(&format!("1.3.6.1.4.1.99999.{arc}")).unwrap(),
    });
    prop_oneof![one_of(Purpose::KNOWN), custom]
}

fn url() -> impl Strategy<Value = ScepUrl> {
    one_of(&[
        "https://a.example/scep",
        "http://b.example:8080/~x/(y)/'z'&w=1",
        "https://[2001:db8::1]/$a%20+*",
    ])
    .prop_map(|text| ScepUrl::parse(text).unwrap())
}

fn validity() -> impl Strategy<Value = Validity> {
    (1..=u16::MAX, 0..3_u8).prop_map(|(count, scale)| {
        let count = NonZeroU16::new(count).unwrap();
        [Validity::Days(count), Validity::Months(count), Validity::Years(count)][usize::from(scale)]
    })
}

fn rules() -> impl Strategy<Value = Vec<ApplicabilityRule>> {
    let effect = || one_of(&[Effect::AssignIf, Effect::DoNotAssignIf]);
    let editions = (effect(), vec(text(), 1..3))
        .prop_map(|(effect, list)| ApplicabilityRule { effect, condition: Condition::Editions(list) });
    let version =
        || any::<[u16; 4]>().prop_map(|[a, b, c, d]| OsVersion::parse(&format!("{a}.{b}.{c}.{d}")).unwrap());
    let versions = (effect(), version(), version()).prop_map(|(effect, min, max)| ApplicabilityRule {
        effect,
        condition: Condition::Versions { min, max },
    });
    (option::of(editions), option::of(versions)).prop_map(|(a, b)| a.into_iter().chain(b).collect())
}

fn access() -> impl Strategy<Value = CertificateAccess> {
    prop_oneof![
        Just(CertificateAccess::UserApproval),
        vec(text(), 0..3).prop_map(CertificateAccess::SpecificApps)
    ]
}

fn blank(platform: Platform) -> Profile {
    let members = serde_json::json!({
        "name": "any", "platform": platform, "certificate_type": "user", "subject": "common_name",
        "validity": {"years": 1}, "key_usage": ["digital_signature"], "key_size": 2048, "renewal_threshold": 20,
    });
    serde_json::from_value(members).unwrap()
}

/// Any profile for this platform, which may well have settings that the platform has not.
pub(crate) fn profile(platform: Platform) -> impl Strategy<Value = Profile> {
    let names = (option::of(text()), text(), subject(), vec(name(), 0..4), option::of(older()));
    let keys = (
        option::of(one_of(&KeyStorageProvider::ALL)),
        one_of(&[KeySize::Bits1024, KeySize::Bits2048, KeySize::Bits4096]),
        btree_set(one_of(&HashAlgorithm::ALL), 0..3),
        btree_set(one_of(&KeyUse::ALL), 1..3),
    );
    let issue = (validity(), vec(purpose(), 0..4), 1..100_u8, vec(url(), 0..4));
    let kinds = (
        one_of(&CertificateType::ALL),
        option::of(one_of(&DeploymentChannel::ALL)),
        option::of(any::<bool>()),
        option::of(access()),
        rules(),
    );
    (names, keys, issue, kinds).prop_map(move |(names, keys, issue, kinds)| Profile {
        display_name: names.0,
        description: names.1,
        subject: names.2,
        alternative_names: names.3,
        older_alternative_names: names.4,
        key_storage_provider: keys.0,
        key_size: keys.1,
        hash_algorithms: keys.2.into_iter().collect(),
        key_usage: KeyUses::try_from(keys.3).unwrap(),
        validity: issue.0,
        extended_key_usages: issue.1,
        renewal_threshold: RenewalThreshold::try_from(issue.2).unwrap(),
        urls: issue.3,
        certificate_type: kinds.0,
        deployment_channel: kinds.1,
        all_apps_access: kinds.2,
        certificate_access: kinds.3,
        applicability_rules: kinds.4,
        ..blank(platform)
    })
}

/// Any profile for any platform that has some.
pub(crate) fn any_profile() -> impl Strategy<Value = Profile> {
    one_of(&platforms()).prop_flat_map(profile)
}

/// The same profile without what its platform has no setting for.
pub(crate) fn of_its_platform(mut profile: Profile) -> Profile {
    let rules = profile.platform.rules();
    let mac = profile.platform == Platform::MacOs;
    profile.key_storage_provider =
        profile.key_storage_provider.filter(|one| rules.key_storage_providers.value.contains(one));
    if rules.hash.value == HashHandling::NoSetting {
        profile.hash_algorithms.clear();
    }
    profile.deployment_channel = profile.deployment_channel.filter(|_| mac);
    profile.all_apps_access = profile.all_apps_access.filter(|_| mac);
    profile.certificate_access = profile.certificate_access.filter(|_| rules.certificate_access.value);
    if !rules.applicability_rules.value {
        profile.applicability_rules.clear();
    }
    if !rules.subject_formats.value.contains(&profile.subject.format()) {
        profile.subject = SubjectName::Custom(profile.subject.text().unwrap_or("CN=a").to_owned());
    }
    if rules.san_form.value == SanForm::Older {
        profile.alternative_names.clear();
    }
    profile.alternative_names.retain(|name| !name.value.contains(';'));
    profile.older_alternative_names =
        profile.older_alternative_names.filter(|older| !older.types.is_empty() || older.format.is_some());
    profile
}
