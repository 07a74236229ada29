//! What the SCEP targets need: keys of one run, and messages that are signed, so that mutated contents get past the
//! signature to the code behind it.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _, RSA_PKCS1_SHA256, RsaKeyPair,
};
use pki::algorithm::{ContentCipher, Digest, KeyTransport, SignatureAlgorithm};
use pki::attribute::Attribute;
use pki::certificate::{Certificate, Serial};
use pki::cms::CertificateId;
use pki::cms::enveloped::{ContentKey, seal};
use pki::cms::signed::SignedDraft;
use pki::key::PublicKey;
use pki::name::Name;
use pki::{Oid, Random, RandomFailed, Time, oid};
use scep::client::{Exchange, Habits, Request, SignerCertificate, Version};
use scep::server::{EnvelopeKey, Policy, Received};
use scep::{Challenge, TransactionId};

/// SCEP's attributes, and some that are not: an index of the input chooses.
pub const ATTRIBUTES: [&str; 9] = [
    "2.16.840.1.113733.1.9.2",
    "2.16.840.1.113733.1.9.3",
    "2.16.840.1.113733.1.9.4",
    "2.16.840.1.113733.1.9.5",
    "2.16.840.1.113733.1.9.6",
    "2.16.840.1.113733.1.9.7",
    "1.3.6.1.5.5.7.24.1",
    "1.2.840.113549.1.9.5",
    "1.2.3.4",
];

/// The content key of every envelope.
pub const CONTENT_KEY: [u8; 16] = [7; 16];

/// What a challenge in a seed is.
pub const CHALLENGE: &str = "seed-challenge-0123456789";

/// Everything allowed that can be: the more code is reached.
pub const PERMISSIVE: Policy = Policy {
    legacy_3des: true,
    legacy_sha1: true,
    max_message: 128 * 1024,
    max_challenge: 8 * 1024,
    signing_time: None,
};

/// Dice that always fall the same way.
pub struct Loaded;

impl Random for Loaded {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomFailed> {
        out.fill(0x5a);
        Ok(())
    }
}

/// One device with an RSA key, one authority with an elliptic one.
pub struct World {
    device: RsaKeyPair,
    /// The device's self-signed certificate.
    pub device_certificate: Certificate,
    authority: EcdsaKeyPair,
    /// The authority's self-signed certificate.
    pub authority_certificate: Certificate,
    /// A request that was sent, whose answer is awaited.
    pub exchange: Exchange,
}

fn self_signed(key: &[u8], algorithm: SignatureAlgorithm, sign: impl Fn(&[u8]) -> Vec<u8>) -> Certificate {
    let draft = SignerCertificate {
        subject: Name::from_pairs(&[(oid::CN, "fuzz")]),
        key: PublicKey::parse(key).expect("a key"),
        serial: Serial::new(&[1]),
        not_before: Time::from_unix(1_700_000_000),
        not_after: Time::from_unix(1_900_000_000),
        algorithm,
        version: Version::V3,
    };
    draft.signed(&sign(&draft.to_be_signed())).expect("a certificate")
}

fn sign_rsa(pair: &RsaKeyPair, message: &[u8]) -> Vec<u8> {
    let mut out = vec![0; pair.public_modulus_len()];
    pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut out).expect("a signature");
    out
}

fn sign_ecdsa(pair: &EcdsaKeyPair, message: &[u8]) -> Vec<u8> {
    pair.sign(&SystemRandom::new(), message).expect("a signature").as_ref().to_vec()
}

