//! The newest CRL of each issuer, whole and in parts, against what is revoked.

use super::Verification;
use super::audit::Walk;
use super::own::Hierarchy;
use super::report::{Invariant, Report};
use crate::jobs::crl::{SHARDS, VALIDITY};
use crate::store::{AuthorityId, CertificateId, Crl, RevokedSerial, StoreError};
use ca::profile::shard_of;
use pki::Time;
use pki::certificate::{Certificate, Serial};
use pki::crl::{CertificateList, RevokedEntry};
use std::collections::{BTreeMap, HashMap};

/// Rows read at once.
const PAGE: u32 = 5_000;

/// One issuer's newest list of everything, or the newest of each of its parts.
pub(super) struct Newest {
    issuer: AuthorityId,
    /// How many parts; 0 for a list of everything.
    shards: u16,
    heads: BTreeMap<Option<u16>, Head>,
    /// Reasons by serial number; what is matched is taken out.
    listed: HashMap<Vec<u8>, u8>,
}

/// What a list says of itself.
struct Head {
    number: u64,
    this_update: Time,
    next_update: Time,
}

impl Newest {
    /// When the oldest of them was made.
    pub(super) fn made_at(&self) -> Option<Time> {
        self.heads.values().map(|head| head.this_update).min()
    }

    /// The list that this certificate stands in, if it is revoked.
    fn head_of(&self, serial: &[u8]) -> Option<&Head> {
        self.heads.get(&shard_of(&Serial::new(serial), self.shards))
    }

    /// Takes a list in, unless it is not what its row says.
    fn read(&mut self, crl: &Crl, issuer: &Certificate) -> Result<(), String> {
        let list =
            CertificateList::parse(&crl.der).map_err(|error| format!("it cannot be parsed: {error}"))?;
        let here = |one: &RevokedEntry| shard_of(&one.serial, self.shards) == crl.shard;
        // RFC 5280 §5.2.5: only a part says that it is one.
        let scope = list.issuing_distribution_point().map(|point| point.is_some());
        let rules = [
            (list.issuer.der() == issuer.subject().der(), "another issued it"),
            (
                list.verify_signed_by(issuer.key()).is_ok(),
                "its signature does not verify with its issuer's key",
            ),
            (list.number() == Some(crl.number), "its number is not its row's"),
            (list.this_update == crl.this_update, "its thisUpdate is not its row's"),
            (list.next_update == Some(crl.next_update), "its nextUpdate is not its row's"),
            (scope == Ok(crl.shard.is_some()), "it does not say rightly whether it is a part"),
            (list.revoked.iter().all(here), "it lists a certificate of another part"),
        ];
        if let Some((_, what)) = rules.iter().find(|(holds, _)| !holds) {
            return Err((*what).to_owned());
        }
        let entries = list.revoked.iter();
        self.listed.extend(entries.map(|one| (one.serial.octets().to_vec(), one.reason.code())));
        let Crl { number, this_update, next_update, .. } = *crl;
        self.heads.insert(crl.shard, Head { number, this_update, next_update });
        Ok(())
    }
}

pub(super) async fn newest(
    verification: &Verification,
    hierarchy: &Hierarchy,
    report: &mut Report,
) -> Result<Vec<Newest>, StoreError> {
    let recorded = verification.store.meta(SHARDS).await?;
    let shards: u16 = recorded.and_then(|number| number.parse().ok()).unwrap_or(0);
    let overdue = verification.now.plus_seconds(-verification.grace);
    let mut lists = Vec::new();
    for (id, issuer) in hierarchy.issuing() {
        let Some(whole) = verification.store.newest_crl(id, None).await? else { continue };
        let empty = |shards| Newest { issuer: id, shards, heads: BTreeMap::new(), listed: HashMap::new() };
        let (mut everything, mut parts) = (empty(0), empty(shards));
        note(everything.read(&whole, issuer), &whole, report);
        for shard in (0..shards).filter(|_| shards > 1) {
            match verification.store.newest_crl(id, Some(shard)).await? {
                Some(part) => note(parts.read(&part, issuer), &part, report),
                // Recorded one after the other; a server that died between two makes them all at its start.
                None if whole.this_update < overdue => {
                    report.found(Invariant::CrlNumbers, format!("part {shard} of the CRL was never made"));
                }
                None => {}
            }
        }
        lists.extend([everything, parts].into_iter().filter(|list| !list.heads.is_empty()));
    }
    Ok(lists)
}

fn note(read: Result<(), String>, crl: &Crl, report: &mut Report) {
    if let Err(what) = read {
        let part = crl.shard.map(|shard| format!(" (part {shard})")).unwrap_or_default();
        report.found(Invariant::CrlNumbers, format!("CRL {}{part}: {what}", crl.number));
    }
}

pub(super) async fn compare(
    verification: &Verification,
    mut list: Newest,
    walk: &Walk,
    report: &mut Report,
) -> Result<(), StoreError> {
    for head in list.heads.values().filter(|head| head.next_update < verification.now) {
        let what = format!("CRL {}, the newest, ended at {}", head.number, head.next_update);
        report.found(Invariant::CrlNumbers, what);
    }
    let overdue = |id| is_overdue(verification, walk, id);
    let mut after = CertificateId::default();
    loop {
        let page = verification.store.revoked(list.issuer, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        if list.shards == 0 {
            report.looked_at(Invariant::Revocations, page.len() as u64);
        }
        for one in &page {
            let found = list.listed.remove(&one.serial);
            // Of a list that could not be read is told elsewhere.
            let Some(head) = list.head_of(&one.serial) else { continue };
            if let Some(what) = differs(one, found, head).filter(|_| overdue(one.id)) {
                report.found(Invariant::Revocations, format!("{}: {what}", Serial::new(&one.serial)));
            }
        }
    }
    for serial in list.listed.keys() {
        let stored = verification.store.by_serial(serial).await?;
        if !stored.iter().any(|one| one.issuer == list.issuer && !overdue(one.id)) {
            let number = list.head_of(serial).map_or(0, |head| head.number);
            let what = format!("{}: CRL {number} lists it, and it is not revoked", Serial::new(serial));
            report.found(Invariant::Revocations, what);
        }
    }
    Ok(())
}

/// What changed since the list was made is for the next one, which a server makes within half a minute.
fn is_overdue(verification: &Verification, walk: &Walk, id: CertificateId) -> bool {
    let overdue = verification.now.plus_seconds(-verification.grace);
    walk.changed.get(&id).is_none_or(|at| *at < overdue)
}

fn differs(one: &RevokedSerial, listed: Option<u8>, list: &Head) -> Option<String> {
    let number = list.number;
    match listed {
        Some(reason) if reason == one.reason => None,
        Some(reason) => Some(format!("revoked for reason {}, and CRL {number} says {reason}", one.reason)),
        // RFC 5280 §3.3: long expired, so it has left the list.
        None if one.not_after < list.this_update.plus_seconds(-2 * VALIDITY) => None,
        None => Some(format!("revoked at {}, and CRL {number} does not list it", one.at)),
    }
}
