//! Whom a configuration is assigned to (contract section 12).

use serde_json::{Value, json};

use super::strict::Refused;
use crate::tenant::objects::Row;

/// Targets, and whether they name a group.
const TARGETS: [(&str, bool); 4] = [
    ("#microsoft.graph.allLicensedUsersAssignmentTarget", false),
    ("#microsoft.graph.allDevicesAssignmentTarget", false),
    ("#microsoft.graph.groupAssignmentTarget", true),
    ("#microsoft.graph.exclusionGroupAssignmentTarget", true),
];

/// Reads the body of `assign`: the targets, which take the place of those before.
pub(super) fn read(body: &Value) -> Refused<Vec<Row>> {
    let members = body.as_object().ok_or("The body must be one JSON object.")?;
    only(members, &["assignments"], "the action's parameters")?;
    let list = members.get("assignments").and_then(Value::as_array);
    let list = list.ok_or("The parameter 'assignments' must be a collection.")?;
    list.iter().map(one).collect()
}

fn one(entry: &Value) -> Refused<Row> {
    let members = entry.as_object().ok_or("An assignment must be an object.")?;
    only(members, &["@odata.type", "target"], "microsoft.graph.deviceConfigurationAssignment")?;
    let kind = members.get("@odata.type").and_then(Value::as_str);
    if kind.is_some_and(|kind| kind != "#microsoft.graph.deviceConfigurationAssignment") {
        return Err("An assignment must be a microsoft.graph.deviceConfigurationAssignment.".into());
    }
    let target = members.get("target").and_then(Value::as_object).ok_or("An assignment needs a target.")?;
    let name = target.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
    let known = TARGETS.iter().find(|known| known.0 == name);
    let (_, of_group) =
        known.ok_or_else(|| format!("A type named '{name}' could not be resolved by the model."))?;
    let allowed: &[&str] = if *of_group { &["@odata.type", "groupId"] } else { &["@odata.type"] };
    only(target, allowed, name)?;
    let group = target.get("groupId").and_then(Value::as_str);
    if *of_group && !group.is_some_and(is_guid) {
        return Err("Cannot convert the value of 'groupId' to target type 'Edm.Guid'.".into());
    }
    Ok(target.clone())
}

fn only(members: &Row, allowed: &[&str], kind: &str) -> Refused<()> {
    match members.keys().find(|name| !allowed.contains(&name.as_str())) {
        Some(name) => Err(format!("The property '{name}' does not exist on type '{kind}'.")),
        None => Ok(()),
    }
}

fn is_guid(text: &str) -> bool {
    text.len() == 36 && text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

/// The targets as Graph shows them, and what it adds to each.
pub(super) fn shown(id: &str, targets: &[Row]) -> Value {
    targets.iter().map(|target| with_source(id, target)).collect()
}

fn with_source(id: &str, target: &Row) -> Value {
    let whom = target.get("groupId").and_then(Value::as_str).unwrap_or_else(|| {
        let name = target.get("@odata.type").and_then(Value::as_str).unwrap_or_default();
        // Intune's own groups have ids that everybody knows (all users, all devices).
        if name.contains("Users") {
            "acacacac-9df4-4c7d-9d50-4ef0226f57a9"
        } else {
            "adadadad-808e-44e2-905a-0b7873a8a531"
        }
    });
    let mut target = target.clone();
    target.insert("deviceAndAppManagementAssignmentFilterId".into(), Value::Null);
    target.insert("deviceAndAppManagementAssignmentFilterType".into(), "none".into());
    json!({
        "id": format!("{id}_{whom}"), "source": "direct", "sourceId": id, "intent": "apply", "target": target,
    })
}
