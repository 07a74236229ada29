//! Steps one below the other, each from the end of the one before to its own: where the time went.

use super::{NAMES, WIDTH, Words};
use crate::portal::show::{seconds, when};
use askama::Template;

/// Something that happened.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    /// What.
    pub(crate) label: String,
    /// When, as the API writes it; nothing where nobody recorded it.
    pub(crate) at: Option<String>,
    /// `good`, `bad`, `warn`, `wait` or nothing.
    pub(crate) tone: &'static str,
}

/// Steps in the order in which they happened.
#[derive(Template)]
#[template(path = "chart/waterfall.html")]
pub(crate) struct Waterfall<'a> {
    /// The picture's name in its page.
    pub(crate) id: &'a str,
    /// What it shows.
    pub(crate) title: String,
    /// In order; those without a time anywhere.
    pub(crate) steps: &'a [Step],
    /// The page's texts.
    pub(crate) w: &'static Words,
}

/// A step with its place.
struct Drawn<'a> {
    step: &'a Step,
    /// Where its row begins.
    row: u64,
    /// Where its bar begins.
    from: u64,
    /// How long its bar is.
    length: u64,
    /// Seconds since the step before; nothing for the first and for what has no time.
    took: Option<u64>,
}

/// Room to the right of the names, with some left for figures.
const ROOM: u64 = WIDTH - NAMES - 70;

impl Waterfall<'_> {
    fn drawn(&self) -> Vec<Drawn<'_>> {
        let time = |step: &Step| step.at.as_deref().and_then(seconds);
        let times: Vec<i64> = self.steps.iter().filter_map(time).collect();
        let first = times.iter().min().copied().unwrap_or(0);
        let span = times.iter().max().map_or(0, |last| last.abs_diff(first)).max(1);
        let place = |at: i64| at.abs_diff(first).min(span) * ROOM / span;
        let mut before: Option<i64> = None;
        let mut drawn = Vec::with_capacity(self.steps.len());
        for (row, step) in (0..).zip(self.steps) {
            let at = time(step);
            // The record is in order; should a clock have gone back, the bar is short and not upside down.
            let from = at.map_or(0, |at| place(before.unwrap_or(at).min(at)));
            let length = at.map_or(0, |at| (place(at) - from).max(4));
            let took = at.zip(before).map(|(at, before)| u64::try_from(at - before).unwrap_or(0));
            before = at.or(before);
            drawn.push(Drawn { step, row: row * 26, from: NAMES + from, length, took });
        }
        drawn
    }

    fn height(&self) -> usize {
        self.steps.len() * 26 + 4
    }
}

impl Drawn<'_> {
    /// `+3 s`, or in larger units; nothing where it is not known.
    fn took(&self) -> String {
        self.took.map_or_else(String::new, lasting)
    }

    fn when(&self) -> Option<String> {
        self.step.at.as_deref().map(when)
    }
}

fn lasting(seconds: u64) -> String {
    match seconds {
        0..=119 => format!("+{seconds} s"),
        120..=7_199 => format!("+{} min", seconds / 60),
        7_200..=172_799 => format!("+{} h", seconds / 3_600),
        _ => format!("+{} d", seconds / 86_400),
    }
}

#[cfg(test)]
mod tests {
    use super::{ROOM, Step, Waterfall, Words};
    use crate::portal::Language;
    use askama::Template as _;

    fn step(label: &str, at: Option<&str>) -> Step {
        Step { label: label.to_owned(), at: at.map(str::to_owned), tone: "" }
    }

    #[test]
    fn each_bar_begins_where_the_one_before_ended() {
        let steps = [
            step("asked", Some("2026-11-29T10:00:00Z")),
            step("unknown", None),
            step("signed", Some("2026-11-29T10:00:10Z")),
            step("told", Some("2026-11-29T10:03:20Z")),
        ];
        let picture = Waterfall { id: "p", title: "Steps".into(), steps: &steps, w: Words::of(Language::En) };
        let drawn = picture.drawn();
        let figures: Vec<_> = drawn.iter().map(|one| (one.from - 200, one.length, one.took())).collect();
        let signed = 10 * ROOM / 200;
        assert_eq!(figures[0], (0, 4, String::new()));
        assert_eq!(figures[1].2, "");
        assert_eq!(figures[2], (0, signed, "+10 s".to_owned()));
        assert_eq!(figures[3], (signed, ROOM - signed, "+3 min".to_owned()));
        let text = picture.render().unwrap();
        assert!(text.contains("2026-11-29 10:03:20 UTC") && text.contains("<table"), "{text}");
    }

    #[test]
    fn a_clock_that_went_back_and_times_that_are_none_break_nothing() {
        let steps = [
            step("<script>", Some("2026-11-29T10:00:10Z")),
            step("b", Some("2026-11-29T10:00:00Z")),
            step("c", Some("never")),
            step("d", Some("9999-12-31T23:59:59Z")),
        ];
        let picture = Waterfall { id: "p", title: "Steps".into(), steps: &steps, w: Words::of(Language::En) };
        assert!(picture.drawn().iter().all(|one| one.from <= 200 + ROOM && one.length <= ROOM));
        assert!(!picture.render().unwrap().contains("<script>"));
        let none = Waterfall { id: "p", title: String::new(), steps: &[], w: Words::of(Language::En) };
        assert!(none.render().is_ok());
    }
}
