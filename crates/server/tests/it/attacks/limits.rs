//! Too much, too deep, and what stands in headers.

use crate::world::raw::{Signed, octets, text};
use crate::world::{Csr, SHARED, World};
use pki::attribute::Attribute;
use pki::der::{Tag, Writer};
use pki::name::Name;
use pki::{Oid, oid};
use scep::message::{SENDER_NONCE, TRANSACTION_ID};

#[tokio::test]
async fn t33_one_subject_draws_so_many_certificates_a_day_and_no_more() {
    let mut world = World::start().await;
    let ask = async |world: &World, name: &str| {
        let device = world.device(name);
        world.post("fixed", device.pkcs_req(world, &device.csr(SHARED).signed(&device.key))).await
    };
    for _ in 0..12 {
        assert!(ask(&world, "phone").await.is_success(), "control: no limit");
    }
    let settings = world.home.settings();
    world
        .home
        .configure(&settings.replace("renewal = false", "renewal = false\nmax_per_subject_per_day = 10"));
    world.restart().await;
    let mut granted = 0;
    for _ in 0..100 {
        let told = ask(&world, "tablet").await;
        granted += u32::from(told.is_success());
        assert!(told.is_success() || told.code() == Some("CHY-2213"), "{told:?}");
    }
    assert_eq!((granted, world.issued().await), (10, 22));
    assert!(ask(&world, "phone").await.is_success(), "those of before the limit were not counted");
    // Without a subject the alternative names tell devices apart.
    for (number, expected) in
        [(1, true), (2, true)].into_iter().chain([(1, true); 9]).chain([(1, false), (2, true)])
    {
        let device = world.device("unused");
        let names = vec![pki::general_name::GeneralName::Dns(format!("device-{number}.example.test"))];
        let csr = Csr { names, ..Csr::of(Name::from_pairs(&[]), SHARED) };
        let told = world.post("fixed", device.pkcs_req(&world, &csr.signed(&device.key))).await;
        assert_eq!(told.is_success(), expected, "{number}: {told:?}");
    }
    world.clock.advance(86_400);
    assert!(ask(&world, "tablet").await.is_success(), "a day later");
    world.assert_sound().await;
}

#[tokio::test]
async fn v19_t48_large_messages_and_attributes_are_refused() {
    let world = World::start().await;
    let device = world.device("phone");
    let good = Signed::usual(&world.ra(), &device, &device.csr(SHARED).signed(&device.key));
    let with = |oid: Oid, attribute| good.clone().attribute(oid, Some(attribute)).signed_by(&device.key);
    let long = "A".repeat(200_000);
    let pairs: Vec<(Oid, &str)> = vec![(oid::ORGANIZATIONAL_UNIT, "x"); 2_000];
    let many = Csr::of(Name::from_pairs(&pairs), SHARED).signed(&device.key);
    let huge = device.csr(&"A".repeat(20_000)).signed(&device.key);
    for (what, message) in [
        ("a transactionID of 200 kB", with(TRANSACTION_ID, text(TRANSACTION_ID, &long))),
        ("a transactionID of 257", with(TRANSACTION_ID, text(TRANSACTION_ID, &long[..257]))),
        ("a nonce of 64 kB", with(SENDER_NONCE, octets(SENDER_NONCE, &[7; 65_536]))),
        ("a challenge of 20 kB", device.pkcs_req(&world, &huge)),
        ("two thousand units", device.pkcs_req(&world, &many)),
        ("300 kB of zeros", vec![0; 300_000]),
    ] {
        let told = world.try_post("fixed", message).await;
        // Whoever sends more than is read may see the connection close.
        if let Ok(told) = told {
            assert!(told.is_refusal(), "{what}: {told:?}");
        }
        assert_eq!(world.issued().await, 0, "{what}");
    }
    assert!(world.post("fixed", good.signed_by(&device.key)).await.is_success(), "control");
}

