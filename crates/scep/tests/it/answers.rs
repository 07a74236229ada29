//! What a CertRep and the other bodies look like on the wire.

use pki::algorithm::Digest;
use pki::cms::enveloped::EnvelopedData;
use pki::cms::signed::SignedData;
use pki::der::{Reader, Tag, Writer};
use pki::{Oid, Random, RandomFailed, oid};
use scep::client::{CaCertificates, Exchange, Request};
use scep::message::{
    FAIL_INFO, FAIL_INFO_TEXT, MESSAGE_TYPE, PKI_STATUS, RECIPIENT_NONCE, SENDER_NONCE, TRANSACTION_ID,
};
use scep::server::{Answer, CannotAnswer, Layout, Opened, Policy, Received};
use scep::{FailInfo, server};

use crate::support::{Dice, Key, RA_USAGE, Sending, issue, name, reply_to, transaction, world};

fn opened() -> (Opened, Exchange) {
    let (message, exchange) = world().pkcs_req().message();
    (world().open(&message, &Policy::default()).unwrap(), exchange)
}

fn failure() -> Answer {
    Answer::Failure { fail_info: FailInfo::BadRequest, text: Some("not today".into()) }
}

fn reply(answer: &Answer) -> SignedData {
    SignedData::parse(&world().answer(answer, reply_to(&opened().0))).unwrap()
}

fn value(signed: &SignedData, oid: Oid) -> Option<Vec<u8>> {
    signed.signers[0].attributes.as_ref().unwrap().value(&oid).unwrap().map(<[u8]>::to_vec)
}

fn printable(text: &str) -> Option<Vec<u8>> {
    Some(Writer::bytes_of(|w| w.string(Tag::PRINTABLE_STRING, text)))
}

#[test]
fn rfc_37_every_certrep_has_its_attributes() {
    let certificates = vec![world().device.der().to_vec()];
    let answers = [(Answer::Success { certificates }, "0"), (failure(), "2"), (Answer::Pending, "3")];
    for (answer, status) in answers {
        let signed = reply(&answer);
        assert_eq!(value(&signed, MESSAGE_TYPE), printable("3"));
        assert_eq!(value(&signed, PKI_STATUS), printable(status));
        assert_eq!(value(&signed, TRANSACTION_ID), printable("0123456789ABCDEF"));
        let echoed = Writer::bytes_of(|w| w.octet_string(opened().1.sender_nonce().as_octets()));
        assert_eq!(value(&signed, RECIPIENT_NONCE), Some(echoed));
        assert_eq!(value(&signed, SENDER_NONCE).unwrap().len(), 18);
        assert_eq!(value(&signed, FAIL_INFO).is_some(), status == "2");
    }
}

#[test]
fn rfc_38_strings_are_printable_and_nonces_octets() {
    let signed = reply(&failure());
    for oid in [MESSAGE_TYPE, PKI_STATUS, FAIL_INFO, TRANSACTION_ID] {
        assert_eq!(value(&signed, oid).unwrap()[0], Tag::PRINTABLE_STRING.0);
    }
    for oid in [SENDER_NONCE, RECIPIENT_NONCE] {
        assert_eq!(value(&signed, oid).unwrap()[..2], [Tag::OCTET_STRING.0, 16]);
    }
    assert_eq!(value(&signed, FAIL_INFO_TEXT).unwrap()[0], Tag::UTF8_STRING.0);
}

#[test]
fn rfc_39_the_identifiers_of_the_attributes() {
    let arc = |n| Oid::new_unwrap(&format!("2.16.840.1.113733.1.9.{n}"));
    let list = [MESSAGE_TYPE, PKI_STATUS, FAIL_INFO, SENDER_NONCE, RECIPIENT_NONCE, TRANSACTION_ID];
    assert_eq!(list.to_vec(), (2..=7).map(arc).collect::<Vec<_>>());
    assert_eq!(FAIL_INFO_TEXT, Oid::new_unwrap("1.3.6.1.5.5.7.24.1"));
}

