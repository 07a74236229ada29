//! Whom a profile is assigned to.

use serde::{Deserialize, Serialize};

/// What a group holds. It decides how soon a device is reached (M199), and has to be the same for the trusted
/// certificate (M3).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Members {
    /// Users
    Users,
    /// Devices
    Devices,
    /// Both
    Mixed,
}

/// A group in Entra.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Group {
    /// Its object identifier, or its name for whoever looks that up.
    pub id: String,
    /// What it holds, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub members: Option<Members>,
}

/// One assignment (M200, M208).
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Assignment {
    /// All users with a licence
    AllUsers,
    /// All devices
    AllDevices,
    /// The members of a group
    Group(Group),
    /// All but the members of a group
    Exclude(Group),
}
