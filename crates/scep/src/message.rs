//! The fields of a pkiMessage (RFC 8894 §3.2.1), each a type that cannot hold anything else.

pub(crate) mod attributes;
mod challenge;
mod identifiers;
mod kind;

pub use attributes::{
    AttributeFault, FAIL_INFO, FAIL_INFO_TEXT, MESSAGE_TYPE, PKI_STATUS, RECIPIENT_NONCE, SENDER_NONCE,
    TRANSACTION_ID,
};
pub use challenge::Challenge;
pub use identifiers::{MADE_NONCE, MAX_NONCE, MAX_TRANSACTION_ID, Nonce, TransactionId};
pub use kind::{FailInfo, MessageType, PkiStatus};