#[test]
fn q46_fail_info_text_is_utf8_and_can_be_left_out() {
    let text = |text: Option<&str>| {
        reply(&Answer::Failure { fail_info: FailInfo::BadAlg, text: text.map(str::to_owned) })
    };
    let utf8 = Writer::bytes_of(|w| w.string(Tag::UTF8_STRING, "größer"));
    assert_eq!(value(&text(Some("größer")), FAIL_INFO_TEXT), Some(utf8));
    assert_eq!(value(&text(None), FAIL_INFO_TEXT), None);
    assert_eq!(value(&text(None), FAIL_INFO), printable("0"));
    let refusal = scep::Refusal::LegacyCipher;
    let words = Answer::refused(&refusal, true);
    assert_eq!(words, Answer::Failure { fail_info: FailInfo::BadAlg, text: Some(refusal.to_string()) });
}

#[test]
fn q16_rfc_35_failure_and_pending_carry_an_empty_octet_string() {
    for answer in [failure(), Answer::Pending] {
        let bytes = world().answer(&answer, reply_to(&opened().0));
        assert_eq!(SignedData::parse(&bytes).unwrap().content, Some(Vec::new()));
        let golden = [&[0x30, 0x0f, 6, 9][..], oid::DATA.as_bytes(), &[0xa0, 2, 4, 0]].concat();
        assert!(bytes.windows(golden.len()).any(|part| part == golden));
    }
}

#[test]
fn q17_rfc_46_v30_every_answer_has_a_fresh_nonce_of_ours() {
    let (opened, exchange) = opened();
    let made = |seed| {
        let draft = Answer::Pending.draft(reply_to(&opened), &world().ra, &mut Dice(seed)).unwrap();
        value(&SignedData::parse(&draft.signed(&[0; 256])).unwrap(), SENDER_NONCE).unwrap()
    };
    assert_ne!(made(1), made(2));
    // V30: not the client's own nonce.
    assert_ne!(made(1)[2..], *exchange.sender_nonce().as_octets());
}

#[test]
fn q20_the_signature_algorithm_is_rsa_encryption() {
    let info = &reply(&Answer::Pending).signers[0];
    assert_eq!(info.signature_algorithm.oid, oid::RSA_ENCRYPTION);
    assert_eq!(info.digest(), Some(Digest::Sha256));
}

#[test]
fn rfc_27_the_reply_speaks_the_requests_digest() {
    for digest in [Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        let (message, _) = world().with_habits(|habits| habits.digest = digest).message();
        let opened = world().open(&message, &Policy::default()).unwrap();
        let signed = SignedData::parse(&world().answer(&Answer::Pending, reply_to(&opened))).unwrap();
        assert_eq!(signed.signers[0].digest(), Some(digest));
    }
}

#[test]
fn q22_attributes_are_sorted_with_one_value_each() {
    let (opened, _) = opened();
    for answer in [failure(), Answer::Pending] {
        let draft = answer.draft(reply_to(&opened), &world().ra, &mut Dice(1)).unwrap();
        let mut set = Reader::only(draft.to_be_signed()).unwrap().open(Tag::SET).unwrap();
        let mut last: Vec<u8> = Vec::new();
        while !set.is_empty() {
            let any = set.any().unwrap();
            assert!(any.raw > last.as_slice());
            last = any.raw.to_vec();
            let mut attribute = any.open(Tag::SEQUENCE).unwrap();
            attribute.oid().unwrap();
            Reader::only(attribute.expect(Tag::SET).unwrap()).unwrap();
        }
    }
}

#[test]
fn q37_replies_are_strict_der() {
    for answer in [failure(), Answer::Success { certificates: vec![world().device.der().to_vec()] }] {
        let bytes = world().answer(&answer, reply_to(&opened().0));
        assert!(matches!(pki::ber::to_der(&bytes), Ok(std::borrow::Cow::Borrowed(_))));
    }
}

