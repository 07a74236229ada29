//! What a request asks for: extensions, names, keys.

use crate::world::{Csr, Device, SHARED, Told, World};
use pki::certificate::Certificate;
use pki::der::{Tag, Writer};
use pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage};
use pki::general_name::GeneralName;
use pki::name::Name;
use pki::{Oid, oid};

const SID: &str = "S-1-5-21-3623811015-3361044348-30300820-500";

fn odd(text: &str, critical: bool, value: &[u8]) -> Extension {
    Extension { oid: Oid::new_unwrap(text), critical, value: value.to_vec() }
}

/// Powers that no device gets: each must be refused.
fn powers() -> Vec<Extension> {
    let constraints = |ca, path_len| Extension::basic_constraints(BasicConstraints { ca, path_len });
    vec![
        constraints(true, None),
        constraints(true, Some(0)),
        constraints(true, Some(9)),
        constraints(false, Some(3)),
        Extension::key_usage(KeyUsage::KEY_CERT_SIGN),
        Extension::key_usage(KeyUsage::CRL_SIGN),
        Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_CERT_SIGN)),
        odd("2.5.29.30", true, &[0x30, 0]),
        odd("2.5.29.33", false, &[0x30, 0]),
        odd("2.5.29.36", true, &[0x30, 0]),
        odd("2.5.29.54", true, &[2, 1, 0]),
    ]
}

/// Extensions that are asked for in vain: dropped, or the request is refused.
fn wishes() -> Vec<Extension> {
    let purpose = |text: &str| Extension::extended_key_usage(&ExtendedKeyUsage(vec![Oid::new_unwrap(text)]));
    let mut all: Vec<Extension> = Vec::new();
    let purposes = (1..=36).map(|n| format!("1.3.6.1.5.5.7.3.{n}"));
    let microsoft = (1..=16).map(|n| format!("1.3.6.1.4.1.311.10.3.{n}"));
    let more = ["2.5.29.37.0", "1.3.6.1.4.1.311.20.2.1", "1.3.6.1.4.1.311.20.2.2", "1.3.6.1.4.1.311.21.5"];
    let more = more.iter().map(|text| (*text).to_owned());
    for text in purposes.chain(microsoft).chain(more) {
        let usage = purpose(&text);
        all.push(Extension { oid: oid::MS_APPLICATION_POLICIES, ..usage.clone() });
        all.push(usage);
    }
    all.extend([
        odd("1.3.6.1.4.1.311.20.2", false, &[0x1e, 2, 0, 0x41]),
        odd("1.3.6.1.4.1.311.21.7", false, &[0x30, 0]),
        odd("2.5.29.32", true, &[0x30, 0]),
        odd("2.5.29.31", false, &[0x30, 0]),
        odd("1.3.6.1.5.5.7.1.1", false, &[0x30, 0]),
        odd("1.3.6.1.5.5.7.48.1.5", false, &[5, 0]),
        odd("2.5.29.14", false, &[4, 1, 0]),
        odd("2.5.29.35", false, &[0x30, 0]),
        odd("2.5.29.9", false, &[0x30, 0]),
        odd("1.2.3.4", true, &[5, 0]),
        odd("1.2.3.4", false, &[]),
    ]);
    all
}

async fn told(world: &World, csr: Csr) -> (Device, Told) {
    let device = world.device("phone");
    let told = device.asks(world, "fixed", &csr).await;
    (device, told)
}

/// What a certificate says beyond its key: extensions without the key's own identifier.
fn says(certificate: &Certificate) -> Vec<Extension> {
    let all = certificate.extensions().iter().cloned();
    all.filter(|one| one.oid != oid::SUBJECT_KEY_IDENTIFIER).collect()
}

