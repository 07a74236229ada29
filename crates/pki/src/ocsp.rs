//! OCSP (RFC 6960) in the profile that devices and servers use (RFC 5019), with nonces (RFC 9654).
//!
//! A responder reads an [`OcspRequest`], says what it knows as a [`ResponseData`], signs its bytes and assembles the
//! answer. What was asked about is echoed byte for byte: clients look for the CertID that they sent, and some send hashes
//! that nobody else would.

mod cert_id;
mod path;
mod reading;
mod request;
mod responder;
mod response;
mod single;

pub use cert_id::{CertId, IssuerHashes};
pub use path::{NotARequest, from_path};
pub use reading::BasicResponse;
pub use request::{BadRequest, MAX_CERTIFICATES, MAX_REQUEST, Nonce, OcspRequest};
pub use responder::ResponderId;
pub use response::{CertStatus, ErrorStatus, ResponseData, SingleResponse, assemble};
pub use single::ReadSingle;
