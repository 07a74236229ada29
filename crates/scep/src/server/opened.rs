use std::fmt;

use pki::RandomFailed;
use pki::certificate::{Certificate, Serial};
use pki::csr::CertificateRequest;
use pki::name::Name;

use super::reply::{Refused, ReplyTo};
use crate::message::{Challenge, MessageType, TransactionId};

/// What a message asks for, and where the answer goes.
#[derive(Debug)]
pub enum Opened {
    /// PKCSReq or RenewalReq.
    CertificateRequested(Box<CertificateRequested>),
    /// CertPoll.
    CertPoll(CertPoll),
    /// GetCert.
    GetCert(Identified),
    /// GetCRL.
    GetCrl(Identified),
}

/// A certification request with proof of possession. Nothing in it is believed beyond that.
#[derive(Debug)]
pub struct CertificateRequested {
    /// PKCSReq or RenewalReq: what the client calls it. Many renew by PKCSReq; see [`Signer`].
    pub kind: MessageType,
    /// The request.
    pub request: CertificateRequest,
    /// Its challengePassword, if there is one.
    pub challenge: Option<Challenge>,
    /// Who signed the message.
    pub signer: Signer,
    /// Where the answer goes.
    pub reply_to: ReplyTo,
}

impl CertificateRequested {
    /// The transaction that it belongs to.
    #[must_use]
    pub fn transaction(&self) -> &TransactionId {
        self.reply_to.transaction()
    }
}

/// Who signed a certification request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// The certificate from the message. A self-signed one says nothing (RFC 8894 §2.4). Any other makes the message
    /// a renewal if the caller finds that it issued it and that it is alive; whatever the message calls itself.
    pub certificate: Certificate,
    /// Issuer and subject are the same.
    pub self_signed: bool,
    /// Its key is the one to be certified: a first request, or a renewal that keeps its key. Where it is neither
    /// this nor a certificate of ours, somebody has put another's envelope under his own signature: refuse.
    pub holds_requested_key: bool,
}

/// A question about a pending request (RFC 8894 §3.3.3).
#[derive(Debug)]
pub struct CertPoll {
    /// IssuerAndSubject, where the envelope was opened. Not needed: transaction and signer say which request it is.
    pub names: Option<(Name, Name)>,
    /// The certificate that signed the poll: answer only if it signed the request too.
    pub signer: Certificate,
    /// Where the answer goes.
    pub reply_to: ReplyTo,
}

/// GetCert or GetCRL (RFC 8894 §3.3.4).
#[derive(Debug)]
pub struct Identified {
    /// The issuer of the certificate.
    pub issuer: Name,
    /// Its serial number.
    pub serial: Serial,
    /// The certificate that signed the question: RFC 8894 §2.6 means the owner's.
    pub signer: Certificate,
    /// Where the answer goes.
    pub reply_to: ReplyTo,
}

/// Why an envelope was not opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CannotOpen {
    /// The peer's fault.
    Refused(Refused),
    /// The dice failed. Ours.
    Random,
}

impl From<RandomFailed> for CannotOpen {
    fn from(_: RandomFailed) -> Self {
        Self::Random
    }
}

impl fmt::Display for CannotOpen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(refused) => refused.fmt(f),
            Self::Random => f.write_str("the source of randomness did not answer"),
        }
    }
}

impl std::error::Error for CannotOpen {}
