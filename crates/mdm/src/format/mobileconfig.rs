//! Apple's `.mobileconfig`: a configuration of a SCEP payload, the certificates of its CA, and networks that use it
//! (contract §16).
//!
//! Texts with variables stand as they are: Intune replaces its own only in its own profiles. A payload has neither
//! extended key usages nor validity (contract §16), nor a renewal threshold.

mod identifier;
mod network;
mod payload;

pub use payload::ScepPayload;

use super::plist::{self, Dict, Value};
use super::wifi::WifiNetwork;
use super::{TrustedRoot, Unreadable, Unwritable};
use crate::platform::Platform;
use crate::profile::{CertificateType, DeploymentChannel, Profile};
use identifier::{identifier, uuid};

/// The payload type of a SCEP payload.
const SCEP: &str = "com.apple.security.scep";

/// What a configuration has besides the profile. It may hold a challenge, and so does not print.
pub struct Configuration<'a> {
    /// The SCEP payload's `Name`, which devices send as `message=`.
    pub ca_name: &'a str,
    /// The challenge, where no MDM puts one in.
    pub challenge: Option<&'a str>,
    /// Certificates to install: the CA's, and the RADIUS servers' roots.
    pub certificates: &'a [TrustedRoot],
    /// Networks that use the certificate.
    pub networks: &'a [WifiNetwork],
}

/// Writes a configuration. The same profile has the same identifiers each time, so that a new version takes the place
/// of the old one on the device.
///
/// # Errors
/// A setting that it cannot hold; another platform than Apple's.
pub fn write(profile: &Profile, configuration: &Configuration<'_>) -> Result<String, Unwritable> {
    if !matches!(profile.platform, Platform::Ios | Platform::MacOs) {
        return Err(Unwritable::new("platform", "must be iOS/iPadOS or macOS for a .mobileconfig"));
    }
    let mut contents: Vec<Value> = Vec::new();
    for root in configuration.certificates {
        contents.push(certificate(profile, root).into());
    }
    let scep = ScepPayload::of(profile, configuration)?;
    let mut of_scep = begun(profile, SCEP, "scep", &profile.shown_name());
    of_scep.set("PayloadContent", scep.dict(configuration.challenge)?);
    contents.push(of_scep.into());
    for wifi in configuration.networks {
        contents.push(network::payload(profile, configuration.certificates, wifi)?.into());
    }
    let mut whole = begun(profile, "Configuration", "configuration", &profile.shown_name());
    whole.set("PayloadDescription", profile.description.clone());
    if profile.platform == Platform::MacOs {
        whole.set("PayloadScope", if is_users(profile) { "User" } else { "System" });
    }
    whole.set("PayloadContent", contents);
    plist::write(whole)
}

/// Whether it is for macOS' user channel: what the channel says, else the certificate type (M75).
fn is_users(profile: &Profile) -> bool {
    let follows = profile.certificate_type == CertificateType::User;
    profile.deployment_channel.map_or(follows, |channel| channel == DeploymentChannel::User)
}

/// A payload with what every payload has.
fn begun(profile: &Profile, kind: &str, role: &str, shown: &str) -> Dict {
    let mut dict = Dict::default();
    dict.set("PayloadType", kind);
    dict.set("PayloadVersion", 1);
    dict.set("PayloadIdentifier", identifier(&profile.name, role));
    dict.set("PayloadUUID", uuid(&profile.name, role));
    dict.set("PayloadDisplayName", shown);
    dict
}

fn certificate(profile: &Profile, root: &TrustedRoot) -> Dict {
    let kind = if root.is_root() { "com.apple.security.root" } else { "com.apple.security.pkcs1" };
    let mut payload = begun(profile, kind, &role_of(root), &root.name);
    payload.set("PayloadCertificateFileName", root.file_name.clone());
    payload.set("PayloadContent", root.certificate.der().to_vec());
    payload
}

/// A certificate's part of identifiers: another certificate is another payload.
fn role_of(root: &TrustedRoot) -> String {
    format!("certificate-{}", super::trusted_root::hexadecimal(&root.certificate.sha1()))
}

/// The SCEP payloads of a configuration that anybody wrote, in order. Binary and signed ones have to be unpacked first.
///
/// # Errors
/// What is no property list, has no SCEP payload, or a payload's key that cannot be read.
pub fn read(document: &[u8]) -> Result<Vec<ScepPayload>, Unreadable> {
    let whole = plist::read(document)?;
    let of_scep = |payload: &Dict| matches!(payload.text("PayloadType"), Ok(Some(SCEP)));
    let payloads = whole.list("PayloadContent").unwrap_or(&[]).iter().filter_map(|value| match value {
        Value::Dict(payload) => Some(payload),
        _ => None,
    });
    let mut found = Vec::new();
    for payload in core::iter::once(&whole).chain(payloads).filter(|payload| of_scep(payload)) {
        let Some(Value::Dict(content)) = payload.get("PayloadContent") else {
            return Err(Unreadable::new("PayloadContent", "not a dictionary"));
        };
        found.push(ScepPayload::read(content)?);
    }
    if found.is_empty() { Err(Unreadable::new("PayloadContent", "no SCEP payload")) } else { Ok(found) }
}
