//! Lifetimes beside each other: one bar for each certificate, on one scale of time, with now.

use crate::portal::Words;
use crate::portal::show::seconds;
use askama::Template;

/// Where bars begin, right of their names, and how long the scale is, in the picture's units.
const NAMES: i64 = 200;
const SCALE: i64 = 430;
/// A row's height.
const ROW: usize = 26;

/// One life.
#[derive(Clone, Debug)]
pub(crate) struct Life {
    /// Whose.
    pub(crate) label: String,
    /// RFC 3339.
    pub(crate) from: String,
    /// RFC 3339.
    pub(crate) until: String,
    /// `good`, `warn` or `bad`.
    pub(crate) tone: &'static str,
    /// The tone in words.
    pub(crate) said: String,
}

/// The picture.
#[derive(Template)]
#[template(path = "chart/lifetimes.html")]
pub(crate) struct Lifetimes {
    /// What it shows.
    pub(crate) title: String,
    /// In the order to be drawn.
    pub(crate) lives: Vec<Life>,
    /// When it is looked at, RFC 3339.
    pub(crate) now: String,
    /// The page's texts.
    pub(crate) w: &'static Words,
}

/// A bar with its place.
struct Drawn<'a> {
    life: &'a Life,
    top: usize,
    left: i64,
    width: i64,
}

impl Lifetimes {
    /// First and last day of the scale.
    fn range(&self) -> (i64, i64) {
        let days = |texts: Vec<&str>| texts.into_iter().filter_map(day).collect::<Vec<_>>();
        let now = day(&self.now).unwrap_or(0);
        let from = days(self.lives.iter().map(|one| one.from.as_str()).collect());
        let until = days(self.lives.iter().map(|one| one.until.as_str()).collect());
        let first = from.into_iter().min().unwrap_or(now).min(now);
        (first, until.into_iter().max().unwrap_or(now).max(first + 1))
    }

    fn place(&self, at: &str) -> i64 {
        let (first, last) = self.range();
        let day = day(at).unwrap_or(first).clamp(first, last);
        NAMES + (day - first) * SCALE / (last - first)
    }

    fn drawn(&self) -> Vec<Drawn<'_>> {
        let draw = |(index, life)| self.bar(index, life);
        self.lives.iter().enumerate().map(draw).collect()
    }

    fn bar<'a>(&self, index: usize, life: &'a Life) -> Drawn<'a> {
        let left = self.place(&life.from);
        // What is short on this scale is seen all the same.
        Drawn { life, top: index * ROW, left, width: (self.place(&life.until) - left).max(3) }
    }

    fn height(&self) -> usize {
        self.lives.len() * ROW + 24
    }

    /// The years of the scale that have room.
    fn years(&self) -> Vec<(i64, i64)> {
        let (first, last) = self.range();
        let year = |day: i64| 1970 + day * 400 / 146_097;
        let (from, to) = (year(first) + 1, year(last));
        let step = ((to - from) / 6 + 1).max(1);
        let step = usize::try_from(step).unwrap_or(1);
        (from..=to)
            .step_by(step)
            .map(|year| (year, self.place(&format!("{year:04}-01-01T00:00:00Z"))))
            .collect()
    }
}

/// Days since 1970-01-01 of RFC 3339 text.
fn day(text: &str) -> Option<i64> {
    seconds(text).map(|at| at.div_euclid(86_400))
}

#[cfg(test)]
mod tests {
    use super::{Life, Lifetimes};
    use crate::portal::{Language, Words};
    use askama::Template as _;

    #[test]
    fn bars_stand_on_one_scale_and_names_are_text() {
        let life = |label: &str, from: &str, until: &str| Life {
            label: label.to_owned(),
            from: format!("{from}T00:00:00Z"),
            until: format!("{until}T00:00:00Z"),
            tone: "good",
            said: "fine".to_owned(),
        };
        let lives =
            vec![life("<script>", "2020-01-01", "2040-01-01"), life("ra", "2030-01-01", "2030-01-02")];
        let w = Words::of(Language::En);
        let picture = Lifetimes { title: "Lives".into(), lives, now: "2030-01-01T00:00:00Z".into(), w };
        let drawn = picture.drawn();
        assert_eq!((drawn[0].left, drawn[0].width), (200, 430));
        assert_eq!((drawn[1].left, drawn[1].width), (415, 3));
        let text = picture.render().unwrap();
        assert!(
            !text.contains("<script>") && text.contains("<table>") && text.contains("2040-01-01"),
            "{text}"
        );
        let none = Lifetimes { title: String::new(), lives: Vec::new(), now: String::new(), w };
        assert!(none.render().is_ok());
    }
}