impl World {
    /// Keys are made once a run.
    pub fn once() -> &'static World {
        static WORLD: OnceLock<World> = OnceLock::new();
        WORLD.get_or_init(World::new)
    }

    fn new() -> World {
        let device = RsaKeyPair::generate(KeySize::Rsa2048).expect("a key");
        let spki: PublicKeyX509Der<'_> = device.public_key().as_der().expect("a key");
        let rsa = SignatureAlgorithm::RsaPkcs1(Digest::Sha256);
        let device_certificate = self_signed(spki.as_ref(), rsa, |message| sign_rsa(&device, message));
        let authority = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key");
        let spki: PublicKeyX509Der<'_> = authority.public_key().as_der().expect("a key");
        let ecdsa = SignatureAlgorithm::Ecdsa(Digest::Sha256);
        let authority_certificate =
            self_signed(spki.as_ref(), ecdsa, |message| sign_ecdsa(&authority, message));
        let transaction = TransactionId::from_text("1").expect("a transaction");
        let outgoing = Request::pkcs_req(b"", transaction)
            .with_challenge(Challenge::new(CHALLENGE.to_owned()))
            .draft(&device_certificate, &[&device_certificate], &Habits::default(), &mut Loaded)
            .expect("a request");
        let signature = sign_rsa(&device, &outgoing.to_be_signed());
        let (_, exchange) = outgoing.signed(&signature);
        World { device, device_certificate, authority, authority_certificate, exchange }
    }

    /// An envelope to the device around `plaintext`.
    pub fn envelope(&self, plaintext: &[u8]) -> Vec<u8> {
        let key = ContentKey { cipher: ContentCipher::Aes128Cbc, key: &CONTENT_KEY, iv: &[1; 16] };
        let certificate = &self.device_certificate;
        seal(&CertificateId::of(certificate), certificate.key(), KeyTransport::Pkcs1, &key, plaintext)
            .expect("sealed")
    }

    fn draft(
        &self,
        signer: &Certificate,
        algorithm: SignatureAlgorithm,
        content: &[u8],
        attributes: Vec<Attribute>,
    ) -> SignedDraft {
        SignedDraft {
            content_type: oid::DATA,
            content: content.to_vec(),
            certificates: vec![signer.der().to_vec()],
            sid: CertificateId::of(signer),
            algorithm,
            attributes,
        }
    }

    /// A message that the device has signed.
    pub fn from_device(&self, content: &[u8], attributes: Vec<Attribute>) -> Vec<u8> {
        let rsa = SignatureAlgorithm::RsaPkcs1(Digest::Sha256);
        let draft = self.draft(&self.device_certificate, rsa, content, attributes);
        let signed = draft.to_be_signed();
        draft.finish(&signed, &sign_rsa(&self.device, &signed)).expect("a message")
    }

    /// A message that the authority has signed.
    pub fn from_authority(&self, content: &[u8], attributes: Vec<Attribute>) -> Vec<u8> {
        let ecdsa = SignatureAlgorithm::Ecdsa(Digest::Sha256);
        let draft = self.draft(&self.authority_certificate, ecdsa, content, attributes);
        let signed = draft.to_be_signed();
        draft.finish(&signed, &sign_ecdsa(&self.authority, &signed)).expect("a message")
    }
}

/// One of [`ATTRIBUTES`] with a value in DER, whole.
pub fn attribute(index: usize, value: &[u8]) -> Attribute {
    let oid = Oid::new_unwrap(ATTRIBUTES[index % ATTRIBUTES.len()]);
    Attribute { oid, values: vec![value.to_vec()] }
}

/// A PrintableString in DER.
pub fn printable(text: &str) -> Vec<u8> {
    [&[0x13, u8::try_from(text.len()).expect("short")], text.as_bytes()].concat()
}

/// Attributes of any kind from the input: index, length, value, and so on to its end.
pub fn any_attributes(mut input: &[u8]) -> Vec<Attribute> {
    let mut found = Vec::new();
    while let [index, length, rest @ ..] = input {
        let (value, after) = rest.split_at(usize::from(*length).min(rest.len()));
        found.push(attribute(usize::from(*index), value));
        input = after;
    }
    found
}

/// All of the server's reading that a message can reach.
pub fn server_reads(message: &[u8], policy: &Policy) {
    let Ok(received) = Received::parse(message, policy) else { return };
    let _ = (received.message_type(), received.transaction().as_str().len());
    let ours = &World::once().device_certificate;
    let opened = match received.envelope_key(&[ours]) {
        Ok(EnvelopeKey::NotNeeded { .. }) => received.unopened().is_ok(),
        Ok(EnvelopeKey::Password) => {
            received.open_with_challenges(&[Challenge::new(CHALLENGE.to_owned())]).is_ok()
        }
        _ => received.open(Ok(CONTENT_KEY.to_vec()), &mut Loaded).is_ok(),
    };
    std::hint::black_box(opened);
}
