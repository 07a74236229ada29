//! The real program dies, at every named place and at any moment, and is started again (bars 5 and 6 of the threat
//! model). What a client holds is in the store, no challenge is spent twice, an interrupted client's repetition ends
//! with one certificate, and `chancery verify` finds nothing.
//!
//! ```text
//! cargo test -p chancery --features fail-points --test it crash -- --nocapture --test-threads=1
//! ```
//!
//! `CRASH_KILLS` (kills at random moments, 30) and `CRASH_POINT_KILLS` (kills at each point, 3) say how many;
//! `CRASH_CHANCERY` names another binary, built with the same feature.

#[path = "crash/clients.rs"]
mod clients;
#[path = "crash/points.rs"]
mod points;
#[path = "crash/random.rs"]
mod random;
#[path = "crash/rig.rs"]
mod rig;

/// A number from the environment.
fn wanted(variable: &str, usual: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}
