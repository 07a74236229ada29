//! `managedDevice`: a device in Intune (contract §14). There is no delta of these: they are listed.

use super::identifier::{EntraDeviceId, IntuneDeviceId, ObjectId, Upn};
use super::instant::Instant;
use super::member::{Fault, Item, Member, Reader};
use super::state::{ComplianceState, ManagementState, OwnerType};

/// A device in Intune.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedDevice {
    /// Intune's id: what certificates carry.
    pub id: IntuneDeviceId,
    /// `azureADDeviceId`: the same device in Entra, if it is there.
    pub entra_device_id: Member<EntraDeviceId>,
    /// `userId`; null for devices without a user.
    pub user_id: Member<ObjectId>,
    /// `userPrincipalName`; null for devices without a user.
    pub upn: Member<Upn>,
    /// `managementState`. [`Member::Absent`] on v1.0, which says nothing of it; on beta that is not evidence of good
    /// standing either.
    pub management_state: Member<ManagementState>,
    /// `complianceState`.
    pub compliance_state: Member<ComplianceState>,
    /// `enrolledDateTime`, unix seconds.
    pub enrolled: Member<Instant>,
    /// `lastSyncDateTime`, unix seconds.
    pub last_sync: Member<Instant>,
    /// `complianceGracePeriodExpirationDateTime`, unix seconds; the year 9999 for "never".
    pub grace_expires: Member<Instant>,
    /// `serialNumber` of the hardware: to show.
    pub serial_number: Member<String>,
    /// `deviceName`: to show.
    pub device_name: Member<String>,
    /// `operatingSystem`: to show.
    pub operating_system: Member<String>,
    /// `managedDeviceOwnerType`. Status does not hang on it: what is odd is as good as not sent.
    pub owner_type: Member<OwnerType>,
}

impl Item for ManagedDevice {
    type Id = IntuneDeviceId;
    const SELECT: &'static [&'static str] = &[
        "id",
        "azureADDeviceId",
        "userId",
        "userPrincipalName",
        "managementState",
        "complianceState",
        "enrolledDateTime",
        "lastSyncDateTime",
        "complianceGracePeriodExpirationDateTime",
        "serialNumber",
        "deviceName",
        "operatingSystem",
        "managedDeviceOwnerType",
    ];

    fn read(reader: &Reader<'_>) -> Result<Self, Fault> {
        Ok(Self {
            id: reader.id("id")?,
            entra_device_id: reader.other("azureADDeviceId")?,
            user_id: reader.other("userId")?,
            upn: reader.other("userPrincipalName")?,
            management_state: reader.optional("managementState", ManagementState::read)?,
            compliance_state: reader.decisive("complianceState", ComplianceState::read)?,
            enrolled: reader.instant("enrolledDateTime")?,
            last_sync: reader.instant("lastSyncDateTime")?,
            grace_expires: reader.instant("complianceGracePeriodExpirationDateTime")?,
            serial_number: reader.text("serialNumber"),
            device_name: reader.text("deviceName"),
            operating_system: reader.text("operatingSystem"),
            owner_type: reader.optional("managedDeviceOwnerType", OwnerType::read).unwrap_or(Member::Absent),
        })
    }

    fn id(&self) -> &IntuneDeviceId {
        &self.id
    }

    fn merge(&mut self, newer: Self) {
        self.entra_device_id.merge(newer.entra_device_id);
        self.user_id.merge(newer.user_id);
        self.upn.merge(newer.upn);
        self.management_state.merge(newer.management_state);
        self.compliance_state.merge(newer.compliance_state);
        self.enrolled.merge(newer.enrolled);
        self.last_sync.merge(newer.last_sync);
        self.grace_expires.merge(newer.grace_expires);
        self.serial_number.merge(newer.serial_number);
        self.device_name.merge(newer.device_name);
        self.operating_system.merge(newer.operating_system);
        self.owner_type.merge(newer.owner_type);
    }
}
