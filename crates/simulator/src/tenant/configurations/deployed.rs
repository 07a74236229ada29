//! The configurations as the platforms' rules know them, for devices that evaluate them.

use mdm::format::{TrustedRoot, graph};
use mdm::profile::{Assignment, KeyUse, Profile, ProfileName};
use serde_json::Value;

use super::{Configurations, Stored, assignment};
use crate::tenant::World;
use crate::tenant::directory::{self, San, SanKind};

/// A SCEP profile of the tenant.
#[derive(Clone, Debug)]
pub struct Deployed {
    /// Its id.
    pub id: String,
    /// The profile, read back out of what Graph shows.
    pub profile: Profile,
    /// The Trusted certificate profile that it refers to; it may be gone.
    pub root_id: Option<String>,
    /// Whom it is assigned to, groups by their object ids.
    pub targets: Vec<Assignment>,
}

/// A Trusted certificate profile of the tenant.
#[derive(Clone, Debug)]
pub struct DeployedRoot {
    /// Its id.
    pub id: String,
    /// What it holds, read back.
    pub root: TrustedRoot,
    /// Whom it is assigned to, groups by their object ids.
    pub targets: Vec<Assignment>,
}

impl World {
    /// Every SCEP profile that was created, in order, with whom it is assigned to.
    #[must_use]
    pub fn deployed(&self) -> Vec<Deployed> {
        let all = self.configurations();
        all.iter().filter_map(|(id, stored)| profile(&all, id, stored)).collect()
    }

    /// Every Trusted certificate profile that was created, in order, with whom it is assigned to.
    #[must_use]
    pub fn deployed_roots(&self) -> Vec<DeployedRoot> {
        let all = self.configurations();
        all.iter().filter_map(|(id, stored)| root(id, stored)).collect()
    }

    /// Removes a configuration, as the portal does; false if there is none of that id.
    pub fn remove_configuration(&self, id: &str) -> bool {
        self.directory().profiles.remove(id);
        self.configurations().remove(id)
    }

    /// Lets a SCEP profile be delivered by [`World::deliver`] under its id, for as long as it is assigned.
    pub(super) fn offer(&self, id: &str) {
        let found = self.deployed().into_iter().find(|one| one.id == id);
        if let Some(Deployed { profile, targets, .. }) = found {
            let mut offered = plain(&profile);
            id.clone_into(&mut offered.id);
            offered.assigned = targets.iter().any(|one| !matches!(one, Assignment::Exclude(_)));
            self.add_profile(offered);
        }
    }
}

fn expanded(id: &str, stored: &Stored) -> serde_json::Map<String, Value> {
    let mut row = stored.shown(id);
    row.insert("assignments".into(), assignment::shown(id, &stored.targets));
    row
}

fn profile(all: &Configurations, id: &str, stored: &Stored) -> Option<Deployed> {
    if !stored.kind.is_scep() {
        return None;
    }
    let mut row = expanded(id, stored);
    let root = stored.root.as_deref().and_then(|root| Some((root, all.by_id.get(root)?)));
    row.insert("rootCertificate".into(), root.map(|(id, root)| root.shown(id)).into());
    let shown = row.get("displayName").and_then(Value::as_str).unwrap_or_default().to_owned();
    let name = mdm::format::suggested_name(&shown).or_else(|| ProfileName::parse(id).ok())?;
    let read = graph::read(Value::Object(row), name, None);
    let read =
        read.inspect_err(|why| tracing::warn!("the profile {id} cannot be read back: {why}")).ok()?.profile;
    let targets = read.assignments.clone();
    Some(Deployed { id: id.to_owned(), profile: read, root_id: stored.root.clone(), targets })
}

fn root(id: &str, stored: &Stored) -> Option<DeployedRoot> {
    if stored.kind.is_scep() {
        return None;
    }
    let root = graph::read_root(Value::Object(expanded(id, stored)));
    let root = root.inspect_err(|why| tracing::warn!("the profile {id} cannot be read back: {why}")).ok()?;
    let targets = root.assignments.clone();
    Some(DeployedRoot { id: id.to_owned(), root, targets })
}

/// The values that a request is judged by.
fn plain(profile: &Profile) -> directory::Profile {
    let mut plain = directory::Profile::new(profile.subject.text().unwrap_or_default());
    for name in profile.all_alternative_names() {
        let kind = match name.kind {
            mdm::variable::SanType::Email => SanKind::Email,
            mdm::variable::SanType::Upn => SanKind::Upn,
            mdm::variable::SanType::Dns => SanKind::Dns,
            mdm::variable::SanType::Uri => SanKind::Uri,
        };
        plain.sans.push(San::new(kind, name.value));
    }
    plain.key_length = profile.key_size.bits();
    let bit = |used: KeyUse, bit: u16| if profile.key_usage.contains(used) { bit } else { 0 };
    plain.key_usage = bit(KeyUse::DigitalSignature, 128) | bit(KeyUse::KeyEncipherment, 32);
    plain.extended_key_usages = profile.extended_key_usages.iter().map(|one| one.oid().to_string()).collect();
    plain
}
