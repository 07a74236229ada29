//! A whole fleet: devices enrol side by side, honest ones try again, and everything is reported as it happens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use reqwest::Client;
use tokio::sync::{Semaphore, mpsc};
use tokio::task::JoinSet;

use super::handset::{Handset, Target};
use super::key::DeviceKey;
use super::outcome::{GaveUp, Outcome};
use super::quick_keys::quick_keys;
use super::request::RequestPlan;
use super::trick::Trick;
use crate::dice::Dice;
use crate::keys::KeyError;
use crate::tenant::{Device, MintOptions, Platform, Profile, SanKind, TenantError, World};

/// Where devices get their keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Every device and every attempt has its own (M210).
    Own,
    /// As [`super::quick_keys`] makes them, for first attempts: for load only.
    Quick,
}

/// A fleet to be run.
#[derive(Clone, Debug)]
pub struct FleetOptions {
    /// Devices, hostile ones included.
    pub devices: usize,
    /// One hostile device for each of these, spread over the run.
    pub tricks: Vec<Trick>,
    /// Attempts of an honest device, each in its own policy cycle with a fresh challenge and key (M68).
    pub attempts: u32,
    /// Length of a policy cycle.
    pub cycle: Duration,
    /// Devices at work at a time.
    pub concurrency: usize,
    /// The starts are spread evenly over this time.
    pub spread: Duration,
    /// Keys.
    pub keys: Keys,
    /// Decides platforms and the places of hostile devices.
    pub seed: u64,
}

impl Default for FleetOptions {
    fn default() -> Self {
        Self {
            devices: 250,
            tricks: Trick::ALL.to_vec(),
            attempts: 3,
            cycle: Duration::from_secs(2),
            concurrency: 8,
            spread: Duration::ZERO,
            keys: Keys::Own,
            seed: 1,
        }
    }
}

/// Something that happened to a device.
#[derive(Debug)]
pub struct Event {
    /// The device.
    pub device: Device,
    /// Its trick, if it is hostile.
    pub trick: Option<Trick>,
    /// Which attempt, from 1.
    pub attempt: u32,
    /// True if no further attempt follows.
    pub last: bool,
    /// How it ended.
    pub outcome: Outcome,
    /// From the first byte sent to the outcome, without the making of the key.
    pub took: Duration,
}