#[tokio::test]
async fn v16_t26_t27_no_extension_of_a_request_gives_power() {
    let world = World::start().await;
    let plain = Csr::named("phone", SHARED);
    let (device, control) = told(&world, plain.clone()).await;
    let usual = device.opens(&control);
    assert!(!usual.is_ca());
    for extension in powers() {
        let before = world.issued().await;
        let (_, told) = told(&world, Csr { extensions: vec![extension.clone()], ..plain.clone() }).await;
        world.assert_refused(&told, before, &format!("{extension:?}")).await;
        assert_eq!(told.code(), Some("CHY-2401"), "{extension:?}");
    }
    let mut issued = 0;
    for extension in wishes() {
        let (device, told) = told(&world, Csr { extensions: vec![extension.clone()], ..plain.clone() }).await;
        assert!(told.is_success() || told.is_refusal(), "{extension:?}: {told:?}");
        if let Some(certificate) = told.certificate(&device.key) {
            assert_eq!(says(&certificate), says(&usual), "{extension:?}");
            issued += 1;
        }
    }
    assert!(issued >= 100, "{issued}");
    world.assert_sound().await;
}

#[tokio::test]
async fn v17_t24_twelve_spellings_of_another_accounts_sid() {
    let world = World::start().await;
    let text = format!("tag:microsoft.com,2022-09-14:sid:{SID}");
    let inner = Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.explicit(0, |w| {
                w.oid(&Oid::new_unwrap("1.3.6.1.4.1.311.25.2.1"));
                w.explicit(0, |w| w.octet_string(SID.as_bytes()));
            });
        });
    });
    let other_name = |kind: Oid, tag: Tag| {
        GeneralName::Other(Writer::bytes_of(|w| {
            w.explicit(0, |w| {
                w.oid(&kind);
                w.explicit(0, |w| w.tlv(tag, text.as_bytes()));
            });
        }))
    };
    let plain = Csr::named("phone", SHARED);
    let named = |name: GeneralName| Csr { names: vec![name], ..plain.clone() };
    let uri = |text: String| named(GeneralName::Uri(text));
    let extension =
        |critical| Csr { extensions: vec![odd("1.3.6.1.4.1.311.25.2", critical, &inner)], ..plain.clone() };
    let spellings = [
        uri(text.clone()),
        uri(text.to_uppercase()),
        uri(text.replace("sid", "%73id")),
        uri(text.replace("sid", "%2573id")),
        uri(format!(" {text}")),
        uri(format!("urn:{text}")),
        named(GeneralName::Dns(text.clone())),
        named(GeneralName::Email(format!("{text}@contoso.example"))),
        named(GeneralName::Upn(text.clone())),
        named(other_name(Oid::new_unwrap("1.3.6.1.4.1.311.25.2.1"), Tag::OCTET_STRING)),
        named(other_name(oid::UPN, Tag::IA5_STRING)),
        named(GeneralName::Directory(Name::from_pairs(&[(oid::CN, &text)]))),
        Csr::named(&text, SHARED),
    ];
    for (at, spelling) in spellings.into_iter().enumerate() {
        let (_, told) = told(&world, spelling).await;
        world.assert_refused(&told, 0, &at.to_string()).await;
    }
    for critical in [false, true] {
        let (device, told) = told(&world, extension(critical)).await;
        if let Some(certificate) = told.certificate(&device.key) {
            let found = certificate.der().windows(SID.len()).any(|part| part == SID.as_bytes());
            assert!(!found && !simulator::fleet::carries_sid(&certificate), "critical {critical}");
        }
    }
    let control = named(GeneralName::Uri("urn:uuid:1b4e28ba-2fa1-11d2-883f-0016d3cca427".into()));
    assert!(told(&world, control).await.1.is_success(), "control: any other URI");
}

