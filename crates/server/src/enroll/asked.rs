//! What is asked for, by whichever way it came in.

use crate::validators::Asker;
use pki::algorithm::sha256;
use pki::csr::CertificateRequest;
use scep::Challenge;
use scep::server::{CertificateRequested, Signer};

/// One request for a certificate.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// What makes it the same request when it comes again, together with request and sender.
    pub transaction: &'a str,
    /// The request.
    pub request: &'a CertificateRequest,
    /// Its challengePassword, if it is one that counts.
    pub challenge: Option<&'a Challenge>,
    /// Who sent it.
    pub sender: Sender<'a>,
}

/// Who sent a request.
#[derive(Clone, Copy)]
pub enum Sender<'a> {
    /// Whoever signed a SCEP message.
    Device(&'a Signer),
    /// Whoever was let in to the administrative API, or works on the command line.
    Caller(&'a Asker),
}

impl<'a> From<&'a CertificateRequested> for Asked<'a> {
    fn from(asked: &'a CertificateRequested) -> Self {
        Asked {
            transaction: asked.transaction().as_str(),
            request: &asked.request,
            challenge: asked.challenge.as_ref(),
            sender: Sender::Device(&asked.signer),
        }
    }
}

impl<'a> Asked<'a> {
    /// SHA-256 of the sender's key, or of the caller's name: nobody else gets what was made or held for this one.
    #[must_use]
    pub fn sender_hash(&self) -> [u8; 32] {
        match self.sender {
            Sender::Device(signer) => signer.certificate.key().fingerprint(),
            Sender::Caller(asker) => asker.hash(),
        }
    }

    /// Who asks by name, where that is a caller.
    pub(super) fn caller(&self) -> Option<&'a Asker> {
        match self.sender {
            Sender::Device(_) => None,
            Sender::Caller(asker) => Some(asker),
        }
    }

    /// The signer of the message, where there is one whose certificate is not made by itself.
    pub(super) fn certified(&self) -> Option<&'a Signer> {
        match self.sender {
            Sender::Device(signer) if !signer.self_signed => Some(signer),
            Sender::Device(_) | Sender::Caller(_) => None,
        }
    }

    pub(super) fn request_hash(&self) -> [u8; 32] {
        sha256(self.request.der())
    }
}
