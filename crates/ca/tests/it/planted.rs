//! Threat 44: a hundred faults planted in drafts, each blocked before a key is used.

use crate::world::{Ca, Key, NOW, cn, csr, device_key, profile, profile_with, san, serial, unknown, uri};
use ca::lints::{self, Context, Scope};
use pki::algorithm::{Digest, SignatureAlgorithm};
use pki::certificate::{Serial, TbsCertificate};
use pki::der::{Tag, Writer};
use pki::extension::{BasicConstraints, ExtendedKeyUsage, Extension, KeyUsage};
use pki::general_name::{GeneralName, SubjectAltName};
use pki::key::PublicKey;
use pki::name::{Attribute, Name};
use pki::{Oid, oid};

type Fault = (&'static str, Box<dyn Fn(&mut TbsCertificate)>);

fn fault(lint: &'static str, plant: impl Fn(&mut TbsCertificate) + 'static) -> Fault {
    (lint, Box::new(plant))
}

/// Puts another extension in the place of one with the same identifier, or at the end.
fn put(tbs: &mut TbsCertificate, extension: Extension) {
    match tbs.extensions.iter_mut().find(|one| one.oid == extension.oid) {
        Some(one) => *one = extension,
        None => tbs.extensions.push(extension),
    }
}

fn remove(tbs: &mut TbsCertificate, oid: &Oid) {
    tbs.extensions.retain(|one| one.oid != *oid);
}

fn flip(tbs: &mut TbsCertificate, oid: &Oid) {
    tbs.extensions.iter_mut().filter(|one| one.oid == *oid).for_each(|one| one.critical ^= true);
}

fn purposes(list: &[&str]) -> Extension {
    Extension::extended_key_usage(&ExtendedKeyUsage(list.iter().map(|text| Oid::new_unwrap(text)).collect()))
}

fn subject(oid: Oid, tag: Tag, value: &'static [u8]) -> Name {
    Name::from_rdns(vec![vec![Attribute { oid, tag: tag.0, value: value.to_vec() }]])
}

fn urls(list: &[&str]) -> Vec<String> {
    list.iter().map(|url| (*url).to_owned()).collect()
}

fn numbers_and_times() -> Vec<Fault> {
    let serial = |octets: Vec<u8>| fault("serial_number", move |tbs| tbs.serial = Serial::new(&octets));
    let mut faults = vec![
        serial(vec![0]),
        serial(vec![0; 20]),
        serial(vec![1]),
        serial(vec![1; 8]),
        serial(vec![1; 21]),
        serial(vec![0xff; 20]),
        fault("validity", |tbs| tbs.not_after = tbs.not_before),
        fault("validity", |tbs| std::mem::swap(&mut tbs.not_before, &mut tbs.not_after)),
        fault("validity", |tbs| tbs.not_before = NOW.plus_days(-31)),
        fault("validity", |tbs| tbs.not_after = NOW.plus_days(3651)),
        fault("validity", |tbs| tbs.not_after = tbs.not_before.plus_days(730)),
        fault("validity", |tbs| tbs.not_after = tbs.not_before.plus_days(731)),
        fault("validity", |tbs| tbs.not_after = pki::Time::NEVER),
        fault("signature_algorithm", |tbs| tbs.signature = SignatureAlgorithm::RsaPkcs1(Digest::Sha256)),
        fault("signature_algorithm", |tbs| tbs.signature = SignatureAlgorithm::Ecdsa(Digest::Sha1)),
    ];
    faults.extend([2_u8, 5, 7].map(|octet| serial(vec![octet; octet.into()])));
    faults
}

fn names() -> Vec<Fault> {
    let named = |name: Name| fault("subject_name", move |tbs| tbs.subject = name.clone());
    let issuer = |name: Name| fault("issuer_name", move |tbs| tbs.issuer = name.clone());
    let attribute = |oid, tag: Tag, value: &[u8]| Attribute { oid, tag: tag.0, value: value.to_vec() };
    let utf8 = Tag::UTF8_STRING;
    vec![
        issuer(Name::from_pairs(&[])),
        issuer(cn("Contoso Issuing")),
        issuer(Name::from_pairs(&[(oid::CN, "Contoso Issuing"), (oid::ORGANIZATION, "Contoso")])),
        issuer(Name::from_pairs(&[(oid::ORGANIZATION, "CONTOSO"), (oid::CN, "Contoso Issuing")])),
        issuer(Name::from_rdns(vec![
            vec![attribute(oid::ORGANIZATION, Tag::PRINTABLE_STRING, b"Contoso")],
            vec![attribute(oid::CN, utf8, b"Contoso Issuing")],
        ])),
        named(subject(oid::CN, Tag::T61_STRING, b"a")),
        named(subject(oid::CN, Tag::BMP_STRING, b"\0a")),
        named(subject(oid::CN, Tag::UNIVERSAL_STRING, b"\0\0\0a")),
        named(subject(oid::CN, Tag::IA5_STRING, b"a")),
        named(subject(oid::CN, Tag::OCTET_STRING, b"a")),
        named(subject(oid::CN, utf8, b"\xff")),
        named(subject(oid::CN, Tag::PRINTABLE_STRING, b"a@b")),
        named(subject(oid::CN, utf8, b"")),
        named(subject(oid::CN, utf8, b" ")),
        named(subject(oid::CN, utf8, b"a\0b")),
        named(subject(oid::CN, utf8, b"a\nb")),
        named(cn("a\u{202e}b")),
        named(cn("a\u{200b}b")),
        named(cn(&"a".repeat(65))),
        named(subject(oid::COUNTRY, utf8, b"DE")),
        named(subject(oid::COUNTRY, Tag::PRINTABLE_STRING, b"DEU")),
        named(subject(oid::SERIAL_NUMBER, utf8, b"1")),
        named(subject(oid::EMAIL_ADDRESS, utf8, b"a@b.c")),
        named(subject(oid::DOMAIN_COMPONENT, Tag::PRINTABLE_STRING, b"com")),
        named(subject(oid::STREET, utf8, b"x")),
        named(subject(Oid::new_unwrap("2.5.4.72"), utf8, b"x")),
        named(Name::from_pairs(&[(oid::CN, "a"), (oid::CN, "b")])),
        named(Name::from_rdns(vec![vec![
            attribute(oid::CN, utf8, b"a"),
            attribute(oid::USER_ID, utf8, b"b"),
        ]])),
        fault("subject_alt_name", |tbs| tbs.subject = Name::from_pairs(&[])),
    ]
}

fn keys() -> Vec<Fault> {
    let rsa = |modulus: Vec<u8>, exponent: &'static [u8]| {
        fault("subject_key", move |tbs| {
            tbs.public_key = PublicKey::from_rsa(&modulus, exponent).spki().to_vec()
        })
    };
    let sound = |device: &PublicKey| match device.kind() {
        pki::key::KeyKind::Rsa { modulus, .. } => modulus.clone(),
        _ => panic!("an RSA key"),
    };
    let modulus = sound(&device_key().public());
    let mut even = modulus.clone();
    *even.last_mut().unwrap() ^= 1;
    vec![
        rsa(vec![0xff; 128], &[1, 0, 1]),
        rsa(vec![0xff; 2048], &[1, 0, 1]),
        rsa(vec![0xff; 256], &[1, 0, 1]),
        rsa(modulus.clone(), &[3]),
        rsa(modulus.clone(), &[1]),
        rsa(even, &[1, 0, 1]),
        fault("subject_key", move |tbs| {
            // NULL parameters left out: another encoding of the same key.
            let bits = Writer::bytes_of(|w| {
                w.sequence(|w| {
                    w.unsigned(&modulus);
                    w.unsigned(&[1, 0, 1]);
                });
            });
            tbs.public_key = Writer::bytes_of(|w| {
                w.sequence(|w| {
                    w.sequence(|w| w.oid(&oid::RSA_ENCRYPTION));
                    w.bit_string(&bits);
                });
            });
        }),
        fault("subject_key", |tbs| {
            let mut spki = Key::p256().public().spki().to_vec();
            *spki.last_mut().unwrap() ^= 1;
            tbs.public_key = spki;
        }),
        fault("subject_key_id", |tbs| tbs.public_key = Key::p256().public().spki().to_vec()),
        fault("well_formed", |tbs| tbs.public_key = vec![5, 0]),
    ]
}

