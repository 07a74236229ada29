//! Times in queries, and the calendar of the first page.

use pki::Time;

/// A date (its first second, in UTC) or an RFC 3339 time in UTC: `2026-11-29`, `2026-11-29T16:00:00Z`.
pub(super) fn parse(text: &str) -> Option<Time> {
    let (date, clock) = match text.split_once('T') {
        Some((date, clock)) => (date, clock.strip_suffix('Z')?),
        None => (text, "00:00:00"),
    };
    let [year, month, day] = numbers(date, '-')?;
    let [hour, minute, second] = numbers(clock, ':')?;
    Time::from_civil(year.into(), month, day, hour, minute, second).ok()
}

fn numbers(text: &str, separator: char) -> Option<[u32; 3]> {
    let mut parts = text.split(separator);
    let mut next = || {
        let part = parts.next()?;
        let plain = (2..=4).contains(&part.len()) && part.bytes().all(|digit| digit.is_ascii_digit());
        part.parse().ok().filter(|_| plain)
    };
    let all = [next()?, next()?, next()?];
    parts.next().is_none().then_some(all)
}

/// The first second of each calendar month from that of `now` on.
pub(super) fn months(now: Time, count: usize) -> Vec<Time> {
    let text = now.to_string();
    let number =
        |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse::<u32>().ok()).unwrap_or(1);
    let (year, month) = (number(0, 4), number(5, 7));
    let months = (0..).map(|ahead: u32| (year + (month - 1 + ahead) / 12, (month - 1 + ahead) % 12 + 1));
    months
        .take(count)
        .filter_map(|(year, month)| Time::from_civil(year.into(), month, 1, 0, 0, 0).ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_times_are_read_and_nothing_else() {
        assert_eq!(parse("2026-11-29").unwrap().to_string(), "2026-11-29T00:00:00Z");
        assert_eq!(parse("2026-11-29T16:01:02Z").unwrap().to_string(), "2026-11-29T16:01:02Z");
        for wrong in [
            "",
            "2026",
            "2026-02-30",
            "2026-1-1",
            "2026-11-29T16:01:02",
            "2026-11-29T25:00:00Z",
            "+026-11-29",
            "2026-11-29-1",
        ] {
            assert_eq!(parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn months_go_over_the_end_of_a_year() {
        let starts = months(parse("2026-11-29").unwrap(), 3);
        let starts: Vec<String> = starts.iter().map(ToString::to_string).collect();
        assert_eq!(starts, ["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z", "2027-01-01T00:00:00Z"]);
    }
}
