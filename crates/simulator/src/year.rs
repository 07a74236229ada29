//! A fleet over a year on the simulated clock: policy cycles, renewals, retirements, edits of profiles, an outage.
//!
//! The certificates are real: each comes from a SCEP server over HTTP, for a challenge of the simulated tenant. The server
//! and the tenant have to share the [`Clock`]; whoever runs a year stops the server in the cycles of [`Year::outage`].

mod member;
mod plan;
mod report;
mod tenancy;

pub use report::{Line, Month, Standing, YearReport};

use crate::clock::Clock;
use crate::dice::Dice;
use crate::evaluation::{Assignments, Order, Step};
use crate::fleet::{Agent, AgentError, Attempt, DeviceKey, HttpClient, quick_keys};
use crate::keys::KeyError;
use crate::tenant::World;
use member::Member;
use pki::certificate::Certificate;
use std::ops::Range;
use std::sync::Arc;
use tokio::task::JoinSet;

/// Seconds between two policy cycles.
pub const CYCLE: i64 = 8 * 3_600;
/// Policy cycles of a day.
const CYCLES_A_DAY: u32 = 3;
/// Keys made at a time.
const KEYS: usize = 512;
/// Orders under way at a time.
const AT_A_TIME: usize = 4;

/// Where the fleet enrols, one URL for each length of life.
#[derive(Clone, Debug)]
pub struct Servers {
    /// Certificates of 365 days.
    pub year: String,
    /// Certificates of 180 days.
    pub half: String,
    /// Certificates of 90 days.
    pub quarter: String,
    /// Where nobody answers.
    pub dead: String,
}

/// How a year is run.
#[derive(Clone, Copy, Debug)]
pub struct YearOptions {
    /// Devices at the start; each that is retired is replaced.
    pub devices: usize,
    /// Days.
    pub days: u32,
    /// Decides everything but keys.
    pub seed: u64,
}

/// Why a year cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum YearError {
    /// A profile is not one.
    #[error(transparent)]
    Profile(#[from] mdm::profile::Invalid),
    /// An order could not be tried.
    #[error(transparent)]
    Agent(#[from] AgentError),
    /// A key could not be made.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A task of the simulation ended early.
    #[error("a task of the simulation ended early")]
    Interrupted,
}

/// A fleet, its tenant's assignments, and what happened so far.
pub struct Year {
    options: YearOptions,
    clock: Clock,
    world: Arc<World>,
    http: HttpClient,
    all: Assignments,
    members: Vec<Member>,
    keys: Vec<DeviceKey>,
    dice: Dice,
    cycle: u32,
    months: Vec<Month>,
}

impl Year {
    /// A fleet that enrols with `servers`, whose certificates are under `root`.
    ///
    /// # Errors
    /// A profile is not one, which only a URL can be the cause of, or keys could not be made.
    pub fn new(
        world: Arc<World>,
        http: HttpClient,
        (servers, root): (&Servers, &Certificate),
        options: YearOptions,
    ) -> Result<Self, YearError> {
        let mut year = Self {
            options,
            clock: world.clock.clone(),
            world,
            http,
            all: Assignments {
                configurations: tenancy::configurations(servers, root)?,
                ..Assignments::default()
            },
            members: Vec::new(),
            keys: quick_keys(KEYS.max(options.devices * 4))?,
            dice: Dice::new(options.seed, "year"),
            cycle: 0,
            months: Vec::new(),
        };
        for number in 0..options.devices {
            year.join(number);
        }
        Ok(year)
    }

    /// How many policy cycles there are.
    #[must_use]
    pub const fn cycles(&self) -> u32 {
        self.options.days * CYCLES_A_DAY
    }

    /// Three policy cycles in which no server is to be there, in the thick of the year's renewals.
    #[must_use]
    pub const fn outage(&self) -> Range<u32> {
        let first = plan::OUTAGE_DAY * CYCLES_A_DAY;
        first..first + 3
    }

    /// The months that began.
    #[must_use]
    pub fn months(&self) -> &[Month] {
        &self.months
    }

    /// The next policy cycle of every device: eight hours later than the last one.
    ///
    /// # Errors
    /// The simulation could not go on. What devices run into is in the report.
    pub async fn cycle(&mut self) -> Result<(), YearError> {
        if self.cycle > 0 {
            self.clock.advance(CYCLE);
        }
        if self.cycle.is_multiple_of(CYCLES_A_DAY) {
            self.day(self.cycle / CYCLES_A_DAY);
        }
        let now = self.clock.now();
        let mut orders: Vec<(usize, Step)> = Vec::new();
        for (at, member) in self.members.iter_mut().enumerate().filter(|(_, one)| one.is_live()) {
            if !member.wakes(&mut self.dice) {
                continue;
            }
            let outcomes = self.all.evaluate(&member.device, now, &mut self.dice);
            orders.extend(member.settle(outcomes, now).into_iter().map(|step| (at, step)));
        }
        self.carry_out(orders).await?;
        self.cycle += 1;
        Ok(())
    }

    /// Sends what was ordered, a few at a time.
    async fn carry_out(&mut self, orders: Vec<(usize, Step)>) -> Result<(), YearError> {
        let mut running = JoinSet::new();
        for (at, step) in orders {
            if running.len() >= AT_A_TIME {
                self.join_next(&mut running).await?;
            }
            let (renews, order) = match step {
                Step::Renew(order) => (true, order),
                Step::Enrol(order) => (false, order),
                _ => continue,
            };
            let Some(id) = self.members.get(at).map(|member| member.device.id.clone()) else { continue };
            let (world, http, key) = (Arc::clone(&self.world), self.http.clone(), self.key()?);
            running.spawn(async move {
                let agent = Agent { world: &world, http: &http };
                let attempt = agent.carry_out(&id, &order, &key).await;
                attempt.map(|attempt| Done { at, renews, order, attempt })
            });
        }
        while !running.is_empty() {
            self.join_next(&mut running).await?;
        }
        Ok(())
    }

    async fn join_next(&mut self, running: &mut Running) -> Result<(), YearError> {
        let Some(done) = running.join_next().await else { return Ok(()) };
        let Done { at, renews, order, attempt } = done.map_err(|_| YearError::Interrupted)??;
        if let (Some(member), Some(month)) = (self.members.get_mut(at), self.months.last_mut()) {
            month.count(&attempt, renews, member.had(&order));
            member.receive(&order, &attempt);
        }
        Ok(())
    }

    fn key(&mut self) -> Result<DeviceKey, KeyError> {
        if self.keys.is_empty() {
            self.keys = quick_keys(KEYS)?;
        }
        self.keys.pop().ok_or(KeyError("make keys"))
    }
}

struct Done {
    at: usize,
    renews: bool,
    order: Box<Order>,
    attempt: Attempt,
}

type Running = JoinSet<Result<Done, AgentError>>;
