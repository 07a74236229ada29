//! Members of directory objects: absent is not null, and an odd one is refused where a decision hangs on it.

use super::identifier::Identifier;
use super::instant::{self, Instant, NO_INSTANT};
use serde::de::{Deserialize, Deserializer, Error, MapAccess, Visitor};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// A member of an object of which perhaps only a part was sent.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Member<T> {
    /// Not sent: on a delta page it is unchanged (contract §14).
    #[default]
    Absent,
    /// Sent, and there is no value.
    Null,
    /// Sent with this value.
    Is(T),
}

impl<T> Member<T> {
    /// The value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Is(value) => Some(value),
            Self::Absent | Self::Null => None,
        }
    }

    /// Takes over what `newer` says; what it leaves out stays.
    pub fn merge(&mut self, newer: Self) {
        if !matches!(newer, Self::Absent) {
            *self = newer;
        }
    }
}

/// How much of an object an answer holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reading {
    /// All that was selected: a decisive member that is left out is odd.
    Whole,
    /// Of a delta query, its first round included: id and at least the changed members.
    Part,
}

/// Why a member is odd.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// Not sent, though asked for.
    Absent,
    /// Sent without a value, though every object has one.
    Null,
    /// Of another type, or of a form that nobody specified.
    Unreadable,
}

/// An object that cannot be read: nothing may be decided by it, and nothing undone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Odd<Id> {
    /// Which object, if that much can be read.
    pub id: Option<Id>,
    /// Graph's name of the member.
    pub member: &'static str,
    /// What is wrong with it.
    pub why: Why,
}

impl<Id: fmt::Display> fmt::Display for Odd<Id> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let why = match self.why {
            Why::Absent => "is absent",
            Why::Null => "is null",
            Why::Unreadable => "cannot be read",
        };
        match &self.id {
            Some(id) => write!(f, "{} of {id} {why}", self.member),
            None => write!(f, "{} of an object {why}", self.member),
        }
    }
}

/// A kind of directory object.
pub trait Item: Sized {
    /// What its `id` is called.
    type Id: Identifier;
    /// Members to ask for, in Graph's spelling.
    const SELECT: &'static [&'static str];

    /// Reads one.
    ///
    /// # Errors
    /// The first decisive member that is odd.
    fn read(reader: &Reader<'_>) -> Result<Self, Fault>;

    /// Its id.
    fn id(&self) -> &Self::Id;

    /// Takes over what a newer part of the same object says.
    fn merge(&mut self, newer: Self);
}

/// A member's name, and what is wrong with it.
pub type Fault = (&'static str, Why);

/// Reads the members of one object.
pub struct Reader<'a> {
    members: &'a Members,
    reading: Reading,
}

impl<'a> Reader<'a> {
    pub(super) fn new(members: &'a Members, reading: Reading) -> Self {
        Self { members, reading }
    }

    /// The identifier that every object has, whatever else is left out.
    pub(super) fn id<Id: Identifier>(&self, name: &'static str) -> Result<Id, Fault> {
        let value = self.members.0.get(name).ok_or((name, Why::Absent))?;
        value.as_str().and_then(Id::parse).ok_or((name, Why::Unreadable))
    }

    /// A member that every object has and that decides.
    pub(super) fn decisive<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Member<T>, Fault> {
        match self.nullable(name, read)? {
            Member::Null => Err((name, Why::Null)),
            other => Ok(other),
        }
    }

    /// A member that decides and of which some objects have none.
    pub(super) fn nullable<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Member<T>, Fault> {
        match self.optional(name, read)? {
            Member::Absent if self.reading == Reading::Whole => Err((name, Why::Absent)),
            other => Ok(other),
        }
    }

    /// A member that decides, where it is sent at all.
    pub(super) fn optional<T>(
        &self,
        name: &'static str,
        read: impl Fn(&Value) -> Option<T>,
    ) -> Result<Member<T>, Fault> {
        match self.members.0.get(name) {
            None => Ok(Member::Absent),
            Some(Value::Null) => Ok(Member::Null),
            Some(value) => read(value).map(Member::Is).ok_or((name, Why::Unreadable)),
        }
    }

    /// Another object's identifier: Intune writes an empty string or zeros where there is no such object.
    pub(super) fn other<Id: Identifier>(&self, name: &'static str) -> Result<Member<Id>, Fault> {
        let nobody =
            |value: &Value| value.as_str().is_some_and(|text| text.bytes().all(|b| b"0-".contains(&b)));
        if self.members.0.get(name).is_some_and(nobody) {
            return Ok(Member::Null);
        }
        self.nullable(name, |value| value.as_str().and_then(Id::parse))
    }

    /// An instant that decides, where it is sent.
    pub(super) fn instant(&self, name: &'static str) -> Result<Member<Instant>, Fault> {
        let read = self.optional(name, |value| value.as_str().and_then(instant::parse))?;
        Ok(if read == Member::Is(NO_INSTANT) { Member::Null } else { read })
    }

    /// A text that nothing hangs on: what is odd is as good as not sent.
    pub(super) fn text(&self, name: &'static str) -> Member<String> {
        let text = self.optional(name, |value| value.as_str().map(str::to_owned));
        text.unwrap_or(Member::Absent)
    }
}

/// The members of one JSON object. A name that stands there twice makes the object unreadable: which one holds is
/// anybody's guess.
pub(super) struct Members(BTreeMap<String, Value>);

impl Members {
    pub(super) fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }
}

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Distinct)
    }
}

struct Distinct;

impl<'de> Visitor<'de> for Distinct {
    type Value = Members;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
        let mut members = BTreeMap::new();
        while let Some((name, value)) = map.next_entry::<String, Value>()? {
            if members.insert(name, value).is_some() {
                return Err(A::Error::custom("a member stands there twice"));
            }
        }
        Ok(Members(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_keeps_and_null_clears() {
        let mut member = Member::Is(true);
        member.merge(Member::Absent);
        assert_eq!(member, Member::Is(true));
        member.merge(Member::Null);
        assert_eq!(member, Member::Null);
        member.merge(Member::Is(false));
        assert_eq!(member.value(), Some(&false));
    }

    #[test]
    fn a_name_twice_is_no_object() {
        assert!(serde_json::from_str::<Members>(r#"{"a":1,"a":2}"#).is_err());
        assert!(serde_json::from_str::<Members>("[]").is_err());
        assert!(serde_json::from_str::<Members>(r#"{"a":1,"A":2}"#).is_ok());
    }
}
