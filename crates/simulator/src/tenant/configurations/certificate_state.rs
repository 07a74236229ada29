//! `managedDeviceCertificateState`: what became of a profile's certificates (contract section 12). What a gateway
//! notifies surfaces here. The list names devices and users by what they are called, and not by their ids.

use serde_json::{Value, json};

use super::Stored;
use crate::clock::graph_stamp;
use crate::tenant::World;
use crate::tenant::directory::{AndroidManagement, Platform};
use crate::tenant::ledger::Transaction;

/// A row for each request that was granted: one a device, user and certificate.
pub(super) fn rows(world: &World, id: &str, stored: &Stored) -> Vec<Value> {
    let granted: Vec<Transaction> = world.ledger().granted(id).cloned().collect();
    granted.iter().filter_map(|one| row(world, id, stored, one)).collect()
}

fn row(world: &World, id: &str, stored: &Stored, transaction: &Transaction) -> Option<Value> {
    let payload = transaction.payload.as_ref()?;
    let (device, user, platform) = {
        let directory = world.directory();
        // It leaves out Android devices that the organisation owns, whatever the profile's type.
        if !matches!(directory.android.get(&payload.device_id), None | Some(AndroidManagement::Knox)) {
            return None;
        }
        let device = directory.devices.get(&payload.device_id);
        let user = payload.user_id.as_ref().and_then(|user| directory.users.get(user));
        let name = device.map_or_else(|| payload.device_id.clone(), |device| device.name.clone());
        (name, user.map(|user| user.upn.clone()), device.map(|device| device.platform))
    };
    let (note, failed) = {
        let ledger = world.ledger();
        let same = |id: &str, request: &[u8; 32]| {
            id == transaction.id && *request == transaction.certificate_request
        };
        let note =
            ledger.certificates().iter().find(|one| same(&one.transaction_id, &one.certificate_request));
        let failed = ledger.failures().iter().find(|one| same(&one.transaction_id, &one.certificate_request));
        (note.cloned(), failed.map(|one| one.h_result))
    };
    let revocation =
        note.as_ref().map_or("none", |note| revoke_status(world, &note.certificate_serial_number));
    let issuance = match (&note, failed) {
        (Some(_), _) if revocation == "revoked" => "revoked",
        (Some(_), _) => "issued",
        (None, Some(_)) => "issueFailed",
        (None, None) => "challengeValidationSucceeded",
    };
    let text = |name: &str| stored.members.get(name).cloned().unwrap_or_default();
    Some(json!({
        "id": format!("{}_{id}", payload.certificate_request_id),
        "devicePlatform": platform.map(word), "deviceDisplayName": device, "userDisplayName": user,
        "certificateProfileDisplayName": text("displayName"),
        "certificateIssuanceState": issuance, "certificateRevokeStatus": revocation,
        "certificateErrorCode": failed.unwrap_or_default(),
        "certificateThumbprint": note.as_ref().map(|note| note.certificate_thumbprint.clone()),
        "certificateSerialNumber": note.as_ref().map(|note| note.certificate_serial_number.clone()),
        "certificateIssuer": note.as_ref().map(|note| note.issuing_certificate_authority.clone()),
        "certificateExpirationDateTime": note.map(|note| note.certificate_expiration_date_utc),
        "certificateIssuanceDateTime": graph_stamp(payload.created),
        "certificateKeyLength": payload.key_length, "certificateSubjectNameFormatString": text("subjectNameFormatString"),
    }))
}

fn word(platform: Platform) -> &'static str {
    match platform {
        Platform::Windows => "windows10AndLater",
        Platform::Ios => "iOS",
        Platform::Macos => "macOS",
        Platform::Android => "android",
    }
}

/// `none`, `pending` while Intune waits for the authority, `revoked`, or `failed`.
fn revoke_status(world: &World, serial: &str) -> &'static str {
    let queue = world.revocations();
    let entry = queue.requests().iter().rev().find(|entry| entry.serial_number == serial);
    match entry.map(|entry| entry.result.as_ref()) {
        None => "none",
        Some(None) => "pending",
        Some(Some(result)) if result.succeeded => "revoked",
        Some(Some(_)) => "failed",
    }
}
