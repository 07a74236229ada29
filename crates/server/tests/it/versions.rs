//! The CA's certificate profiles: drafts, versions, copies, slots, and one version for each certificate.

mod command;
mod life;
mod load;
mod slots;
