//! Challenges that name the one request which they are good for.

use crate::world::{Csr, Device, Told, World};
use ca::profile::names::SanKind;
use chancery::clock::SystemClock;
use chancery::desk::Desk;
use chancery::http::{ChallengeDesk, NewChallenge};
use chancery::installation::Installation;
use chancery::validators::bound::{Promise, Sealed, Sealer};
use mdm::subject::Subject;
use pki::extension::{ExtendedKeyUsage, Extension, KeyUsage};
use pki::general_name::GeneralName;
use pki::{Random as _, oid};
use std::sync::Arc;

const SUBJECT: &str = r#"CN="Doe, Jane", O=Contoso"#;

async fn world() -> World {
    let more = "[[endpoint]]\nname = 'bound'\nprofile = 'device'\nvalidator = 'bound'\n\
                [[endpoint]]\nname = 'elsewhere'\nprofile = 'device'\nvalidator = 'bound'\n\
                [[endpoint]]\nname = 'strict'\nprofile = 'device'\nvalidator = 'bound'\n\
                [endpoint.bound]\nstrict_string = true\n\
                [[endpoint]]\nname = 'narrow'\nprofile = 'other'\nvalidator = 'bound'\n";
    World::configured(|usual| format!("{usual}{more}")).await
}

fn both() -> KeyUsage {
    KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT)
}

fn promise(device: &Device) -> Promise {
    let hash = pki::algorithm::sha256(device.key.public().spki());
    Promise {
        subject: SUBJECT.to_owned(),
        names: vec![
            (SanKind::Dns, "phone.contoso.example".to_owned()),
            (SanKind::Uri, "IntuneDeviceId://7".to_owned()),
        ],
        key_usage: Some(vec!["digitalSignature".to_owned(), "keyEncipherment".to_owned()]),
        extended_key_usage: Some(vec!["clientAuth".to_owned()]),
        key_sha256: Some(hash.iter().map(|octet| format!("{octet:02x}")).collect()),
    }
}

fn subject(text: &str) -> pki::name::Name {
    Subject::parse(text).unwrap().to_name().unwrap()
}

/// What was promised, asked for.
fn kept(challenge: &str) -> Csr {
    Csr {
        names: vec![
            GeneralName::Dns("phone.contoso.example".to_owned()),
            GeneralName::Uri("IntuneDeviceId://7".to_owned()),
        ],
        extensions: vec![
            Extension::key_usage(both()),
            Extension::extended_key_usage(&ExtendedKeyUsage(vec![oid::CLIENT_AUTH])),
        ],
        ..Csr::of(subject(SUBJECT), challenge)
    }
}

fn seal(world: &World, change: impl Fn(&mut Sealed), promise: Promise) -> String {
    let mut id = [0; 16];
    chancery::keys::SystemRandom.fill(&mut id).unwrap();
    let (endpoint, profile) = ("bound".to_owned(), "device".to_owned());
    let mut sealed = Sealed { id, endpoint, profile, expires: world.clock.now() + 3600, promise };
    change(&mut sealed);
    let sealer = Sealer::new(&world.challenge_key).unwrap();
    sealer.seal(&sealed, &mut chancery::keys::SystemRandom).unwrap().to_string()
}

/// The difference in the newest refusal's audit row.
async fn difference(world: &World) -> serde_json::Value {
    let head = world.store.audit_head().await.unwrap();
    let row = world.store.audit(head.sequence - 1, 1).await.unwrap().remove(0);
    let event: serde_json::Value = serde_json::from_str(&row.event).unwrap();
    event["detail"]["difference"].clone()
}

type Change = (&'static str, &'static str, fn(&mut Csr));

