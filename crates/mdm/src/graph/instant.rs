//! `Edm.DateTimeOffset`, as Graph writes it.

/// Unix seconds. Intune writes the year 1 where there is no instant, and the year 9999 for "never".
pub type Instant = i64;

/// What Intune writes where there is no instant: 0001-01-01T00:00:00Z.
pub const NO_INSTANT: Instant = -62_135_596_800;

/// Reads `YYYY-MM-DDThh:mm:ss`, an optional fraction (dropped), and `Z` or an offset. `None` if it is anything else, or
/// no day of the calendar.
#[must_use]
pub fn parse(text: &str) -> Option<Instant> {
    let (date, rest) = text.split_at_checked(10)?;
    let (time, rest) = rest.strip_prefix('T')?.split_at_checked(8)?;
    let [year, month, day] = fields(date, '-')?;
    let [hour, minute, second] = fields(time, ':')?;
    let in_range = (1..=9999).contains(&year)
        && (1..=12).contains(&month)
        && (1..=days_in(year, month)).contains(&day)
        && hour <= 23
        && minute <= 59
        && second <= 60;
    let offset = offset(after_fraction(rest)?)?;
    in_range.then(|| days_before(year, month, day) * 86_400 + hour * 3_600 + minute * 60 + second - offset)
}

/// Three fields of digits alone: `parse` would take a sign too.
fn fields(text: &str, separator: char) -> Option<[i64; 3]> {
    let mut parts = text.split(separator).map(|part| {
        let digits = !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
        if digits { part.parse().ok() } else { None }
    });
    let read = [parts.next()??, parts.next()??, parts.next()??];
    parts.next().is_none().then_some(read)
}

fn after_fraction(text: &str) -> Option<&str> {
    let Some(fraction) = text.strip_prefix('.') else { return Some(text) };
    let rest = fraction.trim_start_matches(|c: char| c.is_ascii_digit());
    (rest.len() < fraction.len()).then_some(rest)
}

/// Seconds east of UTC.
fn offset(text: &str) -> Option<i64> {
    if matches!(text, "Z" | "z") {
        return Some(0);
    }
    let (sign, rest) = text.split_at_checked(1)?;
    let [hours, minutes, _] = fields(&format!("{rest}:0"), ':')?;
    let size = (hours <= 14 && minutes <= 59 && rest.len() == 5).then_some(hours * 3_600 + minutes * 60)?;
    match sign {
        "+" => Some(size),
        "-" => Some(-size),
        _ => None,
    }
}

fn days_in(year: i64, month: i64) -> i64 {
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days from 1970-01-01, by eras of 400 years that start on 1 March.
fn days_before(year: i64, month: i64, day: i64) -> i64 {
    let year = year - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let of_era = year.rem_euclid(400);
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_graph_and_intune() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2026-11-21T05:43:15Z", 1_795_239_795),
            ("2026-11-21T05:43:15.1234567Z", 1_795_239_795),
            ("2026-11-21T06:43:15+01:00", 1_795_239_795),
            ("2026-11-21T00:43:15-05:00", 1_795_239_795),
            ("2024-02-29T00:00:00Z", 1_709_164_800),
            ("0001-01-01T00:00:00Z", NO_INSTANT),
            ("9999-12-31T23:59:59.9999999Z", 253_402_300_799),
        ] {
            assert_eq!(parse(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn what_is_no_instant() {
        for text in [
            "",
            "2026-11-21",
            "2026-11-21T05:43:15",
            "2026-11-21 05:43:15Z",
            "2026-02-29T00:00:00Z",
            "2026-13-01T00:00:00Z",
            "2026-00-01T00:00:00Z",
            "0000-01-01T00:00:00Z",
            "2026-11-21T24:00:00Z",
            "2026-11-21T05:43:15.Z",
            "2026-11-21T05:43:15+1:00",
            "2026-11-21T05:43:15+01:00x",
            "+026-11-21T05:43:15Z",
            "2026-11-21T05:43:15ZZ",
            "2026-1é-21T05:43:15Z",
            "soon",
        ] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
