//! All certificates, a page at a time, on as many threads as there are processors, at most four.

use super::Verification;
use super::audit::Ids;
use super::certificate::{Looked, look};
use super::own::Hierarchy;
use super::profiles::Versions;
use super::report::{Invariant, Report};
use crate::store::{CertificateId, Search, State, StoreError, Stored};
use pki::certificate::Serial;
use std::collections::VecDeque;
use std::sync::Arc;

/// Rows in memory at once.
const PAGE: u32 = 2_000;
const THREADS: usize = 4;

/// What is remembered of all of them.
pub(super) struct Seen {
    /// Whose row is there.
    pub(super) rows: Ids,
    /// RSA moduli with their serial numbers, the newest of them.
    pub(super) moduli: VecDeque<(Serial, Vec<u8>)>,
}

pub(super) async fn check(
    verification: &Verification,
    hierarchy: &Arc<Hierarchy>,
    last: u64,
    report: &mut Report,
) -> Result<Seen, StoreError> {
    let mut seen = Seen { rows: Ids::up_to(last), moduli: VecDeque::new() };
    let mut versions = Arc::new(Versions::none(&*verification.store).await?);
    let mut after = CertificateId::default();
    loop {
        let search = Search { after, limit: PAGE, ..Search::default() };
        let page = verification.store.certificates(search).await?;
        let Some(newest) = page.last() else { return Ok(seen) };
        after = newest.id;
        let mut rows = Vec::with_capacity(page.len());
        for one in page {
            let request = verification.store.request(one.id).await?;
            rows.push((one, request));
        }
        Arc::make_mut(&mut versions).follow(&*verification.store, report).await?;
        let (hierarchy, known) = (Arc::clone(hierarchy), Arc::clone(&versions));
        let work = tokio::task::spawn_blocking(move || look_at(rows, &hierarchy, &known));
        for (one, looked) in work.await.map_err(|lost| StoreError::Read(lost.to_string()))? {
            note(&one, looked, &mut seen, verification.shared_primes, report);
        }
    }
}

fn look_at(
    rows: Vec<(Stored, Option<Vec<u8>>)>,
    hierarchy: &Hierarchy,
    versions: &Versions,
) -> Vec<(Stored, Looked)> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(THREADS);
    let share = rows.len().div_ceil(threads).max(1);
    let some = |rows: &[(Stored, Option<Vec<u8>>)]| -> Vec<Looked> {
        rows.iter().map(|(one, request)| look(one, request.as_deref(), hierarchy, versions)).collect()
    };
    let looked: Vec<Looked> = std::thread::scope(|scope| {
        let at_work: Vec<_> = rows.chunks(share).map(|rows| scope.spawn(move || some(rows))).collect();
        // A panic in there is a fault of this program: it goes on up.
        let join = |one: std::thread::ScopedJoinHandle<'_, Vec<Looked>>| {
            one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        at_work.into_iter().flat_map(join).collect()
    });
    rows.into_iter().map(|(one, _)| one).zip(looked).collect()
}

fn note(one: &Stored, looked: Looked, seen: &mut Seen, moduli: usize, report: &mut Report) {
    seen.rows.insert(one.id);
    report.looked_at(Invariant::Recorded, 1);
    report.looked_at(Invariant::Status, 1);
    if matches!(one.state, State::Issued { .. }) {
        report.looked_at(Invariant::Certificates, 1);
    }
    if looked.without_rules {
        report.without_rules();
    }
    let serial = Serial::new(&one.serial);
    for (invariant, what) in looked.findings {
        report.found(invariant, format!("{serial} ({}): {what}", one.subject));
    }
    if let Some(modulus) = looked.modulus.filter(|_| moduli > 0) {
        seen.moduli.push_back((serial, modulus));
        if seen.moduli.len() > moduli {
            seen.moduli.pop_front();
        }
    }
}
