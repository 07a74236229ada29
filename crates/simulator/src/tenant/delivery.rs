//! Enrolling devices and delivering profiles to them, each with a fresh challenge.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::World;
use super::challenge::{BlobFault, Payload};
use super::directory::{Device, Directory, Group, Platform, Profile, San, User};
use super::objects::Kind;
use super::rows;
use crate::keys::KeyError;

/// Why the tenant could not do what it was told.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TenantError {
    /// No such object.
    #[error("the tenant knows no such {0}")]
    Unknown(&'static str),
    /// The device lacks a variable, so it does not get the profile (contract section 13).
    #[error("the device has no value for a variable of '{0}'")]
    NoValue(String),
    /// The crypto library.
    #[error(transparent)]
    Key(#[from] KeyError),
}

/// How a challenge is made; the default is a good one of 60 minutes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MintOptions {
    /// Life in seconds; 3,600 if absent.
    pub lifetime: Option<i64>,
    /// Seconds since its making: positive for the past, negative for the future.
    #[serde(default)]
    pub age: i64,
    /// A fault in its making.
    pub fault: Option<BlobFault>,
    /// The tenant forgets that it made it.
    #[serde(default)]
    pub forgotten: bool,
}

/// What Intune expects of a request, variables replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Values {
    /// Subject, in the syntax of profiles.
    pub subject: String,
    /// Alternative names.
    pub sans: Vec<San>,
    /// RSA bits.
    pub key_length: u32,
    /// 128 digitalSignature, 32 keyEncipherment.
    pub key_usage: u16,
    /// Dotted OIDs.
    pub extended_key_usages: Vec<String>,
}

/// What a device gets: the values to ask for, and the challenge, which it cannot read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Delivery {
    /// The device.
    pub device: Device,
    /// The profile's id.
    pub profile: String,
    /// Subject, variables replaced, as written in the profile.
    pub subject: String,
    /// Alternative names, variables replaced.
    pub sans: Vec<San>,
    /// RSA bits.
    pub key_length: u32,
    /// 128 digitalSignature, 32 keyEncipherment.
    pub key_usage: u16,
    /// Dotted OIDs.
    pub extended_key_usages: Vec<String>,
    /// The blob.
    pub challenge: String,
}

impl World {
    /// Makes a user.
    pub fn add_user(&self, upn: &str, sid: Option<String>) -> User {
        let name = upn.split('@').next().unwrap_or(upn).to_owned();
        let user = User { id: self.guid(), upn: upn.into(), mail: upn.into(), display_name: name, sid };
        let mut directory = self.directory();
        directory.objects.put(Kind::Users, &user.id, rows::user(&user));
        directory.users.insert(user.id.clone(), user.clone());
        user
    }

    /// Makes a group of users and devices, each by its id.
    pub fn add_group(&self, name: &str, members: &[&str]) -> Group {
        let members = members.iter().map(ToString::to_string).collect();
        let group = Group { id: self.guid(), name: name.to_owned(), members };
        let mut directory = self.directory();
        directory.objects.put(Kind::Groups, &group.id, rows::group(&group));
        directory.groups.insert(group.id.clone(), group.clone());
        group
    }

    /// Enrols a device, with a user's id or without: Intune has it as a managed device, and Entra as a device.
    pub fn enrol_device(&self, platform: Platform, user: Option<&str>) -> Device {
        let (id, entra_id, object_id) = (self.guid(), self.guid(), self.guid());
        let now = self.clock.now();
        let mut directory = self.directory();
        directory.enrolled += 1;
        let number = directory.enrolled;
        let prefix = match platform {
            Platform::Windows => "WIN",
            Platform::Ios => "IPHONE",
            Platform::Macos => "MAC",
            Platform::Android => "ANDROID",
        };
        let device = Device {
            name: format!("{prefix}-{number:05}"),
            serial_number: format!("SN{number:08}"),
            user: user.map(str::to_owned),
            id,
            entra_id,
            platform,
        };
        let owner = device.user.as_ref().and_then(|id| directory.users.get(id));
        let managed = rows::managed_device(&device, owner, now);
        directory.objects.put(Kind::ManagedDevices, &device.id, managed);
        directory.objects.put(Kind::Devices, &object_id, rows::entra_device(&device, &object_id, now));
        directory.devices.insert(device.id.clone(), device.clone());
        device
    }

    /// Makes a profile and gives it an id if it has none.
    pub fn add_profile(&self, mut profile: Profile) -> Profile {
        if profile.id.is_empty() {
            profile.id = self.guid();
        }
        self.directory().profiles.insert(profile.id.clone(), profile.clone());
        profile
    }

