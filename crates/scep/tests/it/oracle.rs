//! The envelope must not be an oracle (V14, threats 1 to 3): what is wrong inside it cannot be told from outside.

use pki::algorithm::ContentCipher;
use pki::cms::content;
use pki::der::{Tag, Writer};
use pki::oid;
use scep::Refusal;
use scep::server::{Answer, Policy};

use crate::raw::{Envelope, IV, KEY, Signed, issuer_and_serial, recipient, recipient_with};
use crate::support::{CHALLENGE, World, csr, world};

/// The answer of the server to an envelope, with fixed dice.
fn answer(world: &World, envelope: &Envelope) -> (Refusal, Vec<u8>) {
    let message = Signed::over(world, envelope.der()).signed_by(&world.device_key);
    let refused = world.open(&message, &Policy::default()).unwrap_err();
    let reply = world.answer(&Answer::refused(&refused.refusal, true), &refused.reply_to.unwrap());
    (refused.refusal, reply)
}

fn sealed(world: &World, plaintext: &[u8]) -> Envelope {
    Envelope::around(world, plaintext)
}

fn with_key(world: &World, key: &[u8]) -> Envelope {
    let request = csr("device", &world.device_key, Some(CHALLENGE));
    Envelope { recipients: vec![recipient(&world.ra, key)], ..sealed(world, &request) }
}

/// Whole blocks as they are, so that the padding can be wrong.
fn unpadded(world: &World, mut plaintext: Vec<u8>, last: u8) -> Envelope {
    plaintext.resize(plaintext.len().next_multiple_of(16), 0);
    let end = plaintext.len() - 1;
    plaintext[end] = last;
    let mut ciphertext = content::encrypt(ContentCipher::Aes128Cbc, &KEY, &IV, &plaintext).unwrap();
    ciphertext.truncate(plaintext.len());
    Envelope { ciphertext, ..sealed(world, b"") }
}

fn failures(world: &World) -> Vec<(&'static str, Envelope)> {
    let request = csr("device", &world.device_key, Some(CHALLENGE));
    let rid = issuer_and_serial(&world.ra);
    let size = world.ra.key().size() / 8;
    let flipped = |at: usize| {
        let mut envelope = sealed(world, &request);
        envelope.ciphertext[at] ^= 1;
        envelope
    };
    let mut broken_signature = request.clone();
    *broken_signature.last_mut().unwrap() ^= 1;
    let mut other_subject = request.clone();
    let at = other_subject.windows(6).position(|part| part == b"device").unwrap();
    other_subject[at] = b'D';
    let mut trailing = request.clone();
    trailing.push(0);
    let mut envelopes = vec![
        ("wrapped key is noise", vec![0x35; size]),
        ("wrapped key is zero", vec![0; size]),
        ("wrapped key is all ones", vec![0xff; size]),
        ("wrapped key is too short", vec![0x35; size - 1]),
        ("wrapped key is too long", vec![0x35; size + 1]),
        ("wrapped key is empty", Vec::new()),
    ]
    .into_iter()
    .map(|(what, wrapped)| {
        (what, Envelope { recipients: vec![recipient_with(&rid, &wrapped)], ..sealed(world, &request) })
    })
    .collect::<Vec<_>>();
    envelopes.extend([
        ("content key of no octets", with_key(world, &[])),
        ("content key of 1 octet", with_key(world, &[0x42])),
        ("content key of 15 octets", with_key(world, &[0x42; 15])),
        ("content key of 24 octets", with_key(world, &[0x42; 24])),
        ("content key of 32 octets", with_key(world, &[0x42; 32])),
        ("another content key", with_key(world, &[0x43; 16])),
        ("padding of 0", unpadded(world, request.clone(), 0)),
        ("padding of 17", unpadded(world, request.clone(), 17)),
        ("padding of 255", unpadded(world, request.clone(), 255)),
        ("no ciphertext", Envelope { ciphertext: Vec::new(), ..sealed(world, b"") }),
        ("half a block", Envelope { ciphertext: vec![1; 24], ..sealed(world, b"") }),
        ("a short initialization vector", Envelope { iv: vec![1; 8], ..sealed(world, &request) }),
        ("another initialization vector", Envelope { iv: vec![1; 16], ..sealed(world, &request) }),
        ("first block flipped", flipped(0)),
        ("middle flipped", flipped(request.len() / 2)),
        ("last block flipped", flipped(request.len())),
        ("garbage inside", sealed(world, &[0xa5; 300])),
        ("nothing inside", sealed(world, b"")),
        ("a request with another subject", sealed(world, &other_subject)),
        ("a request with a broken signature", sealed(world, &broken_signature)),
        ("a request with something after it", sealed(world, &trailing)),
        ("a request cut short", sealed(world, &request[..request.len() - 9])),
        ("a request in BER", sealed(world, &[&[0x30, 0x80][..], &request[4..], &[0, 0]].concat())),
    ]);
    envelopes
}

