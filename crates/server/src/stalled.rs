//! Conversations that began and never came to a request: a device asked for the capabilities and the CA's certificates, and then
//! nothing. The device says nowhere why; what was seen of it ranks the causes ([`causes`]).
//!
//! A conversation is known by endpoint, address and User-Agent. Devices behind one address with the same system look alike, so
//! conversations are counted and not devices: each request that comes ends the oldest one that is open there. Whoever renews without
//! asking for the capabilities ends another's, so that the count is never too high for want of knowledge.

pub mod causes;

use crate::clock::Clock;
use crate::store::{NewStalled, Store, StoreError};
use crate::telemetry::Metrics;
use causes::{Reason, System};
use pki::Time;
use serde_json::{Value, json};
use std::collections::{HashMap, HashSet, VecDeque};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Peers with open conversations, at most; one more is not followed.
const PEERS: usize = 10_000;
/// Open conversations of one peer, at most.
const OPEN: usize = 32;
/// Characters of a User-Agent that are looked at.
const AGENT: usize = 200;
/// Rows written in one transaction, and at most in a minute.
const TOGETHER: usize = 50;
const A_MINUTE: usize = 200;

/// What was asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// GetCACaps.
    Capabilities,
    /// GetCACert or GetCACertChain; whether it was answered well.
    CaCertificates(bool),
    /// PKIOperation, whatever is in it.
    Request,
}

/// Follows the conversations of a server.
pub struct Watcher {
    clock: Arc<dyn Clock>,
    metrics: Arc<Metrics>,
    /// Seconds of silence after which a conversation has stalled.
    after: i64,
    seen: Mutex<Seen>,
}

#[derive(Default)]
struct Seen {
    open: HashMap<Peer, VecDeque<Conversation>>,
    /// Which systems have come as far as a request, by endpoint.
    served: HashSet<(String, System)>,
    waiting: HashMap<(Peer, Reason), NewStalled>,
    /// The minute of the clock, and the rows handed out in it.
    minute: (i64, usize),
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Peer {
    endpoint: String,
    address: IpAddr,
    user_agent: String,
}

/// When the questions before a request came. They carry no transactionID (RFC 8894 §4): they are those of the oldest conversation
/// that was open with a peer like this, which behind a shared address may be another device's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// GetCACaps.
    pub capabilities: Option<Time>,
    /// GetCACert, the last of them.
    pub ca_certificates: Option<Time>,
}

impl Before {
    /// For an audit row: the times that are known, or nothing where none is.
    #[must_use]
    pub fn detail(self) -> Option<Value> {
        let times = [("capabilities", self.capabilities), ("ca_certificates", self.ca_certificates)];
        let known: serde_json::Map<_, _> = times
            .into_iter()
            .filter_map(|(name, at)| Some((name.to_owned(), Value::from(at?.to_string()))))
            .collect();
        (!known.is_empty()).then_some(Value::Object(known))
    }
}

#[derive(Clone, Copy, Debug)]
struct Conversation {
    last: Time,
    before: Before,
    /// Whether GetCACert was answered well, once it was asked.
    certificates: Option<bool>,
}

impl Conversation {
    const fn reason(self) -> Reason {
        match self.certificates {
            None => Reason::CapabilitiesOnly,
            Some(false) => Reason::CaCertificateRefused,
            Some(true) => Reason::NoRequest,
        }
    }
}

impl Watcher {
    /// A watcher that has seen nothing yet.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, metrics: Arc<Metrics>, after: Duration) -> Watcher {
        let after = i64::try_from(after.as_secs()).unwrap_or(i64::MAX);
        Watcher { clock, metrics, after, seen: Mutex::default() }
    }

    /// Notes one question, and says what came before it. Short, and waits for nothing but a look into a map.
    pub fn heard(&self, endpoint: &str, address: IpAddr, user_agent: Option<&str>, step: Step) -> Before {
        let user_agent = user_agent.unwrap_or_default().chars().take(AGENT).collect();
        let peer = Peer { endpoint: endpoint.to_owned(), address, user_agent };
        let now = self.clock.now();
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        seen.heard(peer, step, now)
    }

    /// Writes down what has stalled, some of it; what cannot be written waits.
    ///
    /// # Errors
    /// The store cannot be written.
    pub async fn write(&self, store: &dyn Store) -> Result<(), StoreError> {
        let now = self.clock.now();
        let rows = {
            let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
            for (reason, count) in seen.sweep(now, self.after) {
                self.metrics.enrolment_stalled(reason.as_str(), count);
            }
            seen.some(now)
        };
        if rows.is_empty() {
            return Ok(());
        }
        let written = store.stall(rows.iter().map(|(_, row)| row.clone()).collect()).await;
        if written.is_err() {
            self.seen.lock().unwrap_or_else(PoisonError::into_inner).again(rows);
        }
        written.map(|_| ())
    }
}

