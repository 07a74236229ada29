//! What Intune and a device make of the configurations that are assigned to it, at one policy cycle. Values in, values
//! out: nothing here asks a server or makes a key.
//!
//! What a platform does stands in `mdm::platform` and `mdm::device`; here is only the order in which it is asked. Each
//! [`Outcome`] says what the device does next, or where it stands and why, in the words that Intune's portal and the
//! platform would show, with the feature row that says so. Where no source has their words, the words are ours.

mod assigned;
mod decide;
mod device;
mod groups;
mod outcome;
mod state;
mod trust;

pub use assigned::{Assigned, Configuration, Network, NetworkKind, Scep, Unknown};
pub use device::{Device, Held, Slot};
pub use groups::Groups;
pub use outcome::{Order, Outcome, Step};
pub use state::{Report, State, Status};

use crate::dice::Dice;

/// Everything that is assigned in a tenant, and to whom.
#[derive(Clone, Debug, Default)]
pub struct Assignments {
    /// The configurations, in the order of their making.
    pub configurations: Vec<Assigned>,
    /// Who is in which group.
    pub groups: Groups,
}

impl Assignments {
    /// The configuration with this id.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&Assigned> {
        self.configurations.iter().find(|one| one.id == id)
    }

    /// The same, to be changed.
    pub fn find_mut(&mut self, id: &str) -> Option<&mut Assigned> {
        self.configurations.iter_mut().find(|one| one.id == id)
    }

    /// What one device does at a policy cycle at `now` (Unix seconds). The dice decide about URLs.
    ///
    /// Trusted certificates come first, since a SCEP profile waits for its own (M2); what is assigned to others gives no
    /// outcome at all (M92).
    #[must_use]
    pub fn evaluate(&self, device: &Device, now: i64, dice: &mut Dice) -> Vec<Outcome> {
        let trust = trust::evaluate(self, device);
        let mut cycle = decide::Cycle { all: self, device, trust: &trust, now, dice };
        let certificates: Vec<Outcome> =
            self.configurations.iter().flat_map(|one| cycle.outcomes(one)).collect();
        let gone = device.held.iter().filter(|held| cycle.is_gone(held)).map(Outcome::removal);
        trust.iter().map(trust::Brought::outcome).chain(certificates).chain(gone).collect()
    }
}
