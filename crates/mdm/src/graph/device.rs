//! `device`: a device in Entra (contract §14).

use super::identifier::{EntraDeviceId, ObjectId};
use super::instant::Instant;
use super::member::{Fault, Item, Member, Reader};
use serde_json::Value;

/// A device in Entra, or what changed of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Object id; not what certificates carry.
    pub id: ObjectId,
    /// `deviceId`: what certificates carry.
    pub device_id: Member<EntraDeviceId>,
    /// `accountEnabled`.
    pub account_enabled: Member<bool>,
    /// `isCompliant`; null until an MDM has said.
    pub is_compliant: Member<bool>,
    /// `isManaged`; null until an MDM has said.
    pub is_managed: Member<bool>,
    /// `complianceExpirationDateTime`, unix seconds.
    pub compliance_expires: Member<Instant>,
    /// `operatingSystem`: to show.
    pub operating_system: Member<String>,
    /// `trustType`: to show.
    pub trust_type: Member<String>,
    /// `displayName`: to show.
    pub display_name: Member<String>,
    /// `onPremisesSecurityIdentifier`; only hybrid-joined devices have one.
    pub security_identifier: Member<String>,
}

impl Item for Device {
    type Id = ObjectId;
    const SELECT: &'static [&'static str] = &[
        "id",
        "deviceId",
        "accountEnabled",
        "isCompliant",
        "isManaged",
        "complianceExpirationDateTime",
        "operatingSystem",
        "trustType",
        "displayName",
        "onPremisesSecurityIdentifier",
    ];

    fn read(reader: &Reader<'_>) -> Result<Self, Fault> {
        let device_id = |value: &Value| value.as_str().and_then(EntraDeviceId::parse);
        Ok(Self {
            id: reader.id("id")?,
            device_id: reader.decisive("deviceId", device_id)?,
            account_enabled: reader.decisive("accountEnabled", Value::as_bool)?,
            is_compliant: reader.nullable("isCompliant", Value::as_bool)?,
            is_managed: reader.nullable("isManaged", Value::as_bool)?,
            compliance_expires: reader.instant("complianceExpirationDateTime")?,
            operating_system: reader.text("operatingSystem"),
            trust_type: reader.text("trustType"),
            display_name: reader.text("displayName"),
            security_identifier: reader.text("onPremisesSecurityIdentifier"),
        })
    }

    fn id(&self) -> &ObjectId {
        &self.id
    }

    fn merge(&mut self, newer: Self) {
        self.device_id.merge(newer.device_id);
        self.account_enabled.merge(newer.account_enabled);
        self.is_compliant.merge(newer.is_compliant);
        self.is_managed.merge(newer.is_managed);
        self.compliance_expires.merge(newer.compliance_expires);
        self.operating_system.merge(newer.operating_system);
        self.trust_type.merge(newer.trust_type);
        self.display_name.merge(newer.display_name);
        self.security_identifier.merge(newer.security_identifier);
    }
}
