//! Configurations with their assignments.

use mdm::diff::{Change, changes};
use mdm::format::graph::{read, read_root};
use mdm::format::{TrustedRoot, Unreadable};
use mdm::platform::Platform;
use mdm::profile::{Assignment, Profile, ProfileName};
use serde_json::Value;

/// A configuration of the tenant.
#[derive(Clone, Debug)]
pub struct Assigned {
    /// Its id in Intune.
    pub id: String,
    /// Counts the edits, from 1.
    pub revision: u32,
    /// The last revision by which every device enrols again.
    pub enrols_from: u32,
    /// What it is.
    pub configuration: Configuration,
}

/// What a configuration is; each has the assignments within.
#[derive(Clone, Debug)]
pub enum Configuration {
    /// A Trusted certificate profile.
    TrustedRoot(TrustedRoot),
    /// A SCEP profile.
    Scep(Box<Scep>),
    /// A profile that refers to a SCEP profile.
    Network(Network),
}

/// A SCEP profile and the id of the Trusted certificate profile that it refers to. Without an id it refers by name.
#[derive(Clone, Debug)]
pub struct Scep {
    /// The profile.
    pub profile: Profile,
    /// The id, as Graph's binding has it.
    pub root: Option<String>,
}

/// What a network profile is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkKind {
    /// Wi-Fi
    Wifi,
    /// VPN
    Vpn,
}

/// A Wi-Fi or VPN profile (M94, M140).
#[derive(Clone, Debug)]
pub struct Network {
    /// What it is for.
    pub kind: NetworkKind,
    /// The id of the SCEP profile whose certificate it uses.
    pub scep: String,
    /// The platform.
    pub platform: Platform,
    /// Whom it is assigned to.
    pub assignments: Vec<Assignment>,
}

/// Why a configuration of Graph's is none for the fleet.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unknown {
    /// It has no id.
    #[error("the configuration has no id")]
    NoId,
    /// A member that cannot be read, or is not known.
    #[error("{0}")]
    Unreadable(#[from] Unreadable),
}

impl Assigned {
    /// A configuration at its first revision.
    #[must_use]
    pub fn new(id: impl Into<String>, configuration: Configuration) -> Self {
        Self { id: id.into(), revision: 1, enrols_from: 1, configuration }
    }

    /// A Trusted certificate profile.
    #[must_use]
    pub fn root(id: impl Into<String>, root: TrustedRoot) -> Self {
        Self::new(id, Configuration::TrustedRoot(root))
    }

    /// A SCEP profile that refers to a Trusted certificate profile by id.
    #[must_use]
    pub fn scep(id: impl Into<String>, profile: Profile, root: Option<String>) -> Self {
        Self::new(id, Configuration::Scep(Box::new(Scep { profile, root })))
    }

    /// A Wi-Fi or VPN profile.
    #[must_use]
    pub fn network(id: impl Into<String>, network: Network) -> Self {
        Self::new(id, Configuration::Network(network))
    }

    /// What Graph has of a configuration with `$expand=assignments`: a Trusted certificate profile or a SCEP profile.
    ///
    /// # Errors
    /// No id, or a member that cannot be read or is not known.
    pub fn from_graph(value: Value) -> Result<Self, Unknown> {
        let id = value.get("id").and_then(Value::as_str).ok_or(Unknown::NoId)?.to_owned();
        let kind = value.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
        if kind.ends_with("TrustedRootCertificate") {
            return Ok(Self::root(id, read_root(value)?));
        }
        let name = ProfileName::parse(&id).map_err(|_| Unknown::NoId)?;
        let imported = read(value, name, None)?;
        let root = imported.root_id.map(|root| root.as_str().to_owned());
        Ok(Self::scep(id, imported.profile, root))
    }

    /// The SCEP profile, if it is one.
    #[must_use]
    pub fn as_scep(&self) -> Option<&Scep> {
        match &self.configuration {
            Configuration::Scep(scep) => Some(scep),
            _ => None,
        }
    }

    /// An administrator edits the SCEP profile. What changed, and so whether devices enrol again, is `mdm::diff`'s to say
    /// (M193); nothing happens to another configuration.
    pub fn edit(&mut self, edit: impl FnOnce(&mut Profile)) -> Vec<Change> {
        let Configuration::Scep(scep) = &mut self.configuration else { return Vec::new() };
        let before = scep.profile.clone();
        edit(&mut scep.profile);
        let changed = changes(&before, &scep.profile);
        if !changed.is_empty() {
            self.revision += 1;
        }
        if changed.iter().any(Change::enrols_again) {
            self.enrols_from = self.revision;
        }
        changed
    }
}
