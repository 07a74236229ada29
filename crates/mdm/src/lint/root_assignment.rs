//! Whether the trusted certificate reaches the devices that the profile reaches.

use super::assignment::{Kinds, included};
use super::examined::Examined;
use super::finding::{Fault, Rule};
use super::reference::resolved;
use super::surroundings::TrustedCertificate;
use crate::profile::Assignment;

pub(super) const RULES: &[Rule] = &[
    Rule::error("PRF-721", "M88", "The trusted certificate profile is assigned to nobody.", unassigned),
    Rule::error(
        "PRF-722",
        "M3, contract §12",
        "One of the two profiles is for users, the other for devices.",
        other_kind,
    ),
    Rule::warning("PRF-723", "M3, M208", "The two profiles are assigned to different groups.", other_groups),
    Rule::warning("PRF-724", "M4", "The same certificate reaches the same devices by two profiles.", doubled),
];

type Sentence = Option<&'static str>;

/// A fault for each trusted profile about which there is something to say.
fn where_said(
    examined: &Examined<'_>,
    says: impl Fn(&TrustedCertificate) -> Sentence,
    fix: &str,
) -> Vec<Fault> {
    let found = resolved(examined).into_iter().filter_map(|(setting, _, found)| Some((setting, found?)));
    let fault = |(setting, found): (String, &TrustedCertificate)| {
        let sentence = format!("`{}` {}", found.name, says(found)?);
        Some(Fault::new(setting, sentence, fix))
    };
    found.filter_map(fault).collect()
}

fn unassigned(examined: &Examined<'_>) -> Vec<Fault> {
    let says = |found: &TrustedCertificate| {
        (included(&found.assignments).next().is_none()).then_some("is assigned to nobody.")
    };
    where_said(examined, says, "Assign it to the same groups as this profile.")
}

fn is_other_kind(ours: &[Assignment], theirs: &[Assignment]) -> bool {
    let (ours, theirs) = (Kinds::of(ours), Kinds::of(theirs));
    let apart = |a: Kinds, b: Kinds| a.users && !a.devices && b.devices && !b.users;
    apart(ours, theirs) || apart(theirs, ours)
}

fn other_kind(examined: &Examined<'_>) -> Vec<Fault> {
    let says = |found: &TrustedCertificate| {
        is_other_kind(&examined.profile.assignments, &found.assignments)
            .then_some("is assigned to the other of users and devices, and Intune reports an error.")
    };
    where_said(examined, says, "Assign both to the same groups.")
}

fn other_groups(examined: &Examined<'_>) -> Vec<Fault> {
    let ours = &examined.profile.assignments;
    let says = |found: &TrustedCertificate| {
        let theirs = &found.assignments;
        let lacks = included(ours).any(|one| !theirs.iter().any(|other| is_same(one, other)));
        let judged = included(theirs).next().is_some() && !is_other_kind(ours, theirs);
        (lacks && judged).then_some("does not go to all the groups that this profile goes to.")
    };
    where_said(examined, says, "Assign both to the same groups.")
}

fn is_same(one: &Assignment, other: &Assignment) -> bool {
    match (one, other) {
        (Assignment::Group(one), Assignment::Group(other)) => one.id == other.id,
        _ => one == other,
    }
}

fn doubled(examined: &Examined<'_>) -> Vec<Fault> {
    let says = |found: &TrustedCertificate| {
        let overlaps = |other: &TrustedCertificate| {
            included(&found.assignments).any(|one| other.assignments.iter().any(|two| is_same(one, two)))
        };
        let same = |other: &&TrustedCertificate| {
            other.name != found.name
                && other.platform.installs_on(found.platform)
                && other.thumbprints.iter().any(|print| found.thumbprints.contains(print))
        };
        let mut others = examined.surroundings.trusted_certificates.iter().flatten().filter(same);
        others.any(overlaps).then_some("is not the only one that brings its certificate to these devices.")
    };
    where_said(examined, says, "Keep one Trusted certificate profile for each platform and certificate.")
}
