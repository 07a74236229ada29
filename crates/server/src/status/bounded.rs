//! A map of bounded size that many threads share.

use std::collections::{HashMap, VecDeque};
use std::hash::Hash;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Independent parts, so that threads seldom wait for each other.
const SHARDS: usize = 64;

/// A key whose octets are as good as random somewhere.
pub(super) trait Scattered: Copy + Eq + Hash {
    /// An octet that differs among keys.
    fn octet(&self) -> u8;
}

/// What is full makes room by second chance: the entry that came first goes, unless it was asked for since it was last
/// looked at. So asking moves nothing; it costs one look into one map.
pub(super) struct Bounded<K, V> {
    shards: Vec<Mutex<Shard<K, V>>>,
    /// Entries in one shard.
    room: usize,
}

struct Shard<K, V> {
    entries: HashMap<K, Entry<V>>,
    /// Every key of `entries` once, in the order in which they are looked at.
    order: VecDeque<K>,
}

struct Entry<V> {
    value: V,
    asked: bool,
}

impl<K: Scattered, V: Clone> Bounded<K, V> {
    /// Room for about `most` entries.
    pub(super) fn new(most: usize) -> Bounded<K, V> {
        let empty = || Mutex::new(Shard { entries: HashMap::new(), order: VecDeque::new() });
        Bounded { shards: (0..SHARDS).map(|_| empty()).collect(), room: most.div_ceil(SHARDS) }
    }

    pub(super) fn get(&self, key: &K) -> Option<V> {
        let mut shard = self.shard(key)?;
        let entry = shard.entries.get_mut(key)?;
        entry.asked = true;
        Some(entry.value.clone())
    }

    pub(super) fn put(&self, key: K, value: V) {
        if self.room == 0 {
            return;
        }
        let Some(mut shard) = self.shard(&key) else { return };
        if let Some(entry) = shard.entries.get_mut(&key) {
            entry.value = value;
            return;
        }
        if shard.entries.len() >= self.room {
            shard.make_room();
        }
        shard.order.push_back(key);
        shard.entries.insert(key, Entry { value, asked: false });
    }

    fn shard(&self, key: &K) -> Option<MutexGuard<'_, Shard<K, V>>> {
        let shard = self.shards.get(usize::from(key.octet()) % SHARDS)?;
        Some(shard.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl<K: Scattered, V> Shard<K, V> {
    /// Ends after one round at the latest: whoever is passed over has lost its second chance.
    fn make_room(&mut self) {
        while let Some(first) = self.order.pop_front() {
            match self.entries.get_mut(&first) {
                Some(entry) if entry.asked => {
                    entry.asked = false;
                    self.order.push_back(first);
                }
                _ => {
                    self.entries.remove(&first);
                    return;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bounded, SHARDS, Scattered};

    impl Scattered for u32 {
        /// All of one shard.
        fn octet(&self) -> u8 {
            7
        }
    }

    fn with_room(entries: usize) -> Bounded<u32, u32> {
        Bounded::new(entries * SHARDS)
    }

    #[test]
    fn what_is_not_asked_for_goes_first_and_no_more_is_kept_than_there_is_room() {
        let map = with_room(4);
        (0..4).for_each(|key| map.put(key, key));
        assert_eq!((map.get(&0), map.get(&2)), (Some(0), Some(2)));
        (4..6).for_each(|key| map.put(key, key));
        let kept: Vec<u32> = (0..6).filter(|key| map.get(key).is_some()).collect();
        assert_eq!(kept, [0, 2, 4, 5], "1 and 3 were never asked for");
    }

    #[test]
    fn a_second_chance_is_no_third() {
        let map = with_room(2);
        (0..2).for_each(|key| map.put(key, key));
        assert!(map.get(&0).is_some() && map.get(&1).is_some());
        (2..4).for_each(|key| map.put(key, key));
        let kept: Vec<u32> = (0..4).filter(|key| map.get(key).is_some()).collect();
        assert_eq!(kept, [2, 3]);
    }

    #[test]
    fn what_is_put_again_takes_no_more_room_and_none_keeps_nothing() {
        let map = with_room(2);
        (0..9).for_each(|value| map.put(1, value));
        map.put(2, 2);
        assert_eq!((map.get(&1), map.get(&2)), (Some(8), Some(2)));
        let none: Bounded<u32, u32> = Bounded::new(0);
        none.put(1, 1);
        assert_eq!(none.get(&1), None);
    }
}
