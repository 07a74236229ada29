//! What an administrator should know before it hurts: read from the store, nothing changed.

mod sid;

pub use sid::{WithoutSid, without_sid};
