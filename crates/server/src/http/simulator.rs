//! `/api/v1/simulator…`: the demo's fleet and tenant. Only a demo has them; everywhere else these routes say that there are none.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, State};
use axum::response::Response;
use serde::Serialize;
use utoipa::ToSchema;

use super::access::Caller;
use super::api::{self, ApiProblem};
use super::openapi::Says;
use super::servers::Shared;
use crate::explanation::administrator;

/// A pretend fleet, for who watches a demo.
pub trait Simulator: Send + Sync {
    /// The fleet as it is now.
    fn fleet(&self) -> SimulatedFleet;

    /// Does to a device, or to its user, what an administrator of the tenant does.
    ///
    /// # Errors
    /// There is no such device any more.
    fn act(&self, device: &str, deed: Deed) -> Result<SimulatedDevice, ApiProblem>;
}

/// What can be done in the tenant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// The device leaves the management.
    Retire,
    /// The device is wiped.
    Wipe,
    /// The device's record is deleted.
    Delete,
    /// Its user, or the device's own account, is disabled.
    Disable,
    /// The same, enabled again.
    Enable,
}

impl Deed {
    /// By the word of the route.
    #[must_use]
    pub fn parse(word: &str) -> Option<Deed> {
        let all = [
            ("retire", Deed::Retire),
            ("wipe", Deed::Wipe),
            ("delete", Deed::Delete),
            ("disable", Deed::Disable),
            ("enable", Deed::Enable),
        ];
        all.into_iter().find(|(one, _)| *one == word).map(|(_, deed)| deed)
    }
}

/// The fleet.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct SimulatedFleet {
    /// How many devices there will be.
    pub devices: u64,
    /// How many have got a certificate.
    pub enrolled: u64,
    /// How many were refused.
    pub refused: u64,
    /// How many have left.
    pub left: u64,
    /// Those that have been heard of, the newest last; 600 at most.
    pub shown: Vec<SimulatedDevice>,
}

/// A device.
#[derive(Clone, Debug, Default, Serialize, ToSchema)]
pub struct SimulatedDevice {
    /// Its id in the tenant.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its operating system.
    pub platform: String,
    /// Its user's principal name, if it has one.
    pub user: Option<String>,
    /// `enrolled`, `refused`, `retired`, `wiped`, `deleted` or `disabled`.
    pub state: String,
    /// The serial number of its certificate.
    pub serial: Option<String>,
    /// The SCEP transactionID of its refusal.
    pub transaction: Option<String>,
    /// What it was told, or why it was refused.
    pub told: String,
}

/// The handler of `GET /api/v1/simulator`.
pub(super) async fn fleet(State(shared): State<Arc<Shared>>, _: Extension<Caller>) -> Response {
    api::answered(simulator(&shared).map(|one| one.fleet()))
}

/// The handler of `POST /api/v1/simulator/{device}/{deed}`.
pub(super) async fn act(
    State(shared): State<Arc<Shared>>,
    _: Extension<Caller>,
    Path((device, deed)): Path<(String, String)>,
) -> Response {
    let deed = Deed::parse(&deed).ok_or_else(|| ApiProblem::new(404, administrator::NO_SIMULATOR));
    api::answered(deed.and_then(|deed| simulator(&shared)?.act(&device, deed)))
}

fn simulator(shared: &Shared) -> Result<&Arc<dyn Simulator>, ApiProblem> {
    shared.services.simulator.as_ref().ok_or_else(|| ApiProblem::new(404, administrator::NO_SIMULATOR))
}

/// What the route says of itself.
pub(super) fn fleet_says() -> Says {
    Says::get("Show a demo's fleet")
        .answers::<SimulatedFleet>(200, "The fleet as it is now.")
        .refuses(404, &[administrator::NO_SIMULATOR])
}

/// What the route says of itself.
pub(super) fn act_says() -> Says {
    Says::post("Do something to a device of a demo")
        .part("device", "The device's id in the pretend tenant.")
        .part("deed", "retire, wipe, delete, disable or enable.")
        .answers::<SimulatedDevice>(200, "The device after it.")
        .refuses(404, &[administrator::NO_SIMULATOR])
}
