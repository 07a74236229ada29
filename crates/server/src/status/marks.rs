//! Which serial numbers' statuses have changed since something was learned about them.

use std::sync::atomic::{AtomicU32, Ordering};

/// Serial numbers fall into so many groups; a change makes stale what is known of its whole group.
const GROUPS: usize = 1 << 16;

/// Counts the changes in each group.
pub(super) struct Marks(Box<[AtomicU32]>);

/// How often a group of serial numbers had changed when the store was asked.
#[derive(Clone, Copy)]
pub(super) struct Mark {
    group: u16,
    count: u32,
}

impl Marks {
    pub(super) fn new() -> Marks {
        Marks((0..GROUPS).map(|_| AtomicU32::new(0)).collect())
    }

    /// The state of this serial number's group.
    pub(super) fn of(&self, serial: &[u8]) -> Mark {
        let group = group(serial);
        Mark { group, count: self.count(group) }
    }

    /// Whether nothing in the group has changed since.
    pub(super) fn is_current(&self, mark: Mark) -> bool {
        self.count(mark.group) == mark.count
    }

    /// Makes stale whatever is known of this serial number.
    pub(super) fn changed(&self, serial: &[u8]) {
        if let Some(count) = self.0.get(usize::from(group(serial))) {
            count.fetch_add(1, Ordering::AcqRel);
        }
    }

    fn count(&self, group: u16) -> u32 {
        self.0.get(usize::from(group)).map_or(0, |count| count.load(Ordering::Acquire))
    }
}

/// By the last two octets, which are random.
fn group(serial: &[u8]) -> u16 {
    serial.iter().rev().take(2).fold(0, |group, octet| group << 8 | u16::from(*octet))
}
