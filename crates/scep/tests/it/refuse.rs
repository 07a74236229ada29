//! Messages that are refused, and with which failInfo.

use pki::algorithm::Digest;
use pki::attribute::Attribute;
use pki::certificate::Certificate;
use pki::der::{Tag, Writer};
use pki::{Oid, oid};
use scep::client::Version;
use scep::message::{AttributeFault, MESSAGE_TYPE, SENDER_NONCE, TRANSACTION_ID};
use scep::server::{Opened, Policy};
use scep::{FailInfo, Refusal};

use crate::raw::{Envelope, Signed, identifier, issuer_and_serial, octets, text};
use crate::support::{CHALLENGE, Key, NOW, World, csr, issue, self_signed, world};

/// What a message is refused with, and whether it can be answered with a CertRep.
fn refusal_of(message: &[u8], policy: &Policy) -> (Refusal, bool) {
    let refused = world().open(message, policy).unwrap_err();
    (refused.refusal, refused.reply_to.is_some())
}

fn refused(change: impl FnOnce(&mut Signed)) -> Refusal {
    let mut signed = Signed::usual(world());
    change(&mut signed);
    refusal_of(&signed.signed_by(&world().device_key), &Policy::default()).0
}

fn with_attribute(oid: Oid, attribute: Option<Vec<u8>>) -> (Refusal, bool) {
    let signed = Signed::usual(world()).attribute(oid, attribute);
    refusal_of(&signed.signed_by(&world().device_key), &Policy::default())
}

#[test]
fn the_usual_message_is_not_refused() {
    let world = world();
    let opened = world.open(&Signed::usual(world).signed_by(&world.device_key), &Policy::default());
    assert!(matches!(opened, Ok(Opened::CertificateRequested(_))));
}

#[test]
fn v1_message_types_outside_the_list_are_refused_before_decrypting() {
    let known = ["17", "19", "20", "21", "22", "3"];
    let mut texts: Vec<String> = (0..=255).map(|n| n.to_string()).collect();
    texts.retain(|text| !known.contains(&text.as_str()));
    texts.extend(["", "019", "19 ", "+19", "19,17", "PKCSReq"].map(str::to_owned));
    for value in texts {
        let attribute = Attribute::new(MESSAGE_TYPE, |w| w.string(Tag::UTF8_STRING, &value)).to_der();
        let message =
            Signed::usual(world()).attribute(MESSAGE_TYPE, Some(attribute)).signed_by(&world().device_key);
        let refused = scep::server::Received::parse(&message, &Policy::default()).unwrap_err();
        assert_eq!(refused.refusal, Refusal::MessageTypeUnknown, "{value}");
        assert_eq!(refused.refusal.fail_info(), FailInfo::BadRequest);
        assert!(refused.reply_to.is_some());
    }
    let reply = Signed::usual(world()).attribute(MESSAGE_TYPE, Some(text(MESSAGE_TYPE, "3")));
    let parsed = scep::server::Received::parse(&reply.signed_by(&world().device_key), &Policy::default());
    assert_eq!(parsed.unwrap_err().refusal, Refusal::MessageTypeNotARequest);
}

#[test]
fn v1_two_message_types_are_refused() {
    let two = Attribute {
        oid: MESSAGE_TYPE,
        values: ["17", "19"].map(|t| Writer::bytes_of(|w| w.string(Tag::PRINTABLE_STRING, t))).to_vec(),
    };
    let fault = |fault| Refusal::Attribute("messageType", fault);
    assert_eq!(with_attribute(MESSAGE_TYPE, Some(two.to_der())).0, fault(AttributeFault::NotOneValue));
    assert_eq!(with_attribute(MESSAGE_TYPE, None), (fault(AttributeFault::Missing), true));
    assert_eq!(
        with_attribute(MESSAGE_TYPE, Some(octets(MESSAGE_TYPE, b"19"))).0,
        Refusal::MessageTypeUnknown
    );
}

