//! Pages of objects, of lists and of delta queries (contract §14).

use super::identifier::Identifier;
use super::link::{Link, Origin};
use super::member::{Item, Members, Odd, Reader, Reading, Why};
use crate::OtherMembers;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

/// One object of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Entry<T: Item> {
    /// The object, or what changed of it.
    Item(T),
    /// It is gone.
    Removed {
        /// Which.
        id: T::Id,
        /// In what way.
        reason: RemovalReason,
    },
    /// It cannot be read. What was known of it must neither be believed nor undone.
    Odd(Odd<T::Id>),
}

/// Why an object is gone (`@removed`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RemovalReason {
    /// Deleted softly: it can be restored.
    Changed,
    /// Deleted for good.
    Deleted,
    /// Another word, or none. Gone all the same.
    Unknown,
}

impl RemovalReason {
    fn read(removed: &Value) -> Self {
        match removed.get("reason").and_then(Value::as_str) {
            Some("changed") => Self::Changed,
            Some("deleted") => Self::Deleted,
            _ => Self::Unknown,
        }
    }
}

/// Where to go from a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Follow {
    /// There is more of this answer, even if the page is empty.
    Next(Link),
    /// The answer is complete; later changes are here. To be kept whole.
    Delta(Link),
    /// The answer is complete.
    End,
}

/// One page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T: Item> {
    /// Perhaps none; in any order, and an object may occur more than once.
    pub entries: Vec<Entry<T>>,
    /// Where to go from here.
    pub follow: Follow,
}

/// Why an answer with status 200 is no page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageError {
    /// Not one JSON object with a list `value` of objects whose members have distinct names.
    NotAPage,
    /// A link leads elsewhere, or is no link.
    ForeignLink,
    /// Both links: is the answer complete or not?
    TwoLinks,
}

impl fmt::Display for PageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NotAPage => "the answer is not a page of objects",
            Self::ForeignLink => "a link in the answer leads away from Graph",
            Self::TwoLinks => "the answer has a next page and a delta at once",
        })
    }
}

impl std::error::Error for PageError {}

#[derive(Deserialize)]
struct Body {
    value: Vec<Members>,
    #[serde(rename = "@odata.nextLink", default)]
    next: Option<String>,
    #[serde(rename = "@odata.deltaLink", default)]
    delta: Option<String>,
    #[serde(flatten)]
    _others: OtherMembers,
}

impl<T: Item> Page<T> {
    /// Reads the body of an answer with status 200 whose first request went to `origin`.
    ///
    /// # Errors
    /// [`PageError`]. An object that cannot be read is no error: see [`Entry::Odd`].
    pub fn parse(body: &[u8], reading: Reading, origin: &Origin) -> Result<Self, PageError> {
        let body: Body = serde_json::from_slice(body).map_err(|_| PageError::NotAPage)?;
        let checked = |link: String| Link::checked(&link, origin).ok_or(PageError::ForeignLink);
        let follow = match (body.next, body.delta) {
            (None, None) => Follow::End,
            (Some(next), None) => Follow::Next(checked(next)?),
            (None, Some(delta)) => Follow::Delta(checked(delta)?),
            (Some(_), Some(_)) => return Err(PageError::TwoLinks),
        };
        Ok(Self { entries: body.value.iter().map(|members| entry(members, reading)).collect(), follow })
    }
}

/// Reads an answer with status 200 to a request for one object.
///
/// # Errors
/// Not one JSON object whose members have distinct names. An object that is odd is no error: see [`Entry::Odd`].
pub fn one<T: Item>(body: &[u8]) -> Result<Entry<T>, PageError> {
    let members = serde_json::from_slice(body).map_err(|_| PageError::NotAPage)?;
    Ok(entry(&members, Reading::Whole))
}

fn entry<T: Item>(members: &Members, reading: Reading) -> Entry<T> {
    let id = members.get("id").and_then(Value::as_str).and_then(T::Id::parse);
    let odd = |member, why| Entry::Odd(Odd { id: id.clone(), member, why });
    match members.get("@removed") {
        None => match T::read(&Reader::new(members, reading)) {
            Ok(item) => Entry::Item(item),
            Err((member, why)) => odd(member, why),
        },
        Some(removed @ Value::Object(_)) => match id {
            Some(id) => Entry::Removed { id, reason: RemovalReason::read(removed) },
            None => odd("id", Why::Unreadable),
        },
        Some(_) => odd("@removed", Why::Unreadable),
    }
}
