//! A device's policy cycle with a tenant and a server: evaluate, do, remember.

use mdm::device::Life;
use pki::algorithm::sha1;
use pki::certificate::Certificate;
use pki::general_name::GeneralName;
use reqwest::Client;

use super::attempt::{Attempt, Ended};
use super::handset::{Handset, Target};
use super::key::DeviceKey;
use super::outcome::{GaveUp, Outcome};
use super::request::RequestPlan;
use crate::dice::Dice;
use crate::evaluation::{self, Assignments, Held, Order, Step};
use crate::keys::KeyError;
use crate::tenant::{self, Delivery, MintOptions, Profile, San, SanKind, TenantError, Values, World};

/// The part of a device that talks: it gets challenges of its tenant and certificates of the server.
#[derive(Clone, Copy)]
pub struct Agent<'a> {
    /// The tenant that the device is of.
    pub world: &'a World,
    /// HTTP client, shared between devices.
    pub http: &'a Client,
}

/// What a policy cycle meant for one configuration.
#[derive(Debug)]
pub struct Seen {
    /// What was decided.
    pub outcome: evaluation::Outcome,
    /// What came of it, where a server was asked.
    pub attempt: Option<Attempt>,
}

/// Why an order could not even be tried.
#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// The tenant does not know the device, or could not make a challenge.
    #[error(transparent)]
    Tenant(#[from] TenantError),
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// The subject does not fit into DER.
    #[error("{0}")]
    Subject(#[from] mdm::subject::Unencodable),
}

impl Agent<'_> {
    /// One policy cycle. `key` makes a key of so many bits; each order gets a fresh one (M164).
    ///
    /// # Errors
    /// The simulation could not go on; what a device may run into is an [`Ended`].
    pub async fn cycle(
        &self,
        device: &mut evaluation::Device,
        all: &Assignments,
        dice: &mut Dice,
        mut key: impl FnMut(u32) -> Result<DeviceKey, KeyError>,
    ) -> Result<Vec<Seen>, AgentError> {
        let now = self.world.clock.now();
        let outcomes = all.evaluate(device, now, dice);
        device.last_cycle = Some(now);
        let mut seen = Vec::new();
        for outcome in outcomes {
            device.settle(&outcome);
            let mut attempt = None;
            if let Some(order) = outcome.order() {
                let key = key(order.expected.key_size.bits())?;
                let made = self.carry_out(&device.id, order, &key).await?;
                device.receive(&made);
                attempt = Some(made);
            }
            seen.push(Seen { outcome, attempt });
        }
        Ok(seen)
    }

    /// Asks for what is ordered, at the URLs of the order in turn, with one challenge.
    ///
    /// # Errors
    /// The tenant refused, or the values do not fit.
    pub async fn carry_out(
        &self,
        device: &str,
        order: &Order,
        key: &DeviceKey,
    ) -> Result<Attempt, AgentError> {
        let delivery = deliver(self.world, device, order)?;
        let plan = plan(&delivery, order)?;
        let mut tried = Vec::new();
        let mut last = GaveUp::NoRecipient;
        for url in &order.urls.urls {
            tried.push(url.to_string());
            let target = Target { url: url.to_string(), trusted: order.root, android_needs_tls: false };
            let handset = Handset {
                device: &delivery.device,
                user: delivery.device.user.as_deref(),
                http: self.http,
                target: &target,
                now: self.world.clock.now(),
            };
            let (answered, outcome) = attempt(&handset, &plan, key).await;
            match outcome {
                // M170: who had an answer of a URL stays with it, whatever comes then.
                Outcome::GaveUp(why @ (GaveUp::Http(_) | GaveUp::Status { .. }))
                    if !(answered && order.urls.stays) =>
                {
                    last = why;
                }
                outcome => {
                    let ended = ended(outcome, order, self.world.clock.now());
                    return Ok(Attempt { tried, ended });
                }
            }
        }
        Ok(Attempt { tried, ended: Ended::NoAnswer(last) })
    }
}

