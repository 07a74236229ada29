//! What happens on which day of a year: who joins, who leaves, what administrators do.

use super::Year;
use super::member::{Habit, Member, Stand};
use super::report::Month;
use super::tenancy::{
    EXCLUDED, IMEI_WANTED, OF_IPHONES, OF_MACS, OF_USERS, TPM_WANTED, USER_WANTED, group_of,
};
use crate::dice::Dice;
use crate::evaluation::{Device, State};
use crate::fleet::system;
use crate::tenant;
use mdm::device::{Encryption, Hardware};
use mdm::expand::{DeviceFacts, UserFacts};
use mdm::platform::{Platform, UserPresence};
use mdm::profile::{AlternativeName, OsVersion, RenewalThreshold};
use mdm::variable::SanType;

/// The first day of the outage: half of the iPhones' certificates are due.
pub(super) const OUTAGE_DAY: u32 = 90;
/// The description of a profile changes: no device notices.
const DESCRIPTION_DAY: u32 = 30;
/// iPhones get the mail address as a name: they enrol again.
const NAMES_DAY: u32 = 120;
/// Macs renew earlier: what is there stays.
const THRESHOLD_DAY: u32 = 200;
/// Half of those who have to set a PIN do.
const PIN_DAY: u32 = 40;
/// Devices whose certificate expired for good are excluded every so many days, and included the day after.
const AMNESTY_DAYS: u32 = 90;
const MONTH_DAYS: u32 = 30;

/// Of a hundred devices, so many of each platform, in `tenancy::PLATFORMS`' order.
const SHARES: [(Platform, u64); 6] = [
    (Platform::Windows, 45),
    (Platform::Ios, 20),
    (Platform::MacOs, 12),
    (Platform::AndroidPersonalWorkProfile, 12),
    (Platform::AndroidFullyManaged, 8),
    (Platform::AndroidDedicated, 3),
];

impl Year {
    /// Everything that happens on a day, before the first policy cycle of it.
    pub(super) fn day(&mut self, day: u32) {
        if day.is_multiple_of(MONTH_DAYS) {
            self.months.push(Month::new(day / MONTH_DAYS + 1));
        }
        self.edit(day);
        self.retire(day);
        self.unlock(day);
        match day % AMNESTY_DAYS {
            0 if day > 0 => self.exclude_stuck(),
            1 => self.include_again(),
            _ => {}
        }
        if day == PIN_DAY {
            let waiting = self.members.iter_mut().filter(|one| !one.device.hardware.pin);
            waiting.step_by(2).for_each(|one| one.device.hardware.pin = true);
        }
    }

    fn edit(&mut self, day: u32) {
        let (profile, edit): (_, fn(&mut mdm::profile::Profile)) = match day {
            DESCRIPTION_DAY => (OF_USERS, |profile| "for people".clone_into(&mut profile.description)),
            NAMES_DAY => (OF_IPHONES, |profile| {
                let value = "{{EmailAddress}}".to_owned();
                profile.alternative_names.push(AlternativeName { kind: SanType::Email, value });
            }),
            THRESHOLD_DAY => (OF_MACS, |profile| {
                profile.renewal_threshold =
                    RenewalThreshold::try_from(30).unwrap_or(profile.renewal_threshold);
            }),
            _ => return,
        };
        if let Some(one) = self.all.find_mut(profile) {
            one.edit(edit);
        }
    }

    /// About three of a hundred in a year leave; each has a successor.
    fn retire(&mut self, day: u32) {
        let chance = 0.03 / 365.0;
        let leaving: Vec<usize> = (0..self.members.len())
            .filter(|at| self.members.get(*at).is_some_and(Member::is_live) && self.dice.falls_within(chance))
            .collect();
        for at in leaving {
            let Some(member) = self.members.get_mut(at) else { continue };
            member.retired = Some(day);
            self.world.retire_device(&member.device.id);
            // Pending, issued, done.
            for _ in 0..2 {
                self.world.check_in_device(&member.device.id);
            }
            member.device.held.clear();
            if let Some(month) = self.months.last_mut() {
                month.retired += 1;
            }
            self.join(self.members.len());
        }
    }

    fn unlock(&mut self, day: u32) {
        let dice = &mut self.dice;
        for member in &mut self.members {
            member.device.unlocked = match member.habit {
                Habit::Usual => !dice.falls_within(0.3),
                Habit::Drawer(from, until) => !(from..until).contains(&day),
            };
        }
    }