/// Why a fleet cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum FleetError {
    /// The tenant refused.
    #[error(transparent)]
    Tenant(#[from] TenantError),
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// A fleet, its tenant and the server it enrols with.
pub struct Fleet {
    world: Arc<World>,
    http: Client,
    target: Target,
    options: FleetOptions,
    quick: Vec<DeviceKey>,
}

impl Fleet {
    /// A fleet of that tenant, to enrol with `target` over `http` ([`super::http_client`]).
    ///
    /// # Errors
    /// Quick keys could not be made.
    pub fn new(
        world: Arc<World>,
        http: Client,
        target: Target,
        options: FleetOptions,
    ) -> Result<Self, KeyError> {
        let quick = match options.keys {
            Keys::Own => Vec::new(),
            Keys::Quick => quick_keys(options.devices)?,
        };
        Ok(Self { world, http, target, options, quick })
    }

    /// Runs to the end. Each event is sent as it happens; a closed receiver does not stop the fleet.
    pub async fn run(self, events: mpsc::UnboundedSender<Event>) {
        let fleet = Arc::new(self);
        let places = Arc::new(Semaphore::new(fleet.options.concurrency.max(1)));
        let profiles = profiles(&fleet.world);
        let mut running = JoinSet::new();
        let gap = fleet.options.spread / u32::try_from(fleet.options.devices.max(1)).unwrap_or(u32::MAX);
        for (number, (platform, trick)) in fleet.line_up().into_iter().enumerate() {
            let place = Arc::clone(&places).acquire_owned().await;
            let (fleet, events) = (Arc::clone(&fleet), events.clone());
            let profile = if number % 2 == 0 { &profiles.0 } else { &profiles.1 }.clone();
            running.spawn(async move {
                let device = fleet.enlist(number, platform);
                match trick {
                    None => fleet.honest(&device, &profile, number, &events).await,
                    Some(trick) => fleet.hostile(&device, &profile, trick, &events).await,
                }
                drop(place);
            });
            while running.try_join_next().is_some() {}
            tokio::time::sleep(gap).await;
        }
        while running.join_next().await.is_some() {}
    }

    /// Platforms in turn, and hostile devices where the dice put them.
    fn line_up(&self) -> Vec<(Platform, Option<Trick>)> {
        let mut dice = Dice::new(self.options.seed, "fleet");
        let mut line: Vec<Option<Trick>> = self.options.tricks.iter().copied().map(Some).collect();
        line.truncate(self.options.devices);
        line.resize(self.options.devices, None);
        for at in (1..line.len()).rev() {
            let other = dice.below(at as u64 + 1);
            line.swap(at, usize::try_from(other).unwrap_or(at));
        }
        Platform::ALL.into_iter().cycle().zip(line).collect()
    }

    fn enlist(&self, number: usize, platform: Platform) -> Device {
        let user = self.world.add_user(&format!("user{number:05}@contoso.example"), None);
        self.world.enrol_device(platform, Some(&user.id))
    }

    async fn honest(
        &self,
        device: &Device,
        profile: &Profile,
        number: usize,
        events: &mpsc::UnboundedSender<Event>,
    ) {
        for attempt in 1..=self.options.attempts.max(1) {
            let start = Instant::now();
            let (outcome, took) = match self.once(device, profile, (attempt == 1).then_some(number)).await {
                Ok(ended) => ended,
                Err(error) => (Outcome::GaveUp(gave_up(error)), start.elapsed()),
            };
            let granted = outcome.certificate().is_some();
            let last = granted || attempt == self.options.attempts.max(1);
            // Nobody listening is nobody's loss.
            let _ = events.send(Event { device: device.clone(), trick: None, attempt, last, outcome, took });
            if last {
                return;
            }
            tokio::time::sleep(self.options.cycle).await;
        }
    }

    async fn once(
        &self,
        device: &Device,
        profile: &Profile,
        number: Option<usize>,
    ) -> Result<(Outcome, Duration), FleetError> {
        let delivery = self.world.deliver(&device.id, &profile.id, &MintOptions::default())?;
        let key = self.key(delivery.key_length, number).await?;
        let start = Instant::now();
        let outcome = self.handset(device).enrol(&RequestPlan::honest(&delivery), &key).await;
        Ok((outcome, start.elapsed()))
    }

    async fn hostile(
        &self,
        device: &Device,
        profile: &Profile,
        trick: Trick,
        events: &mpsc::UnboundedSender<Event>,
    ) {
        let start = Instant::now();
        let outcome = match self.trick(device, profile, trick).await {
            Ok(outcome) => outcome,
            Err(error) => Outcome::GaveUp(gave_up(error)),
        };
        let (took, trick, device) = (start.elapsed(), Some(trick), device.clone());
        let _ = events.send(Event { device, trick, attempt: 1, last: true, outcome, took });
    }

    async fn trick(&self, device: &Device, profile: &Profile, trick: Trick) -> Result<Outcome, FleetError> {
        let delivery = trick.delivery(&self.world, device, profile)?;
        let key = self.key(2_048, None).await?;
        Ok(trick.attempt(&self.handset(device), &delivery, &key).await)
    }

    fn handset<'a>(&'a self, device: &'a Device) -> Handset<'a> {
        Handset {
            device,
            user: device.user.as_deref(),
            http: &self.http,
            target: &self.target,
            now: self.world.clock.now(),
        }
    }

    async fn key(&self, bits: u32, number: Option<usize>) -> Result<DeviceKey, KeyError> {
        if let Some(key) = number.and_then(|at| self.quick.get(at)) {
            return Ok(key.clone());
        }
        let made = tokio::task::spawn_blocking(move || DeviceKey::generate(bits)).await;
        made.map_err(|_| KeyError("make a key"))?
    }
}

fn gave_up(error: FleetError) -> GaveUp {
    match error {
        FleetError::Key(error) | FleetError::Tenant(TenantError::Key(error)) => GaveUp::Key(error),
        FleetError::Tenant(_) => GaveUp::Key(KeyError("get a profile from the tenant")),
    }
}

/// A device profile and a user profile.
fn profiles(world: &World) -> (Profile, Profile) {
    let device = Profile::new("CN={{DeviceName}},OU=Devices,O=Contoso")
        .with_san(SanKind::Uri, "IntuneDeviceId://{{DeviceId}}");
    let user = Profile::new("CN={{UserName}},E={{EmailAddress}},OU=Users,O=Contoso")
        .with_san(SanKind::Upn, "{{UserPrincipalName}}")
        .with_san(SanKind::Email, "{{EmailAddress}}");
    (world.add_profile(device), world.add_profile(user))
}
