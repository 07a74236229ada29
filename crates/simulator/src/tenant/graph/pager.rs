//! Pages and deltas: how answers are cut, and what the opaque tokens of links stand for (contract section 14).

use std::collections::BTreeMap;
use std::sync::Arc;

use super::query::Query;
use crate::dice::{Dice, hex};
use crate::tenant::objects::{Kind, Piece};

/// Tokens remembered; the oldest are forgotten, as if they had expired.
const KEPT: u64 = 4_096;
/// Seconds for which a delta token lives: seven days for the directory.
const DELTA_LIFE: i64 = 7 * 86_400;
/// An empty page must not be followed by empty pages for ever.
const MOST_EMPTY: f64 = 0.9;

/// The rest of an answer.
#[derive(Clone, Debug)]
pub(super) struct Rest {
    pub(super) kind: Kind,
    pub(super) beta: bool,
    pub(super) shown: Arc<Vec<String>>,
    pub(super) pieces: Arc<Vec<Piece>>,
    pub(super) at: usize,
    pub(super) size: usize,
    /// For a delta query: the version that its delta link will stand for.
    pub(super) delta: Option<usize>,
}

/// A point in the history, to which a delta link leads.
#[derive(Clone, Debug)]
pub(super) struct Point {
    pub(super) kind: Kind,
    pub(super) beta: bool,
    pub(super) shown: Arc<Vec<String>>,
    pub(super) size: usize,
    pub(super) version: usize,
    issued: i64,
}

#[derive(Clone, Debug)]
enum Token {
    Rest(Rest),
    Point(Point),
    /// A place in a list of another service.
    Place(usize),
}

/// How Graph cuts its answers, and the links that it gave.
#[derive(Debug)]
pub struct Pager {
    /// Objects on a page at most, whatever `$top` says.
    pub page_size: usize,
    /// Probability that a page is empty and another one follows.
    pub empty_chance: f64,
    /// Probability that an object of a delta page occurs twice.
    pub repeat_chance: f64,
    dice: Dice,
    number: u64,
    tokens: BTreeMap<u64, (String, Token)>,
}

impl Pager {
    /// With pages of 100, one of twenty of them empty, and one of twenty changes told twice.
    #[must_use]
    pub(in crate::tenant) fn new(seed: u64) -> Self {
        let dice = Dice::new(seed, "pages");
        Self {
            page_size: 100,
            empty_chance: 0.05,
            repeat_chance: 0.05,
            dice,
            number: 0,
            tokens: BTreeMap::new(),
        }
    }

    /// Makes every delta link given so far answer 410.
    pub fn expire_delta_links(&mut self) {
        self.tokens.retain(|_, (_, token)| !matches!(token, Token::Point(_)));
    }

    fn remember(&mut self, token: Token) -> String {
        let text = hex(&self.dice.block());
        self.number += 1;
        self.tokens.insert(self.number, (text.clone(), token));
        while self.tokens.len() as u64 > KEPT {
            self.tokens.pop_first();
        }
        text
    }

    fn known(&self, text: &str) -> Option<&Token> {
        self.tokens.values().rev().find(|(known, _)| known == text).map(|(_, token)| token)
    }

    /// What a `$skiptoken` stands for.
    pub(super) fn rest(&self, text: &str) -> Option<Rest> {
        match self.known(text)? {
            Token::Rest(rest) => Some(rest.clone()),
            Token::Point(_) | Token::Place(_) => None,
        }
    }

    /// The `$skiptoken` for a place in a list that is cut elsewhere.
    pub(in crate::tenant) fn keep_place(&mut self, at: usize) -> String {
        self.remember(Token::Place(at))
    }

    /// The place that such a `$skiptoken` stands for.
    pub(in crate::tenant) fn place(&self, text: &str) -> Option<usize> {
        match self.known(text)? {
            Token::Place(at) => Some(*at),
            Token::Rest(_) | Token::Point(_) => None,
        }
    }

    /// Whether the next page is an empty one.
    pub(in crate::tenant) fn sends_empty_page(&mut self) -> bool {
        self.dice.falls_within(self.empty_chance.min(MOST_EMPTY))
    }

    /// What a `$deltatoken` stands for, unless it has expired.
    pub(super) fn point(&self, text: &str, now: i64) -> Option<Point> {
        match self.known(text)? {
            Token::Point(point) if now - point.issued < DELTA_LIFE => Some(point.clone()),
            _ => None,
        }
    }

    /// The `$deltatoken` for what comes after `rest`'s version.
    pub(super) fn delta_token(&mut self, rest: &Rest, version: usize, now: i64) -> String {
        let shown = Arc::clone(&rest.shown);
        let (kind, beta, size) = (rest.kind, rest.beta, rest.size);
        self.remember(Token::Point(Point { kind, beta, shown, size, version, issued: now }))
    }

    /// The size of pages for a query.
    pub(super) fn size(&self, query: &Query) -> usize {
        query.top.unwrap_or(self.page_size).min(self.page_size).max(1)
    }

    /// Cuts off the next page: the pieces on it, and the `$skiptoken` for what remains.
    pub(super) fn cut(&mut self, rest: &Rest) -> (Vec<Piece>, Option<String>) {
        let left = rest.pieces.len().saturating_sub(rest.at);
        let empty = left > 0 && self.dice.falls_within(self.empty_chance.min(MOST_EMPTY));
        let count = if empty { 0 } else { left.min(rest.size) };
        let page = rest.pieces.iter().skip(rest.at).take(count).cloned().collect();
        let more = (count < left).then(|| {
            let later = Rest { at: rest.at + count, ..rest.clone() };
            self.remember(Token::Rest(later))
        });
        (page, more)
    }

    /// Changes in any order, some of them twice.
    pub(super) fn shuffled(&mut self, mut pieces: Vec<Piece>) -> Vec<Piece> {
        let twice: Vec<Piece> =
            pieces.iter().filter(|_| self.dice.falls_within(self.repeat_chance)).cloned().collect();
        pieces.extend(twice);
        for at in (1..pieces.len()).rev() {
            let other = self.dice.below(at as u64 + 1);
            pieces.swap(at, usize::try_from(other).unwrap_or(at));
        }
        pieces
    }
}
