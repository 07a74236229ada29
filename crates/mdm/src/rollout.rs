//! Bringing profiles into a tenant: from definitions, and from what the tenant has already, to the requests that are
//! left to be made. Nothing is ever deleted, and no group loses what it was assigned.
//!
//! What is there already is told by type and name. A profile that differs is changed by the members that differ; one
//! that does not is left alone, so that the same plan twice is no plan the second time.

mod compare;
mod draft;
mod obstacle;

pub use compare::changes;
pub use obstacle::Obstacle;

use crate::diff::Change;
use crate::format::TrustedRoot;
use crate::format::graph::Imported;
use crate::graph::ConfigurationId;
use crate::graph::request::CONFIGURATIONS;
use crate::platform::ProfileType;
use crate::profile::Profile;
use serde_json::{Map, Value};

/// What is wanted: a SCEP profile, and Trusted certificate profiles.
#[derive(Clone, Debug)]
pub struct Definition {
    /// The profile; its assignments name groups by their object ids.
    pub profile: Profile,
    /// What the Trusted certificate profiles hold, by the names that the profile refers to; those left out must be in the
    /// tenant. Those of other names are for devices to trust besides (M5).
    pub roots: Vec<TrustedRoot>,
}

impl Definition {
    /// Those that the profile does not refer to.
    fn further_roots(&self) -> impl Iterator<Item = &TrustedRoot> {
        let named =
            |root: &&TrustedRoot| self.profile.root_certificates.iter().any(|one| one.name == root.name);
        self.roots.iter().filter(move |root| !named(root))
    }
}

/// What the tenant has of what could be meant.
#[derive(Clone, Debug, Default)]
pub struct Present {
    /// Trusted certificate profiles.
    pub roots: Vec<(ConfigurationId, TrustedRoot)>,
    /// SCEP profiles, with roots and assignments.
    pub profiles: Vec<(ConfigurationId, Imported)>,
}

/// A configuration that has an id already, or will have one once a step is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// It is there.
    Known(ConfigurationId),
    /// The step of this index makes it.
    Made(usize),
}

/// What a step does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Creates a Trusted certificate profile.
    CreateRoot,
    /// Creates a SCEP profile.
    CreateProfile,
    /// Changes a SCEP profile.
    ChangeProfile,
    /// Assigns a Trusted certificate profile to more.
    AssignRoot,
    /// Assigns a SCEP profile to more.
    AssignProfile,
}

impl Deed {
    /// For people.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::CreateRoot => "create the Trusted certificate profile",
            Self::CreateProfile => "create the SCEP profile",
            Self::ChangeProfile => "change the SCEP profile",
            Self::AssignRoot => "assign the Trusted certificate profile",
            Self::AssignProfile => "assign the SCEP profile",
        }
    }

    /// Whether the answer has the id of something new.
    #[must_use]
    pub const fn creates(self) -> bool {
        matches!(self, Self::CreateRoot | Self::CreateProfile)
    }
}

/// One request that is left to be made.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What it does.
    pub deed: Deed,
    /// The type of profile.
    pub kind: ProfileType,
    /// The name in the portal.
    pub name: String,
    /// What it is done to; nothing where it creates.
    pub target: Option<Place>,
    /// The Trusted certificate profile that is bound.
    pub root: Option<Place>,
    /// What differs, where something is changed.
    pub changes: Vec<Change>,
    body: Map<String, Value>,
}

/// A request of Graph.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphRequest {
    /// `POST` or `PATCH`.
    pub method: &'static str,
    /// Below Graph's base URL, without a slash before it.
    pub path: String,
    /// JSON.
    pub body: Value,
}

impl Step {
    /// The request, at Graph's base URL `graph`; `made` gives the ids that earlier steps brought, by index.
    /// `None` where one of them has not brought any.
    #[must_use]
    pub fn request(&self, graph: &str, made: impl Fn(usize) -> Option<String>) -> Option<GraphRequest> {
        let id = |place: &Place| match place {
            Place::Known(id) => Some(id.to_string()),
            Place::Made(step) => made(*step),
        };
        let mut body = self.body.clone();
        if let Some(root) = &self.root {
            let address = format!("{}/{CONFIGURATIONS}('{}')", graph.trim_end_matches('/'), id(root)?);
            body.insert(crate::format::graph::ROOT_BINDING.to_owned(), address.into());
        }
        let tail = match (&self.target, self.deed) {
            (None, _) => String::new(),
            (Some(target), Deed::AssignRoot | Deed::AssignProfile) => format!("/{}/assign", id(target)?),
            (Some(target), _) => format!("/{}", id(target)?),
        };
        let method = if self.deed == Deed::ChangeProfile { "PATCH" } else { "POST" };
        Some(GraphRequest { method, path: format!("{CONFIGURATIONS}{tail}"), body: Value::Object(body) })
    }

    /// Whether devices that have a certificate enrol again.
    #[must_use]
    pub fn enrols_again(&self) -> bool {
        self.changes.iter().any(Change::enrols_again)
    }
}

/// What is left to be done, in order: Trusted certificate profiles, SCEP profiles bound to them, assignments (M88).
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

/// Plans.
///
/// # Errors
/// Everything that stands in the way; nothing is planned then.
pub fn plan(definitions: &[Definition], present: &Present) -> Result<Plan, Vec<Obstacle>> {
    draft::Draft::new(present).plan(definitions)
}
