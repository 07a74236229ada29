use super::RoundError;
use super::file::ListFile;
use super::graph::{Graph, Groups};
use crate::standing::Kind;
use crate::store::Store;
use mdm::graph::{Device, ManagedDevice, RiskLevel, User};
use std::collections::{BTreeMap, BTreeSet};

/// So many may leave a list at once, however short it is.
const FEW: usize = 10;

/// Where a directory's facts come from.
pub(crate) enum Source {
    /// Entra and Intune.
    Graph(Box<Graph>),
    /// A list in a file.
    File(ListFile),
}

/// An object's place in its directory.
pub(crate) type Place = (Kind, String);

/// What was said of one object.
#[derive(Debug)]
pub(crate) enum Said {
    Managed(Box<ManagedDevice>),
    Device(Box<Device>),
    User(Box<User>),
    Listed(Box<super::file::Entry>),
    /// It is not there.
    Gone,
    /// Something that cannot be read: neither believed nor undone.
    Odd,
}

/// What one round said.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub(crate) said: BTreeMap<Place, Said>,
    /// Kinds of which all were listed: who is not among them may be gone.
    pub(crate) whole: BTreeSet<Kind>,
    /// Users at risk, where that was asked.
    pub(crate) risks: Option<BTreeMap<String, RiskLevel>>,
    /// Who is in the groups that rules name; `None` where that stays as it was.
    pub(crate) groups: Option<Groups>,
}

impl Source {
    pub(super) async fn read(&mut self, store: &dyn Store, name: &str) -> Result<Reading, RoundError> {
        match self {
            Source::Graph(graph) => graph.read(store, name).await,
            Source::File(file) => file.read().await.map_err(RoundError::Source),
        }
    }

    /// A list may leave out what is there all the same (a page lost, a permission narrowed): each missing object is asked
    /// for by its name. A list is its own word, unless it leaves out more than half.
    pub(super) async fn confirm(
        &self,
        missing: Vec<(Place, Option<String>)>,
        present: usize,
        reading: &mut Reading,
    ) -> Result<(), RoundError> {
        match self {
            Source::Graph(graph) => graph.confirm(missing, reading).await,
            Source::File(_) if missing.len() > FEW && missing.len() * 2 > present => {
                let (gone, why) = (missing.len(), "half a list is likelier than half a fleet gone");
                Err(RoundError::Source(format!(
                    "the list leaves out {gone} of {present}: {why}; take them off in steps"
                )))
            }
            Source::File(_) => {
                reading.said.extend(missing.into_iter().map(|(place, _)| (place, Said::Gone)));
                Ok(())
            }
        }
    }

    pub(super) async fn keep_place(&mut self, store: &dyn Store, name: &str) -> Result<(), RoundError> {
        match self {
            Source::Graph(graph) => graph.keep_place(store, name).await,
            Source::File(_) => Ok(()),
        }
    }
}
