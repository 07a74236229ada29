//! `[limits]`: what no peer may exceed.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::text::{Period, Size};

/// `[limits]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct LimitsSettings {
    pub body: String,
    pub uri: String,
    pub header_timeout: String,
    pub body_timeout: String,
    pub connections: u32,
    pub connections_per_ip: u32,
    pub operations: u32,
    pub queue: u32,
    pub queue_wait: String,
    pub retry_after: String,
    pub drain: String,
    pub stalled_after: String,
}

impl Default for LimitsSettings {
    fn default() -> Self {
        Self {
            body: "256KiB".into(),
            uri: "64KiB".into(),
            header_timeout: "10s".into(),
            body_timeout: "30s".into(),
            connections: 4096,
            connections_per_ip: 512,
            operations: 256,
            queue: 1024,
            queue_wait: "5s".into(),
            retry_after: "10s".into(),
            drain: "30s".into(),
            stalled_after: "60s".into(),
        }
    }
}

/// Sizes, times and counts.
#[derive(Clone, Debug)]
pub struct Limits {
    /// Largest request body, bytes.
    pub body: usize,
    /// Longest request target, bytes.
    pub uri: usize,
    /// Longest wait for a request's head, and for the TLS handshake.
    pub header_timeout: Duration,
    /// Longest wait for a request's body, and for a peer to take the answer.
    pub body_timeout: Duration,
    /// Connections open at once, per listener.
    pub connections: usize,
    /// Of which from one IPv4 address or one IPv6 /64; 0 is no limit.
    pub connections_per_ip: usize,
    /// `PKIOperations` at work at once.
    pub operations: usize,
    /// `PKIOperations` waiting for their turn.
    pub queue: usize,
    /// Longest wait in that queue.
    pub queue_wait: Duration,
    /// What an overloaded server tells clients to wait.
    pub retry_after: Duration,
    /// Longest wait for requests in flight when stopping.
    pub drain: Duration,
    /// After how long a silence a SCEP conversation without a request has stalled.
    pub stalled_after: Duration,
}

impl Limits {
    pub(super) fn believe(settings: &LimitsSettings, problems: &mut Problems) -> Self {
        let size = |key: &str, text: &str, most: u64| Size::believe(key, text, Size(8 << 10), Size(most));
        Self {
            body: problems.or_note(size("limits.body", &settings.body, 16 << 20), 0),
            uri: problems.or_note(size("limits.uri", &settings.uri, 64 << 10), 0),
            header_timeout: period(problems, "limits.header_timeout", &settings.header_timeout),
            body_timeout: period(problems, "limits.body_timeout", &settings.body_timeout),
            connections: count(problems, "limits.connections", settings.connections, 1),
            connections_per_ip: count(problems, "limits.connections_per_ip", settings.connections_per_ip, 0),
            operations: count(problems, "limits.operations", settings.operations, 1),
            queue: count(problems, "limits.queue", settings.queue, 0),
            queue_wait: period(problems, "limits.queue_wait", &settings.queue_wait),
            retry_after: period(problems, "limits.retry_after", &settings.retry_after),
            drain: period(problems, "limits.drain", &settings.drain),
            stalled_after: period(problems, "limits.stalled_after", &settings.stalled_after),
        }
    }
}

fn period(problems: &mut Problems, key: &str, text: &str) -> Duration {
    problems.or_note(Period::believe(key, text, "10ms", "1h"), Duration::ZERO)
}

fn count(problems: &mut Problems, key: &str, value: u32, least: u32) -> usize {
    const MOST: u32 = 1_000_000;
    if !(least..=MOST).contains(&value) {
        problems.push(
            Problem::new(Code::Rule, key, value)
                .rule(format!("a count here is from {least} to {MOST}"))
                .fix("remove the line to return to the default"),
        );
    }
    usize::try_from(value).unwrap_or(usize::MAX)
}