fn usages() -> Vec<Fault> {
    let usage = |usage: KeyUsage| fault("key_usage", move |tbs| put(tbs, Extension::key_usage(usage)));
    let purpose =
        |list: &'static [&'static str]| fault("extended_key_usage", move |tbs| put(tbs, purposes(list)));
    let constraints = |ca, path_len| {
        fault("basic_constraints", move |tbs| {
            put(tbs, Extension::basic_constraints(BasicConstraints { ca, path_len }));
        })
    };
    let ds = KeyUsage::DIGITAL_SIGNATURE;
    vec![
        constraints(true, None),
        constraints(true, Some(0)),
        constraints(false, Some(0)),
        fault("basic_constraints", |tbs| remove(tbs, &oid::BASIC_CONSTRAINTS)),
        fault("canonical_encoding", |tbs| put(tbs, unknown("2.5.29.19", true, &[0x30, 3, 1, 1, 0]))),
        fault("basic_constraints", |tbs| put(tbs, unknown("2.5.29.19", true, &[5, 0]))),
        usage(KeyUsage::KEY_CERT_SIGN),
        usage(ds.with(KeyUsage::KEY_CERT_SIGN)),
        usage(ds.with(KeyUsage::CRL_SIGN)),
        usage(ds.with(KeyUsage::KEY_AGREEMENT)),
        usage(ds.with(KeyUsage::ENCIPHER_ONLY)),
        usage(ds.with(KeyUsage::DECIPHER_ONLY)),
        usage(KeyUsage::default()),
        fault("key_usage", |tbs| remove(tbs, &oid::KEY_USAGE)),
        fault("key_usage", |tbs| put(tbs, unknown("2.5.29.15", true, &[3, 0]))),
        fault("canonical_encoding", |tbs| put(tbs, unknown("2.5.29.15", true, &[3, 2, 0, 0xa0]))),
        fault("usage_consistency", |tbs| put(tbs, Extension::key_usage(KeyUsage::KEY_ENCIPHERMENT))),
        fault("usage_consistency", |tbs| put(tbs, Extension::key_usage(KeyUsage::DATA_ENCIPHERMENT))),
        fault("extended_key_usage", |tbs| remove(tbs, &oid::EXTENDED_KEY_USAGE)),
        fault("extended_key_usage", |tbs| put(tbs, unknown("2.5.29.37", false, &[0x30, 0]))),
        purpose(&["2.5.29.37.0"]),
        purpose(&["1.3.6.1.5.5.7.3.2", "2.5.29.37.0"]),
        purpose(&["1.3.6.1.5.5.7.3.9"]),
        purpose(&["1.3.6.1.5.5.7.3.1"]),
        purpose(&["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.3"]),
        purpose(&["1.3.6.1.5.5.7.3.2", "1.3.6.1.5.5.7.3.2"]),
        purpose(&["1.3.6.1.4.1.311.20.2.1"]),
        purpose(&["1.3.6.1.4.1.311.20.2.2"]),
    ]
}

