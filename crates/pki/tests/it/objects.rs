//! Certificates, requests and CRLs: what openssl makes we read, what we make openssl accepts.

use crate::openssl::Desk;
use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};
use chancery_pki::algorithm::{Digest, SignatureAlgorithm};
use chancery_pki::certificate::{Certificate, Serial, TbsCertificate, assemble};
use chancery_pki::crl::{CertificateList, Reason, RevokedEntry, TbsCertList};
use chancery_pki::csr::{CertificateRequest, CertificationRequestInfo};
use chancery_pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage};
use chancery_pki::general_name::{GeneralName, SubjectAltName};
use chancery_pki::key::PublicKey;
use chancery_pki::name::Name;
use chancery_pki::{Time, oid, pem};

const ECDSA: SignatureAlgorithm = SignatureAlgorithm::Ecdsa(Digest::Sha256);
const NOW: Time = Time::from_unix(1_790_000_000);

struct Pair(EcdsaKeyPair);

impl Pair {
    fn new() -> Pair {
        Pair(EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap())
    }

    fn spki(&self) -> Vec<u8> {
        self.0.public_key().as_der().unwrap().as_ref().to_vec()
    }

    fn sign(&self, tbs: &[u8]) -> Vec<u8> {
        let signature = self.0.sign(&SystemRandom::new(), tbs).unwrap();
        assemble(tbs, ECDSA, signature.as_ref())
    }
}

fn certificate(pair: &Pair, ca: &Pair, subject: &Name, extensions: Vec<Extension>) -> Vec<u8> {
    let tbs = TbsCertificate {
        serial: Serial::new(&[0x7a, 1, 2, 3]),
        signature: ECDSA,
        issuer: Name::from_pairs(&[(oid::CN, "Test CA")]),
        not_before: NOW.plus_days(-1),
        not_after: NOW.plus_days(365),
        subject: subject.clone(),
        public_key: pair.spki(),
        extensions,
    };
    ca.sign(&tbs.to_der())
}

fn root(ca: &Pair) -> Vec<u8> {
    let id = PublicKey::parse(&ca.spki()).unwrap().key_id();
    let extensions = vec![
        Extension::basic_constraints(BasicConstraints { ca: true, path_len: None }),
        Extension::key_usage(KeyUsage::KEY_CERT_SIGN.with(KeyUsage::CRL_SIGN)),
        Extension::subject_key_identifier(&id),
    ];
    certificate(ca, ca, &Name::from_pairs(&[(oid::CN, "Test CA")]), extensions)
}

#[test]
fn openssl_verifies_a_chain_that_we_made_and_shows_its_names() {
    let (ca, pair, desk) = (Pair::new(), Pair::new(), Desk::new());
    let id = PublicKey::parse(&ca.spki()).unwrap().key_id();
    let names = SubjectAltName(vec![
        GeneralName::Upn("zoe@contoso.com".into()),
        GeneralName::Dns("device.contoso.com".into()),
        GeneralName::Ip([192, 0, 2, 7].into()),
        GeneralName::Uri("IntuneDeviceId://1".into()),
    ]);
    let uris = ["http://pki.example/crl".to_owned()];
    let extensions = vec![
        Extension::basic_constraints(BasicConstraints::default()),
        Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE.with(KeyUsage::KEY_ENCIPHERMENT)),
        Extension::extended_key_usage(&ExtendedKeyUsage(vec![oid::CLIENT_AUTH])),
        Extension::subject_alt_name(&names, false),
        Extension::authority_key_identifier(&id),
        Extension::crl_distribution_points(&uris),
        Extension::authority_info_access(&uris, &uris),
    ];
    let leaf = certificate(&pair, &ca, &Name::from_pairs(&[(oid::CN, "Zoë")]), extensions);
    desk.write("ca.pem", pem::encode("CERTIFICATE", &root(&ca)));
    desk.write("leaf.pem", pem::encode("CERTIFICATE", &leaf));
    let at = NOW.unix();
    desk.openssl(&format!("verify -x509_strict -purpose sslclient -attime {at} -CAfile ca.pem leaf.pem"));
    let text = desk.openssl("x509 -in leaf.pem -noout -text");
    for expected in [
        "UPN::zoe@contoso.com",
        "DNS:device.contoso.com",
        "IP Address:192.0.2.7",
        "URI:http://pki.example/crl",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let read = Certificate::parse(&leaf).unwrap();
    assert_eq!(read.san().unwrap(), names);
    assert_eq!(read.verify_signed_by(&PublicKey::parse(&ca.spki()).unwrap()), Ok(()));
    assert!(!read.is_ca() && Certificate::parse(&root(&ca)).unwrap().is_ca());
}

