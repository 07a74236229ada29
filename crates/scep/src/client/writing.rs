//! CMS written in the ways of [`super::Habits`], which [`pki::cms`] does not do: it writes one way, the right one.

pub(super) mod ber;
pub(super) mod enveloped;
pub(super) mod signed;
