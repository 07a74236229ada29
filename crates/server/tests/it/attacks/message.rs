//! The message itself: its type, its signer, its attributes, its size.

use crate::world::raw::{Envelope, Signed, identifier, octets, text};
use crate::world::{Device, World};
use pki::algorithm::Digest;
use pki::attribute::Attribute;
use pki::der::{Tag, Writer};
use pki::{Oid, oid};
use scep::message::{MESSAGE_TYPE, SENDER_NONCE, TRANSACTION_ID};
use std::collections::BTreeSet;

const ENDPOINTS: [&str; 5] = ["once", "other", "fixed", "intune", "deliver"];

/// A message that would be granted, to be spoilt.
async fn good(world: &World, endpoint: &str, device: &Device) -> Signed {
    Signed::usual(&world.ra(), device, &world.granted(endpoint, device).await)
}

#[tokio::test]
async fn control_a_device_enrols_at_every_endpoint_and_the_books_are_right() {
    let world = World::with_tenant().await;
    for (number, endpoint) in (1..).zip(ENDPOINTS) {
        let device = world.device("phone");
        let told = world.post(endpoint, good(&world, endpoint, &device).await.signed_by(&device.key)).await;
        assert!(device.opens(&told).verify_signed_by(world.issuing().key()).is_ok());
        assert_eq!(world.issued().await, number, "{endpoint}");
    }
    world.assert_sound().await;
}

/// Everything that is not exactly one of the six numbers.
fn types() -> Vec<Vec<u8>> {
    let numbers = (0..=255).filter(|number| !matches!(number, 17 | 19 | 20 | 21 | 22));
    let mut all: Vec<Vec<u8>> = numbers.map(|number| number.to_string().into_bytes()).collect();
    let odd: [&[u8]; 15] = [
        b"",
        b" ",
        b"019",
        b"19 ",
        b" 19",
        b"+19",
        b"-19",
        b"19\0",
        b"19.0",
        b"0x13",
        b"1e1",
        b"19,17",
        b"IX",
        b"PKCSReq",
        b"\xef\xbc\x91\xef\xbc\x99",
    ];
    all.extend(odd.map(<[u8]>::to_vec));
    all
}

fn of_type(value: &[u8]) -> Vec<u8> {
    Attribute::new(MESSAGE_TYPE, |w| w.tlv(Tag::PRINTABLE_STRING, value)).to_der()
}

#[tokio::test]
async fn v1_t5_no_message_type_but_19_issues_at_any_endpoint() {
    let world = World::with_tenant().await;
    for (number, endpoint) in (0..).zip(ENDPOINTS) {
        let device = world.device("phone");
        let good = good(&world, endpoint, &device).await;
        for value in types() {
            let bad = good.clone().attribute(MESSAGE_TYPE, Some(of_type(&value)));
            let told = world.post(endpoint, bad.signed_by(&device.key)).await;
            let what = format!("{endpoint}: {}", value.escape_ascii());
            world.assert_refused(&told, number, &what).await;
            assert_eq!(told.fail_info, "2", "{what}");
        }
        // The types that exist want a signer who holds a certificate, or something that is there.
        for value in ["17", "20", "21", "22"] {
            let other = good.clone().attribute(MESSAGE_TYPE, Some(text(MESSAGE_TYPE, value)));
            let told = world.post(endpoint, other.signed_by(&device.key)).await;
            world.assert_refused(&told, number, value).await;
        }
        let told = world.post(endpoint, good.signed_by(&device.key)).await;
        assert!(told.is_success(), "control: the same message with 19 issues: {told:?}");
    }
    world.assert_sound().await;
}

#[tokio::test]
async fn v1_two_types_or_none_are_no_type() {
    let world = World::start().await;
    let device = world.device("phone");
    let good = good(&world, "fixed", &device).await;
    let value = |w: &mut Writer, text: &str| w.string(Tag::PRINTABLE_STRING, text);
    let values = |list: &[&str]| {
        Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.oid(&MESSAGE_TYPE);
                w.set(|w| list.iter().for_each(|one| value(w, one)));
            });
        })
    };
    let mut twice = good.clone();
    twice.attributes.as_mut().unwrap().push(text(MESSAGE_TYPE, "17"));
    let with = |attribute| good.clone().attribute(MESSAGE_TYPE, attribute);
    let number = Attribute::new(MESSAGE_TYPE, |w| w.u32(19)).to_der();
    let bad = [
        twice,
        with(None),
        with(Some(values(&[]))),
        with(Some(values(&["19", "19"]))),
        with(Some(values(&["17", "19"]))),
        with(Some(number)),
    ];
    for (at, bad) in bad.iter().enumerate() {
        let told = world.post("fixed", bad.signed_by(&device.key)).await;
        world.assert_refused(&told, 0, &at.to_string()).await;
    }
    assert!(world.post("fixed", good.signed_by(&device.key)).await.is_success(), "control");
}

