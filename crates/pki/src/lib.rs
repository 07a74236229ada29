//! ASN.1, X.509, CMS, CRL and OCSP as values; no I/O.
//!
//! Everything that was signed keeps the bytes it arrived in: a parsed [`certificate::Certificate`],
//! [`csr::CertificateRequest`] or [`cms::signed::SignerInfo`] is verified over what was received, never over a
//! re-encoding. Signing is two-step: a value gives the bytes to be signed, and takes the signature.
//! No type in this crate holds a private key; [`pkcs12`] encrypts the octets of one and keeps none.

pub mod algorithm;
pub mod attribute;
pub mod ber;
pub mod certificate;
pub mod cms;
pub mod crl;
pub mod csr;
pub mod der;
pub mod extension;
pub mod general_name;
pub mod key;
pub mod name;
pub mod ocsp;
pub mod oid;
pub mod pem;
pub mod pkcs12;
mod random;
pub mod text;
pub mod time;

pub use const_oid::ObjectIdentifier as Oid;
pub use random::{Random, RandomFailed};
pub use time::Time;
