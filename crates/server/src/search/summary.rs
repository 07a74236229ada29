//! The numbers of the first page.

use std::collections::BTreeMap;

use pki::Time;

use super::answers::{Bar, Home, NamedCount, Statuses, Unmapped};
use super::finder::{Finder, unread};
use super::moment::months;
use crate::http::ApiProblem;
use crate::store::{EntryStatus, Expiries, HeldId, HeldSearch, Numbers, SidInEntry};

const DAY: i64 = 86_400;
/// Months of the histogram: this one and two years.
const MONTHS: usize = 25;
/// Days within which a certificate counts as about to end.
const SOON: i64 = 30;
/// Requests that wait are counted so far.
const WAITING: u32 = 1_000;

impl Finder {
    /// The numbers of the first page.
    ///
    /// # Errors
    /// The store cannot be read.
    pub async fn summary(&self) -> Result<Home, ApiProblem> {
        let now = self.clock.now();
        let numbers = self.store.numbers(now).await.map_err(|_| unread())?;
        let counts = self.store.counts().await.map_err(|_| unread())?;
        let search = HeldSearch { waiting_at: Some(now), after: HeldId::default(), limit: WAITING };
        let waiting = self.store.all_held(search).await.map_err(|_| unread())?.len();
        let minutes: BTreeMap<i64, u64> = numbers.issued.iter().copied().collect();
        let by_profile = by_profile(&numbers, now);
        Ok(Home {
            at: now.to_string(),
            behind: numbers.behind,
            certificates: statuses(&numbers, now),
            expiring: expiring(&numbers, now),
            issued_by_minute: last_minutes(now, &minutes),
            issued_by_day: last_days(now, &minutes),
            failures: numbers.refused.iter().map(|(code, count)| counted(code, *count)).collect(),
            by_platform: self.by_platform(&by_profile),
            by_profile: sorted(by_profile),
            without_sid: without_sid(&numbers, now),
            latency: self.around.latency(),
            waiting: u64::try_from(waiting).unwrap_or(u64::MAX),
            undelivered: counts.notifications_pending.saturating_add(counts.notifications_dead),
        })
    }

    fn by_platform(&self, by_profile: &BTreeMap<String, u64>) -> Vec<NamedCount> {
        let mut platforms: BTreeMap<String, u64> = BTreeMap::new();
        for (profile, count) in by_profile {
            *platforms.entry(self.around.platform(profile).to_owned()).or_default() += count;
        }
        sorted(platforms)
    }
}

fn counted(name: &str, count: u64) -> NamedCount {
    NamedCount { name: name.to_owned(), count }
}

/// The most frequent first.
fn sorted(counts: BTreeMap<String, u64>) -> Vec<NamedCount> {
    let mut all: Vec<NamedCount> =
        counts.into_iter().map(|(name, count)| NamedCount { name, count }).collect();
    all.sort_by(|one, other| other.count.cmp(&one.count).then_with(|| one.name.cmp(&other.name)));
    all
}

/// Those that end today or later; of today's the store tells apart what is over.
fn is_live(ending: &Expiries, now: Time) -> bool {
    ending.status == EntryStatus::Good && ending.day >= now.unix().div_euclid(DAY)
}

fn statuses(numbers: &Numbers, now: Time) -> Statuses {
    let mut counts = Statuses::default();
    let soon = now.plus_days(SOON).unix().div_euclid(DAY);
    for ending in &numbers.endings {
        let count = match ending.status {
            EntryStatus::Held => &mut counts.held,
            EntryStatus::Revoked => &mut counts.revoked,
            EntryStatus::Good if is_live(ending, now) => &mut counts.good,
            EntryStatus::Good => &mut counts.expired,
        };
        *count += ending.count;
        if is_live(ending, now) && ending.day < soon {
            counts.expiring += ending.count;
        }
    }
    counts
}

fn expiring(numbers: &Numbers, now: Time) -> Vec<Bar> {
    let starts = months(now, MONTHS + 1);
    let day = |at: &Time| at.unix().div_euclid(DAY);
    let month = |pair: &[Time]| {
        let [first, next] = pair else { return None };
        let within = day(first)..day(next);
        let of_month = numbers.endings.iter().filter(|one| is_live(one, now) && within.contains(&one.day));
        Some(Bar { from: first.to_string(), count: of_month.map(|one| one.count).sum() })
    };
    starts.windows(2).filter_map(month).collect()
}

fn last_minutes(now: Time, minutes: &BTreeMap<i64, u64>) -> Vec<Bar> {
    let last = now.unix().div_euclid(60);
    let bar = |minute: i64| Bar {
        from: Time::from_unix(minute * 60).to_string(),
        count: minutes.get(&minute).copied().unwrap_or_default(),
    };
    (last - 59..=last).map(bar).collect()
}

fn last_days(now: Time, minutes: &BTreeMap<i64, u64>) -> Vec<Bar> {
    let mut by_day: BTreeMap<i64, u64> = BTreeMap::new();
    for (minute, count) in minutes {
        *by_day.entry(minute.div_euclid(DAY / 60)).or_default() += count;
    }
    let counts: Vec<(i64, u64)> = by_day.into_iter().collect();
    days(now, -29, 30, &counts)
}

/// So many days, the first of them `from` days from today.
pub(super) fn days(now: Time, from: i64, count: i64, counts: &[(i64, u64)]) -> Vec<Bar> {
    let counts: BTreeMap<i64, u64> = counts.iter().copied().collect();
    let first = now.unix().div_euclid(DAY) + from;
    let bar = |day: i64| Bar {
        from: Time::from_unix(day * DAY).to_string(),
        count: counts.get(&day).copied().unwrap_or_default(),
    };
    (first..first + count).map(bar).collect()
}

fn by_profile(numbers: &Numbers, now: Time) -> BTreeMap<String, u64> {
    let mut profiles: BTreeMap<String, u64> = BTreeMap::new();
    for ending in numbers.endings.iter().filter(|one| is_live(one, now)) {
        *profiles.entry(ending.profile.clone()).or_default() += ending.count;
    }
    profiles
}

fn without_sid(numbers: &Numbers, now: Time) -> Vec<Unmapped> {
    let mut profiles: BTreeMap<&str, Unmapped> = BTreeMap::new();
    let live = numbers.endings.iter().filter(|one| is_live(one, now) && one.sid != SidInEntry::NotAsked);
    for ending in live {
        let none = || Unmapped { profile: ending.profile.clone(), live: 0, without_sid: 0 };
        let count = profiles.entry(&ending.profile).or_insert_with(none);
        count.live += ending.count;
        if ending.sid == SidInEntry::Missing {
            count.without_sid += ending.count;
        }
    }
    profiles.into_values().collect()
}
