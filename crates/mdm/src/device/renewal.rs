//! When a certificate is renewed, and when no longer.

use crate::platform::Renewal;
use crate::profile::{RenewalThreshold, Validity};

/// From when to when a certificate is valid, both in Unix seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Life {
    /// notBefore.
    pub from: i64,
    /// notAfter.
    pub until: i64,
}

/// What is to be done with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Due {
    /// Nothing: more of its life is left than the threshold (M90).
    Nothing,
    /// It is renewed now, with a new key (M163, M164).
    Renewal,
    /// It would be renewed if the device were unlocked (M165).
    Unlocking,
    /// It has expired, and the platform asks for another.
    Replacement,
    /// It has expired, stays, and is not asked for again until the device was taken out of the assignment and put back
    /// (M166).
    Exclusion,
}

const DAY: i64 = 86_400;

impl Life {
    /// Unix seconds from which on no more than the threshold is left (M90).
    #[must_use]
    pub const fn renewal_from(self, threshold: RenewalThreshold) -> i64 {
        let life = self.until.saturating_sub(self.from);
        self.until.saturating_sub((life as i128 * threshold.percent() as i128 / 100) as i64)
    }

    /// Whether it is over.
    #[must_use]
    pub const fn is_over(self, now: i64) -> bool {
        now > self.until
    }

    /// Whether too little is left for a device's agent to install it (M16).
    #[must_use]
    pub const fn is_too_short(self, now: i64) -> bool {
        self.until.saturating_sub(now) < Validity::SHORTEST_DAYS as i64 * DAY
    }
}

impl Renewal {
    /// What is to be done at a check-in with a certificate of that life.
    #[must_use]
    pub const fn due(self, life: Life, threshold: RenewalThreshold, now: i64, unlocked: bool) -> Due {
        match (life.is_over(now), self) {
            (true, Self::AtEachCheckIn) => Due::Replacement,
            (true, Self::InWindowWhileUnlocked) => Due::Exclusion,
            (false, _) if now < life.renewal_from(threshold) => Due::Nothing,
            (false, Self::InWindowWhileUnlocked) if !unlocked => Due::Unlocking,
            (false, _) => Due::Renewal,
        }
    }
}
