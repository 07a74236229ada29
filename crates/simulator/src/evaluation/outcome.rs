//! What follows from an evaluation.

use super::device::{Held, Slot};
use super::state::State;
use mdm::device::{Delivered, KeyPlace};
use mdm::expand::Expected;
use mdm::platform::Store;
use mdm::profile::ScepUrl;

/// What one configuration means to one device at one policy cycle.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// The id of the configuration.
    pub configuration: String,
    /// For a SCEP profile, and what refers to it: which certificate.
    pub slot: Option<Slot>,
    /// What happens.
    pub step: Step,
    /// The feature row that says so.
    pub row: &'static str,
}

/// What happens.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// The device trusts a certificate; nothing is asked of a server.
    Trust {
        /// SHA-1 of the certificate.
        sha1: [u8; 20],
    },
    /// It asks for a certificate that it has not got.
    Enrol(Box<Order>),
    /// It asks for the successor of a certificate, with a new key (M164).
    Renew(Box<Order>),
    /// It has what it should have.
    Keep,
    /// It loses a certificate, since the profile is its no longer.
    Remove,
    /// Nothing happens, and this is why.
    Stand(State),
}

/// What a device asks for, whom, and where the answer goes.
#[derive(Clone, Debug, PartialEq)]
pub struct Order {
    /// What for.
    pub slot: Slot,
    /// The revision of the profile.
    pub revision: u32,
    /// The values that Intune's challenge names.
    pub expected: Expected,
    /// The URLs of this cycle.
    pub urls: Delivered<ScepUrl>,
    /// SHA-1 of the trusted certificate that has to be among those of GetCACert, on a platform that looks (M6).
    pub root: Option<[u8; 20]>,
    /// Where the certificate goes.
    pub stores: Vec<Store>,
    /// Where the key is made.
    pub place: KeyPlace,
}

impl Outcome {
    pub(super) fn removal(held: &Held) -> Self {
        let configuration = held.slot.scep.clone();
        Self { configuration, slot: Some(held.slot.clone()), step: Step::Remove, row: "M92" }
    }

    /// What is asked of a server, if anything is.
    #[must_use]
    pub fn order(&self) -> Option<&Order> {
        match &self.step {
            Step::Enrol(order) | Step::Renew(order) => Some(order),
            _ => None,
        }
    }

    /// Why nothing happens, if that is so.
    #[must_use]
    pub const fn state(&self) -> Option<&State> {
        match &self.step {
            Step::Stand(state) => Some(state),
            _ => None,
        }
    }
}
