//! Challenges: spent once, for whom they were made, where they were made, while they live.

use crate::world::{Csr, Device, SHARED, Told, World};
use chancery::store::{ClaimHash, NewChallenge};
use chancery::validators::BoundIdentity;
use pki::Time;
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::oid;
use std::sync::Arc;

#[tokio::test]
async fn v9_a_challenge_used_from_sixteen_connections_at_once_issues_exactly_one() {
    let world = Arc::new(World::start().await);
    let challenge = world.challenge("once", None).await;
    let mut asking = tokio::task::JoinSet::new();
    for number in 0..16 {
        let device = world.device(&format!("phone-{number}"));
        let message = device.pkcs_req(&world, &device.csr(&challenge).signed(&device.key));
        let world = Arc::clone(&world);
        asking.spawn(async move {
            // A client of its own: sixteen connections.
            let http = simulator::fleet::http_client(None).unwrap();
            let url = format!("{}?operation=PKIOperation", world.url("once"));
            let answer = http.post(url).body(message).send().await.unwrap();
            let status = answer.status().as_u16();
            Told::read(status, answer.bytes().await.unwrap().to_vec(), &world.ra())
        });
    }
    let told = asking.join_all().await;
    assert_eq!(told.iter().filter(|one| one.is_success()).count(), 1);
    for refused in told.iter().filter(|one| !one.is_success()) {
        assert_eq!(refused.code(), Some("CHY-3004"), "{refused:?}");
    }
    assert_eq!(world.issued().await, 1);
    world.assert_sound().await;
}

#[tokio::test]
async fn t7_a_message_sent_a_thousand_times_has_one_certificate() {
    let mut world = World::start().await;
    let (device, other) = (world.device("phone"), world.device("phone"));
    let challenge = world.challenge("once", None).await;
    let request = device.csr(&challenge).signed(&device.key);
    let message = device.pkcs_req(&world, &request);
    let certificate = device.opens(&world.post("once", message.clone()).await);
    for number in 0..1000 {
        let told = world.post("once", message.clone()).await;
        // Opened now and then only: it is the same row.
        assert!(told.is_success(), "{number}: {told:?}");
        if number % 100 == 0 {
            assert_eq!(device.opens(&told).der(), certificate.der());
        }
    }
    world.restart().await;
    let told = world.post("once", message).await;
    assert_eq!(device.opens(&told).der(), certificate.der(), "t17: after a restart too");
    // The same transaction with another request, and the same request under another name.
    let again = device.pkcs_req(&world, &device.csr(&challenge).signed(&device.key));
    assert_eq!(world.post("once", again).await.code(), Some("CHY-3004"));
    let told = world.post("once", other.pkcs_req(&world, &other.csr(&challenge).signed(&other.key))).await;
    assert_eq!(told.code(), Some("CHY-3004"));
    assert_eq!(world.issued().await, 1);
    world.assert_sound().await;
}

#[tokio::test]
async fn t17_spent_before_a_restart_is_spent_after_it() {
    let mut world = World::start().await;
    let mut spent = Vec::new();
    for number in 0..12 {
        let challenge = world.challenge("once", None).await;
        let device = world.device(&format!("phone-{number}"));
        assert!(device.asks(&world, "once", &device.csr(&challenge)).await.is_success());
        spent.push(challenge);
    }
    let fresh = world.challenge("once", None).await;
    world.restart().await;
    for challenge in &spent {
        let thief = world.device("thief");
        let told = thief.asks(&world, "once", &thief.csr(challenge)).await;
        world.assert_refused(&told, 12, "spent").await;
        assert_eq!(told.code(), Some("CHY-3004"));
    }
    let device = world.device("late");
    assert!(device.asks(&world, "once", &device.csr(&fresh)).await.is_success(), "control: one made before");
}

#[tokio::test]
async fn v13_t18_expired_is_not_absent_and_absent_is_not_allowed() {
    let world = World::start().await;
    let device = world.device("phone");
    let challenge = world.challenge("once", None).await;
    for endpoint in ["once", "fixed", "other"] {
        let told = device.asks(&world, endpoint, &device.csr("")).await;
        world.assert_refused(&told, 0, "no challenge").await;
        assert_eq!(told.code(), Some("CHY-3001"), "{endpoint}");
    }
    world.clock.advance(3600);
    let told = device.asks(&world, "once", &device.csr(&challenge)).await;
    world.assert_refused(&told, 0, "expired").await;
    assert_eq!((told.code(), &*told.fail_info), (Some("CHY-3003"), "3"));
    // Far enough back that a slow machine has not run past it.
    world.clock.advance(-600);
    assert!(
        device.asks(&world, "once", &device.csr(&challenge)).await.is_success(),
        "control: ten minutes before"
    );
}

