//! What no row of the audit says: certificates that are about to end.

use super::dispatch::Webhooks;
use super::event::EventKind;
use super::told::{certificate, message};
use crate::authority::Ca;
use crate::store::{NewDelivery, Posting, StoreError, Webhook};
use pki::Time;
use pki::certificate::Certificate;
use serde_json::{Value, json};

/// Days before the end at which a certificate of the CA itself is told.
const THRESHOLDS: [i64; 3] = [7, 30, 60];
/// Certificates that one message names; it says how many there are.
const NAMED: u32 = 100;
/// Seconds of a day.
const DAY: i64 = 86_400;
/// Days that settled messages are kept: anybody can have requests refused, and each is a message.
const KEPT: i64 = 14;
/// Up to which last second certificates were told as expiring.
const MARK: &str = "webhooks-expiring";

impl Webhooks {
    /// Tells what is about to end; called often, it tells each thing once.
    ///
    /// # Errors
    /// The store.
    pub async fn look_ahead(&self) -> Result<(), StoreError> {
        let all = self.store.webhooks().await?;
        let (now, wants) =
            (self.clock.now(), |kind| all.iter().filter(move |one| one.events.contains(&kind)));
        for (threshold, what, certificate) in &self.own(now) {
            let id = self.message_id(&format!("own_{}_{threshold}", fingerprint(certificate)));
            let data = own(what, certificate, *threshold);
            for webhook in wants(EventKind::AuthorityExpiring) {
                self.tell(webhook, message(id.clone(), EventKind::AuthorityExpiring, now, &data, now))
                    .await?;
            }
        }
        let wanting: Vec<&Webhook> = wants(EventKind::Expiring).collect();
        if !wanting.is_empty() {
            self.leaves(&wanting, now).await?;
        }
        while self.store.purge_deliveries(now.plus_days(-KEPT)).await? > 0 {}
        Ok(())
    }

    /// The CA's own certificates that are within a threshold, with the nearest.
    fn own(&self, now: Time) -> Vec<(i64, &'static str, Certificate)> {
        let (ra, ocsp) = (self.authority.ra(), self.authority.responder(Ca::Issuing));
        let mut all = vec![
            ("root", self.authority.root.clone()),
            ("issuing", self.authority.issuing.certificate.clone()),
            ("ra", ra.certificate.clone()),
        ];
        all.extend(ocsp.map(|one| ("ocsp", one.certificate.clone())));
        let near = |(what, one): (&'static str, Certificate)| {
            Some((threshold(one.not_before(), one.not_after(), now)?, what, one))
        };
        all.into_iter().filter_map(near).collect()
    }

    /// One message a day for all that come within `webhooks.expiring` of their end, so that each certificate is told once and a
    /// million are no million messages.
    async fn leaves(&self, wanting: &[&Webhook], now: Time) -> Result<(), StoreError> {
        let today = now.unix().div_euclid(DAY) * DAY;
        let ahead = i64::try_from(self.expiring.as_secs()).unwrap_or(i64::MAX);
        let until = Time::from_unix(today.saturating_add(ahead));
        let mark = self.store.meta(MARK).await?.and_then(|text| text.parse().ok()).map(Time::from_unix);
        let after = mark.unwrap_or(now).max(now.plus_seconds(-1));
        if mark.is_some_and(|mark| mark >= until) {
            return Ok(());
        }
        let found = self.store.expiring(after, until, NAMED).await?;
        if found.total > 0 {
            let named: Vec<Value> = found.first.iter().map(certificate).collect();
            let data = json!({
                "count": found.total, "after": after.to_string(), "until": until.to_string(),
                "certificates": named, "more": found.total.saturating_sub(named.len() as u64),
            });
            let id = self.message_id(&format!("expiring_{}", until.unix()));
            for webhook in wanting {
                self.tell(webhook, message(id.clone(), EventKind::Expiring, now, &data, now)).await?;
            }
        }
        self.store.put_meta(MARK, &until.unix().to_string()).await
    }

    /// A webhook that was told so before is not told again: the message has the same identifier.
    async fn tell(&self, webhook: &Webhook, message: NewDelivery) -> Result<(), StoreError> {
        let posting = Posting { webhook: webhook.id, progress: None, messages: vec![message] };
        self.store.post(posting).await.map(|_| ())
    }
}

/// The nearest threshold that has been passed. One that lies in the first two thirds of a life says nothing: delegates
/// are succeeded before, and an OCSP signer lives for 30 days.
fn threshold(from: Time, until: Time, now: Time) -> Option<i64> {
    let (life, left) = (until.unix() - from.unix(), until.unix() - now.unix());
    THRESHOLDS.into_iter().find(|days| left <= days * DAY).filter(|days| days * DAY * 3 <= life)
}

fn own(what: &str, certificate: &Certificate, threshold: i64) -> Value {
    json!({
        "certificate": {
            "role": what, "serial": certificate.serial().to_string(), "subject": certificate.subject().to_string(),
            "not_after": certificate.not_after().to_string(),
        },
        "threshold_days": threshold,
    })
}

fn fingerprint(certificate: &Certificate) -> String {
    let hash = pki::algorithm::sha256(certificate.der());
    crate::audit::hex(hash.get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::threshold;
    use pki::Time;

    #[test]
    fn an_own_certificate_is_told_at_60_30_and_7_days_where_its_life_is_longer_than_that() {
        let told = |life: i64, left: i64| {
            let now = Time::from_unix(1_800_000_000);
            threshold(now.plus_days(left - life), now.plus_days(left), now)
        };
        for (left, expected) in
            [(61, None), (60, Some(60)), (31, Some(60)), (30, Some(30)), (7, Some(7)), (-1, Some(7))]
        {
            assert_eq!(told(3650, left), expected, "{left}");
        }
        assert_eq!((told(30, 29), told(30, 15), told(30, 7)), (None, None, Some(7)), "an OCSP signer");
    }
}
