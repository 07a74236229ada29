//! The objects that Graph shows, as rows of members, and the log of what became of them.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A collection of Graph.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Devices in Entra.
    Devices,
    /// Users in Entra.
    Users,
    /// Devices in Intune.
    ManagedDevices,
    /// Users that are or were at risk.
    RiskyUsers,
    /// Groups in Entra.
    Groups,
    /// Whoever is in one of them; shown by the ids alone.
    Members,
}

/// Members by their names on the wire.
pub(crate) type Row = Map<String, Value>;

/// How an object went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Gone {
    /// It can be restored.
    Softly,
    /// For good.
    ForGood,
}

impl Gone {
    /// The `reason` of `@removed` (contract section 14).
    pub(crate) fn reason(self) -> &'static str {
        match self {
            Self::Softly => "changed",
            Self::ForGood => "deleted",
        }
    }
}

/// An object, and the members concerned; none for all of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Piece {
    pub(crate) id: String,
    pub(crate) members: Option<Vec<String>>,
}

/// All objects.
#[derive(Debug, Default)]
pub(crate) struct Objects {
    rows: BTreeMap<(Kind, String), Row>,
    gone: BTreeMap<(Kind, String), (Gone, Row)>,
    log: Vec<(Kind, Piece)>,
}

impl Objects {
    /// Adds an object, or replaces it.
    pub(super) fn put(&mut self, kind: Kind, id: &str, row: Row) {
        let key = (kind, id.to_owned());
        self.gone.remove(&key);
        self.rows.insert(key, row);
        self.note(kind, id, None);
    }

    /// Sets one member; false if there is no such object.
    pub(super) fn set(&mut self, kind: Kind, id: &str, member: &str, value: Value) -> bool {
        let Some(row) = self.rows.get_mut(&(kind, id.to_owned())) else { return false };
        if row.get(member) != Some(&value) {
            row.insert(member.to_owned(), value);
            self.note(kind, id, Some(vec![member.to_owned()]));
        }
        true
    }

    /// Takes an object away; false if there is none, or none that is not gone in this way already.
    pub(super) fn remove(&mut self, kind: Kind, id: &str, how: Gone) -> bool {
        let key = (kind, id.to_owned());
        let row = match (self.rows.remove(&key), self.gone.get(&key)) {
            (Some(row), _) => row,
            (None, Some((Gone::Softly, row))) if how == Gone::ForGood => row.clone(),
            _ => return false,
        };
        self.gone.insert(key, (how, row));
        self.note(kind, id, None);
        true
    }

    /// Brings back what went softly; false if nothing of that id did.
    pub(super) fn restore(&mut self, kind: Kind, id: &str) -> bool {
        match self.gone.get(&(kind, id.to_owned())) {
            Some((Gone::Softly, row)) => {
                let row = row.clone();
                self.put(kind, id, row);
                true
            }
            _ => false,
        }
    }

    fn note(&mut self, kind: Kind, id: &str, members: Option<Vec<String>>) {
        self.log.push((kind, Piece { id: id.to_owned(), members }));
    }

    /// The object of that id.
    pub(crate) fn row(&self, kind: Kind, id: &str) -> Option<&Row> {
        self.rows.get(&(kind, id.to_owned()))
    }

    /// The object of that id, or the last that was known of it.
    pub(super) fn last_known(&self, kind: Kind, id: &str) -> Option<&Row> {
        let gone = || self.gone.get(&(kind, id.to_owned())).map(|(_, row)| row);
        self.row(kind, id).or_else(gone)
    }

    /// How the object of that id went, if it did.
    pub(crate) fn gone(&self, kind: Kind, id: &str) -> Option<Gone> {
        self.gone.get(&(kind, id.to_owned())).map(|(how, _)| *how)
    }

    /// All objects of a kind, by id.
    pub(crate) fn rows(&self, kind: Kind) -> impl Iterator<Item = (&str, &Row)> {
        let of_kind = self.rows.iter().filter(move |((row_kind, _), _)| *row_kind == kind);
        of_kind.map(|((_, id), row)| (id.as_str(), row))
    }

    /// The id of the object whose member has this text, in any letter case.
    pub(crate) fn find(&self, kind: Kind, member: &str, text: &str) -> Option<String> {
        let has = |row: &Row| {
            row.get(member).and_then(Value::as_str).is_some_and(|value| value.eq_ignore_ascii_case(text))
        };
        self.rows(kind).find(|(_, row)| has(row)).map(|(id, _)| id.to_owned())
    }

    /// Changes so far.
    pub(crate) fn version(&self) -> usize {
        self.log.len()
    }

    /// Changes of a kind after `version`, each on its own.
    pub(crate) fn changes(&self, kind: Kind, version: usize) -> Vec<Piece> {
        let later = self.log.iter().skip(version);
        later.filter(|(changed, _)| *changed == kind).map(|(_, piece)| piece.clone()).collect()
    }
}
