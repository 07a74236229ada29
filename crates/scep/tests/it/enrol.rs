//! Whole enrolments, client and server, with the habits of real clients.

use pki::algorithm::{ContentCipher, Digest, KeyTransport};
use pki::certificate::Certificate;
use scep::MessageType;
use scep::client::{Encoding, Granted, Order, RecipientName, Reply, Request, Version};
use scep::server::{Answer, Opened, Policy};

use crate::support::signed_csr;
use crate::support::{
    CHALLENGE, Key, Sending, World, csr, issue, name, reply_to, self_signed, transaction, world,
};

/// Sends, opens, issues, answers, reads; gives the issued certificate and what the client got.
fn enrol(world: &World, sending: &Sending<'_>, policy: &Policy) -> (Certificate, Granted) {
    let (message, exchange) = sending.message();
    let opened = world.open(&message, policy).unwrap();
    let issued = world.issue_for(&opened);
    let reply =
        world.answer(&Answer::Success { certificates: vec![issued.der().to_vec()] }, reply_to(&opened));
    let reply = exchange.read(&reply, &[world.ca.clone(), world.ra.clone()]).unwrap();
    let Reply::Success(sealed) = reply else { panic!("{reply:?}") };
    let granted = match sealed.wrapped_key() {
        Some((transport, wrapped)) => sealed.open(&sending.key.unwrap(transport, wrapped).unwrap()),
        None => sealed.open_with_challenge(),
    };
    (issued, granted.unwrap())
}

fn enrols(sending: &Sending<'_>) {
    enrols_under(sending, &Policy::default());
}

fn enrols_under(sending: &Sending<'_>, policy: &Policy) {
    let (issued, granted) = enrol(world(), sending, policy);
    assert_eq!(granted.certificates, [issued]);
    assert!(granted.crls.is_empty());
}

#[test]
fn rfc_24_rfc_12_rfc_28_the_standard_enrols() {
    enrols(&world().pkcs_req());
}

#[test]
fn q1_ber_with_indefinite_lengths_enrols() {
    let sending = world().with_habits(|habits| habits.encoding = Encoding::StreamedBer);
    let (message, _) = sending.message();
    assert_eq!(message[..2], [0x30, 0x80]);
    enrols(&sending);
}

#[test]
fn q13_a_version_1_signer_with_a_serial_of_32_octets_enrols() {
    let world = world();
    let signer = self_signed("device", &world.device_key, Version::V1, &[0xab; 32]);
    assert_eq!((signer.version(), signer.serial().octets().len()), (1, 33));
    enrols(&Sending { signer: &signer, ..world.pkcs_req() });
}

#[test]
fn q21_attributes_signed_out_of_order_verify() {
    enrols(&world().with_habits(|habits| habits.order = Order::AsAdded));
}

#[test]
fn q28_nonces_of_8_octets_are_echoed() {
    for length in [1, 8, 16, 64] {
        enrols(&world().with_habits(|habits| habits.nonce_length = length));
    }
}

#[test]
fn q29_rsaes_oaep_enrols_and_is_answered_alike() {
    for digest in [Digest::Sha1, Digest::Sha256, Digest::Sha384, Digest::Sha512] {
        enrols(&world().with_habits(|habits| habits.transport = KeyTransport::Oaep(digest)));
    }
}

#[test]
fn q40_aes_192_and_256_enrol_and_triple_des_by_switch() {
    for cipher in [ContentCipher::Aes192Cbc, ContentCipher::Aes256Cbc] {
        enrols(&world().with_habits(|habits| habits.cipher = cipher));
    }
    let legacy = Policy { legacy_3des: true, ..Policy::default() };
    enrols_under(&world().with_habits(|habits| habits.cipher = ContentCipher::TripleDesCbc), &legacy);
}

#[test]
fn q33_the_signers_subject_need_not_be_the_requests() {
    let world = world();
    let signer = self_signed("some other name", &world.device_key, Version::V3, &[1]);
    enrols(&Sending { signer: &signer, ..world.pkcs_req() });
}

#[test]
fn q42_our_recipient_is_found_among_several() {
    let world = world();
    let stranger = self_signed("stranger", &world.other_key, Version::V3, &[1]);
    for recipients in
        [vec![&stranger, &world.ra], vec![&world.ra, &stranger], vec![&stranger, &world.device, &world.ra]]
    {
        enrols(&Sending { recipients, ..world.pkcs_req() });
    }
}

#[test]
fn q43_the_only_recipient_and_our_only_key_are_meant_for_each_other() {
    let world = world();
    // The same key under a mangled name.
    let mangled = self_signed("Chancery  R.A.", &world.ra_key, Version::V3, &[99]);
    enrols(&Sending { recipients: vec![&mangled], ..world.pkcs_req() });
}

#[test]
fn q44_key_identifiers_name_signer_and_recipient() {
    enrols(&world().with_habits(|habits| {
        habits.signer_by_key_id = true;
        habits.recipient = RecipientName::KeyIdentifier;
    }));
}