#[test]
fn v14_every_failure_inside_the_envelope_is_answered_with_the_same_bytes() {
    let world = world();
    let all = failures(world);
    assert!(all.len() >= 12);
    let (_, first) = answer(world, &all[0].1);
    for (what, envelope) in &all {
        let (refusal, reply) = answer(world, envelope);
        assert_eq!(refusal, Refusal::Envelope, "{what}");
        assert_eq!(reply, first, "{what}");
    }
}

#[test]
fn v14_control_a_right_envelope_opens_and_another_fault_is_answered_otherwise() {
    let world = world();
    let message = Signed::usual(world).signed_by(&world.device_key);
    world.open(&message, &Policy::default()).unwrap();
    let (_, inside) = answer(world, &failures(world)[0].1);
    let outside = Envelope { cipher: oid::DES_CBC, ..Envelope::around(world, b"") };
    assert_ne!(answer(world, &outside).1, inside);
}

#[test]
fn t2_all_256_last_octets_are_answered_alike() {
    let world = world();
    // A plaintext that is no request whatever padding is taken off, as an attacker's would be.
    let (_, first) = answer(world, &unpadded(world, vec![0x30; 64], 0));
    for last in 0..=255 {
        let (refusal, reply) = answer(world, &unpadded(world, vec![0x30; 64], last));
        assert_eq!((refusal, reply == first), (Refusal::Envelope, true), "{last}");
    }
}

#[test]
fn t3_only_one_recipient_may_be_us() {
    let world = world();
    let request = csr("device", &world.device_key, Some(CHALLENGE));
    let with = |recipients| Envelope { recipients, ..Envelope::around(world, &request) };
    let (ours, theirs) = (recipient(&world.ra, &KEY), recipient(&world.device, &KEY));
    let noise = recipient_with(&issuer_and_serial(&world.ra), &[0x35; 256]);
    let refusal =
        |recipients: Vec<&Vec<u8>>| answer(world, &with(recipients.into_iter().cloned().collect())).0;
    assert_eq!(refusal(vec![]), Refusal::Recipients(0));
    assert_eq!(refusal(vec![&theirs; 5]), Refusal::Recipients(5));
    assert_eq!(refusal(vec![&theirs, &theirs]), Refusal::RecipientUnknown);
    for pair in [vec![&ours, &ours], vec![&ours, &noise], vec![&noise, &ours], vec![&theirs, &ours, &noise]] {
        assert_eq!(refusal(pair), Refusal::RecipientAmbiguous);
    }
}

#[test]
fn t3_recipients_of_other_kinds_are_not_us() {
    let world = world();
    for tag in [0xa1, 0xa2, 0xa4] {
        let other = Writer::bytes_of(|w| w.tlv(Tag(tag), &[2, 1, 0]));
        let envelope = Envelope { recipients: vec![other], ..Envelope::around(world, b"") };
        assert_eq!(answer(world, &envelope).0, Refusal::RecipientUnknown, "{tag:x}");
    }
}

#[test]
fn rfc_48_the_encrypted_content_is_data() {
    let world = world();
    let envelope = Envelope { content_type: oid::SIGNED_DATA, ..Envelope::around(world, b"") };
    assert_eq!(answer(world, &envelope).0, Refusal::NotEnvelopedData);
}

#[test]
fn v10_nothing_that_was_decrypted_reaches_debug_or_display() {
    let world = world();
    let message = Signed::usual(world).signed_by(&world.device_key);
    let opened = world.open(&message, &Policy::default()).unwrap();
    let shown = format!("{opened:?}");
    assert!(shown.contains("device") && !shown.contains(CHALLENGE) && !shown.contains("s3cret"), "{shown}");
}
