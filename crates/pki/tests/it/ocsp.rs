//! OCSP against OpenSSL: it asks and we read; we answer and it believes, or does not.

mod judges;
mod strict;

use crate::openssl::Desk;
use chancery_pki::algorithm::{Digest, SignatureAlgorithm};
use chancery_pki::certificate::{Certificate, Serial};
use chancery_pki::crl::Reason;
use chancery_pki::der::Writer;
use chancery_pki::extension::Extension;
use chancery_pki::ocsp::{
    BadRequest, BasicResponse, CertId, CertStatus, ErrorStatus, IssuerHashes, MAX_CERTIFICATES, Nonce,
    NotARequest, OcspRequest, ResponseData, SingleResponse, assemble, from_path,
};
use chancery_pki::{Oid, Time, oid, pem};

/// 2026-01-01T00:00:00Z
const NOW: i64 = 1_767_225_600;

/// A CA of OpenSSL, with a responder under it.
struct Authority {
    desk: Desk,
    ca: Certificate,
    responder: Certificate,
}

fn read(desk: &Desk, name: &str) -> Certificate {
    let text = String::from_utf8(desk.read(name)).unwrap();
    Certificate::parse(&pem::decode("CERTIFICATE", &text).unwrap()[0]).unwrap()
}

impl Authority {
    fn new() -> Authority {
        let desk = Desk::new();
        desk.write("ext", "keyUsage=digitalSignature\nextendedKeyUsage=OCSPSigning\n");
        for name in ["ca", "responder", "other"] {
            desk.openssl(&format!("ecparam -name prime256v1 -genkey -noout -out {name}.key"));
        }
        desk.openssl("req -x509 -new -key ca.key -subj /CN=ca -days 3650 -out ca.pem");
        desk.openssl("req -x509 -new -key other.key -subj /CN=ca -days 3650 -out other.pem");
        desk.openssl("req -new -key responder.key -subj /CN=responder -out responder.csr");
        desk.openssl(
            "x509 -req -in responder.csr -CA ca.pem -CAkey ca.key -set_serial 7 -days 3650 -extfile ext -out responder.pem",
        );
        let (ca, responder) = (read(&desk, "ca.pem"), read(&desk, "responder.pem"));
        Authority { desk, ca, responder }
    }

    fn asked(&self, words: &str) -> OcspRequest {
        self.desk.openssl(&format!("ocsp -issuer ca.pem {words} -reqout asked"));
        OcspRequest::parse(&self.desk.read("asked")).unwrap()
    }

    fn answer(&self, request: &OcspRequest, status: impl Fn(&CertId) -> CertStatus) -> Vec<u8> {
        let now = Time::from_unix(NOW);
        let single = |one| SingleResponse {
            certificate: one,
            status: status(one),
            this_update: now,
            next_update: now.plus_days(36_500),
        };
        let data = ResponseData {
            responder: self.responder.key().key_id(),
            produced_at: now,
            responses: request.certificates.iter().map(single).collect(),
            nonce: request.nonce.as_ref(),
            extended_revoke: false,
        }
        .to_der();
        self.desk.write("data", &data);
        self.desk.openssl("dgst -sha256 -sign responder.key -out signature data");
        let algorithm = SignatureAlgorithm::Ecdsa(Digest::Sha256);
        assemble(&data, algorithm, &self.desk.read("signature"), &[self.responder.der()])
    }

    /// What OpenSSL says of this answer to the last request. `-CAfile` alone: the responder must be delegated.
    fn judged(&self, answer: &[u8], serials: &str) -> String {
        self.desk.write("answer", answer);
        self.desk.openssl(&format!(
            "ocsp -no_nonce -issuer ca.pem {serials} -reqin asked -respin answer -CAfile ca.pem -no_cert_checks -status_age 999999999"
        ))
    }
}

