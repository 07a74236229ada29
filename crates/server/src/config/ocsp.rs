//! `[ocsp]`: how long answers are good for, and how many are kept.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::text::Period;
use super::value::Word;

/// `[ocsp]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct OcspSettings {
    pub good_validity: String,
    pub held_validity: String,
    pub revoked_validity: String,
    pub max_age: String,
    pub cache: u32,
    pub never_issued: String,
}

impl Default for OcspSettings {
    fn default() -> Self {
        Self {
            good_validity: "1h".into(),
            held_validity: "5m".into(),
            revoked_validity: "24h".into(),
            max_age: "1m".into(),
            cache: 100_000,
            never_issued: "unknown".into(),
        }
    }
}

/// What is said of a serial number that was never used (RFC 6960 §2.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NeverIssued {
    /// `unknown`; a client may ask somebody else.
    Unknown,
    /// `revoked`, on hold since 1970: no client takes it for good.
    Revoked,
}

impl Word for NeverIssued {
    const WORDS: &'static [(&'static str, Self)] = &[("unknown", Self::Unknown), ("revoked", Self::Revoked)];
}

/// How OCSP answers.
#[derive(Clone, Debug)]
pub struct Ocsp {
    /// From thisUpdate to nextUpdate for a certificate that is good.
    pub good: Duration,
    /// For one on hold.
    pub held: Duration,
    /// For one revoked for good.
    pub revoked: Duration,
    /// Longest life in an HTTP cache.
    pub max_age: Duration,
    /// Answers kept.
    pub cache: usize,
    /// What is said of what was never issued.
    pub never_issued: NeverIssued,
}

impl Ocsp {
    pub(super) fn believe(settings: &OcspSettings, problems: &mut Problems) -> Self {
        // CA/Browser Forum's BR 4.9.10: no answer is good for more than ten days.
        let mut period = |key: &str, text: &str, least: &str| {
            problems.or_note(Period::believe(key, text, least, "10d"), Duration::ZERO)
        };
        let good = period("ocsp.good_validity", &settings.good_validity, "1m");
        let held = period("ocsp.held_validity", &settings.held_validity, "1m");
        let revoked = period("ocsp.revoked_validity", &settings.revoked_validity, "1m");
        let max_age = period("ocsp.max_age", &settings.max_age, "0s");
        let never_issued = NeverIssued::believe("ocsp.never_issued", &settings.never_issued);
        let never_issued = problems.or_note(never_issued, NeverIssued::Unknown);
        Self { good, held, revoked, max_age, cache: cache(settings.cache, problems), never_issued }
    }
}

fn cache(answers: u32, problems: &mut Problems) -> usize {
    const MOST: u32 = 10_000_000;
    if answers > MOST {
        problems.push(
            Problem::new(Code::Rule, "ocsp.cache", answers)
                .rule(format!("at most {MOST}, which take about 4 GB"))
                .fix("remove the line to return to the default"),
        );
    }
    usize::try_from(answers).unwrap_or(0)
}