#[test]
fn v3_odd_attributes_end_no_process() {
    for value in ["\u{1b}[31m", "%s%n", "{}", "\0", "99999999999999999999999999"] {
        let attribute = Attribute::new(MESSAGE_TYPE, |w| w.string(Tag::UTF8_STRING, value)).to_der();
        let shown = with_attribute(MESSAGE_TYPE, Some(attribute)).0.to_string();
        assert!(!shown.contains(value), "{shown}");
    }
}

#[test]
fn rfc_36_every_attribute_is_needed() {
    let missing = |name| Refusal::Attribute(name, AttributeFault::Missing);
    // Without these two there is nothing to answer to.
    assert_eq!(with_attribute(TRANSACTION_ID, None), (missing("transactionID"), false));
    assert_eq!(with_attribute(SENDER_NONCE, None), (missing("senderNonce"), false));
    let value = Refusal::Attribute("contentType", AttributeFault::Value);
    assert_eq!(with_attribute(oid::CONTENT_TYPE, None), (value, true));
    assert_eq!(with_attribute(oid::MESSAGE_DIGEST, None), (Refusal::MessageDigest, true));
}

#[test]
fn v23_duplicate_attributes_are_refused() {
    for extra in
        [text(MESSAGE_TYPE, "17"), text(TRANSACTION_ID, "other"), octets(oid::MESSAGE_DIGEST, &[0; 32])]
    {
        let refusal = refused(|signed| signed.attributes.as_mut().unwrap().push(extra));
        assert!(matches!(refusal, Refusal::Malformed(_)), "{refusal:?}");
    }
}

#[test]
fn rfc_33_the_content_must_be_what_the_message_type_says() {
    for kind in ["20", "21", "22"] {
        let signed = Signed::usual(world()).attribute(MESSAGE_TYPE, Some(text(MESSAGE_TYPE, kind)));
        let message = signed.signed_by(&world().device_key);
        let received = scep::server::Received::parse(&message, &Policy::default()).unwrap();
        let outcome = received.open(Ok(crate::raw::KEY.to_vec()), &mut crate::support::Dice(1));
        let Err(scep::server::CannotOpen::Refused(refused)) = outcome else { panic!("{outcome:?}") };
        assert_eq!(refused.refusal, Refusal::Envelope, "{kind}");
    }
}

#[test]
fn v21_what_costs_a_private_operation_comes_last() {
    // Received::parse has no key at hand: what it refuses has cost none.
    let parse = |signed: Signed| {
        let message = signed.signed_by(&world().other_key);
        scep::server::Received::parse(&message, &Policy::default()).unwrap_err().refusal
    };
    assert_eq!(parse(Signed::usual(world())), Refusal::Signature);
    let des = Envelope { cipher: oid::DES_CBC, ..Envelope::around(world(), b"") };
    assert_eq!(parse(Signed::over(world(), des.der())), Refusal::ContentCipher(oid::DES_CBC));
}

#[test]
fn rfc_34_signed_attributes_are_needed() {
    assert_eq!(refused(|signed| signed.attributes = None), Refusal::SignedAttributesMissing);
}

#[test]
fn v23_content_that_is_itself_the_attributes_is_refused() {
    // The signature over the attributes of a good message is a signature over content that reads like them.
    let world = world();
    let good = Signed::usual(world);
    let signature_holder = good.clone();
    let confused = Signed { attributes: None, content: Some(good.to_be_signed()), ..signature_holder };
    assert_eq!(
        refusal_of(&confused.signed_by(&world.device_key), &Policy::default()).0,
        Refusal::SignedAttributesMissing
    );
}

#[test]
fn v23_unsigned_attributes_are_refused() {
    assert_eq!(refused(|signed| signed.unsigned = true), Refusal::UnsignedAttributes);
}

#[test]
fn v22_exactly_one_signer() {
    for count in [0, 2, 3] {
        assert_eq!(refused(|signed| signed.signers = count), Refusal::SignerInfos(count));
    }
}