    /// Delivers a profile to a device, with a fresh challenge.
    ///
    /// # Errors
    /// Unknown device or profile, a variable without value, or the crypto library failed.
    pub fn deliver(
        &self,
        device: &str,
        profile: &str,
        options: &MintOptions,
    ) -> Result<Delivery, TenantError> {
        let values = self.values(device, profile)?;
        self.deliver_values((device, profile), values, options)
    }

    /// Delivers values that were expanded elsewhere, for a profile that the tenant has, with a fresh challenge.
    ///
    /// # Errors
    /// Unknown device or profile, or the crypto library failed.
    pub fn deliver_values(
        &self,
        (device, profile): (&str, &str),
        values: Values,
        options: &MintOptions,
    ) -> Result<Delivery, TenantError> {
        let payload = self.payload((device, profile), values, options)?;
        let challenge = self.seals.seal(&payload, options.fault)?;
        let device = self.directory().devices.get(device).cloned().ok_or(TenantError::Unknown("device"))?;
        Ok(Delivery {
            device,
            profile: payload.profile_id,
            subject: payload.subject,
            sans: payload.sans,
            key_length: payload.key_length,
            key_usage: payload.key_usage,
            extended_key_usages: payload.extended_key_usages,
            challenge,
        })
    }

    /// The values of a profile of the directory for one of its devices.
    fn values(&self, device: &str, profile: &str) -> Result<Values, TenantError> {
        let directory = self.directory();
        let device = directory.devices.get(device).ok_or(TenantError::Unknown("device"))?;
        let profile = directory.profiles.get(profile).ok_or(TenantError::Unknown("profile"))?;
        let (subject, sans) = expanded(&directory, profile, device)?;
        Ok(Values {
            subject,
            sans,
            key_length: profile.key_length,
            key_usage: profile.key_usage,
            extended_key_usages: profile.extended_key_usages.clone(),
        })
    }

    fn payload(
        &self,
        (device, profile): (&str, &str),
        values: Values,
        options: &MintOptions,
    ) -> Result<Payload, TenantError> {
        let (request_id, password) = (self.guid(), self.guid());
        let created = self.clock.now() - options.age;
        let mut directory = self.directory();
        let device = directory.devices.get(device).ok_or(TenantError::Unknown("device"))?;
        let profile = directory.profiles.get(profile).ok_or(TenantError::Unknown("profile"))?;
        let payload = Payload {
            certificate_request_id: request_id,
            tenant_id: self.tenant_id().to_owned(),
            device_id: device.id.clone(),
            user_id: device.user.clone(),
            profile_id: profile.id.clone(),
            subject: values.subject,
            sans: values.sans,
            key_length: values.key_length,
            key_usage: values.key_usage,
            extended_key_usages: values.extended_key_usages,
            extended_key_usage_required: device.platform.requests_extended_key_usage(),
            registered_keys: profile.registered_keys.clone(),
            password,
            created,
            expires: created + options.lifetime.unwrap_or(3_600),
        };
        if !options.forgotten {
            directory.request_ids.insert(payload.certificate_request_id.clone());
        }
        Ok(payload)
    }

    /// Everything at a glance.
    #[must_use]
    pub fn report(&self) -> Value {
        let counts = {
            let directory = self.directory();
            json!({
                "devices": directory.devices.len(), "users": directory.users.len(),
                "profiles": directory.profiles.len(), "challenges": directory.request_ids.len(),
            })
        };
        let (verdicts, certificates, failures) = {
            let ledger = self.ledger();
            (json!(ledger.verdicts()), ledger.certificates_json(), ledger.failures().len())
        };
        let revocations = self.revocations().requests().len();
        let journal = self.journal();
        json!({
            "tenant": self.tenant_id(), "domain": self.tenant_domain(), "urls": self.urls(), "now": self.clock.now(),
            "counts": counts, "verdicts": verdicts, "certificates": certificates, "failures": failures,
            "revocations": revocations, "requests": journal.total(), "breaches": journal.breaches(),
        })
    }
}

/// Subject and alternative names with their variables replaced.
fn expanded(
    directory: &Directory,
    profile: &Profile,
    device: &Device,
) -> Result<(String, Vec<San>), TenantError> {
    let expand =
        |text: &str| directory.expand(text, device).ok_or_else(|| TenantError::NoValue(text.to_owned()));
    let sans = profile.sans.iter().map(|san| Ok(San::new(san.kind, expand(&san.value)?)));
    Ok((expand(&profile.subject)?, sans.collect::<Result<_, TenantError>>()?))
}
