//! What a year was.

use super::Year;
use super::member::{Member, Stand};
use super::tenancy::EXCLUDED;
use crate::fleet::{Attempt, Ended};
use serde::Serialize;

/// Thirty days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Month {
    /// From 1.
    pub number: u32,
    /// Certificates for a purpose that had none.
    pub enrolled: u32,
    /// Successors of certificates within their window.
    pub renewed: u32,
    /// Certificates after an edit of the profile, or after expiry.
    pub again: u32,
    /// Attempts of which nothing came.
    pub failed: u32,
    /// Devices that were retired.
    pub retired: u32,
}

/// Where a device stands at the end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// Each certificate that it should have is there and valid.
    Valid,
    /// Something is missing, and a rule says why.
    Explained,
    /// It left.
    Retired,
    /// Something is missing, and nothing says why.
    Unexplained,
}

/// A device at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Line {
    /// Name.
    pub name: String,
    /// Platform.
    pub platform: String,
    /// Where it stands.
    pub standing: Standing,
    /// Valid certificates.
    pub certificates: usize,
    /// Why something is missing, each with its row.
    pub reasons: Vec<String>,
}

/// A whole run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct YearReport {
    /// Month by month.
    pub months: Vec<Month>,
    /// Device by device.
    pub devices: Vec<Line>,
}

impl YearReport {
    /// How many devices stand there.
    #[must_use]
    pub fn count(&self, standing: Standing) -> usize {
        self.devices.iter().filter(|line| line.standing == standing).count()
    }
}

impl Month {
    pub(super) fn new(number: u32) -> Self {
        Self { number, ..Self::default() }
    }

    pub(super) fn count(&mut self, attempt: &Attempt, renews: bool, had: bool) {
        let counter = match (&attempt.ended, renews, had) {
            (Ended::Installed(..), true, _) => &mut self.renewed,
            (Ended::Installed(..), false, true) => &mut self.again,
            (Ended::Installed(..), false, false) => &mut self.enrolled,
            _ => &mut self.failed,
        };
        *counter += 1;
    }
}

impl Year {
    /// What was so far, and where every device stands now.
    #[must_use]
    pub fn report(&self) -> YearReport {
        YearReport {
            months: self.months.clone(),
            devices: self.members.iter().map(|member| self.line(member)).collect(),
        }
    }

    fn line(&self, member: &Member) -> Line {
        let now = self.clock.now();
        let valid = member.device.held.iter().filter(|held| !held.life.is_over(now)).count();
        let (reasons, standing) = match member.retired {
            Some(day) => (vec![format!("retired on day {day}")], Standing::Retired),
            None => self.judged(member),
        };
        Line {
            name: member.name.clone(),
            platform: member.device.platform().label().to_owned(),
            standing,
            certificates: valid,
            reasons,
        }
    }

    /// Each place for which there is no valid certificate needs a reason; one that is valid needs none, even if its
    /// renewal waits.
    fn judged(&self, member: &Member) -> (Vec<String>, Standing) {
        if member.stands.is_empty() {
            return self.silent(member);
        }
        let now = self.clock.now();
        let (mut reasons, mut standing) = (Vec::new(), Standing::Valid);
        for ((configuration, slot), stand) in &member.stands {
            let held = slot.as_ref().and_then(|slot| member.device.held(slot));
            if held.is_some_and(|held| !held.life.is_over(now)) {
                continue;
            }
            let (row, text, explains) = match stand {
                Stand::Held => ("M90", "the certificate expired since the last check-in".to_owned(), false),
                Stand::State(state) => (state.row(), state.to_string(), true),
                Stand::Failed(row, text, explains) => (*row, text.clone(), *explains),
            };
            reasons.push(format!("{configuration}: {text} ({row})"));
            standing = worse(standing, if explains { Standing::Explained } else { Standing::Unexplained });
        }
        (reasons, standing)
    }

    /// A device on which nothing was decided: it has not checked in yet, or is out of every assignment for a day.
    fn silent(&self, member: &Member) -> (Vec<String>, Standing) {
        let device = &member.device;
        if device.last_cycle.is_none() {
            return (vec!["it joined and has not checked in yet (M199)".to_owned()], Standing::Explained);
        }
        if self.all.groups.contains(EXCLUDED, &device.id) {
            return (vec!["it is excluded, to be included again (M166)".to_owned()], Standing::Explained);
        }
        (vec!["nothing is assigned to it".to_owned()], Standing::Unexplained)
    }
}

fn worse(one: Standing, other: Standing) -> Standing {
    if one == Standing::Unexplained { one } else { other }
}
