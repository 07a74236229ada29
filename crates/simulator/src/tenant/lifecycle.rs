//! What administrators and users do to devices, users and profiles, and what Intune wants revoked for it.
//!
//! Devices are named by Intune's id or by Entra's, users by object id or by user principal name.

use serde_json::{Value, json};

use super::World;
use super::directory::{AndroidManagement, Directory, Profile};
use super::objects::{Gone, Kind};
use super::revocation::Event;
use super::rows;

impl Directory {
    /// Intune's id of a device that it has.
    fn managed(&self, device: &str) -> Option<String> {
        let by_entra = || self.objects.find(Kind::ManagedDevices, "azureADDeviceId", device);
        let known = self.objects.row(Kind::ManagedDevices, device).map(|_| device.to_owned());
        known.or_else(by_entra)
    }

    /// The object id of a device that Entra has, by Intune's id even if Intune has it no longer.
    fn in_entra(&self, device: &str) -> Option<String> {
        let row = self.objects.last_known(Kind::ManagedDevices, device);
        let entra_id = row.and_then(|row| row.get("azureADDeviceId")?.as_str()).unwrap_or(device);
        self.objects.find(Kind::Devices, "deviceId", entra_id)
    }

    fn user_id(&self, user: &str) -> Option<String> {
        let known = self.objects.row(Kind::Users, user).map(|_| user.to_owned());
        known.or_else(|| self.objects.find(Kind::Users, "userPrincipalName", user))
    }

    fn set_managed(&mut self, device: &str, member: &str, value: &str) -> bool {
        let id = self.managed(device);
        id.is_some_and(|id| self.objects.set(Kind::ManagedDevices, &id, member, value.into()))
    }

    fn set_in_entra(&mut self, device: &str, member: &str, value: Value) -> bool {
        self.in_entra(device).is_some_and(|id| self.objects.set(Kind::Devices, &id, member, value))
    }

    /// Intune has it no longer; Entra still does, as a device that nobody manages.
    fn leave_management(&mut self, device: &str) -> bool {
        let Some(id) = self.managed(device) else { return false };
        self.set_in_entra(&id, "isManaged", false.into());
        self.set_in_entra(&id, "isCompliant", false.into());
        self.devices.remove(&id);
        self.objects.remove(Kind::ManagedDevices, &id, Gone::ForGood)
    }
}

/// All of these are false if there is no such object.
impl World {
    fn managed(&self, device: &str) -> Option<String> {
        self.directory().managed(device)
    }

    /// An administrator retires a device: pending until it checks in.
    pub fn retire_device(&self, device: &str) -> bool {
        self.order_removal(device, Event::Retire, "retirePending")
    }

    /// An administrator wipes a device: pending until it checks in.
    pub fn wipe_device(&self, device: &str) -> bool {
        self.order_removal(device, Event::Wipe, "wipePending")
    }

    fn order_removal(&self, device: &str, event: Event, state: &str) -> bool {
        let Some(id) = self.managed(device) else { return false };
        self.want_revoked(event, |of_device, _| of_device == id);
        self.directory().set_managed(&id, "managementState", state)
    }

    /// A device checks in: a pending removal is issued, one that was issued is done, and else it is in sync.
    pub fn check_in_device(&self, device: &str) -> bool {
        let now = crate::clock::graph_stamp(self.clock.now());
        let mut directory = self.directory();
        let Some(id) = directory.managed(device) else { return false };
        let row = directory.objects.row(Kind::ManagedDevices, &id);
        match row.and_then(|row| row.get("managementState")?.as_str()) {
            Some("retirePending") => directory.set_managed(&id, "managementState", "retireIssued"),
            Some("wipePending") => directory.set_managed(&id, "managementState", "wipeIssued"),
            Some("retireIssued" | "wipeIssued") => directory.leave_management(&id),
            _ => directory.set_managed(&id, "lastSyncDateTime", &now),
        }
    }

    /// A user takes a device out of management.
    pub fn unenrol_device(&self, device: &str) -> bool {
        self.take_out(device, Event::Unenrol)
    }

    /// An administrator deletes a device in Intune, which retires it. Entra keeps it.
    pub fn delete_device(&self, device: &str) -> bool {
        self.take_out(device, Event::Retire)
    }

    fn take_out(&self, device: &str, event: Event) -> bool {
        let Some(id) = self.managed(device) else { return false };
        self.want_revoked(event, |of_device, _| of_device == id);
        self.directory().leave_management(&id)
    }

    /// Sets `managementState`, in Graph's word or any other.
    pub fn set_management_state(&self, device: &str, state: &str) -> bool {
        self.directory().set_managed(device, "managementState", state)
    }