/// Whether the server answered the questions, and the end.
async fn attempt(handset: &Handset<'_>, plan: &RequestPlan, key: &DeviceKey) -> (bool, Outcome) {
    let introduction = match handset.introduce().await {
        Ok(introduction) => introduction,
        Err(why) => return (false, Outcome::GaveUp(why)),
    };
    let prepared = match handset.prepare(&introduction, plan, key) {
        Ok(prepared) => prepared,
        Err(why) => return (true, Outcome::GaveUp(why)),
    };
    (true, handset.deliver(&introduction, &prepared).await.unwrap_or_else(Outcome::GaveUp))
}

fn ended(outcome: Outcome, order: &Order, now: i64) -> Ended {
    let Outcome::Granted(certificate) = outcome else { return Ended::Failed(outcome) };
    let life = Life { from: certificate.not_before().unix(), until: certificate.not_after().unix() };
    if life.is_too_short(now) {
        return Ended::Dropped(certificate);
    }
    let held = held(order, life, &certificate);
    Ended::Installed(Box::new(held), certificate)
}

fn held(order: &Order, life: Life, certificate: &Certificate) -> Held {
    Held {
        slot: order.slot.clone(),
        revision: order.revision,
        life,
        serial: certificate.serial().to_string(),
        key: sha1(certificate.key().spki()),
        stores: order.stores.clone(),
        place: order.place,
    }
}

impl evaluation::Device {
    /// What an outcome changes on the device without a server.
    pub fn settle(&mut self, outcome: &evaluation::Outcome) {
        match (&outcome.step, &outcome.slot) {
            (Step::Trust { sha1 }, _) => self.trust(&outcome.configuration, *sha1),
            (Step::Remove, Some(slot)) => self.remove(slot),
            _ => {}
        }
    }

    /// What came of an order.
    pub fn receive(&mut self, attempt: &Attempt) {
        if let Ended::Installed(held, _) = &attempt.ended {
            self.install((**held).clone());
        }
    }
}

/// A challenge for the values of an order. A profile that the evaluation knows is one that the tenant targets.
fn deliver(world: &World, device: &str, order: &Order) -> Result<Delivery, TenantError> {
    let id = order.slot.scep.as_str();
    let known = world.directory().profiles.contains_key(id);
    if !known {
        world.add_profile(Profile { id: id.to_owned(), ..Profile::new("") });
    }
    let expected = &order.expected;
    let usage = expected.key_usage;
    let bit = |of, bit: u16| if usage.contains(of) { bit } else { 0 };
    let values = Values {
        subject: expected.subject.to_string(),
        sans: expected.alternative_names.0.iter().filter_map(san).collect(),
        key_length: expected.key_size.bits(),
        key_usage: bit(pki::extension::KeyUsage::DIGITAL_SIGNATURE, 128)
            | bit(pki::extension::KeyUsage::KEY_ENCIPHERMENT, 32),
        extended_key_usages: expected.purposes.0.iter().map(ToString::to_string).collect(),
    };
    world.deliver_values((device, id), values, &MintOptions::default())
}

/// What the device's request holds.
fn plan(delivery: &Delivery, order: &Order) -> Result<RequestPlan, AgentError> {
    let expected = &order.expected;
    Ok(RequestPlan {
        subject: expected.subject.to_name()?,
        extended_key_usages: expected.in_request.purposes.0.iter().map(ToString::to_string).collect(),
        ..RequestPlan::honest(delivery)
    })
}

fn san(name: &GeneralName) -> Option<San> {
    let (kind, value) = match name {
        GeneralName::Email(value) => (SanKind::Email, value),
        GeneralName::Upn(value) => (SanKind::Upn, value),
        GeneralName::Dns(value) => (SanKind::Dns, value),
        GeneralName::Uri(value) => (SanKind::Uri, value),
        _ => return None,
    };
    Some(San::new(kind, value))
}

/// The operating system of a platform, as a SCEP client; none where Intune delivers no SCEP profile.
#[must_use]
pub fn system(platform: mdm::platform::Platform) -> Option<tenant::Platform> {
    use mdm::platform::Platform;
    match platform {
        Platform::Windows | Platform::Windows81 => Some(tenant::Platform::Windows),
        Platform::Ios => Some(tenant::Platform::Ios),
        Platform::MacOs => Some(tenant::Platform::Macos),
        Platform::Linux => None,
        _ => Some(tenant::Platform::Android),
    }
}
