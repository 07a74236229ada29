//! API tokens on a whole server: who is let in, to what, and what is on record of it.

mod approvals;
mod bulk;
mod description;
pub(crate) mod office;
mod repetition;
mod requests;
mod rights;
mod sightings;
mod stalled;
mod system;
mod verbs;
