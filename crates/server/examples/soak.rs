//! Ten thousand simulated devices, a tenth of them hostile, against the real program and a simulated tenant.
//!
//! ```text
//! cargo build --release -p chancery && cargo run --release -p chancery --example soak -- 10000 1
//! ```
//!
//! The arguments are the number of devices and the seed. Prints one line of JSON and stops at the first thing that is
//! not as it must be: a hostile device with a certificate, an honest one without, an open reservation, a finding of
//! `chancery verify`, a log line of a panic.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program for tests stops at the first thing that is not as it must be"
)]

#[expect(dead_code, unused_imports, reason = "the attacks use more of it")]
#[path = "../tests/it/world.rs"]
mod world;

use std::time::Instant;
use world::{Serving, World, fleet};

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<usize>().expect("a number"));
    let (devices, seed) = (numbers.next().unwrap_or(1_000), numbers.next().unwrap_or(1));
    let hostile = devices / 10;
    let mut world = World::with_tenant().await;
    world.home.log_only("info");
    let program = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("chancery");
    let serving = Serving::instead(&mut world, &program).await;
    let (since, mut resident) = (Instant::now(), Vec::new());
    let tally = fleet::run(&world, devices, hostile, seed as u64, |heard| {
        if heard % 1_000 == 0 {
            resident.push(serving.resident() / 1024);
        }
    })
    .await;
    let seconds = since.elapsed().as_secs();
    tally.assert_right(&world, devices as u64, hostile as u64).await;
    let log = String::from_utf8(serving.ended().0).unwrap();
    assert!(!log.contains("\"event\":\"panic\""), "a panic");
    println!(
        "{}",
        serde_json::json!({
            "devices": devices, "hostile": hostile, "seed": seed, "granted": tally.granted, "refused": tally.refused,
            "lost": tally.lost.len(), "fooled": tally.fooled.len(), "seconds": seconds,
            "resident_mib_each_thousand": resident, "log_lines": log.lines().count(),
        })
    );
}
