//! What the tenant has.

use super::Office;
use crate::clock::{Clock as _, SystemClock};
use crate::explanation::administrator;
use crate::validators::Refusal;
use mdm::format::graph::{self, Imported};
use mdm::format::{TrustedRoot, suggested_name};
use mdm::graph::{CertificateState, Configuration, ConfigurationId, Known, Spread, request};
use mdm::platform::{Platform, ProfileType};
use mdm::profile::ProfileName;
use mdm::rollout::{Definition, Present};
use serde_json::Value;

/// A SCEP profile of the tenant.
#[derive(Debug)]
pub struct Listed {
    /// Its id.
    pub id: ConfigurationId,
    /// The name in the portal.
    pub name: String,
    /// Its type, in Graph's word.
    pub kind: String,
    /// The profile, or why it cannot be read.
    pub profile: Result<Imported, String>,
}

/// Whether a type in Graph's word is one of this kind, for SCEP profiles and for Trusted certificate profiles.
fn is_scep(kind: &str) -> bool {
    of_any(|known| known.graph_types().contains(&kind))
}

fn is_root(kind: &str) -> bool {
    kind == "androidForWorkTrustedRootCertificate" || of_any(|known| known.trusted_root_graph_type() == kind)
}

fn of_any(is: impl Fn(ProfileType) -> bool) -> bool {
    Platform::ALL.iter().filter_map(|platform| platform.rules().profile_type.value).any(is)
}

impl Office {
    /// What there is of the names that these definitions have or refer to.
    ///
    /// # Errors
    /// What Graph refuses; a profile of such a name that cannot be read.
    pub async fn present(&self, definitions: &[Definition]) -> Result<Present, Refusal> {
        let (mut roots, mut profiles) = (Vec::new(), Vec::new());
        for one in definitions {
            profiles.push(one.profile.shown_name());
            roots.extend(one.profile.root_certificates.iter().map(|root| root.name.clone()));
            roots.extend(one.roots.iter().map(|root| root.name.clone()));
        }
        let mut present = Present::default();
        for (id, kind, name) in self.configurations().await? {
            if is_root(&kind) && roots.contains(&name) {
                let root = self.root(&id).await?.map_err(|why| foreign(&name, &id, &why))?;
                present.roots.push((id, root));
            } else if is_scep(&kind) && profiles.contains(&name) {
                let profile = self.imported(&id, &name).await?.map_err(|why| foreign(&name, &id, &why))?;
                present.profiles.push((id, profile));
            }
        }
        Ok(present)
    }

    /// Every SCEP profile.
    ///
    /// # Errors
    /// What Graph refuses. A profile that cannot be read is told of itself.
    pub async fn list(&self) -> Result<Vec<Listed>, Refusal> {
        let mut listed = Vec::new();
        for (id, kind, name) in self.configurations().await? {
            if is_scep(&kind) {
                let profile = self.imported(&id, &name).await?;
                listed.push(Listed { id, name, kind, profile });
            }
        }
        Ok(listed)
    }

    /// How many live certificates of a profile there are; `None` where Intune does not list those of its type.
    ///
    /// # Errors
    /// What Graph refuses.
    pub async fn spread(&self, id: &ConfigurationId, kind: ProfileType) -> Result<Option<Spread>, Refusal> {
        // Devices that the organisation owns are with the authority alone (contract §12).
        if matches!(kind, ProfileType::AndroidDeviceOwner | ProfileType::Aosp) {
            return Ok(None);
        }
        let Some((usual, older)) = kind.graph_types().split_first() else { return Ok(None) };
        let mut found = self.states(id, usual).await;
        for name in older {
            // One kind of device has two types, each of which knows its own profiles alone.
            if found.is_err() {
                found = self.states(id, name).await;
            }
        }
        Ok(Some(Spread::of(&found?, SystemClock.now().unix())))
    }

    async fn states(&self, id: &ConfigurationId, kind: &str) -> Result<Vec<CertificateState>, Refusal> {
        let url = request::certificate_states(self.line.base(), id, kind);
        let states = self.all::<CertificateState>(url).await?.into_objects().into_values();
        let item = |known: Known<CertificateState>| match known {
            Known::Item(state) => Some(state),
            Known::Removed(_) | Known::Odd(_) => None,
        };
        Ok(states.filter_map(item).collect())
    }

    /// Id, type and name of everything.
    async fn configurations(&self) -> Result<Vec<(ConfigurationId, String, String)>, Refusal> {
        let found = self.all::<Configuration>(request::configurations(self.line.base())).await?;
        let one = |known: Known<Configuration>| match known {
            Known::Item(one) => {
                let (kind, name) = (one.kind()?.to_owned(), one.display_name.value()?.clone());
                Some((one.id, kind, name))
            }
            Known::Removed(_) | Known::Odd(_) => None,
        };
        Ok(found.into_objects().into_values().filter_map(one).collect())
    }

    async fn root(&self, id: &ConfigurationId) -> Result<Result<TrustedRoot, String>, Refusal> {
        let value = self.value(&request::configuration(self.line.base(), id, false)).await?;
        Ok(value.and_then(|value| graph::read_root(value).map_err(|error| error.to_string())))
    }

    async fn imported(&self, id: &ConfigurationId, shown: &str) -> Result<Result<Imported, String>, Refusal> {
        let value = self.value(&request::configuration(self.line.base(), id, true)).await?;
        let name = suggested_name(shown).or_else(|| ProfileName::parse(id.as_str()).ok());
        Ok(value.and_then(|value| {
            let name = name.ok_or("it has no name")?;
            graph::read(value, name, None).map_err(|error| error.to_string())
        }))
    }

    async fn value(&self, url: &str) -> Result<Result<Value, String>, Refusal> {
        let body = self.body(url).await?;
        Ok(serde_json::from_slice(&body).map_err(|_| "it is no JSON".to_owned()))
    }
}

fn foreign(name: &str, id: &ConfigurationId, why: &str) -> Refusal {
    Refusal::without_request(administrator::FOREIGN, format!("\"{name}\" ({id}) cannot be read: {why}."))
}