    /// Sets `complianceState`, in Graph's word or any other, and what Entra makes of it.
    pub fn set_compliance(&self, device: &str, state: &str) -> bool {
        let mut directory = self.directory();
        let in_entra = match state {
            "compliant" | "inGracePeriod" => json!(true),
            "unknown" => Value::Null,
            _ => json!(false),
        };
        directory.set_in_entra(device, "isCompliant", in_entra);
        directory.set_managed(device, "complianceState", state)
    }

    /// Sets the end of the grace period, unix seconds.
    pub fn set_grace_period(&self, device: &str, until: i64) -> bool {
        let until = crate::clock::graph_stamp(until);
        self.directory().set_managed(device, "complianceGracePeriodExpirationDateTime", &until)
    }

    /// Says how an Android device is managed.
    pub fn manage_android_as(&self, device: &str, how: AndroidManagement) -> bool {
        let mut directory = self.directory();
        let id = directory.managed(device);
        id.map(|id| directory.android.insert(id, how)).is_some()
    }

    /// Enables or disables a device in Entra.
    pub fn enable_entra_device(&self, device: &str, enabled: bool) -> bool {
        self.directory().set_in_entra(device, "accountEnabled", enabled.into())
    }

    /// Deletes a device in Entra, for good. Intune keeps it, and wants nothing revoked for it (contract section 9.3).
    pub fn delete_entra_device(&self, device: &str) -> bool {
        let mut directory = self.directory();
        let id = directory.in_entra(device);
        id.is_some_and(|id| directory.objects.remove(Kind::Devices, &id, Gone::ForGood))
    }

    /// Enables or disables a user.
    pub fn enable_user(&self, user: &str, enabled: bool) -> bool {
        let mut directory = self.directory();
        let id = directory.user_id(user);
        id.is_some_and(|id| directory.objects.set(Kind::Users, &id, "accountEnabled", enabled.into()))
    }

    /// Gives a user another name to sign in with.
    pub fn rename_user(&self, user: &str, upn: &str) -> bool {
        let mut directory = self.directory();
        let Some(id) = directory.user_id(user) else { return false };
        if let Some(known) = directory.users.get_mut(&id) {
            known.upn = upn.to_owned();
        }
        directory.objects.set(Kind::Users, &id, "userPrincipalName", upn.into())
    }

    /// Deletes a user softly: [`World::restore_user`] brings it back. Intune wants nothing revoked for it.
    pub fn delete_user(&self, user: &str) -> bool {
        let mut directory = self.directory();
        let Some(id) = directory.user_id(user) else { return false };
        if let Some(known) = directory.users.remove(&id) {
            directory.deleted_users.insert(id.clone(), known);
        }
        directory.objects.remove(Kind::Users, &id, Gone::Softly)
    }

    /// Restores a user that was deleted softly, by object id.
    pub fn restore_user(&self, id: &str) -> bool {
        let mut directory = self.directory();
        if let Some(known) = directory.deleted_users.remove(id) {
            directory.users.insert(id.to_owned(), known);
        }
        directory.objects.restore(Kind::Users, id)
    }

    /// Deletes a user for good, by object id or, if it is still there, by user principal name.
    pub fn purge_user(&self, user: &str) -> bool {
        let mut directory = self.directory();
        let id = directory.user_id(user).unwrap_or_else(|| user.to_owned());
        directory.users.remove(&id);
        directory.deleted_users.remove(&id);
        directory.objects.remove(Kind::Users, &id, Gone::ForGood)
    }

    /// Says what Entra thinks of a user's account, in Graph's words or any other.
    pub fn set_risk(&self, user: &str, level: &str, state: &str) -> bool {
        let now = self.clock.now();
        let mut directory = self.directory();
        let known = directory.user_id(user).and_then(|id| directory.users.get(&id).cloned());
        let known = known.map(|user| (rows::risk(&user, level, state, now), user.id));
        known.map(|(row, id)| directory.objects.put(Kind::RiskyUsers, &id, row)).is_some()
    }

    /// Assigns or unassigns a profile. What was issued for a profile that is unassigned is to be revoked.
    pub fn assign(&self, profile: &str, assigned: bool) -> bool {
        let known = self.directory().profiles.get_mut(profile).map(|known| known.assigned = assigned);
        if known.is_some() && !assigned {
            self.want_revoked(Event::Unassign, |_, of_profile| of_profile == profile);
        }
        known.is_some()
    }

    /// Replaces a profile by another of the same id. What was issued for the old one is to be revoked, while devices
    /// ask for the new one.
    pub fn edit_profile(&self, profile: Profile) -> bool {
        let id = profile.id.clone();
        let known = self.directory().profiles.get_mut(&id).map(|known| *known = profile);
        if known.is_some() {
            self.want_revoked(Event::ProfileEdited, |_, of_profile| of_profile == id);
        }
        known.is_some()
    }
}
