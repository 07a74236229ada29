//! SCEP (RFC 8894), both ends of the conversation, without I/O.
//!
//! Values go in, values come out: the caller owns sockets, clock, dice and private keys. A server reads
//! [`Operation`] → [`server::Received`] → [`server::Opened`] → [`server::Answer`] → [`server::Draft`] → bytes;
//! a client builds requests and reads replies with [`client`].

pub mod caps;
pub mod client;
mod envelope;
pub mod message;
pub mod operation;
mod refusal;
pub mod server;

pub use caps::{Capabilities, Capability};
pub use message::{Challenge, FailInfo, MessageType, Nonce, PkiStatus, TransactionId};
pub use operation::{Method, Operation, OperationError};
pub use refusal::Refusal;
