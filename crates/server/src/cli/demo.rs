//! `chancery demo`: server, tenant and fleet in one process, and `--check`, which proves row by row.

mod ask;
mod check;
mod farewell;
mod promise;
mod refusals;
mod running;
mod scratch;
mod screen;
mod stage;
mod story;

pub(super) use scratch::Scratch;
pub(super) use screen::say;

use super::outcome::Exit;
use super::simulate::period;
use super::{Context, Failure, Outcome, serve};
use crate::explanation::administrator;
use refusals::Refusals;
use screen::{Manner, Screen};
use simulator::fleet::{Fleet, FleetOptions, Keys, Trick};
use stage::Stage;
use std::time::{Duration, Instant};
use story::Story;
use tokio::sync::mpsc;

/// More devices than this share primes: making honest keys would take longer than enrolling them.
const OWN_KEYS: usize = 500;

/// Watch a fleet of pretend devices enrol through a pretend Intune tenant, with throw-away keys
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// How many devices; ten of them fail on purpose
    #[arg(long, value_name = "NUMBER", default_value_t = 250, value_parser = clap::value_parser!(u32).range(11..=100_000))]
    devices: u32,
    /// Spread the devices' starts over this time, such as 60s
    #[arg(long, value_name = "PERIOD", value_parser = period)]
    duration: Option<Duration>,
    /// No status line, even on a terminal
    #[arg(long)]
    headless: bool,
    /// Leave keys, store and settings behind
    #[arg(long)]
    keep: bool,
    /// Instead of the show, prove each feature with a real check
    #[arg(long, conflicts_with_all = ["devices", "duration"])]
    check: bool,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let manner = Manner::choose(context.globals.json, args.headless);
    context.block_on(async {
        tokio::select! {
            exit = work(&args, manner) => Ok(Outcome::already_told(exit?)),
            () = serve::stopped() => Ok(Outcome::already_told(Exit::Failure)),
        }
    })
}

async fn work(args: &Args, manner: Manner) -> Result<Exit, Failure> {
    if args.check { check::run(manner, args.keep).await } else { show(args, manner).await }
}

async fn show(args: &Args, manner: Manner) -> Result<Exit, Failure> {
    let start = Instant::now();
    let devices = usize::try_from(args.devices).unwrap_or(usize::MAX);
    let refusals = Refusals::hear();
    let mut story = Story::new(Screen::new(manner), refusals, devices, start);
    story.banner();
    let stage = Stage::build(args.keep).await?;
    story.ready(&stage);
    let fleet =
        Fleet::new(stage.tenant.world(), stage.http.clone(), stage.target.clone(), options(args, devices))
            .map_err(|error| failed(&error))?;
    let (sender, mut events) = mpsc::unbounded_channel();
    let running = tokio::spawn(fleet.run(sender));
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => story.happened(&event),
                None => break,
            },
            _ = tick.tick() => story.progress(),
        }
    }
    // It has dropped its sender, so it is at its end; a panic in it shows as devices that are missing.
    let _ = running.await;
    let told = stage.tenant.ledger().certificates().len();
    let breaches = stage.tenant.journal().breaches().to_vec();
    farewell::play(&mut story, &stage, manner).await?;
    let kept = story.finish(told, &breaches, args.keep.then(|| stage.scratch.path()));
    stage.server.stop().await;
    Ok(if kept { Exit::Ok } else { Exit::Failure })
}

fn options(args: &Args, devices: usize) -> FleetOptions {
    FleetOptions {
        devices,
        tricks: Trick::ALL.to_vec(),
        spread: args.duration.unwrap_or_default(),
        keys: if devices > OWN_KEYS { Keys::Quick } else { Keys::Own },
        ..FleetOptions::default()
    }
}

/// A part of the demo did not work.
fn failed(error: &dyn std::error::Error) -> Failure {
    Failure::new(administrator::SIMULATION, error.to_string())
}