    /// An administrator excludes every other device whose certificate expired for good (M166).
    fn exclude_stuck(&mut self) {
        let stuck = self.members.iter().filter(|one| one.is_live() && one.is_stuck());
        for member in stuck.step_by(2) {
            self.all.groups.add(EXCLUDED, &member.device.id);
        }
    }

    fn include_again(&mut self) {
        for member in &self.members {
            self.all.groups.remove(EXCLUDED, &member.device.id);
        }
    }

    /// A device joins: known to the tenant, in its groups, with nothing on it.
    pub(super) fn join(&mut self, number: usize) {
        let mut dice = Dice::new(self.options.seed, &format!("device {number}"));
        let platform = drawn(&mut dice);
        let Some(os) = system(platform) else { return };
        let has_user = platform.rules().user.value == UserPresence::Possible;
        let user = has_user.then(|| self.world.add_user(&format!("user{number:05}@contoso.example"), None));
        let known = self.world.enrol_device(os, user.as_ref().map(|user| user.id.as_str()));
        let facts = facts(&known, platform, number);
        let of_user = user.map(|user| (user.id.clone(), user_facts(&user)));
        let device = Device::new(known.id.clone(), facts, of_user, hardware(platform, &mut dice));
        for group in groups(platform, &mut dice) {
            self.all.groups.add(&group, &device.id);
        }
        let habit = habit(platform, &mut dice);
        let (name, stands) = (known.name, std::collections::BTreeMap::new());
        self.members.push(Member { device, name, habit, retired: None, stands });
    }
}

impl Member {
    fn is_stuck(&self) -> bool {
        self.stands.values().any(|stand| *stand == Stand::State(State::Stuck))
    }
}

fn drawn(dice: &mut Dice) -> Platform {
    let mut rest = dice.below(SHARES.iter().map(|(_, share)| share).sum());
    for (platform, share) in SHARES {
        if rest < share {
            return platform;
        }
        rest -= share;
    }
    Platform::Windows
}

fn facts(known: &tenant::Device, platform: Platform, number: usize) -> DeviceFacts {
    let text = |value: &str| Some(value.to_owned());
    DeviceFacts {
        entra_id: text(&known.entra_id),
        intune_id: text(&known.id),
        name: text(&known.name),
        serial_number: text(&known.serial_number),
        wifi_mac_address: Some(format!("02{number:010X}")),
        // Every other one is a tablet without telephone (M112).
        imei: number.is_multiple_of(2).then(|| format!("4901542032{number:05}")),
        ..DeviceFacts::new(platform)
    }
}

fn user_facts(user: &tenant::User) -> UserFacts {
    UserFacts {
        user_name: Some(user.display_name.clone()),
        upn: Some(user.upn.clone()),
        email: Some(user.mail.clone()),
        given_name: None,
        surname: None,
        department: None,
        on_premises_distinguished_name: None,
        on_premises_sam_account_name: None,
        on_premises_upn: None,
        on_premises_sid: user.sid.clone(),
    }
}

fn hardware(platform: Platform, dice: &mut Dice) -> Hardware {
    let version = match platform {
        Platform::Windows => "10.0.26100",
        Platform::Ios => "18.1",
        _ => "15",
    };
    let version = OsVersion::parse(version).unwrap_or_default();
    let old = platform == Platform::AndroidPersonalWorkProfile && dice.falls_within(0.04);
    Hardware {
        tpm: !dice.falls_within(0.05),
        encryption: if old { Encryption::WholeDisk } else { Encryption::Files },
        pin: !old,
        ..Hardware::new(version)
    }
}

/// Its platform's group, and for a few one whose profile does not suit all of them.
fn groups(platform: Platform, dice: &mut Dice) -> Vec<String> {
    let mut groups = vec![group_of(platform)];
    let few: &[(&str, f64)] = match platform {
        Platform::Windows => &[(OF_USERS, 0.3), (TPM_WANTED, 0.2)],
        Platform::AndroidFullyManaged => &[(IMEI_WANTED, 0.3)],
        Platform::AndroidDedicated => &[(USER_WANTED, 0.2)],
        _ => &[],
    };
    groups.extend(
        few.iter().filter(|(_, part)| dice.falls_within(*part)).map(|(group, _)| (*group).to_owned()),
    );
    groups
}

/// One of twenty iPhones and Macs lies in a drawer for eight months.
fn habit(platform: Platform, dice: &mut Dice) -> Habit {
    let apple = matches!(platform, Platform::Ios | Platform::MacOs);
    if !(apple && dice.falls_within(0.05)) {
        return Habit::Usual;
    }
    let from = 20 + u32::try_from(dice.below(100)).unwrap_or_default();
    Habit::Drawer(from, from + 240)
}
