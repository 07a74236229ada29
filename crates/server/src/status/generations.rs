//! A map of bounded size that many threads share.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Independent parts, so that threads seldom wait for each other.
const SHARDS: usize = 64;

/// A key whose octets are as good as random somewhere.
pub(super) trait Scattered: Copy + Eq + Hash {
    /// An octet that differs among keys.
    fn octet(&self) -> u8;
}

/// Two generations in each shard: what is asked for moves to the younger one, and when that is full the older one goes.
pub(super) struct Generations<K, V> {
    shards: Vec<Mutex<Shard<K, V>>>,
    /// Entries in one generation of one shard.
    room: usize,
}

struct Shard<K, V> {
    young: HashMap<K, V>,
    old: HashMap<K, V>,
}

impl<K: Scattered, V: Clone> Generations<K, V> {
    /// Room for about `most` entries.
    pub(super) fn new(most: usize) -> Generations<K, V> {
        let empty = || Mutex::new(Shard { young: HashMap::new(), old: HashMap::new() });
        Generations { shards: (0..SHARDS).map(|_| empty()).collect(), room: most.div_ceil(2 * SHARDS) }
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        let mut shard = self.shard(key)?;
        if let Some(value) = shard.young.get(key) {
            return Some(value.clone());
        }
        let value = shard.old.remove(key)?;
        self.add(&mut shard, *key, value.clone());
        Some(value)
    }

    pub(super) fn put(&self, key: K, value: V) {
        if let Some(mut shard) = self.shard(&key) {
            shard.old.remove(&key);
            self.add(&mut shard, key, value);
        }
    }

    fn add(&self, shard: &mut Shard<K, V>, key: K, value: V) {
        if self.room == 0 {
            return;
        }
        if shard.young.len() >= self.room && !shard.young.contains_key(&key) {
            shard.old = std::mem::take(&mut shard.young);
        }
        shard.young.insert(key, value);
    }

    fn shard(&self, key: &K) -> Option<MutexGuard<'_, Shard<K, V>>> {
        let shard = self.shards.get(usize::from(key.octet()) % SHARDS)?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
