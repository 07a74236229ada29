//! Whom a profile is assigned to.

use super::examined::Examined;
use super::finding::{Fault, Rule};
use crate::platform::UserPresence;
use crate::profile::{Assignment, CertificateType, Group, Members, Profile};

const SETTING: &str = "assignments";

pub(super) const RULES: &[Rule] = &[
    Rule::advice("PRF-921", "M92, M93", "The profile is assigned to nobody.", nobody),
    Rule::warning("PRF-922", "M3, contract §12", "The assignment mixes users and devices.", mixed),
    Rule::error("PRF-923", "M79, M111", "A device without a user is assigned by its user.", by_user),
    Rule::advice("PRF-924", "M199", "A user's certificate waits for the device's registration.", late),
    Rule::warning(
        "PRF-925",
        "M3, contract §12",
        "Users are excluded from devices, or devices from users.",
        excluded_kind,
    ),
    Rule::warning("PRF-926", "M200", "A group is both included and excluded.", both_ways),
    Rule::advice("PRF-927", "M200", "An assignment stands twice.", twice).mended(once),
    Rule::error("PRF-928", "M200", "A group has no identifier.", nameless),
];

/// Those that get the profile.
pub(super) fn included(assignments: &[Assignment]) -> impl Iterator<Item = &Assignment> {
    assignments.iter().filter(|one| !matches!(one, Assignment::Exclude(_)))
}

/// Whether users and devices are among the members.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Kinds {
    pub(super) users: bool,
    pub(super) devices: bool,
}

impl Kinds {
    /// What is included; a group whose members are not known counts as neither.
    pub(super) fn of(assignments: &[Assignment]) -> Self {
        included(assignments).fold(Self::default(), |kinds, one| match one {
            Assignment::AllUsers => Self { users: true, ..kinds },
            Assignment::AllDevices => Self { devices: true, ..kinds },
            Assignment::Group(group) | Assignment::Exclude(group) => kinds.with(group),
        })
    }

    fn with(self, group: &Group) -> Self {
        match group.members {
            Some(Members::Users) => Self { users: true, ..self },
            Some(Members::Devices) => Self { devices: true, ..self },
            Some(Members::Mixed) => Self { users: true, devices: true },
            None => self,
        }
    }
}

fn kinds(examined: &Examined<'_>) -> Kinds {
    Kinds::of(&examined.profile.assignments)
}

fn excluded<'a>(examined: &Examined<'a>) -> impl Iterator<Item = &'a Group> {
    examined.profile.assignments.iter().filter_map(|one| match one {
        Assignment::Exclude(group) => Some(group),
        _ => None,
    })
}

fn nobody(examined: &Examined<'_>) -> Vec<Fault> {
    let nobody = included(&examined.profile.assignments).next().is_none();
    let sentence = || "No group gets the profile.".to_owned();
    Fault::when(nobody, SETTING, sentence, "Assign it to the groups of the Trusted certificate profile.")
}

fn mixed(examined: &Examined<'_>) -> Vec<Fault> {
    let Kinds { users, devices } = kinds(examined);
    let sentence =
        || "It goes to users and to devices; of two profiles with such groups one fails.".to_owned();
    let fix = "Assign to users alone or to devices alone, the same for the Trusted certificate profile.";
    Fault::when(users && devices, SETTING, sentence, fix)
}

fn by_user(examined: &Examined<'_>) -> Vec<Fault> {
    let userless = examined.rules.user.value == UserPresence::Never;
    let Kinds { users, devices } = kinds(examined);
    let sentence = || format!("{} has no user, and the profile goes to users.", examined.profile.platform);
    Fault::when(userless && users && !devices, SETTING, sentence, "Assign it to groups of devices.")
}

fn late(examined: &Examined<'_>) -> Vec<Fault> {
    let Kinds { users, devices } = kinds(examined);
    let late = examined.profile.certificate_type == CertificateType::User && devices && !users;
    let sentence =
        || "A group of devices gets the profile only once the device is fully registered.".to_owned();
    Fault::when(late, SETTING, sentence, "Assign it to groups of users.")
}

fn excluded_kind(examined: &Examined<'_>) -> Vec<Fault> {
    let Kinds { users, devices } = kinds(examined);
    let other = |group: &&Group| match group.members {
        Some(Members::Users) => devices && !users,
        Some(Members::Devices) => users && !devices,
        _ => false,
    };
    let fault = |group: &Group| {
        let sentence = format!("`{}` holds the other kind of members than the included groups.", group.id);
        Fault::new(SETTING, sentence, "Exclude groups of the same kind.")
    };
    excluded(examined).filter(other).map(fault).collect()
}

fn both_ways(examined: &Examined<'_>) -> Vec<Fault> {
    let is_included = |group: &&Group| {
        included(&examined.profile.assignments)
            .any(|one| matches!(one, Assignment::Group(included) if included.id == group.id))
    };
    let fault = |group: &Group| {
        let sentence = format!("`{}` is included and excluded, so that its members get nothing.", group.id);
        Fault::new(SETTING, sentence, "Remove one of the two.")
    };
    excluded(examined).filter(is_included).map(fault).collect()
}

fn repeats(all: &[Assignment], at: usize, one: &Assignment) -> bool {
    all.iter().take(at).any(|before| before == one)
}

fn twice(examined: &Examined<'_>) -> Vec<Fault> {
    let all = &examined.profile.assignments;
    let found = all.iter().enumerate().filter(|(at, one)| repeats(all, *at, one));
    let fault =
        |(at, _)| Fault::new(format!("{SETTING}[{at}]"), "The same stands before.", "Remove one of the two.");
    found.map(fault).collect()
}

fn once(examined: &Examined<'_>) -> Option<Profile> {
    let all = &examined.profile.assignments;
    let kept = all.iter().enumerate().filter(|(at, one)| !repeats(all, *at, one)).map(|(_, one)| one.clone());
    let kept = kept.collect();
    examined.changed(|profile| profile.assignments = kept)
}

fn nameless(examined: &Examined<'_>) -> Vec<Fault> {
    let nameless = |one: &Assignment| match one {
        Assignment::Group(group) | Assignment::Exclude(group) => group.id.trim().is_empty(),
        Assignment::AllUsers | Assignment::AllDevices => false,
    };
    let found = examined.profile.assignments.iter().enumerate().filter(|(_, one)| nameless(one));
    let fault = |(at, _)| {
        Fault::new(
            format!("{SETTING}[{at}]"),
            "The identifier is empty.",
            "Write the group's object identifier.",
        )
    };
    found.map(fault).collect()
}
