//! Pictures: drawn on the server, each with the same numbers as a table. Colours are the style's, so that dark and light differ.

mod waterfall;

pub(crate) use waterfall::{Step, Waterfall};
mod lifetimes;
mod validity;

pub(crate) use lifetimes::{Life, Lifetimes};
pub(crate) use validity::Validity;

use super::Words;
use askama::Template;

/// One bar or point.
#[derive(Clone, Debug)]
pub(crate) struct Point {
    /// What it counts.
    pub(crate) label: String,
    /// How many.
    pub(crate) value: u64,
    /// `good`, `bad`, `warn`, `wait` or nothing: a class of the style, beside the label's words.
    pub(crate) tone: &'static str,
    /// Where it leads; empty for nowhere.
    pub(crate) link: String,
}

impl Point {
    /// A point that leads nowhere.
    pub(crate) fn new(label: impl Into<String>, value: u64) -> Point {
        Point { label: label.into(), value, tone: "", link: String::new() }
    }
}

/// Bars that lie: for things that have names, such as codes and states.
#[derive(Template)]
#[template(path = "chart/bars.html")]
pub(crate) struct Bars<'a> {
    /// The picture's name in its page.
    pub(crate) id: &'a str,
    /// What it shows.
    pub(crate) title: String,
    /// In the order to be drawn.
    pub(crate) points: &'a [Point],
    /// The page's texts.
    pub(crate) w: &'static Words,
}

/// Columns that stand: for numbers along a time, or along any other order.
#[derive(Template)]
#[template(path = "chart/columns.html")]
pub(crate) struct Columns<'a> {
    /// The picture's name in its page.
    pub(crate) id: &'a str,
    /// What it shows.
    pub(crate) title: String,
    /// In the order to be drawn.
    pub(crate) points: &'a [Point],
    /// The page's texts.
    pub(crate) w: &'static Words,
}

/// The picture's width, in its own units.
const WIDTH: u64 = 640;
/// A column's greatest height; its number stands above it.
const HEIGHT: u64 = 132;
/// Where lying bars begin: right of their names.
const NAMES: u64 = 200;

fn greatest(points: &[Point]) -> u64 {
    points.iter().map(|one| one.value).max().unwrap_or(0).max(1)
}

/// `value` on a scale whose `most` is `length`; something that is there is seen.
fn scaled(value: u64, most: u64, length: u64) -> u64 {
    let scaled = u128::from(value) * u128::from(length) / u128::from(most.max(1));
    u64::try_from(scaled).unwrap_or(length).max(u64::from(value > 0))
}

/// A bar with its place in the picture.
pub(crate) struct Drawn<'a> {
    point: &'a Point,
    at: u64,
    size: u64,
}

impl Bars<'_> {
    fn drawn(&self) -> Vec<Drawn<'_>> {
        let most = greatest(self.points);
        let sizes = self.points.iter().map(|point| scaled(point.value, most, WIDTH - NAMES - 70));
        (0..)
            .zip(self.points.iter().zip(sizes))
            .map(|(at, (point, size))| Drawn { point, at: at * 26, size })
            .collect()
    }

    fn height(&self) -> usize {
        self.points.len() * 26 + 4
    }
}

impl Columns<'_> {
    fn drawn(&self) -> Vec<Drawn<'_>> {
        let most = greatest(self.points);
        let step = self.step();
        let sizes = self.points.iter().map(|point| scaled(point.value, most, HEIGHT));
        (0..)
            .zip(self.points.iter().zip(sizes))
            .map(|(at, (point, size))| Drawn { point, at: at * step, size })
            .collect()
    }

    /// In tenths of the picture's units, so that sixty columns have room.
    fn step(&self) -> u64 {
        WIDTH * 10 / u64::try_from(self.points.len()).unwrap_or(u64::MAX).max(1)
    }

    /// Whether this is the first of the greatest columns: the one that bears its number.
    fn is_most(&self, index: &usize) -> bool {
        let most = greatest(self.points);
        self.points.iter().position(|one| one.value == most) == Some(*index)
    }

    /// Where a column's name is held: by its middle, but within the picture at both ends.
    fn anchor(&self, index: &usize) -> &'static str {
        let edge = self.points.len().div_ceil(24);
        match *index {
            index if index < edge => "start",
            index if index + edge >= self.points.len() => "end",
            _ => "middle",
        }
    }

    /// Whether this column's name has room below it.
    fn is_named(&self, index: &usize) -> bool {
        index.is_multiple_of(self.points.len().div_ceil(12).max(1))
    }
}

#[cfg(test)]
mod tests {
    use super::{Bars, Columns, Point, Words, scaled};
    use crate::portal::Language;
    use askama::Template as _;

    #[test]
    fn a_length_stands_for_its_number() {
        assert_eq!((scaled(0, 10, 100), scaled(5, 10, 100), scaled(10, 10, 100)), (0, 50, 100));
        assert_eq!(scaled(1, u64::MAX, 100), 1, "what is there is seen");
        assert_eq!(scaled(u64::MAX, u64::MAX, 100), 100);
    }

    #[test]
    fn one_column_bears_the_greatest_number_and_names_stay_within_the_picture() {
        let of = |values: &[u64]| {
            let points: Vec<Point> = values.iter().map(|value| Point::new("p", *value)).collect();
            let columns =
                Columns { id: "c", title: String::new(), points: &points, w: Words::of(Language::En) };
            let most: Vec<usize> = (0..values.len()).filter(|at| columns.is_most(at)).collect();
            (most, (0..values.len()).map(|at| columns.anchor(&at)).collect::<Vec<_>>())
        };
        assert_eq!(of(&[1, 7, 7]), (vec![1], vec!["start", "middle", "end"]));
        assert_eq!(of(&[0, 0]).0, [0; 0], "nothing is greatest where there is nothing");
        let (_, held) = of(&[0; 60]);
        assert_eq!((held[2], held[3], held[56], held[57]), ("start", "middle", "middle", "end"));
    }

    #[test]
    fn a_picture_has_its_table_and_no_foreign_markup() {
        let points = [Point::new("<script>alert(1)</script>", 3), Point::new("CHY-3004", 7)];
        let bars =
            Bars { id: "codes", title: "Refusals".into(), points: &points, w: Words::of(Language::En) };
        let text = bars.render().unwrap();
        assert!(!text.contains("<script>"), "{text}");
        assert!(text.contains("<table>") && text.contains("CHY-3004"), "{text}");
    }
}
