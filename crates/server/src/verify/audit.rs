use super::report::{Invariant, Report};
use crate::store::{AuditRow, AuditVerdict, CertificateId, Store, StoreError};
use pki::Time;
use serde::Deserialize;
use std::collections::HashMap;

/// Rows read at once.
const PAGE: u32 = 5_000;

/// One bit for each row id up to the last that was there when the verification began; a server may go on.
pub(super) struct Ids {
    last: u64,
    bits: Vec<u64>,
}

impl Ids {
    /// For ids from 0 to `last`.
    pub(super) fn up_to(last: u64) -> Ids {
        Ids { last, bits: vec![0; usize::try_from(last / 64 + 1).unwrap_or(0)] }
    }

    /// Notes an id; `false` if it was there before. One beyond the last is not noted.
    pub(super) fn insert(&mut self, id: CertificateId) -> bool {
        let known = u64::try_from(id.0).ok().filter(|id| *id <= self.last);
        let place = known.and_then(|id| Some((usize::try_from(id / 64).ok()?, 1 << (id % 64))));
        let Some((place, bit)) = place else { return true };
        let Some(word) = self.bits.get_mut(place) else { return true };
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// What is here and not in `other`.
    fn without<'a>(&'a self, other: &'a Ids) -> impl Iterator<Item = usize> + 'a {
        let words = self.bits.iter().zip(&other.bits).enumerate();
        words
            .filter(|(_, (ours, theirs))| *ours & !*theirs != 0)
            .flat_map(|(at, (ours, theirs))| bits(ours & !theirs).map(move |bit| at * 64 + bit))
    }
}

fn bits(word: u64) -> impl Iterator<Item = usize> {
    (0..64).filter(move |bit| word >> bit & 1 == 1)
}

/// What the audit chain tells.
pub(super) struct Walk {
    reserved: Ids,
    /// Certificates whose revocation changed since the newest CRL, with when.
    pub(super) changed: HashMap<CertificateId, Time>,
}

/// The part of an event that matters here.
#[derive(Deserialize)]
struct Event {
    event: String,
    certificate: Option<i64>,
}

impl Walk {
    /// Verifies the chain and reads it; `since` is when the oldest of the newest CRLs was made.
    pub(super) async fn over(
        store: &dyn Store,
        last: u64,
        since: Option<Time>,
        report: &mut Report,
    ) -> Result<Walk, StoreError> {
        match store.verify_audit(None).await? {
            AuditVerdict::Sound(head) => report.looked_at(Invariant::Audit, head.sequence),
            AuditVerdict::Broken(broken) => report.found(Invariant::Audit, broken.to_string()),
        }
        let mut walk = Walk { reserved: Ids::up_to(last), changed: HashMap::new() };
        let mut after = 0;
        loop {
            let page = store.audit(after, PAGE).await?;
            let Some(row) = page.last() else { return Ok(walk) };
            after = row.sequence;
            page.iter().for_each(|row| walk.note(row, since, report));
        }
    }

    fn note(&mut self, row: &AuditRow, since: Option<Time>, report: &mut Report) {
        let sequence = row.sequence;
        let Ok(event) = serde_json::from_str::<Event>(&row.event) else {
            return report.found(Invariant::Audit, format!("audit row {sequence} cannot be read"));
        };
        let id = event.certificate.map(CertificateId);
        match (event.event.as_str(), id) {
            ("certificate.reserved", Some(id)) if self.reserved.insert(id) => {}
            ("certificate.reserved", Some(id)) => {
                let what = format!("audit row {sequence}: certificate {} is reserved again", id.0);
                report.found(Invariant::Recorded, what);
            }
            ("certificate.revoked" | "certificate.held" | "certificate.released", Some(id))
                if since.is_none_or(|since| row.at >= since) =>
            {
                self.changed.insert(id, row.at);
            }
            _ => {}
        }
    }

    /// The signer uses no key before the audit row of the reservation is durable: what the chain names is all that can
    /// have been signed.
    pub(super) fn compare(&self, rows: &Ids, report: &mut Report) {
        for id in self.reserved.without(rows) {
            report.found(Invariant::Recorded, format!("certificate {id} was reserved, and its row is gone"));
        }
        for id in rows.without(&self.reserved) {
            report
                .found(Invariant::Recorded, format!("certificate {id} has no audit row of its reservation"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_that_only_one_side_has_are_told() {
        let (mut ours, mut theirs) = (Ids::up_to(200), Ids::up_to(200));
        for id in [0, 1, 63, 64, 130, 200] {
            assert!(ours.insert(CertificateId(id)));
        }
        for id in [1, 64, 199] {
            assert!(theirs.insert(CertificateId(id)));
        }
        assert!(!ours.insert(CertificateId(64)));
        // Written after the verification began, though in the same word.
        assert!(ours.insert(CertificateId(201)) && ours.insert(CertificateId(-1)));
        assert_eq!(ours.without(&theirs).collect::<Vec<_>>(), [0, 63, 130, 200]);
        assert_eq!(theirs.without(&ours).collect::<Vec<_>>(), [199]);
    }
}
