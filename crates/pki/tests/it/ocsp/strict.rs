//! Requests and answers that are almost right: what real clients write is read, what nobody may write is not.

use super::{cert_id, nonce, octet_string};
use chancery_pki::algorithm::{Digest, SignatureAlgorithm};
use chancery_pki::certificate::Serial;
use chancery_pki::crl::Reason;
use chancery_pki::der::{Error, Tag, Writer};
use chancery_pki::extension::Extension;
use chancery_pki::ocsp::{
    BadRequest, BasicResponse, CertStatus, OcspRequest, ResponderId, ResponseData, SingleResponse, assemble,
};
use chancery_pki::{Oid, Time};

/// `ResponseData`, part by part.
struct Parts {
    version: Vec<u8>,
    responder: Vec<u8>,
    produced_at: Vec<u8>,
    status: Vec<u8>,
    this_update: Vec<u8>,
    /// What follows in the `SingleResponse`.
    rest: Vec<u8>,
    /// What follows in the `ResponseData`.
    tail: Vec<u8>,
}

const TIME: &[u8] = b"\x18\x0f20260101000000Z";

fn explicit(n: u8, inside: &[u8]) -> Vec<u8> {
    Writer::bytes_of(|w| w.explicit(n, |w| w.raw(inside)))
}

fn extensions(all: &[Extension]) -> Vec<u8> {
    Writer::bytes_of(|w| w.explicit(1, |w| w.sequence(|w| all.iter().for_each(|one| one.write(w)))))
}

fn unknown(critical: bool) -> Extension {
    Extension { oid: Oid::new_unwrap("1.2.3.4"), critical, value: Vec::new() }
}

impl Default for Parts {
    fn default() -> Parts {
        Parts {
            version: Vec::new(),
            responder: explicit(2, &octet_string(&[7; 20])),
            produced_at: TIME.to_vec(),
            status: vec![0x80, 0],
            this_update: TIME.to_vec(),
            rest: explicit(0, TIME),
            tail: Vec::new(),
        }
    }
}

impl Parts {
    fn parsed(&self) -> Result<BasicResponse, Error> {
        let data = Writer::bytes_of(|w| {
            w.sequence(|w| {
                [&self.version, &self.responder, &self.produced_at].iter().for_each(|part| w.raw(part));
                w.sequence(|w| {
                    w.sequence(|w| {
                        cert_id(w);
                        [&self.status, &self.this_update, &self.rest].iter().for_each(|part| w.raw(part));
                    });
                });
                w.raw(&self.tail);
            });
        });
        BasicResponse::parse(&assemble(&data, SignatureAlgorithm::Ecdsa(Digest::Sha256), &[1], &[]))
    }
}

fn revoked(inside: &[u8]) -> Parts {
    Parts { status: explicit(1, inside), ..Parts::default() }
}

#[test]
fn answers_in_every_allowed_form_are_read() {
    let plain = Parts::default().parsed().unwrap();
    assert_eq!(plain.responder, ResponderId::ByKey([7; 20]));
    let one = &plain.responses[0];
    assert_eq!((one.status, one.next_update), (CertStatus::Good, Some(one.this_update)));
    let v1 = Parts { version: explicit(0, &[2, 1, 0]), ..Parts::default() };
    assert!(v1.parsed().is_ok(), "v1, although it is the default");
    let bare = Parts { rest: Vec::new(), ..Parts::default() };
    assert_eq!(bare.parsed().unwrap().responses[0].next_update, None);
    let extended = Parts { rest: extensions(&[unknown(false)]), ..Parts::default() };
    assert_eq!(extended.parsed().unwrap().responses[0].extensions, [unknown(false)]);
    let mut repeated = nonce(&octet_string(&[1]));
    repeated.critical = true;
    let nonced = Parts { tail: extensions(&[repeated, unknown(false)]), ..Parts::default() };
    assert!(nonced.parsed().unwrap().nonce.is_some());
    for (code, reason) in [(0, Reason::Unspecified), (6, Reason::CertificateHold), (10, Reason::AaCompromise)]
    {
        let parts = revoked(&[TIME, &explicit(0, &[10, 1, code])].concat());
        let at = Time::from_unix(super::NOW);
        assert_eq!(parts.parsed().unwrap().responses[0].status, CertStatus::Revoked { at, reason });
    }
}

