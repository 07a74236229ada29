//! One authority and its devices, with keys made once.

use std::sync::OnceLock;

use aws_lc_rs::encoding::{AsDer as _, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeySize, OaepPrivateDecryptingKey, Pkcs1PrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{self as sig, EcdsaKeyPair, KeyPair as _, RsaKeyPair};
use pki::algorithm::{Digest, KeyTransport, SignatureAlgorithm};
use pki::certificate::{Certificate, Serial, TbsCertificate, assemble};
use pki::csr::CertificationRequestInfo;
use pki::der::Writer;
use pki::extension::{BasicConstraints, Extension, KeyUsage};
use pki::key::PublicKey;
use pki::name::Name;
use pki::{Random, RandomFailed, Time, oid};
use scep::client::{Exchange, Habits, Request, SignerCertificate, Version};
use scep::server::{Answer, CannotOpen, EnvelopeKey, Opened, Policy, Received, Refused, UnwrapFailed};
use scep::{Challenge, TransactionId};

pub const NOW: Time = Time::from_unix(1_795_000_000);
pub const CHALLENGE: &str = "s3cret-Challenge";

/// Reproducible randomness.
pub struct Dice(pub u64);

impl Random for Dice {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomFailed> {
        for octet in out {
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            *octet = (self.0 >> 33) as u8;
        }
        Ok(())
    }
}

pub enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl Key {
    pub fn rsa() -> Key {
        Key::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub fn p256() -> Key {
        Key::P256(EcdsaKeyPair::generate(&sig::ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub fn p384() -> Key {
        Key::P384(EcdsaKeyPair::generate(&sig::ECDSA_P384_SHA384_ASN1_SIGNING).unwrap())
    }

    pub fn public(&self) -> PublicKey {
        let der: PublicKeyX509Der<'_> = match self {
            Key::Rsa(pair) => pair.public_key().as_der().unwrap(),
            Key::P256(pair) | Key::P384(pair) => pair.public_key().as_der().unwrap(),
        };
        PublicKey::parse(der.as_ref()).unwrap()
    }

    pub fn pkcs8(&self) -> Vec<u8> {
        let Key::Rsa(pair) = self else { panic!("RSA only") };
        let der: Pkcs8V1Der<'_> = pair.as_der().unwrap();
        der.as_ref().to_vec()
    }

    pub fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Key::Rsa(_) => SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
            Key::P256(_) => SignatureAlgorithm::Ecdsa(Digest::Sha256),
            Key::P384(_) => SignatureAlgorithm::Ecdsa(Digest::Sha384),
        }
    }

    pub fn sign(&self, algorithm: SignatureAlgorithm, message: &[u8]) -> Vec<u8> {
        let dice = SystemRandom::new();
        match (self, algorithm) {
            (Key::Rsa(pair), SignatureAlgorithm::RsaPkcs1(digest)) => {
                let padding: &dyn sig::RsaEncoding = match digest {
                    Digest::Sha256 => &sig::RSA_PKCS1_SHA256,
                    Digest::Sha384 => &sig::RSA_PKCS1_SHA384,
                    Digest::Sha512 => &sig::RSA_PKCS1_SHA512,
                    Digest::Sha1 => panic!("aws-lc-rs signs no SHA-1"),
                };
                let mut out = vec![0; pair.public_modulus_len()];
                pair.sign(padding, &dice, message, &mut out).unwrap();
                out
            }
            (Key::P256(pair) | Key::P384(pair), SignatureAlgorithm::Ecdsa(_)) => {
                pair.sign(&dice, message).unwrap().as_ref().to_vec()
            }
            other => panic!("{:?}", other.1),
        }
    }

    pub fn unwrap(&self, transport: KeyTransport, wrapped: &[u8]) -> Result<Vec<u8>, UnwrapFailed> {
        let key = PrivateDecryptingKey::from_pkcs8(&self.pkcs8()).unwrap();
        let mut out = vec![0; key.key_size_bytes()];
        let found = match transport {
            KeyTransport::Pkcs1 => {
                Pkcs1PrivateDecryptingKey::new(key).unwrap().decrypt(wrapped, &mut out).map(|k| k.to_vec())
            }
            KeyTransport::Oaep(digest) => {
                use aws_lc_rs::rsa as r;
                let algorithm = match digest {
                    Digest::Sha1 => &r::OAEP_SHA1_MGF1SHA1,
                    Digest::Sha256 => &r::OAEP_SHA256_MGF1SHA256,
                    Digest::Sha384 => &r::OAEP_SHA384_MGF1SHA384,
                    Digest::Sha512 => &r::OAEP_SHA512_MGF1SHA512,
                };
                let key = OaepPrivateDecryptingKey::new(key).unwrap();
                key.decrypt(algorithm, wrapped, &mut out, None).map(|k| k.to_vec())
            }
        };
        found.map_err(|_| UnwrapFailed)
    }
}

pub fn name(common_name: &str) -> Name {
    Name::from_pairs(&[(oid::CN, common_name)])
}

pub fn issue(
    subject: &str,
    key: &Key,
    by: Option<(&Certificate, &Key)>,
    usage: KeyUsage,
    serial: u8,
) -> Certificate {
    let ca = usage.contains(KeyUsage::KEY_CERT_SIGN);
    let subject = name(subject);
    let signing = by.map_or(key, |(_, key)| key);
    let mut extensions =
        vec![Extension::key_usage(usage), Extension::subject_key_identifier(&key.public().key_id())];
    if ca {
        extensions.push(Extension::basic_constraints(BasicConstraints { ca, path_len: None }));
    }
    let tbs = TbsCertificate {
        serial: Serial::new(&[0x40, serial]),
        signature: signing.algorithm(),
        issuer: by.map_or(subject.clone(), |(ca, _)| ca.subject().clone()),
        not_before: NOW.plus_days(-1),
        // Judges look at the real clock: decades, so that no test expires.
        not_after: NOW.plus_days(20_000),
        subject,
        public_key: key.public().spki().to_vec(),
        extensions,
    }
    .to_der();
    let signature = signing.sign(signing.algorithm(), &tbs);
    Certificate::parse(&assemble(&tbs, signing.algorithm(), &signature)).unwrap()
}

/// Certification request in DER.
pub fn csr(subject: &str, key: &Key, challenge: Option<&str>) -> Vec<u8> {
    let info = CertificationRequestInfo {
        subject: name(subject),
        public_key: key.public().spki().to_vec(),
        challenge_password: challenge.map(str::to_owned),
        extensions: Vec::new(),
        attributes: Vec::new(),
    }
    .to_der();
    signed_csr(&info, key)
}

pub fn signed_csr(info: &[u8], key: &Key) -> Vec<u8> {
    let signature = key.sign(key.algorithm(), info);
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.raw(info);
            key.algorithm().write(w);
            w.bit_string(&signature);
        });
    })
}

