//! `chancery demo`.

mod scratch;
mod screen;

pub(super) use scratch::Scratch;
pub(super) use screen::say;