fn alternative_names() -> Vec<Fault> {
    let names = |list: Vec<GeneralName>| fault("subject_alt_name", move |tbs| put(tbs, san(&list)));
    let dns = |text: &str| GeneralName::Dns(text.into());
    let sid = |rid: u32| uri(&format!("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-{rid}"));
    vec![
        names(vec![dns("*.contoso.com")]),
        names(vec![dns("")]),
        names(vec![dns("a b")]),
        names(vec![dns("a.b"), dns("A.b")]),
        names(vec![GeneralName::Email("a".into())]),
        names(vec![uri("x")]),
        names(vec![uri("TAG:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4")]),
        names(vec![sid(1), sid(2)]),
        names(vec![GeneralName::Upn("a".into())]),
        names(vec![GeneralName::Ip([192, 0, 2, 1].into())]),
        names(vec![GeneralName::Directory(cn("x"))]),
        names(vec![GeneralName::Other(vec![0x88, 1, 42])]),
        fault("size", |tbs| {
            let long: Vec<GeneralName> = (0..6).map(|n| uri(&format!("a:{}{n}", "b".repeat(2000)))).collect();
            put(tbs, san(&long));
        }),
        fault("subject_alt_name", |tbs| put(tbs, unknown("2.5.29.17", false, &[0x30, 0]))),
        fault("subject_alt_name", |tbs| {
            put(
                tbs,
                Extension::subject_alt_name(&SubjectAltName(vec![GeneralName::Dns("a.b".into())]), true),
            );
        }),
        fault("subject_alt_name", |tbs| {
            tbs.subject = Name::from_pairs(&[]);
            put(tbs, san(&[GeneralName::Dns("a.b".into())]));
        }),
    ]
}

