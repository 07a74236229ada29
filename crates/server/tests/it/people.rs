//! People: who is let in, to what, and what forged, stolen and stale sessions get.

mod authenticator;
pub(crate) mod browser;
mod door;
mod oidc;
mod passkeys;
mod roll;
mod sessions;
