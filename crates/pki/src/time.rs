//! Points in time as certificates write them: whole seconds, UTC.

use crate::der::{Error, Tag};
use core::fmt;

const DAY: i64 = 86_400;
/// 0000-01-01 and 9999-12-31T23:59:59Z: what GeneralizedTime can say.
const RANGE: core::ops::RangeInclusive<i64> = -62_167_219_200..=253_402_300_799;

/// Whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Time(i64);

impl Time {
    /// RFC 5280 §4.1.2.5: the value that says "no well-defined expiration", 9999-12-31T23:59:59Z.
    pub const NEVER: Time = Time(*RANGE.end());

    /// From seconds since 1970, kept within the years 0000 to 9999.
    #[must_use]
    pub const fn from_unix(seconds: i64) -> Time {
        if seconds < *RANGE.start() {
            Time(*RANGE.start())
        } else if seconds > *RANGE.end() {
            Time(*RANGE.end())
        } else {
            Time(seconds)
        }
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    #[must_use]
    pub const fn unix(self) -> i64 {
        self.0
    }

    /// This many seconds later (earlier, if negative), kept within the years 0000 to 9999.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Time {
        Time::from_unix(self.0.saturating_add(seconds))
    }

    /// This many days of 86,400 seconds later (earlier, if negative).
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Time {
        self.plus_seconds(days.saturating_mul(DAY))
    }

    /// From a date and time of day in UTC.
    ///
    /// # Errors
    /// [`Error::Time`] if there is no such date or time.
    pub fn from_civil(
        year: i64,
        month: u32,
        day: u32,
        hour: u32,
        minute: u32,
        second: u32,
    ) -> Result<Time, Error> {
        let days = days_from_civil(year, month, day);
        let time = Time(days * DAY + i64::from(hour * 3600 + minute * 60 + second));
        // The 31st of June would come back as the 1st of July.
        let real = civil_from_days(days) == (year, month, day);
        if real && hour < 24 && minute < 60 && second < 60 && RANGE.contains(&time.0) {
            Ok(time)
        } else {
            Err(Error::Time)
        }
    }

    fn civil(self) -> (i64, u32, u32, i64, i64, i64) {
        let (year, month, day) = civil_from_days(self.0.div_euclid(DAY));
        let second = self.0.rem_euclid(DAY);
        (year, month, day, second / 3600, second / 60 % 60, second % 60)
    }
}

impl fmt::Display for Time {
    /// RFC 3339, in UTC.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z")
    }
}

/// Reads UTCTime or GeneralizedTime in the one form that RFC 5280 §4.1.2.5.1 and §4.1.2.5.2 allow.
pub(crate) fn parse(tag: Tag, value: &[u8]) -> Result<Time, Error> {
    let (digits, last) = value.split_last().map(|(last, digits)| (digits, *last)).ok_or(Error::Time)?;
    if last != b'Z' || !digits.iter().all(u8::is_ascii_digit) {
        return Err(Error::Time);
    }
    let number = |from: usize, to: usize| {
        digits.get(from..to).map(|part| part.iter().fold(0u32, |n, digit| n * 10 + u32::from(digit - b'0')))
    };
    let (year, at) = match (tag, digits.len()) {
        // RFC 5280 §4.1.2.5.1: 50 to 99 are 1950 to 1999.
        (Tag::UTC_TIME, 12) => (number(0, 2).map(|y| if y >= 50 { 1900 + y } else { 2000 + y }), 2),
        (Tag::GENERALIZED_TIME, 14) => (number(0, 4), 4),
        _ => return Err(Error::Time),
    };
    let part = |n: usize| number(at + 2 * n, at + 2 * n + 2).ok_or(Error::Time);
    Time::from_civil(year.ok_or(Error::Time)?.into(), part(0)?, part(1)?, part(2)?, part(3)?, part(4)?)
}

/// UTCTime through the year 2049, GeneralizedTime from 2050 on (RFC 5280 §4.1.2.5).
pub(crate) fn encode(at: Time) -> (Tag, String) {
    let text = generalized(at);
    match text.get(2..) {
        Some(short) if ("1950".."2050").contains(&text.get(..4).unwrap_or_default()) => {
            (Tag::UTC_TIME, short.to_owned())
        }
        _ => (Tag::GENERALIZED_TIME, text),
    }
}

/// `YYYYMMDDHHMMSSZ`
pub(crate) fn generalized(at: Time) -> String {
    let (year, month, day, hour, minute, second) = at.civil();
    let numbers = [year / 100, year % 100, month.into(), day.into(), hour, minute, second];
    // By hand: a list of a million revocations writes a million times, and the formatter stood out in its profile.
    let mut text = String::with_capacity(15);
    for number in numbers {
        for digit in [number / 10, number % 10] {
            text.push(char::from(b'0' + digit as u8));
        }
    }
    text.push('Z');
    text
}

/// Days since 1970-01-01 in the proleptic Gregorian calendar; years begin in March so that the leap day is last.
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// The inverse of [`days_from_civil`]: year, month, day.
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = era * 400 + year_of_era + i64::from(month <= 2);
    (year, month as u32, day as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_dates() {
        for (unix, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (2_524_607_999, "2049-12-31T23:59:59Z"),
            (-1, "1969-12-31T23:59:59Z"),
        ] {
            assert_eq!(Time::from_unix(unix).to_string(), text);
        }
        assert_eq!(Time::NEVER.to_string(), "9999-12-31T23:59:59Z");
    }

    #[test]
    fn the_form_changes_in_2050() {
        assert_eq!(encode(Time::from_unix(2_524_607_999)), (Tag::UTC_TIME, "491231235959Z".into()));
        assert_eq!(encode(Time::from_unix(2_524_608_000)), (Tag::GENERALIZED_TIME, "20500101000000Z".into()));
    }

    #[test]
    fn only_the_one_form_is_read() {
        assert_eq!(parse(Tag::UTC_TIME, b"700101000000Z").map(Time::unix), Ok(0));
        assert_eq!(parse(Tag::GENERALIZED_TIME, b"19700101000000Z").map(Time::unix), Ok(0));
        for bad in [
            "7001010000Z",
            "700101000000+0000",
            "700132000000Z",
            "710229000000Z",
            "700101240000Z",
            "7001010000 0Z",
            "Z",
        ] {
            assert_eq!(parse(Tag::UTC_TIME, bad.as_bytes()), Err(Error::Time), "{bad}");
        }
        assert!(parse(Tag::GENERALIZED_TIME, b"20260101000000.5Z").is_err(), "no fractions");
    }

    #[test]
    fn every_day_of_five_centuries_comes_back() {
        for days in -40_000..140_000 {
            let (year, month, day) = civil_from_days(days);
            assert_eq!(days_from_civil(year, month, day), days);
        }
    }
}
