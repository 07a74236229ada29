//! The fields of a pkiMessage (RFC 8894 §3.2.1), each a type that cannot hold anything else.

mod identifiers;
mod kind;

pub use identifiers::{MADE_NONCE, MAX_NONCE, MAX_TRANSACTION_ID, Nonce, TransactionId};
pub use kind::{FailInfo, MessageType, PkiStatus};
