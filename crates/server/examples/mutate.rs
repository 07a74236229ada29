//! Structure-aware mutations of SCEP messages over HTTP, against a server in this process: nothing may be issued, and
//! no answer may be a 5xx.
//!
//! ```text
//! cargo run --release -p chancery --example mutate -- 100000 1
//! ```
//!
//! The arguments are the number of messages and the seed. Prints one line of JSON; exit code 1 where something is
//! found, with the number of the message, which the same seed makes again.
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

use simulator::dice::Dice;
use std::collections::BTreeMap;
use std::process::ExitCode;
use std::time::Instant;
use world::{World, mutation};

#[tokio::main]
async fn main() -> ExitCode {
    let mut numbers = std::env::args().skip(1).map(|text| text.parse::<u64>().expect("a number"));
    let (count, seed) = (numbers.next().unwrap_or(5_000), numbers.next().unwrap_or(1));
    let world = World::start().await;
    let device = world.device("phone");
    let mut dice = Dice::new(seed, "mutations");
    let (mut answers, mut bad) = (BTreeMap::<String, u64>::new(), Vec::new());
    let since = Instant::now();
    for number in 0..count {
        // Nobody knows this challenge: whatever is issued got around it.
        let message = mutation::message(&world, &device, "unknown", &mut dice);
        let told = world.post("once", message).await;
        if !told.is_refusal() {
            bad.push(number);
        }
        *answers.entry(told.code().map_or_else(|| told.status.to_string(), str::to_owned)).or_default() += 1;
    }
    let (seconds, issued) = (since.elapsed().as_secs(), world.issued().await);
    println!(
        "{}",
        serde_json::json!({
            "messages": count, "seed": seed, "issued": issued, "bad": bad, "seconds": seconds, "answers": answers,
        })
    );
    world.device("tablet").enrols(&world).await;
    world.assert_sound().await;
    if issued == 0 && bad.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
