//! Whoever is in a group of Entra, directly or by a group that is in it: nothing is asked for but the object's id.

use super::identifier::ObjectId;
use super::member::{Fault, Item, Reader};

/// A member of a group: a user, a device, or whatever else has an object id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupMember {
    /// Its object id, by which users and devices of the directory are known, too.
    pub id: ObjectId,
}

impl Item for GroupMember {
    type Id = ObjectId;
    const SELECT: &'static [&'static str] = &["id"];

    fn read(reader: &Reader<'_>) -> Result<Self, Fault> {
        Ok(Self { id: reader.id("id")? })
    }

    fn id(&self) -> &ObjectId {
        &self.id
    }

    fn merge(&mut self, _newer: Self) {}
}
