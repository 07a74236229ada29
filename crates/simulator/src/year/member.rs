//! One device of a year's fleet, and what it is remembered by.

use crate::dice::Dice;
use crate::evaluation::{Device, Order, Outcome, Slot, State, Status, Step};
use crate::fleet::{Attempt, Ended};
use std::collections::BTreeMap;

/// A device, its habits, and where each of its certificates stands.
pub(super) struct Member {
    pub(super) device: Device,
    pub(super) name: String,
    pub(super) habit: Habit,
    /// The day on which it was retired.
    pub(super) retired: Option<u32>,
    /// The last word on each certificate, by profile and purpose.
    pub(super) stands: BTreeMap<(String, Option<Slot>), Stand>,
}

/// How a device lives.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Habit {
    /// It checks in nine times of ten.
    Usual,
    /// It lies in a drawer, locked but connected, from one day to another.
    Drawer(u32, u32),
}

/// The last word on a certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Stand {
    /// It is there.
    Held,
    /// Why it is not there, or not renewed.
    State(State),
    /// The last attempt failed: row and sentence, and whether that explains it.
    Failed(&'static str, String, bool),
}

impl Member {
    pub(super) const fn is_live(&self) -> bool {
        self.retired.is_none()
    }

    /// Whether it checks in at this cycle.
    pub(super) fn wakes(&self, dice: &mut Dice) -> bool {
        !dice.falls_within(0.1)
    }

    /// Whether it had a certificate for that purpose before.
    pub(super) fn had(&self, order: &Order) -> bool {
        self.device.held(&order.slot).is_some()
    }

    /// Takes up what a cycle meant, but for what a server has to be asked for, which it gives back.
    pub(super) fn settle(&mut self, outcomes: Vec<Outcome>, now: i64) -> Vec<Step> {
        self.device.last_cycle = Some(now);
        self.stands.clear();
        let mut orders = Vec::new();
        for outcome in outcomes {
            self.device.settle(&outcome);
            let place = (outcome.configuration, outcome.slot);
            match outcome.step {
                Step::Keep if place.1.is_some() => drop(self.stands.insert(place, Stand::Held)),
                // What is for other devices leaves nothing to explain.
                Step::Stand(state) if state.status() == Status::NotApplicable => {}
                Step::Stand(state) => drop(self.stands.insert(place, Stand::State(state))),
                order @ (Step::Enrol(_) | Step::Renew(_)) => orders.push(order),
                Step::Keep | Step::Trust { .. } | Step::Remove => {}
            }
        }
        orders
    }

    /// What came of an order.
    pub(super) fn receive(&mut self, order: &Order, attempt: &Attempt) {
        self.device.receive(attempt);
        let report = attempt.ended.report(self.device.platform());
        let stand = match attempt.ended {
            Ended::Installed(..) => Stand::Held,
            // By the rule, the device tries again at the next cycle, with another draw (M174).
            Ended::NoAnswer(_) => Stand::Failed(report.row, report.text, true),
            Ended::Dropped(_) | Ended::Failed(_) => Stand::Failed(report.row, report.text, false),
        };
        self.stands.insert((order.slot.scep.clone(), Some(order.slot.clone())), stand);
    }
}
