//! Octet for octet against OpenSSL's requests and answers; and what is not right is refused by OpenSSL and by GnuTLS.

use super::{Authority, NOW, read};
use chancery_pki::Time;
use chancery_pki::algorithm::{Digest, SignatureAlgorithm};
use chancery_pki::certificate::{Certificate, Serial};
use chancery_pki::crl::Reason;
use chancery_pki::ocsp::{
    BasicResponse, CertId, CertStatus, ErrorStatus, OcspRequest, ResponderId, ResponseData, SingleResponse,
    assemble,
};

/// What OpenSSL's responder knows: 1 is good, 2 to 4 are revoked for three reasons, all else is unknown.
const INDEX: &str = "V\t401231235959Z\t\t01\tunknown\t/CN=1\n\
    R\t401231235959Z\t251231235959Z,keyCompromise\t02\tunknown\t/CN=2\n\
    R\t401231235959Z\t251231235959Z\t03\tunknown\t/CN=3\n\
    R\t401231235959Z\t251231235959Z,holdInstruction,holdInstructionReject\t04\tunknown\t/CN=4\n";
const ALL: &str = "-serial 1 -serial 2 -serial 3 -serial 4 -serial 5";

#[test]
fn openssl_writes_the_requests_that_we_write() {
    let authority = Authority::new();
    for (name, digest) in [
        ("sha1", Digest::Sha1),
        ("sha256", Digest::Sha256),
        ("sha384", Digest::Sha384),
        ("sha512", Digest::Sha512),
    ] {
        for (text, octets) in [("0x1234", &[0x12, 0x34][..]), ("0x80", &[0, 0x80]), ("0", &[0])] {
            authority.asked(&format!("-no_nonce -{name} -serial {text}"));
            let ours = CertId::new(digest, &authority.ca, &Serial::new(octets));
            assert_eq!(authority.desk.read("asked"), OcspRequest::plain(&ours), "{name} {text}");
        }
    }
}

#[test]
fn signed_requests_of_openssl_are_read() {
    let authority = Authority::new();
    let signed = authority.asked("-serial 5 -signer responder.pem -signkey responder.key");
    let plain = authority.asked("-serial 5 -no_nonce");
    assert_eq!(signed.certificates, plain.certificates);
    assert!(signed.nonce.is_some() && plain.nonce.is_none());
}

#[test]
fn only_what_ends_with_its_list_is_bare() {
    let authority = Authority::new();
    for (words, bare) in [
        ("-no_nonce -serial 5", true),
        ("-no_nonce -sha512 -serial 5 -serial 6", true),
        ("-nonce -serial 5", false),
        ("-no_nonce -serial 5 -signer responder.pem -signkey responder.key", false),
    ] {
        authority.asked(words);
        let asked = authority.desk.read("asked");
        assert_eq!(OcspRequest::is_bare(&asked), bare, "{words}");
        assert!(
            !OcspRequest::is_bare(&asked[1..]) && !OcspRequest::is_bare(&[&asked[..], &[0]].concat()),
            "{words}"
        );
    }
}

/// OpenSSL's answer to the last request.
fn answered(authority: &Authority, words: &str) -> BasicResponse {
    authority.desk.write("index", INDEX);
    authority.desk.openssl(&format!(
        "ocsp -index index -CA ca.pem -rsigner responder.pem -rkey responder.key -reqin asked -respout theirs {words}"
    ));
    BasicResponse::parse(&authority.desk.read("theirs")).unwrap()
}

