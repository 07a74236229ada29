//! Who is in the groups that rules of the policy name. No others are read: a tenant has more groups than devices.

use super::{Failed, Graph};
use crate::directory::RoundError;
use crate::explanation::ours;
use mdm::graph::{DirectoryGroup, GroupMember, Item, Known, ObjectId, Reading as Extent, request};
use std::collections::BTreeMap;
use std::time::Duration;
use tokio::time::{Instant, timeout};

/// So long may the rulings of a round wait for this.
const LONGEST: Duration = Duration::from_secs(60);

/// What a round found.
#[derive(Debug)]
pub(crate) enum Groups {
    /// Some name means no group, or more than one: nothing is known of anybody.
    Unknown,
    /// All of them were read.
    Read {
        /// The names.
        asked: Vec<String>,
        /// By object id, in which of them somebody is.
        members: BTreeMap<String, Vec<String>>,
    },
}

/// The groups to read, and how that went.
pub(super) struct Wanted {
    names: Vec<String>,
    read_at: Option<Instant>,
    told: Option<String>,
}

impl Wanted {
    pub(super) fn new(names: Vec<String>) -> Wanted {
        Wanted { names, read_at: None, told: None }
    }
}

/// Why not all groups were read.
enum Without {
    /// The name means no single group.
    Group(String),
    /// What is known stays, for what cannot be read is neither believed nor undone.
    Answer(String),
}

impl From<Failed> for Without {
    fn from(failed: Failed) -> Without {
        Without::Answer(RoundError::from(failed).to_string())
    }
}

impl Graph {
    /// One round; `None` where everything stays as it was. The status of certificates hangs on nothing here, so that a
    /// failure ends no round.
    pub(super) async fn groups(&mut self) -> Option<Groups> {
        if self.wanted.names.is_empty() {
            return None;
        }
        let found = timeout(LONGEST, self.memberships()).await;
        let late = |_| Err(Without::Answer(format!("it takes longer than {} s", LONGEST.as_secs())));
        let (groups, trouble) = match found.unwrap_or_else(late) {
            Ok(members) => {
                self.wanted.read_at = Some(Instant::now());
                (Some(Groups::Read { asked: self.wanted.names.clone(), members }), None)
            }
            Err(Without::Group(why)) => (Some(Groups::Unknown), Some(why)),
            Err(Without::Answer(why)) => (None, Some(why)),
        };
        self.tell(trouble);
        groups
    }

    async fn memberships(&self) -> Result<BTreeMap<String, Vec<String>>, Without> {
        let mut members: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for name in &self.wanted.names {
            let group = self.group(name).await?;
            let url = request::group_members(self.tenant.graph_url(), &group);
            for one in self.all::<GroupMember>(url).await? {
                members.entry(one.id.as_str().to_owned()).or_default().push(name.clone());
            }
        }
        Ok(members)
    }

    /// The one group of that name.
    async fn group(&self, name: &str) -> Result<ObjectId, Without> {
        if name.contains('*') {
            return Err(Without::Group(format!(
                "{name:?} has a star, and a tenant is asked for whole names"
            )));
        }
        let found = self.all::<DirectoryGroup>(request::groups_named(self.tenant.graph_url(), name)).await?;
        let bears = |group: &DirectoryGroup| {
            group.display_name.value().is_some_and(|said| said.to_lowercase() == name.to_lowercase())
        };
        match found.as_slice() {
            [group] if bears(group) => Ok(group.id.clone()),
            [] => Err(Without::Group(format!("no group is called {name:?}"))),
            [_] => Err(Without::Answer(format!("Graph told another group than {name:?}"))),
            more => Err(Without::Group(format!("{} groups are called {name:?}", more.len()))),
        }
    }

    /// A list of which every object can be read, for who is left out of it counts as no member.
    async fn all<T: Item>(&self, url: String) -> Result<Vec<T>, Without> {
        let (gathered, _) = self.pages::<T>(url, Extent::Whole).await?;
        let odd = || Without::Answer("Graph listed an object that cannot be read".into());
        if gathered.nameless() > 0 {
            return Err(odd());
        }
        let each = gathered.into_objects().into_values().map(|known| match known {
            Known::Item(item) => Ok(item),
            Known::Removed(_) | Known::Odd(_) => Err(odd()),
        });
        each.collect()
    }

    /// Tells of what is new, once.
    fn tell(&mut self, trouble: Option<String>) {
        if trouble == self.wanted.told {
            return;
        }
        match &trouble {
            Some(why) => {
                let age = self.wanted.read_at.map_or_else(
                    || "before this start".to_owned(),
                    |at| format!("{} s ago", at.elapsed().as_secs()),
                );
                tracing::warn!(
                    event = "directory_groups_failed", error_code = %ours::FACTS,
                    "the groups that rules name could not be read, and were last {age}: {why}"
                );
            }
            None => {
                tracing::info!(event = "directory_groups_read", "the groups that rules name are read again")
            }
        }
        self.wanted.told = trouble;
    }
}