/// One element of the request changed each time: which, what was found, and how.
const CHANGES: &[Change] = &[
    ("subject, RDN 1", "CN=Doe\\, John", |csr| csr.subject = subject(r#"CN="Doe, John", O=Contoso"#)),
    ("subject, RDN 1", "CN=Doe", |csr| csr.subject = subject("CN=Doe, OU=Jane, O=Contoso")),
    ("subject, RDN 2", "nothing", |csr| csr.subject = subject(r#"CN="Doe, Jane""#)),
    ("subject, RDN 2", "O=Contoso Ltd", |csr| csr.subject = subject(r#"CN="Doe, Jane", O=Contoso Ltd"#)),
    ("subject, RDN 3", "CN=admin", |csr| csr.subject = subject(r#"CN="Doe, Jane", O=Contoso, CN=admin"#)),
    ("alternative names", "DNS:dc01.contoso.example", |csr| {
        csr.names[0] = GeneralName::Dns("dc01.contoso.example".to_owned());
    }),
    ("alternative names", "nothing", |csr| drop(csr.names.remove(0))),
    ("alternative names", "UPN:admin@contoso.example", |csr| {
        csr.names.push(GeneralName::Upn("admin@contoso.example".to_owned()));
    }),
    ("alternative names", "URI:IntuneDeviceId://8", |csr| {
        csr.names[1] = GeneralName::Uri("IntuneDeviceId://8".to_owned());
    }),
    ("alternative names", "DNS:phone.contoso.example", |csr| csr.names.push(csr.names[0].clone())),
    ("key usage", "digitalSignature", |csr| {
        csr.extensions[0] = Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE);
    }),
    ("key usage", "nothing", |csr| drop(csr.extensions.remove(0))),
    ("extended key usage", "serverAuth, clientAuth", |csr| {
        csr.extensions[1] =
            Extension::extended_key_usage(&ExtendedKeyUsage(vec![oid::CLIENT_AUTH, oid::SERVER_AUTH]));
    }),
    ("extended key usage", "nothing", |csr| drop(csr.extensions.remove(1))),
];

#[tokio::test]
async fn a_bound_challenge_is_good_for_the_one_request_that_was_promised() {
    let world = world().await;
    let device = world.device("phone");
    let challenge = seal(&world, |_| (), promise(&device));
    for (element, found, change) in CHANGES {
        let mut csr = kept(&challenge);
        change(&mut csr);
        let told = device.asks(&world, "bound", &csr).await;
        assert_eq!(told.code(), Some("CHY-3007"), "{element}, {found}: {told:?}");
        let difference = difference(&world).await;
        assert_eq!((&difference["element"], &difference["found"]), (&(*element).into(), &(*found).into()));
    }
    let thief = world.device("phone");
    let told = thief.asks(&world, "bound", &kept(&challenge)).await;
    assert_eq!(told.code(), Some("CHY-3007"), "another key: {told:?}");
    assert_eq!(difference(&world).await["element"], "key, SHA-256");
    assert_eq!(world.issued().await, 0);
    device.opens(&device.asks(&world, "bound", &kept(&challenge)).await);
    let told = device.asks(&world, "bound", &kept(&challenge)).await;
    assert_eq!(told.code(), Some("CHY-3004"), "twice: {told:?}");
    world.assert_sound().await;
}

#[tokio::test]
async fn a_bound_challenge_is_good_where_and_while_it_was_promised() {
    let world = world().await;
    let device = world.device("phone");
    let challenge = seal(&world, |_| (), promise(&device));
    let refused = async |endpoint: &str, challenge: &str, code: &str| {
        let told = device.asks(&world, endpoint, &kept(challenge)).await;
        assert_eq!(told.code(), Some(code), "{endpoint}: {told:?}");
    };
    refused("elsewhere", &challenge, "CHY-3002").await;
    refused("narrow", &seal(&world, |one| one.endpoint = "narrow".to_owned(), promise(&device)), "CHY-3002")
        .await;
    for at in [0, 5, 40, challenge.len() / 2, challenge.len() - 6] {
        let mut damaged = challenge.clone().into_bytes();
        damaged[at] = if damaged[at] == b'A' { b'B' } else { b'A' };
        refused("bound", &String::from_utf8(damaged).unwrap(), "CHY-3002").await;
    }
    refused("bound", "CB1:", "CHY-3002").await;
    world.clock.advance(3600);
    refused("bound", &challenge, "CHY-3003").await;
    assert_eq!(world.issued().await, 0);
}

#[tokio::test]
async fn m64_names_are_compared_as_decoded() {
    let world = world().await;
    for (promised, asked) in [
        (r#"CN="Test User (TestCompany, LLC)",O=Contoso"#, r#"CN="Test User (TestCompany, LLC)", O=Contoso"#),
        (r#"CN="a;b+c=d""e",OU=x"#, r#"CN="a;b+c=d""e"; OU=x"#),
        ("CN=Ünïcode", "cn = \"Ünïcode\""),
    ] {
        let device = world.device("phone");
        let promise = Promise { subject: promised.to_owned(), ..Promise::default() };
        let csr = Csr::of(subject(asked), &seal(&world, |_| (), promise));
        device.opens(&device.asks(&world, "bound", &csr).await);
    }
}

/// M64's table: how a profile writes each character, whether the endpoint that compares texts grants what the device asks for, and
/// whether the other can make a challenge of it at all.
const WRITTEN: [(&str, &str, bool, bool); 3] = [
    (r"CN=Test\{c}LLC, O=Contoso", "Test{c}LLC", false, false),
    (r#"CN="Test{c}LLC", O=Contoso"#, "Test{c}LLC", true, true),
    ("CN=TestLLC, O=Contoso", "TestLLC", true, true),
];

#[tokio::test]
async fn m64_m65_four_characters_escaped_quoted_and_removed() {
    let world = world().await;
    let config = world.home.config().unwrap();
    let desk =
        Desk::new(&config, &Installation::open(&config, &SystemClock).await.unwrap(), Arc::new(SystemClock));
    for character in ['+', ',', ';', '='] {
        for (profile, name, as_text, decoded) in WRITTEN {
            let with = |text: &str| text.replace("{c}", &character.to_string());
            for (endpoint, granted) in [("strict", as_text), ("bound", decoded)] {
                let request = Promise { subject: with(profile), ..Promise::default() };
                let wanted = NewChallenge {
                    endpoint: Some(endpoint.to_owned()),
                    request: Some(request),
                    ..NewChallenge::default()
                };
                let what = format!("{} at {endpoint}", with(profile));
                let Ok(issued) = desk.issue(wanted, "test").await else {
                    assert!(!granted && endpoint == "bound", "{what}: no challenge");
                    continue;
                };
                let device = world.device("phone");
                let asked =
                    pki::name::Name::from_pairs(&[(oid::CN, &with(name)), (oid::ORGANIZATION, "Contoso")]);
                let told =
                    device.asks(&world, endpoint, &Csr::of(asked, issued.challenge.reveal_secret())).await;
                assert_eq!(told.is_success(), granted, "{what}: {told:?}");
                if !granted {
                    let both = difference(&world).await;
                    assert_eq!(both["element"], "subject as text, RDN 1", "{what}");
                    assert_eq!(both["expected"], with(profile.split(", ").next().unwrap()), "{what}");
                    assert_eq!(both["found"], with("CN=\"Test{c}LLC\""), "{what}");
                }
            }
        }
    }
}

#[tokio::test]
async fn t17_each_bound_challenge_gives_one_certificate_to_eight_who_post_it_at_once() {
    let world = Arc::new(world().await);
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..25 {
        let name = format!("phone-{number}");
        let promise = Promise { subject: format!("CN={name}"), ..Promise::default() };
        let challenge = seal(&world, |_| (), promise);
        for _ in 0..8 {
            let device = world.device(&name);
            let message = device.pkcs_req(&world, &Csr::named(&name, &challenge).signed(&device.key));
            let world = Arc::clone(&world);
            asking.spawn(async move { world.post("bound", message).await });
        }
    }
    let told: Vec<Told> = asking.join_all().await;
    assert_eq!(told.iter().filter(|one| one.is_success()).count(), 25);
    assert!(told.iter().all(|one| one.is_success() || one.code() == Some("CHY-3004")));
    assert_eq!(world.issued().await, 25);
    world.assert_sound().await;
}

#[tokio::test]
async fn the_desk_makes_a_challenge_for_the_endpoint_that_can_hold_a_device_to_it() {
    let world = world().await;
    let config = world.home.config().unwrap();
    let installation = Installation::open(&config, &SystemClock).await.unwrap();
    let desk = Desk::new(&config, &installation, Arc::new(SystemClock));
    let request = Promise { subject: "CN=phone".to_owned(), ..Promise::default() };
    let wanted = |request| NewChallenge { request: Some(request), ..NewChallenge::default() };
    let issued = desk.issue(wanted(request.clone()), "test").await.unwrap();
    assert_eq!(issued.endpoint, "bound");
    let device = world.device("phone");
    device.opens(&device.asks(&world, "bound", &device.csr(issued.challenge.reveal_secret())).await);
    let by_profile = NewChallenge { profile: Some("other".to_owned()), ..wanted(request.clone()) };
    assert_eq!(desk.issue(by_profile, "test").await.unwrap().endpoint, "narrow");
    assert_eq!(desk.issue(NewChallenge::default(), "test").await.unwrap().endpoint, "once");
    let faulty = [
        wanted(Promise { subject: "CN=a, b".to_owned(), ..request.clone() }),
        wanted(Promise { names: vec![(SanKind::Ip, "phone".to_owned())], ..request.clone() }),
        wanted(Promise { key_usage: Some(vec!["keyCertSign".to_owned()]), ..request.clone() }),
        wanted(Promise { key_sha256: Some("00".to_owned()), ..request.clone() }),
        NewChallenge { endpoint: Some("once".to_owned()), ..wanted(request.clone()) },
        NewChallenge { endpoint: Some("bound".to_owned()), ..NewChallenge::default() },
    ];
    for one in faulty {
        let shown = format!("{one:?}");
        let Err(problem) = desk.issue(one, "test").await else { panic!("made: {shown}") };
        assert_eq!((problem.status, problem.code.to_string()), (400, "CHY-6037".to_owned()), "{shown}");
    }
}