#[test]
fn rfc_14_v22_the_reply_speaks_the_requests_cipher_to_the_signers_key() {
    use pki::algorithm::ContentCipher as Cipher;
    let legacy = Policy { legacy_3des: true, ..Policy::default() };
    for cipher in [Cipher::Aes128Cbc, Cipher::Aes192Cbc, Cipher::Aes256Cbc, Cipher::TripleDesCbc] {
        let (message, _) = world().with_habits(|habits| habits.cipher = cipher).message();
        let opened = world().open(&message, &legacy).unwrap();
        let answer = Answer::Success { certificates: vec![world().device.der().to_vec()] };
        let signed = SignedData::parse(&world().answer(&answer, reply_to(&opened))).unwrap();
        let envelope = EnvelopedData::parse(&signed.content.unwrap()).unwrap();
        assert_eq!(envelope.cipher(), Some(cipher));
        // v22: one recipient, the certificate that signed.
        let [pki::cms::enveloped::RecipientInfo::KeyTransport { rid, .. }] = envelope.recipients.as_slice()
        else {
            panic!()
        };
        assert!(rid.means(&world().device));
    }
}

#[test]
fn q10_rfc_68_rfc_83_content_types_have_no_parameters() {
    let types = [server::PKI_MESSAGE, server::CA_CERT, server::CA_RA_CERT, server::NEXT_CA_CERT];
    assert_eq!(
        types,
        [
            "application/x-pki-message",
            "application/x-x509-ca-cert",
            "application/x-x509-ca-ra-cert",
            "application/x-x509-next-ca-cert"
        ]
    );
}

#[test]
fn q24_rfc_5_golden_layouts_of_getcacert() {
    let world = world();
    let root = issue("Root", &world.ca_key, None, pki::extension::KeyUsage::KEY_CERT_SIGN, 1);
    let shown = |layout, ra| {
        let response = server::ca_certificates(layout, ra, &[&world.ca, &root]);
        let certificates = CaCertificates::parse(&response.body).unwrap();
        let names: Vec<String> =
            certificates.all().iter().filter_map(|one| one.subject().common_name()).collect();
        (response.content_type, names.join(", "))
    };
    let ra = Some(&world.ra);
    assert_eq!(shown(Layout::Full, ra), (server::CA_RA_CERT, "Chancery RA, Chancery CA, Root".into()));
    assert_eq!(shown(Layout::RaAndCa, ra), (server::CA_RA_CERT, "Chancery RA, Chancery CA".into()));
    assert_eq!(shown(Layout::Ca, ra), (server::CA_CERT, "Chancery CA".into()));
    assert_eq!(shown(Layout::Full, None), (server::CA_RA_CERT, "Chancery CA, Root".into()));
    assert_eq!(shown(Layout::RaAndCa, None), (server::CA_CERT, "Chancery CA".into()));
    let chain = server::ca_certificate_chain(ra, &[&world.ca]);
    assert_eq!(chain.content_type, "application/x-x509-ca-ra-cert-chain");
    assert_eq!(CaCertificates::parse(&chain.body).unwrap().all().len(), 2);
}

#[test]
fn rfc_70_one_certificate_is_its_own_der() {
    let response = server::ca_certificates(Layout::Ca, None, &[&world().ca]);
    assert_eq!((response.content_type, response.body.as_slice()), (server::CA_CERT, world().ca.der()));
}

