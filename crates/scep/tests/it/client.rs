//! The client's end: what it believes, whom it encrypts to, how it asks.

use pki::cms::signed::SignatureFault;
use pki::extension::KeyUsage;
use scep::client::{
    CaCertificates, CannotSend, GetStyle, Habits, NotBelieved, Reply, Request, Version, get_url, is_downgrade,
};
use scep::server::{Answer, Policy};
use scep::{Capabilities, FailInfo, Method, Operation};

use crate::support::{
    CHALLENGE, Dice, Key, RA_USAGE, Sending, csr, issue, reply_to, self_signed, transaction, world,
};

/// The usual request's exchange, and the server's reply to it.
fn exchanged(answer: &Answer) -> (scep::client::Exchange, Vec<u8>) {
    let world = world();
    let (message, exchange) = world.pkcs_req().message();
    let opened = world.open(&message, &Policy::default()).unwrap();
    let reply = world.answer(answer, reply_to(&opened));
    (exchange, reply)
}

fn failure() -> Answer {
    Answer::Failure { fail_info: FailInfo::BadCertId, text: Some("no such certificate".into()) }
}

#[test]
fn rfc_52_failure_brings_reason_and_words() {
    let (exchange, reply) = exchanged(&failure());
    let read = exchange.read(&reply, std::slice::from_ref(&world().ra)).unwrap();
    let Reply::Failure { fail_info, text } = read else { panic!("{read:?}") };
    assert_eq!((fail_info, text.as_deref()), (FailInfo::BadCertId, Some("no such certificate")));
}

#[test]
fn rfc_53_pending_is_pending() {
    let (exchange, reply) = exchanged(&Answer::Pending);
    assert!(matches!(exchange.read(&reply, std::slice::from_ref(&world().ra)), Ok(Reply::Pending)));
}

#[test]
fn t11_an_answer_by_any_other_key_is_not_believed() {
    let world = world();
    let (exchange, reply) = exchanged(&failure());
    let swapped = self_signed("Chancery RA", &world.other_key, Version::V3, &[1]);
    assert_eq!(exchange.read(&reply, &[swapped]).err(), Some(NotBelieved::UnknownSigner));
    // The same names and number, another key: the certificate in the message does not count.
    let twin = issue("Chancery RA", &world.other_key, Some((&world.ca, &world.ca_key)), RA_USAGE, 2);
    let fault = NotBelieved::Signature(SignatureFault::Signature);
    assert_eq!(exchange.read(&reply, &[twin]).err(), Some(fault));
    assert_eq!(exchange.read(&reply, &[]).err(), Some(NotBelieved::UnknownSigner));
}

#[test]
fn rfc_45_an_answer_with_another_nonce_is_a_replay() {
    let world = world();
    let (_, old_reply) = exchanged(&failure());
    let sending = world.pkcs_req();
    let outgoing =
        sending.request.draft(sending.signer, &sending.recipients, &sending.habits, &mut Dice(99)).unwrap();
    let (_, exchange) = outgoing.signed(&[0; 256]);
    let authorities = [world.ra.clone()];
    assert_eq!(exchange.read(&old_reply, &authorities).err(), Some(NotBelieved::OtherNonce));
}

#[test]
fn rfc_40_an_answer_to_another_transaction_is_not_ours() {
    let world = world();
    let (_, reply) = exchanged(&failure());
    let other = scep::TransactionId::from_text("another").unwrap();
    let request = Request::pkcs_req(&csr("device", &world.device_key, Some(CHALLENGE)), other);
    let (_, exchange) = Sending { request, ..world.pkcs_req() }.message();
    let read = exchange.read(&reply, std::slice::from_ref(&world.ra));
    assert_eq!(read.err(), Some(NotBelieved::OtherTransaction));
}

#[test]
fn a_request_is_not_an_answer_and_noise_is_neither() {
    let world = world();
    let (message, exchange) = world.pkcs_req().message();
    let read = exchange.read(&message, std::slice::from_ref(&world.device));
    assert_eq!(read.err(), Some(NotBelieved::NotCertRep));
    assert!(matches!(exchange.read(b"<html>", &[]).err(), Some(NotBelieved::Malformed(_))));
}

