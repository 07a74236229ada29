//! From what a directory sends to what is known. What a part of an object leaves out stays as it was.

use super::file::{self, Entry};
use super::graph::Groups;
use super::source::Said;
use crate::standing::{Kind, Learned, Record};
use mdm::graph::{ComplianceState, Device, ManagedDevice, Member, OwnerType, RiskLevel, User};

/// What is known of an object after this was said of it; `None` if that is nothing.
pub(super) fn after(
    known: Option<&Record>,
    kind: Kind,
    object: &str,
    said: &Said,
    at: i64,
) -> Option<Record> {
    let mut record = match (known, said) {
        (_, Said::Odd) => return known.cloned(),
        (None, Said::Gone) => return None,
        (Some(known), _) => known.clone(),
        (None, _) => Record::new(kind, object, at),
    };
    let there = !matches!(said, Said::Gone);
    if record.present.value != there {
        record.present = Learned { value: there, at };
    }
    match said {
        Said::Managed(device) => managed(&mut record, device, at),
        Said::Device(device) => entra(&mut record, device, at),
        Said::User(one) => user(&mut record, one, at),
        Said::Listed(entry) => listed(&mut record, entry, at),
        Said::Gone | Said::Odd => {}
    }
    Some(record)
}

/// A user's risk: the list of users at risk is whole, and who is not on it is at none.
pub(super) fn at_risk(record: &Record, level: Option<&RiskLevel>, at: i64) -> Record {
    let mut record = record.clone();
    learn(&mut record.risk, level.map(|level| level.as_str().to_owned()), at);
    record
}

/// The same with the groups that a user or a device in Entra is in; `None` if that changes nothing.
pub(super) fn in_groups(record: &Record, groups: &Groups) -> Option<Record> {
    let (of, asked) = match groups {
        Groups::Unknown => (None, None),
        Groups::Read { asked, members } => {
            (Some(members.get(&record.object).cloned().unwrap_or_default()), Some(asked))
        }
    };
    let same = record.groups == of && record.groups_asked.as_ref() == asked;
    (!same).then(|| Record { groups: of, groups_asked: asked.cloned(), ..record.clone() })
}

fn managed(record: &mut Record, device: &ManagedDevice, at: i64) {
    record.key = Some(device.id.as_str().to_owned());
    plain(&mut record.link, &device.entra_device_id, |id| id.as_str().to_owned());
    plain(&mut record.name, &device.device_name, Clone::clone);
    plain(&mut record.system, &device.operating_system, Clone::clone);
    if !matches!(device.owner_type, Member::Absent) {
        record.ownership = device.owner_type.value().and_then(owned_by).map(str::to_owned);
    }
    plain(&mut record.enrolled, &device.enrolled, |at| *at);
    fact(&mut record.management, &device.management_state, at, |state| Some(state.as_str().to_owned()));
    fact(&mut record.compliant, &device.compliance_state, at, complies);
}

/// `None` where Intune does not know, or says what this version does not know.
fn owned_by(owner: &OwnerType) -> Option<&'static str> {
    match owner {
        OwnerType::Company => Some("company"),
        OwnerType::Personal => Some("personal"),
        OwnerType::Undetermined | OwnerType::Unknown(_) => None,
    }
}

/// `None` where nothing is said: not yet evaluated, or known to somebody else only.
fn complies(state: &ComplianceState) -> Option<bool> {
    match state {
        ComplianceState::Compliant | ComplianceState::InGracePeriod => Some(true),
        ComplianceState::Noncompliant | ComplianceState::Conflict | ComplianceState::Error => Some(false),
        ComplianceState::Undetermined | ComplianceState::ConfigManager | ComplianceState::Unknown(_) => None,
    }
}

fn entra(record: &mut Record, device: &Device, at: i64) {
    plain(&mut record.key, &device.device_id, |id| id.as_str().to_owned());
    plain(&mut record.name, &device.display_name, Clone::clone);
    plain(&mut record.system, &device.operating_system, Clone::clone);
    fact(&mut record.enabled, &device.account_enabled, at, |enabled| Some(*enabled));
    fact(&mut record.compliant, &device.is_compliant, at, |compliant| Some(*compliant));
    fact(&mut record.sid, &device.security_identifier, at, |sid| Some(sid.clone()));
}

fn user(record: &mut Record, user: &User, at: i64) {
    plain(&mut record.key, &user.upn, |upn| upn.as_str().to_owned());
    fact(&mut record.enabled, &user.account_enabled, at, |enabled| Some(*enabled));
    fact(&mut record.sid, &user.security_identifier, at, |sid| Some(sid.clone()));
}

fn listed(record: &mut Record, entry: &Entry, at: i64) {
    record.key = Some(entry.id.to_lowercase());
    record.name.clone_from(&entry.name);
    learn(&mut record.enabled, entry.enabled, at);
    learn(&mut record.compliant, entry.compliant, at);
    learn(&mut record.sid, entry.sid.clone(), at);
    record.system.clone_from(&entry.platform);
    record.ownership = entry.ownership.map(|one| one.as_str().to_owned());
    record.groups = entry.groups.as_deref().map(file::groups);
}

fn plain<T, U>(into: &mut Option<U>, member: &Member<T>, value: impl Fn(&T) -> U) {
    match member {
        Member::Absent => {}
        Member::Null => *into = None,
        Member::Is(said) => *into = Some(value(said)),
    }
}

fn fact<T, U: PartialEq>(
    into: &mut Option<Learned<U>>,
    member: &Member<T>,
    at: i64,
    value: impl Fn(&T) -> Option<U>,
) {
    if !matches!(member, Member::Absent) {
        learn(into, member.value().and_then(value), at);
    }
}

/// What stays as it was keeps its time.
fn learn<T: PartialEq>(fact: &mut Option<Learned<T>>, newer: Option<T>, at: i64) {
    match (fact.as_ref(), newer) {
        (Some(known), Some(value)) if known.value == value => {}
        (_, newer) => *fact = newer.map(|value| Learned { value, at }),
    }
}