#[test]
fn requests_of_openssl_are_read_and_name_their_issuer() {
    let authority = Authority::new();
    let ours = IssuerHashes::of(&authority.ca);
    let other = IssuerHashes::of(&read(&authority.desk, "other.pem"));
    for digest in ["sha1", "sha256", "sha384", "sha512"] {
        let request = authority.asked(&format!("-{digest} -serial 0x1234 -{digest} -serial 5"));
        let serials: Vec<_> = request.certificates.iter().map(|one| one.serial().octets().to_vec()).collect();
        assert_eq!(serials, [vec![0x12, 0x34], vec![5]], "{digest}");
        assert!(request.certificates.iter().all(|one| one.names(&ours)), "{digest}");
        assert!(!request.certificates[0].names(&other), "the same name, another key");
        assert!(request.nonce.is_some());
    }
    let request = authority.asked("-no_nonce -sha256 -serial 5");
    assert_eq!(request.nonce, None);
    let again = CertId::new(Digest::Sha256, &authority.ca, &Serial::new(&[5]));
    assert_eq!(request.certificates[0].der(), again.der());
}

#[test]
fn openssl_believes_answers_and_sees_what_was_changed() {
    let authority = Authority::new();
    let request = authority.asked("-serial 1 -serial 2 -serial 3");
    let at = Time::from_unix(NOW - 86_400);
    let status = |one: &CertId| match one.serial().octets() {
        [1] => CertStatus::Good,
        [2] => CertStatus::Revoked { at, reason: Reason::KeyCompromise },
        _ => CertStatus::Unknown,
    };
    let answer = authority.answer(&request, status);
    let said = authority.judged(&answer, "-serial 1 -serial 2 -serial 3");
    for expected in ["Response verify OK", "1: good", "2: revoked", "3: unknown", "Reason: keyCompromise"] {
        assert!(said.contains(expected), "{expected} is not in {said}");
    }
    assert!(!said.contains("WARNING"), "{said}");
    let read = BasicResponse::parse(&answer).unwrap();
    assert_eq!((read.nonce.as_ref(), read.certificates.len()), (request.nonce.as_ref(), 1));
    let statuses: Vec<_> = read.responses.iter().map(|one| one.status).collect();
    assert_eq!(statuses, request.certificates.iter().map(status).collect::<Vec<_>>());
    read.verify_signed_by(authority.responder.key()).unwrap();
    assert!(read.verify_signed_by(authority.ca.key()).is_err());

    let signed = authority.answer(&request, |_| CertStatus::Unknown);
    let place = signed.windows(2).rposition(|two| two == [0x82, 0]).unwrap();
    let mut forged = signed.clone();
    forged[place] = 0x80;
    let forged_answer = BasicResponse::parse(&forged).unwrap();
    assert_eq!(forged_answer.responses[2].status, CertStatus::Good);
    assert!(forged_answer.verify_signed_by(authority.responder.key()).is_err());
}

#[test]
fn times_never_have_two_digits_for_the_year() {
    let certificate = {
        let authority = Authority::new();
        CertId::new(Digest::Sha1, &authority.ca, &Serial::new(&[1]))
    };
    let at = Time::from_unix(NOW);
    let status = CertStatus::Revoked { at, reason: Reason::Unspecified };
    let responses =
        vec![SingleResponse { certificate: &certificate, status, this_update: at, next_update: at }];
    let data =
        ResponseData { responder: [0; 20], produced_at: at, responses, nonce: None, extended_revoke: true };
    let der = data.to_der();
    let times = der.windows(17).filter(|w| *w == b"\x18\x0f20260101000000Z").count();
    assert_eq!(times, 4, "produced, revoked, this and next: GeneralizedTime, RFC 6960 §4.2.2.1");
    assert!(der.ends_with(&[0x05, 0x00]), "id-pkix-ocsp-extended-revoke is NULL");
}

/// A request of our own making: the same CertID so many times, and these request extensions.
fn request(times: usize, extensions: &[Extension]) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.sequence(|w| {
                w.sequence(|w| (0..times).for_each(|_| w.sequence(cert_id)));
                if !extensions.is_empty() {
                    w.explicit(2, |w| w.sequence(|w| extensions.iter().for_each(|one| one.write(w))));
                }
            });
        });
    })
}

fn cert_id(w: &mut Writer) {
    w.sequence(|w| {
        Digest::Sha1.write(w);
        w.octet_string(&[1; 20]);
        w.octet_string(&[2; 20]);
        w.u32(7);
    });
}

fn octet_string(octets: &[u8]) -> Vec<u8> {
    Writer::bytes_of(|w| w.octet_string(octets))
}

fn nonce(value: &[u8]) -> Extension {
    Extension { oid: oid::OCSP_NONCE, critical: false, value: value.to_vec() }
}