#[test]
fn q47_rfc_15_challenges_of_4_kb_arrive_whole() {
    let world = world();
    let long = "0123456789abcdef".repeat(256);
    let request = Request::pkcs_req(&csr("device", &world.device_key, Some(&long)), transaction());
    let (message, _) = Sending { request, ..world.pkcs_req() }.message();
    let Opened::CertificateRequested(requested) = world.open(&message, &Policy::default()).unwrap() else {
        panic!()
    };
    assert_eq!(requested.challenge.unwrap().reveal(), long);
}

#[test]
fn q47_challenges_of_every_string_type_are_read() {
    use pki::attribute::Attribute;
    use pki::der::Tag;
    let world = world();
    let wide: Vec<u8> = CHALLENGE.bytes().flat_map(|octet| [0, octet]).collect();
    let types = [Tag::PRINTABLE_STRING, Tag::UTF8_STRING, Tag::T61_STRING, Tag::IA5_STRING, Tag::BMP_STRING];
    for tag in types {
        let value = if tag == Tag::BMP_STRING { &wide } else { CHALLENGE.as_bytes() };
        let info = pki::csr::CertificationRequestInfo {
            subject: name("device"),
            public_key: world.device_key.public().spki().to_vec(),
            challenge_password: None,
            extensions: Vec::new(),
            attributes: vec![Attribute::new(pki::oid::CHALLENGE_PASSWORD, |w| w.tlv(tag, value))],
        };
        let request = Request::pkcs_req(&signed_csr(&info.to_der(), &world.device_key), transaction());
        let (message, _) = Sending { request, ..world.pkcs_req() }.message();
        let opened = world.open(&message, &Policy::default()).unwrap();
        let Opened::CertificateRequested(requested) = opened else { panic!() };
        assert_eq!(requested.challenge.unwrap().reveal(), CHALLENGE, "{tag:?}");
    }
}

#[test]
fn rfc_49_the_request_arrives_as_it_was_sent() {
    let world = world();
    let request = csr("device", &world.device_key, Some(CHALLENGE));
    let opened = world.open(&world.pkcs_req().message().0, &Policy::default()).unwrap();
    let Opened::CertificateRequested(requested) = opened else { panic!() };
    assert_eq!(requested.request.der(), request);
    assert_eq!(requested.kind, MessageType::PkcsReq);
    assert!(requested.signer.self_signed && requested.signer.holds_requested_key);
    assert_eq!(requested.transaction(), &transaction());
    assert_eq!(requested.request.key(), &world.device_key.public());
}

#[test]
fn rfc_21_renewal_may_keep_its_key() {
    let world = world();
    let old =
        issue("device", &world.device_key, Some((&world.ca, &world.ca_key)), crate::support::RA_USAGE, 78);
    let request = Request::renewal_req(&csr("device", &world.device_key, None), transaction());
    let sending = Sending { request, signer: &old, ..world.pkcs_req() };
    let opened = world.open(&sending.message().0, &Policy::default()).unwrap();
    let Opened::CertificateRequested(requested) = opened else { panic!() };
    assert!(!requested.signer.self_signed && requested.signer.holds_requested_key);
    enrols(&sending);
}

#[test]
fn rfc_23_rfc_47_rfc_56_pending_is_polled_until_it_is_granted() {
    let world = world();
    let authorities = std::slice::from_ref(&world.ra);
    let (message, exchange) = world.pkcs_req().message();
    let first = world.open(&message, &Policy::default()).unwrap();
    let pending = world.answer(&Answer::Pending, reply_to(&first));
    assert!(matches!(exchange.read(&pending, authorities), Ok(Reply::Pending)));
    let issued = world.issue_for(&first);
    let granted = Answer::Success { certificates: vec![issued.der().to_vec()] };
    let request = Request::cert_poll(world.ca.subject(), &name("device"), exchange.transaction().clone());
    let mut nonces = vec![exchange.sender_nonce().clone()];
    for (seed, answer) in [(21, Answer::Pending), (22, granted)] {
        let habits = scep::client::Habits::default();
        let dice = &mut crate::support::Dice(seed);
        let outgoing = request.draft(&world.device, &[&world.ra], &habits, dice).unwrap();
        let signature = world.device_key.sign(outgoing.algorithm(), &outgoing.to_be_signed());
        let (message, poll) = outgoing.signed(&signature);
        let opened = world.open(&message, &Policy::default()).unwrap();
        assert_eq!(reply_to(&opened).transaction(), exchange.transaction());
        let reply = world.answer(&answer, reply_to(&opened));
        let read = poll.read(&reply, authorities).unwrap();
        assert_eq!(matches!(read, Reply::Pending), answer == Answer::Pending);
        assert!(exchange.read(&reply, authorities).is_err());
        nonces.push(poll.sender_nonce().clone());
    }
    nonces.dedup();
    assert_eq!(nonces.len(), 3);
}

