//! The control API, `/sim/…`, for whoever is not in this process.
//!
//! | request | does |
//! | --- | --- |
//! | `GET /sim/state` | addresses, tenant, counts, verdicts, certificates, breaches |
//! | `GET /sim/requests` | the requests recorded |
//! | `POST /sim/users` `{upn, sid?}` | makes a user |
//! | `DELETE /sim/users/{id}` | deletes a user softly, `…/for-good` for good; `POST …/restore` |
//! | `POST /sim/users/{id}/enabled` `{enabled}`, `/risk` `{level, state}` | what Entra thinks of a user |
//! | `POST /sim/devices` `{platform, user?}` | enrols a device; `DELETE /sim/devices/{id}` deletes it in Intune |
//! | `POST /sim/devices/{id}/retire`, `/wipe`, `/unenrol`, `/check-in` | what befalls a device |
//! | `POST /sim/devices/{id}/compliance`, `/management` `{state}`, `/grace` `{until}` | what Intune thinks of it |
//! | `POST /sim/devices/{id}/android` `{management}` | `knox`, `device_owner` or `aosp` |
//! | `POST /sim/devices/{id}/entra/enabled` `{enabled}`, `DELETE …/entra` | the device in Entra |
//! | `POST /sim/groups` `{name, members?}` | makes a group of users and devices, by their ids |
//! | `GET /sim/codes`; `POST /sim/codes/{user code}/approve` `{upn}`, `/deny` | sign-ins by device code, and what the person says |
//! | `POST /sim/profiles` (a profile) | makes a profile; `POST /sim/profiles/{id}/assigned` `{assigned}` |
//! | `POST /sim/challenges` `{device, profile, lifetime?, age?, fault?}` | delivers a profile with a challenge |
//! | `POST /sim/clock` `{advance}` | moves the clock, seconds |
//! | `POST /sim/faults` (a rule), `GET`, `DELETE` | orders, shows, removes faults |
//! | `GET /sim/revocations` | what Intune wants revoked, and what became of it |
//! | `POST /sim/paging` `{size?, empty?, repeat?}` | how Graph cuts its answers |
//! | `POST /sim/deltas/expire` | makes every delta link answer 410 |
//! | `POST /sim/move` | moves the tenant to another scale unit |

mod lifecycle;

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::World;
use super::delivery::{MintOptions, TenantError};
use super::directory::{Platform, Profile};
use super::exchange::{Answer, Call};
use super::fault::Rule;

#[derive(Deserialize)]
struct NewUser {
    upn: String,
    sid: Option<String>,
}

#[derive(Deserialize)]
struct NewDevice {
    platform: Platform,
    user: Option<String>,
}

#[derive(Deserialize)]
struct NewChallenge {
    device: String,
    profile: String,
    #[serde(flatten)]
    options: MintOptions,
}

#[derive(Deserialize)]
struct NewGroup {
    name: String,
    #[serde(default)]
    members: Vec<String>,
}

#[derive(Deserialize)]
struct Approval {
    upn: String,
}

#[derive(Deserialize)]
struct Assigned {
    assigned: bool,
}

#[derive(Deserialize)]
struct Advance {
    advance: i64,
}

#[derive(Deserialize)]
struct Paging {
    size: Option<usize>,
    empty: Option<f64>,
    repeat: Option<f64>,
}

type Done = Result<Value, Answer>;

/// Answers a request under `/sim/`.
pub(super) fn answer(world: &World, call: &Call, path: &[String]) -> Answer {
    let parts: Vec<&str> = path.iter().map(String::as_str).collect();
    let done = match parts.first() {
        Some(&"users" | &"devices" | &"groups" | &"profiles" | &"challenges") => objects(world, call, &parts),
        _ => conditions(world, call, &parts),
    };
    done.map_or_else(|refused| refused, |value| Answer::json(200, &value))
}