#[test]
fn rfc_77_the_next_certificates_are_signed_by_the_current_authority() {
    let world = world();
    let next_key = Key::p256();
    let usage = pki::extension::KeyUsage::KEY_CERT_SIGN;
    let next = issue("Chancery CA 2", &next_key, None, usage, 1);
    let draft = server::next_ca_certificates(&[&next], &world.ca).unwrap();
    let current = CaCertificates::parse(world.ca.der()).unwrap();
    let good = draft.signed(&world.ca_key.sign(draft.algorithm(), draft.to_be_signed()));
    assert_eq!(current.parse_next(&good).unwrap().all(), std::slice::from_ref(&next));
    let by_ra = server::next_ca_certificates(&[&next], &world.ra).unwrap();
    let by_ra = by_ra.signed(&world.ra_key.sign(by_ra.algorithm(), by_ra.to_be_signed()));
    let both = server::ca_certificates(Layout::Full, Some(&world.ra), &[&world.ca]);
    assert!(CaCertificates::parse(&both.body).unwrap().parse_next(&by_ra).is_err());
    // t12: signed by anybody else, or by nobody.
    let planted = draft.signed(&next_key.sign(draft.algorithm(), draft.to_be_signed()));
    assert!(current.parse_next(&planted).is_err());
    let unsigned = server::ca_certificates(Layout::Ca, None, &[&next]);
    assert!(current.parse_next(&unsigned.body).is_err());
    let by_next = server::next_ca_certificates(&[&next], &next).unwrap();
    let by_next = by_next.signed(&next_key.sign(by_next.algorithm(), by_next.to_be_signed()));
    assert!(current.parse_next(&by_next).is_err());
    assert_eq!(server::next_ca_certificates(&[], &world.ca).err(), Some(CannotAnswer::NoCertificate));
}

#[test]
fn rfc_51_getcrl_is_answered_with_the_crl_alone() {
    let world = world();
    let request = Request::get_crl(world.ca.subject(), world.ra.serial(), transaction());
    let (message, exchange) = Sending { request, ..world.pkcs_req() }.message();
    let opened = world.open(&message, &Policy::default()).unwrap();
    let Opened::GetCrl(asked) = &opened else { panic!("{opened:?}") };
    assert!(asked.issuer.matches(world.ca.subject()) && asked.serial == *world.ra.serial());
    let crl = vec![0x30, 0x03, 0x02, 0x01, 0x07];
    let reply = world.answer(&Answer::Crl(crl.clone()), &asked.reply_to);
    let Ok(scep::client::Reply::Success(sealed)) = exchange.read(&reply, std::slice::from_ref(&world.ra))
    else {
        panic!()
    };
    let (transport, wrapped) = sealed.wrapped_key().unwrap();
    let granted = sealed.open(&world.device_key.unwrap(transport, wrapped).unwrap()).unwrap();
    assert_eq!((granted.crls, granted.certificates), (vec![crl], Vec::new()));
}

#[test]
fn rfc_59_rfc_60_v28_getcert_names_issuer_serial_and_who_asks() {
    let world = world();
    let request = Request::get_cert(world.ca.subject(), world.ra.serial(), transaction());
    let (message, _) = Sending { request, ..world.pkcs_req() }.message();
    let Opened::GetCert(asked) = world.open(&message, &Policy::default()).unwrap() else { panic!() };
    assert!(asked.issuer.matches(world.ca.subject()));
    // rfc_60: the caller sees who asks.
    assert_eq!(asked.signer, world.device);
}

#[test]
fn q15_sscep_asks_with_a_constant_transaction() {
    let world = world();
    let constant = scep::TransactionId::from_text("SSCEP transactionId").unwrap();
    let request = Request::get_cert(world.ca.subject(), world.ra.serial(), constant.clone());
    let (message, _) = Sending { request, ..world.pkcs_req() }.message();
    for _ in 0..2 {
        let opened = world.open(&message, &Policy::default()).unwrap();
        assert_eq!(reply_to(&opened).transaction(), &constant);
    }
}

#[test]
fn rfc_55_v18_a_poll_is_known_without_decrypting() {
    let world = world();
    let request = Request::cert_poll(world.ca.subject(), &name("device"), transaction());
    let (message, exchange) = Sending { request, ..world.pkcs_req() }.message();
    let received = Received::parse(&message, &Policy::default()).unwrap();
    let key = received.envelope_key(&[&world.ca, &world.ra]).unwrap();
    assert_eq!(key, server::EnvelopeKey::NotNeeded { recipient: 1 });
    let opened = received.unopened().unwrap();
    let Opened::CertPoll(poll) = &opened else { panic!() };
    // v18: the caller compares the signer with the request's.
    assert_eq!((poll.reply_to.transaction(), &poll.signer), (&transaction(), &world.device));
    let answer = Answer::Success { certificates: vec![world.device.der().to_vec()] };
    let reply = world.answer(&answer, &poll.reply_to);
    assert!(exchange.read(&reply, std::slice::from_ref(&world.ra)).is_ok());
    let nobody = Received::parse(&message, &Policy::default()).unwrap();
    assert_eq!(
        nobody.envelope_key(&[&world.ca, &world.ca]).unwrap_err().refusal,
        scep::Refusal::RecipientUnknown
    );
}

