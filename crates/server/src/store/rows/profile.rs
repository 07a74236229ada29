//! Versions of certificate profiles.

use pki::Time;

/// A text that a profile is published with.
#[derive(Clone, Debug)]
pub struct NewProfileVersion {
    /// The profile's name.
    pub name: String,
    /// Its settings, complete, in their one spelling (JSON).
    pub document: String,
    /// SHA-256 of the document.
    pub digest: [u8; 32],
    /// Now.
    pub at: Time,
    /// Who publishes, for the audit.
    pub by: String,
}

/// A version as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProfileVersion {
    /// Grows with each version of any profile, from 1 on.
    pub sequence: u64,
    /// The profile's name.
    pub name: String,
    /// 1, 2, 3… for each name; what certificates remember.
    pub version: u32,
    /// Its settings; `None` for a version from before texts were recorded.
    pub document: Option<String>,
    /// SHA-256 of the document.
    pub digest: Option<[u8; 32]>,
    /// When.
    pub published_at: Time,
    /// By whom.
    pub published_by: String,
}