impl Seen {
    fn heard(&mut self, peer: Peer, step: Step, now: Time) -> Before {
        if step == Step::Request {
            return self.requested(peer);
        }
        self.asked(peer, step, now);
        Before::default()
    }

    /// Ends the oldest open conversation of a peer.
    fn requested(&mut self, peer: Peer) -> Before {
        let mut before = Before::default();
        if let Some(open) = self.open.get_mut(&peer) {
            before = open.pop_front().map_or(before, |one| one.before);
            if open.is_empty() {
                self.open.remove(&peer);
            }
        }
        if self.served.len() < PEERS {
            self.served.insert((peer.endpoint, System::of(&peer.user_agent)));
        }
        before
    }

    fn asked(&mut self, peer: Peer, step: Step, now: Time) {
        if !self.open.contains_key(&peer) && self.open.len() >= PEERS {
            return;
        }
        let open = self.open.entry(peer).or_default();
        let fits = |one: &Conversation| match step {
            Step::Capabilities => one.before.capabilities.is_none() && one.certificates.is_none(),
            // certmonger asks for the certificates several times (scep.md Q11).
            Step::CaCertificates(_) | Step::Request => true,
        };
        if open.back().is_none_or(|one| !fits(one)) {
            if open.len() >= OPEN {
                return;
            }
            open.push_back(Conversation { last: now, before: Before::default(), certificates: None });
        }
        let Some(one) = open.back_mut() else { return };
        one.last = now;
        match step {
            Step::Capabilities => one.before.capabilities = Some(now),
            Step::CaCertificates(well) => {
                one.before.ca_certificates = Some(now);
                one.certificates = Some(well || one.certificates == Some(true));
            }
            Step::Request => {}
        }
    }

    /// Takes what has been silent for so long out of the open ones; gives how many for each reason.
    fn sweep(&mut self, now: Time, after: i64) -> Vec<(Reason, u64)> {
        let mut counts: HashMap<Reason, u64> = HashMap::new();
        let (waiting, served) = (&mut self.waiting, &self.served);
        self.open.retain(|peer, open| {
            let system = System::of(&peer.user_agent);
            let before = served.contains(&(peer.endpoint.clone(), system));
            // They stand in the order in which they began; the last question of each decides.
            open.retain(|one| {
                let silent = one.last.plus_seconds(after) <= now;
                if silent {
                    *counts.entry(one.reason()).or_default() += 1;
                    add(waiting, peer, *one, system, before);
                }
                !silent
            });
            !open.is_empty()
        });
        counts.into_iter().collect()
    }

    /// Takes some of what waits, and no more in a minute than may be written.
    fn some(&mut self, now: Time) -> Vec<((Peer, Reason), NewStalled)> {
        let minute = now.unix().div_euclid(60);
        if self.minute.0 != minute {
            self.minute = (minute, 0);
        }
        let room = A_MINUTE.saturating_sub(self.minute.1).min(TOGETHER);
        let keys: Vec<(Peer, Reason)> = self.waiting.keys().take(room).cloned().collect();
        let rows: Vec<_> = keys.iter().filter_map(|key| self.waiting.remove_entry(key)).collect();
        self.minute.1 += rows.len();
        rows
    }

    /// Puts back what could not be written, beside what came of the same peer meanwhile.
    fn again(&mut self, rows: Vec<((Peer, Reason), NewStalled)>) {
        for (key, row) in rows {
            if let Some(later) = self.waiting.get_mut(&key) {
                later.count = later.count.saturating_add(row.count);
                later.first_at = later.first_at.min(row.first_at);
            } else if self.waiting.len() < PEERS {
                self.waiting.insert(key, row);
            }
        }
    }
}