#[tokio::test]
async fn t38_keys_of_our_own_service_are_refused() {
    let world = World::start().await;
    let device = world.device("phone");
    let enrolled = device.signing_with(&device.enrols(&world).await);
    let (ra, dice) = (world.authority.ra(), &mut simulator::keys::SystemDice);
    // The RA's key proves possession and signs the message, as if it had leaked.
    let info = Csr::named("phone", SHARED).info(ra.key().public().spki());
    let signature = ra.key().sign(ra.key().algorithm(), &info).await.unwrap();
    let csr = pki::certificate::assemble(&info, ra.key().algorithm(), &signature);
    let told = world.post("once", enrolled.renewal_req(&world, &csr)).await;
    world.assert_refused(&told, 1, "the RA's key in a renewal").await;
    let request = scep::client::Request::pkcs_req(&csr, crate::world::transaction());
    let habits = scep::client::Habits::default();
    let draft = request.draft(&ra.certificate, &[&ra.certificate], &habits, dice).unwrap();
    let signature = ra.key().sign(draft.algorithm(), &draft.to_be_signed()).await.unwrap();
    let told = world.post("fixed", draft.signed(&signature).0).await;
    world.assert_refused(&told, 1, "the RA's key").await;
    assert_eq!(told.code(), Some("CHY-2110"), "{told:?}");
    for own in [&world.authority.issuing, &ra] {
        let info = Csr::named("phone", "").info(own.key().public().spki());
        let signature = own.key().sign(own.key().algorithm(), &info).await.unwrap();
        let csr = pki::certificate::assemble(&info, own.key().algorithm(), &signature);
        let told = world.post("once", enrolled.renewal_req(&world, &csr)).await;
        world.assert_refused(&told, 1, "an own key in a renewal").await;
        assert_eq!(told.code(), Some("CHY-2110"), "{told:?}");
    }
}

#[tokio::test]
async fn t39_a_key_of_another_subject_is_refused_for_ever() {
    let world = World::start().await;
    let device = world.device("phone");
    let certificate = device.enrols(&world).await;
    let revocation = chancery::store::NewRevocation {
        issuer: world.authority.issuing.id,
        serial: certificate.serial().octets().to_vec(),
        // keyCompromise
        reason: 1,
        at: pki::Time::from_unix(world.clock.now()),
        rule: chancery::standing::Rule::Manual,
        event: chancery::store::AuditEvent::detail("{}".into()),
    };
    let thief = Device { name: "tablet".into(), ..device.clone() };
    for revoked in [false, true] {
        if revoked {
            world.store.revoke(revocation.clone()).await.unwrap();
        }
        for endpoint in ["fixed", "other"] {
            let request = match endpoint {
                "fixed" => thief.csr(SHARED),
                _ => thief.csr(&world.challenge("other", None).await),
            };
            let told = thief.asks(&world, endpoint, &request).await;
            world.assert_refused(&told, 1, endpoint).await;
            let code = if revoked { "CHY-2111" } else { "CHY-2112" };
            assert_eq!(told.code(), Some(code));
        }
    }
}

#[tokio::test]
async fn t40_t41_serials_and_periods_of_what_is_issued() {
    let world = World::start().await;
    let ca = world.issuing().clone();
    let mut serials = std::collections::BTreeSet::new();
    for days in [0, 1, 400, 3000, 3500, 3645] {
        world.clock.advance(days * 86_400);
        for _ in 0..8 {
            let device = world.device("phone");
            let told = device.asks(&world, "fixed", &device.csr(SHARED)).await;
            let Some(certificate) = told.certificate(&device.key) else {
                assert!(days > 400, "{told:?}");
                continue;
            };
            let octets = certificate.serial().octets();
            assert!(octets.len() <= 20 && octets[0] < 0x80 && octets != [0; 20]);
            assert!(serials.insert(octets.to_vec()), "a serial came twice");
            assert!(certificate.not_before() >= ca.not_before() && certificate.not_after() <= ca.not_after());
            let days = (certificate.not_after().unix() - certificate.not_before().unix() + 1) / 86_400;
            assert!(days <= 366, "{days}");
        }
        world.clock.advance(-days * 86_400);
    }
    assert!(serials.len() >= 24);
}
