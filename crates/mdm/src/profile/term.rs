//! How long a certificate is valid, and when it is renewed.

use super::invalid::Invalid;
use core::fmt;
use core::num::NonZeroU16;
use serde::{Deserialize, Serialize};

/// The validity of a profile: `{ years = 1 }`. Any length can be written; Intune takes up to 24 months (M15), and less
/// than five days reaches few devices (M16).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Validity {
    /// Days
    Days(NonZeroU16),
    /// Months
    Months(NonZeroU16),
    /// Years
    Years(NonZeroU16),
}

/// Two years with a leap day.
const DAYS_OF_24_MONTHS: u16 = 731;

impl Validity {
    /// Less, in days, reaches few devices: their agents drop what is about to expire (M16).
    pub const SHORTEST_DAYS: u32 = 5;

    /// Whether it is more than the 24 months that Intune supports (M15).
    #[must_use]
    pub const fn is_over_24_months(self) -> bool {
        match self {
            Self::Days(days) => days.get() > DAYS_OF_24_MONTHS,
            Self::Months(months) => months.get() > 24,
            Self::Years(years) => years.get() > 2,
        }
    }

    /// About how many days it is: years of 365, months of a twelfth of that, whole days.
    #[must_use]
    pub const fn about_days(self) -> u32 {
        match self {
            Self::Days(days) => days.get() as u32,
            Self::Months(months) => months.get() as u32 * 365 / 12,
            Self::Years(years) => years.get() as u32 * 365,
        }
    }
}

impl fmt::Display for Validity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (count, unit) = match self {
            Self::Days(count) => (count, "day"),
            Self::Months(count) => (count, "month"),
            Self::Years(count) => (count, "year"),
        };
        write!(f, "{count} {unit}{}", if count.get() == 1 { "" } else { "s" })
    }
}

/// The renewal threshold: 1 to 99 per cent of a certificate's life; renewal begins when no more than that is left (M90).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct RenewalThreshold(u8);

impl RenewalThreshold {
    /// 20 per cent (M90).
    pub const USUAL: Self = Self(20);

    /// Per cent.
    #[must_use]
    pub const fn percent(self) -> u8 {
        self.0
    }

    /// How long before expiry renewal begins, for a certificate of that life; both in seconds, or both in days.
    #[must_use]
    pub const fn window(self, life: u32) -> u32 {
        // A product of 32 and 7 bits fits 64, and a part of the life fits what the life did.
        (life as u64 * self.0 as u64 / 100) as u32
    }
}

impl TryFrom<u8> for RenewalThreshold {
    type Error = Invalid;

    fn try_from(percent: u8) -> Result<Self, Invalid> {
        let invalid = Invalid { setting: "renewal_threshold", rule: "1 to 99 per cent" };
        (1..=99).contains(&percent).then_some(Self(percent)).ok_or(invalid)
    }
}

impl From<RenewalThreshold> for u8 {
    fn from(threshold: RenewalThreshold) -> Self {
        threshold.0
    }
}
