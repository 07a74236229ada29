//! SCEP profiles on one device.

use super::trust::Brought;
use super::{
    Assigned, Assignments, Configuration, Device, Held, Network, NetworkKind, Order, Outcome, Scep, Slot,
    State, Step,
};
use crate::dice::Dice;
use mdm::device::{Due, Reach};
use mdm::expand::{Facts, expand};
use mdm::platform::Store;
use mdm::profile::{Profile, ScepUrl};

/// One device at one policy cycle.
pub(super) struct Cycle<'a> {
    pub(super) all: &'a Assignments,
    pub(super) device: &'a Device,
    pub(super) trust: &'a [Brought<'a>],
    pub(super) now: i64,
    pub(super) dice: &'a mut Dice,
}

/// A SCEP profile that reaches the device, and for which purpose it is looked at.
struct Asked<'a> {
    id: &'a str,
    revision: u32,
    scep: &'a Scep,
    slot: Slot,
}

impl Cycle<'_> {
    /// An outcome for each certificate of a SCEP profile that reaches the device; none for other configurations.
    pub(super) fn outcomes(&mut self, one: &Assigned) -> Vec<Outcome> {
        let Some(scep) = one.as_scep() else { return Vec::new() };
        let reach = self.all.groups.reach(&scep.profile.assignments, self.device);
        if !reach.any() {
            return Vec::new();
        }
        if let Some(state) = self.held_up(scep, reach) {
            return vec![stand(&one.id, None, state)];
        }
        let mut slots = vec![Slot::of(&one.id)];
        if self.device.platform().rules().certificate_for_each_reference.value {
            let referrers = self.referring(&one.id).map(|(id, _)| Some(id.to_owned()));
            slots.extend(referrers.map(|referrer| Slot { scep: one.id.clone(), referrer }));
        }
        let each = slots.into_iter().map(|slot| {
            let asked = Asked { id: &one.id, revision: one.revision, scep, slot };
            match self.certificate(&asked, one.enrols_from) {
                Ok((step, row)) => {
                    Outcome { configuration: one.id.clone(), slot: Some(asked.slot), step, row }
                }
                Err(state) => stand(&one.id, Some(asked.slot), state),
            }
        });
        each.collect()
    }

    /// Whether a certificate is held that nothing that reaches the device asks for.
    pub(super) fn is_gone(&self, held: &Held) -> bool {
        let scep = self.all.find(&held.slot.scep).and_then(Assigned::as_scep);
        let reached =
            scep.is_some_and(|scep| self.all.groups.reach(&scep.profile.assignments, self.device).any());
        let referred = match &held.slot.referrer {
            None => true,
            Some(referrer) => self.referring(&held.slot.scep).any(|(id, _)| id == referrer),
        };
        !(reached && referred)
    }

    /// The profiles that reach the device and refer to that SCEP profile (M140).
    fn referring<'s>(&'s self, scep: &'s str) -> impl Iterator<Item = (&'s str, &'s Network)> {
        self.all.configurations.iter().filter_map(move |one| match &one.configuration {
            Configuration::Network(network) if network.scep == scep => {
                let installs = network.platform.installs_on(self.device.platform());
                let reached = self.all.groups.reach(&network.assignments, self.device).any();
                (installs && reached).then_some((one.id.as_str(), network))
            }
            _ => None,
        })
    }

    /// What holds the whole profile up, before any certificate of it is looked at.
    fn held_up(&self, scep: &Scep, reach: Reach) -> Option<State> {
        let (profile, device) = (&scep.profile, self.device);
        let platform = device.platform();
        if !profile.platform.installs_on(platform) {
            return Some(State::OtherPlatform { profile: profile.platform });
        }
        let rules = platform.rules();
        if rules.applicability_rules.value
            && !profile.applies_to(&device.hardware.edition, &device.hardware.version)
        {
            return Some(State::NotApplicable);
        }
        if device.resources_elsewhere {
            return Some(State::OtherWorkload);
        }
        if !device.registered && !reach.user {
            return Some(State::Registering);
        }
        let types = platform.certificate_types(profile.deployment_channel);
        if !types.contains(&profile.certificate_type) {
            return Some(State::Channel);
        }
        self.root(scep, reach).err()
    }

    /// The trusted certificate that the profile refers to, if it is on the device.
    fn root(&self, scep: &Scep, reach: Reach) -> Result<&Brought<'_>, State> {
        let by_name = scep.profile.root_certificates.first();
        let is_it = |id: &str, name: &str| match (&scep.root, by_name) {
            (Some(root), _) => root == id,
            (None, Some(root)) => root.name == name,
            (None, None) => false,
        };
        let there = self.all.configurations.iter().any(|one| {
            matches!(&one.configuration, Configuration::TrustedRoot(root) if is_it(&one.id, &root.name))
        });
        let brought: Vec<&Brought<'_>> =
            self.trust.iter().filter(|one| is_it(one.id, &one.root.name)).collect();
        let Some(first) = brought.first() else {
            return Err(if there { State::RootMissing } else { State::RootUnknown });
        };
        let met = brought.iter().find(|one| one.reach.meets(reach)).copied();
        match (&met.unwrap_or(first).held_up, met) {
            (Some(State::RootRefused), _) => Err(State::RootRefused),
            (Some(_), _) => Err(State::RootMissing),
            (None, None) => Err(State::RootElsewhere),
            (None, Some(root)) => Ok(root),
        }
    }

    fn certificate(&mut self, asked: &Asked<'_>, enrols_from: u32) -> Result<(Step, &'static str), State> {
        let (profile, rules) = (&asked.scep.profile, self.device.platform().rules());
        let Some(held) = self.device.held(&asked.slot) else {
            return Ok((Step::Enrol(Box::new(self.order(asked)?)), "M195"));
        };
        // An edit makes the device enrol again at once, whatever is left of the certificate (M193).
        if held.revision < enrols_from {
            return Ok((Step::Enrol(Box::new(self.order(asked)?)), "M193"));
        }
        match rules.renewal.value.due(held.life, profile.renewal_threshold, self.now, self.device.unlocked) {
            Due::Nothing => Ok((Step::Keep, "M90")),
            Due::Renewal => Ok((Step::Renew(Box::new(self.order(asked)?)), "M163")),
            Due::Replacement => Ok((Step::Enrol(Box::new(self.order(asked)?)), "M163")),
            Due::Unlocking => Err(State::Locked),
            Due::Exclusion => Err(State::Stuck),
        }
    }

    fn order(&mut self, asked: &Asked<'_>) -> Result<Order, State> {
        let (profile, device) = (&asked.scep.profile, self.device);
        let rules = device.platform().rules();
        let facts =
            Facts { device: device.hardware.shown(&device.facts.device), user: device.facts.user.clone() };
        let expected = expand(profile, &facts).map_err(State::NotDelivered)?;
        if device.hardware.waits_for_pin(device.platform()) {
            return Err(State::WaitingForPin);
        }
        let place = device.hardware.key_place(device.platform(), profile).map_err(State::NoKey)?;
        let urls = usable(profile, rules.http.value)?;
        let below = |bound: usize| usize::try_from(self.dice.below(bound as u64)).unwrap_or_default();
        let urls = rules.url_choice.value.deliver(&urls, below);
        let reach = self.all.groups.reach(&profile.assignments, device);
        let root = self.root(asked.scep, reach)?.root.certificate.sha1();
        Ok(Order {
            slot: asked.slot.clone(),
            revision: asked.revision,
            expected,
            urls,
            root: rules.compares_root.value.then_some(root),
            stores: self.stores(asked.id, profile),
            place,
        })
    }

    /// Where the certificate goes: on Android into the Wi-Fi store, too, if a Wi-Fi profile refers to it (M134).
    fn stores(&self, id: &str, profile: &Profile) -> Vec<Store> {
        let rule = self.device.platform().rules().store.value;
        let mut stores = vec![rule.place(profile.certificate_type, profile.deployment_channel)];
        let by_wifi = self.referring(id).any(|(_, network)| network.kind == NetworkKind::Wifi);
        stores.extend(stores.first().filter(|_| by_wifi).and_then(|store| store.of_wifi()));
        stores
    }
}

fn stand(configuration: &str, slot: Option<Slot>, state: State) -> Outcome {
    let row = state.row();
    Outcome { configuration: configuration.to_owned(), slot, step: Step::Stand(state), row }
}

/// The URLs that a device of the platform may use.
fn usable(profile: &Profile, http: bool) -> Result<Vec<ScepUrl>, State> {
    if profile.urls.is_empty() {
        return Err(State::NoUrl);
    }
    let usable: Vec<ScepUrl> = profile.urls.iter().filter(|url| http || url.is_https()).cloned().collect();
    if usable.is_empty() { Err(State::NoHttps) } else { Ok(usable) }
}
