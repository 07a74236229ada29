//! A circuit breaker: after too many failures in a row nobody is asked for a while.

use super::settings::BreakerSettings;
use std::sync::{Mutex, PoisonError};
use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Breaker {
    settings: BreakerSettings,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    failures: u32,
    resting_until: Option<Instant>,
}

impl Breaker {
    pub(super) fn new(settings: BreakerSettings) -> Self {
        Self { settings, state: Mutex::default() }
    }

    /// Whether this call may be made. After the pause one call may; the others rest until its outcome is known or
    /// another pause has passed.
    pub(super) fn admits(&self, now: Instant) -> bool {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        match state.resting_until {
            None => true,
            Some(until) if now < until => false,
            Some(_) => {
                state.resting_until = Some(now + self.settings.pause);
                true
            }
        }
    }

    pub(super) fn record(&self, worked: bool, now: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if worked {
            *state = State::default();
            return;
        }
        state.failures = state.failures.saturating_add(1);
        if state.failures >= self.settings.failures {
            state.resting_until = Some(now + self.settings.pause);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    fn t21_rests_after_failures_in_a_row_and_lets_one_call_probe() {
        let breaker = Breaker::new(BreakerSettings { failures: 2, pause: Duration::from_secs(10) });
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        breaker.record(false, start);
        breaker.record(true, start);
        breaker.record(false, start);
        assert!(breaker.admits(start), "not in a row");
        breaker.record(false, start);
        assert!(!breaker.admits(at(9)));
        assert!(breaker.admits(at(10)), "the probe");
        assert!(!breaker.admits(at(11)), "one only");
        breaker.record(true, at(12));
        assert!(breaker.admits(at(12)));
    }
}
