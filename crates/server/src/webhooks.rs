//! Webhooks: what happened, told to other programs.
//!
//! Each webhook has a mark in the audit chain. A follower reads the rows after it, makes of them the messages that the webhook
//! wants, and records messages and mark in one commit: an enrolment pays nothing for it, and a crash loses nothing. A dispatcher
//! sends what is recorded, signed as standardwebhooks.com says, until the receiver answers 2xx or a day has passed.

mod address;
mod allowed;
mod book;
mod calendar;
mod dispatch;
mod event;
mod follow;
mod send;
mod signature;
mod target;
mod told;

pub use address::forbidden;
pub use allowed::Allowed;
pub use book::{BookError, Secreted, Wanted};
pub use dispatch::Webhooks;
pub use event::EventKind;
pub use send::{Outcome, Resolver, Sender, SystemResolver};
pub use signature::Vault;
pub use target::Target;

/// Webhooks at most: each follows the chain by itself.
pub const MOST: u32 = 32;

/// Messages of one webhook that may wait; the follower then stops at its place in the chain until there is room.
pub const QUEUE: u64 = 10_000;
