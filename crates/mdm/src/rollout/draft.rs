//! The making of a plan.

use super::{Deed, Definition, Obstacle, Place, Plan, Present, Step, compare};
use crate::diff::Consequence;
use crate::format::graph::{self, Imported};
use crate::format::{TrustedRoot, Unwritable, profile_type};
use crate::graph::ConfigurationId;
use crate::platform::ProfileType;
use crate::profile::{Assignment, Group, Profile, Thumbprint, differ};
use serde_json::{Map, Value};

/// A Trusted certificate profile that is there or will be.
struct Root {
    kind: ProfileType,
    name: String,
    place: Place,
    held: TrustedRoot,
    /// Whom it goes to when all is done.
    assigned: Vec<Assignment>,
}

/// A Trusted certificate profile that has to be there.
struct Wanted<'a> {
    name: &'a str,
    given: Option<&'a TrustedRoot>,
    /// What the profile says that it holds.
    thumbprints: &'a [Thumbprint],
}

/// A SCEP profile that is there or will be.
struct Scep {
    kind: ProfileType,
    name: String,
    place: Place,
    before: Vec<Assignment>,
    assigned: Vec<Assignment>,
}

/// There is an obstacle, and it is noted.
struct Noted;

pub(super) struct Draft<'a> {
    present: &'a Present,
    roots: Vec<Root>,
    profiles: Vec<Scep>,
    steps: Vec<Step>,
    obstacles: Vec<Obstacle>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(present: &'a Present) -> Self {
        let (roots, profiles) = (Vec::new(), Vec::new());
        Self { present, roots, profiles, steps: Vec::new(), obstacles: Vec::new() }
    }

    pub(super) fn plan(mut self, definitions: &[Definition]) -> Result<Plan, Vec<Obstacle>> {
        let bound: Vec<Vec<usize>> = definitions.iter().map(|one| self.roots_of(one)).collect();
        for (definition, bound) in definitions.iter().zip(&bound) {
            self.profile(definition, bound);
        }
        self.assign();
        if self.obstacles.is_empty() { Ok(Plan { steps: self.steps }) } else { Err(self.obstacles) }
    }

    /// Indices of the roots of a definition: first those that the profile names, of which the first is bound, then those
    /// that are only to be trusted (M5).
    fn roots_of(&mut self, definition: &Definition) -> Vec<usize> {
        let profile = &definition.profile;
        let Some(kind) = self.written(&profile.shown_name(), profile_type(profile.platform)) else {
            return Vec::new();
        };
        let named = profile.root_certificates.iter().map(|one| Wanted {
            name: &one.name,
            given: definition.roots.iter().find(|root| root.name == one.name),
            thumbprints: &one.thumbprints,
        });
        let further = definition.further_roots();
        let further = further.map(|one| Wanted { name: &one.name, given: Some(one), thumbprints: &[] });
        let wanted: Vec<Wanted<'_>> = named.chain(further).collect();
        if wanted.is_empty() {
            self.obstacles.push(Obstacle::Rootless(profile.shown_name()));
        }
        wanted.iter().filter_map(|one| self.root_of(kind, one)).collect()
    }

    fn root_of(&mut self, kind: ProfileType, wanted: &Wanted<'_>) -> Option<usize> {
        let (name, given) = (wanted.name, wanted.given);
        let known = self.known_root(kind, name).ok()?;
        if let Some(given) = given {
            let held = known.map(|at| self.roots.get(at)).and_then(|root| root.map(|root| &root.held));
            if held.is_some_and(|held| held.certificate != given.certificate) {
                self.obstacles.push(Obstacle::OtherCertificate(name.to_owned()));
                return None;
            }
        }
        let found = known.or_else(|| given.and_then(|given| self.create_root(kind, name, given)));
        let Some(root) = found.and_then(|at| self.roots.get(at)) else {
            self.obstacles.push(Obstacle::NoRoot(name.to_owned()));
            return None;
        };
        let prints: Vec<_> = root.held.thumbprint().into_iter().collect();
        if differ(wanted.thumbprints, &prints) {
            self.obstacles.push(Obstacle::OtherThumbprint(name.to_owned()));
            return None;
        }
        found
    }

    /// The root of that type and name, if there is one: of this plan already, or else the tenant's.
    fn known_root(&mut self, kind: ProfileType, name: &str) -> Result<Option<usize>, Noted> {
        if let Some(at) = self.roots.iter().position(|root| root.kind == kind && root.name == name) {
            return Ok(Some(at));
        }
        let is = |root: &&(ConfigurationId, TrustedRoot)| {
            root.1.name == name && profile_type(root.1.platform).is_ok_and(|of| of == kind)
        };
        let found: Vec<_> = self.present.roots.iter().filter(is).collect();
        let [(id, held)] = found.as_slice() else {
            let ids: Vec<String> = found.iter().map(|one| one.0.to_string()).collect();
            return if ids.is_empty() { Ok(None) } else { Err(self.several(name, ids)) };
        };
        let (place, assigned) = (Place::Known((*id).clone()), held.assignments.clone());
        self.roots.push(Root { kind, name: name.to_owned(), place, held: (*held).clone(), assigned });
        Ok(Some(self.roots.len() - 1))
    }

    fn several(&mut self, name: &str, ids: Vec<String>) -> Noted {
        self.obstacles.push(Obstacle::Several { name: name.to_owned(), ids });
        Noted
    }

    fn create_root(&mut self, kind: ProfileType, name: &str, given: &TrustedRoot) -> Option<usize> {
        let held = TrustedRoot { name: name.to_owned(), ..given.clone() };
        let body = self.written(name, graph::write_root(&held))?;
        let place = self.step(Deed::CreateRoot, (kind, name), None, body);
        self.roots.push(Root { kind, name: name.to_owned(), place, held, assigned: Vec::new() });
        Some(self.roots.len() - 1)
    }

    fn profile(&mut self, definition: &Definition, bound: &[usize]) {
        let (profile, name) = (&definition.profile, definition.profile.shown_name());
        let Some(kind) = self.written(&name, profile_type(profile.platform)) else { return };
        if self.profiles.iter().any(|one| one.kind == kind && one.name == name) {
            self.obstacles.push(Obstacle::Twice(name));
            return;
        }
        let root = bound.first().and_then(|at| self.roots.get(*at)).map(|root| root.place.clone());
        let Some((place, before)) = self.placed(kind, profile, root) else { return };
        let mut assigned = before.clone();
        join(&mut assigned, profile.assignments.iter());
        // A root where no profile is does no harm; a root that is missing does (M3).
        for at in bound {
            let reached = assigned.iter().filter(|one| !matches!(one, Assignment::Exclude(_)));
            if let Some(root) = self.roots.get_mut(*at) {
                join(&mut root.assigned, reached);
            }
        }
        self.profiles.push(Scep { kind, name, place, before, assigned });
    }

    /// Where the profile is, or will be, and whom it goes to at present.
    fn placed(
        &mut self,
        kind: ProfileType,
        profile: &Profile,
        root: Option<Place>,
    ) -> Option<(Place, Vec<Assignment>)> {
        let name = profile.shown_name();
        let is = |one: &&(ConfigurationId, Imported)| {
            let found = &one.1.profile;
            found.shown_name() == name && profile_type(found.platform).is_ok_and(|of| of == kind)
        };
        let found: Vec<_> = self.present.profiles.iter().filter(is).collect();
        match found.as_slice() {
            [] => {
                let body = self.written(&name, graph::write(profile, None))?;
                Some((self.step(Deed::CreateProfile, (kind, &name), root, body), Vec::new()))
            }
            [(id, existing)] => {
                self.change(kind, (id, existing), profile, root);
                Some((Place::Known(id.clone()), existing.profile.assignments.clone()))
            }
            more => {
                let ids = more.iter().map(|one| one.0.to_string()).collect();
                self.several(&name, ids);
                None
            }
        }
    }

    fn change(
        &mut self,
        kind: ProfileType,
        (id, existing): (&ConfigurationId, &Imported),
        profile: &Profile,
        root: Option<Place>,
    ) {
        let name = profile.shown_name();
        let same_root = match &root {
            Some(Place::Known(root)) => existing.root_id.as_ref() == Some(root),
            Some(Place::Made(_)) => false,
            // There is an obstacle already.
            None => true,
        };
        let Some(changes) = self.written(&name, compare::settings(existing, profile, same_root)) else {
            return;
        };
        if let Some(fixed) = changes.iter().find(|one| one.consequence == Consequence::NewProfile) {
            let setting = fixed.setting.clone();
            self.obstacles.push(Obstacle::Fixed { name, setting });
            return;
        }
        if changes.is_empty() && same_root {
            return;
        }
        let Some(body) = self.written(&name, compare::members(existing, profile)) else { return };
        let root = root.filter(|_| !same_root);
        self.step(Deed::ChangeProfile, (kind, &name), root, Value::Object(body));
        if let Some(step) = self.steps.last_mut() {
            step.target = Some(Place::Known(id.clone()));
            step.changes = changes;
        }
    }

    /// Roots first: a profile that reaches a device before its root fails.
    fn assign(&mut self) {
        let roots: Vec<_> = self.roots.iter().map(Root::wish).collect();
        let profiles = self.profiles.iter().map(Scep::wish);
        let wishes: Vec<Wish> = roots.into_iter().chain(profiles).collect();
        for (deed, kind, name, place, more) in wishes {
            let Some(assigned) = more else { continue };
            let Some(body) = self.written(&name, graph::assign_body(&assigned)) else { continue };
            self.step(deed, (kind, &name), None, body);
            if let Some(step) = self.steps.last_mut() {
                step.target = Some(place);
            }
        }
    }

    /// Adds a step, and says where what it makes will be.
    fn step(
        &mut self,
        deed: Deed,
        (kind, name): (ProfileType, &str),
        root: Option<Place>,
        body: Value,
    ) -> Place {
        let body = match body {
            Value::Object(members) => members,
            _ => Map::new(),
        };
        let name = name.to_owned();
        self.steps.push(Step { deed, kind, name, target: None, root, changes: Vec::new(), body });
        Place::Made(self.steps.len() - 1)
    }

    fn written<T>(&mut self, name: &str, result: Result<T, Unwritable>) -> Option<T> {
        let obstacle = |why: Unwritable| Obstacle::Unwritable { name: name.to_owned(), why: why.to_string() };
        result.map_err(|why| self.obstacles.push(obstacle(why))).ok()
    }
}

