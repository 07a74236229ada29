//! One round of a list or of a delta query, put together from its pages.

use super::member::{Item, Odd};
use super::page::{Entry, Page, RemovalReason};
use std::collections::BTreeMap;

/// What a round says of one object.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T: Item> {
    /// It is there; all parts merged in the order of their arrival.
    Item(T),
    /// It is gone.
    Removed(RemovalReason),
    /// Some part of it could not be read. What the others say is not used: a change may be missing.
    Odd(Odd<T::Id>),
}

/// The objects of one round.
#[derive(Clone, Debug)]
pub struct Gathered<T: Item> {
    objects: BTreeMap<T::Id, Known<T>>,
    nameless: usize,
}

impl<T: Item> Default for Gathered<T> {
    fn default() -> Self {
        Self { objects: BTreeMap::new(), nameless: 0 }
    }
}

impl<T: Item> Gathered<T> {
    /// Takes over a page.
    pub fn absorb(&mut self, page: Page<T>) {
        for entry in page.entries {
            self.take(entry);
        }
    }

    fn take(&mut self, entry: Entry<T>) {
        let (id, known) = match entry {
            Entry::Item(item) => (item.id().clone(), Known::Item(item)),
            Entry::Removed { id, reason } => (id, Known::Removed(reason)),
            Entry::Odd(odd) => match odd.id.clone() {
                Some(id) => (id, Known::Odd(odd)),
                None => {
                    self.nameless += 1;
                    return;
                }
            },
        };
        let merged = match (self.objects.remove(&id), known) {
            (Some(Known::Item(mut item)), Known::Item(newer)) => {
                item.merge(newer);
                Known::Item(item)
            }
            (Some(Known::Odd(odd)), Known::Item(_)) => Known::Odd(odd),
            (_, newer) => newer,
        };
        self.objects.insert(id, merged);
    }

    /// By id.
    #[must_use]
    pub fn objects(&self) -> &BTreeMap<T::Id, Known<T>> {
        &self.objects
    }

    /// By id, to be consumed.
    #[must_use]
    pub fn into_objects(self) -> BTreeMap<T::Id, Known<T>> {
        self.objects
    }

    /// Objects whose very id could not be read. With any of them, a list does not prove that an object is absent.
    #[must_use]
    pub fn nameless(&self) -> usize {
        self.nameless
    }
}
