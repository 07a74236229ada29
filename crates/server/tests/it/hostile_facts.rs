//! Facts of devices and users, chosen by an enemy, from the profile to the certificate: expansion, request, bound challenge, and
//! what is certified is what the profile means, or nothing is (threat 16).

use crate::world::{Csr, World};
use ca::profile::names::SanKind;
use chancery::validators::bound::{Promise, Sealed, Sealer};
use mdm::expand::{DeviceFacts, Expected, Facts, UserFacts, expand};
use mdm::platform::Platform;
use mdm::profile::Profile;
use mdm::subject::Subject;
use pki::certificate::Certificate;
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::{Random as _, oid};
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

const SUBJECT: &str = "CN=a-{{DeviceName}}-b, OU={{Department}}, O=Contoso";

fn profile() -> Profile {
    serde_json::from_value(serde_json::json!({
        "name": "wifi", "description": "Wi-Fi", "platform": "windows", "certificate_type": "user",
        "subject": {"custom": SUBJECT}, "alternative_names": [{"type": "upn", "value": "{{UserPrincipalName}}"}],
        "validity": {"years": 1}, "key_usage": ["digital_signature", "key_encipherment"], "key_size": 2048,
        "renewal_threshold": 20,
    }))
    .unwrap()
}

/// What an enemy calls a device, a department or a user.
fn hostile() -> Vec<String> {
    let chosen = [
        "x, O=Other",
        "x,O=Other",
        "x;O=Other",
        "x\nO=Other",
        "x+CN=admin",
        "\" + CN=admin, CN=\"",
        "\"x\"",
        "\"",
        "x\"\"y",
        "\\",
        "x\\",
        "x\\, O=Other",
        "\\22, CN=admin",
        "#0403414243",
        "{{UserPrincipalName}}",
        "{{AAD_Device_ID}}",
        "x}}",
        "CN=x",
        "=",
        " x",
        "x ",
        "\u{a0}x",
        "\0",
        "x\0y",
        "\u{1b}[8mx",
        "\u{202e}x",
        "x\u{200b}",
        "\u{2066}x\u{2069}",
        "x\u{ad}",
        "\u{feff}x",
        "e\u{301}",
        "é",
        "Ünïcode",
        "\u{212a}iosk",
        "<x>",
        "x;uri+tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500",
        "*",
        "",
        " ",
        "admin@contoso.example",
    ];
    let long = ["a", ",", "\"", "\u{202e}", "é"].map(|part| part.repeat(10_000));
    let mut all: Vec<String> = chosen.map(str::to_owned).into_iter().chain(long).collect();
    let strategy = prop_oneof![any::<String>(), "[a-c ,;+=\"#\\\\<>{}]{1,12}"];
    let mut runner = TestRunner::deterministic();
    all.extend((0..40).map(|_| strategy.new_tree(&mut runner).unwrap().current()));
    all
}

fn facts(device: &str, department: &str, upn: &str) -> Facts {
    let text = |value: &str| Some(value.to_owned());
    let device = DeviceFacts { name: text(device), ..DeviceFacts::new(Platform::Windows) };
    Facts { device, user: Some(UserFacts { department: text(department), upn: text(upn), ..nobody() }) }
}

/// A user of whom nothing is known.
fn nobody() -> UserFacts {
    serde_json::from_str("{}").unwrap()
}

/// What the profile means for these facts, written without the code under test.
fn meant(device: &str, department: &str) -> Name {
    let common_name = format!("a-{device}-b");
    let pairs =
        [(oid::CN, &*common_name), (oid::ORGANIZATIONAL_UNIT, department), (oid::ORGANIZATION, "Contoso")];
    Name::from_pairs(&pairs)
}

/// What a device asks for that puts facts into text and reads that.
fn naive(device: &str, department: &str) -> Option<Name> {
    let text = SUBJECT.replace("{{DeviceName}}", device).replace("{{Department}}", department);
    Subject::parse(&text).ok()?.to_name().ok()
}

fn sealed(world: &World, expected: &Expected) -> String {
    let upn = |name: &GeneralName| match name {
        GeneralName::Upn(upn) => (SanKind::Upn, upn.clone()),
        other => panic!("the profile has no {other}"),
    };
    let names = expected.alternative_names.0.iter().map(upn).collect();
    let promise = Promise { subject: expected.subject.to_string(), names, ..Promise::default() };
    let mut id = [0; 16];
    chancery::keys::SystemRandom.fill(&mut id).unwrap();
    let (endpoint, profile) = ("bound".to_owned(), "device".to_owned());
    let sealed = Sealed { id, endpoint, profile, expires: world.clock.now() + 3600, promise };
    let sealer = Sealer::new(&world.challenge_key).unwrap();
    sealer.seal(&sealed, &mut chancery::keys::SystemRandom).unwrap().to_string()
}

/// Asks for that subject with a challenge for what is expected.
async fn asks(world: &World, expected: &Expected, subject: &Name) -> Option<Certificate> {
    let device = world.device("laptop");
    let challenge = sealed(world, expected);
    let csr = Csr { names: expected.alternative_names.0.clone(), ..Csr::of(subject.clone(), &challenge) };
    let told = device.asks(world, "bound", &csr).await;
    told.is_success().then(|| device.opens(&told))
}

#[tokio::test]
async fn t16_whatever_the_facts_what_is_certified_is_what_the_profile_means() {
    let more = "[[endpoint]]\nname = 'bound'\nprofile = 'device'\nvalidator = 'bound'\n";
    let world = World::configured(|usual| format!("{usual}{more}")).await;
    let (mut issued, mut tricked) = (0, 0);
    for (at, fact) in hostile().iter().enumerate() {
        let (device, department, upn) = match at % 3 {
            0 => (&**fact, "Sales", "jane@contoso.example"),
            1 => ("laptop", &**fact, "jane@contoso.example"),
            _ => (&**fact, &**fact, &**fact),
        };
        let Ok(expected) = expand(&profile(), &facts(device, department, upn)) else { continue };
        let wanted = meant(device, department);
        assert!(ca::decide::identity::same_name(&expected.subject.to_name().unwrap(), &wanted), "{fact:?}");
        if let Some(certificate) = asks(&world, &expected, &wanted).await {
            assert!(ca::decide::identity::same_name(certificate.subject(), &wanted), "{fact:?}");
            assert_eq!(certificate.san().unwrap().0, [GeneralName::Upn(upn.to_owned())], "{fact:?}");
            issued += 1;
        }
        let Some(other) = naive(device, department) else { continue };
        if !ca::decide::identity::same_name(&other, &wanted) {
            assert_eq!(asks(&world, &expected, &other).await, None, "{fact:?}: {other}");
            tricked += 1;
        }
    }
    assert!(issued >= 10 && tricked >= 3, "control: {issued} certificates, {tricked} devices that read text");
    world.assert_sound().await;
}
