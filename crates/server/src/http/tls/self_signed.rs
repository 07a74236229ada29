//! A certificate for tests on this machine, made at start. Nothing trusts it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::encoding::{AsDer as _, PublicKeyX509Der};
use aws_lc_rs::rand::{self, SystemRandom};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair as _};
use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Serial, TbsCertificate, assemble};
use pki::extension::Extension;
use pki::general_name::{GeneralName, SubjectAltName};
use pki::name::Name;
use pki::oid;
use rustls_pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};

use super::Identity;

const DAY: i64 = 86_400;

/// A P-256 key and its certificate for `localhost`, good for 30 days.
pub(super) fn identity() -> Option<Identity> {
    let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, &SystemRandom::new()).ok()?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_ASN1_SIGNING, pkcs8.as_ref()).ok()?;
    let spki: PublicKeyX509Der<'_> = key.public_key().as_der().ok()?;
    let mut serial = [0_u8; 16];
    rand::fill(&mut serial).ok()?;
    let now = i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs()).ok()?;
    let name = Name::from_pairs(&[(oid::CN, "Chancery test")]);
    let names = SubjectAltName(vec![
        GeneralName::Dns("localhost".to_owned()),
        GeneralName::Ip(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        GeneralName::Ip(IpAddr::V6(Ipv6Addr::LOCALHOST)),
    ]);
    let algorithm = SignatureAlgorithm::Ecdsa(Digest::Sha256);
    let tbs = TbsCertificate {
        serial: Serial::new(&serial),
        signature: algorithm,
        issuer: name.clone(),
        not_before: Time::from_unix(now - DAY),
        not_after: Time::from_unix(now + 30 * DAY),
        subject: name,
        public_key: spki.as_ref().to_vec(),
        extensions: vec![Extension::subject_alt_name(&names, false)],
    }
    .to_der();
    let signature = key.sign(&SystemRandom::new(), &tbs).ok()?;
    let certificate = assemble(&tbs, algorithm, signature.as_ref());
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(pkcs8.as_ref().to_vec()));
    Some((vec![CertificateDer::from(certificate)], key))
}
