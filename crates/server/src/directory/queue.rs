//! Intune's own revocation requests (contract §9). Microsoft says that the call is to be removed: nothing else hangs on it.

use crate::clock::Clock;
use crate::explanation::ours;
use crate::standing::Rule;
use crate::store::{AuditEvent, NewRevocation, Revoked, Store, StoreError, Stored};
use crate::validators::intune::trouble::Trouble;
use crate::validators::intune::{Hop, Tenant};
use mdm::intune::SerialNumber;
use mdm::intune::revocation::{
    COOL_DOWN, Call, Download, Downloaded, Failure, MaxRequests, Outcome, RevocationRequest, Upload, recorded,
};
use pki::Time;
use std::collections::BTreeSet;

/// Seconds after the time for which Intune withholds, for clocks that differ.
const MARGIN: i64 = 30;
/// Seconds after a question without answer.
const AGAIN: i64 = 60;

/// The queue of one tenant.
pub(crate) struct Queue {
    pub(crate) tenant: Tenant,
    /// The source's name.
    pub(crate) name: String,
    /// Endpoints whose certificates this tenant may revoke.
    pub(crate) endpoints: BTreeSet<String>,
    /// When Intune is to be asked next.
    next: Option<Time>,
    /// Results that Intune has not taken yet.
    unsent: Vec<Outcome>,
}

impl Queue {
    pub(crate) fn new(tenant: Tenant, name: String, endpoints: BTreeSet<String>) -> Queue {
        Queue { tenant, name, endpoints, next: None, unsent: Vec::new() }
    }

    /// Sends what is unsent, and asks if it is time.
    pub(super) async fn turn(&mut self, store: &dyn Store, clock: &dyn Clock) {
        if let Err(why) = self.tried(store, clock).await {
            let (code, source) = (ours::FACTS, self.name.as_str());
            tracing::warn!(event = "revocation_queue_failed", error_code = %code, source, "Intune's revocation requests: {why}");
        }
    }

    async fn tried(&mut self, store: &dyn Store, clock: &dyn Clock) -> Result<(), String> {
        self.upload().await?;
        let (now, key) = (clock.now(), format!("revocation-queue:{}", self.name));
        let next = match self.next {
            Some(next) => next,
            None => {
                let kept = store.meta(&key).await.map_err(|error| error.to_string())?;
                kept.and_then(|text| text.parse().ok()).map_or(now, Time::from_unix)
            }
        };
        self.next = Some(next);
        if now < next {
            return Ok(());
        }
        // Where the answer was lost, Intune withholds for an hour, and asking again does no harm.
        self.next = Some(now.plus_seconds(AGAIN));
        let body = Download::new(MaxRequests::RECOMMENDED, None);
        let answer = self.tenant.revocations(Call::Download, &body).await.map_err(|why| self.told(&why))?;
        let wanted =
            Downloaded::parse(&answer).map_err(|_| "the answer is no list of requests".to_owned())?;
        let next = now.plus_seconds(i64::from(COOL_DOWN) + MARGIN);
        store.put_meta(&key, &next.unix().to_string()).await.map_err(|error| error.to_string())?;
        self.next = Some(next);
        if wanted.unanswerable > 0 {
            tracing::warn!(
                event = "revocation_unanswerable",
                count = wanted.unanswerable,
                "requests without context cannot be answered"
            );
        }
        for request in wanted.requests {
            let outcome = self.revoke(store, request, now).await;
            self.unsent.push(outcome);
        }
        self.upload().await
    }

    fn told(&self, trouble: &Trouble) -> String {
        self.tenant.told(trouble, Hop::Intune)
    }

    async fn upload(&mut self) -> Result<(), String> {
        for body in Upload::batches(&self.unsent) {
            let answer = self.tenant.revocations(Call::Upload, &body).await.map_err(|why| self.told(&why))?;
            if !recorded(&answer) {
                return Err("the results were not recorded; they are sent again".into());
            }
            self.unsent.drain(..body.results().len());
        }
        Ok(())
    }

    async fn revoke(&self, store: &dyn Store, request: RevocationRequest, now: Time) -> Outcome {
        let failed = |failure, why: &str| Outcome::failed(request.context.clone(), failure, why);
        let Some(serial) = &request.serial else {
            return failed(Failure::ParameterDataInvalidError, "the serial number cannot be read");
        };
        let mut found = Vec::new();
        for number in serial.iter() {
            match store.by_serial(&octets(number)).await {
                Ok(some) => found.extend(some),
                Err(_) => return failed(Failure::ServiceUnavailableException, "the store cannot be read"),
            }
        }
        let [one] = found.as_slice() else {
            return match found.len() {
                0 => failed(Failure::CertificateNotFoundError, "no certificate has this serial number"),
                // Nothing is revoked by guess.
                _ => failed(Failure::NonRetryableServiceException, "two certificates may be meant"),
            };
        };
        if !self.endpoints.contains(&one.endpoint) {
            return failed(Failure::NotSupportedError, "it was not issued through this tenant");
        }
        match self.recorded(store, one, now).await {
            Ok(Revoked::Unknown) => failed(Failure::CertificateNotFoundError, "no such certificate"),
            // For us, a certificate that is revoked already is a success (contract §9.2).
            Ok(_) => Outcome::revoked(request.context),
            Err(_) => failed(Failure::ServiceUnavailableException, "the revocation could not be recorded"),
        }
    }

    async fn recorded(&self, store: &dyn Store, one: &Stored, now: Time) -> Result<Revoked, StoreError> {
        let said = "Intune asked for it: the device left, or its profile was taken away or edited";
        let event = AuditEvent::detail(serde_json::json!({ "by": "Intune", "said": said }).to_string());
        let rule = Rule::RevocationQueue;
        let (issuer, serial, reason) = (one.issuer, one.serial.clone(), rule.reason().code());
        store.revoke(NewRevocation { issuer, serial, reason, at: now, rule, event }).await
    }
}

/// As certificates carry it: the magnitude, with a zero octet before a high bit.
fn octets(number: &SerialNumber) -> Vec<u8> {
    let digits = number.as_str().as_bytes().chunks(2);
    let pair =
        |pair: &[u8]| std::str::from_utf8(pair).ok().and_then(|pair| u8::from_str_radix(pair, 16).ok());
    let magnitude: Vec<u8> = digits.filter_map(pair).collect();
    let high = magnitude.first().is_some_and(|octet| *octet >= 0x80);
    if high { std::iter::once(0).chain(magnitude).collect() } else { magnitude }
}