/// Two hundred ways to make a parser work.
fn bombs() -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for tag in [0x30, 0x31, 0xa0, 0x24, 0x60] {
        for depth in [33, 1_000, 20_000, 100_000] {
            all.push([tag, 0x80].repeat(depth));
            let mut definite = Vec::new();
            for _ in 0..depth.min(300) {
                let mut outer = Writer::new();
                outer.tlv(Tag(tag), &definite);
                definite = outer.into_bytes();
            }
            all.push(definite);
        }
        for length in 0..=8_u8 {
            all.push([&[tag, 0x80 | length][..], &vec![0xff; usize::from(length)]].concat());
            all.push([&[tag, 0x84, 0xff, 0xff, 0xff, 0xff][..], &[length; 64]].concat());
        }
    }
    for element in [&[5, 0][..], &[2, 1, 0], &[0x30, 0], &[4, 0], &[6, 1, 0]] {
        let many = element.repeat(100_000 / element.len());
        all.push(Writer::bytes_of(|w| w.tlv(Tag::SET, &many)));
        all.push(Writer::bytes_of(|w| w.tlv(Tag::SEQUENCE, &many)));
    }
    for arcs in [1_000, 60_000] {
        all.push(Writer::bytes_of(|w| w.sequence(|w| w.tlv(Tag(6), &vec![0x81; arcs]))));
        all.push(Writer::bytes_of(|w| w.sequence(|w| w.tlv(Tag(6), &vec![0x01; arcs]))));
    }
    let seeds: Vec<Vec<u8>> = all.iter().filter(|bomb| bomb.len() < 100_000).cloned().collect();
    let wrapped = seeds.into_iter().map(|bomb| {
        // The same behind a head that looks like SignedData.
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&oid::SIGNED_DATA);
                w.explicit(0, |w| w.raw(&bomb));
            });
        })
    });
    all.extend(wrapped);
    all
}

#[tokio::test]
async fn v3_t45_t46_two_hundred_bombs_end_neither_process_nor_service() {
    let world = World::start().await;
    let device = world.device("phone");
    let bombs = bombs();
    assert!(bombs.len() >= 200, "{}", bombs.len());
    for (at, bomb) in bombs.into_iter().enumerate() {
        let told = world.try_post("fixed", bomb.clone()).await;
        assert!(told.as_ref().map_or(true, crate::world::Told::is_refusal), "{at}: {told:?}");
        // Inside the envelope, where only possession of the RA's key tells what it is.
        if at % 4 == 0 && bomb.len() < 60_000 {
            let told = world.post("fixed", device.pkcs_req(&world, &bomb)).await;
            world.assert_refused(&told, 0, &at.to_string()).await;
            assert_eq!(told.code(), Some("CHY-1034"));
        }
    }
    assert!(device.asks(&world, "fixed", &device.csr(SHARED)).await.is_success(), "control: it serves");
    let metrics = world.http.get(format!("http://{}/metrics", world.at.admin)).send().await.unwrap();
    let text = metrics.text().await.unwrap();
    assert!(text.contains("chancery_http_panics_total 0"), "{text}");
}

#[tokio::test]
async fn t15_requests_that_two_parsers_read_differently_are_refused() {
    let world = World::start().await;
    let device = world.device("phone");
    let plain = device.csr(SHARED);
    let spki = device.key.public().spki();
    let attribute = |text: &str| Attribute::new(oid::CHALLENGE_PASSWORD, |w| w.string(Tag(12), text));
    let two_values = {
        let values = |w: &mut Writer| w.set(|w| ["a", SHARED].iter().for_each(|one| w.string(Tag(12), one)));
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&oid::CHALLENGE_PASSWORD);
                values(w);
            });
        })
    };
    let info = plain.info(spki);
    let spliced = |list: &[Vec<u8>]| {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.u32(0);
                w.raw(plain.subject.der());
                w.raw(spki);
                w.tlv(Tag::constructed(0), &list.concat());
            });
        })
    };
    let versioned = |version: &[u8]| {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.tlv(Tag::INTEGER, version);
                w.raw(plain.subject.der());
                w.raw(spki);
                w.tlv(Tag::constructed(0), &attribute(SHARED).to_der());
            });
        })
    };
    let signed = |info: &[u8]| crate::world::signed(info, &device.key);
    let good = signed(&info);
    let extensions = |critical: &[u8]| {
        Attribute::new(oid::EXTENSION_REQUEST, |w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&oid::SUBJECT_ALT_NAME);
                    w.raw(critical);
                    w.octet_string(&[0x30, 5, 0x82, 3, b'a', b'.', b'b']);
                });
            });
        })
        .to_der()
    };
    let challenge = attribute(SHARED).to_der();
    let bad = [
        ("two challenges", signed(&spliced(&[challenge.clone(), attribute("other").to_der()]))),
        ("the same challenge twice", signed(&spliced(&[challenge.clone(), challenge.clone()]))),
        ("a challenge of two values", signed(&spliced(&[two_values]))),
        ("two extension requests", signed(&spliced(&[challenge.clone(), extensions(&[]), extensions(&[])]))),
        ("critical = 1", signed(&spliced(&[challenge, extensions(&[1, 1, 1])]))),
        ("a negative version", signed(&versioned(&[0xff]))),
        ("version 3", signed(&versioned(&[3]))),
        ("a version of two octets", signed(&versioned(&[0, 0]))),
        ("something behind", [good.clone(), vec![0]].concat()),
        ("a request behind a request", [good.clone(), good.clone()].concat()),
        ("an indefinite length", [&[0x30, 0x80][..], &good[4..], &[0, 0]].concat()),
        ("a long form of the length", [&[0x30, 0x83, 0][..], &good[2..]].concat()),
    ];
    for (what, bad) in bad {
        let told = world.post("fixed", device.pkcs_req(&world, &bad)).await;
        world.assert_refused(&told, 0, what).await;
    }
    assert!(world.post("fixed", device.pkcs_req(&world, &good)).await.is_success(), "control");
}

