//! What was learned and what was signed, kept until it is old, stale, or makes room.

use super::bounded::{Bounded, Scattered};
use super::marks::{Mark, Marks};
use crate::authority::Signer;
use crate::store::Status;
use aws_lc_rs::digest::{SHA256, digest};
use pki::Time;
use std::sync::Arc;

/// SHA-256 of a request.
pub(super) type Key = [u8; 32];

pub(super) fn key(request: &[u8]) -> Key {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, request).as_ref());
    key
}

impl Scattered for Key {
    fn octet(&self) -> u8 {
        self[0]
    }
}

/// Octets of a serial number at most (RFC 5280 §4.1.2.2).
pub(super) const LONGEST_SERIAL: usize = 20;

/// A serial number with zeros before it, which change no number.
pub(super) type Padded = [u8; LONGEST_SERIAL];

impl Scattered for Padded {
    fn octet(&self) -> u8 {
        self[LONGEST_SERIAL - 1]
    }
}

pub(super) fn padded(serial: &[u8]) -> Padded {
    let mut padded = [0; LONGEST_SERIAL];
    padded.iter_mut().rev().zip(serial.iter().rev()).for_each(|(to, from)| *to = *from);
    padded
}

/// A signed answer, without what all answers of a signer share.
pub(super) struct Kept {
    pub(super) data: Vec<u8>,
    pub(super) signature: Vec<u8>,
    pub(super) signer: Arc<Signer>,
    pub(super) this_update: Time,
    pub(super) next_update: Time,
    pub(super) mark: Mark,
}

impl Kept {
    pub(super) fn der(&self) -> Vec<u8> {
        let algorithm = self.signer.key().algorithm();
        pki::ocsp::assemble(&self.data, algorithm, &self.signature, &[self.signer.certificate.der()])
    }
}

/// Signed answers, and the issuing CA's statuses, which answers with a nonce are made from.
pub(super) struct Cache {
    marks: Marks,
    answers: Bounded<Key, Arc<Kept>>,
    statuses: Bounded<Padded, (Status, Mark)>,
}

impl Cache {
    /// Room for about `most` answers and as many statuses.
    pub(super) fn new(most: usize) -> Cache {
        let (answers, statuses) = (Bounded::new(most), Bounded::new(most));
        Cache { marks: Marks::new(), answers, statuses }
    }

    /// To be taken before the store is asked: what changes in between then makes stale what it said.
    pub(super) fn mark(&self, serial: &[u8]) -> Mark {
        self.marks.of(serial)
    }

    /// Makes stale what is kept about this serial number.
    pub(super) fn forget(&self, serial: &[u8]) {
        self.marks.changed(serial);
    }

    pub(super) fn answer(&self, key: &Key) -> Option<Arc<Kept>> {
        self.answers.get(key)
    }

    pub(super) fn keep_answer(&self, key: Key, mut kept: Kept) {
        // Only here, where they stay: what is used once and freed keeps the size that the allocator will be asked for next.
        kept.data.shrink_to_fit();
        kept.signature.shrink_to_fit();
        self.answers.put(key, Arc::new(kept));
    }

    /// What the store said of it, where nothing is known to have changed since.
    pub(super) fn status(&self, serial: &[u8]) -> Option<Status> {
        let (status, mark) = self.statuses.get(&padded(serial))?;
        self.marks.is_current(mark).then_some(status)
    }

    pub(super) fn keep_status(&self, serial: &[u8], status: Status, mark: Mark) {
        self.statuses.put(padded(serial), (status, mark));
    }

    /// Whether it may be said still: nothing is known to have changed, and its time is not over.
    pub(super) fn is_valid(&self, kept: &Kept, now: Time) -> bool {
        self.marks.is_current(kept.mark) && kept.this_update <= now && now < kept.next_update
    }

    /// Whether it need not be signed anew: less than half of its life is over.
    pub(super) fn is_young(&self, kept: &Kept, now: Time) -> bool {
        let half = (kept.next_update.unix() - kept.this_update.unix()) / 2;
        self.is_valid(kept, now) && now <= kept.this_update.plus_seconds(half)
    }
}
