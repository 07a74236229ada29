//! Certificates: finding them, one with everything that is known of it, and what can be done to them.

mod ask;
mod deed;
mod list;
mod one;
mod row;
mod told;

pub(super) use ask::ask;
pub(super) use deed::carry_out;
pub(super) use list::{csv, list};
pub(super) use one::{download, show};
pub(super) use row::{Listed, Row};
pub(super) use told::said;
