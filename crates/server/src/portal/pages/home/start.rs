//! What whoever sets up an MDM takes from here: the root's certificate and the address of SCEP (M1, M37, M146).

use serde::Deserialize;

/// Our own certificates.
#[derive(Default, Deserialize)]
pub(super) struct Authorities {
    pub(super) cas: Vec<Authority>,
}

/// One of them.
#[derive(Deserialize)]
pub(super) struct Authority {
    pub(super) role: String,
    #[serde(default)]
    pub(super) subject: String,
    pub(super) not_after: String,
    #[serde(default)]
    pub(super) sha1: String,
    #[serde(default)]
    pub(super) sha256: String,
    #[serde(default)]
    pub(super) retired_at: Option<String>,
}

/// The endpoints.
#[derive(Default, Deserialize)]
pub(super) struct Connections {
    pub(super) connections: Vec<Connection>,
}

/// One of them.
#[derive(Deserialize)]
pub(super) struct Connection {
    pub(super) name: String,
    pub(super) urls: Vec<String>,
    #[serde(default)]
    pub(super) validator: String,
    #[serde(default)]
    pub(super) directory: Option<Directory>,
}

/// A directory that an endpoint's certificates follow.
#[derive(Deserialize)]
pub(super) struct Directory {
    pub(super) name: String,
    #[serde(default)]
    pub(super) stale_since: Option<String>,
    #[serde(default)]
    pub(super) trouble: Option<String>,
}

impl Authorities {
    /// The root that devices are to trust.
    pub(super) fn root(&self) -> Option<&Authority> {
        self.cas.iter().rev().find(|one| one.role == "root" && one.retired_at.is_none())
    }

    /// Those of a role that are in use, the one that ends last: it is what devices meet.
    pub(super) fn newest(&self, role: &str) -> Option<&Authority> {
        let in_use = self.cas.iter().filter(|one| one.role == role && one.retired_at.is_none());
        // RFC 3339 in UTC sorts as text.
        in_use.max_by(|one, other| one.not_after.cmp(&other.not_after))
    }
}

impl Connections {
    /// What an MDM is given: of each endpoint the address that imitates NDES, or else its own. Those for Intune stand first.
    pub(super) fn addresses(&self) -> Vec<(&Connection, &str)> {
        let mut found: Vec<_> =
            self.connections.iter().filter_map(|one| Some((one, one.urls.last()?.as_str()))).collect();
        found.sort_by_key(|(one, _)| !one.is_intune());
        found
    }
}

impl Connection {
    /// Whether Intune vouches for its requests.
    pub(super) fn is_intune(&self) -> bool {
        self.validator == "intune"
    }
}
