//! Which certificates relying parties ask about: a hint that they are in use.
//!
//! A note is taken where an answer is signed, not where a kept one is given again: a certificate that is asked about all day is
//! noted when its answer is made anew, after half of the answer's life. So the way that is taken most costs nothing more, and each
//! other question one look into a map. Nothing here waits for the store.

use super::bounded::Bounded;
use super::cache::{Padded, padded};
use crate::store::{Seen, Store, StoreError};
use pki::Time;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

/// Certificates that may wait to be written. One more is forgotten until it is asked about again.
const ROOM: usize = 1 << 16;
/// Written in one transaction: the writer is the enrolments', too.
const TOGETHER: usize = 500;
/// Certificates that are known to be written: about 60 octets each.
const KNOWN: usize = 1 << 18;
const HOUR: i64 = 3600;

/// Notes of certificates that were asked about.
pub(super) struct Sightings {
    /// In which hour a certificate was noted last.
    known: Bounded<Padded, i64>,
    /// Serial numbers that wait, with when they were seen.
    waiting: Mutex<HashMap<Vec<u8>, Time>>,
    lost: AtomicU64,
}

impl Sightings {
    pub(super) fn new() -> Sightings {
        Sightings { known: Bounded::new(KNOWN), waiting: Mutex::default(), lost: AtomicU64::new(0) }
    }

    /// Notes that somebody asked about a certificate that this CA issued.
    pub(super) fn note(&self, serial: &[u8], now: Time) {
        let (key, hour) = (padded(serial), now.unix().div_euclid(HOUR));
        if self.known.get(&key) == Some(hour) {
            return;
        }
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() >= ROOM {
            self.lost.fetch_add(1, Ordering::Relaxed);
            return;
        }
        waiting.entry(serial.to_vec()).or_insert(now);
        drop(waiting);
        self.known.put(key, hour);
    }

    /// Writes some of what waits, and says how many were seen for the first time; what cannot be written waits on.
    pub(super) async fn write(&self, store: &dyn Store) -> Result<u32, StoreError> {
        let seen = self.some();
        if seen.is_empty() {
            return Ok(0);
        }
        let written = store.see(seen.clone(), None).await;
        if written.is_err() {
            let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
            for one in seen {
                if waiting.len() < ROOM {
                    waiting.entry(one.serial).or_insert(one.at);
                }
            }
        }
        written
    }

    fn some(&self) -> Vec<Seen> {
        let mut waiting = self.waiting.lock().unwrap_or_else(PoisonError::into_inner);
        let serials: Vec<Vec<u8>> = waiting.keys().take(TOGETHER).cloned().collect();
        let taken = serials.into_iter().filter_map(|serial| waiting.remove_entry(&serial));
        taken.map(|(serial, at)| Seen { serial, by: "ocsp".to_owned(), at }).collect()
    }

    /// How many notes were forgotten for want of room.
    pub(super) fn lost(&self) -> u64 {
        self.lost.load(Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(hour: i64) -> Time {
        Time::from_unix(1_800_000_000 + hour * HOUR)
    }

    #[test]
    fn a_certificate_waits_once_an_hour_however_often_it_is_asked_about() {
        let sightings = Sightings::new();
        (0..1000).for_each(|_| sightings.note(&[1, 2, 3], at(0)));
        assert_eq!(sightings.some().len(), 1);
        sightings.note(&[1, 2, 3], at(0));
        assert_eq!(sightings.some(), [], "it was written in this hour");
        sightings.note(&[1, 2, 3], at(1));
        assert_eq!(sightings.some().len(), 1);
    }

    #[test]
    fn what_has_no_room_is_forgotten_and_comes_again() {
        let sightings = Sightings::new();
        let serial = |number: usize| number.to_be_bytes().to_vec();
        (0..=ROOM).for_each(|number| sightings.note(&serial(number), at(0)));
        assert_eq!(sightings.lost(), 1);
        while !sightings.some().is_empty() {}
        sightings.note(&serial(ROOM), at(0));
        assert_eq!(sightings.some().len(), 1, "the one that was forgotten");
    }
}