#[tokio::test]
async fn v5_t31_a_request_without_proof_of_possession_is_refused() {
    let world = World::start().await;
    let (device, other) = (world.device("phone"), world.device("other"));
    let csr = world.granted("fixed", &device).await;
    let mut flipped = csr.clone();
    *flipped.last_mut().unwrap() ^= 1;
    // The key of somebody else, over which the requester cannot sign.
    let foreign =
        crate::world::signed(&device.csr(crate::world::SHARED).info(other.key.public().spki()), &device.key);
    for (what, bad) in [("flipped", flipped), ("another's key", foreign)] {
        let told = world.post("fixed", device.pkcs_req(&world, &bad)).await;
        world.assert_refused(&told, 0, what).await;
        assert_eq!((told.code(), &*told.fail_info), (Some("CHY-1034"), "1"), "{what}");
    }
    assert!(world.post("fixed", device.pkcs_req(&world, &csr)).await.is_success(), "control");
}

#[tokio::test]
async fn v6_a_first_request_is_signed_with_the_requested_key() {
    let world = World::start().await;
    let (device, thief) = (world.device("phone"), world.device("phone"));
    let csr = world.granted("once", &device).await;
    let told = world.post("once", thief.pkcs_req(&world, &csr)).await;
    world.assert_refused(&told, 0, "signed with another key").await;
    assert_eq!(told.code(), Some("CHY-1040"));
    assert!(
        world.post("once", device.pkcs_req(&world, &csr)).await.is_success(),
        "the challenge is still good"
    );
}

#[tokio::test]
async fn v22_t4_of_several_signers_or_certificates_one_identity_or_none() {
    let world = World::start().await;
    let (device, other) = (world.device("phone"), world.device("other"));
    let good = good(&world, "once", &device).await;
    let twins = Device::new("twin", other.key.clone(), world.clock.now());
    let bad = [
        ("no signer", Signed { signers: 0, ..good.clone() }),
        ("two signers", Signed { signers: 2, ..good.clone() }),
        ("no certificate", Signed { certificates: Vec::new(), ..good.clone() }),
        ("another's certificate", Signed { certificates: vec![other.signer.der().to_vec()], ..good.clone() }),
        ("five certificates", Signed { certificates: vec![device.signer.der().to_vec(); 5], ..good.clone() }),
        (
            "signed by one, named another",
            Signed {
                sid: crate::world::raw::issuer_and_serial(&other.signer),
                certificates: vec![device.signer.der().to_vec(), other.signer.der().to_vec()],
                ..good.clone()
            },
        ),
    ];
    for (what, bad) in bad {
        let told = world.post("once", bad.signed_by(&device.key)).await;
        world.assert_refused(&told, 0, what).await;
    }
    // With a second certificate beside it, the answer goes to the signer's alone.
    let both = vec![twins.signer.der().to_vec(), device.signer.der().to_vec()];
    let told = world.post("once", Signed { certificates: both, ..good }.signed_by(&device.key)).await;
    device.opens(&told);
    assert_eq!(told.certificate(&twins.key), None, "the reply is for one recipient");
}

