//! What a device is, has and holds.

use mdm::device::{Hardware, KeyPlace, Life};
use mdm::expand::{DeviceFacts, Facts, UserFacts};
use mdm::platform::{Platform, Store};

/// A managed device between two policy cycles.
#[derive(Clone, Debug)]
pub struct Device {
    /// Intune's device id.
    pub id: String,
    /// Entra's object id of its user, if it has one.
    pub user: Option<String>,
    /// What goes into names. The device's own identifiers, whether Intune learns them or not.
    pub facts: Facts,
    /// What decides beside them.
    pub hardware: Hardware,
    /// Whether its registration is complete; before, groups of devices do not reach it (M199).
    pub registered: bool,
    /// Whether it is unlocked while it synchronises (M165).
    pub unlocked: bool,
    /// Whether Configuration Manager keeps the workload of resource access policies in co-management (M201).
    pub resources_elsewhere: bool,
    /// Trusted certificates, by the id of the configuration that brought them, with their SHA-1 (M5).
    pub trusted: Vec<(String, [u8; 20])>,
    /// Certificates, one for each [`Slot`].
    pub held: Vec<Held>,
    /// Unix seconds of the last policy cycle.
    pub last_cycle: Option<i64>,
}

/// What a certificate is for: a SCEP profile, and on some platforms one that refers to it (M140).
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slot {
    /// The id of the SCEP profile.
    pub scep: String,
    /// The id of the profile that refers to it; none for the SCEP profile's own certificate.
    pub referrer: Option<String>,
}

impl Slot {
    /// The certificate of the SCEP profile itself.
    #[must_use]
    pub fn of(scep: impl Into<String>) -> Self {
        Self { scep: scep.into(), referrer: None }
    }
}

/// A certificate on a device, with its key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// What for.
    pub slot: Slot,
    /// The revision of the profile that it was asked for by.
    pub revision: u32,
    /// From when to when.
    pub life: Life,
    /// Serial number in hexadecimal.
    pub serial: String,
    /// SHA-1 of the key's SPKI: another one after each renewal (M164).
    pub key: [u8; 20],
    /// Where the certificate is.
    pub stores: Vec<Store>,
    /// Where the key was made.
    pub place: KeyPlace,
}

impl Device {
    /// A device with nothing on it, registered and unlocked.
    #[must_use]
    pub fn new(
        id: impl Into<String>,
        facts: DeviceFacts,
        user: Option<(String, UserFacts)>,
        hardware: Hardware,
    ) -> Self {
        let (user, of_user) = user.unzip();
        Self {
            id: id.into(),
            user,
            facts: Facts { device: facts, user: of_user },
            hardware,
            registered: true,
            unlocked: true,
            resources_elsewhere: false,
            trusted: Vec::new(),
            held: Vec::new(),
            last_cycle: None,
        }
    }

    /// What kind of device it is.
    #[must_use]
    pub const fn platform(&self) -> Platform {
        self.facts.device.platform
    }

    /// The certificate for that purpose.
    #[must_use]
    pub fn held(&self, slot: &Slot) -> Option<&Held> {
        self.held.iter().find(|held| held.slot == *slot)
    }

    /// Installs a certificate in the place of the one for the same purpose.
    pub fn install(&mut self, new: Held) {
        self.held.retain(|held| held.slot != new.slot);
        self.held.push(new);
    }

    /// Trusts a certificate that a configuration brought.
    pub fn trust(&mut self, configuration: &str, sha1: [u8; 20]) {
        self.trusted.retain(|(id, _)| id != configuration);
        self.trusted.push((configuration.to_owned(), sha1));
    }

    /// Removes what is for that purpose.
    pub fn remove(&mut self, slot: &Slot) {
        self.held.retain(|held| held.slot != *slot);
    }
}
