//! A SCEP client whose request can be anything.

use super::{Told, World};
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::attribute::Attribute;
use pki::certificate::{Certificate, Serial};
use pki::csr::CertificationRequestInfo;
use pki::extension::Extension;
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;
use pki::{Time, oid};
use scep::TransactionId;
use scep::client::{Exchange, Habits, Request, SignerCertificate, Version};
use simulator::fleet::DeviceKey;
use simulator::keys::SystemDice;
use std::sync::atomic::{AtomicU32, Ordering};

/// A transactionID that nobody used before.
pub(crate) fn transaction() -> TransactionId {
    static COUNT: AtomicU32 = AtomicU32::new(1);
    TransactionId::from_text(&format!("T{:08}", COUNT.fetch_add(1, Ordering::SeqCst))).unwrap()
}

/// What a request asks for.
#[derive(Clone)]
pub(crate) struct Csr {
    pub(crate) subject: Name,
    pub(crate) names: Vec<GeneralName>,
    pub(crate) extensions: Vec<Extension>,
    pub(crate) challenge: Option<String>,
    pub(crate) attributes: Vec<Attribute>,
}

impl Csr {
    pub(crate) fn of(subject: Name, challenge: &str) -> Csr {
        let challenge = (!challenge.is_empty()).then(|| challenge.to_owned());
        Csr { subject, names: Vec::new(), extensions: Vec::new(), challenge, attributes: Vec::new() }
    }

    pub(crate) fn named(name: &str, challenge: &str) -> Csr {
        Csr::of(Name::from_pairs(&[(oid::CN, name)]), challenge)
    }

    /// What the requester signs, over any key.
    pub(crate) fn info(&self, public_key: &[u8]) -> Vec<u8> {
        let mut extensions = self.extensions.clone();
        if !self.names.is_empty() {
            extensions.push(Extension::subject_alt_name(&SubjectAltName(self.names.clone()), false));
        }
        CertificationRequestInfo {
            subject: self.subject.clone(),
            public_key: public_key.to_vec(),
            challenge_password: self.challenge.clone(),
            extensions,
            attributes: self.attributes.clone(),
        }
        .to_der()
    }

    pub(crate) fn signed(&self, key: &DeviceKey) -> Vec<u8> {
        signed(&self.info(key.public().spki()), key)
    }
}

/// A CertificationRequestInfo as a whole request.
pub(crate) fn signed(info: &[u8], key: &DeviceKey) -> Vec<u8> {
    let signature = key.sign(Digest::Sha256, info).unwrap();
    pki::certificate::assemble(info, SignatureAlgorithm::RsaPkcs1(Digest::Sha256), &signature)
}

/// A key and the certificate that it signs messages with.
#[derive(Clone)]
pub(crate) struct Device {
    pub(crate) name: String,
    pub(crate) key: DeviceKey,
    pub(crate) signer: Certificate,
    pub(crate) habits: Habits,
}

impl Device {
    pub(crate) fn new(name: &str, key: DeviceKey, now: i64) -> Device {
        let draft = SignerCertificate {
            subject: Name::from_pairs(&[(oid::CN, name)]),
            key: key.public().clone(),
            serial: Serial::new(&[7]),
            not_before: Time::from_unix(now - 86_400),
            not_after: Time::from_unix(now + 365 * 86_400),
            algorithm: SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
            version: Version::V3,
        };
        let signer = draft.signed(&key.sign(Digest::Sha256, &draft.to_be_signed()).unwrap()).unwrap();
        Device { name: name.to_owned(), key, signer, habits: Habits::default() }
    }

    /// The same key, signing with another certificate.
    pub(crate) fn signing_with(&self, certificate: &Certificate) -> Device {
        Device { signer: certificate.clone(), ..self.clone() }
    }

    /// A request for this device's name.
    pub(crate) fn csr(&self, challenge: &str) -> Csr {
        Csr::named(&self.name, challenge)
    }

    /// Any message, encrypted to the RA and signed.
    pub(crate) fn message(&self, world: &World, request: &Request) -> (Vec<u8>, Exchange) {
        let draft = request.draft(&self.signer, &[&world.ra()], &self.habits, &mut SystemDice).unwrap();
        let signature = self.key.sign(self.habits.digest, &draft.to_be_signed()).unwrap();
        draft.signed(&signature)
    }

    /// PKCSReq of a request in DER.
    pub(crate) fn pkcs_req(&self, world: &World, csr: &[u8]) -> Vec<u8> {
        self.message(world, &Request::pkcs_req(csr, transaction())).0
    }

    /// RenewalReq of a request in DER.
    pub(crate) fn renewal_req(&self, world: &World, csr: &[u8]) -> Vec<u8> {
        self.message(world, &Request::renewal_req(csr, transaction())).0
    }

    /// Sends the request as a PKCSReq.
    pub(crate) async fn asks(&self, world: &World, endpoint: &str, csr: &Csr) -> Told {
        world.post(endpoint, self.pkcs_req(world, &csr.signed(&self.key))).await
    }

    /// Enrols at `once` with a fresh challenge: the control of most attacks.
    pub(crate) async fn enrols(&self, world: &World) -> Certificate {
        let challenge = world.challenge("once", None).await;
        let told = self.asks(world, "once", &self.csr(&challenge)).await;
        self.opens(&told)
    }

    /// The certificate in a SUCCESS.
    pub(crate) fn opens(&self, told: &Told) -> Certificate {
        told.certificate(&self.key).unwrap_or_else(|| panic!("refused: {told:?}"))
    }
}
