//! Configuration profiles of Intune, as Graph takes and shows them (contract section 12): SCEP and Trusted certificate
//! profiles alone. What is taken is read strictly: a type or a member that the contract does not have is refused.

mod answer;
mod assignment;
mod certificate_state;
mod deployed;
mod kind;
mod strict;

pub use deployed::{Deployed, DeployedRoot};

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::fault::Hop;
use super::objects::Row;
use kind::Kind;

/// A configuration as it is kept: all members of its type, and what it refers to.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    kind: &'static Kind,
    members: Row,
    root: Option<String>,
    targets: Vec<Row>,
    version: u32,
    created: i64,
    modified: i64,
}

/// All configurations, in the order of their making.
#[derive(Debug, Default)]
pub(super) struct Configurations {
    order: Vec<String>,
    by_id: BTreeMap<String, Stored>,
}

impl Configurations {
    fn insert(&mut self, id: &str, stored: Stored) {
        self.order.push(id.to_owned());
        self.by_id.insert(id.to_owned(), stored);
    }

    fn remove(&mut self, id: &str) -> bool {
        self.order.retain(|known| known != id);
        self.by_id.remove(id).is_some()
    }

    fn iter(&self) -> impl Iterator<Item = (&str, &Stored)> {
        self.order.iter().filter_map(|id| Some((id.as_str(), self.by_id.get(id)?)))
    }
}

impl Stored {
    /// As Graph shows it: every member, `null` where it is not set; never the reference to the root.
    fn shown(&self, id: &str) -> Row {
        let mut row = self.members.clone();
        let more = json!({
            "@odata.type": self.kind.odata_type(), "id": id, "version": self.version,
            "createdDateTime": stamp(self.created), "lastModifiedDateTime": stamp(self.modified),
            "supportsScopeTags": true,
        });
        if let Value::Object(more) = more {
            row.extend(more);
        }
        row
    }
}

/// With the fraction of a second that Intune writes.
fn stamp(unix: i64) -> String {
    crate::clock::graph_stamp(unix).replace('Z', ".0484998Z")
}

/// What is asked of the configurations.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ConfigurationCall {
    /// `POST …/deviceConfigurations`
    Create,
    /// `GET …/deviceConfigurations`
    List,
    /// `GET …/deviceConfigurations/{id}`
    Read(String),
    /// `PATCH …/deviceConfigurations/{id}`
    Change(String),
    /// `DELETE …/deviceConfigurations/{id}`
    Delete(String),
    /// `POST …/deviceConfigurations/{id}/assign`
    Assign(String),
    /// `GET …/deviceConfigurations/{id}/assignments`
    Assignments(String),
    /// `GET …/deviceConfigurations/{id}/microsoft.graph.{type}/managedDeviceCertificateStates`
    CertificateStates(String, String),
}

impl ConfigurationCall {
    /// The call of a path below `beta/deviceManagement`, where the contract has these types alone.
    pub(crate) fn of(method: &str, parts: &[&str]) -> Option<Self> {
        const LIST: &str = "deviceConfigurations";
        // `deviceConfigurations('{id}')/…` says the same as `deviceConfigurations/{id}/…`.
        let (id, rest) = match parts {
            [LIST] => (None, &[][..]),
            [LIST, id, rest @ ..] if !id.is_empty() => (Some(*id), rest),
            [keyed, rest @ ..] => {
                (Some(keyed.strip_prefix(LIST)?.strip_prefix("('")?.strip_suffix("')")?), rest)
            }
            [] => return None,
        };
        let owned = || id.map(str::to_owned);
        Some(match (method, id, rest) {
            ("POST", None, []) => Self::Create,
            ("GET", None, []) => Self::List,
            ("GET", _, []) => Self::Read(owned()?),
            ("PATCH", _, []) => Self::Change(owned()?),
            ("DELETE", _, []) => Self::Delete(owned()?),
            ("POST", _, ["assign" | "microsoft.graph.assign"]) => Self::Assign(owned()?),
            ("GET", _, ["assignments"]) => Self::Assignments(owned()?),
            ("GET", _, [kind, "managedDeviceCertificateStates"]) => {
                Self::CertificateStates(owned()?, (*kind).to_owned())
            }
            _ => return None,
        })
    }

    /// The hop, for faults and for the journal.
    pub(crate) fn hop(&self) -> Hop {
        match self {
            Self::List | Self::Read(_) | Self::Assignments(_) => Hop::Configurations,
            Self::Create | Self::Change(_) | Self::Delete(_) => Hop::ConfigurationWrites,
            Self::Assign(_) => Hop::Assignments,
            Self::CertificateStates(..) => Hop::CertificateStates,
        }
    }

    fn writes(&self) -> bool {
        matches!(self.hop(), Hop::ConfigurationWrites | Hop::Assignments)
    }
}