#[test]
fn answers_of_openssl_are_read() {
    let authority = Authority::new();
    let request = authority.asked(&format!("{ALL} -nonce"));
    let answer = answered(&authority, "-ndays 7");
    let at = Time::from_civil(2025, 12, 31, 23, 59, 59).unwrap();
    let revoked = |reason| CertStatus::Revoked { at, reason };
    let statuses: Vec<_> = answer.responses.iter().map(|one| one.status).collect();
    let expected = [
        CertStatus::Good,
        revoked(Reason::KeyCompromise),
        revoked(Reason::Unspecified),
        revoked(Reason::CertificateHold),
        CertStatus::Unknown,
    ];
    assert_eq!(statuses, expected);
    assert!(answer.responses.iter().map(|one| &one.certificate).eq(&request.certificates));
    assert_eq!((&answer.nonce, answer.extended_revoke), (&request.nonce, false));
    for one in &answer.responses {
        assert_eq!(one.next_update, Some(one.this_update.plus_days(7)));
    }
    assert_eq!(answer.certificates, std::slice::from_ref(&authority.responder));
    assert_eq!(answer.responder, ResponderId::ByName(authority.responder.subject().clone()));
    assert!(answer.responder.names(&authority.responder) && !answer.responder.names(&authority.ca));
    answer.verify_signed_by(authority.responder.key()).unwrap();

    let answer = answered(&authority, "-resp_key_id -resp_no_certs");
    assert_eq!(answer.responder, ResponderId::ByKey(authority.responder.key().key_id()));
    assert!(answer.responder.names(&authority.responder) && !answer.responder.names(&authority.ca));
    assert!(answer.certificates.is_empty());
    assert!(answer.responses.iter().all(|one| one.next_update.is_none()));
    answer.verify_signed_by(authority.responder.key()).unwrap();
}

/// An answer to `request`, signed with `key`, that carries `certificate`.
fn signed(authority: &Authority, request: &OcspRequest, key: &str, certificate: &Certificate) -> Vec<u8> {
    let now = Time::from_unix(NOW);
    let single = |one| SingleResponse {
        certificate: one,
        status: CertStatus::Good,
        this_update: now,
        next_update: now.plus_days(36_500),
    };
    let data = ResponseData {
        responder: certificate.key().key_id(),
        produced_at: now,
        responses: request.certificates.iter().map(single).collect(),
        nonce: request.nonce.as_ref(),
        extended_revoke: false,
    }
    .to_der();
    authority.desk.write("data", &data);
    authority.desk.openssl(&format!("dgst -sha256 -sign {key} -out signature data"));
    let signature = authority.desk.read("signature");
    assemble(&data, SignatureAlgorithm::Ecdsa(Digest::Sha256), &signature, &[certificate.der()])
}

/// Whether OpenSSL and GnuTLS believe this answer to the last request, about serial number 1.
fn believed(authority: &Authority, answer: &[u8]) -> (bool, bool) {
    authority.desk.write("answer", answer);
    let words = "ocsp -no_nonce -issuer ca.pem -serial 1 -reqin asked -respin answer -CAfile ca.pem -status_age 999999999";
    let (said, _) = authority.desk.run("openssl", words);
    let openssl = said.contains("Response verify OK") && said.contains("1: good");
    let words = "--verify-response --load-response=answer --load-trust=ca.pem";
    let (said, succeeded) = authority.desk.run("ocsptool", words);
    (openssl, succeeded && said.contains("Verifying OCSP Response: Success"))
}

#[test]
fn openssl_and_gnutls_believe_a_delegate_and_refuse_everybody_else() {
    let authority = Authority::new();
    let request = authority.asked("-no_nonce -serial 1");
    let good = signed(&authority, &request, "responder.key", &authority.responder);
    assert_eq!(believed(&authority, &good), (true, true));
    let by_issuer = signed(&authority, &request, "ca.key", &authority.ca);
    assert_eq!(believed(&authority, &by_issuer), (true, true), "the CA itself");
    // Without its certificate GnuTLS finds no signer by key, although it was told to trust that one.
    let (data, signature) = (authority.desk.read("data"), authority.desk.read("signature"));
    let alone = assemble(&data, SignatureAlgorithm::Ecdsa(Digest::Sha256), &signature, &[]);
    assert!(BasicResponse::parse(&alone).unwrap().certificates.is_empty());
    assert!(believed(&authority, &alone).0);

    let stranger = read(&authority.desk, "other.pem");
    let by_stranger = signed(&authority, &request, "other.key", &stranger);
    assert_eq!(believed(&authority, &by_stranger), (false, false), "a CA of the same name");
    let lent = signed(&authority, &request, "other.key", &authority.responder);
    assert_eq!(believed(&authority, &lent), (false, false), "the delegate's certificate, another key");

    // A certificate of the CA that says nothing of OCSP.
    authority.desk.openssl("req -new -key other.key -subj /CN=device -out device.csr");
    authority.desk.openssl(
        "x509 -req -in device.csr -CA ca.pem -CAkey ca.key -set_serial 8 -days 3650 -out device.pem",
    );
    let device = read(&authority.desk, "device.pem");
    let by_device = signed(&authority, &request, "other.key", &device);
    assert_eq!(believed(&authority, &by_device), (false, false), "no OCSPSigning");
}

