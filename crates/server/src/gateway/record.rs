//! Refusals for the audit chain: each is a row, up to so many a second.
//!
//! Anybody can send what is refused. Without a bound the chain would be a way to fill the disk (threat 69); with one,
//! the next row says how many had none.

use crate::directory::binding::{DeviceNames, bindings};
use crate::enroll::Peer;
use crate::explanation::{Compared, Explanation};
use crate::store::{AuditEvent, Named};
use ca::rejection::Shown;
use pki::Time;
use pki::csr::CertificateRequest;
use serde_json::{Value, json};
use std::sync::{Mutex, PoisonError};

/// Rows in one second of the clock. Devices refused by mistake are fewer; an attack is told as a number.
const A_SECOND: u32 = 50;

/// How many rows were written in this second, and how many refusals since the last row had none.
#[derive(Debug, Default)]
pub(super) struct Refusals(Mutex<Count>);

#[derive(Debug, Default)]
struct Count {
    second: i64,
    rows: u32,
    omitted: u64,
}

/// What is refused: the transactionID, where there is one, and the request, where it could be read.
#[derive(Clone, Copy)]
pub(super) struct About<'a> {
    pub(super) transaction: &'a str,
    pub(super) request: Option<&'a CertificateRequest>,
}

impl<'a> About<'a> {
    /// A transaction whose request could not be read, or has none.
    pub(super) const fn transaction(transaction: &'a str) -> About<'a> {
        About { transaction, request: None }
    }
}

/// Who a request says it is from (M148), fit to be shown. Nobody vouched for it: it says which device to look at, and no more.
fn claimed(request: &CertificateRequest, detail: &mut Value) {
    let shown = |text: &str| Value::from(Shown::escaped(text).to_string());
    let subject = request.subject().to_string();
    if !subject.is_empty() {
        detail["subject"] = shown(&subject);
    }
    let names = bindings("", DeviceNames::CommonNames, request.subject(), &request.san().unwrap_or_default());
    if let Some(device) = names.into_iter().find(|one| one.named == Named::Device) {
        detail["device"] = shown(&device.key);
    }
}

impl Refusals {
    /// The row for this refusal, if there is room for one.
    pub(super) fn event(
        &self,
        explanation: &Explanation,
        endpoint: &str,
        about: About<'_>,
        peer: &Peer,
        now: Time,
    ) -> Option<AuditEvent> {
        let omitted = self.admit(now)?;
        let mut detail = json!({
            "code": explanation.code, "why": explanation.operator, "endpoint": endpoint,
            "transaction": about.transaction, "peer": peer.address,
        });
        match &explanation.compared {
            Compared::Sides(difference) => detail["difference"] = json!(difference),
            Compared::Nothing(why) => detail["not_compared"] = (*why).into(),
        }
        if let Some(before) = peer.before.detail() {
            detail["before"] = before;
        }
        if let Some(request) = about.request {
            claimed(request, &mut detail);
        }
        if let Some(policy) = &explanation.policy {
            detail["policy"] = json!(policy);
        }
        if omitted > 0 {
            detail["omitted_before"] = omitted.into();
        }
        Some(AuditEvent::new("request.refused", detail.to_string()))
    }

    /// The number of refusals without a row since the last one that got one; `None` if this is another.
    fn admit(&self, now: Time) -> Option<u64> {
        let mut count = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if count.second != now.unix() {
            (count.second, count.rows) = (now.unix(), 0);
        }
        if count.rows == A_SECOND {
            count.omitted += 1;
            return None;
        }
        count.rows += 1;
        Some(std::mem::take(&mut count.omitted))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn beyond_the_bound_refusals_are_counted_for_the_next_row() {
        let (refusals, now) = (Refusals::default(), Time::from_unix(1_800_000_000));
        let rows = (0..A_SECOND + 7).filter(|_| refusals.admit(now) == Some(0)).count();
        assert_eq!(rows, 50);
        assert_eq!(refusals.admit(now), None);
        assert_eq!(refusals.admit(now.plus_seconds(1)), Some(8));
        assert_eq!(refusals.admit(now.plus_seconds(1)), Some(0));
    }
}