pub fn self_signed(subject: &str, key: &Key, version: Version, serial: &[u8]) -> Certificate {
    let draft = SignerCertificate {
        subject: name(subject),
        key: key.public(),
        serial: Serial::new(serial),
        not_before: NOW.plus_days(-1),
        not_after: NOW.plus_days(20_000),
        algorithm: key.algorithm(),
        version,
    };
    draft.signed(&key.sign(key.algorithm(), &draft.to_be_signed())).unwrap()
}

pub struct World {
    pub ca_key: Key,
    pub ca: Certificate,
    pub ra_key: Key,
    pub ra: Certificate,
    pub device_key: Key,
    pub device: Certificate,
    pub other_key: Key,
    pub ec_key: Key,
    pub ec_device: Certificate,
}

pub const RA_USAGE: KeyUsage = KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT);

pub fn world() -> &'static World {
    static WORLD: OnceLock<World> = OnceLock::new();
    WORLD.get_or_init(|| {
        let (ca_key, ra_key, device_key, ec_key) = (Key::p256(), Key::rsa(), Key::rsa(), Key::p256());
        let ca =
            issue("Chancery CA", &ca_key, None, KeyUsage::KEY_CERT_SIGN.with(KeyUsage::DIGITAL_SIGNATURE), 1);
        let ra = issue("Chancery RA", &ra_key, Some((&ca, &ca_key)), RA_USAGE, 2);
        let device = self_signed("device", &device_key, Version::V3, &[7]);
        let ec_device = self_signed("device", &ec_key, Version::V3, &[8]);
        World { ca_key, ca, ra_key, ra, device_key, device, other_key: Key::rsa(), ec_key, ec_device }
    })
}

