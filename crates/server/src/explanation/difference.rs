//! What was expected and what was found, side by side.

use serde::Serialize;
use std::fmt;

/// The first element in which a request differs from what somebody vouched for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// Which element: `subject, RDN 2`.
    pub element: String,
    /// What it had to be; control characters escaped.
    pub expected: String,
    /// What the request has there; control characters escaped.
    pub found: String,
}

impl Difference {
    /// For an element that one side may lack.
    #[must_use]
    pub fn of(element: impl Into<String>, expected: Option<String>, found: Option<String>) -> Difference {
        let or_nothing = |side: Option<String>| side.unwrap_or_else(|| "nothing".to_owned());
        Difference { element: element.into(), expected: or_nothing(expected), found: or_nothing(found) }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Difference { element, expected, found } = self;
        write!(f, "{element}: expected {expected}, found {found}")
    }
}