#[test]
fn v22_the_identity_is_that_of_the_certificate_that_verifies() {
    let world = world();
    let other = self_signed("admin", &world.other_key, Version::V3, &[1]);
    // Named by the SignerInfo, but the signature is another's.
    let named = refused(|signed| {
        signed.certificates.push(other.der().to_vec());
        signed.sid = issuer_and_serial(&other);
    });
    assert_eq!(named, Refusal::Signature);
    assert_eq!(refused(|signed| signed.sid = issuer_and_serial(&other)), Refusal::SignerCertificateMissing);
    // Two that answer to one name: which one signed is not guessed.
    let double = self_signed("device", &world.other_key, Version::V3, &[7]);
    let twice = refused(|signed| signed.certificates.insert(0, double.der().to_vec()));
    assert_eq!(twice, Refusal::SignerCertificateAmbiguous);
}

#[test]
fn rfc_13_the_signer_certificate_must_be_there_and_a_chain_may() {
    assert_eq!(refused(|signed| signed.certificates.clear()), Refusal::SignerCertificateMissing);
    let world = world();
    let mut signed = Signed::usual(world);
    signed.certificates.extend([world.ca.der().to_vec(), world.ra.der().to_vec()]);
    assert!(world.open(&signed.signed_by(&world.device_key), &Policy::default()).is_ok());
    signed.certificates.extend([world.ca.der().to_vec(), world.ra.der().to_vec()]);
    let (refusal, answered) = refusal_of(&signed.signed_by(&world.device_key), &Policy::default());
    assert_eq!((refusal, answered), (Refusal::Certificates(5), true));
}

#[test]
fn rfc_26_md5_and_des_are_bad_algorithms() {
    let des = [
        (oid::DES_CBC, "DES"),
        (Oid::new_unwrap("1.2.840.113549.3.2"), "RC2"),
        (Oid::new_unwrap("1.3.6.1.4.1.3029.1.2"), "Blowfish"),
        (Oid::new_unwrap("2.16.840.1.101.3.4.1.6"), "AES-128-GCM"),
    ];
    for (cipher, what) in des {
        let envelope = Envelope { cipher, ..Envelope::around(world(), b"") };
        let message = Signed::over(world(), envelope.der()).signed_by(&world().device_key);
        let lenient = Policy { legacy_3des: true, legacy_sha1: true, ..Policy::default() };
        let (refusal, answered) = refusal_of(&message, &lenient);
        assert_eq!((refusal.fail_info(), answered), (FailInfo::BadAlg, true), "{what}");
        assert_eq!(refusal, Refusal::ContentCipher(cipher));
    }
    let md5 = refused(|signed| {
        signed.digests = vec![identifier(oid::MD5)];
        signed.signer_digest = identifier(oid::MD5);
    });
    assert_eq!((md5.fail_info(), md5), (FailInfo::BadAlg, Refusal::Digest(oid::MD5)));
    let signature = refused(|signed| signed.signature_algorithm = identifier(oid::MD5_WITH_RSA));
    assert_eq!(signature.fail_info(), FailInfo::BadAlg);
}

#[test]
fn v24_what_the_capabilities_said_does_not_matter() {
    let envelope = Envelope { cipher: oid::DES_EDE3_CBC, iv: vec![1; 8], ..Envelope::around(world(), b"") };
    let message = Signed::over(world(), envelope.der()).signed_by(&world().device_key);
    let (refusal, answered) = refusal_of(&message, &Policy::default());
    assert_eq!((refusal, answered), (Refusal::LegacyCipher, true));
    assert_eq!(Refusal::LegacyCipher.fail_info(), FailInfo::BadAlg);
}

#[test]
fn v25_sha_1_is_a_bad_algorithm_without_the_switch() {
    let sha1 = |signed: &mut Signed| {
        signed.digests = vec![identifier(oid::SHA1)];
        signed.signer_digest = identifier(oid::SHA1);
    };
    assert_eq!(refused(sha1), Refusal::LegacyDigest);
    assert_eq!(Refusal::LegacyDigest.fail_info(), FailInfo::BadAlg);
}