#[test]
fn rfc_27_sha_384_and_sha_512_are_answered_in_kind() {
    for digest in [Digest::Sha384, Digest::Sha512] {
        enrols(&world().with_habits(|habits| habits.digest = digest));
    }
}

#[test]
fn rfc_29_an_elliptic_key_enrols_by_password() {
    let world = world();
    let request = Request::pkcs_req(&csr("device", &world.ec_key, Some(CHALLENGE)), transaction())
        .with_challenge(scep::Challenge::new(CHALLENGE.into()));
    let mut sending = Sending { request, signer: &world.ec_device, key: &world.ec_key, ..world.pkcs_req() };
    enrols(&sending);
    sending.habits.password_recipient = true;
    enrols(&sending);
    sending.habits.encoding = Encoding::StreamedBer;
    enrols(&sending);
}

#[test]
fn rfc_29_the_challenge_inside_must_be_the_one_that_opens() {
    let world = world();
    let request = |inside| {
        let request = Request::pkcs_req(&csr("device", &world.ec_key, inside), transaction())
            .with_challenge(scep::Challenge::new(CHALLENGE.into()));
        let mut sending =
            Sending { request, signer: &world.ec_device, key: &world.ec_key, ..world.pkcs_req() };
        sending.habits.password_recipient = true;
        world.open(&sending.message().0, &Policy::default())
    };
    assert_eq!(request(Some("another")).unwrap_err().refusal, scep::Refusal::Envelope);
    let Opened::CertificateRequested(requested) = request(None).unwrap() else { panic!() };
    assert_eq!(requested.challenge.unwrap().reveal(), CHALLENGE);
}

#[test]
fn rfc_29_a_challenge_that_is_not_known_opens_nothing() {
    let world = world();
    let request = Request::pkcs_req(&csr("device", &world.ec_key, Some("x")), transaction())
        .with_challenge(scep::Challenge::new("x".into()));
    let mut sending = Sending { request, signer: &world.ec_device, key: &world.ec_key, ..world.pkcs_req() };
    sending.habits.password_recipient = true;
    let refused = world.open(&sending.message().0, &Policy::default()).unwrap_err();
    assert_eq!(refused.refusal, scep::Refusal::Envelope);
}

#[test]
fn rfc_29_p384_enrols_by_password() {
    let (world, key) = (world(), Key::p384());
    let signer = self_signed("device", &key, Version::V3, &[3]);
    let request = Request::pkcs_req(&csr("device", &key, Some(CHALLENGE)), transaction())
        .with_challenge(scep::Challenge::new(CHALLENGE.into()));
    let mut sending = Sending { request, signer: &signer, key: &key, ..world.pkcs_req() };
    sending.habits.digest = Digest::Sha384;
    enrols(&sending);
}

#[test]
fn rfc_10_rfc_17_rfc_21_renewal_with_a_new_key_is_answered_to_the_old_one() {
    let world = world();
    let old_key = Key::rsa();
    let old = issue("device", &old_key, Some((&world.ca, &world.ca_key)), crate::support::RA_USAGE, 77);
    for as_pkcs_req in [false, true] {
        let request = Request::renewal_req(&csr("device", &world.device_key, None), transaction());
        let mut sending = Sending { request, signer: &old, key: &old_key, ..world.pkcs_req() };
        sending.habits.renew_as_pkcs_req = as_pkcs_req;
        let (message, _) = sending.message();
        let Opened::CertificateRequested(requested) = world.open(&message, &Policy::default()).unwrap()
        else {
            panic!()
        };
        let kind = if as_pkcs_req { MessageType::PkcsReq } else { MessageType::RenewalReq };
        assert_eq!(requested.kind, kind);
        assert!(!requested.signer.self_signed && !requested.signer.holds_requested_key);
        assert_eq!((requested.challenge, requested.signer.certificate), (None, old.clone()));
        enrols(&sending);
    }
}

#[test]
fn q34_q25_rfc_50_further_certificates_follow_the_leaf_in_order() {
    let world = world();
    let (message, exchange) = world.pkcs_req().message();
    let opened = world.open(&message, &Policy::default()).unwrap();
    let issued = world.issue_for(&opened);
    let certificates = vec![issued.der().to_vec(), world.ca.der().to_vec()];
    let reply = world.answer(&Answer::Success { certificates }, reply_to(&opened));
    let Ok(Reply::Success(sealed)) = exchange.read(&reply, std::slice::from_ref(&world.ra)) else { panic!() };
    let (transport, wrapped) = sealed.wrapped_key().unwrap();
    let granted = sealed.open(&world.device_key.unwrap(transport, wrapped).unwrap()).unwrap();
    assert_eq!(granted.certificates, [issued.clone(), world.ca.clone()]);
    assert_eq!(granted.certificate_for(&world.device_key.public()), Some(&issued));
    assert_eq!(issued.subject(), &name("device"));
}
