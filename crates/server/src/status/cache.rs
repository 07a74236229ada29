//! Answers that were signed, kept until they are old, stale, or make room.

use crate::authority::Signer;
use aws_lc_rs::digest::{SHA256, digest};
use pki::Time;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// SHA-256 of a request.
pub(super) type Key = [u8; 32];

pub(super) fn key(request: &[u8]) -> Key {
    let mut key = [0; 32];
    key.copy_from_slice(digest(&SHA256, request).as_ref());
    key
}

/// Independent parts, so that threads seldom wait for each other.
const SHARDS: usize = 64;
/// Serial numbers fall into so many groups; a change makes the answers of its whole group stale.
const GROUPS: usize = 1 << 16;

/// A signed answer, without what all answers of a signer share.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) data: Box<[u8]>,
    pub(super) signature: Box<[u8]>,
    pub(super) signer: Arc<Signer>,
    pub(super) this_update: Time,
    pub(super) next_update: Time,
    pub(super) mark: Mark,
}

/// How often a group of serial numbers had changed when the store was asked.
#[derive(Clone)]
pub(super) struct Mark {
    group: Arc<[AtomicU32]>,
    index: usize,
    count: u32,
}

impl Mark {
    fn is_current(&self) -> bool {
        self.group.get(self.index).is_some_and(|count| count.load(Ordering::Acquire) == self.count)
    }
}

impl Kept {
    /// Whether it may be said still: nothing is known to have changed, and its time is not over.
    pub(super) fn is_valid(&self, now: Time) -> bool {
        self.mark.is_current() && self.this_update <= now && now < self.next_update
    }

    /// Whether it need not be signed anew: less than half of its life is over.
    pub(super) fn is_young(&self, now: Time) -> bool {
        let half = (self.next_update.unix() - self.this_update.unix()) / 2;
        self.is_valid(now) && now <= self.this_update.plus_seconds(half)
    }

    pub(super) fn der(&self) -> Vec<u8> {
        let algorithm = self.signer.key().algorithm();
        pki::ocsp::assemble(&self.data, algorithm, &self.signature, &[self.signer.certificate.der()])
    }
}

/// Two generations in each shard: what is asked for moves to the younger one, and when that is full the older one goes.
pub(super) struct Cache {
    shards: Vec<Mutex<Generations>>,
    changes: Arc<[AtomicU32]>,
    /// Answers in one generation of one shard.
    room: usize,
}

#[derive(Default)]
struct Generations {
    young: HashMap<Key, Arc<Kept>>,
    old: HashMap<Key, Arc<Kept>>,
}

impl Cache {
    /// Room for about `most` answers.
    pub(super) fn new(most: usize) -> Cache {
        Cache {
            shards: (0..SHARDS).map(|_| Mutex::default()).collect(),
            changes: (0..GROUPS).map(|_| AtomicU32::new(0)).collect(),
            room: most.div_ceil(2 * SHARDS),
        }
    }

    /// The state of this serial number's group.
    pub(super) fn mark(&self, serial: &[u8]) -> Mark {
        let index = group(serial);
        let count = self.changes.get(index).map_or(0, |count| count.load(Ordering::Acquire));
        Mark { group: Arc::clone(&self.changes), index, count }
    }

    /// Makes every answer about this serial number stale.
    pub(super) fn forget(&self, serial: &[u8]) {
        if let Some(count) = self.changes.get(group(serial)) {
            count.fetch_add(1, Ordering::AcqRel);
        }
    }

    pub(super) fn get(&self, key: &Key) -> Option<Arc<Kept>> {
        let mut shard = self.shard(key)?;
        if let Some(kept) = shard.young.get(key) {
            return Some(Arc::clone(kept));
        }
        let kept = shard.old.remove(key)?;
        self.add(&mut shard, *key, Arc::clone(&kept));
        Some(kept)
    }

    pub(super) fn put(&self, key: Key, kept: Arc<Kept>) {
        if let Some(mut shard) = self.shard(&key) {
            shard.old.remove(&key);
            self.add(&mut shard, key, kept);
        }
    }

    fn add(&self, shard: &mut Generations, key: Key, kept: Arc<Kept>) {
        if self.room == 0 {
            return;
        }
        if shard.young.len() >= self.room && !shard.young.contains_key(&key) {
            shard.old = std::mem::take(&mut shard.young);
        }
        shard.young.insert(key, kept);
    }

    fn shard(&self, key: &Key) -> Option<MutexGuard<'_, Generations>> {
        let shard = self.shards.get(usize::from(key[0]) % SHARDS)?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// By the last two octets, which are random.
fn group(serial: &[u8]) -> usize {
    serial.iter().rev().take(2).fold(0, |group, octet| group << 8 | usize::from(*octet))
}
