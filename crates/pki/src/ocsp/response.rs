use super::{CertId, Nonce};
use crate::Time;
use crate::algorithm::SignatureAlgorithm;
use crate::crl::Reason;
use crate::der::{Tag, Writer};
use crate::extension::Extension;
use crate::oid;

/// Why there is no answer (RFC 6960 §4.2.1). It is not signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum ErrorStatus {
    /// The request is not one.
    MalformedRequest = 1,
    /// The responder is out of order.
    InternalError = 2,
    /// It cannot tell just now.
    TryLater = 3,
    /// It answers signed requests alone. (4 is not used.)
    SigRequired = 5,
    /// It knows nothing of this issuer (RFC 5019 §2.2.3).
    Unauthorized = 6,
}

impl ErrorStatus {
    const ALL: [ErrorStatus; 5] = [
        ErrorStatus::MalformedRequest,
        ErrorStatus::InternalError,
        ErrorStatus::TryLater,
        ErrorStatus::SigRequired,
        ErrorStatus::Unauthorized,
    ];

    /// What an `OCSPResponse` that is all of `der` says instead of an answer; `None` if it says anything else.
    #[must_use]
    pub fn parse(der: &[u8]) -> Option<ErrorStatus> {
        // DER has but one spelling of it.
        ErrorStatus::ALL.into_iter().find(|status| status.der() == der)
    }

    /// The whole `OCSPResponse`.
    #[must_use]
    pub const fn der(self) -> [u8; 5] {
        [0x30, 3, 0x0a, 1, self as u8]
    }
}

/// What is said of a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertStatus {
    /// It was issued and is not revoked.
    Good,
    /// Revoked or on hold.
    Revoked {
        /// Since when.
        at: Time,
        /// Why. `Unspecified` is left out (RFC 5280 §5.3.1), and so is `RemoveFromCrl`, which only a delta CRL can say.
        reason: Reason,
    },
    /// Nothing is known of it.
    Unknown,
}

impl CertStatus {
    /// RFC 6960 §2.2: the answer for a certificate that was never issued, where it is to be taken for revoked.
    /// [`ResponseData::extended_revoke`] must be set with it.
    pub const NEVER_ISSUED: CertStatus =
        CertStatus::Revoked { at: Time::from_unix(0), reason: Reason::CertificateHold };
}

/// `SingleResponse`
#[derive(Clone, Copy, Debug)]
pub struct SingleResponse<'a> {
    /// As it was asked for.
    pub certificate: &'a CertId,
    /// What is said.
    pub status: CertStatus,
    /// When this was known to be so.
    pub this_update: Time,
    /// When there will be newer information at the latest.
    pub next_update: Time,
}

/// `ResponseData`: what a responder signs.
#[derive(Clone, Debug)]
pub struct ResponseData<'a> {
    /// SHA-1 of the responder's key (`byKey`): shorter than its name, and all clients know it.
    pub responder: [u8; 20],
    /// When it is signed.
    pub produced_at: Time,
    /// One for each certificate of the request, in its order.
    pub responses: Vec<SingleResponse<'a>>,
    /// The request's own.
    pub nonce: Option<&'a Nonce>,
    /// Whether certificates that were never issued are called revoked.
    pub extended_revoke: bool,
}

impl ResponseData<'_> {
    /// The bytes to be signed; [`assemble`] makes the answer of them.
    #[must_use]
    pub fn to_der(&self) -> Vec<u8> {
        Writer::sized(256, |w| {
            w.sequence(|w| {
                w.explicit(2, |w| w.octet_string(&self.responder));
                w.generalized_time(self.produced_at);
                w.sequence(|w| self.responses.iter().for_each(|one| write_single(w, one)));
                let extensions = self.extensions();
                if !extensions.is_empty() {
                    w.explicit(1, |w| w.sequence(|w| extensions.iter().for_each(|one| one.write(w))));
                }
            });
        })
    }

    fn extensions(&self) -> Vec<Extension> {
        let extended = self.extended_revoke.then(|| Extension {
            oid: oid::OCSP_EXTENDED_REVOKE,
            critical: false,
            value: Writer::bytes_of(Writer::null),
        });
        self.nonce.map(Nonce::extension).into_iter().chain(extended).collect()
    }
}

fn write_single(w: &mut Writer, one: &SingleResponse<'_>) {
    w.sequence(|w| {
        w.raw(one.certificate.der());
        match one.status {
            CertStatus::Good => w.tlv(Tag::primitive(0), &[]),
            CertStatus::Revoked { at, reason } => w.explicit(1, |w| {
                w.generalized_time(at);
                if !matches!(reason, Reason::Unspecified | Reason::RemoveFromCrl) {
                    w.explicit(0, |w| w.tlv(Tag::ENUMERATED, &[reason.code()]));
                }
            }),
            CertStatus::Unknown => w.tlv(Tag::primitive(2), &[]),
        }
        w.generalized_time(one.this_update);
        w.explicit(0, |w| w.generalized_time(one.next_update));
    });
}

/// The whole `OCSPResponse`: signed data, how and with what it was signed, and the certificates that say who signed.
#[must_use]
pub fn assemble(
    data: &[u8],
    algorithm: SignatureAlgorithm,
    signature: &[u8],
    certificates: &[&[u8]],
) -> Vec<u8> {
    let carried: usize = certificates.iter().map(|one| one.len()).sum();
    Writer::sized(data.len() + signature.len() + carried + 96, |w| {
        w.sequence(|w| {
            w.tlv(Tag::ENUMERATED, &[0]);
            w.explicit(0, |w| {
                w.sequence(|w| {
                    w.oid(&oid::OCSP_BASIC);
                    w.nested(Tag::OCTET_STRING, |w| {
                        w.sequence(|w| {
                            w.raw(data);
                            algorithm.write(w);
                            w.bit_string(signature);
                            // OPTIONAL: absent, not empty, where the CA itself signed.
                            if !certificates.is_empty() {
                                w.explicit(0, |w| {
                                    w.sequence(|w| certificates.iter().for_each(|one| w.raw(one)));
                                });
                            }
                        });
                    });
                });
            });
        });
    })
}
