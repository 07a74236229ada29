//! The settings file that explains itself.

/// Every key with its default and why; what `chancery config example` prints. A test holds it to the types.
pub const EXAMPLE: &str = include_str!("example.toml");
