//! Revoking in somebody's name: one certificate, many, or all of a device or user (M161). The command line and the
//! administrative API both come here, so that they follow the same rules and answer in the same words.
//!
//! Idempotent: what is revoked stays as it was first said, and asking again changes nothing.

use crate::clock::Clock;
use crate::standing::Rule;
use crate::store::{
    AuditEvent, AuthorityId, NewRevocation, Pending, Revoked, Store, StoreError, Stored, Whom,
};
use pki::Time;
use pki::certificate::Serial;
use pki::crl::Reason;
use serde::Serialize;
use serde_json::json;
use utoipa::ToSchema;

/// Revocations under way at once.
const TOGETHER: usize = 64;

/// A certificate to revoke.
#[derive(Clone, Debug)]
pub struct Target {
    issuer: AuthorityId,
    serial: Serial,
}

impl From<&Stored> for Target {
    fn from(stored: &Stored) -> Target {
        Target { issuer: stored.issuer, serial: Serial::new(&stored.serial) }
    }
}

/// What became of one.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RevocationRow)]
pub struct Row {
    /// Its serial number, hexadecimal.
    pub serial: String,
    /// In words.
    pub result: &'static str,
    /// Whether anything is otherwise than before.
    pub changed: bool,
}

impl Row {
    fn of(target: &Target, outcome: Revoked) -> Row {
        let (result, changed) = match outcome {
            Revoked::Done => ("revoked", true),
            Revoked::Released => ("released", true),
            Revoked::StillHeld => ("still on hold by another rule", true),
            Revoked::Already(_) => ("already revoked", false),
            Revoked::NotHeld => ("not on hold by an administrator (see cert why)", false),
            Revoked::Unknown => ("unknown", false),
        };
        Row { serial: target.serial.to_string(), result, changed }
    }

    /// Nothing was ever recorded under what is said to be a serial number.
    #[must_use]
    pub fn unknown(text: &str) -> Row {
        Row { serial: text.to_owned(), result: "unknown", changed: false }
    }
}

/// What became of many.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = RevocationSummary)]
pub struct Summary {
    /// Each.
    pub certificates: Vec<Row>,
    /// How many of them are otherwise than before.
    pub changed: usize,
}

impl From<Vec<Row>> for Summary {
    fn from(certificates: Vec<Row>) -> Summary {
        let changed = certificates.iter().filter(|row| row.changed).count();
        Summary { certificates, changed }
    }
}

/// Finds the certificate with this serial number (hexadecimal).
///
/// # Errors
/// The store's.
pub async fn find(store: &dyn Store, text: &str) -> Result<Option<Stored>, StoreError> {
    let Some(serial) = Serial::from_hex(text) else { return Ok(None) };
    Ok(store.by_serial(serial.octets()).await?.into_iter().next())
}

/// Everything issued and not expired that names one of these: a device by its id in the directory, a user by the
/// principal name.
///
/// # Errors
/// The store's.
pub async fn naming(store: &dyn Store, keys: &[&str], now: Time) -> Result<Vec<Target>, StoreError> {
    let keys = keys.iter().map(|key| key.to_lowercase()).collect();
    let (_, bound) = store.bound(Whom::These { records: Vec::new(), keys }, now).await?;
    let mut targets = Vec::with_capacity(bound.len());
    for one in bound {
        targets.extend(store.certificate(one.id).await?.as_ref().map(Target::from));
    }
    Ok(targets)
}

/// A wish to revoke, and whose it is.
pub struct Wish<'a> {
    /// Where.
    pub store: &'a dyn Store,
    /// When.
    pub clock: &'a dyn Clock,
    /// RFC 5280 §5.3.1; removeFromCRL ends an administrator's hold.
    pub reason: Reason,
    /// Who wants it, for the audit.
    pub by: &'a str,
}

impl<'a> Wish<'a> {
    /// Revokes one.
    ///
    /// # Errors
    /// The store's.
    pub async fn one(&self, target: &Target) -> Result<Row, StoreError> {
        Ok(Row::of(target, self.begin(target).await?))
    }

    /// Revokes these, and tells what became of each as soon as it is durable: whoever is cut off knows what was done.
    ///
    /// # Errors
    /// The store's; what was told before is done.
    pub async fn all(&self, targets: &[Target], mut tell: impl FnMut(&Row)) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::with_capacity(targets.len());
        for page in targets.chunks(TOGETHER) {
            // A write is queued by the call: these are written together.
            let pending: Vec<_> = page.iter().map(|target| self.begin(target)).collect();
            for (target, pending) in page.iter().zip(pending) {
                let row = Row::of(target, pending.await?);
                tell(&row);
                rows.push(row);
            }
        }
        Ok(rows)
    }

    fn begin(&self, target: &Target) -> Pending<'a, Revoked> {
        self.store.revoke(NewRevocation {
            issuer: target.issuer,
            serial: target.serial.octets().to_vec(),
            reason: self.reason.code(),
            at: self.clock.now(),
            rule: Rule::Manual,
            event: AuditEvent::detail(json!({ "by": self.by }).to_string()),
        })
    }
}
