//! Applicability rules: Windows by edition and version (M92).

use super::invalid::{Invalid, read_from_text};
use core::fmt;
use serde::{Deserialize, Serialize};

/// A version such as `10.0.22631.4317`: one to four numbers, the missing ones 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OsVersion([u32; 4]);

impl OsVersion {
    /// Reads a version.
    ///
    /// # Errors
    /// Not one to four numbers with dots between.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = Invalid { setting: "version", rule: "one to four numbers with dots between" };
        let mut parts = text.split('.');
        let mut numbers = [0; 4];
        for (number, part) in numbers.iter_mut().zip(&mut parts) {
            *number = part.parse().map_err(|_| invalid)?;
        }
        if parts.next().is_some() { Err(invalid) } else { Ok(Self(numbers)) }
    }

    /// The first number.
    #[must_use]
    pub const fn major(self) -> u32 {
        let [major, ..] = self.0;
        major
    }
}

impl fmt::Display for OsVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, build, revision] = self.0;
        write!(f, "{major}.{minor}.{build}.{revision}")
    }
}

read_from_text!(OsVersion);

/// What a rule does with the devices that it is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Effect {
    /// They get the profile, and no others.
    AssignIf,
    /// They do not get it.
    DoNotAssignIf,
}

/// Which devices a rule is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Condition {
    /// Those with one of these editions, in Graph's words, such as `windows10Enterprise`
    Editions(Vec<String>),
    /// Those with a version in this range, both ends included
    Versions {
        /// The lowest.
        min: OsVersion,
        /// The highest.
        max: OsVersion,
    },
}

/// An applicability rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApplicabilityRule {
    /// What it does.
    pub effect: Effect,
    /// With which devices.
    pub condition: Condition,
}

impl ApplicabilityRule {
    /// Whether a device with this edition and version gets the profile, as far as this rule goes.
    #[must_use]
    pub fn admits(&self, edition: &str, version: &OsVersion) -> bool {
        let meant = match &self.condition {
            Condition::Editions(editions) => editions.iter().any(|one| one.eq_ignore_ascii_case(edition)),
            Condition::Versions { min, max } => (min..=max).contains(&version),
        };
        meant == (self.effect == Effect::AssignIf)
    }
}