#[test]
fn t56_nonces_of_1_to_128_octets_are_repeated_as_they_came() {
    for (length, good) in [(0, false), (1, true), (32, true), (128, true), (129, false), (3000, false)] {
        let octets = vec![7; length];
        for value in [octet_string(&octets), octets.clone()] {
            let parsed = OcspRequest::parse(&request(1, &[nonce(&value)]));
            assert_eq!(parsed.is_ok(), good, "{length}: {parsed:?}");
            match parsed {
                Ok(parsed) => assert_eq!(parsed.nonce.unwrap().extension().value, value),
                Err(why) => assert_eq!(why, BadRequest::Nonce(length)),
            }
        }
    }
    let twice = [nonce(&octet_string(&[1])), nonce(&octet_string(&[2]))];
    assert!(matches!(OcspRequest::parse(&request(1, &twice)), Err(BadRequest::Malformed(_))));
    assert_eq!(Nonce::new(&[1, 2]).extension().value, [4, 2, 1, 2]);
}

#[test]
fn t51_a_request_is_small() {
    assert_eq!(OcspRequest::parse(&request(1, &[])).unwrap().certificates.len(), 1);
    assert_eq!(OcspRequest::parse(&request(MAX_CERTIFICATES, &[])).unwrap().certificates.len(), 10);
    for times in [0, 11, 60] {
        assert_eq!(OcspRequest::parse(&request(times, &[])), Err(BadRequest::Certificates), "{times}");
    }
    assert!(matches!(OcspRequest::parse(&request(10_000, &[])), Err(BadRequest::Long(_))));
    let unknown = |critical| Extension { oid: Oid::new_unwrap("1.2.3.4"), critical, value: Vec::new() };
    assert!(matches!(OcspRequest::parse(&request(1, &[unknown(true)])), Err(BadRequest::Critical(_))));
    assert!(OcspRequest::parse(&request(1, &[unknown(false)])).is_ok());
    let trailing = [request(1, &[]), vec![0]].concat();
    assert!(OcspRequest::parse(&trailing).is_err());
    assert_eq!(ErrorStatus::MalformedRequest.der(), [0x30, 3, 10, 1, 1]);
}

#[test]
fn t62_a_request_by_get_is_read_in_every_spelling() {
    // Base64 with both characters that need care, and padding.
    let der = [vec![0x30, 0x52], vec![0xfb, 0xef, 0xff, 0xfe, 0x3e], vec![0x3f; 76]].concat();
    let plain = {
        use base64::Engine as _;
        base64::engine::general_purpose::STANDARD.encode(&der)
    };
    assert!(plain.contains('+') && plain.contains('/') && plain.ends_with('='), "{plain}");
    let percent = |set: &str, upper: bool| -> String {
        let encoded = |c: char| match c {
            c if set.contains(c) && upper => format!("%{:02X}", c as u32),
            c if set.contains(c) => format!("%{:02x}", c as u32),
            c => c.to_string(),
        };
        plain.chars().map(encoded).collect()
    };
    let unpadded = plain.trim_end_matches('=').to_owned();
    let mut spellings = vec![
        plain.replace('+', " "),
        plain.replace('+', "%20"),
        plain.replace('+', "-").replace('/', "_"),
        unpadded.clone(),
        unpadded.replace('+', "-").replace('/', "_"),
        plain.replace("Pz8", "Pz8%0A"),
        plain.replace("Pz8", "Pz8%0D%0A"),
        plain.replace("Pz8", "Pz8\n"),
        percent("M", true),
        plain.chars().map(|c| format!("%{:02X}", c as u32)).collect(),
    ];
    for set in ["", "+", "/", "=", "+/", "+=", "/=", "+/="] {
        spellings.extend([percent(set, true), percent(set, false)]);
    }
    for spelling in &spellings {
        for slashes in ["", "/", "//", "/%2F"] {
            let path = format!("{slashes}{spelling}");
            assert_eq!(from_path(&path).as_deref(), Ok(&der[..]), "{path}");
        }
    }
    assert!(spellings.len() >= 20);
    for none in ["*", "MFE!", "a", &"M".repeat(20_000)] {
        assert_eq!(from_path(none), Err(NotARequest), "{none}");
    }
}
