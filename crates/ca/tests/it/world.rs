//! Keys, a CA and requests for the tests.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{
    ECDSA_P256_SHA256_ASN1_SIGNING, ECDSA_P384_SHA384_ASN1_SIGNING, EcdsaKeyPair, KeyPair, RSA_PKCS1_SHA256,
    RsaKeyPair,
};
use ca::authority::{self, Plan};
use ca::decide::{Facts, Issuer, Order, Request, RequestedValidity, SidVouching, Verdict, Vouching, decide};
use ca::issue::{self, Issued, Node, Ticket};
use ca::key_policy::KnownKeys;
use ca::profile::{CertificateProfile, RenewalRules, Settings, Urls};
use ca::rejection::Rejection;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Certificate, Serial};
use pki::csr::CertificateRequest;
use pki::der::{Tag, Writer};
use pki::extension::Extension;
use pki::general_name::{GeneralName, SubjectAltName};
use pki::key::PublicKey;
use pki::name::Name;
use pki::{Oid, Random, RandomFailed, Time, oid};
use std::sync::OnceLock;

/// 2026-11-21T00:00:00Z.
pub(crate) const NOW: Time = Time::from_unix(1_795_219_200);
pub(crate) const DAY: i64 = 86_400;

pub(crate) enum Key {
    Rsa(RsaKeyPair),
    P256(EcdsaKeyPair),
    P384(EcdsaKeyPair),
}

impl Key {
    pub(crate) fn rsa() -> Self {
        Self::Rsa(RsaKeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    pub(crate) fn p256() -> Self {
        Self::P256(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    pub(crate) fn p384() -> Self {
        Self::P384(EcdsaKeyPair::generate(&ECDSA_P384_SHA384_ASN1_SIGNING).unwrap())
    }

    pub(crate) fn public(&self) -> PublicKey {
        let spki = match self {
            Self::Rsa(pair) => pair.public_key().as_der().unwrap().as_ref().to_vec(),
            Self::P256(pair) | Self::P384(pair) => pair.public_key().as_der().unwrap().as_ref().to_vec(),
        };
        PublicKey::parse(&spki).unwrap()
    }

    pub(crate) fn sign(&self, message: &[u8]) -> Vec<u8> {
        match self {
            Self::Rsa(pair) => {
                let mut signature = vec![0; pair.public_modulus_len()];
                pair.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), message, &mut signature).unwrap();
                signature
            }
            Self::P256(pair) | Self::P384(pair) => {
                pair.sign(&SystemRandom::new(), message).unwrap().as_ref().to_vec()
            }
        }
    }

    pub(crate) fn algorithm(&self) -> SignatureAlgorithm {
        match self {
            Self::Rsa(_) => SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
            Self::P256(_) => SignatureAlgorithm::Ecdsa(Digest::Sha256),
            Self::P384(_) => SignatureAlgorithm::Ecdsa(Digest::Sha384),
        }
    }
}

/// A device's RSA key, made once.
pub(crate) fn device_key() -> &'static Key {
    static KEY: OnceLock<Key> = OnceLock::new();
    KEY.get_or_init(Key::rsa)
}

pub(crate) struct Library;

impl Random for Library {
    fn fill(&mut self, out: &mut [u8]) -> Result<(), RandomFailed> {
        aws_lc_rs::rand::fill(out).map_err(|_| RandomFailed)
    }
}

pub(crate) fn serial() -> Serial {
    issue::serial::draw(Node::FIRST, NOW, &mut Library).unwrap()
}

pub(crate) fn finish(ticket: Ticket, key: &Key) -> Issued {
    let (message, unsigned) = ticket.spend();
    assert_eq!(message.algorithm(), key.algorithm());
    unsigned.complete(&key.sign(message.bytes())).unwrap()
}

/// A root and an issuing CA.
pub(crate) struct Ca {
    pub(crate) root: Certificate,
    pub(crate) issuing: Certificate,
    pub(crate) key: Key,
}

impl Ca {
    pub(crate) fn with_keys(root_key: &Key, key: Key, until: Time) -> Self {
        let (root_public, public) = (root_key.public(), key.public());
        let plan = |name: &str, key, not_after| Plan {
            subject: Name::from_pairs(&[(oid::ORGANIZATION, "Contoso"), (oid::CN, name)]),
            key,
            serial: serial(),
            not_before: NOW.plus_days(-30),
            not_after,
            hash: Digest::Sha256,
        };
        let root = authority::root(plan("Contoso Root", &root_public, until.plus_days(365))).unwrap();
        let root = finish(root, root_key).into_certificate();
        let urls = Urls { crl: vec!["http://pki.contoso.com/root.crl".into()], ..Urls::default() };
        let issuing = authority::issuing(plan("Contoso Issuing", &public, until), &root, &urls).unwrap();
        Self { issuing: finish(issuing, root_key).into_certificate(), root, key }
    }