#[test]
fn openssl_and_gnutls_see_every_part_that_was_changed() {
    let authority = Authority::new();
    let request = authority.asked("-no_nonce -serial 1");
    let good = signed(&authority, &request, "responder.key", &authority.responder);
    let place = |part: &[u8]| good.windows(part.len()).position(|window| window == part).unwrap();
    let (data, signature) = (authority.desk.read("data"), authority.desk.read("signature"));
    // thisUpdate's last digit of seconds, the good, a byte of the key's hash, of the signature's second number.
    let update = place(b"20260101000000Z");
    let status = place(request.certificates[0].der()) + request.certificates[0].der().len();
    let responder = place(&authority.responder.key().key_id()) + 3;
    let last = place(&signature) + signature.len() - 1;
    assert!((place(&data)..last).contains(&update));
    for (at, by) in [(update + 13, 1), (status, 2), (responder, 1), (last, 1)] {
        let mut changed = good.clone();
        changed[at] ^= by;
        assert_eq!(believed(&authority, &changed), (false, false), "octet {at}");
        let read = BasicResponse::parse(&changed).unwrap();
        assert!(read.verify_signed_by(authority.responder.key()).is_err(), "octet {at}");
    }
}

#[test]
fn openssl_reads_what_was_never_issued_and_what_is_refused() {
    let authority = Authority::new();
    let request = authority.asked("-no_nonce -serial 9");
    let now = Time::from_unix(NOW);
    let data = ResponseData {
        responder: authority.responder.key().key_id(),
        produced_at: now,
        responses: vec![SingleResponse {
            certificate: &request.certificates[0],
            status: CertStatus::NEVER_ISSUED,
            this_update: now,
            next_update: now.plus_days(36_500),
        }],
        nonce: None,
        extended_revoke: true,
    }
    .to_der();
    authority.desk.write("data", &data);
    authority.desk.openssl("dgst -sha256 -sign responder.key -out signature data");
    let algorithm = SignatureAlgorithm::Ecdsa(Digest::Sha256);
    let answer = assemble(&data, algorithm, &authority.desk.read("signature"), &[authority.responder.der()]);
    let said = authority.judged(&answer, "-serial 9 -resp_text");
    for expected in [
        "Response verify OK",
        "Revocation Time: Jan  1 00:00:00 1970 GMT",
        "Revocation Reason: certificateHold (0x6)",
        // id-pkix-ocsp-extended-revoke: OpenSSL knows 1.3.6.1.5.5.7.48.1.9 by the name of a draft.
        "valid: ",
    ] {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
    let read = BasicResponse::parse(&answer).unwrap();
    assert!(read.extended_revoke && read.responses[0].status == CertStatus::NEVER_ISSUED);

    for (status, name) in [
        (ErrorStatus::MalformedRequest, "malformedrequest (1)"),
        (ErrorStatus::InternalError, "internalerror (2)"),
        (ErrorStatus::TryLater, "trylater (3)"),
        (ErrorStatus::SigRequired, "sigrequired (5)"),
        (ErrorStatus::Unauthorized, "unauthorized (6)"),
    ] {
        authority.desk.write("answer", status.der());
        let (said, _) = authority.desk.run("openssl", "ocsp -respin answer -noverify");
        assert!(said.contains(name), "{said}");
        assert_eq!(ErrorStatus::parse(&status.der()), Some(status));
        assert!(BasicResponse::parse(&status.der()).is_err());
    }
    for other in [&answer[..], &[0x30, 3, 10, 1, 0], &[0x30, 3, 10, 1, 4], &[]] {
        assert_eq!(ErrorStatus::parse(other), None, "{other:02x?}");
    }
}
