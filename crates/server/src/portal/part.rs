//! Pages that ask the API several things. Where one of them cannot be told, the others are shown all the same, and the page
//! says what is missing: a first page must stand when something is broken, or it is of no use then.

use super::{Problem, Visit};
use crate::tokens::Scope;
use serde::de::DeserializeOwned;

/// One of the things that a page shows.
pub(crate) enum Part<T> {
    /// It is here.
    Told(T),
    /// It is not for this visitor.
    Withheld,
    /// It could not be told.
    Missing(Problem),
}

impl<T> Part<T> {
    /// What is here.
    pub(crate) fn told(&self) -> Option<&T> {
        match self {
            Part::Told(value) => Some(value),
            Part::Withheld | Part::Missing(_) => None,
        }
    }

    /// Whether it is not for this visitor.
    pub(crate) fn is_withheld(&self) -> bool {
        matches!(self, Part::Withheld)
    }

    /// Why it is not here.
    pub(crate) fn problem(&self) -> Option<&Problem> {
        match self {
            Part::Missing(problem) => Some(problem),
            Part::Told(_) | Part::Withheld => None,
        }
    }
}

impl<T: DeserializeOwned> Part<T> {
    /// What is at `url`, if the visitor may read it. Who may not is not asked for: the API would put that refusal on record,
    /// and nobody tried anything.
    pub(crate) async fn of(visit: &Visit, scope: Scope, url: &str) -> Part<T> {
        let (true, Ok(api)) = (visit.frame.may(scope), visit.api()) else { return Part::Withheld };
        match api.get(url).await {
            Ok(value) => Part::Told(value),
            Err(problem) => Part::Missing(problem),
        }
    }
}
