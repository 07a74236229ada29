//! Honest and hostile devices side by side. `examples/soak.rs` does the same with ten thousand and the real program.

use crate::world::{Serving, World, fleet};
use std::path::Path;

#[tokio::test(flavor = "multi_thread")]
async fn done_5_a_tenth_is_hostile_and_gets_nothing_and_nobody_else_is_lost() {
    let mut world = World::with_tenant().await;
    world.home.log_only("info");
    let serving = Serving::instead(&mut world, Path::new(env!("CARGO_BIN_EXE_chancery"))).await;
    let tally = fleet::run(&world, 200, 20, 5, |_| ()).await;
    assert_eq!(tally.refused.len(), 10, "every trick: {:?}", tally.refused);
    tally.assert_right(&world, 200, 20).await;
    assert!(serving.resident() < 256 * 1024, "{} KiB", serving.resident());
    assert!(!String::from_utf8(serving.ended().0).unwrap().contains("\"event\":\"panic\""));
}