#[tokio::test]
async fn t29_every_pair_of_endpoint_and_credential() {
    let world = World::with_tenant().await;
    let endpoints = ["once", "other", "fixed", "intune"];
    let delivered = world.delivered();
    for made_for in endpoints {
        for used_at in endpoints {
            let device = world.device("phone");
            let before = world.issued().await;
            let csr = match made_for {
                "intune" => Csr {
                    subject: delivered.subject.clone(),
                    ..device.csr(delivered.challenge.as_deref().unwrap())
                },
                "fixed" => device.csr(SHARED),
                _ => device.csr(&world.challenge(made_for, None).await),
            };
            if made_for == used_at {
                continue;
            }
            let told = device.asks(&world, used_at, &csr).await;
            world.assert_refused(&told, before, &format!("{made_for} at {used_at}")).await;
            let expected = if used_at == "intune" { "CHY-31" } else { "CHY-3002" };
            assert!(told.text.starts_with(expected), "{made_for} at {used_at}: {told:?}");
        }
    }
    let told = world.post("intune", {
        let device = world.device("phone");
        device.pkcs_req(&world, &delivered.sign(&device.key, pki::algorithm::Digest::Sha256).unwrap())
    });
    assert!(told.await.is_success(), "control: where it was made for");
}

fn bound(name: &str) -> BoundIdentity {
    BoundIdentity { dns: vec![format!("{name}.contoso.example")], ..BoundIdentity::common_name(name) }
}

fn asking(name: &str, challenge: &str) -> Csr {
    Csr { names: vec![GeneralName::Dns(format!("{name}.contoso.example"))], ..Csr::named(name, challenge) }
}

#[tokio::test]
async fn v11_t13_challenge_a_with_request_b_for_fifty_pairs() {
    let world = World::start().await;
    for number in 0..50_u64 {
        let (a, b) = (format!("pc-{number}"), format!("pc-{}", number + 100));
        let challenge = world.challenge("once", Some(&bound(&a))).await;
        let device = world.device(&b);
        let told = device.asks(&world, "once", &asking(&b, &challenge)).await;
        world.assert_refused(&told, number, &a).await;
        assert_eq!(told.code(), Some("CHY-3005"), "{a}");
        let device = world.device(&a);
        let told = device.asks(&world, "once", &asking(&a, &challenge)).await;
        assert!(told.is_success(), "control: the identity that it was made for: {told:?}");
    }
}

#[tokio::test]
async fn v11_a_constraint_that_cannot_be_read_refuses() {
    let world = World::start().await;
    let device = world.device("pc-1");
    for identity in ["{}x", "null", "[]", r#"{"subject":"pc-1"}"#, r#"{"names":[]}"#] {
        let text = format!("unreadable {identity}");
        let now = Time::from_unix(world.clock.now());
        let row = NewChallenge {
            hash: ClaimHash(world.challenge_key.hash(&text).0),
            endpoint: "once".into(),
            identity: Some(identity.into()),
            expires_at: now.plus_seconds(60),
            created_at: now,
            note: String::new(),
        };
        assert!(world.store.put_challenge(row).await.unwrap());
        let told = device.asks(&world, "once", &device.csr(&text)).await;
        world.assert_refused(&told, 0, identity).await;
    }
}

