//! The newest CRL of each issuer, against what is revoked.

use super::Verification;
use super::audit::Walk;
use super::own::Hierarchy;
use super::report::{Invariant, Report};
use crate::jobs::crl::VALIDITY;
use crate::store::{AuthorityId, CertificateId, Crl, RevokedSerial, Store, StoreError};
use pki::Time;
use pki::certificate::{Certificate, Serial};
use pki::crl::CertificateList;
use std::collections::HashMap;

/// Rows read at once.
const PAGE: u32 = 5_000;

/// The newest list of one issuer.
pub(super) struct Newest {
    issuer: AuthorityId,
    number: u64,
    this_update: Time,
    next_update: Time,
    /// Reasons by serial number; what is matched is taken out.
    listed: HashMap<Vec<u8>, u8>,
}

impl Newest {
    pub(super) fn made_at(&self) -> Time {
        self.this_update
    }
}

pub(super) async fn newest(
    store: &dyn Store,
    hierarchy: &Hierarchy,
    report: &mut Report,
) -> Result<Vec<Newest>, StoreError> {
    let mut lists = Vec::new();
    for (id, issuer) in hierarchy.issuing() {
        let Some(crl) = store.newest_crl(id, None).await? else { continue };
        match read(&crl, issuer) {
            Ok(listed) => lists.push(listed),
            Err(what) => report.found(Invariant::CrlNumbers, format!("CRL {}: {what}", crl.number)),
        }
    }
    Ok(lists)
}

fn read(crl: &Crl, issuer: &Certificate) -> Result<Newest, String> {
    let list = CertificateList::parse(&crl.der).map_err(|error| format!("it cannot be parsed: {error}"))?;
    let rules = [
        (list.issuer.der() == issuer.subject().der(), "another issued it"),
        (list.verify_signed_by(issuer.key()).is_ok(), "its signature does not verify with its issuer's key"),
        (list.number() == Some(crl.number), "its number is not its row's"),
        (list.this_update == crl.this_update, "its thisUpdate is not its row's"),
        (list.next_update == Some(crl.next_update), "its nextUpdate is not its row's"),
    ];
    if let Some((_, what)) = rules.iter().find(|(holds, _)| !holds) {
        return Err((*what).to_owned());
    }
    let entries = list.revoked.iter();
    let listed = entries.map(|one| (one.serial.octets().to_vec(), one.reason.code())).collect();
    let Crl { issuer, number, this_update, next_update, .. } = *crl;
    Ok(Newest { issuer, number, this_update, next_update, listed })
}

pub(super) async fn compare(
    verification: &Verification,
    mut list: Newest,
    walk: &Walk,
    report: &mut Report,
) -> Result<(), StoreError> {
    if list.next_update < verification.now {
        let what = format!("CRL {}, the newest, ended at {}", list.number, list.next_update);
        report.found(Invariant::CrlNumbers, what);
    }
    let overdue = |id| is_overdue(verification, walk, id);
    let mut after = CertificateId::default();
    loop {
        let page = verification.store.revoked(list.issuer, after, PAGE).await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        report.looked_at(Invariant::Revocations, page.len() as u64);
        for one in &page {
            let found = list.listed.remove(&one.serial);
            if let Some(what) = differs(one, found, &list).filter(|_| overdue(one.id)) {
                report.found(Invariant::Revocations, format!("{}: {what}", Serial::new(&one.serial)));
            }
        }
    }
    for serial in list.listed.keys() {
        let stored = verification.store.by_serial(serial).await?;
        if !stored.iter().any(|one| one.issuer == list.issuer && !overdue(one.id)) {
            let what =
                format!("{}: CRL {} lists it, and it is not revoked", Serial::new(serial), list.number);
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

fn differs(one: &RevokedSerial, listed: Option<u8>, list: &Newest) -> Option<String> {
    let number = list.number;
    match listed {
        Some(reason) if reason == one.reason => None,
        Some(reason) => Some(format!("revoked for reason {}, and CRL {number} says {reason}", one.reason)),
        // RFC 5280 §3.3: long expired, so it has left the list.
        None if one.not_after < list.this_update.plus_seconds(-2 * VALIDITY) => None,
        None => Some(format!("revoked at {}, and CRL {number} does not list it", one.at)),
    }
}
