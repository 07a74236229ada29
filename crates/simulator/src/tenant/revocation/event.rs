//! When Intune wants a certificate revoked (contract section 9.3).

use serde::Serialize;

use crate::tenant::directory::{AndroidManagement, Platform};

/// Something that happens to a device or a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// The user takes the device out of management.
    Unenrol,
    /// Wiped.
    Wipe,
    /// Retired, or deleted in Intune.
    Retire,
    /// The device leaves the group, or the profile is unassigned.
    Unassign,
    /// The SCEP profile is edited.
    ProfileEdited,
    /// A licence is lost, or user or group are deleted in Entra.
    EntraRemoval,
}

impl Event {
    /// Whether Intune queues a revocation for a certificate on that platform.
    #[must_use]
    pub fn revokes(self, platform: Platform, android: AndroidManagement) -> bool {
        match (self, platform) {
            (Self::EntraRemoval, _) | (Self::Wipe, Platform::Macos) => false,
            (_, Platform::Android) => android == AndroidManagement::Knox,
            _ => true,
        }
    }
}
