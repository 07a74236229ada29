//! The server's end: a pkiMessage comes in, a CertRep goes out.
//!
//! [`Received::parse`] verifies the signature and types the attributes → [`Received::envelope_key`] says what the
//! caller's key has to unwrap → [`Received::open`] → [`Opened`], for the caller to decide about → [`Answer::draft`] →
//! the caller signs → [`Draft::signed`].

mod answer;
mod certificates;
mod checks;
mod draft;
mod opened;
mod opening;
mod policy;
mod received;
mod reply;

pub use answer::Answer;
pub(crate) use answer::signature_algorithm;
pub use certificates::{
    CA_CERT, CA_RA_CERT, CA_RA_CERT_CHAIN, CaResponse, Layout, NEXT_CA_CERT, PKI_MESSAGE,
    ca_certificate_chain, ca_certificates, next_ca_certificates,
};
pub use draft::{CannotAnswer, Draft};
pub use opened::{CannotOpen, CertPoll, CertificateRequested, Identified, Opened, Signer};
pub use policy::Policy;
pub use received::{EnvelopeKey, Received, UnwrapFailed};
pub use reply::{Refused, ReplyTo};
