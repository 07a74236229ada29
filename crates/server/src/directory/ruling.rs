//! What the directory says of a device or user becomes what is said of their certificates.

use super::mirror::Mirror;
use super::source::Place;
use super::{Directory, RoundError};
use crate::standing::{Finding, Record, Rule, Subject, Switches, judge};
use crate::store::{Binding, Bound, CertificateId, Ground, Named, RecordId, Ruling, Whom};
use pki::Time;
use std::collections::BTreeSet;

/// Certificates read at once.
const PAGE: u32 = 1_000;
/// Certificates ruled on in one transaction: enrolments wait for it.
const TOGETHER: usize = 50;

/// Rules on the certificates of these, or on all.
pub(super) async fn rule(
    directory: &Directory,
    mirror: &Mirror,
    changed: Option<Vec<Place>>,
    now: Time,
) -> Result<(), RoundError> {
    let Some(changed) = changed else {
        return each(directory, mirror, |after| Whom::All { after, limit: PAGE }, now).await;
    };
    for page in changed.chunks(usize::try_from(PAGE).unwrap_or(1_000)) {
        let (_, bound) = directory.store.bound(concerned(mirror, page), now).await?;
        settle(directory, mirror, &bound, now).await?;
    }
    // What was issued since the last round, or bound anew.
    each(directory, mirror, |after| Whom::Unfound { after, limit: PAGE }, now).await
}

async fn each(
    directory: &Directory,
    mirror: &Mirror,
    page: impl Fn(CertificateId) -> Whom,
    now: Time,
) -> Result<(), RoundError> {
    let mut after = CertificateId::default();
    loop {
        let (last, bound) = directory.store.bound(page(after), now).await?;
        settle(directory, mirror, &bound, now).await?;
        let Some(last) = last else { return Ok(()) };
        after = last;
    }
}

/// The certificates of a device may name it by its id in Intune or in Entra.
fn concerned(mirror: &Mirror, changed: &[Place]) -> Whom {
    let (mut records, mut keys) = (BTreeSet::new(), BTreeSet::new());
    for place in changed.iter().flat_map(|place| std::iter::once(place).chain(mirror.linked(place))) {
        records.extend(mirror.id(place));
        let record = mirror.record(place);
        keys.extend(record.and_then(|record| record.key.clone()));
        keys.extend(record.and_then(|record| record.link.clone()));
    }
    Whom::These { records: records.into_iter().collect(), keys: keys.into_iter().collect() }
}

async fn settle(
    directory: &Directory,
    mirror: &Mirror,
    bound: &[Bound],
    now: Time,
) -> Result<(), RoundError> {
    let read = directory.health.read_at();
    let rulings: Vec<Ruling> =
        bound.iter().filter_map(|one| ruling(directory, mirror, one, (read, now))).collect();
    for page in rulings.chunks(TOGETHER) {
        let changed = directory.store.rule(page.to_vec(), now).await?;
        if changed > 0 {
            let source = directory.name.as_str();
            tracing::info!(event = "status_changed", source, changed, "certificates followed the directory");
        }
    }
    Ok(())
}

/// `None` where the store knows all of it.
fn ruling(
    directory: &Directory,
    mirror: &Mirror,
    bound: &Bound,
    times: (Option<Time>, Time),
) -> Option<Ruling> {
    let switches = directory.switches.get(&bound.endpoint)?;
    let ours: Vec<&Binding> = bound.bindings.iter().filter(|one| one.source == directory.name).collect();
    if ours.is_empty() {
        return None;
    }
    let (mut grounds, mut found): (Vec<Ground>, Vec<(Named, RecordId)>) = (Vec::new(), Vec::new());
    for binding in ours {
        let own = own(mirror, binding);
        if binding.record.is_none() {
            found.extend(own.first().and_then(|place| mirror.id(place)).map(|id| (binding.named, id)));
        }
        for finding in findings(mirror, binding, &own, bound, switches, times) {
            if grounds.iter().all(|known| known.rule != finding.rule) {
                grounds.push(ground(finding));
            }
        }
    }
    let news = !found.is_empty() || differs(&bound.grounds, &grounds);
    news.then_some(Ruling { id: bound.id, asked: &Rule::OF_THE_DIRECTORY, grounds, found })
}

/// The records that a name means. A user once found stays the same person, whoever bears the name now; a device that was
/// registered anew under its id is the same device.
fn own<'a>(mirror: &'a Mirror, binding: &Binding) -> Vec<&'a Place> {
    let kept = binding.record.and_then(|id| mirror.place(id));
    let bearing = mirror.bearing(&binding.key, binding.named.kinds());
    match (kept, binding.named) {
        (Some(kept), Named::User) => vec![kept],
        (Some(kept), Named::Device) => {
            let others = bearing.into_iter().filter(|place| *place != kept);
            std::iter::once(kept).chain(others).collect()
        }
        (None, Named::Device) => bearing,
        (None, Named::User) => {
            let is_there = |place: &&Place| mirror.record(place).is_some_and(|one| one.present.value);
            let there: Vec<&Place> = bearing.iter().copied().filter(is_there).collect();
            if there.is_empty() { bearing } else { there }
        }
    }
}

fn findings(
    mirror: &Mirror,
    binding: &Binding,
    own: &[&Place],
    bound: &Bound,
    switches: &Switches,
    times: (Option<Time>, Time),
) -> Vec<Finding> {
    let subject = Subject { key: binding.key.clone(), made_at: bound.made_at };
    let linked: BTreeSet<&Place> = own.iter().flat_map(|place| mirror.linked(place)).collect();
    let elsewhere = linked.into_iter().filter(|place| !own.contains(place));
    let elsewhere: Vec<&Record> = elsewhere.filter_map(|place| mirror.record(place)).collect();
    let own: Vec<&Record> = own.iter().filter_map(|place| mirror.record(place)).collect();
    judge(&subject, &own, &elsewhere, switches, times)
}

fn ground(finding: Finding) -> Ground {
    let reason = finding.reason().code();
    Ground { rule: finding.rule, at: finding.since, reason, said: finding.said }
}

/// Whether the store would change: a hold ends, a rule is new, a hold becomes final.
fn differs(before: &[Ground], after: &[Ground]) -> bool {
    const HOLD: u8 = 6;
    let kept = |rule: Rule| before.iter().find(|ground| ground.rule == rule);
    let ends = |ground: &Ground| {
        ground.reason == HOLD
            && Rule::OF_THE_DIRECTORY.contains(&ground.rule)
            && after.iter().all(|one| one.rule != ground.rule)
    };
    let is_new =
        |ground: &Ground| kept(ground.rule).is_none_or(|known| known.reason == HOLD && ground.reason != HOLD);
    before.iter().any(ends) || after.iter().any(is_new)
}
