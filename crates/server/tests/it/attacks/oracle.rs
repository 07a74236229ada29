//! The envelope as an oracle: whatever is wrong in it, one answer.

use crate::world::raw::{Envelope, IV, KEY, Signed, issuer_and_serial, recipient, recipient_with};
use crate::world::{Device, SHARED, Told, World};
use pki::algorithm::ContentCipher;
use pki::certificate::Certificate;
use pki::cms::content;
use simulator::dice::Dice;
use std::collections::BTreeMap;

/// Envelopes tried against the padding of key transport and content (threat 1).
const ENVELOPES: usize = 10_000;

/// One way to spoil an envelope around a good request.
type Spoil = fn(&Target, &mut Dice) -> Envelope;

struct Target {
    ra: Certificate,
    request: Vec<u8>,
}

impl Target {
    fn around(&self, plaintext: &[u8]) -> Envelope {
        Envelope::around(&self.ra, plaintext)
    }

    fn wrapped(&self, octets: Vec<u8>) -> Envelope {
        let recipients = vec![recipient_with(&issuer_and_serial(&self.ra), &octets)];
        Envelope { recipients, ..self.around(&self.request) }
    }

    fn keyed(&self, key: &[u8]) -> Envelope {
        Envelope { recipients: vec![recipient(&self.ra, key)], ..self.around(&self.request) }
    }

    /// Whole blocks as they are, so that the padding is what the last octet says.
    fn unpadded(&self, mut plaintext: Vec<u8>, last: u8) -> Envelope {
        plaintext.resize(plaintext.len().next_multiple_of(16), 0);
        *plaintext.last_mut().unwrap() = last;
        let mut ciphertext = content::encrypt(ContentCipher::Aes128Cbc, &KEY, &IV, &plaintext).unwrap();
        ciphertext.truncate(plaintext.len());
        Envelope { ciphertext, ..self.around(b"") }
    }

    fn garbled(&self, dice: &mut Dice, at: impl Fn(usize) -> (usize, usize)) -> Envelope {
        let mut envelope = self.around(&self.request);
        let (from, to) = at(envelope.ciphertext.len());
        envelope.ciphertext[from + below(dice, to - from)] ^= 1 << below(dice, 8);
        envelope
    }
}

fn below(dice: &mut Dice, bound: usize) -> usize {
    usize::try_from(dice.below(bound as u64)).unwrap()
}

fn noise(dice: &mut Dice, length: usize) -> Vec<u8> {
    let mut octets = vec![0; length];
    dice.fill_bytes(&mut octets);
    octets
}

fn classes() -> BTreeMap<&'static str, Spoil> {
    let mut all: BTreeMap<&'static str, Spoil> = BTreeMap::new();
    all.insert("wrapped key: noise", |t, d| {
        let mut octets = noise(d, 256);
        octets[0] = 0;
        t.wrapped(octets)
    });
    all.insert("wrapped key: above the modulus", |t, d| t.wrapped([vec![0xff; 8], noise(d, 248)].concat()));
    all.insert("wrapped key: zero", |t, _| t.wrapped(vec![0; 256]));
    all.insert("wrapped key: wrong length", |t, d| {
        let length = [0, 1, 128, 255, 257, 512][below(d, 6)];
        t.wrapped(noise(d, length))
    });
    all.insert("content key: wrong length", |t, d| {
        let length = [0, 1, 7, 15, 17, 24, 32, 64][below(d, 8)];
        t.keyed(&noise(d, length))
    });
    all.insert("content key: another", |t, d| t.keyed(&noise(d, 16)));
    all.insert("content: padding", |t, d| {
        let last = [0, 17, 18, 32, 255][below(d, 5)];
        t.unpadded(t.request.clone(), last)
    });
    all.insert("content: last block", |t, d| t.garbled(d, |length| (length - 16, length)));
    all.insert("content: block before the last", |t, d| t.garbled(d, |length| (length - 32, length - 16)));
    all.insert("content: first block", |t, d| t.garbled(d, |_| (0, 16)));
    all.insert("content: anywhere", |t, d| t.garbled(d, |length| (0, length)));
    all.insert("content: half a block", |t, d| {
        let length = 16 * below(d, 8) + 1 + below(d, 15);
        Envelope { ciphertext: noise(d, length), ..t.around(b"") }
    });
    all.insert("content: none", |t, _| Envelope { ciphertext: Vec::new(), ..t.around(b"") });
    all.insert("initialization vector: another", |t, d| Envelope {
        iv: noise(d, 16),
        ..t.around(&t.request)
    });
    all.insert("initialization vector: wrong length", |t, d| {
        let length = [0, 1, 8, 15, 17, 32][below(d, 6)];
        Envelope { iv: noise(d, length), ..t.around(&t.request) }
    });
    all.insert("inside: garbage", |t, d| {
        let length = 1 + below(d, 400);
        t.around(&noise(d, length))
    });
    all.insert("inside: cut request", |t, d| t.around(&t.request[..below(d, t.request.len())]));
    all.insert("inside: request without possession", |t, d| {
        let mut request = t.request.clone();
        let at = request.len() - 1 - below(d, 200);
        request[at] ^= 1 + u8::try_from(below(d, 255)).unwrap();
        t.around(&request)
    });
    all
}

