//! What was expected and what was found, side by side.

use super::Entry;
use ca::rejection::Shown;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// The first element in which a request differs from what it had to be.
///
/// Whatever its texts are made of, they are fit to be shown: control and invisible characters escaped, 200 characters at most.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Difference {
    /// Which element: `subject, RDN 2`.
    pub element: String,
    /// What it had to be.
    pub expected: String,
    /// What the request has there.
    pub found: String,
    /// The rule: the sentence of the refusal's code.
    pub rule: Cow<'static, str>,
    /// What obliges: rows `M…`, clauses of an RFC, numbers of threats.
    pub row: Cow<'static, str>,
}

/// What a refusal compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compared {
    /// Two sides.
    Sides(Box<Difference>),
    /// Nothing, and why.
    Nothing(&'static str),
}

impl Compared {
    /// Both sides, where there are two.
    #[must_use]
    pub fn sides(&self) -> Option<&Difference> {
        match self {
            Compared::Sides(sides) => Some(sides),
            Compared::Nothing(_) => None,
        }
    }
}

/// An element with what it had to be and what it was.
pub(crate) struct Sides {
    pub(crate) element: String,
    pub(crate) expected: String,
    pub(crate) found: String,
}

impl Sides {
    pub(crate) fn new(
        element: impl Into<String>,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Sides {
        Sides { element: element.into(), expected: expected.into(), found: found.into() }
    }

    /// For an element that one side may lack.
    pub(crate) fn either(element: &str, expected: Option<String>, found: Option<String>) -> Sides {
        let or_nothing = |side: Option<String>| side.unwrap_or_else(|| "nothing".to_owned());
        Sides::new(element, or_nothing(expected), or_nothing(found))
    }

    /// What the code with this sentence compared; `row` obliges to it.
    pub(crate) fn by(&self, sentence: &'static str, row: &'static str) -> Compared {
        let shown = |text: &str| Shown::escaped(text).to_string();
        Compared::Sides(Box::new(Difference {
            element: shown(&self.element),
            expected: shown(&self.expected),
            found: shown(&self.found),
            rule: sentence.into(),
            row: row.into(),
        }))
    }
}

impl fmt::Display for Sides {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Sides { element, expected, found } = self;
        write!(f, "{element}: expected {expected}, found {found}")
    }
}

impl Entry {
    /// What a refusal with this code compared.
    pub(crate) fn compares(self, sides: &Sides, row: &'static str) -> Compared {
        sides.by(self.sentence, row)
    }
}

impl From<ca::rejection::Difference> for Difference {
    fn from(difference: ca::rejection::Difference) -> Self {
        let ca::rejection::Difference { element, expected, found, rule, row } = difference;
        Difference { element, expected, found, rule: rule.into(), row: row.into() }
    }
}
