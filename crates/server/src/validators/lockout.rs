//! Lock-out after wrong guesses, per source and in all (threat 23).

use pki::Time;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

/// How many wrong guesses are too many.
#[derive(Clone, Debug)]
pub struct LockoutSettings {
    /// Wrong guesses of one source within a window.
    pub per_source: u32,
    /// Wrong guesses of all sources within a window.
    pub in_all: u32,
    /// Length of a window, in seconds.
    pub window: i64,
    /// How long a lock lasts, in seconds.
    pub lock: i64,
    /// Sources remembered at once. Beyond that a new source counts towards `in_all` only: nobody is ever forgotten
    /// before its time to make room.
    pub sources: usize,
}

impl Default for LockoutSettings {
    fn default() -> Self {
        Self { per_source: 10, in_all: 5_000, window: 600, lock: 900, sources: 10_000 }
    }
}

/// Wrong guesses, counted. One mutex, held for a look-up only.
#[derive(Debug)]
pub struct Lockout {
    settings: LockoutSettings,
    counts: Mutex<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    all: Count,
    sources: HashMap<IpAddr, Count>,
}

#[derive(Clone, Copy, Debug)]
struct Count {
    wrong: u32,
    since: Time,
    locked_until: Time,
}

impl Default for Count {
    fn default() -> Self {
        let past = Time::from_unix(i64::MIN);
        Self { wrong: 0, since: past, locked_until: past }
    }
}

impl Count {
    fn record(&mut self, now: Time, most: u32, settings: &LockoutSettings) {
        if now >= self.since.plus_seconds(settings.window) {
            *self = Self { since: now, wrong: 0, ..*self };
        }
        self.wrong = self.wrong.saturating_add(1);
        if self.wrong >= most {
            self.locked_until = now.plus_seconds(settings.lock);
        }
    }

    fn idle(&self, now: Time, settings: &LockoutSettings) -> bool {
        now >= self.locked_until && now >= self.since.plus_seconds(settings.window)
    }
}

impl Lockout {
    /// Nobody is locked out yet.
    #[must_use]
    pub fn new(settings: LockoutSettings) -> Self {
        Self { settings, counts: Mutex::default() }
    }

    /// Seconds until this source may guess again; `None` if it may now.
    pub fn locked(&self, source: IpAddr, now: Time) -> Option<i64> {
        let counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let own = counts.sources.get(&network(source)).map_or(now, |count| count.locked_until);
        let left = own.max(counts.all.locked_until).unix() - now.unix();
        (left > 0).then_some(left)
    }

    /// Counts a wrong guess.
    pub fn wrong(&self, source: IpAddr, now: Time) {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        counts.all.record(now, self.settings.in_all, &self.settings);
        let network = network(source);
        if counts.sources.len() >= self.settings.sources && !counts.sources.contains_key(&network) {
            counts.sources.retain(|_, count| !count.idle(now, &self.settings));
            if counts.sources.len() >= self.settings.sources {
                return;
            }
        }
        counts.sources.entry(network).or_default().record(now, self.settings.per_source, &self.settings);
    }
}

/// An IPv6 source is its /64: one host has all of it.
fn network(source: IpAddr) -> IpAddr {
    match source.to_canonical() {
        IpAddr::V6(v6) => IpAddr::V6(Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX))),
        v4 => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Time {
        Time::from_unix(1_800_000_000 + seconds)
    }

    fn source(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn t23_a_source_is_locked_after_ten_wrong_guesses_and_freed_later() {
        let lockout = Lockout::new(LockoutSettings::default());
        for _ in 0..9 {
            lockout.wrong(source("192.0.2.1"), at(0));
        }
        assert_eq!(lockout.locked(source("192.0.2.1"), at(0)), None);
        lockout.wrong(source("192.0.2.1"), at(1));
        assert_eq!(lockout.locked(source("192.0.2.1"), at(1)), Some(900));
        assert_eq!(lockout.locked(source("::ffff:192.0.2.1"), at(900)), Some(1));
        assert_eq!(lockout.locked(source("192.0.2.2"), at(1)), None);
        assert_eq!(lockout.locked(source("192.0.2.1"), at(901)), None);
    }

    #[test]
    fn t23_ipv6_sources_count_by_64() {
        let lockout = Lockout::new(LockoutSettings { per_source: 2, ..LockoutSettings::default() });
        lockout.wrong(source("2001:db8::1"), at(0));
        lockout.wrong(source("2001:db8::ffff"), at(0));
        assert!(lockout.locked(source("2001:db8::2"), at(0)).is_some());
        assert!(lockout.locked(source("2001:db8:0:1::1"), at(0)).is_none());
    }

    #[test]
    fn t23_a_full_table_forgets_nobody_who_is_locked() {
        let settings = LockoutSettings { per_source: 1, sources: 2, in_all: 5, ..LockoutSettings::default() };
        let lockout = Lockout::new(settings);
        for last in 1..=4 {
            lockout.wrong(IpAddr::from([192, 0, 2, last]), at(0));
        }
        assert!(lockout.locked(source("192.0.2.1"), at(0)).is_some());
        assert!(lockout.locked(source("192.0.2.2"), at(0)).is_some());
        assert!(lockout.locked(source("192.0.2.3"), at(0)).is_none(), "no room");
        lockout.wrong(source("192.0.2.9"), at(0));
        assert!(lockout.locked(source("198.51.100.1"), at(0)).is_some(), "five in all");
        assert!(lockout.locked(source("198.51.100.1"), at(900)).is_none());
    }
}