/// Deed, type, name, place, and all that it is to be assigned to where that is more than at present.
type Wish = (Deed, ProfileType, String, Place, Option<Vec<Assignment>>);

impl Root {
    fn wish(&self) -> Wish {
        // What a new one holds was assigned nowhere yet, whatever the file of it says.
        let before =
            if matches!(self.place, Place::Known(_)) { self.held.assignments.as_slice() } else { &[] };
        let more = (self.assigned.len() > before.len()).then(|| self.assigned.clone());
        (Deed::AssignRoot, self.kind, self.name.clone(), self.place.clone(), more)
    }
}

impl Scep {
    fn wish(&self) -> Wish {
        let more = (self.assigned.len() > self.before.len()).then(|| self.assigned.clone());
        (Deed::AssignProfile, self.kind, self.name.clone(), self.place.clone(), more)
    }
}

/// Adds what is not there yet: `assign` replaces, and nobody is to lose a certificate by it.
fn join<'a>(all: &mut Vec<Assignment>, more: impl Iterator<Item = &'a Assignment>) {
    for one in more {
        if !all.iter().any(|known| is_same(known, one)) {
            all.push(one.clone());
        }
    }
}

/// Whatever a file says of the members of a group.
fn is_same(one: &Assignment, other: &Assignment) -> bool {
    let same = |one: &Group, other: &Group| one.id.eq_ignore_ascii_case(&other.id);
    match (one, other) {
        (Assignment::Group(one), Assignment::Group(other)) => same(one, other),
        (Assignment::Exclude(one), Assignment::Exclude(other)) => same(one, other),
        _ => one == other,
    }
}