#[test]
fn answers_that_break_a_rule_are_none() {
    let utc = b"\x17\x0d260101000000Z";
    let fraction = b"\x18\x1120260101000000.5Z";
    let bad = [
        ("version 2", Parts { version: explicit(0, &[2, 1, 1]), ..Parts::default() }),
        ("a byte behind the version", Parts { version: explicit(0, &[2, 1, 0, 0]), ..Parts::default() }),
        ("no responder", Parts { responder: Vec::new(), ..Parts::default() }),
        ("a key hash of 19", Parts { responder: explicit(2, &octet_string(&[7; 19])), ..Parts::default() }),
        ("a key hash of another type", Parts { responder: explicit(2, &[0x0c, 0]), ..Parts::default() }),
        ("producedAt in UTCTime", Parts { produced_at: utc.to_vec(), ..Parts::default() }),
        ("thisUpdate in UTCTime", Parts { this_update: utc.to_vec(), ..Parts::default() }),
        ("a fraction of a second", Parts { this_update: fraction.to_vec(), ..Parts::default() }),
        ("nextUpdate in UTCTime", Parts { rest: explicit(0, utc), ..Parts::default() }),
        ("a byte behind nextUpdate", Parts { rest: explicit(0, &[TIME, &[0]].concat()), ..Parts::default() }),
        ("a good with contents", Parts { status: vec![0x80, 1, 0], ..Parts::default() }),
        ("a fourth status", Parts { status: vec![0x83, 0], ..Parts::default() }),
        ("revoked in UTCTime", revoked(utc)),
        ("a reason that no standard knows", revoked(&[TIME, &explicit(0, &[10, 1, 7])].concat())),
        ("removeFromCRL", revoked(&[TIME, &explicit(0, &[10, 1, 8])].concat())),
        ("a reason in an INTEGER", revoked(&[TIME, &explicit(0, &[2, 1, 1])].concat())),
        ("a byte behind the reason", revoked(&[TIME, &explicit(0, &[10, 1, 1, 0])].concat())),
    ];
    for (why, parts) in bad {
        assert!(parts.parsed().is_err(), "{why}");
    }
}

#[test]
fn an_answer_with_a_critical_extension_that_is_not_understood_is_none() {
    let refused = Err(Error::Structure("a critical extension that is not understood"));
    for parts in [
        Parts { rest: extensions(&[unknown(true)]), ..Parts::default() },
        Parts { tail: extensions(&[unknown(true)]), ..Parts::default() },
        // Understood of the whole answer, not of one certificate.
        Parts {
            rest: extensions(&[Extension { critical: true, ..nonce(&octet_string(&[1])) }]),
            ..Parts::default()
        },
    ] {
        assert_eq!(parts.parsed().map(|_| ()), refused);
    }
}

#[test]
fn remove_from_crl_is_never_said() {
    let certificate = OcspRequest::parse(&question(&[], cert_id)).unwrap().certificates.remove(0);
    let at = Time::from_unix(super::NOW);
    let said = |reason| {
        let status = CertStatus::Revoked { at, reason };
        let single = SingleResponse { certificate: &certificate, status, this_update: at, next_update: at };
        let data = ResponseData {
            responder: [0; 20],
            produced_at: at,
            responses: vec![single],
            nonce: None,
            extended_revoke: false,
        };
        data.to_der()
    };
    assert_eq!(said(Reason::RemoveFromCrl), said(Reason::Unspecified));
    assert_ne!(said(Reason::CertificateHold), said(Reason::Unspecified));
}

/// A request with this before its list, and this CertID in it.
fn question(before: &[u8], certificate: impl FnOnce(&mut Writer)) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.sequence(|w| {
                w.raw(before);
                w.sequence(|w| w.sequence(certificate));
            });
        });
    })
}

#[test]
fn requests_of_old_clients_are_read() {
    let name = explicit(1, &Writer::bytes_of(|w| w.explicit(4, |w| w.sequence(|_| {}))));
    for before in [explicit(0, &[2, 1, 0]), name.clone(), [explicit(0, &[2, 1, 0]), name].concat()] {
        assert!(OcspRequest::parse(&question(&before, cert_id)).is_ok(), "{before:02x?}");
    }
    for before in [explicit(0, &[2, 1, 1]), explicit(0, &[2, 1, 0, 0]), explicit(0, &[])] {
        let read = OcspRequest::parse(&question(&before, cert_id));
        assert!(matches!(read, Err(BadRequest::Malformed(_))), "{before:02x?}");
    }
}

#[test]
fn every_serial_number_and_hash_is_echoed_as_it_came() {
    let named = |algorithm: Oid, null: bool, serial: Vec<u8>| {
        move |w: &mut Writer| {
            w.sequence(|w| {
                w.sequence(|w| {
                    w.oid(&algorithm);
                    if null {
                        w.null();
                    }
                });
                w.octet_string(&[1; 20]);
                w.octet_string(&[2; 20]);
                w.tlv(Tag::INTEGER, &serial);
            });
        }
    };
    let long = vec![0x7f; 64];
    for serial in [vec![0], vec![1], vec![0xff], vec![0x80, 0], vec![0, 0x80], long] {
        // SHA-1, and RIPEMD-160, which is not known: then no issuer is named.
        for algorithm in ["1.3.14.3.2.26", "1.3.36.3.2.1"] {
            for null in [false, true] {
                let write = named(Oid::new_unwrap(algorithm), null, serial.clone());
                let der = Writer::bytes_of(&write);
                let read = OcspRequest::parse(&question(&[], &write)).unwrap().certificates.remove(0);
                assert_eq!((read.der(), read.serial()), (&der[..], &Serial::new(&serial)));
            }
        }
    }
    for padded in [vec![], vec![0, 1], vec![0xff, 0xff]] {
        let der = question(&[], named(Oid::new_unwrap("1.3.14.3.2.26"), true, padded));
        assert_eq!(OcspRequest::parse(&der), Err(BadRequest::Malformed(Error::Integer)));
    }
}
