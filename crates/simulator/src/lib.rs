//! A pretend Intune tenant and a fleet of devices, with throw-away keys. Loopback only.

pub mod driver;
pub mod fleet;
pub mod tenant;