#[test]
fn openssl_reads_a_crl_that_we_made() {
    let (ca, desk) = (Pair::new(), Desk::new());
    let key = PublicKey::parse(&ca.spki()).unwrap();
    let revoked = [(0x81, Reason::KeyCompromise), (0x02, Reason::Unspecified)]
        .map(|(serial, reason)| RevokedEntry { serial: Serial::new(&[serial]), at: NOW, reason });
    let list = TbsCertList {
        signature: ECDSA,
        issuer: Name::from_pairs(&[(oid::CN, "Test CA")]),
        this_update: NOW,
        next_update: NOW.plus_days(7),
        revoked: revoked.iter().collect(),
        extensions: vec![Extension::authority_key_identifier(&key.key_id()), Extension::crl_number(258)],
    };
    let der = ca.sign(&list.into_der());
    desk.write("ca.pem", pem::encode("CERTIFICATE", &root(&ca)));
    desk.write("crl.der", &der);
    let text = desk.openssl("crl -inform DER -in crl.der -CAfile ca.pem -noout -text");
    for expected in ["verify OK", "Serial Number: 81", "Key Compromise", "258"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let read = CertificateList::parse(&der).unwrap();
    assert_eq!(read.revoked, revoked);
    assert_eq!((read.number(), read.verify_signed_by(&key)), (Some(258), Ok(())));
}

#[test]
fn openssl_verifies_a_request_that_we_made() {
    let (pair, desk) = (Pair::new(), Desk::new());
    let info = CertificationRequestInfo {
        subject: Name::from_pairs(&[(oid::CN, "device")]),
        public_key: pair.spki(),
        challenge_password: Some("secret".into()),
        extensions: vec![Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE)],
        attributes: Vec::new(),
    };
    let der = pair.sign(&info.to_der());
    desk.write("csr.der", &der);
    let text = desk.openssl("req -inform DER -in csr.der -noout -verify -text");
    assert!(text.contains("verify OK") && text.contains("secret"), "{text}");
    let read = CertificateRequest::parse(&der).unwrap();
    assert_eq!(read.challenge_password(), Ok(Some("secret".into())));
    assert_eq!(read.key_usage(), Ok(Some(KeyUsage::DIGITAL_SIGNATURE)));
    assert!(read.verify_possession().is_ok());
    let mut changed = der.clone();
    *changed.last_mut().unwrap() ^= 1;
    let changed = CertificateRequest::parse(&changed).unwrap();
    assert!(changed.verify_possession().is_err(), "v5: a changed signature must not verify");
}

#[test]
fn we_read_a_request_that_openssl_made() {
    let desk = Desk::new();
    desk.write(
        "req.cnf",
        "[req]\nprompt=no\ndistinguished_name=dn\nattributes=at\nreq_extensions=ex\n[dn]\nO=Contoso\nCN=laptop 7\n\
         [at]\nchallengePassword=pass word\n[ex]\nsubjectAltName=DNS:a.example,email:x@a.example,URI:urn:x\n\
         keyUsage=critical,digitalSignature,keyEncipherment\nextendedKeyUsage=clientAuth\n",
    );
    desk.openssl(
        "req -new -newkey rsa:2048 -nodes -keyout key.pem -config req.cnf -outform DER -out csr.der",
    );
    let der = desk.read("csr.der");
    let request = CertificateRequest::parse(&der).unwrap();
    assert_eq!(request.subject().to_string(), "O=Contoso, CN=laptop 7");
    assert_eq!(request.challenge_password(), Ok(Some("pass word".into())));
    assert_eq!(request.san().unwrap().0.len(), 3);
    assert_eq!(request.extended_key_usage().unwrap().unwrap().0, [oid::CLIENT_AUTH]);
    assert!(request.verify_possession().is_ok());
    assert_eq!(request.key().size(), 2048);
    assert!(CertificateRequest::parse(&[&der[..], &[0]].concat()).is_err(), "t15: nothing after the end");
}
