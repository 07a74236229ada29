//! Devices and users as Graph shows them (contract section 14).

use serde_json::{Value, json};

use super::directory::{Device, Group, Platform, User};
use super::objects::{Kind, Row};
use crate::clock::graph_stamp;

/// What Intune writes for "never".
const NEVER: &str = "9999-12-31T23:59:59Z";

/// Members of each kind. `managementState` is on beta alone.
pub(crate) fn members(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Devices => &[
            "id",
            "deviceId",
            "accountEnabled",
            "isCompliant",
            "isManaged",
            "complianceExpirationDateTime",
            "approximateLastSignInDateTime",
            "operatingSystem",
            "trustType",
            "displayName",
            "onPremisesSecurityIdentifier",
        ],
        Kind::Users => &[
            "id",
            "userPrincipalName",
            "displayName",
            "mail",
            "accountEnabled",
            "onPremisesSecurityIdentifier",
            "onPremisesSyncEnabled",
        ],
        Kind::ManagedDevices => &[
            "id",
            "azureADDeviceId",
            "userId",
            "userPrincipalName",
            "managementState",
            "complianceState",
            "enrolledDateTime",
            "lastSyncDateTime",
            "complianceGracePeriodExpirationDateTime",
            "deviceRegistrationState",
            "serialNumber",
            "imei",
            "deviceName",
            "operatingSystem",
            "managedDeviceOwnerType",
        ],
        Kind::RiskyUsers => {
            &["id", "userPrincipalName", "riskLevel", "riskState", "riskDetail", "riskLastUpdatedDateTime"]
        }
        Kind::Members => &["id"],
        Kind::Groups => &["id", "displayName", "description", "mailEnabled", "securityEnabled"],
    }
}

/// Members that are sent without `$select`: accountEnabled of users is not among them.
pub(crate) fn default_members(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Users => &["id", "userPrincipalName", "displayName", "mail"],
        other => members(other),
    }
}

fn row(value: Value) -> Row {
    match value {
        Value::Object(row) => row,
        _ => Row::new(),
    }
}

/// A device in Entra. `id` is its object id, which certificates do not carry.
pub(super) fn entra_device(device: &Device, id: &str, now: i64) -> Row {
    let (system, trust) = match device.platform {
        Platform::Windows => ("Windows", "AzureAd"),
        Platform::Ios => ("IPhone", "Workplace"),
        Platform::Macos => ("MacMDM", "Workplace"),
        Platform::Android => ("Android", "Workplace"),
    };
    row(json!({
        "id": id, "deviceId": device.entra_id, "accountEnabled": true, "isCompliant": true, "isManaged": true,
        "complianceExpirationDateTime": null, "approximateLastSignInDateTime": graph_stamp(now),
        "operatingSystem": system, "trustType": trust, "displayName": device.name,
        "onPremisesSecurityIdentifier": null,
    }))
}

/// A device in Intune, with its user if it has one. Without one, Intune writes empty strings.
pub(super) fn managed_device(device: &Device, user: Option<&User>, now: i64) -> Row {
    let system = match device.platform {
        Platform::Windows => "Windows",
        Platform::Ios => "iOS",
        Platform::Macos => "macOS",
        Platform::Android => "Android",
    };
    let (user_id, upn) = user.map_or(("", ""), |user| (user.id.as_str(), user.upn.as_str()));
    row(json!({
        "id": device.id, "azureADDeviceId": device.entra_id, "userId": user_id, "userPrincipalName": upn,
        "managementState": "managed", "complianceState": "compliant",
        "enrolledDateTime": graph_stamp(now), "lastSyncDateTime": graph_stamp(now),
        "complianceGracePeriodExpirationDateTime": NEVER, "deviceRegistrationState": "registered",
        "serialNumber": device.serial_number, "imei": "", "deviceName": device.name, "operatingSystem": system,
        "managedDeviceOwnerType": "company",
    }))
}

/// A user in Entra. One with a security identifier is synchronised.
pub(super) fn user(user: &User) -> Row {
    row(json!({
        "id": user.id, "userPrincipalName": user.upn, "displayName": user.display_name, "mail": user.mail,
        "accountEnabled": true, "onPremisesSecurityIdentifier": user.sid,
        "onPremisesSyncEnabled": user.sid.as_ref().map(|_| true),
    }))
}

/// A security group in Entra.
pub(super) fn group(group: &Group) -> Row {
    row(json!({
        "id": group.id, "displayName": group.name, "description": null, "mailEnabled": false, "securityEnabled": true,
    }))
}

/// What Entra thinks of a user's account.
pub(super) fn risk(user: &User, level: &str, state: &str, now: i64) -> Row {
    row(json!({
        "id": user.id, "userPrincipalName": user.upn, "riskLevel": level, "riskState": state,
        "riskDetail": "none", "riskLastUpdatedDateTime": graph_stamp(now),
    }))
}
