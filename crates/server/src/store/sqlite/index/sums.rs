//! Sums that a batch adds to, written once at its end.

use std::collections::BTreeMap;

use pki::Time;
use rusqlite::Connection;

use super::entries::standing;
use crate::store::{Entry, EntryStatus, SidInEntry};

const DAY: i64 = 86_400;

/// The day on which certificates end, their profile, status and whether they have a SID.
type Ends = (i64, String, &'static str, u8);

/// What is added to each sum; may be negative.
#[derive(Debug, Default)]
pub(super) struct Sums {
    ends: BTreeMap<Ends, (EntryStatus, SidInEntry, i64)>,
    issued: BTreeMap<i64, i64>,
    refused: BTreeMap<(i64, String), i64>,
    opening: BTreeMap<i64, i64>,
}

/// Days since 1970.
pub(super) fn day(at: Time) -> i64 {
    at.unix().div_euclid(DAY)
}

impl Sums {
    pub(super) fn end(&mut self, entry: &Entry, status: EntryStatus, count: i64) {
        let key = (day(entry.not_after), entry.profile.clone(), standing(status), entry.sid as u8);
        self.ends.entry(key).or_insert((status, entry.sid, 0)).2 += count;
    }

    pub(super) fn issue(&mut self, at: Time) {
        *self.issued.entry(at.unix().div_euclid(60)).or_default() += 1;
    }

    pub(super) fn refuse(&mut self, at: Time, code: &str) {
        *self.refused.entry((at.unix().div_euclid(3_600), code.to_owned())).or_default() += 1;
    }

    pub(super) fn open(&mut self, renew_at: Time, count: i64) {
        *self.opening.entry(day(renew_at)).or_default() += count;
    }

    pub(super) fn write(self, index: &Connection) -> rusqlite::Result<()> {
        let sql = "INSERT INTO ends (day, profile, status, sid, count) VALUES (?1, ?2, ?3, ?4, ?5)
                   ON CONFLICT DO UPDATE SET count = count + excluded.count";
        let mut add = index.prepare_cached(sql)?;
        for ((day, profile, ..), (status, sid, count)) in self.ends {
            add.execute((day, profile, status, sid, count))?;
        }
        let sql = "INSERT INTO issued (minute, count) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET count = count + excluded.count";
        let mut add = index.prepare_cached(sql)?;
        for (minute, count) in self.issued {
            add.execute((minute, count))?;
        }
        let sql = "INSERT INTO refused (hour, code, count) VALUES (?1, ?2, ?3)
                   ON CONFLICT DO UPDATE SET count = count + excluded.count";
        let mut add = index.prepare_cached(sql)?;
        for ((hour, code), count) in self.refused {
            add.execute((hour, code, count))?;
        }
        let sql = "INSERT INTO opening (day, count) VALUES (?1, ?2) ON CONFLICT DO UPDATE SET count = count + excluded.count";
        let mut add = index.prepare_cached(sql)?;
        for (day, count) in self.opening {
            add.execute((day, count))?;
        }
        Ok(())
    }
}
