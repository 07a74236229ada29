use super::rules::{deleted, disabled, noncompliant, not_found, retired, risk};
use super::{Finding, Kind, Record, Switches};
use pki::Time;

/// Whom a certificate names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Subject {
    /// A device's id or a user principal name, in lower case.
    pub key: String,
    /// When the certificate was asked for.
    pub made_at: Time,
}

/// What the rules find of a certificate that names this subject.
///
/// `own` are the records that the name means, `linked` those of the same device elsewhere. `read` is when the last
/// complete reading of the directory began.
#[must_use]
pub fn judge(
    subject: &Subject,
    own: &[&Record],
    linked: &[&Record],
    switches: &Switches,
    (read, now): (Option<Time>, Time),
) -> Vec<Finding> {
    // A record that was gone when the certificate was made is of an earlier life of the same device.
    let earlier = |record: &Record| !record.present.value && record.present.at <= subject.made_at.unix();
    if own.iter().all(|record| earlier(record)) {
        return not_found::find(subject, switches, read).into_iter().collect();
    }
    let alive: Vec<&Record> = own.iter().chain(linked).copied().filter(|record| !earlier(record)).collect();
    let kinds = [Kind::Managed, Kind::Device, Kind::User];
    let mut found: Vec<Finding> = kinds
        .into_iter()
        .flat_map(|kind| {
            let of_kind: Vec<&Record> = alive.iter().copied().filter(|one| one.kind == kind).collect();
            of_one_kind(&of_kind, switches, now)
        })
        .collect();
    // A device that Intune and Entra say the same of: the earlier word counts.
    found.sort_by_key(|finding| (finding.rule, finding.since));
    found.dedup_by_key(|finding| finding.rule);
    found
}

/// A device that enrolled again has two records, of which the older one is retired and deleted: one that is in good standing
/// speaks for the device.
fn of_one_kind(records: &[&Record], switches: &Switches, now: Time) -> Vec<Finding> {
    let each: Vec<Vec<Finding>> = records.iter().map(|record| findings(record, switches, now)).collect();
    if each.iter().any(Vec::is_empty) { Vec::new() } else { each.into_iter().flatten().collect() }
}

fn findings(record: &Record, switches: &Switches, now: Time) -> Vec<Finding> {
    // What was last said of a record that is gone is no longer true of anything.
    if !record.present.value {
        return deleted::find(record, switches).into_iter().collect();
    }
    let found = [
        retired::find(record, switches),
        disabled::find(record, switches),
        noncompliant::find(record, switches, now),
        risk::find(record, switches),
    ];
    found.into_iter().flatten().collect()
}
