//! What becomes of devices and users, by `/sim/devices/{id}/…` and `/sim/users/{id}/…`.

use serde::Deserialize;

use super::{Done, found, nowhere, read};
use crate::tenant::World;
use crate::tenant::directory::AndroidManagement;
use crate::tenant::exchange::Call;

#[derive(Deserialize)]
struct State {
    state: String,
}

#[derive(Deserialize)]
struct Enabled {
    enabled: bool,
}

#[derive(Deserialize)]
struct Risk {
    level: String,
    state: String,
}

#[derive(Deserialize)]
struct Android {
    management: AndroidManagement,
}

#[derive(Deserialize)]
struct Until {
    until: i64,
}

/// `what` happens to a device.
pub(super) fn device(world: &World, call: &Call, id: &str, what: &[&str]) -> Done {
    match (call.method.as_str(), what) {
        ("DELETE", []) => found(world.delete_device(id)),
        ("DELETE", ["entra"]) => found(world.delete_entra_device(id)),
        ("POST", ["retire"]) => found(world.retire_device(id)),
        ("POST", ["wipe"]) => found(world.wipe_device(id)),
        ("POST", ["unenrol"]) => found(world.unenrol_device(id)),
        ("POST", ["check-in"]) => found(world.check_in_device(id)),
        ("POST", ["compliance"]) => {
            read(call).and_then(|new: State| found(world.set_compliance(id, &new.state)))
        }
        ("POST", ["management"]) => {
            read(call).and_then(|new: State| found(world.set_management_state(id, &new.state)))
        }
        ("POST", ["grace"]) => read(call).and_then(|new: Until| found(world.set_grace_period(id, new.until))),
        ("POST", ["android"]) => {
            read(call).and_then(|new: Android| found(world.manage_android_as(id, new.management)))
        }
        ("POST", ["entra", "enabled"]) => {
            read(call).and_then(|new: Enabled| found(world.enable_entra_device(id, new.enabled)))
        }
        _ => nowhere(),
    }
}

/// `what` happens to a user.
pub(super) fn user(world: &World, call: &Call, id: &str, what: &[&str]) -> Done {
    match (call.method.as_str(), what) {
        ("DELETE", []) => found(world.delete_user(id)),
        ("DELETE", ["for-good"]) => found(world.purge_user(id)),
        ("POST", ["restore"]) => found(world.restore_user(id)),
        ("POST", ["enabled"]) => {
            read(call).and_then(|new: Enabled| found(world.enable_user(id, new.enabled)))
        }
        ("POST", ["risk"]) => {
            read(call).and_then(|new: Risk| found(world.set_risk(id, &new.level, &new.state)))
        }
        _ => nowhere(),
    }
}
