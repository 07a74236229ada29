//! What a definition would change of a profile that the tenant has.

use crate::diff::{self, Change};
use crate::format::Unwritable;
use crate::format::graph::{self, Imported};
use crate::profile::{Profile, RootCertificate, differ};
use serde_json::{Map, Value};

/// The settings that differ, as far as Graph holds them; assignments are left out. Names, also of the Trusted
/// certificate profile, are those that the portal shows.
///
/// # Errors
/// A setting that Graph cannot hold.
pub fn changes(existing: &Imported, wanted: &Profile) -> Result<Vec<Change>, Unwritable> {
    let bound = existing.profile.root_certificates.first();
    let same_root = bound.zip(wanted.root_certificates.first()).is_some_and(|(before, after)| {
        before.name == after.name && !differ(&before.thumbprints, &after.thumbprints)
    });
    settings(existing, wanted, same_root)
}

/// The same; whoever calls knows whether both refer to one root.
pub(super) fn settings(
    existing: &Imported,
    wanted: &Profile,
    same_root: bool,
) -> Result<Vec<Change>, Unwritable> {
    let (mut before, mut after) =
        (as_graph_holds(&existing.profile, wanted)?, as_graph_holds(wanted, wanted)?);
    if !same_root {
        let named = |profile: &Profile| -> Vec<RootCertificate> {
            profile.root_certificates.first().cloned().into_iter().collect()
        };
        before.root_certificates = named(&existing.profile);
        after.root_certificates = named(wanted);
    }
    Ok(diff::changes(&before, &after))
}

/// Through Graph's form and back, so that what that form has no place for is no difference. Called like `wanted`: for
/// kinds of device whose profiles have one type, the tenant cannot tell which is meant.
fn as_graph_holds(profile: &Profile, wanted: &Profile) -> Result<Profile, Unwritable> {
    let shown = profile.shown_name();
    let mut profile = profile.clone();
    profile.platform = wanted.platform;
    profile.display_name = Some(shown);
    let written = graph::write(&profile, None)?;
    let read = graph::read(written, wanted.name.clone(), Some(wanted.platform));
    let mut held = read.map_err(|wrong| Unwritable::new("profile", wrong.to_string()))?.profile;
    held.assignments.clear();
    Ok(held)
}

/// The members that a change sends: those that differ, and the type.
pub(super) fn members(existing: &Imported, wanted: &Profile) -> Result<Map<String, Value>, Unwritable> {
    let mut before = existing.profile.clone();
    before.platform = wanted.platform;
    let (before, after) = (graph::write(&before, None)?, graph::write(wanted, None)?);
    let (Value::Object(before), Value::Object(after)) = (before, after) else { return Ok(Map::new()) };
    // The tenant's scope tags are its own.
    let differs = |name: &str| {
        let set = |side: &Map<String, Value>| side.get(name).cloned().unwrap_or_default();
        name != "roleScopeTagIds" && set(&before) != set(&after)
    };
    let cleared = |value: &Value| if value.is_array() { Value::Array(Vec::new()) } else { Value::Null };
    let gone = before.iter().filter(|(name, _)| !after.contains_key(*name));
    let mut sent: Map<String, Value> = gone.map(|(name, value)| (name.clone(), cleared(value))).collect();
    sent.extend(
        after.iter().filter(|(name, _)| differs(name)).map(|(name, value)| (name.clone(), value.clone())),
    );
    if let Some(kind) = after.get("@odata.type") {
        sent.insert("@odata.type".to_owned(), kind.clone());
    }
    Ok(sent)
}
