//! Configuration profiles in a list, the groups that they are assigned to, and what became of their certificates
//! (contract §12).

use super::identifier::{ConfigurationId, ObjectId, StateId};
use super::instant::Instant;
use super::member::{Fault, Item, Member, Reader};
use std::collections::BTreeSet;

/// A configuration as a list has it: enough to tell whether it is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Configuration {
    /// Its id.
    pub id: ConfigurationId,
    /// `#microsoft.graph.…`
    pub type_name: Member<String>,
    /// The name in the portal.
    pub display_name: Member<String>,
}

impl Item for Configuration {
    type Id = ConfigurationId;
    const SELECT: &'static [&'static str] = &["id", "displayName"];

    fn read(reader: &Reader<'_>) -> Result<Self, Fault> {
        let id = reader.id("id")?;
        let (type_name, display_name) = (reader.text("@odata.type"), reader.text("displayName"));
        Ok(Self { id, type_name, display_name })
    }

    fn id(&self) -> &ConfigurationId {
        &self.id
    }

    fn merge(&mut self, newer: Self) {
        self.type_name.merge(newer.type_name);
        self.display_name.merge(newer.display_name);
    }
}

impl Configuration {
    /// The type, without what stands before every type name.
    #[must_use]
    pub fn kind(&self) -> Option<&str> {
        self.type_name.value()?.strip_prefix("#microsoft.graph.")
    }
}

/// A group of the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectoryGroup {
    /// Its object id.
    pub id: ObjectId,
    /// Its name, which others may have, too.
    pub display_name: Member<String>,
}

impl Item for DirectoryGroup {
    type Id = ObjectId;
    const SELECT: &'static [&'static str] = &["id", "displayName"];

    fn read(reader: &Reader<'_>) -> Result<Self, Fault> {
        Ok(Self { id: reader.id("id")?, display_name: reader.text("displayName") })
    }

    fn id(&self) -> &ObjectId {
        &self.id
    }

    fn merge(&mut self, newer: Self) {
        self.display_name.merge(newer.display_name);
    }
}

/// What became of one certificate of a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificateState {
    /// The row's id.
    pub id: StateId,
    /// `certificateIssuanceState`.
    pub issuance: Member<String>,
    /// `certificateRevokeStatus`.
    pub revocation: Member<String>,
    /// The device by its name: the list has no id of it.
    pub device: Member<String>,
    /// When the certificate expires.
    pub expires: Member<Instant>,
}

impl Item for CertificateState {
    type Id = StateId;
    const SELECT: &'static [&'static str] = &["id"];

    fn read(reader: &Reader<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: reader.id("id")?,
            issuance: reader.text("certificateIssuanceState"),
            revocation: reader.text("certificateRevokeStatus"),
            device: reader.text("deviceDisplayName"),
            expires: reader.instant("certificateExpirationDateTime")?,
        })
    }

    fn id(&self) -> &StateId {
        &self.id
    }

    fn merge(&mut self, newer: Self) {
        *self = newer;
    }
}

impl CertificateState {
    /// Whether a device has it: issued, not revoked, and not expired at `now`, in seconds since 1970.
    #[must_use]
    pub fn is_live(&self, now: Instant) -> bool {
        let revoked = self.revocation.value().is_some_and(|word| word == "revoked");
        let expired = self.expires.value().is_some_and(|end| *end <= now);
        self.issuance.value().is_some_and(|word| word == "issued") && !revoked && !expired
    }
}

/// How many live certificates there are, and on how many devices, told apart by their names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Spread {
    /// Certificates that are live.
    pub certificates: usize,
    /// Devices that have one or more of them.
    pub devices: usize,
}

impl Spread {
    /// Counts at `now`, in seconds since 1970. A row without a device's name counts as a device of its own.
    #[must_use]
    pub fn of(states: &[CertificateState], now: Instant) -> Self {
        let live: Vec<&CertificateState> = states.iter().filter(|state| state.is_live(now)).collect();
        let name = |state: &&CertificateState| {
            state.device.value().cloned().unwrap_or_else(|| state.id.as_str().to_owned())
        };
        let devices: BTreeSet<String> = live.iter().map(name).collect();
        Self { certificates: live.len(), devices: devices.len() }
    }
}
