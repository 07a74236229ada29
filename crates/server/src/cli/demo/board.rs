//! The fleet as the portal's Simulator page shows it, and what its buttons do in the pretend tenant.

use super::refusals::Refusals;
use crate::explanation::administrator;
use crate::http::{ApiProblem, Deed, SimulatedDevice, SimulatedFleet, Simulator};
use simulator::fleet::{Event, Outcome};
use simulator::tenant::World;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Devices that a page can show and a browser still draw.
const SHOWN: usize = 600;

/// What is known of the fleet.
pub(in crate::cli) struct Board {
    tenant: Arc<World>,
    refusals: Refusals,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    devices: u64,
    enrolled: u64,
    refused: u64,
    left: u64,
    rows: BTreeMap<String, SimulatedDevice>,
    /// Ids in the order in which they were heard of.
    order: VecDeque<String>,
}

impl Board {
    /// For a fleet of so many devices in that tenant.
    pub(super) fn new(tenant: Arc<World>, refusals: Refusals, devices: usize) -> Board {
        let devices = u64::try_from(devices).unwrap_or(u64::MAX);
        Board { tenant, refusals, seen: Mutex::new(Seen { devices, ..Seen::default() }) }
    }

    /// Takes the end of a device's enrolment into account.
    pub(super) fn happened(&self, event: &Event) {
        if !event.last {
            return;
        }
        let device = &event.device;
        let mut row = SimulatedDevice {
            id: device.id.clone(),
            name: device.name.clone(),
            platform: word(device.platform),
            user: device.user.clone(),
            told: event.outcome.sentence(),
            ..SimulatedDevice::default()
        };
        let mut seen = self.seen();
        match &event.outcome {
            Outcome::Granted(certificate) => {
                seen.enrolled += 1;
                row.state = "enrolled".to_owned();
                row.serial = Some(certificate.serial().to_string());
            }
            other => {
                seen.refused += 1;
                row.state = "refused".to_owned();
                if let Outcome::Refused { transaction, .. } = other {
                    let heard = self.refusals.of(transaction.as_str());
                    row.told = heard.map_or(row.told, |one| format!("{} {}", one.code, one.cause));
                    row.transaction = Some(transaction.as_str().to_owned());
                }
            }
        }
        seen.keep(row);
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the tenant knows no more is no device.
    fn carried_out(&self, id: &str, user: Option<&str>, deed: Deed) -> bool {
        let (tenant, user) = (&self.tenant, user.unwrap_or_default());
        match deed {
            Deed::Retire => tenant.retire_device(id),
            Deed::Wipe => tenant.wipe_device(id),
            Deed::Delete => tenant.delete_device(id),
            Deed::Disable => tenant.enable_user(user, false) | tenant.enable_entra_device(id, false),
            Deed::Enable => tenant.enable_user(user, true) | tenant.enable_entra_device(id, true),
        }
    }

    /// The row after something was done to its device, by whomever.
    pub(super) fn note(&self, id: &str, deed: Deed) -> Option<SimulatedDevice> {
        let mut seen = self.seen();
        let gone = matches!(deed, Deed::Retire | Deed::Wipe | Deed::Delete);
        let row = seen.rows.get_mut(id)?;
        let was_here = !matches!(row.state.as_str(), "retired" | "wiped" | "deleted");
        row.state = match deed {
            Deed::Retire => "retired",
            Deed::Wipe => "wiped",
            Deed::Delete => "deleted",
            Deed::Disable => "disabled",
            Deed::Enable if row.serial.is_some() => "enrolled",
            Deed::Enable => "refused",
        }
        .to_owned();
        let row = row.clone();
        seen.left += u64::from(gone && was_here);
        Some(row)
    }
}

impl Seen {
    fn keep(&mut self, row: SimulatedDevice) {
        if self.rows.insert(row.id.clone(), row.clone()).is_none() {
            self.order.push_back(row.id);
        }
        if self.order.len() > SHOWN
            && let Some(oldest) = self.order.pop_front()
        {
            self.rows.remove(&oldest);
        }
    }
}

impl Simulator for Board {
    fn fleet(&self) -> SimulatedFleet {
        let seen = self.seen();
        let shown = seen.order.iter().filter_map(|id| seen.rows.get(id).cloned()).collect();
        let Seen { devices, enrolled, refused, left, .. } = *seen;
        SimulatedFleet { devices, enrolled, refused, left, shown }
    }

    fn act(&self, device: &str, deed: Deed) -> Result<SimulatedDevice, ApiProblem> {
        let absent = || ApiProblem::new(404, administrator::NO_SIMULATOR);
        let user = self.seen().rows.get(device).ok_or_else(absent)?.user.clone();
        if !self.carried_out(device, user.as_deref(), deed) {
            return Err(absent());
        }
        self.note(device, deed).ok_or_else(absent)
    }
}

fn word(platform: simulator::tenant::Platform) -> String {
    let word = serde_json::to_value(platform).unwrap_or_default();
    word.as_str().unwrap_or_default().to_owned()
}