pub fn transaction() -> TransactionId {
    TransactionId::from_text("0123456789ABCDEF").unwrap()
}

/// Everything that a message can be made of.
pub struct Sending<'a> {
    pub request: Request,
    pub signer: &'a Certificate,
    pub key: &'a Key,
    pub recipients: Vec<&'a Certificate>,
    pub habits: Habits,
}

impl World {
    /// The usual PKCSReq of the usual device.
    pub fn pkcs_req(&self) -> Sending<'_> {
        Sending {
            request: Request::pkcs_req(&csr("device", &self.device_key, Some(CHALLENGE)), transaction()),
            signer: &self.device,
            key: &self.device_key,
            recipients: vec![&self.ra],
            habits: Habits::default(),
        }
    }

    pub fn with_habits(&self, change: impl FnOnce(&mut Habits)) -> Sending<'_> {
        let mut sending = self.pkcs_req();
        change(&mut sending.habits);
        sending
    }

    /// The server's whole reading.
    pub fn open(&self, message: &[u8], policy: &Policy) -> Result<Opened, Refused> {
        let received = Received::parse(message, policy)?;
        let outcome = match received.envelope_key(&[&self.ra])? {
            EnvelopeKey::NotNeeded { .. } => received.unopened().map_err(CannotOpen::Refused),
            EnvelopeKey::Wrapped { transport, wrapped, .. } => {
                received.open(self.ra_key.unwrap(transport, &wrapped), &mut Dice(5))
            }
            EnvelopeKey::Password => {
                let candidates = [Challenge::new("no".into()), Challenge::new(CHALLENGE.into())];
                received.open_with_challenges(&candidates).map_err(CannotOpen::Refused)
            }
        };
        outcome.map_err(|error| match error {
            CannotOpen::Refused(refused) => refused,
            CannotOpen::Random => panic!("the dice work"),
        })
    }

    /// A signed answer.
    pub fn answer(&self, answer: &Answer, reply_to: &scep::server::ReplyTo) -> Vec<u8> {
        let draft = answer.draft(reply_to, &self.ra, &mut Dice(6)).unwrap();
        draft.signed(&self.ra_key.sign(draft.algorithm(), draft.to_be_signed()))
    }

    pub fn issue_for(&self, opened: &Opened) -> Certificate {
        let Opened::CertificateRequested(requested) = opened else { panic!("{opened:?}") };
        let key = requested.request.key();
        let tbs = TbsCertificate {
            serial: Serial::new(&[0x50, 1]),
            signature: self.ca_key.algorithm(),
            issuer: self.ca.subject().clone(),
            not_before: NOW,
            not_after: NOW.plus_days(20_000),
            subject: requested.request.subject().clone(),
            public_key: key.spki().to_vec(),
            extensions: vec![Extension::key_usage(RA_USAGE)],
        }
        .to_der();
        let signature = self.ca_key.sign(self.ca_key.algorithm(), &tbs);
        Certificate::parse(&assemble(&tbs, self.ca_key.algorithm(), &signature)).unwrap()
    }
}

impl Sending<'_> {
    pub fn message(&self) -> (Vec<u8>, Exchange) {
        let outgoing = self.request.draft(self.signer, &self.recipients, &self.habits, &mut Dice(1)).unwrap();
        let signature = self.key.sign(outgoing.algorithm(), &outgoing.to_be_signed());
        outgoing.signed(&signature)
    }
}

pub fn reply_to(opened: &Opened) -> &scep::server::ReplyTo {
    match opened {
        Opened::CertificateRequested(requested) => &requested.reply_to,
        Opened::CertPoll(poll) => &poll.reply_to,
        Opened::GetCert(asked) | Opened::GetCrl(asked) => &asked.reply_to,
    }
}