const FORGED: [(&str, &str); 9] = [
    ("x-forwarded-for", "10.9.8.7"),
    ("forwarded", "for=10.9.8.7;proto=https"),
    ("x-real-ip", "10.9.8.7"),
    ("x-ssl-client-verify", "SUCCESS"),
    ("x-ssl-client-s-dn", "CN=admin"),
    ("x-client-cert", "MIIB"),
    ("x-forwarded-client-cert", "Hash=0;Subject=\"CN=admin\""),
    ("x-forwarded-user", "admin"),
    ("authorization", "Bearer admin"),
];

#[tokio::test]
async fn v27_t34_forged_headers_of_a_proxy_are_ignored() {
    let world = World::start().await;
    let device = world.device("phone");
    let ask = async |challenge: &str, source: usize| {
        let message = device.pkcs_req(&world, &device.csr(challenge).signed(&device.key));
        let url = format!("{}?operation=PKIOperation", world.url("fixed"));
        // The first and the last word of each header differ from the request before.
        let mut request = world.http.post(url).body(message);
        for (name, value) in FORGED {
            let changed = format!("192.0.2.{source}");
            request = request.header(name, &changed).header(name, value).header(name, changed);
        }
        let answer = request.send().await.unwrap();
        let status = answer.status().as_u16();
        crate::world::Told::read(status, answer.bytes().await.unwrap().to_vec(), &world.ra())
    };
    // Another source in every header, and still one source that guesses.
    for source in 0..10 {
        let told = ask("guess", source).await;
        world.assert_refused(&told, 0, "a guess").await;
    }
    let told = ask(SHARED, 200).await;
    world.assert_refused(&told, 0, "locked out by its real address").await;
    for (name, value) in FORGED {
        let url = format!("http://{}/api/v1/challenges", world.at.admin);
        let status = world.http.post(url).header(name, value).body("{}").send().await.unwrap().status();
        assert!(matches!(status.as_u16(), 401 | 403 | 404), "{name}: {status}");
    }
    assert_eq!(world.store.challenges(10).await.unwrap().len(), 0);
}

#[tokio::test]
async fn v3_five_thousand_mutations_issue_nothing_and_break_nothing() {
    let world = World::start().await;
    let device = world.device("phone");
    let mut dice = simulator::dice::Dice::new(3, "mutations");
    let mut answered = 0;
    for number in 0..5_000 {
        // Nobody knows this challenge: whatever is issued got around it.
        let message = crate::world::mutation::message(&world, &device, "unknown", &mut dice);
        let told = world.post("once", message).await;
        assert!(told.is_refusal(), "{number}: {told:?}");
        answered += u64::from(told.status == 200);
    }
    assert_eq!(world.issued().await, 0);
    assert!(answered > 2_000, "most are read as messages: {answered}");
    world.device("tablet").enrols(&world).await;
    world.assert_sound().await;
}
