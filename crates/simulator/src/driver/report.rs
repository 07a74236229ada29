//! What a load run found.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::Serialize;

use super::prepare::Loaded;
use super::{Returned, Verify};
use crate::fleet::{Outcome, read_reply, style};

/// Times from the first octet sent to the last received, in milliseconds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize)]
pub struct Latency {
    /// Median.
    pub p50: f64,
    /// 90th percentile.
    pub p90: f64,
    /// 99th percentile.
    pub p99: f64,
    /// The slowest.
    pub max: f64,
}

/// Counts, rate and times of a run.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Report {
    /// Messages sent.
    pub sent: usize,
    /// CertRep SUCCESS, correctly signed.
    pub granted: usize,
    /// Of these, decrypted and found to be the certificate asked for.
    pub verified: usize,
    /// CertRep FAILURE and PENDING, by what they say.
    pub refused: BTreeMap<String, usize>,
    /// No usable answer, by reason.
    pub errors: BTreeMap<String, usize>,
    /// Seconds from the first message to the last answer.
    pub seconds: f64,
    /// Granted a second.
    pub rate: f64,
    /// Times of the messages that were answered.
    pub latency: Latency,
    /// When each of them was sent, and how long it took.
    #[serde(skip)]
    pub times: Vec<(SystemTime, Duration)>,
}

pub(super) fn evaluate(
    loaded: &Loaded,
    returned: Vec<Returned>,
    (began, elapsed): (SystemTime, Duration),
    verify: Verify,
) -> Report {
    let answered = returned.iter().filter(|one| one.answer.is_ok());
    let mut times: Vec<Duration> = answered.clone().map(|one| one.took).collect();
    times.sort_unstable();
    let mut report = Report {
        sent: returned.len(),
        seconds: elapsed.as_secs_f64(),
        latency: latency(&times),
        times: answered.map(|one| (began + one.after, one.took)).collect(),
        ..Report::default()
    };
    for one in returned {
        let wholly = match verify {
            Verify::All => true,
            Verify::Every(n) => one.message % n.max(1) == 0,
        };
        report.count(loaded, &one, wholly);
    }
    report.rate = if report.seconds > 0.0 { report.granted as f64 / report.seconds } else { 0.0 };
    report
}

impl Report {
    fn count(&mut self, loaded: &Loaded, one: &Returned, wholly: bool) {
        match judge(loaded, one, wholly) {
            Judged::Granted => {
                self.granted += 1;
                self.verified += usize::from(wholly);
            }
            Judged::Refused(why) => *self.refused.entry(why).or_default() += 1,
            Judged::Error(why) => *self.errors.entry(why).or_default() += 1,
        }
    }
}

enum Judged {
    Granted,
    Refused(String),
    Error(String),
}

fn judge(loaded: &Loaded, one: &Returned, wholly: bool) -> Judged {
    let body = match &one.answer {
        Ok((200, body)) => body,
        Ok((status, _)) => return Judged::Error(format!("HTTP status {status}")),
        Err(why) => return Judged::Error(why.clone()),
    };
    let Some((platform, _, prepared)) = loaded.messages.get(one.message) else {
        return Judged::Error("an answer to no message".into());
    };
    let Some((_, to)) = loaded.introductions.iter().find(|(known, _)| known == platform) else {
        return Judged::Error("an answer for no platform".into());
    };
    if wholly {
        return match read_reply(body, to, prepared, style(*platform)) {
            Ok(Outcome::Granted(_)) => Judged::Granted,
            Ok(other) => Judged::Refused(other.sentence()),
            Err(why) => Judged::Error(why.to_string()),
        };
    }
    match prepared.exchange.read(body, to.certificates.all()) {
        Ok(scep::client::Reply::Success(_)) => Judged::Granted,
        Ok(scep::client::Reply::Pending) => Judged::Refused("pending".into()),
        Ok(scep::client::Reply::Failure { fail_info, text }) => {
            let transaction = prepared.exchange.transaction().clone();
            Judged::Refused(Outcome::Refused { fail_info, text, transaction }.sentence())
        }
        Err(why) => Judged::Error(why.to_string()),
    }
}

fn latency(sorted: &[Duration]) -> Latency {
    let at = |permille: usize| {
        let index = (sorted.len() * permille).div_ceil(1_000).saturating_sub(1);
        sorted.get(index).map_or(0.0, |time| time.as_secs_f64() * 1_000.0)
    };
    Latency { p50: at(500), p90: at(900), p99: at(990), max: at(1_000) }
}
