//! Whom a configuration is assigned to (contract §12).

use super::members::Members;
use crate::format::{Unreadable, Unwritable};
use crate::graph::ObjectId;
use crate::profile::{Assignment, Group};
use serde_json::{Value, json};

/// The body of `POST …/{id}/assign`. It replaces what was assigned before.
///
/// # Errors
/// A group that is not named by its object id.
pub fn assign_body(assignments: &[Assignment]) -> Result<Value, Unwritable> {
    let entry = |one| -> Result<Value, Unwritable> {
        Ok(json!({
            "@odata.type": "#microsoft.graph.deviceConfigurationAssignment",
            "target": target(one)?,
        }))
    };
    Ok(json!({ "assignments": assignments.iter().map(entry).collect::<Result<Vec<_>, _>>()? }))
}

fn target(assignment: &Assignment) -> Result<Value, Unwritable> {
    let of_group = |name: &str, group: &Group| {
        let wrong = || Unwritable::new("assignments", "must name groups by their object id for Graph");
        let id = ObjectId::parse(&group.id).ok_or_else(wrong)?;
        Ok(json!({ "@odata.type": format!("#microsoft.graph.{name}"), "groupId": id.as_str() }))
    };
    match assignment {
        Assignment::AllUsers => {
            Ok(json!({ "@odata.type": "#microsoft.graph.allLicensedUsersAssignmentTarget" }))
        }
        Assignment::AllDevices => Ok(json!({ "@odata.type": "#microsoft.graph.allDevicesAssignmentTarget" })),
        Assignment::Group(group) => of_group("groupAssignmentTarget", group),
        Assignment::Exclude(group) => of_group("exclusionGroupAssignmentTarget", group),
    }
}

/// Reads the `assignments` of an answer with `$expand=assignments`, or of a body.
pub(super) fn read(members: &mut Members) -> Result<Vec<Assignment>, Unreadable> {
    members.list("assignments")?.into_iter().map(|(place, entry)| one(&place, entry)).collect()
}

fn one(place: &str, entry: Value) -> Result<Assignment, Unreadable> {
    let mut members = Members::of(place, entry)?;
    if members.text("intent")?.is_some_and(|intent| intent != "apply") {
        return Err(members.odd("intent", "another intent than `apply`"));
    }
    let target = members.take("target").ok_or_else(|| members.odd("target", "not set"))?;
    let assignment = read_target(&members.place("target"), target)?;
    members.disregard(&["id", "source", "sourceId"]);
    members.finish()?;
    Ok(assignment)
}

fn read_target(place: &str, target: Value) -> Result<Assignment, Unreadable> {
    const FILTER: &str = "deviceAndAppManagementAssignmentFilterType";
    let mut members = Members::of(place, target)?;
    if members.text(FILTER)?.is_some_and(|kind| kind != "none") {
        return Err(members.odd(FILTER, "assignment filters are not supported"));
    }
    let name = members.type_name()?;
    let mut group = || {
        let id = members.required("groupId")?;
        Ok::<_, Unreadable>(Group { id, members: None })
    };
    let assignment = match name.as_str() {
        "allLicensedUsersAssignmentTarget" => Assignment::AllUsers,
        "allDevicesAssignmentTarget" => Assignment::AllDevices,
        "groupAssignmentTarget" => Assignment::Group(group()?),
        "exclusionGroupAssignmentTarget" => Assignment::Exclude(group()?),
        _ => return Err(members.odd("@odata.type", "not a target that is known")),
    };
    members.disregard(&["deviceAndAppManagementAssignmentFilterId"]);
    members.finish()?;
    Ok(assignment)
}
