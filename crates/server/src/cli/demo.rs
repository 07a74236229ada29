//! `chancery demo`: server, tenant and fleet in one process, and `--check`, which proves row by row.

mod ask;
mod board;
mod check;
mod farewell;
mod promise;
mod refusals;
mod running;
mod scratch;
mod screen;
mod stage;
mod story;

pub(super) use running::Running;
pub(super) use scratch::Scratch;
pub(super) use screen::say;
pub(super) use stage::{quoted, tls_settings};

use super::outcome::Exit;
use super::simulate::period;
use super::{Context, Failure, Outcome, serve};
use crate::clock::{Clock as _, SystemClock};
use crate::config::Secret;
use crate::explanation::administrator;
use crate::keys::SystemRandom;
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
    /// Go on after the last device until it is stopped, so that the portal stays open
    #[arg(long)]
    stay: bool,
    /// Instead of the show, prove each feature with a real check
    #[arg(long, conflicts_with_all = ["devices", "duration", "stay"])]
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
    let mut story = Story::new(Screen::new(manner), refusals.clone(), devices, start);
    story.banner();
    let stage = Stage::build(args.keep, Some((refusals, devices))).await?;
    story.ready(&stage);
    story.portal(&portal_link(&stage).await?);
    let fleet =
        Fleet::new(stage.tenant.world(), stage.http.clone(), stage.target.clone(), options(args, devices))
            .map_err(|error| failed(&error))?;
    let (sender, mut events) = mpsc::unbounded_channel();
    let running = tokio::spawn(fleet.run(sender));
    let mut tick = tokio::time::interval(Duration::from_millis(200));
    loop {
        tokio::select! {
            event = events.recv() => match event {
                Some(event) => {
                    stage.board.iter().for_each(|board| board.happened(&event));
                    story.happened(&event);
                }
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
    if args.stay {
        story.people("The portal stays open. Ctrl-C ends the demo.");
        std::future::pending::<()>().await;
    }
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

/// The link by which whoever watches becomes the demo's owner. It works once.
async fn portal_link(stage: &Stage) -> Result<Secret, Failure> {
    let (store, base) = (&*stage.server.store, &stage.server.portal);
    let made = crate::people::first_link(store, base, SystemClock.now(), &mut SystemRandom).await;
    let link = made.map_err(|error| failed(&error))?;
    link.map(|one| one.url).ok_or_else(|| {
        Failure::new(administrator::SIMULATION, "somebody can sign in to a demo that has only begun")
    })
}

/// A part of the demo did not work.
fn failed(error: &dyn std::error::Error) -> Failure {
    Failure::new(administrator::SIMULATION, error.to_string())
}