fn objects(world: &World, call: &Call, parts: &[&str]) -> Done {
    match (call.method.as_str(), parts) {
        ("POST", ["users"]) => read(call).map(|new: NewUser| json!(world.add_user(&new.upn, new.sid))),
        ("POST", ["devices"]) => {
            read(call).map(|new: NewDevice| json!(world.enrol_device(new.platform, new.user.as_deref())))
        }
        (_, ["devices", id, what @ ..]) => lifecycle::device(world, call, id, what),
        (_, ["users", id, what @ ..]) => lifecycle::user(world, call, id, what),
        ("POST", ["groups"]) => read(call).map(|new: NewGroup| {
            let members: Vec<&str> = new.members.iter().map(String::as_str).collect();
            json!(world.add_group(&new.name, &members))
        }),
        ("POST", ["profiles"]) => read(call).map(|new: Profile| json!(world.add_profile(new))),
        ("POST", ["profiles", id, "assigned"]) => {
            read(call).and_then(|new: Assigned| found(world.assign(id, new.assigned)))
        }
        ("POST", ["challenges"]) => {
            let new: NewChallenge = read(call)?;
            let delivery = world.deliver(&new.device, &new.profile, &new.options);
            delivery.map(|delivery| json!(delivery)).map_err(|error| refused(&error))
        }
        _ => nowhere(),
    }
}

fn conditions(world: &World, call: &Call, parts: &[&str]) -> Done {
    match (call.method.as_str(), parts) {
        ("GET", ["state"]) => Ok(world.report()),
        ("GET", ["requests"]) => Ok(json!(world.journal().requests())),
        ("GET", ["codes"]) => Ok(json!(world.codes().sign_ins())),
        ("POST", ["codes", code, "approve"]) => {
            read(call).and_then(|new: Approval| found(world.codes().approve(code, &new.upn)))
        }
        ("POST", ["codes", code, "deny"]) => found(world.codes().deny(code)),
        ("GET", ["faults"]) => Ok(json!(world.faults().rules())),
        ("POST", ["faults"]) => {
            world.faults().order(read::<Rule>(call)?);
            Ok(json!({}))
        }
        ("DELETE", ["faults"]) => {
            world.faults().clear();
            Ok(json!({}))
        }
        ("POST", ["clock"]) => {
            world.clock.advance(read::<Advance>(call)?.advance);
            Ok(json!({ "now": world.clock.now() }))
        }
        ("GET", ["revocations"]) => Ok(json!(world.revocations().requests())),
        ("POST", ["deltas", "expire"]) => {
            world.pager().expire_delta_links();
            Ok(json!({}))
        }
        ("POST", ["paging"]) => read(call).map(|new: Paging| paging(world, &new)),
        ("POST", ["move"]) => {
            world.move_scale_unit();
            Ok(json!(world.urls()))
        }
        _ => nowhere(),
    }
}

fn paging(world: &World, new: &Paging) -> Value {
    let mut pager = world.pager();
    pager.page_size = new.size.unwrap_or(pager.page_size);
    pager.empty_chance = new.empty.unwrap_or(pager.empty_chance);
    pager.repeat_chance = new.repeat.unwrap_or(pager.repeat_chance);
    json!({ "size": pager.page_size, "empty": pager.empty_chance, "repeat": pager.repeat_chance })
}

fn nowhere() -> Done {
    Err(Answer::json(404, &json!({ "error": "the control API has no such path" })))
}

fn read<T: DeserializeOwned>(call: &Call) -> Result<T, Answer> {
    serde_json::from_slice(&call.body)
        .map_err(|error| Answer::json(400, &json!({ "error": format!("unreadable body: {error}") })))
}

fn found(existed: bool) -> Done {
    if existed { Ok(json!({})) } else { Err(refused(&TenantError::Unknown("object"))) }
}

fn refused(error: &TenantError) -> Answer {
    Answer::json(404, &json!({ "error": error.to_string() }))
}
