//! A pretend Intune tenant and a fleet of devices, with throw-away keys. Loopback only.
//!
//! Nothing here trusts or helps production: keys die with the process, and the clock and the dice are arguments.
//! The wire types are this crate's own and not the gateway's, so that a misspelling in either is found by the other.

pub mod clock;
pub mod dice;
pub mod driver;
pub mod evaluation;
pub mod fleet;
pub mod identity;
pub mod keys;
pub mod tenant;
pub mod year;
