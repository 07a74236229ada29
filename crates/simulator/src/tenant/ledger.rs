//! What was asked, granted and reported.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::challenge::Payload;
use super::code::Code;
use super::scep_actions::{FailureNotification, SuccessNotification};

/// One validateRequest and its verdict.
#[derive(Clone, Debug)]
pub struct Transaction {
    /// SCEP's transactionID.
    pub id: String,
    /// SHA-256 of the CSR's base64, as sent.
    pub certificate_request: [u8; 32],
    /// What the challenge said, if the request was granted.
    pub payload: Option<Payload>,
    /// The verdict.
    pub code: Code,
    /// `callerInfo`.
    pub caller: String,
}

/// Verdicts, certificates and failures.
#[derive(Debug, Default)]
pub struct Ledger {
    transactions: BTreeMap<String, Vec<Transaction>>,
    verdicts: BTreeMap<Code, u64>,
    issued: Vec<SuccessNotification>,
    failed: Vec<FailureNotification>,
}

impl Ledger {
    pub(super) fn validated(&mut self, transaction: Transaction) {
        *self.verdicts.entry(transaction.code).or_default() += 1;
        let of_id = self.transactions.entry(transaction.id.clone()).or_default();
        of_id.retain(|known| known.certificate_request != transaction.certificate_request);
        of_id.push(transaction);
    }

    pub(super) fn issued(&mut self, note: SuccessNotification) {
        self.issued.push(note);
    }

    pub(super) fn failed(&mut self, note: FailureNotification) {
        self.failed.push(note);
    }

    /// The last verdict on this CSR in this transaction.
    #[must_use]
    pub fn transaction(&self, id: &str, certificate_request: &[u8; 32]) -> Option<&Transaction> {
        self.transactions.get(id)?.iter().find(|known| known.certificate_request == *certificate_request)
    }

    /// Requests that were granted by a challenge of that profile.
    pub fn granted(&self, profile: &str) -> impl Iterator<Item = &Transaction> {
        let of_profile = move |one: &&Transaction| {
            one.payload.as_ref().is_some_and(|payload| payload.profile_id == profile)
        };
        self.transactions.values().flatten().filter(of_profile)
    }

    /// Certificates reported, in order.
    #[must_use]
    pub fn certificates(&self) -> &[SuccessNotification] {
        &self.issued
    }

    /// Failures reported, in order.
    #[must_use]
    pub fn failures(&self) -> &[FailureNotification] {
        &self.failed
    }

    /// How often each code was answered to validateRequest.
    #[must_use]
    pub fn verdicts(&self) -> &BTreeMap<Code, u64> {
        &self.verdicts
    }

    /// What the challenge said of a reported certificate's request.
    #[must_use]
    pub fn payload_of(&self, note: &SuccessNotification) -> Option<&Payload> {
        self.transaction(&note.transaction_id, &note.certificate_request)?.payload.as_ref()
    }

    /// The device that a reported certificate belongs to, by the challenge in its request.
    #[must_use]
    pub fn device_of(&self, note: &SuccessNotification) -> Option<&str> {
        self.payload_of(note).map(|payload| payload.device_id.as_str())
    }

    /// Reported certificates in the words of Graph's managedDeviceCertificateState.
    #[must_use]
    pub fn certificates_json(&self) -> Vec<Value> {
        let row = |note: &SuccessNotification| {
            json!({
                "deviceId": self.device_of(note),
                "transactionId": note.transaction_id,
                "certificateThumbprint": note.certificate_thumbprint,
                "certificateSerialNumber": note.certificate_serial_number,
                "certificateExpirationDateTime": note.certificate_expiration_date_utc,
                "certificateIssuer": note.issuing_certificate_authority,
                "caConfiguration": note.ca_configuration,
                "certificateAuthority": note.certificate_authority,
                "callerInfo": note.caller_info,
            })
        };
        self.issued.iter().map(row).collect()
    }
}