async fn shape(world: &World, device: &Device, envelope: &Envelope) -> Told {
    world.post("fixed", Signed::over(device, envelope.der()).signed_by(&device.key)).await
}

#[tokio::test]
async fn v14_t1_ten_thousand_spoilt_envelopes_have_one_answer() {
    let world = World::start().await;
    let device = world.device("phone");
    let target = Target { ra: world.ra(), request: world.granted("fixed", &device).await };
    let classes = classes();
    assert!(classes.len() >= 12);
    let first = shape(&world, &device, &target.wrapped(vec![0; 256])).await;
    assert_eq!((first.code(), &*first.fail_info), (Some("CHY-1034"), "1"));
    let mut dice = Dice::new(14, "envelopes");
    for (what, spoil) in classes.iter().cycle().take(ENVELOPES) {
        let told = shape(&world, &device, &spoil(&target, &mut dice)).await;
        assert_eq!(told.shape(), first.shape(), "{what}");
    }
    assert_eq!(world.issued().await, 0);
    let told = shape(&world, &device, &target.around(&target.request)).await;
    assert!(told.is_success(), "control: the envelope as it was: {told:?}");
}

#[tokio::test]
async fn t2_all_256_last_octets_of_twenty_requests_are_answered_alike() {
    let world = World::start().await;
    let mut first: Option<Told> = None;
    let device = world.device("phone");
    for number in 0..20 {
        // Plaintexts of every length modulo the block, none of which is a request.
        let request = device.csr(SHARED).signed(&device.key);
        let target = Target { ra: world.ra(), request: request[..200 + number].to_vec() };
        for last in 0..=255 {
            let told = shape(&world, &device, &target.unpadded(target.request.clone(), last)).await;
            let first = first.get_or_insert_with(|| told.clone());
            assert_eq!(told.shape(), first.shape(), "request {number}, last octet {last}");
        }
    }
    assert_eq!(world.issued().await, 0);
}

#[tokio::test]
async fn t3_a_second_recipient_is_no_oracle_for_the_first() {
    let world = World::start().await;
    let device = world.device("phone");
    let request = world.granted("fixed", &device).await;
    let target = Target { ra: world.ra(), request };
    let (ours, theirs) = (recipient(&target.ra, &KEY), recipient(&device.signer, &KEY));
    let noise = recipient_with(&issuer_and_serial(&target.ra), &[0x35; 256]);
    let with = |recipients: Vec<&Vec<u8>>| Envelope {
        recipients: recipients.into_iter().cloned().collect(),
        ..target.around(&target.request)
    };
    let mut pairs = Vec::new();
    for bad in [vec![&ours, &ours], vec![&ours, &noise], vec![&noise, &ours], vec![&theirs, &noise, &ours]] {
        let told = shape(&world, &device, &with(bad)).await;
        world.assert_refused(&told, 0, "two are us").await;
        pairs.push((told.fail_info, told.text));
    }
    pairs.dedup();
    assert_eq!(pairs.len(), 1, "{pairs:?}");
    for bad in [vec![], vec![&theirs, &theirs], vec![&theirs; 5]] {
        let told = shape(&world, &device, &with(bad)).await;
        world.assert_refused(&told, 0, "none is us").await;
    }
    // micromdm's client encrypts to every certificate of GetCACert; one of them is ours.
    assert!(shape(&world, &device, &with(vec![&theirs, &ours])).await.is_success(), "control");
}

#[tokio::test]
async fn v15_the_ca_certificates_decrypt_nothing() {
    let world = World::start().await;
    let device = world.device("phone");
    let request = world.granted("fixed", &device).await;
    assert!(!world.issuing().key().is_rsa() && !world.authority.root.key().is_rsa());
    assert_ne!(world.ra().key().spki(), world.issuing().key().spki());
    // Named by the CA's certificate, wrapped for the RA's key or not: nobody unwraps with the name of a CA.
    for ca in [world.issuing(), &world.authority.root] {
        let wrapped = world.ra().key().encrypt(pki::algorithm::KeyTransport::Pkcs1, &KEY).unwrap();
        let named = recipient_with(&issuer_and_serial(ca), &wrapped);
        let other = recipient(&device.signer, &KEY);
        let envelope = Envelope { recipients: vec![named, other], ..Envelope::around(&world.ra(), &request) };
        let told = shape(&world, &device, &envelope).await;
        world.assert_refused(&told, 0, "named by a CA").await;
        assert_eq!(told.code(), Some("CHY-1032"));
    }
}
