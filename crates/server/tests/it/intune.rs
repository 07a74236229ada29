//! The Intune client against the wire contract and against everything that can go wrong.

mod contract;
mod far_end;
mod faults;
mod hosts;
mod openssl;
mod retries;
#[cfg(feature = "demo")]
mod tenant;
mod tokens;
