//! Registered applications and what they hold.

use serde::Serialize;

/// A client secret.
#[derive(Clone)]
pub struct Secret {
    /// The text.
    pub value: String,
    /// End of its life, unix seconds.
    pub expires: i64,
}

/// An application registered in the tenant, with application permissions already consented to.
#[derive(Clone, Serialize)]
pub struct Application {
    /// The client id.
    pub client_id: String,
    /// Live and expired secrets; Entra allows several.
    #[serde(skip)]
    pub secrets: Vec<Secret>,
    /// DER of registered certificates.
    #[serde(skip)]
    pub certificates: Vec<Vec<u8>>,
    /// Roles in tokens for Graph; `Application.Read.All` is needed for discovery, [`STATUS_ROLES`] for what it says of
    /// devices and users.
    pub graph_roles: Vec<String>,
    /// Delegated permissions on Graph that were consented to: what a person who signs in by device code may be given.
    pub delegated: Vec<String>,
    /// Whether it may be a public client, which proves nothing ("Allow public client flows").
    pub public: bool,
    /// Roles in tokens for Intune; `scep_challenge_provider` is needed for all three actions.
    pub intune_roles: Vec<String>,
}

/// Roles that Graph asks for before it says anything of devices and users (contract section 2).
pub const STATUS_ROLES: [&str; 4] = [
    "Device.Read.All",
    "User.Read.All",
    "DeviceManagementManagedDevices.Read.All",
    "IdentityRiskyUser.Read.All",
];

/// Permissions that Graph asks for before it shows and takes configuration profiles, and before it looks groups up.
pub const PROFILE_PERMISSIONS: [&str; 2] = ["DeviceManagementConfiguration.ReadWrite.All", "Group.Read.All"];

impl Application {
    /// An application with both roles that a SCEP server needs.
    #[must_use]
    pub fn scep_server(client_id: String) -> Self {
        Self {
            client_id,
            secrets: Vec::new(),
            certificates: Vec::new(),
            graph_roles: vec!["Application.Read.All".into()],
            delegated: Vec::new(),
            public: false,
            intune_roles: vec!["scep_challenge_provider".into()],
        }
    }

    /// One that may also read devices and users, for status by device and user.
    #[must_use]
    pub fn status_server(client_id: String) -> Self {
        let mut app = Self::scep_server(client_id);
        app.graph_roles.extend(STATUS_ROLES.map(String::from));
        app
    }

    /// The same, and it may write configuration profiles, by its own credential and for a person who signs in.
    #[must_use]
    pub fn with_profiles(mut self) -> Self {
        self.graph_roles.extend(PROFILE_PERMISSIONS.map(String::from));
        self.delegated.extend(PROFILE_PERMISSIONS.map(String::from));
        self.public = true;
        self
    }
}