fn add(
    waiting: &mut HashMap<(Peer, Reason), NewStalled>,
    peer: &Peer,
    one: Conversation,
    system: System,
    served_before: bool,
) {
    let key = (peer.clone(), one.reason());
    if let Some(row) = waiting.get_mut(&key) {
        row.count = row.count.saturating_add(1);
        row.last_at = row.last_at.max(one.last);
        return;
    }
    if waiting.len() >= PEERS {
        return;
    }
    let seen = json!({ "system": system.as_str(), "served_before": served_before });
    let row = NewStalled {
        endpoint: peer.endpoint.clone(),
        address: peer.address.to_string(),
        user_agent: pki::text::shown(&peer.user_agent),
        reason: one.reason().as_str().to_owned(),
        count: 1,
        first_at: one.last,
        last_at: one.last,
        seen: seen.to_string(),
    };
    waiting.insert(key, row);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64) -> Time {
        Time::from_unix(1_800_000_000 + second)
    }

    fn peer(last: u8) -> Peer {
        Peer { endpoint: "e".into(), address: [10, 0, 0, last].into(), user_agent: "NDES client".into() }
    }

    fn stalled(seen: &mut Seen, second: i64) -> Vec<(String, u32)> {
        seen.sweep(at(second), 60);
        let rows = seen.some(at(second)).into_iter().map(|(_, row)| (row.reason, row.count));
        let mut rows: Vec<_> = rows.collect();
        rows.sort();
        rows
    }

    #[test]
    fn a_conversation_that_comes_to_a_request_never_stalls() {
        let mut seen = Seen::default();
        seen.heard(peer(1), Step::Capabilities, at(0));
        seen.heard(peer(1), Step::CaCertificates(true), at(1));
        let before = seen.heard(peer(1), Step::Request, at(2));
        assert_eq!(before, Before { capabilities: Some(at(0)), ca_certificates: Some(at(1)) });
        let text = before.detail().unwrap().to_string();
        assert!(text.contains(&at(0).to_string()) && text.contains(&at(1).to_string()), "{text}");
        let renewal = seen.heard(peer(1), Step::Request, at(3));
        assert_eq!((renewal, renewal.detail()), (Before::default(), None), "asked nothing before");
        assert_eq!(stalled(&mut seen, 1000), []);
        assert!(seen.open.is_empty());
    }

    #[test]
    fn ux1_how_far_it_came_is_its_reason_and_silence_is_counted_from_the_last_question() {
        let mut seen = Seen::default();
        seen.heard(peer(1), Step::Capabilities, at(0));
        seen.heard(peer(2), Step::Capabilities, at(0));
        seen.heard(peer(2), Step::CaCertificates(true), at(30));
        seen.heard(peer(3), Step::CaCertificates(false), at(0));
        assert_eq!(
            stalled(&mut seen, 60),
            [("ca_certificate_refused".to_owned(), 1), ("capabilities_only".to_owned(), 1)]
        );
        assert_eq!(stalled(&mut seen, 90), [("no_request".to_owned(), 1)]);
        assert_eq!(stalled(&mut seen, 1000), [], "each once");
    }

    #[test]
    fn behind_one_address_conversations_are_counted_and_each_request_ends_one() {
        let mut seen = Seen::default();
        for second in 0..3 {
            seen.heard(peer(1), Step::Capabilities, at(second));
            seen.heard(peer(1), Step::CaCertificates(true), at(second));
        }
        seen.heard(peer(1), Step::Request, at(5));
        assert_eq!(stalled(&mut seen, 100), [("no_request".to_owned(), 2)]);
    }

    #[test]
    fn what_cannot_be_written_waits_and_is_counted_with_what_comes() {
        let mut seen = Seen::default();
        for second in [0, 100] {
            seen.heard(peer(1), Step::Capabilities, at(second));
            seen.sweep(at(second + 60), 60);
            let rows = seen.some(at(second + 60));
            seen.again(rows);
        }
        let rows = seen.some(at(300));
        let [(_, row)] = rows.as_slice() else { panic!("{rows:?}") };
        assert_eq!((row.count, row.first_at, row.last_at), (2, at(0), at(100)));
    }

    #[test]
    fn t69_nobody_fills_memory_or_the_store_with_beginnings() {
        let mut seen = Seen::default();
        for number in 0..PEERS + 500 {
            let user_agent = format!("agent {number}");
            seen.heard(Peer { user_agent, ..peer(1) }, Step::Capabilities, at(0));
        }
        for _ in 0..1000 {
            seen.heard(peer(2), Step::Capabilities, at(0));
        }
        assert_eq!(seen.open.len(), PEERS);
        assert!(seen.open.values().all(|open| open.len() <= OPEN));
        seen.sweep(at(100), 60);
        let written: usize = (0..60).map(|_| seen.some(at(100)).len()).sum();
        assert_eq!(written, A_MINUTE, "in one minute of the clock");
    }
}
