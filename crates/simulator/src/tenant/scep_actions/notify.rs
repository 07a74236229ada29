//! The two notifications.

use super::{FailureNotification, SuccessNotification};
use crate::tenant::World;
use crate::tenant::code::{Code, Verdict};

/// Stores what was issued, exactly as reported (M152).
pub(super) fn success(world: &World, note: SuccessNotification) -> Result<(), Verdict> {
    check_order(world, &note.transaction_id, &note.certificate_request);
    check_formats(world, &note);
    world.ledger().issued(note);
    Ok(())
}

/// Stores a failure of the CA.
pub(super) fn failure(world: &World, note: FailureNotification) -> Result<(), Verdict> {
    check_order(world, &note.transaction_id, &note.certificate_request);
    if note.error_description.chars().count() > 255 {
        world.breach("errorDescription is longer than 255 characters");
    }
    world.ledger().failed(note);
    Ok(())
}

/// A notification belongs to a request that was validated, with the same bytes (contract sections 6.2, 6.3).
fn check_order(world: &World, transaction: &str, certificate_request: &[u8; 32]) {
    let verdict = world.ledger().transaction(transaction, certificate_request).map(|known| known.code);
    match verdict {
        None => {
            world.breach(format!("notification for {transaction}, which was never validated with this CSR"))
        }
        Some(Code::Success) => {}
        Some(code) => {
            world.breach(format!("notification for {transaction}, which was refused with {}", code.as_str()));
        }
    }
}

fn check_formats(world: &World, note: &SuccessNotification) {
    let thumbprint = &note.certificate_thumbprint;
    if thumbprint.len() != 40 || !thumbprint.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        world.breach("certificateThumbprint is not 40 hexadecimal digits");
    }
    let expiry = &note.certificate_expiration_date_utc;
    let instant = expiry.len() >= 20 && expiry.get(10..11) == Some("T");
    if !instant || !(expiry.ends_with('Z') || expiry.contains('+')) {
        world.breach("certificateExpirationDateUtc is no ISO 8601 instant in UTC");
    }
    if note.issuing_certificate_authority.chars().count() > 256 {
        world.breach("issuingCertificateAuthority is longer than 256 characters");
    }
}