fn pointers_and_strangers() -> Vec<Fault> {
    let stranger = |oid: &'static str, critical| {
        fault("known_extensions", move |tbs| tbs.extensions.push(unknown(oid, critical, &[5, 0])))
    };
    let crl = |list: &'static [&'static str]| {
        fault("crl_distribution_points", move |tbs| put(tbs, Extension::crl_distribution_points(&urls(list))))
    };
    let ocsp = |list: &'static [&'static str]| {
        fault("authority_information", move |tbs| {
            put(tbs, Extension::authority_info_access(&urls(list), &[]))
        })
    };
    vec![
        fault("subject_key_id", |tbs| remove(tbs, &oid::SUBJECT_KEY_IDENTIFIER)),
        fault("subject_key_id", |tbs| put(tbs, Extension::subject_key_identifier(&[1; 20]))),
        fault("authority_key_id", |tbs| remove(tbs, &oid::AUTHORITY_KEY_IDENTIFIER)),
        fault("authority_key_id", |tbs| put(tbs, Extension::authority_key_identifier(&[1; 20]))),
        fault("authority_key_id", |tbs| put(tbs, unknown("2.5.29.35", false, &[0x30, 0]))),
        fault("known_extensions", |tbs| flip(tbs, &oid::KEY_USAGE)),
        fault("known_extensions", |tbs| flip(tbs, &oid::BASIC_CONSTRAINTS)),
        fault("known_extensions", |tbs| flip(tbs, &oid::EXTENDED_KEY_USAGE)),
        fault("known_extensions", |tbs| flip(tbs, &oid::SUBJECT_KEY_IDENTIFIER)),
        fault("known_extensions", |tbs| flip(tbs, &oid::AUTHORITY_KEY_IDENTIFIER)),
        fault("known_extensions", |tbs| flip(tbs, &oid::CRL_DISTRIBUTION_POINTS)),
        fault("known_extensions", |tbs| flip(tbs, &oid::AUTHORITY_INFO_ACCESS)),
        stranger("1.2.3.4", true),
        stranger("1.2.3.4", false),
        fault("sid", |tbs| put(tbs, unknown("1.3.6.1.4.1.311.25.2", false, &[0x30, 0]))),
        fault("sid", |tbs| put(tbs, unknown("1.3.6.1.4.1.311.25.2", false, b"S-1-5-21-1-2-3-4"))),
        fault("known_extensions", |tbs| put(tbs, sid_extension(true))),
        fault("sid", |tbs| {
            let other = uri("tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500");
            put(tbs, san(&[other]));
            put(tbs, sid_extension(false));
        }),
        stranger("1.3.6.1.4.1.311.21.10", false),
        stranger("1.3.6.1.4.1.311.20.2", false),
        stranger("2.5.29.30", true),
        stranger("2.5.29.32", false),
        fault("well_formed", |tbs| tbs.extensions.push(Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE))),
        fault("basic_constraints", |tbs| tbs.extensions.clear()),
        fault("crl_distribution_points", |tbs| remove(tbs, &oid::CRL_DISTRIBUTION_POINTS)),
        fault("authority_information", |tbs| remove(tbs, &oid::AUTHORITY_INFO_ACCESS)),
        crl(&["https://pki.contoso.com/issuing.crl"]),
        crl(&["http:///issuing.crl"]),
        crl(&["ldap://pki.contoso.com/"]),
        crl(&["http://localhost/issuing.crl"]),
        crl(&["http://pki.contoso.com/other.crl"]),
        crl(&[]),
        ocsp(&["https://ocsp.contoso.com/"]),
        ocsp(&["http://ocsp contoso.com/"]),
        ocsp(&[]),
    ]
}

/// Of the account `S-1-5-21-1-2-3-4`.
fn sid_extension(critical: bool) -> Extension {
    let sid = ca::decide::Sid::parse("S-1-5-21-1-2-3-4").unwrap();
    unknown("1.3.6.1.4.1.311.25.2", critical, &ca::decide::sid::extension_value(&sid))
}

