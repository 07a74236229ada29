//! The queue of revocations: what is handed out, withheld and recorded (contract section 9).

use serde::Serialize;

use super::Event;
use crate::tenant::scep_actions::SuccessNotification;

/// Seconds for which requests are withheld after a download.
const COOL_DOWN: i64 = 3_600;
/// From this number on, an error code is worth another try.
const RETRYABLE: u16 = 4_100;

/// What is disputed of Intune, and so a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueRules {
    /// The issuer's name is compared after the list was cut to maxRequests, as seen in the field; else before.
    pub filters_after_cutting: bool,
    /// After a download that gave something, *all* requests are withheld for 60 minutes; else only those handed out.
    pub withholds_all: bool,
}

impl Default for QueueRules {
    fn default() -> Self {
        Self { filters_after_cutting: true, withholds_all: true }
    }
}

/// What the caller said of one request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Uploaded {
    /// Revoked?
    pub succeeded: bool,
    /// Number of the error code; 0 for success.
    pub error_code: u16,
    /// In words.
    pub error_message: Option<String>,
}

/// One certificate that Intune wants revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RevocationEntry {
    /// `requestContext`.
    pub context: String,
    /// As notified.
    pub serial_number: String,
    /// As notified: `issuingCertificateAuthority`.
    pub issuer_name: Option<String>,
    /// As notified.
    pub ca_configuration: Option<String>,
    /// Intune's device id.
    pub device: String,
    /// Why.
    pub event: Event,
    /// How often it was handed out.
    pub handed_out: u32,
    /// Not handed out before this, unix seconds.
    pub withheld_until: i64,
    /// The last result recorded.
    pub result: Option<Uploaded>,
}

impl RevocationEntry {
    /// Whether nothing more will be asked: revoked, or failed for good.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.result.as_ref().is_some_and(|result| result.succeeded || result.error_code < RETRYABLE)
    }
}

/// All revocations ever wanted.
#[derive(Debug, Default)]
pub struct RevocationQueue {
    /// How it behaves.
    pub rules: QueueRules,
    entries: Vec<RevocationEntry>,
    cool_until: i64,
}

impl RevocationQueue {
    /// Wants a certificate revoked; once, whatever else happens to its device.
    pub(super) fn want(&mut self, context: String, note: &SuccessNotification, device: String, event: Event) {
        let issuer = Some(note.issuing_certificate_authority.clone());
        let known = |entry: &RevocationEntry| {
            entry.serial_number == note.certificate_serial_number && entry.issuer_name == issuer
        };
        if self.entries.iter().any(known) {
            return;
        }
        self.entries.push(RevocationEntry {
            context,
            serial_number: note.certificate_serial_number.clone(),
            issuer_name: issuer,
            ca_configuration: note.ca_configuration.clone(),
            device,
            event,
            handed_out: 0,
            withheld_until: i64::MIN,
            result: None,
        });
    }

    /// Hands out what is due at `now`: at most `most`, with the issuer's name held against **caConfiguration**.
    pub(super) fn hand_out(&mut self, now: i64, most: usize, issuer: Option<&str>) -> Vec<RevocationEntry> {
        let rules = self.rules;
        if rules.withholds_all && now < self.cool_until {
            return Vec::new();
        }
        let fits = |entry: &RevocationEntry| {
            issuer.is_none_or(|name| entry.ca_configuration.as_deref() == Some(name))
        };
        let due = self.entries.iter_mut().filter(|entry| !entry.is_settled() && entry.withheld_until <= now);
        let chosen: Vec<&mut RevocationEntry> = if rules.filters_after_cutting {
            due.take(most).filter(|entry| fits(entry)).collect()
        } else {
            due.filter(|entry| fits(entry)).take(most).collect()
        };
        let handed_out: Vec<RevocationEntry> = chosen
            .into_iter()
            .map(|entry| {
                entry.handed_out += 1;
                entry.withheld_until = now.saturating_add(COOL_DOWN);
                entry.clone()
            })
            .collect();
        if !handed_out.is_empty() {
            self.cool_until = now.saturating_add(COOL_DOWN);
        }
        handed_out
    }

    /// Records a result; false if no such request was handed out.
    pub(super) fn record(&mut self, context: &str, result: Uploaded) -> bool {
        let entry = self.entries.iter_mut().find(|entry| entry.context == context && entry.handed_out > 0);
        entry.map(|entry| entry.result = Some(result)).is_some()
    }

    /// Everything ever wanted, oldest first.
    #[must_use]
    pub fn requests(&self) -> &[RevocationEntry] {
        &self.entries
    }
}
