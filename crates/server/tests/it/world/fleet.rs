//! A fleet with hostile devices in it, and what became of each.

use super::World;
use simulator::fleet::{Fleet, FleetOptions, Keys, Target, Trick, http_client};
use std::collections::BTreeMap;
use std::time::Duration;

/// How a run ended.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    /// Honest devices with a certificate.
    pub(crate) granted: u64,
    /// Honest devices without, and why.
    pub(crate) lost: Vec<String>,
    /// Hostile devices refused, by trick.
    pub(crate) refused: BTreeMap<&'static str, u64>,
    /// Hostile devices with what they wanted.
    pub(crate) fooled: Vec<String>,
}

/// Runs `devices`, `hostile` of them hostile, against the endpoint `intune`; `meanwhile` hears of every hundredth.
pub(crate) async fn run(
    world: &World,
    devices: usize,
    hostile: usize,
    seed: u64,
    mut meanwhile: impl FnMut(u64),
) -> Tally {
    let options = FleetOptions {
        devices,
        tricks: Trick::ALL.into_iter().cycle().take(hostile).collect(),
        // Nothing is lost: whoever needs a second attempt is told as lost below.
        attempts: 1,
        cycle: Duration::ZERO,
        keys: Keys::Quick,
        seed,
        ..FleetOptions::default()
    };
    let target = Target::at(world.url("intune"));
    let fleet = Fleet::new(world.tenant().world(), http_client(None).unwrap(), target, options).unwrap();
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let running = tokio::spawn(fleet.run(sender));
    let (mut tally, mut heard) = (Tally::default(), 0);
    while let Some(event) = events.recv().await {
        let granted = event.outcome.certificate().is_some();
        match event.trick {
            None if granted => tally.granted += 1,
            None => tally.lost.push(event.outcome.sentence()),
            Some(trick) if granted => tally.fooled.push(format!("{}: {}", trick.title(), event.device.name)),
            Some(trick) => *tally.refused.entry(trick.title()).or_default() += 1,
        }
        heard += 1;
        if heard % 100 == 0 {
            meanwhile(heard);
        }
    }
    running.await.unwrap();
    tally
}

impl Tally {
    /// None of the hostile ones has a certificate, none of the others is lost, and the books are right. A device
    /// that replays a challenge enrols with it first.
    pub(crate) async fn assert_right(&self, world: &World, devices: u64, hostile: u64) {
        assert!(self.fooled.is_empty(), "{:?}", self.fooled);
        assert!(self.lost.is_empty(), "{:?}", self.lost);
        assert_eq!((self.granted, self.refused.values().sum()), (devices - hostile, hostile));
        let replayed = self.refused.get(Trick::ReplayedChallenge.title()).copied().unwrap_or_default();
        assert_eq!(world.issued().await, self.granted + replayed);
        assert_eq!(world.tenant().journal().breaches(), [] as [String; 0]);
        world.assert_sound().await;
        world.assert_verified().await;
    }
}
