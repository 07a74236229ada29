//! One rule, one file.

pub mod deleted;
pub mod disabled;
pub mod noncompliant;
pub mod not_found;
pub mod retired;
pub mod risk;