#[test]
fn t44_a_hundred_planted_faults_are_all_blocked() {
    let ca = Ca::new();
    let profile =
        profile_with(|settings| settings.san_allowed.retain(|kind| *kind != ca::profile::SanKind::Ip));
    let context =
        Context { issuer: &ca.issuing, scope: Scope::EndEntity, profile: Some(&profile), judged_key: None };
    let sound = ca.issue(&csr(&cn("device"), &[]), &profile);
    let baseline = TbsCertificate {
        serial: serial(),
        signature: ca.key.algorithm(),
        issuer: ca.issuing.subject().clone(),
        not_before: sound.not_before(),
        not_after: sound.not_after(),
        subject: sound.subject().clone(),
        public_key: sound.key().spki().to_vec(),
        extensions: sound.extensions().to_vec(),
    };
    // The control: unharmed, it passes.
    assert!(lints::examine_draft(&baseline.to_der(), baseline.signature, &context).is_ok());
    let tables =
        [numbers_and_times(), names(), keys(), usages(), alternative_names(), pointers_and_strangers()];
    let faults: Vec<Fault> = tables.into_iter().flatten().collect();
    assert!(faults.len() >= 100, "{}", faults.len());
    for (number, (lint, plant)) in faults.iter().enumerate() {
        let mut harmed = baseline.clone();
        plant(&mut harmed);
        let found = lints::examine_draft(&harmed.to_der(), harmed.signature, &context);
        let findings =
            found.expect_err(&format!("fault {number}, which {lint} should find, was let through"));
        assert!(findings.iter().any(|finding| finding.lint == *lint), "fault {number}, {lint}: {findings:?}");
    }
}

#[test]
fn t38_the_issuers_own_key_is_blocked_by_the_lints_too() {
    let ca = Ca::new();
    let sound = ca.issue(&csr(&cn("device"), &[]), &profile());
    let mut extensions = sound.extensions().to_vec();
    let key = ca.key.public();
    for one in &mut extensions {
        match one.oid {
            oid::SUBJECT_KEY_IDENTIFIER => *one = Extension::subject_key_identifier(&key.key_id()),
            oid::KEY_USAGE => *one = Extension::key_usage(KeyUsage::DIGITAL_SIGNATURE),
            _ => {}
        }
    }
    let tbs = TbsCertificate {
        serial: serial(),
        signature: ca.key.algorithm(),
        issuer: ca.issuing.subject().clone(),
        not_before: sound.not_before(),
        not_after: sound.not_after(),
        subject: sound.subject().clone(),
        public_key: key.spki().to_vec(),
        extensions,
    };
    let profile = profile();
    let context =
        Context { issuer: &ca.issuing, scope: Scope::EndEntity, profile: Some(&profile), judged_key: None };
    let findings = lints::examine_draft(&tbs.to_der(), tbs.signature, &context).unwrap_err();
    assert_eq!(findings.iter().map(|finding| finding.lint).collect::<Vec<_>>(), ["own_key"]);
}

#[test]
fn a_draft_of_version_2_is_blocked() {
    let ca = Ca::new();
    let mut harmed = ca.issue(&csr(&cn("device"), &[]), &profile()).tbs().to_vec();
    let version = harmed.windows(5).position(|part| part == [0xa0, 3, 2, 1, 2]).unwrap();
    harmed[version + 4] = 1;
    let profile = profile();
    let context =
        Context { issuer: &ca.issuing, scope: Scope::EndEntity, profile: Some(&profile), judged_key: None };
    let findings = lints::examine_draft(&harmed, ca.key.algorithm(), &context).unwrap_err();
    assert!(findings.iter().any(|finding| finding.lint == "version"), "{findings:?}");
}

#[test]
fn t41_times_in_the_wrong_form_are_blocked() {
    let ca = Ca::new();
    let sound = ca.issue(&csr(&cn("device"), &[]), &profile());
    let tbs = sound.tbs();
    // notBefore 2026-11-20 as GeneralizedTime: RFC 5280 §4.1.2.5 wants UTCTime through 2049.
    let utc = b"\x17\x0d261120000000Z";
    let at = tbs.windows(utc.len()).position(|part| part == utc).unwrap();
    let mut harmed = tbs.to_vec();
    harmed.splice(at..at + utc.len(), b"\x18\x0f20261120000000Z".iter().copied());
    harmed[at - 1] += 2;
    let length = u16::from_be_bytes([harmed[2], harmed[3]]) + 2;
    harmed[2..4].copy_from_slice(&length.to_be_bytes());
    let profile = profile();
    let context =
        Context { issuer: &ca.issuing, scope: Scope::EndEntity, profile: Some(&profile), judged_key: None };
    let findings = lints::examine_draft(&harmed, ca.key.algorithm(), &context).unwrap_err();
    assert_eq!(findings.iter().map(|finding| finding.lint).collect::<Vec<_>>(), ["canonical_encoding"]);
}
