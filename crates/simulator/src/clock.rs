//! The simulated clock: the machine's or a fixed one, and moved forward on demand.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

/// A clock that all parts of a simulation share; clones show the same time.
#[derive(Clone, Debug)]
pub struct Clock {
    fixed: Option<i64>,
    advanced: Arc<AtomicI64>,
}

impl Clock {
    /// The machine's clock, plus what [`Clock::advance`] added.
    #[must_use]
    pub fn system() -> Self {
        Self { fixed: None, advanced: Arc::default() }
    }

    /// A clock that stands at `unix` seconds until it is advanced.
    #[must_use]
    pub fn fixed(unix: i64) -> Self {
        Self { fixed: Some(unix), advanced: Arc::default() }
    }

    /// Now, in unix seconds.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.fixed.unwrap_or_else(machine_seconds).saturating_add(self.advanced.load(Ordering::Relaxed))
    }

    /// Moves the clock by `seconds`; negative values move it back.
    pub fn advance(&self, seconds: i64) {
        self.advanced.fetch_add(seconds, Ordering::Relaxed);
    }
}

fn machine_seconds() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// `2026-11-21 05:43:15Z`, the form of Entra's error bodies.
#[must_use]
pub fn entra_stamp(unix: i64) -> String {
    let [year, month, day, hour, minute, second] = civil(unix);
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}Z")
}

/// `2026-11-21T05:43:15Z`, the form of Graph.
#[must_use]
pub fn graph_stamp(unix: i64) -> String {
    let [year, month, day, hour, minute, second] = civil(unix);
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
}

/// `11/21/2026 05:43:15`, the form of Intune's error descriptions.
#[must_use]
pub fn intune_stamp(unix: i64) -> String {
    let [year, month, day, hour, minute, second] = civil(unix);
    format!("{month:02}/{day:02}/{year:04} {hour:02}:{minute:02}:{second:02}")
}

/// Year, month, day, hour, minute, second of the proleptic Gregorian calendar in UTC.
fn civil(unix: i64) -> [i64; 6] {
    let (days, rest) = (unix.div_euclid(86_400), unix.rem_euclid(86_400));
    // Days are counted from 1 March of year 0, so that the leap day ends a year.
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let march_month = (5 * of_year + 2) / 153;
    let day = of_year - (153 * march_month + 2) / 5 + 1;
    let month = if march_month < 10 { march_month + 3 } else { march_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    [year, month, day, rest / 3_600, rest / 60 % 60, rest % 60]
}
