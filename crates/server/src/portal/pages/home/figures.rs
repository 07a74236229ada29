//! The numbers of the first page, as its pictures want them.

use super::Failure;
use crate::portal::pages::enrolments::with_code;
use crate::portal::show::entry;
use crate::portal::{Point, Words, address, shown};
use serde::Deserialize;

/// What the page takes from the summary.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Summary {
    pub(super) at: String,
    pub(super) behind: u64,
    pub(super) certificates: Statuses,
    pub(super) expiring: Vec<Bar>,
    pub(super) issued_by_minute: Vec<Bar>,
    pub(super) failures: Vec<Count>,
    pub(super) by_platform: Vec<Count>,
    pub(super) without_sid: Vec<Unmapped>,
    pub(super) latency: Option<Latency>,
    pub(super) waiting: u64,
    pub(super) undelivered: u64,
}

/// Of the summary, when it was made: the server's clock.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(in crate::portal::pages) struct Now {
    pub(in crate::portal::pages) at: String,
}

/// Certificates by status.
#[derive(Default, Deserialize)]
#[serde(default)]
pub(super) struct Statuses {
    pub(super) good: u64,
    pub(super) held: u64,
    pub(super) revoked: u64,
    pub(super) expired: u64,
    pub(super) expiring: u64,
}

/// How many in a period.
#[derive(Default, Deserialize)]
pub(in crate::portal::pages) struct Bar {
    pub(in crate::portal::pages) from: String,
    pub(in crate::portal::pages) count: u64,
}

/// How many under a name.
#[derive(Deserialize)]
pub(super) struct Count {
    pub(super) name: String,
    pub(super) count: u64,
}

/// Certificates that no domain controller can map.
#[derive(Deserialize)]
pub(super) struct Unmapped {
    #[serde(default)]
    pub(super) profile: String,
    #[serde(default)]
    pub(super) live: u64,
    pub(super) without_sid: u64,
}

/// How long enrolments take.
#[derive(Deserialize)]
pub(super) struct Latency {
    pub(super) p50_ms: u64,
    pub(super) p95_ms: u64,
}

/// What was asked since the server started.
#[derive(Default, Deserialize)]
pub(super) struct Traffic {
    funnel: Funnel,
}

/// How far enrolments came.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Funnel {
    capabilities: u64,
    ca_certificates: u64,
    requests: u64,
    validated: u64,
    issued: u64,
    notified: u64,
    seen: Option<u64>,
}

impl Traffic {
    /// A bar for each step.
    pub(super) fn funnel(&self, w: &Words) -> Vec<Point> {
        let it = &self.funnel;
        let point = |text: &str, count: u64| Point::new(w.t(text), count);
        let mut points = vec![
            point("home-step-caps", it.capabilities),
            point("home-step-ca", it.ca_certificates),
            point("home-step-request", it.requests),
            point("home-step-validated", it.validated),
            point("home-step-issued", it.issued),
            point("home-step-notified", it.notified),
        ];
        points.extend(it.seen.map(|count| point("home-step-seen", count)));
        points
    }
}

/// `12:07` of each minute.
pub(super) fn minutes(summary: &Summary) -> Vec<Point> {
    points(&summary.issued_by_minute, 11..16)
}

/// `2026-12` of each month, leading to what ends in it.
pub(super) fn months(summary: &Summary) -> Vec<Point> {
    let mut points = points(&summary.expiring, 0..7);
    let ends: Vec<&str> = summary.expiring.iter().filter_map(|bar| bar.from.get(..10)).collect();
    for (point, months) in points.iter_mut().zip(ends.windows(2)) {
        if let [from, before] = months {
            let range = [("status", "good"), ("expires_after", from), ("expires_before", before)];
            point.link = address("/certificates", &range);
        }
    }
    points
}

/// Columns whose names are a piece of the time.
pub(in crate::portal::pages) fn points(bars: &[Bar], named: std::ops::Range<usize>) -> Vec<Point> {
    bars.iter()
        .map(|bar| Point::new(shown(bar.from.get(named.clone()).unwrap_or(&bar.from)), bar.count))
        .collect()
}

/// Bars as they come.
pub(super) fn counts(counts: &[Count]) -> Vec<Point> {
    counts.iter().map(|one| Point::new(shown(&one.name), one.count)).collect()
}

/// The codes of refusals, each leading to what was refused with it.
pub(super) fn codes(summary: &Summary) -> Vec<Point> {
    let point = |one: &Count| Point {
        tone: "bad",
        link: with_code(&one.name),
        ..Point::new(shown(&one.name), one.count)
    };
    summary.failures.iter().take(MOST).map(point).collect()
}

/// Codes that the page tells of.
const MOST: usize = 8;

/// The same codes with their meaning.
pub(super) fn failures(summary: &Summary) -> Vec<Failure> {
    let all = summary.failures.iter().fold(0_u64, |sum, one| sum.saturating_add(one.count)).max(1);
    let mut sum = 0_u64;
    let told = summary.failures.iter().take(MOST).map(|one| {
        sum = sum.saturating_add(one.count);
        let known = entry(&one.name);
        Failure {
            code: shown(&one.name),
            sentence: known.map_or("", |entry| entry.sentence),
            fix: known.map_or("", |entry| entry.fix),
            count: one.count,
            together: u64::try_from(u128::from(sum) * 100 / u128::from(all)).unwrap_or(100),
            link: with_code(&one.name),
        }
    });
    told.collect()
}
