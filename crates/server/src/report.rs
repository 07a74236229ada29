//! What an administrator should know before it hurts: read from the store, nothing changed.

mod sid;

pub use sid::{WithoutSid, without_sid};
pub(crate) use sid::{is_for_signing_in, names_a_sid};
