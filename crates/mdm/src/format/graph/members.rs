//! The members of an object, taken one by one until none is left.

use super::TYPE_PREFIX;
use super::word::Word;
use crate::format::Unreadable;
use serde_json::{Map, Value};

/// What is left of an object.
pub(super) struct Members {
    place: String,
    left: Map<String, Value>,
}

impl Members {
    /// The members of the object at `place`, which is empty for the outermost.
    pub(super) fn of(place: &str, value: Value) -> Result<Self, Unreadable> {
        match value {
            Value::Object(left) => Ok(Self { place: place.to_owned(), left }),
            _ => Err(Unreadable::new(place, "not an object")),
        }
    }

    /// The full name of a member, for errors.
    pub(super) fn place(&self, member: &str) -> String {
        if self.place.is_empty() { member.to_owned() } else { format!("{}.{member}", self.place) }
    }

    pub(super) fn odd(&self, member: &str, why: &str) -> Unreadable {
        Unreadable::new(self.place(member), why)
    }

    /// The member, unless it is absent or null.
    pub(super) fn take(&mut self, member: &str) -> Option<Value> {
        self.left.remove(member).filter(|value| !value.is_null())
    }

    pub(super) fn text(&mut self, member: &str) -> Result<Option<String>, Unreadable> {
        match self.take(member) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(text)),
            Some(_) => Err(self.odd(member, "not a text")),
        }
    }

    pub(super) fn required(&mut self, member: &str) -> Result<String, Unreadable> {
        self.text(member)?.ok_or_else(|| self.odd(member, "not set"))
    }

    pub(super) fn whole<N: TryFrom<u64>>(&mut self, member: &str) -> Result<N, Unreadable> {
        let value = self.take(member).ok_or_else(|| self.odd(member, "not set"))?;
        let number = value.as_u64().and_then(|number| N::try_from(number).ok());
        number.ok_or_else(|| self.odd(member, "no number of its range"))
    }

    pub(super) fn truth(&mut self, member: &str) -> Result<Option<bool>, Unreadable> {
        match self.take(member) {
            None => Ok(None),
            Some(Value::Bool(value)) => Ok(Some(value)),
            Some(_) => Err(self.odd(member, "neither true nor false")),
        }
    }

    /// The entries of a collection, each with its place; none where it is absent.
    pub(super) fn list(&mut self, member: &str) -> Result<Vec<(String, Value)>, Unreadable> {
        let place = self.place(member);
        match self.take(member) {
            None => Ok(Vec::new()),
            Some(Value::Array(entries)) => {
                let placed = |(at, entry)| (format!("{place}[{at}]"), entry);
                Ok(entries.into_iter().enumerate().map(placed).collect())
            }
            Some(_) => Err(self.odd(member, "not a list")),
        }
    }

    pub(super) fn word<W: Word>(&mut self, member: &str) -> Result<Option<W>, Unreadable> {
        let place = self.place(member);
        self.text(member)?.map(|word| W::read(&place, &word)).transpose()
    }

    /// The type, without what stands before every type name.
    pub(super) fn type_name(&mut self) -> Result<String, Unreadable> {
        let name = self.required("@odata.type")?;
        let short = name.strip_prefix(TYPE_PREFIX).map(str::to_owned);
        short.ok_or_else(|| self.odd("@odata.type", "not a type of Graph"))
    }

    /// Takes what means nothing here: these members, and annotations, which are no data (OData JSON §4.5).
    pub(super) fn disregard(&mut self, members: &[&str]) {
        self.left.retain(|name, _| !name.contains('@') && !members.contains(&name.as_str()));
    }

    /// Nothing may be left.
    pub(super) fn finish(self) -> Result<(), Unreadable> {
        match self.left.keys().next() {
            Some(name) => Err(Unreadable::new(self.place(name), "not known")),
            None => Ok(()),
        }
    }
}
