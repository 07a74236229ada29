//! Listeners and routes. All routes stand in `http/router.rs`.
//!
//! The accept loop is our own over hyper, HTTP/1 alone: what SCEP's clients need (HTTP/1.0, no Host, targets of 64 KiB)
//! and what an open port needs (caps on connections, sizes and times) is decided here and nowhere else.

mod access;
mod admission;
mod api;
mod capacity;
mod challenges;
mod connection;
mod gateway;
mod health;
mod isolate;
mod listener;
mod ocsp;
mod publications;
mod records;
mod reply;
mod revocations;
mod router;
mod scep;
mod servers;
mod stop;
mod tls;
mod wire;

pub use self::access::{Access, Caller};
pub use self::api::ApiProblem;
pub use self::challenges::{ChallengeDesk, IssuedChallenge, NewChallenge};
pub use self::gateway::{BoxFuture, ScepGateway, ScepHttpRequest, ScepHttpResponse};
pub use self::health::Readiness;
pub use self::ocsp::{Freshness, OcspReply, OcspResponder};
pub use self::publications::{CertificateFile, Publications};
pub use self::records::Records;
pub use self::revocations::{Revocations, Whose};
pub use self::servers::{Addresses, ServeError, Servers, Services};
pub use self::tls::TlsError;
pub(crate) use self::tls::acceptor as tls_acceptor;