    pub(crate) fn until(until: Time) -> Self {
        Self::with_keys(&Key::p256(), Key::p256(), until)
    }

    pub(crate) fn new() -> Self {
        Self::until(NOW.plus_days(3650))
    }

    pub(crate) fn issuer(&self) -> Issuer<'_> {
        Issuer { name: "default", certificate: &self.issuing }
    }

    pub(crate) fn facts<'a>(&'a self, verdict: &'a Verdict) -> Facts<'a> {
        Facts {
            now: NOW,
            issuer: self.issuer(),
            vouching: Vouching::Validator(verdict),
            known_keys: KnownKeys::default(),
            sid: None,
        }
    }

    /// Decides with a verdict that vouches for everything.
    pub(crate) fn decide(
        &self,
        csr: &CertificateRequest,
        profile: &CertificateProfile,
    ) -> Result<Order, Rejection> {
        decide(&Request { csr, validity: None }, profile, &self.facts(&verdict()))
    }

    pub(crate) fn decide_for(
        &self,
        csr: &CertificateRequest,
        profile: &CertificateProfile,
        validity: RequestedValidity,
    ) -> Result<Order, Rejection> {
        decide(&Request { csr, validity: Some(validity) }, profile, &self.facts(&verdict()))
    }

    pub(crate) fn issue(&self, csr: &CertificateRequest, profile: &CertificateProfile) -> Certificate {
        let order = self.decide(csr, profile).unwrap();
        let ticket = issue::prepare(&order, profile, &self.issuing, serial()).unwrap();
        finish(ticket, &self.key).into_certificate()
    }
}

pub(crate) fn verdict() -> Verdict {
    Verdict {
        profile: "devices".to_owned().try_into().unwrap(),
        subject: None,
        san: None,
        sid: SidVouching::AsRequested,
    }
}

pub(crate) fn settings() -> Settings {
    Settings {
        crl_urls: vec!["http://pki.contoso.com/issuing.crl".into()],
        ocsp_urls: vec!["http://ocsp.contoso.com/".into()],
        ca_issuers_urls: vec!["http://pki.contoso.com/issuing.cer".into()],
        ..Settings::named("devices")
    }
}

pub(crate) fn profile() -> CertificateProfile {
    profile_with(|_| {})
}

/// The default profile with one change.
pub(crate) fn profile_with(change: impl FnOnce(&mut Settings)) -> CertificateProfile {
    let mut settings = settings();
    change(&mut settings);
    let renewal = RenewalRules { allowed: true, window: Some(90 * 86_400) };
    CertificateProfile { renewal, ..settings.check().unwrap().numbered(1) }
}

pub(crate) fn cn(name: &str) -> Name {
    Name::from_pairs(&[(oid::CN, name)])
}

pub(crate) fn san(names: &[GeneralName]) -> Extension {
    Extension::subject_alt_name(&SubjectAltName(names.to_vec()), false)
}

pub(crate) fn uri(text: &str) -> GeneralName {
    GeneralName::Uri(text.into())
}

pub(crate) fn unknown(oid: &str, critical: bool, value: &[u8]) -> Extension {
    Extension { oid: Oid::new_unwrap(oid), critical, value: value.to_vec() }
}

/// A request for `subject` with these extensions, signed by `key`.
pub(crate) fn csr_by(key: &Key, subject: &Name, extensions: &[Extension]) -> CertificateRequest {
    CertificateRequest::parse(&csr_der(&key.public(), key, subject, extensions)).unwrap()
}

pub(crate) fn csr(subject: &Name, extensions: &[Extension]) -> CertificateRequest {
    csr_by(device_key(), subject, extensions)
}

/// A request that carries `public` and is signed by `key`.
pub(crate) fn csr_der(public: &PublicKey, key: &Key, subject: &Name, extensions: &[Extension]) -> Vec<u8> {
    let requested = Writer::bytes_of(|w| {
        if extensions.is_empty() {
            return;
        }
        w.sequence(|w| {
            w.oid(&oid::EXTENSION_REQUEST);
            w.set(|w| w.sequence(|w| extensions.iter().for_each(|extension| extension.write(w))));
        });
    });
    csr_with_attributes(public, key, subject, &requested)
}

/// A request with these attributes, as they stand.
pub(crate) fn csr_with_attributes(
    public: &PublicKey,
    key: &Key,
    subject: &Name,
    attributes: &[u8],
) -> Vec<u8> {
    let info = Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.u32(0);
            w.raw(subject.der());
            w.raw(public.spki());
            w.tlv(Tag::constructed(0), attributes);
        });
    });
    pki::certificate::assemble(&info, key.algorithm(), &key.sign(&info))
}

/// The name of the rule that a refusal cites.
pub(crate) fn refused(result: Result<Order, Rejection>) -> &'static str {
    result.expect_err("should have been refused").reason().name
}
