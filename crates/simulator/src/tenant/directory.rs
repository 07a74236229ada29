//! Devices, users and SCEP profiles of the tenant.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::objects::{Kind, Objects};

/// An operating system, with its own habits as a SCEP client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Platform {
    /// Windows 10 and later.
    Windows,
    /// iOS and iPadOS.
    Ios,
    /// macOS.
    Macos,
    /// Android, through jscep.
    Android,
}

impl Platform {
    /// All platforms.
    pub const ALL: [Self; 4] = [Self::Windows, Self::Ios, Self::Macos, Self::Android];

    /// True if the platform puts all the extended key usages of its profile into its request. Apple's payload has no
    /// member for them, and Android's client may leave them out (contract sections 10 and 16).
    #[must_use]
    pub fn requests_extended_key_usage(self) -> bool {
        self == Self::Windows
    }
}

/// How Intune manages an Android device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AndroidManagement {
    /// Device administrator with Samsung Knox: the column of the contract's table (section 9.3).
    #[default]
    Knox,
    /// Android Enterprise, owned by the organisation.
    DeviceOwner,
    /// Android Open Source Project.
    Aosp,
}

/// An enrolled device.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Device {
    /// Intune's device id.
    pub id: String,
    /// Entra's device id.
    pub entra_id: String,
    /// Name.
    pub name: String,
    /// Operating system.
    pub platform: Platform,
    /// Hardware serial number.
    pub serial_number: String,
    /// Primary user, if any.
    pub user: Option<String>,
}

/// A user.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct User {
    /// Entra's object id.
    pub id: String,
    /// User principal name.
    pub upn: String,
    /// Mail address.
    pub mail: String,
    /// Display name.
    pub display_name: String,
    /// Security identifier of the synchronised account.
    pub sid: Option<String>,
}

/// A security group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Entra's object id.
    pub id: String,
    /// Display name; two groups may have the same.
    pub name: String,
    /// Users and groups by their ids, and devices by the ids that Intune has of them.
    pub members: BTreeSet<String>,
}

/// Kind of a subject alternative name, in the words of a profile.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SanKind {
    /// rfc822Name.
    Email,
    /// otherName with the UPN type.
    Upn,
    /// dNSName.
    Dns,
    /// uniformResourceIdentifier.
    Uri,
}

/// One subject alternative name; in a profile the value may hold `{{variables}}`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct San {
    /// Kind.
    pub kind: SanKind,
    /// Value.
    pub value: String,
}

impl San {
    /// A name of that kind.
    #[must_use]
    pub fn new(kind: SanKind, value: impl Into<String>) -> Self {
        Self { kind, value: value.into() }
    }
}

/// A SCEP certificate profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    /// Profile id.
    #[serde(default)]
    pub id: String,
    /// Subject with `{{variables}}`, in the order of its RDNs.
    pub subject: String,
    /// Subject alternative names.
    #[serde(default)]
    pub sans: Vec<San>,
    /// RSA modulus in bits.
    #[serde(default = "two_k")]
    pub key_length: u32,
    /// Key usage: bits as in the Windows CSP, 128 digitalSignature, 32 keyEncipherment; 0 for "not configured".
    #[serde(default = "both_usages")]
    pub key_usage: u16,
    /// Extended key usages as dotted OIDs.
    #[serde(default = "client_authentication")]
    pub extended_key_usages: Vec<String>,
    /// Windows Hello for Business: only keys registered in Entra (hex SHA-256 of the SPKI); none if not asked for.
    #[serde(default)]
    pub registered_keys: Option<Vec<String>>,
    /// False once the assignment was removed.
    #[serde(default = "yes")]
    pub assigned: bool,
}

fn two_k() -> u32 {
    2048
}

fn both_usages() -> u16 {
    160
}

fn client_authentication() -> Vec<String> {
    vec!["1.3.6.1.5.5.7.3.2".into()]
}

fn yes() -> bool {
    true
}

