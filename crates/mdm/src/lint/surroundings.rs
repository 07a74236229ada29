//! What is known besides the profile: of the CA, its server and the tenant.

use crate::device::{BadFirmware, Tpm};
use crate::platform::Platform;
use crate::profile::{Assignment, DeploymentChannel, Profile, PurposeOid, ScepUrl, Thumbprint};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is known besides the profile. All of it may be missing; the default knows nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Surroundings {
    /// Now, in seconds since 1970.
    pub now: Option<i64>,
    /// The CA's certificates, those of its chain and its RA's included.
    pub authority: Option<Vec<AuthorityCertificate>>,
    /// What the CA's policy permits.
    pub limits: Limits,
    /// Where the CA's SCEP endpoints answer.
    pub server_urls: Option<Vec<ServerUrl>>,
    /// The Trusted certificate profiles of the tenant.
    pub trusted_certificates: Option<Vec<TrustedCertificate>>,
    /// Whether the users are synchronised from Active Directory (M191).
    pub users_synchronised: Option<bool>,
    /// Whether the Windows devices are joined to a domain, and synchronised (M107, M190).
    pub devices_hybrid_joined: Option<bool>,
    /// The versions of the operating systems of the devices that are there.
    pub versions: BTreeMap<Platform, Versions>,
    /// The TPMs of the Windows devices that are there (M142).
    pub tpms: Vec<Tpm>,
    /// Firmware of TPMs that is known to be bad, in the place of the list that this was built with.
    pub bad_tpm_firmware: Option<BadFirmware>,
    /// The profile as devices have it now, where this is a change of one.
    pub deployed: Option<Box<Profile>>,
}

/// A certificate of the CA.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthorityCertificate {
    /// What to call it.
    pub name: String,
    /// What it is for.
    pub role: Role,
    /// Its thumbprints; that of SHA-1 is what Windows compares.
    pub thumbprints: Vec<Thumbprint>,
    /// When it expires, in seconds since 1970.
    pub not_after: i64,
    /// Whether GetCACert returns it.
    pub served: bool,
}

/// What a certificate of the CA is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// The root above the issuing CA
    Root,
    /// Between root and issuing CA
    Intermediate,
    /// The CA that issues; a root that issues itself, too
    Issuing,
    /// The RA: no CA, but an end entity
    Registration,
}

/// What the CA's policy permits; `None` where it is not known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// The longest validity, in days.
    pub longest_validity: Option<u32>,
    /// The validity of a certificate whose request asks for none, in days.
    pub unrequested_validity: Option<u32>,
    /// The smallest and the largest RSA key, in bits.
    pub key_sizes: Option<(u32, u32)>,
    /// The extended key usages that it certifies.
    pub purposes: Option<Vec<PurposeOid>>,
    /// Whether it refuses common names of more than 64 characters (M22).
    pub enforces_common_name_length: Option<bool>,
    /// Whether it keeps the URI of a security identifier (M187).
    pub keeps_security_identifier: Option<bool>,
}

/// The URL of a SCEP endpoint.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ServerUrl {
    /// The URL.
    pub url: ScepUrl,
    /// Whether its TLS certificate chains to a root that every system trusts.
    #[serde(default)]
    pub publicly_trusted: Option<bool>,
}

/// A Trusted certificate profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TrustedCertificate {
    /// What SCEP profiles refer to it by.
    pub name: String,
    /// The name in the portal, if that is another.
    #[serde(default)]
    pub display_name: Option<String>,
    /// Its platform.
    pub platform: Platform,
    /// macOS: its channel.
    #[serde(default)]
    pub deployment_channel: Option<DeploymentChannel>,
    /// The thumbprints of the certificate in it.
    #[serde(default)]
    pub thumbprints: Vec<Thumbprint>,
    /// Whom it is assigned to.
    #[serde(default)]
    pub assignments: Vec<Assignment>,
}

/// The oldest and the newest major version of a platform's devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Versions {
    /// The oldest.
    pub oldest: u16,
    /// The newest.
    pub newest: u16,
}
