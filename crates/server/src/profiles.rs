//! The CA's certificate profiles as they live: written in the settings file, recorded version by version, in force.
//!
//! The settings file says what is meant; the store has each text that was ever published, numbered; certificates remember
//! the number. A running server holds one set of versions in force ([`Profiles`]), and an enrolment takes its profile
//! from it once (threat 42).

mod catalogue;
pub mod document;
mod in_force;
mod publication;

pub use catalogue::Catalogue;
pub use in_force::Profiles;
pub use publication::{effective, publish, says};

use crate::store::StoreError;

/// Why a profile cannot be recorded, or a recorded version not be used.
#[derive(Debug, thiserror::Error)]
pub enum ProfileError {
    /// The store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The text of this version is none that this program believes.
    #[error("version {version} of the certificate profile {name} cannot be used: {why}")]
    Unusable {
        /// Name of the profile.
        name: String,
        /// Its version; 0 before it is recorded.
        version: u32,
        /// Why.
        why: String,
    },
}