#[test]
fn t4_one_digest_algorithm_and_the_signers() {
    let sha256 = || identifier(oid::SHA256);
    assert_eq!(refused(|signed| signed.digests = Vec::new()), Refusal::DigestAlgorithms);
    assert_eq!(refused(|signed| signed.digests = vec![sha256(), sha256()]), Refusal::DigestAlgorithms);
    assert_eq!(refused(|signed| signed.digests = vec![identifier(oid::SHA512)]), Refusal::DigestAlgorithms);
    let named = identifier(oid::SHA512_WITH_RSA);
    assert!(matches!(refused(|signed| signed.signature_algorithm = named), Refusal::SignatureAlgorithm(_)));
    let ecdsa = identifier(oid::ECDSA_WITH_SHA256);
    assert_eq!(refused(|signed| signed.signature_algorithm = ecdsa), Refusal::Signature);
}

#[test]
fn rfc_32_signed_data_over_data() {
    assert_eq!(refused(|signed| signed.content_type = oid::ENVELOPED_DATA), Refusal::NotSignedData);
    assert_eq!(refused(|signed| signed.content = None), Refusal::NotEnvelopedData);
    let world = world();
    for content in [&b""[..], b"\x30\x00", b"hello", &Signed::usual(world).signed_by(&world.device_key)] {
        let message = Signed::over(world, content.to_vec()).signed_by(&world.device_key);
        assert_eq!(refusal_of(&message, &Policy::default()), (Refusal::NotEnvelopedData, true));
    }
}

#[test]
fn t4_what_is_changed_after_signing_is_seen() {
    let world = world();
    let message = Signed::usual(world).signed_by(&world.device_key);
    let step = message.len() / 97;
    for at in (0..message.len()).step_by(step) {
        let mut changed = message.clone();
        changed[at] ^= 0x01;
        // Outside of what is signed there are versions, and the certificate's own signature, which nobody needs.
        if let Ok(Opened::CertificateRequested(requested)) = world.open(&changed, &Policy::default()) {
            assert_eq!(requested.request.der(), csr_of(world, &message).der(), "{at}");
        }
    }
    let mut other_content = Signed::usual(world);
    other_content.content = Some(Envelope::around(world, b"x").der());
    assert_eq!(
        refusal_of(&other_content.signed_by(&world.device_key), &Policy::default()).0,
        Refusal::MessageDigest
    );
    let by_other = Signed::usual(world).signed_by(&world.other_key);
    assert_eq!(refusal_of(&by_other, &Policy::default()).0, Refusal::Signature);
    assert_eq!(Refusal::Signature.fail_info(), FailInfo::BadMessageCheck);
}

fn csr_of(world: &World, message: &[u8]) -> pki::csr::CertificateRequest {
    match world.open(message, &Policy::default()).unwrap() {
        Opened::CertificateRequested(requested) => requested.request,
        other => panic!("{other:?}"),
    }
}

#[test]
fn v5_rfc_81_a_request_without_proof_of_possession_is_refused() {
    let world = world();
    let mut request = csr("device", &world.device_key, Some(CHALLENGE));
    *request.last_mut().unwrap() ^= 0x80;
    let message = Signed::over(world, Envelope::around(world, &request).der()).signed_by(&world.device_key);
    assert_eq!(refusal_of(&message, &Policy::default()).0, Refusal::Envelope);
    assert_eq!(Refusal::Envelope.fail_info(), FailInfo::BadMessageCheck);
}

#[test]
fn v6_a_self_signed_signer_must_hold_the_requested_key() {
    let world = world();
    let request = csr("device", &world.other_key, Some(CHALLENGE));
    let message = Signed::over(world, Envelope::around(world, &request).der()).signed_by(&world.device_key);
    assert_eq!(refusal_of(&message, &Policy::default()), (Refusal::SignerKeyNotRequested, true));
}

#[test]
fn v26_anothers_envelope_under_ones_own_signature_is_refused() {
    let world = world();
    let stolen = Envelope::around(world, &csr("device", &world.device_key, Some(CHALLENGE))).der();
    let thief = self_signed("device", &world.other_key, Version::V3, &[1]);
    let mut signed = Signed::over(world, stolen);
    signed.certificates = vec![thief.der().to_vec()];
    signed.sid = issuer_and_serial(&thief);
    let (refusal, _) = refusal_of(&signed.signed_by(&world.other_key), &Policy::default());
    assert_eq!(refusal, Refusal::SignerKeyNotRequested);
}

