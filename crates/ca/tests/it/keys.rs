//! Keys on the one road that every front end takes: threats 28, 31, 38, 39, V5, V20.

use crate::world::{Ca, Key, cn, csr, csr_der, device_key, profile, profile_with, refused, verdict};
use ca::decide::{Facts, Request, decide};
use ca::key_policy::{Curve, Holder, KnownKeys, OwnKey, canonical};
use pki::csr::CertificateRequest;
use pki::der::Writer;
use pki::general_name::SubjectAltName;
use pki::key::{KeyKind, PublicKey};
use pki::oid;
use std::time::Instant;

fn known<'a>(ca: &'a Ca, verdict: &'a ca::decide::Verdict, known_keys: KnownKeys<'a>) -> Facts<'a> {
    Facts { known_keys, ..ca.facts(verdict) }
}

#[test]
fn t38_our_own_keys_are_refused() {
    let (ca, verdict) = (Ca::new(), verdict());
    let own = [OwnKey { fingerprint: device_key().public().fingerprint(), name: "RA".into() }];
    let facts = known(&ca, &verdict, KnownKeys { own: &own, ..KnownKeys::default() });
    let result = decide(&Request { csr: &csr(&cn("d"), &[]), validity: None }, &profile(), &facts);
    assert_eq!(refused(result), "OwnKey");
}

#[test]
fn t39_blocked_and_foreign_keys_are_refused() {
    let (ca, verdict) = (Ca::new(), verdict());
    let blocked = [device_key().public().fingerprint()];
    let facts = known(&ca, &verdict, KnownKeys { blocked: &blocked, ..KnownKeys::default() });
    let request = csr(&cn("d"), &[]);
    let request = Request { csr: &request, validity: None };
    assert_eq!(refused(decide(&request, &profile(), &facts)), "Blocked");
    let holders = [Holder { subject: cn("other"), san: SubjectAltName::default() }];
    let facts = known(&ca, &verdict, KnownKeys { holders: &holders, ..KnownKeys::default() });
    assert_eq!(refused(decide(&request, &profile(), &facts)), "Repeated");
    let holders = [Holder { subject: cn("d"), san: SubjectAltName::default() }];
    let facts = known(&ca, &verdict, KnownKeys { holders: &holders, ..KnownKeys::default() });
    assert!(decide(&request, &profile(), &facts).is_ok(), "Q48: the same subject may come back with its key");
}

#[test]
fn t39_the_same_key_without_its_null_parameters_is_the_same_key() {
    let public = device_key().public();
    let KeyKind::Rsa { modulus, exponent } = public.kind() else { panic!("an RSA key") };
    let bits = Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.unsigned(modulus);
            w.unsigned(exponent);
        });
    });
    let bare = Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.sequence(|w| w.oid(&oid::RSA_ENCRYPTION));
            w.bit_string(&bits);
        });
    });
    let bare = PublicKey::parse(&bare).unwrap();
    assert_ne!(bare.fingerprint(), public.fingerprint());
    assert_eq!(canonical(&bare).fingerprint(), public.fingerprint());
    let csr = CertificateRequest::parse(&csr_der(&bare, device_key(), &cn("d"), &[])).unwrap();
    assert_eq!(Ca::new().issue(&csr, &profile()).key().spki(), public.spki());
}

#[test]
fn v5_a_request_signed_by_another_key_is_refused() {
    let (ca, other) = (Ca::new(), Key::p256());
    let foreign = CertificateRequest::parse(&csr_der(&device_key().public(), &other, &cn("d"), &[])).unwrap();
    assert_eq!(refused(ca.decide(&foreign, &profile())), "NoPossession");
    let mut flipped = csr(&cn("d"), &[]).der().to_vec();
    *flipped.last_mut().unwrap() ^= 1;
    let flipped = CertificateRequest::parse(&flipped).unwrap();
    assert_eq!(refused(ca.decide(&flipped, &profile())), "NoPossession");
}

#[test]
fn m21_weak_keys_are_refused_with_the_reason() {
    let ca = Ca::new();
    let modulus = [&[0xc1_u8][..], &[0x55; 126], &[1]].concat();
    let weak = PublicKey::from_rsa(&modulus, &[1, 0, 1]);
    let csr = CertificateRequest::parse(&csr_der(&weak, device_key(), &cn("d"), &[])).unwrap();
    let rejection = ca.decide(&csr, &profile()).unwrap_err();
    assert_eq!(rejection.code().to_string(), "CHY-2102");
    assert!(rejection.operator().contains("1024 bits") && rejection.operator().contains("2048, 3072, 4096"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a measurement needs a clock")]
fn v20_a_huge_key_costs_less_than_a_millisecond() {
    let ca = Ca::new();
    let huge = PublicKey::from_rsa(&[0xff; 2048], &[1, 0, 1]);
    let csr = CertificateRequest::parse(&csr_der(&huge, device_key(), &cn("d"), &[])).unwrap();
    let fastest = (0..20)
        .map(|_| {
            let start = Instant::now();
            assert_eq!(refused(ca.decide(&csr, &profile())), "RsaSize");
            start.elapsed().as_micros()
        })
        .min();
    assert!(fastest.unwrap() < 1000, "{fastest:?}");
}

#[test]
fn profiles_choose_kinds_and_sizes() {
    let ca = Ca::new();
    let ec_only = profile_with(|settings| settings.rsa_sizes.clear());
    assert_eq!(refused(ca.decide(&csr(&cn("d"), &[]), &ec_only)), "TypeNotAllowed");
    let p256_only = profile_with(|settings| settings.curves = vec![Curve::P256]);
    let p384 = crate::world::csr_by(&Key::p384(), &cn("d"), &[]);
    assert_eq!(refused(ca.decide(&p384, &p256_only)), "TypeNotAllowed");
}