#[test]
fn rfc_45_every_message_has_a_fresh_nonce() {
    let sending = world().pkcs_req();
    let nonce = |seed| {
        let drafted =
            sending.request.draft(sending.signer, &sending.recipients, &sending.habits, &mut Dice(seed));
        drafted.unwrap().signed(&[]).1.sender_nonce().clone()
    };
    assert_ne!(nonce(1), nonce(2));
    assert_eq!(nonce(1).as_octets().len(), 16);
}

#[test]
fn rfc_9_the_signer_certificate_has_subject_key_and_usage() {
    let world = world();
    let usage = world.device.key_usage().unwrap().unwrap();
    assert_eq!(usage, RA_USAGE);
    assert_eq!(world.ec_device.key_usage().unwrap(), Some(KeyUsage::DIGITAL_SIGNATURE));
    for certificate in [&world.device, &world.ec_device] {
        assert!(certificate.issuer().matches(certificate.subject()));
        assert!(certificate.verify_signed_by(certificate.key()).is_ok());
    }
}

#[test]
fn rfc_8_v1_and_v3_signers_verify() {
    let world = world();
    for (version, number) in [(Version::V1, 1), (Version::V3, 3)] {
        let certificate = self_signed("device", &world.device_key, version, &[9]);
        assert_eq!(certificate.version(), number);
        assert!(certificate.verify_signed_by(&world.device_key.public()).is_ok());
    }
}

fn chosen(certificates: &[&pki::certificate::Certificate]) -> CaCertificates {
    let list: Vec<&[u8]> = certificates.iter().map(|one| one.der()).collect();
    CaCertificates::parse(&pki::cms::signed::certs_only(&list, &[])).unwrap()
}

#[test]
fn q42_q24_the_encryption_certificate_is_chosen_by_key_and_usage() {
    let world = world();
    let signing_only =
        issue("RA sign", &world.other_key, Some((&world.ca, &world.ca_key)), KeyUsage::DIGITAL_SIGNATURE, 4);
    let rsa_ca_key = Key::rsa();
    let usage = KeyUsage::KEY_CERT_SIGN.with(KeyUsage::KEY_ENCIPHERMENT);
    let rsa_ca = issue("RSA CA", &rsa_ca_key, None, usage, 5);
    // q24: NDES has an RA for signatures and one for encryption beside the CA, in any order.
    for list in [[&world.ca, &signing_only, &world.ra], [&world.ra, &signing_only, &world.ca]] {
        assert_eq!(chosen(&list).recipient(), Some(&world.ra));
        assert_eq!(chosen(&list).ca(), Some(&world.ca));
    }
    assert_eq!(chosen(&[&rsa_ca, &world.ra]).recipient(), Some(&world.ra));
    assert_eq!(chosen(&[&rsa_ca]).recipient(), Some(&rsa_ca));
    assert_eq!(chosen(&[&world.ca]).recipient(), None);
    assert_eq!(chosen(&[&world.ca]).ca(), Some(&world.ca));
}

#[test]
fn rfc_6_the_fingerprint_says_whether_the_certificates_are_right() {
    let world = world();
    let list = chosen(&[&world.ra, &world.ca]);
    assert_eq!(list.with_fingerprint(&world.ca.sha256()), Some(&world.ca));
    assert_eq!(list.with_fingerprint(&[0; 32]), None);
    let later = crate::support::NOW.plus_days(20_001);
    assert!(list.valid_at(later).all().is_empty());
    assert_eq!(list.valid_at(crate::support::NOW), list);
}

#[test]
fn rfc_7_only_what_descends_from_the_fingerprint_is_trusted() {
    let world = world();
    let root_key = Key::p256();
    let root = issue("Root", &root_key, None, KeyUsage::KEY_CERT_SIGN, 1);
    let issuing = issue("Chancery CA", &world.ca_key, Some((&root, &root_key)), KeyUsage::KEY_CERT_SIGN, 2);
    let stranger = self_signed("Chancery RA", &world.other_key, Version::V3, &[1]);
    let fake = issue("Chancery RA", &world.other_key, Some((&issuing, &root_key)), RA_USAGE, 2);
    let list = chosen(&[&fake, &stranger, &world.ra, &issuing, &root]);
    let trusted = list.trusted_by(&root.sha256()).unwrap();
    assert_eq!(trusted.all(), [world.ra.clone(), issuing.clone(), root]);
    assert_eq!(trusted.recipient(), Some(&world.ra));
    assert_eq!(list.trusted_by(&issuing.sha256()).unwrap().all(), [world.ra.clone(), issuing]);
    assert_eq!(list.trusted_by(&[1; 32]), None);
}

