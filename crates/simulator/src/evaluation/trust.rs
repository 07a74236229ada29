//! Trusted certificate profiles on one device: these first, since SCEP profiles wait for theirs (M2).

use super::{Assigned, Assignments, Configuration, Device, Outcome, State, Step};
use mdm::device::Reach;
use mdm::format::TrustedRoot;

/// What a Trusted certificate profile that reaches a device does there.
pub(super) struct Brought<'a> {
    pub(super) id: &'a str,
    pub(super) root: &'a TrustedRoot,
    pub(super) reach: Reach,
    /// Whether the device has it already.
    known: bool,
    /// Why it does not come.
    pub(super) held_up: Option<State>,
}

/// All that reach the device, in order.
pub(super) fn evaluate<'a>(all: &'a Assignments, device: &Device) -> Vec<Brought<'a>> {
    all.configurations.iter().filter_map(|one| brought(one, all, device)).collect()
}

fn brought<'a>(one: &'a Assigned, all: &Assignments, device: &Device) -> Option<Brought<'a>> {
    let Configuration::TrustedRoot(root) = &one.configuration else { return None };
    let reach = all.groups.reach(&root.assignments, device);
    let sha1 = root.certificate.sha1();
    let known = device.trusted.iter().any(|(id, held)| *id == one.id && *held == sha1);
    reach.any().then(|| Brought { id: &one.id, root, reach, known, held_up: held_up(root, reach, device) })
}

fn held_up(root: &TrustedRoot, reach: Reach, device: &Device) -> Option<State> {
    let platform = device.platform();
    if !root.platform.installs_on(platform) {
        return Some(State::OtherPlatform { profile: root.platform });
    }
    if device.resources_elsewhere {
        return Some(State::OtherWorkload);
    }
    if !device.registered && !reach.user {
        return Some(State::Registering);
    }
    let major = device.hardware.version.major();
    let installs = platform.rules().root_trust.value.installs(major, device.hardware.knox);
    (!installs).then_some(State::RootRefused)
}

impl Brought<'_> {
    pub(super) fn outcome(&self) -> Outcome {
        let (step, row) = match &self.held_up {
            Some(state) => (Step::Stand(state.clone()), state.row()),
            None if self.known => (Step::Keep, "M2"),
            None => (Step::Trust { sha1: self.root.certificate.sha1() }, "M2"),
        };
        Outcome { configuration: self.id.to_owned(), slot: None, step, row }
    }
}