/// A subject or name that some program takes for `name`, with what the trick is.
fn tricks(name: &str) -> Vec<(&'static str, Csr)> {
    let cn = |text: &str| Csr { names: names(name), ..Csr::named(text, "") };
    let pairs =
        |pairs: &[(pki::Oid, &str)]| Csr { names: names(name), ..Csr::of(Name::from_pairs(pairs), "") };
    let with = |more: GeneralName| Csr { names: [names(name), vec![more]].concat(), ..Csr::named(name, "") };
    let only = |names: Vec<GeneralName>| Csr { names, ..Csr::named(name, "") };
    let dns = |text: &str| GeneralName::Dns(text.into());
    let host = format!("{name}.contoso.example");
    let attribute = |text: &str| Name::from_pairs(&[(oid::CN, text)]).rdns()[0][0].clone();
    let typed = |tag: pki::der::Tag, text: &[u8]| {
        let mut odd = attribute(name);
        (odd.tag, odd.value) = (tag.0, text.to_vec());
        Csr { names: names(name), ..Csr::of(Name::from_rdns(vec![vec![odd]]), "") }
    };
    let utf16: Vec<u8> = name.encode_utf16().chain([0x202e]).flat_map(u16::to_be_bytes).collect();
    vec![
        ("a character more", cn(&format!("{name}x"))),
        ("a character less", cn(&name[1..])),
        ("a NUL behind", cn(&format!("{name}\0"))),
        ("a NUL and a name behind", cn(&format!("admin\0{name}"))),
        ("a line break", cn(&format!("{name}\nCN=admin"))),
        ("an escaped comma", cn(&format!("{name}\\, admin"))),
        ("a comma", cn(&format!("{name},CN=admin"))),
        ("a plus", cn(&format!("{name}+CN=admin"))),
        ("a hexadecimal value", cn("#0c04706331")),
        ("a zero-width space", cn(&format!("{name}\u{200b}"))),
        ("a soft hyphen", cn(&format!("p\u{ad}{}", &name[1..]))),
        ("a right-to-left override", cn(&format!("\u{202e}{name}"))),
        ("a Cyrillic letter", cn(&name.replacen('p', "\u{440}", 1))),
        ("a full-width letter", cn(&name.replacen('p', "\u{ff50}", 1))),
        ("a combining accent", cn(&format!("{name}\u{301}"))),
        ("a tab", cn(&format!("{name}\t"))),
        ("a trailing dot", cn(&format!("{name}."))),
        ("a trailing dollar", cn(&format!("{name}$"))),
        ("a second common name before", pairs(&[(oid::CN, "admin"), (oid::CN, name)])),
        ("a second common name behind", pairs(&[(oid::CN, name), (oid::CN, "admin")])),
        ("an organization more", pairs(&[(oid::CN, name), (oid::ORGANIZATION, "Domain Admins")])),
        ("a mail address more", pairs(&[(oid::CN, name), (oid::EMAIL_ADDRESS, "admin@contoso.example")])),
        ("the name as an organization", pairs(&[(oid::ORGANIZATION, name)])),
        ("no subject", pairs(&[])),
        (
            "a multi-valued RDN",
            Csr {
                names: names(name),
                ..Csr::of(Name::from_rdns(vec![vec![attribute("admin"), attribute(name)]]), "")
            },
        ),
        ("T61String with another letter", typed(pki::der::Tag(20), &[name.as_bytes(), b"\xe9"].concat())),
        ("BMPString with an override", typed(pki::der::Tag::BMP_STRING, &utf16)),
        ("UniversalString", typed(pki::der::Tag(28), &[0, 0, 0, b'p'])),
        ("UTF8String that is none", typed(pki::der::Tag(12), b"\xc0\xaf")),
        ("another DNS name more", with(dns("dc01.contoso.example"))),
        ("the DNS name twice", with(dns(&host))),
        ("a wild card more", with(dns("*.contoso.example"))),
        ("a UPN more", with(GeneralName::Upn("admin@contoso.example".into()))),
        ("a mail address as SAN more", with(GeneralName::Email("admin@contoso.example".into()))),
        ("a URI more", with(GeneralName::Uri("urn:admin".into()))),
        ("an address more", with(GeneralName::Ip("10.0.0.1".parse().unwrap()))),
        ("a directory name more", with(GeneralName::Directory(Name::from_pairs(&[(oid::CN, "admin")])))),
        ("a registered ID more", with(GeneralName::Other(vec![0x88, 1, 0x29]))),
        ("no alternative name", only(Vec::new())),
        ("a trailing dot in the DNS name", only(vec![dns(&format!("{host}."))])),
        ("a NUL in the DNS name", only(vec![dns(&format!("{host}\0.evil.example"))])),
        ("the DNS name as URI", only(vec![GeneralName::Uri(host.clone())])),
        ("the DNS name as mail address", only(vec![GeneralName::Email(host)])),
    ]
}

fn names(name: &str) -> Vec<GeneralName> {
    vec![GeneralName::Dns(format!("{name}.contoso.example"))]
}

#[tokio::test]
async fn t15_t16_three_hundred_pairs_of_a_bound_identity_and_something_like_it() {
    let world = World::start().await;
    let mut pairs = 0;
    for number in 0..8 {
        let name = format!("pc-{number:03}");
        let challenge = world.challenge("once", Some(&bound(&name))).await;
        let device = world.device(&name);
        for (what, trick) in tricks(&name) {
            let told =
                device.asks(&world, "once", &Csr { challenge: Some(challenge.clone()), ..trick }).await;
            world.assert_refused(&told, number, &format!("{name}: {what}")).await;
            pairs += 1;
        }
        let told = device.asks(&world, "once", &asking(&name, &challenge)).await;
        assert!(told.is_success(), "control: {told:?}");
    }
    assert!(pairs >= 300, "{pairs}");
}

#[tokio::test]
async fn t23_wrong_guesses_at_a_static_endpoint_lock_the_source_out() {
    let world = World::start().await;
    let device = world.device("phone");
    for _ in 0..10 {
        let told = device.asks(&world, "fixed", &device.csr("guess")).await;
        world.assert_refused(&told, 0, "a guess").await;
    }
    let told = device.asks(&world, "fixed", &device.csr(SHARED)).await;
    world.assert_refused(&told, 0, "locked").await;
    assert!(enrols_elsewhere(&world, &device).await, "the other endpoints go on");
    world.clock.advance(86_400);
    assert!(device.asks(&world, "fixed", &device.csr(SHARED)).await.is_success(), "control: later");
}

async fn enrols_elsewhere(world: &World, device: &Device) -> bool {
    let challenge = world.challenge("other", None).await;
    device.asks(world, "other", &device.csr(&challenge)).await.is_success()
}
