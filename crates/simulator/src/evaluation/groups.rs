//! Groups of users and of devices.

use super::Device;
use mdm::device::Reach;
use mdm::profile::{Assignment, Group};
use std::collections::{BTreeMap, BTreeSet};

/// Groups by their ids, with the ids of their members: of users in Entra and of devices in Intune.
#[derive(Clone, Debug, Default)]
pub struct Groups(BTreeMap<String, BTreeSet<String>>);

impl Groups {
    /// Adds a user or a device to a group, which is made if it is not there.
    pub fn add(&mut self, group: &str, member: &str) {
        self.0.entry(group.to_owned()).or_default().insert(member.to_owned());
    }

    /// Takes a member out of a group; false if it was none.
    pub fn remove(&mut self, group: &str, member: &str) -> bool {
        self.0.get_mut(group).is_some_and(|members| members.remove(member))
    }

    /// Whether a user or device is a member.
    #[must_use]
    pub fn contains(&self, group: &str, member: &str) -> bool {
        self.0.get(group).is_some_and(|members| members.contains(member))
    }

    /// By which ways assignments reach a device (M3, M200).
    #[must_use]
    pub fn reach(&self, assignments: &[Assignment], device: &Device) -> Reach {
        let within = |group: &Group| Reach {
            user: device.user.as_ref().is_some_and(|user| self.contains(&group.id, user)),
            device: self.contains(&group.id, &device.id),
        };
        Reach::of(assignments, device.user.is_some(), within)
    }
}
