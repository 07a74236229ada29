//! What was asked of the tenant, and what the tenant holds against the caller.

use std::collections::VecDeque;

use serde::{Serialize, Serializer};

use super::exchange::{Call, text_of};
use super::fault::Hop;

/// One recorded request and its answer.
#[derive(Clone, Debug, Serialize)]
pub struct Recorded {
    /// Running number, from 1.
    pub number: u64,
    /// Simulated unix seconds.
    pub at: i64,
    /// The hop, or none for a path that no Microsoft service has.
    pub hop: Option<Hop>,
    /// HTTP method.
    pub method: String,
    /// Path.
    pub path: String,
    /// Query.
    pub query: String,
    /// Header names in lower case, in order of arrival.
    pub headers: Vec<(String, String)>,
    /// The body, byte for byte; as text in JSON.
    #[serde(serialize_with = "as_text")]
    pub body: Vec<u8>,
    /// Status answered; 0 if the connection was broken instead.
    pub status: u16,
    /// Name of the fault that was injected.
    pub fault: Option<String>,
}

fn as_text<S: Serializer>(body: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&text_of(body))
}

/// The last requests, and every breach of the contract.
#[derive(Debug)]
pub struct Journal {
    limit: usize,
    total: u64,
    kept: VecDeque<Recorded>,
    breaches: Vec<String>,
}

impl Journal {
    /// A journal that keeps the last `limit` requests.
    #[must_use]
    pub fn new(limit: usize) -> Self {
        Self { limit, total: 0, kept: VecDeque::new(), breaches: Vec::new() }
    }

    /// Records a request and returns its number.
    pub fn record(&mut self, call: &Call, hop: Option<Hop>, at: i64) -> u64 {
        self.total += 1;
        if self.kept.len() >= self.limit {
            self.kept.pop_front();
        }
        self.kept.push_back(Recorded {
            number: self.total,
            at,
            hop,
            method: call.method.clone(),
            path: call.path.clone(),
            query: call.query.clone(),
            headers: call.headers.clone(),
            body: call.body.clone(),
            status: 0,
            fault: None,
        });
        self.total
    }

    /// Adds the outcome to a recorded request, if it is still kept.
    pub fn conclude(&mut self, number: u64, status: u16, fault: Option<String>) {
        if let Some(entry) = self.kept.iter_mut().rev().find(|entry| entry.number == number) {
            entry.status = status;
            entry.fault = fault;
        }
    }

    /// Notes a breach of the contract by the caller; kept up to 1,000.
    pub fn breach(&mut self, text: impl Into<String>) {
        if self.breaches.len() < 1_000 {
            self.breaches.push(text.into());
        }
    }

    /// The requests still kept, oldest first.
    #[must_use]
    pub fn requests(&self) -> Vec<Recorded> {
        self.kept.iter().cloned().collect()
    }

    /// Every breach so far.
    #[must_use]
    pub fn breaches(&self) -> &[String] {
        &self.breaches
    }

    /// Requests seen, kept or not.
    #[must_use]
    pub fn total(&self) -> u64 {
        self.total
    }
}
