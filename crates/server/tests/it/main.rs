//! What the server must do, seen from outside its modules.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test stops at the first thing that is not as it must be")]

mod store;