#[test]
fn rfc_71_what_is_no_certificate_is_refused() {
    for body in [&b""[..], b"<html>", &[0x30, 0x00], &pki::cms::signed::certs_only(&[], &[])] {
        assert!(CaCertificates::parse(body).is_err());
    }
}

#[test]
fn rfc_80_a_missing_scepstandard_is_a_downgrade() {
    let caps = |text: &str| Capabilities::parse(text.as_bytes());
    let expected = caps("SCEPStandard\nRenewal");
    assert!(is_downgrade(&expected, &caps("")));
    assert!(is_downgrade(&expected, &caps("DES3\nSHA-1")));
    assert!(is_downgrade(&expected, &caps("AES\nSHA-256")));
    assert!(!is_downgrade(&expected, &caps("scepstandard")));
    assert!(!is_downgrade(&caps(""), &caps("SHA-1")));
}

#[test]
fn rfc_64_every_style_of_get_is_the_post() {
    let message: Vec<u8> = (0..=255u8).cycle().take(3100).chain([0xfb, 0xef, 0xfe]).collect();
    let post = Operation::decode(Method::Post, "operation=PKIOperation", &message).unwrap();
    let styles =
        [GetStyle::Escaped, GetStyle::Raw, GetStyle::Lines, GetStyle::Unpadded, GetStyle::MessageFirst];
    for style in styles {
        for cut in [message.len(), message.len() - 1, message.len() - 2] {
            let url = get_url("http://ca/scep", "PKIOperation", Some(&message[..cut]), style);
            let (_, query) = url.split_once('?').unwrap();
            let decoded = Operation::decode(Method::Get, query, b"").unwrap();
            assert_eq!(decoded == post, cut == message.len());
            assert_eq!(decoded, Operation::PkiOperation(message[..cut].to_vec()), "{style:?}");
        }
    }
}

#[test]
fn q3_lines_end_in_escaped_line_feeds() {
    let url = get_url("http://ca/x", "PKIOperation", Some(&[0; 100]), GetStyle::Lines);
    assert_eq!(url.matches("%0A").count(), 3);
    let raw = get_url("http://ca/x", "PKIOperation", Some(&[0xfb, 0xef]), GetStyle::Raw);
    assert_eq!(raw, "http://ca/x?operation=PKIOperation&message=++8=");
    let named = get_url("http://ca/x", "GetCACert", Some(b"my CA"), GetStyle::Escaped);
    assert_eq!(named, "http://ca/x?operation=GetCACert&message=my%20CA");
    assert_eq!(get_url("http://ca/x", "GetCACaps", None, GetStyle::Raw), "http://ca/x?operation=GetCACaps");
}

#[test]
fn rfc_4_nothing_is_sent_before_the_ca_certificates_are_there() {
    let world = world();
    let request = Request::pkcs_req(&csr("device", &world.device_key, None), transaction());
    let draft = |recipients: &[&pki::certificate::Certificate], habits: &Habits| {
        request.draft(&world.device, recipients, habits, &mut Dice(1)).err()
    };
    assert_eq!(draft(&[], &Habits::default()), Some(CannotSend::NoRecipient));
    assert_eq!(draft(&[&world.ca], &Habits::default()), Some(CannotSend::RecipientKey));
    let long = Habits { nonce_length: 65, ..Habits::default() };
    assert_eq!(draft(&[&world.ra], &long), Some(CannotSend::NonceLength));
}

#[test]
fn v10_a_challenge_is_not_shown() {
    let challenge = scep::Challenge::new(CHALLENGE.into());
    let request = Request::pkcs_req(&[], transaction()).with_challenge(challenge.clone());
    assert!(!format!("{challenge:?} {request:?}").contains(CHALLENGE));
}