#[tokio::test]
async fn v23_t4_attributes_that_lie_about_the_content_are_refused() {
    let world = World::start().await;
    let device = world.device("phone");
    let good = good(&world, "once", &device).await;
    let without = |oid: Oid| good.clone().attribute(oid, None);
    let with = |oid: Oid, attribute| good.clone().attribute(oid, Some(attribute));
    let twice = |attribute: Vec<u8>| {
        let mut bad = good.clone();
        bad.attributes.as_mut().unwrap().push(attribute);
        bad
    };
    let content_type = |of: Oid| Attribute::new(oid::CONTENT_TYPE, |w| w.oid(&of)).to_der();
    let digest = Digest::Sha256.hash(good.content.as_deref().unwrap());
    // The content is itself the encoded attributes, and there are none: one signature with two meanings.
    let confused = Signed { content: Some(good.to_be_signed()), attributes: None, ..good.clone() };
    let mut bad = vec![
        without(oid::CONTENT_TYPE),
        without(oid::MESSAGE_DIGEST),
        without(TRANSACTION_ID),
        without(SENDER_NONCE),
        with(oid::CONTENT_TYPE, content_type(oid::SIGNED_DATA)),
        with(oid::MESSAGE_DIGEST, octets(oid::MESSAGE_DIGEST, &[0; 32])),
        with(oid::MESSAGE_DIGEST, octets(oid::MESSAGE_DIGEST, &digest[..31])),
        with(SENDER_NONCE, octets(SENDER_NONCE, b"")),
        with(SENDER_NONCE, octets(SENDER_NONCE, &[1; 65])),
        twice(content_type(oid::DATA)),
        twice(octets(oid::MESSAGE_DIGEST, &digest)),
        twice(text(TRANSACTION_ID, "another")),
        twice(octets(SENDER_NONCE, &[1; 16])),
        Signed { unsigned: true, ..good.clone() },
        Signed { attributes: None, ..good.clone() },
        Signed { attributes: Some(Vec::new()), ..good.clone() },
        Signed { content: None, ..good.clone() },
        Signed { content_type: oid::ENVELOPED_DATA, ..good.clone() },
        Signed { digests: Vec::new(), ..good.clone() },
        Signed { digests: vec![identifier(oid::SHA256); 2], ..good.clone() },
        Signed { digests: vec![identifier(oid::SHA512)], ..good.clone() },
        confused,
    ];
    bad.push(Signed { signature_algorithm: identifier(oid::ECDSA_WITH_SHA256), ..good.clone() });
    for (at, bad) in bad.iter().enumerate() {
        let told = world.post("once", bad.signed_by(&device.key)).await;
        world.assert_refused(&told, 0, &at.to_string()).await;
    }
    let signed = good.with_signature(&[0; 256]);
    world.assert_refused(&world.post("once", signed).await, 0, "no signature").await;
    assert!(world.post("once", good.signed_by(&device.key)).await.is_success(), "control");
}

#[tokio::test]
async fn v24_v25_t6_weak_algorithms_are_bad_whatever_was_offered() {
    let world = World::start().await;
    let device = world.device("phone");
    let csr = world.granted("once", &device).await;
    let md5 = Oid::new_unwrap("1.2.840.113549.2.5");
    let hashes = [md5, oid::SHA1, Oid::new_unwrap("2.16.840.1.101.3.4.2.4")];
    for hash in hashes {
        let usual = Signed::usual(&world.ra(), &device, &csr);
        let bad = Signed { digests: vec![identifier(hash)], signer_digest: identifier(hash), ..usual };
        let told = world.post("once", bad.signed_by(&device.key)).await;
        world.assert_refused(&told, 0, &hash.to_string()).await;
        assert_eq!(told.fail_info, "0", "{hash}");
    }
    let (rc2, blowfish) = (Oid::new_unwrap("1.2.840.113549.3.2"), Oid::new_unwrap("1.3.6.1.4.1.3029.1.2"));
    for cipher in [oid::DES_CBC, oid::DES_EDE3_CBC, rc2, blowfish] {
        let envelope = Envelope { cipher, ..Envelope::around(&world.ra(), &csr) };
        let told = world.post("once", Signed::over(&device, envelope.der()).signed_by(&device.key)).await;
        world.assert_refused(&told, 0, &cipher.to_string()).await;
        assert_eq!(told.fail_info, "0", "{cipher}");
    }
    assert!(world.post("once", device.pkcs_req(&world, &csr)).await.is_success(), "control");
}

#[tokio::test]
async fn v30_every_answer_has_a_nonce_of_its_own_and_returns_the_askers() {
    let world = World::start().await;
    let mut seen = BTreeSet::new();
    let mut serials = BTreeSet::new();
    for number in 0..60 {
        let device = world.device("phone");
        let bad = number % 2 == 0;
        // A static endpoint would lock out whoever guesses wrong ten times.
        let endpoint = if bad { "once" } else { "fixed" };
        let csr =
            if bad { device.csr("wrong").signed(&device.key) } else { world.granted("fixed", &device).await };
        let told =
            world.post(endpoint, Signed::usual(&world.ra(), &device, &csr).signed_by(&device.key)).await;
        let [own, returned] = &told.nonces;
        assert_eq!((own.len(), returned.as_slice()), (16, &[9; 16][..]));
        assert!(seen.insert(own.clone()), "a nonce came twice");
        if let Some(certificate) = told.certificate(&device.key) {
            assert!(certificate.serial().octets().len() >= 16);
            assert!(serials.insert(certificate.serial().octets()[8..].to_vec()), "random bits came twice");
        }
    }
    assert_eq!(serials.len(), 30);
}
