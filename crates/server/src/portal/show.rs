//! How pages write what is not their own: foreign text, times, codes, and two sides that differ.

use crate::explanation::{Entry, catalogue};
use ca::rejection::Shown;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// Foreign text as a person can read it: what cannot be seen is written out, what is long is cut. That it is no markup is
/// the template's to see to.
pub(crate) fn shown(text: &str) -> String {
    Shown::escaped(text).to_string()
}

/// A time of the API (RFC 3339, UTC) for people: `2026-11-29 16:53:03 UTC`. What is none stays as it is.
pub(crate) fn when(at: &str) -> String {
    let Some((date, time)) = at.strip_suffix('Z').and_then(|text| text.split_once('T')) else {
        return shown(at);
    };
    let time = time.split('.').next().unwrap_or(time);
    format!("{} {} UTC", shown(date), shown(time))
}

/// The day of a time that the API wrote, where the hour is no matter.
pub(crate) fn day(at: &str) -> String {
    shown(at.split_once('T').map_or(at, |(date, _)| date))
}

/// An element's name of its own within a page.
pub(crate) fn numbered(name: &str, number: impl std::fmt::Display) -> String {
    format!("{name}-{number}")
}

/// The seconds of a time of the API since 1970, for pictures.
pub(crate) fn seconds(at: &str) -> Option<i64> {
    let digits = |from: usize, to: usize| at.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (digits(0, 4)?, digits(5, 7)?, digits(8, 10)?);
    let (hour, minute, second) = (digits(11, 13)?, digits(14, 16)?, digits(17, 19)?);
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    // Days from civil, with years that begin in March.
    let (year, month) = if month <= 2 { (year - 1, month + 9) } else { (year, month - 3) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1 - 719_468;
    Some(days * 86_400 + hour * 3_600 + minute * 60 + second)
}

/// What belongs to a code: its sentence and what to do.
pub(crate) fn entry(code: &str) -> Option<Entry> {
    static ENTRIES: LazyLock<BTreeMap<u16, Entry>> =
        LazyLock::new(|| catalogue().into_iter().map(|entry| (entry.number, entry)).collect());
    ENTRIES.get(&code.strip_prefix("CHY-")?.parse().ok()?).copied()
}

/// A text in three parts of which the middle one differs from the other text's: what to mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Marked {
    /// The same on both sides.
    pub(crate) before: String,
    /// Where they differ.
    pub(crate) differs: String,
    /// The same on both sides again.
    pub(crate) after: String,
}

/// Both texts, each with its part that differs. Where one side has nothing there, the whole of it is marked, since nothing
/// cannot be seen.
pub(crate) fn marked(one: &str, other: &str) -> (Marked, Marked) {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let same = one.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let room = one.len().min(other.len()) - same;
    let tail = one.iter().rev().zip(other.iter().rev()).take(room).take_while(|(a, b)| a == b).count();
    let whole = one.len() == same + tail || other.len() == same + tail;
    let cut = |text: &[char]| {
        let (from, to) = if whole { (0, text.len()) } else { (same, text.len() - tail) };
        let piece = |range: Option<&[char]>| range.unwrap_or_default().iter().collect::<String>();
        Marked {
            before: piece(text.get(..from)),
            differs: piece(text.get(from..to)),
            after: piece(text.get(to..)),
        }
    };
    (cut(&one), cut(&other))
}

#[cfg(test)]
mod tests {
    use super::{entry, marked, seconds, shown, when};

    #[test]
    fn foreign_text_hides_nothing_and_has_an_end() {
        assert_eq!(shown("a\u{202e}b\u{0}"), "a\\u{202e}b\\u{0}");
        assert!(shown(&"x".repeat(10_000)).len() < 300);
    }

    #[test]
    fn a_time_is_written_for_people_and_counted_for_pictures() {
        assert_eq!(when("2026-11-29T16:53:03Z"), "2026-11-29 16:53:03 UTC");
        assert_eq!(when("<b>"), "<b>");
        for (text, unix) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-03-01T00:00:00Z", 951_868_800),
            ("2024-02-29T23:59:59Z", 1_709_251_199),
            ("2027-01-15T08:00:00Z", 1_800_000_000),
        ] {
            assert_eq!(seconds(text), Some(unix), "{text}");
        }
        for text in ["", "2026", "2026-13-01T00:00:00Z", "äöüßäöüßäöüßäöüß"] {
            assert_eq!(seconds(text), None, "{text}");
        }
    }

    #[test]
    fn the_first_difference_is_marked_on_both_sides() {
        let parts = |one: &str, other: &str| {
            let (a, b) = marked(one, other);
            [a.before, a.differs, a.after, b.differs]
        };
        assert_eq!(parts("CN=pc-17,O=A", "CN=pc-71,O=A"), ["CN=pc-", "17", ",O=A", "71"]);
        assert_eq!(parts("OU=Devices", "nothing"), ["", "OU=Devices", "", "nothing"]);
        assert_eq!(parts("pc", "pc-1"), ["", "pc", "", "pc-1"], "an empty mark is none");
        assert_eq!(parts("aa", "aaa"), ["", "aa", "", "aaa"]);
        assert_eq!(parts("", ""), ["", "", "", ""]);
    }

    #[test]
    fn a_code_brings_its_advice() {
        assert!(entry("CHY-3004").is_some_and(|it| it.fix.contains("challenge")));
        for code in ["CHY-", "3004", concat!("CHY-", "0000"), concat!("CHY-", "99999")] {
            assert!(entry(code).is_none(), "{code}");
        }
    }
}
