//! Trusted certificate profiles (contract §12).

use super::members::Members;
use super::word::Word;
use super::{OF_THE_SERVICE, TYPE_PREFIX, assignment, set};
use crate::format::{TrustedRoot, Unreadable, Unwritable, profile_type};
use crate::platform::{Platform, ProfileType};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pki::certificate::Certificate;
use serde_json::{Map, Value};

/// The same for personally-owned work profiles, under its older name.
const OLDER_WORK_PROFILE: &str = "androidForWorkTrustedRootCertificate";

/// The body that creates the profile.
///
/// # Errors
/// A platform that has none.
pub fn write_root(root: &TrustedRoot) -> Result<Value, Unwritable> {
    let kind = profile_type(root.platform)?;
    let mut body = Map::new();
    set(&mut body, "@odata.type", format!("{TYPE_PREFIX}{}", kind.trusted_root_graph_type()));
    set(&mut body, "displayName", root.name.clone());
    set(&mut body, "description", root.description.clone());
    set(&mut body, "roleScopeTagIds", vec!["0"]);
    set(&mut body, "trustedRootCertificate", STANDARD.encode(root.certificate.der()));
    set(&mut body, "certFileName", root.file_name.clone());
    if kind == ProfileType::Windows {
        let store = if root.is_root() { "computerCertStoreRoot" } else { "computerCertStoreIntermediate" };
        set(&mut body, "destinationStore", store);
    }
    if kind == ProfileType::MacOs
        && let Some(channel) = root.deployment_channel
    {
        set(&mut body, "deploymentChannel", channel.word());
    }
    Ok(Value::Object(body))
}

/// Reads what Graph has of the profile. The destination store is not kept: it follows from the certificate.
///
/// # Errors
/// The member that cannot be read, or is not known.
pub fn read_root(value: Value) -> Result<TrustedRoot, Unreadable> {
    read_at("", value)
}

/// Reads it within an answer.
pub(super) fn read_at(place: &str, value: Value) -> Result<TrustedRoot, Unreadable> {
    let mut members = Members::of(place, value)?;
    let platform = platform(&mut members)?;
    let encoded = members.required("trustedRootCertificate")?;
    let certificate = STANDARD.decode(encoded).ok().and_then(|der| Certificate::parse(&der).ok());
    let root = TrustedRoot {
        name: members.required("displayName")?,
        description: members.text("description")?.unwrap_or_default(),
        platform,
        certificate: certificate
            .ok_or_else(|| members.odd("trustedRootCertificate", "not a certificate in base64"))?,
        file_name: members.text("certFileName")?.unwrap_or_default(),
        deployment_channel: members.word("deploymentChannel")?,
        assignments: assignment::read(&mut members)?,
    };
    members.disregard(&["destinationStore"]);
    members.disregard(&OF_THE_SERVICE);
    super::read::no_device_mode(&mut members)?;
    no_rules(&mut members)?;
    members.finish()?;
    Ok(root)
}

/// Every configuration has the members of the applicability rules. Of a root they are not kept, so none may be set.
fn no_rules(members: &mut Members) -> Result<(), Unreadable> {
    for kind in ["OsEdition", "OsVersion"] {
        let member = format!("deviceManagementApplicabilityRule{kind}");
        if members.take(&member).is_some() {
            return Err(members.odd(&member, "rules on a Trusted certificate profile are not supported"));
        }
    }
    Ok(())
}

fn platform(members: &mut Members) -> Result<Platform, Unreadable> {
    let name = members.type_name()?;
    let named = |platform: &Platform| {
        let kind = platform.rules().profile_type.value;
        kind.is_some_and(|kind| {
            kind.trusted_root_graph_type() == name
                || (kind == ProfileType::AndroidWorkProfile && name == OLDER_WORK_PROFILE)
        })
    };
    let unknown = || members.odd("@odata.type", "not a Trusted certificate profile");
    Platform::ALL.into_iter().find(named).ok_or_else(unknown)
}