#[test]
fn rfc_54_a_poll_that_is_opened_names_issuer_and_subject() {
    let world = world();
    let request = Request::cert_poll(world.ca.subject(), &name("device"), transaction());
    let (message, _) = Sending { request, ..world.pkcs_req() }.message();
    let received = Received::parse(&message, &Policy::default()).unwrap();
    let signed = SignedData::parse(&message).unwrap();
    let envelope = EnvelopedData::parse(&signed.content.unwrap()).unwrap();
    let pki::cms::enveloped::RecipientInfo::KeyTransport { encrypted_key, .. } = &envelope.recipients[0]
    else {
        panic!()
    };
    let key = world.ra_key.unwrap(pki::algorithm::KeyTransport::Pkcs1, encrypted_key);
    let Opened::CertPoll(poll) = received.open(key, &mut Dice(1)).unwrap() else { panic!() };
    let (issuer, subject) = poll.names.unwrap();
    assert!(issuer.matches(world.ca.subject()) && subject.matches(&name("device")));
}

#[test]
fn only_a_poll_goes_unopened() {
    let (message, _) = world().pkcs_req().message();
    let received = Received::parse(&message, &Policy::default()).unwrap();
    assert_eq!(received.unopened().unwrap_err().refusal, scep::Refusal::Envelope);
}

#[test]
fn rfc_78_the_recipient_says_which_generation_is_meant() {
    let world = world();
    let next_key = Key::rsa();
    let next = issue("Chancery RA 2", &next_key, Some((&world.ca, &world.ca_key)), RA_USAGE, 3);
    for (recipient, index) in [(&world.ra, 0), (&next, 1)] {
        let (message, _) = Sending { recipients: vec![recipient], ..world.pkcs_req() }.message();
        let received = Received::parse(&message, &Policy::default()).unwrap();
        let key = received.envelope_key(&[&world.ra, &next]).unwrap();
        assert!(matches!(key, server::EnvelopeKey::Wrapped { recipient, .. } if recipient == index));
    }
}

struct NoDice;

impl Random for NoDice {
    fn fill(&mut self, _: &mut [u8]) -> Result<(), RandomFailed> {
        Err(RandomFailed)
    }
}

#[test]
fn v30_without_randomness_nothing_is_made() {
    let (opened, _) = opened();
    let answer = Answer::Success { certificates: vec![world().device.der().to_vec()] };
    for answer in [answer, failure(), Answer::Pending] {
        let drafted = answer.draft(reply_to(&opened), &world().ra, &mut NoDice);
        assert_eq!(drafted.err(), Some(CannotAnswer::Random));
    }
    let (message, _) = world().pkcs_req().message();
    let received = Received::parse(&message, &Policy::default()).unwrap();
    let outcome = received.open(Ok(vec![0; 16]), &mut NoDice);
    assert!(matches!(outcome, Err(server::CannotOpen::Random)));
}

#[test]
fn success_before_the_envelope_was_opened_cannot_be_sealed() {
    let (message, _) = world().pkcs_req().message();
    let received = Received::parse(&message, &Policy::default()).unwrap();
    let answer = Answer::Success { certificates: vec![world().device.der().to_vec()] };
    let drafted = answer.draft(received.reply_to(), &world().ra, &mut Dice(1));
    assert_eq!(drafted.err(), Some(CannotAnswer::NobodyToEncryptTo));
}