impl Profile {
    /// RSA-2048, both usages, client authentication, and no alternative names.
    #[must_use]
    pub fn new(subject: impl Into<String>) -> Self {
        Self {
            id: String::new(),
            subject: subject.into(),
            sans: Vec::new(),
            key_length: two_k(),
            key_usage: both_usages(),
            extended_key_usages: client_authentication(),
            registered_keys: None,
            assigned: true,
        }
    }

    /// The same with one more alternative name.
    #[must_use]
    pub fn with_san(mut self, kind: SanKind, value: impl Into<String>) -> Self {
        self.sans.push(San::new(kind, value));
        self
    }
}

/// Everything the tenant knows. Devices and users that are taken out of their maps by hand are unknown to ScepActions
/// and still in Graph; [`super::World::delete_device`] and its sisters keep both in step.
#[derive(Debug, Default)]
pub struct Directory {
    /// Devices ever enrolled; names are numbered by it.
    pub enrolled: usize,
    /// By device id.
    pub devices: BTreeMap<String, Device>,
    /// By user id.
    pub users: BTreeMap<String, User>,
    /// By group id.
    pub groups: BTreeMap<String, Group>,
    /// By profile id.
    pub profiles: BTreeMap<String, Profile>,
    /// Identifiers of the challenges delivered.
    pub request_ids: BTreeSet<String>,
    /// Users deleted softly, by user id.
    pub(super) deleted_users: BTreeMap<String, User>,
    /// How Intune manages Android devices, by device id; [`AndroidManagement::Knox`] if not said.
    pub(super) android: BTreeMap<String, AndroidManagement>,
    /// What Graph shows.
    pub(super) objects: Objects,
}

impl Directory {
    /// Object ids of all who are in this group, or in a group that is in it: users, devices as Entra has them, groups. `None`
    /// if there is no such group.
    pub(super) fn members(&self, group: &str) -> Option<BTreeSet<String>> {
        self.groups.get(group)?;
        let (mut found, mut open) = (BTreeSet::new(), vec![group.to_owned()]);
        while let Some(group) = open.pop() {
            for member in self.groups.get(&group).into_iter().flat_map(|group| &group.members) {
                let id = match self.devices.get(member) {
                    Some(device) => self.objects.find(Kind::Devices, "deviceId", &device.entra_id),
                    None => Some(member.clone()),
                };
                let Some(id) = id.filter(|id| found.insert(id.clone())) else { continue };
                if self.groups.contains_key(&id) {
                    open.push(id);
                }
            }
        }
        Some(found)
    }

    /// Replaces the `{{variables}}` of a profile's text (contract section 13). A device that lacks one of them does
    /// not get the profile: none.
    #[must_use]
    pub fn expand(&self, text: &str, device: &Device) -> Option<String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (variable, tail) = after.split_once("}}")?;
            out.push_str(before);
            out.push_str(&self.variable(variable, device)?);
            rest = tail;
        }
        out.push_str(rest);
        Some(out)
    }

    fn variable(&self, name: &str, device: &Device) -> Option<String> {
        let user = || device.user.as_ref().and_then(|id| self.users.get(id));
        match name.to_ascii_lowercase().as_str() {
            "deviceid" => Some(device.id.clone()),
            "aad_device_id" | "azureaddeviceid" => Some(device.entra_id.clone()),
            "devicename" => Some(device.name.clone()),
            "serialnumber" | "device_serial" => Some(device.serial_number.clone()),
            "fullyqualifieddomainname" => Some(format!("{}.sim.example", device.name.to_ascii_lowercase())),
            "userprincipalname" => user().map(|user| user.upn.clone()),
            "username" => user().map(|user| user.display_name.clone()),
            "emailaddress" => user().map(|user| user.mail.clone()),
            "onpremisessecurityidentifier" => user()
                .and_then(|user| user.sid.as_ref())
                .map(|sid| format!("tag:microsoft.com,2022-09-14:sid:{sid}")),
            _ => None,
        }
    }
}