#[test]
fn v26_v7_rfc_11_a_foreign_certificate_is_reported_for_the_caller_to_refuse() {
    let world = world();
    let fake_ca = self_signed("Chancery CA", &world.device_key, Version::V3, &[1]);
    let usage = crate::support::RA_USAGE;
    let fake = issue("device", &world.other_key, Some((&fake_ca, &world.device_key)), usage, 9);
    let stolen = Envelope::around(world, &csr("device", &world.device_key, Some(CHALLENGE))).der();
    let mut signed = Signed::over(world, stolen);
    signed.certificates = vec![fake.der().to_vec()];
    signed.sid = issuer_and_serial(&fake);
    let opened = world.open(&signed.signed_by(&world.other_key), &Policy::default()).unwrap();
    let Opened::CertificateRequested(requested) = opened else { panic!() };
    assert!(!requested.signer.self_signed && !requested.signer.holds_requested_key);
    // V7: the name is our CA's; only the signature tells.
    assert!(requested.signer.certificate.issuer().matches(world.ca.subject()));
    assert!(requested.signer.certificate.verify_signed_by(world.ca.key()).is_err());
}

#[test]
fn v7_rfc_19_a_renewal_by_a_self_signed_certificate_is_refused() {
    let message = Signed::usual(world()).attribute(MESSAGE_TYPE, Some(text(MESSAGE_TYPE, "17")));
    let (refusal, answered) = refusal_of(&message.signed_by(&world().device_key), &Policy::default());
    assert_eq!((refusal, answered), (Refusal::RenewalSelfSigned, true));
}

#[test]
fn rfc_43_bad_time_only_where_the_policy_looks() {
    let at = |seconds| {
        let time = NOW.plus_seconds(seconds);
        let attribute = Attribute::new(oid::SIGNING_TIME, |w| w.time(time)).to_der();
        Signed::usual(world()).attribute(oid::SIGNING_TIME, Some(attribute)).signed_by(&world().device_key)
    };
    let strict = Policy { signing_time: Some((NOW, 300)), ..Policy::default() };
    for near in [-300, 0, 300] {
        assert!(world().open(&at(near), &strict).is_ok());
    }
    for far in [-301, 301, -40 * 365 * 86_400] {
        assert_eq!(refusal_of(&at(far), &strict), (Refusal::SigningTime, true));
        // q45: devices without a clock are years off.
        assert!(world().open(&at(far), &Policy::default()).is_ok());
    }
    assert_eq!(Refusal::SigningTime.fail_info(), FailInfo::BadTime);
    let without = Signed::usual(world()).signed_by(&world().device_key);
    assert!(world().open(&without, &strict).is_ok());
}

#[test]
fn q45_a_clock_years_off_is_no_obstacle_by_default() {
    assert_eq!(Policy::default().signing_time, None);
}

#[test]
fn v19_size_and_nesting_have_limits() {
    let policy = Policy { max_message: 4096, ..Policy::default() };
    assert_eq!(refusal_of(&vec![0x30; 4097], &policy), (Refusal::TooLarge, false));
    for bomb in
        [[0x30, 0x80].repeat(50_000), [0x24, 0x80].repeat(50_000), vec![0x30, 0x84, 0xff, 0xff, 0xff, 0xff]]
    {
        assert!(matches!(refusal_of(&bomb, &Policy::default()), (Refusal::Malformed(_), false)));
    }
    let long = text(TRANSACTION_ID, &"x".repeat(50_000));
    let (refusal, answered) = with_attribute(TRANSACTION_ID, Some(long));
    assert_eq!((refusal, answered), (Refusal::Attribute("transactionID", AttributeFault::Value), false));
    let nonce = octets(SENDER_NONCE, &[1; 65]);
    assert_eq!(
        with_attribute(SENDER_NONCE, Some(nonce)).0,
        Refusal::Attribute("senderNonce", AttributeFault::Value)
    );
}

