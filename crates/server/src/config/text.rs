//! Periods and sizes as people write them: `24h`, `365d`, `256KiB`.

use std::fmt;
use std::time::Duration;

use super::problem::{Code, Problem};

const PERIOD_UNITS: [(&str, u64); 6] =
    [("ms", 1), ("s", 1_000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000), ("w", 604_800_000)];
const SIZE_UNITS: [(&str, u64); 3] = [("KiB", 1 << 10), ("MiB", 1 << 20), ("B", 1)];

/// A span of time, milliseconds at the finest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Period(pub Duration);

impl Period {
    /// Reads a number and one unit of `ms s m h d w`; days may be used as Caddy allows.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        scaled(text, &PERIOD_UNITS).map(|ms| Self(Duration::from_millis(ms)))
    }

    /// Believes the period at `key`, between `least` and `most`, both included.
    ///
    /// # Errors
    /// The problem, where `text` is no period or lies outside.
    pub fn believe(key: &str, text: &str, least: &str, most: &str) -> Result<Duration, Problem> {
        let inside = |period: &Self| {
            Self::parse(least).is_none_or(|low| low <= *period)
                && Self::parse(most).is_none_or(|high| *period <= high)
        };
        Self::parse(text).filter(inside).map(|period| period.0).ok_or_else(|| {
            Problem::new(Code::Rule, key, text)
                .rule(format!(
                    "a period is a number with one of ms, s, m, h, d, w, here from {least} to {most}"
                ))
                .fix(format!(r#"write for example "{least}""#))
        })
    }
}

/// A number of bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Size(pub u64);

impl Size {
    /// Reads a number and one unit of `B KiB MiB`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        scaled(text, &SIZE_UNITS).map(Self)
    }

    /// Believes the size at `key`, between `least` and `most`, both included.
    ///
    /// # Errors
    /// The problem, where `text` is no size or lies outside.
    pub fn believe(key: &str, text: &str, least: Self, most: Self) -> Result<usize, Problem> {
        Self::parse(text)
            .filter(|size| (least..=most).contains(size))
            .and_then(|size| usize::try_from(size.0).ok())
            .ok_or_else(|| {
                Problem::new(Code::Rule, key, text)
                    .rule(format!("a size is a number with B, KiB or MiB, here from {least} to {most}"))
                    .fix(format!(r#"write for example "{most}""#))
            })
    }
}

impl fmt::Display for Size {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit =
            [("MiB", 1_u64 << 20), ("KiB", 1 << 10)].into_iter().find(|(_, n)| self.0.is_multiple_of(*n));
        match unit {
            Some((name, bytes)) if self.0 > 0 => write!(f, "{}{name}", self.0 / bytes),
            _ => write!(f, "{}B", self.0),
        }
    }
}

fn scaled(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim_start())?;
    number.parse::<u64>().ok()?.checked_mul(*factor)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn periods_and_sizes_are_read_as_people_write_them() {
        assert_eq!(Period::parse("24h"), Period::parse("1d"));
        assert_eq!(Period::parse("365d").map(|p| p.0.as_secs()), Some(31_536_000));
        assert_eq!(Period::parse("1500ms").map(|p| p.0), Some(Duration::from_millis(1500)));
        assert_eq!(Size::parse("256 KiB"), Some(Size(262_144)));
        assert_eq!(Size(262_144).to_string(), "256KiB");
    }

    #[test]
    fn what_is_no_period_is_refused() {
        for text in
            ["", "h", "24", "-1h", "1.5h", "24H", "1h30m", "99999999999999999999d", "18446744073709551615w"]
        {
            assert_eq!(Period::parse(text), None, "{text}");
        }
    }
}