#[test]
fn v19_challenges_have_a_limit() {
    let world = world();
    let long = "x".repeat(8 * 1024 + 1);
    let request = csr("device", &world.device_key, Some(&long));
    let message = Signed::over(world, Envelope::around(world, &request).der()).signed_by(&world.device_key);
    assert_eq!(refusal_of(&message, &Policy::default()).0, Refusal::Challenge);
}

/// A self-signed certificate around any key at all, with a signature that nobody can check.
fn certificate_with(spki: Vec<u8>) -> Certificate {
    let key = Key::p256();
    let mut draft = scep::client::SignerCertificate {
        subject: crate::support::name("device"),
        key: key.public(),
        serial: pki::certificate::Serial::new(&[5]),
        not_before: NOW,
        not_after: NOW.plus_days(1),
        algorithm: pki::algorithm::SignatureAlgorithm::RsaPkcs1(Digest::Sha256),
        version: Version::V1,
    };
    draft.key = pki::key::PublicKey::parse(&spki).unwrap();
    draft.signed(&[0; 256]).unwrap()
}

#[test]
fn v20_expensive_keys_are_refused_before_any_arithmetic() {
    let odd = |octets: usize| [&[0xc1][..], &vec![0x55; octets - 1]].concat();
    let keys = [
        ("512 bits", odd(64), vec![1, 0, 1]),
        ("1016 bits", odd(127), vec![1, 0, 1]),
        ("16,384 bits", odd(2048), vec![1, 0, 1]),
        ("65,536 bits", odd(8192), vec![1, 0, 1]),
        ("e = 1", odd(256), vec![1]),
        ("e even", odd(256), vec![1, 0, 0]),
        ("e of 256 bits", odd(256), odd(32)),
        ("e as long as n", odd(256), odd(256)),
    ];
    for (what, modulus, exponent) in keys {
        let key = pki::key::PublicKey::from_rsa(&modulus, &exponent);
        let certificate = certificate_with(key.spki().to_vec());
        let refusal = refused(|signed| {
            signed.certificates = vec![certificate.der().to_vec()];
            signed.sid = issuer_and_serial(&certificate);
        });
        assert_eq!((refusal.fail_info(), refusal), (FailInfo::BadAlg, Refusal::SignerKey), "{what}");
    }
    // An elliptic curve by explicit parameters, and one that is not supported.
    for parameters in [vec![0x30, 0x03, 2, 1, 1], vec![6, 5, 0x2b, 0x81, 0x04, 0x00, 0x23]] {
        let spki = Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&oid::EC_PUBLIC_KEY);
                    w.raw(&parameters);
                });
                w.bit_string(&[4; 65]);
            });
        });
        let certificate = certificate_with(spki);
        let refusal = refused(|signed| {
            signed.certificates = vec![certificate.der().to_vec()];
            signed.sid = issuer_and_serial(&certificate);
        });
        assert_eq!(refusal, Refusal::SignerKey);
    }
}

#[test]
fn rfc_30_an_elliptic_key_without_a_challenge_cannot_be_answered() {
    let world = world();
    let request = csr("device", &world.ec_key, None);
    let mut signed = Signed::over(world, Envelope::around(world, &request).der());
    signed.certificates = vec![world.ec_device.der().to_vec()];
    signed.sid = issuer_and_serial(&world.ec_device);
    signed.signature_algorithm = identifier(oid::ECDSA_WITH_SHA256);
    let algorithm = pki::algorithm::SignatureAlgorithm::Ecdsa(Digest::Sha256);
    let message = signed.with_signature(&world.ec_key.sign(algorithm, &signed.to_be_signed()));
    assert_eq!(refusal_of(&message, &Policy::default()), (Refusal::NoWayToAnswer, true));
}

#[test]
fn v29_no_refusal_repeats_what_the_peer_wrote() {
    let hostile = "x\r\n2026 INFO issued\u{1b}[2J";
    let attribute = Attribute::new(TRANSACTION_ID, |w| w.string(Tag::UTF8_STRING, hostile)).to_der();
    let (refusal, answered) = with_attribute(TRANSACTION_ID, Some(attribute));
    assert!(!answered && !refusal.to_string().contains('\n') && !refusal.to_string().contains('\u{1b}'));
}
