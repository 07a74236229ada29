//! URLs of the reads that status by device and user needs (contract §14), and those of configuration profiles (§12). `graph` is the base URL with or without
//! trailing slash; pages after the first are at the links of the answers.

use super::configuration::DirectoryGroup;
use super::device::Device;
use super::group_member::GroupMember;
use super::identifier::{ConfigurationId, EntraDeviceId, IntuneDeviceId, ObjectId, Upn};
use super::managed_device::ManagedDevice;
use super::member::Item;
use super::risky_user::RiskyUser;
use super::user::User;
use std::fmt::Write as _;

/// Objects per page that we ask for; Graph may send fewer.
const TOP: u16 = 500;

/// Where configurations are, below Graph's base URL.
pub const CONFIGURATIONS: &str = "beta/deviceManagement/deviceConfigurations";

/// Where a delta query starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Since {
    /// With all objects there are.
    Ever,
    /// With the next change (`$deltatoken=latest`).
    Now,
}

/// Graph's versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Version {
    /// `v1.0`: knows nothing of managementState.
    V1,
    /// `beta`.
    Beta,
}

impl Version {
    fn segment(self) -> &'static str {
        match self {
            Self::V1 => "v1.0",
            Self::Beta => "beta",
        }
    }
}

/// All devices of the directory.
#[must_use]
pub fn devices(graph: &str) -> String {
    format!("{}&$top={TOP}", selected::<Device>(graph, Version::V1, "devices"))
}

/// The devices with that `deviceId`: none or one, as a page.
#[must_use]
pub fn device(graph: &str, id: &EntraDeviceId) -> String {
    let filter = escaped(&format!("deviceId eq '{}'", id.as_str()));
    format!("{}&$filter={filter}", selected::<Device>(graph, Version::V1, "devices"))
}

/// Changes of devices.
#[must_use]
pub fn devices_delta(graph: &str, since: Since) -> String {
    delta(selected::<Device>(graph, Version::V1, "devices/delta"), since)
}

/// All users of the directory.
#[must_use]
pub fn users(graph: &str) -> String {
    format!("{}&$top={TOP}", selected::<User>(graph, Version::V1, "users"))
}

/// One user, by object id.
#[must_use]
pub fn user(graph: &str, id: &ObjectId) -> String {
    selected::<User>(graph, Version::V1, &format!("users/{}", escaped(id.as_str())))
}

/// One user, by user principal name.
#[must_use]
pub fn user_by_upn(graph: &str, upn: &Upn) -> String {
    // In the key form a name may begin with `$`; a quote within is doubled.
    let key = escaped(&upn.as_str().replace('\'', "''"));
    selected::<User>(graph, Version::V1, &format!("users('{key}')"))
}

/// Changes of users.
#[must_use]
pub fn users_delta(graph: &str, since: Since) -> String {
    delta(selected::<User>(graph, Version::V1, "users/delta"), since)
}

/// All devices of Intune. There is no delta of these.
#[must_use]
pub fn managed_devices(graph: &str, version: Version) -> String {
    format!("{}&$top={TOP}", selected::<ManagedDevice>(graph, version, "deviceManagement/managedDevices"))
}

/// One device of Intune.
#[must_use]
pub fn managed_device(graph: &str, version: Version, id: &IntuneDeviceId) -> String {
    let path = format!("deviceManagement/managedDevices/{}", escaped(id.as_str()));
    selected::<ManagedDevice>(graph, version, &path)
}

/// All users that are or were at risk.
#[must_use]
pub fn risky_users(graph: &str) -> String {
    format!("{}&$top={TOP}", selected::<RiskyUser>(graph, Version::V1, "identityProtection/riskyUsers"))
}

/// All configuration profiles. SCEP profiles are in the beta version alone (contract §12).
#[must_use]
pub fn configurations(graph: &str) -> String {
    format!("{}/{CONFIGURATIONS}", graph.trim_end_matches('/'))
}

/// One configuration profile with its assignments, and a SCEP profile with the root that it refers to.
#[must_use]
pub fn configuration(graph: &str, id: &ConfigurationId, is_scep: bool) -> String {
    let root = if is_scep { ",rootCertificate" } else { "" };
    format!("{}/{}?$expand=assignments{root}", configurations(graph), escaped(id.as_str()))
}

/// What became of the certificates of a SCEP profile of that type.
#[must_use]
pub fn certificate_states(graph: &str, id: &ConfigurationId, kind: &str) -> String {
    let (list, id, kind) = (configurations(graph), escaped(id.as_str()), escaped(kind));
    format!("{list}/{id}/microsoft.graph.{kind}/managedDeviceCertificateStates")
}

/// The groups with that name, in any letter case: none, one or several.
#[must_use]
pub fn groups_named(graph: &str, name: &str) -> String {
    let filter = escaped(&format!("displayName eq '{}'", name.replace('\'', "''")));
    format!("{}&$filter={filter}", selected::<DirectoryGroup>(graph, Version::V1, "groups"))
}

/// One group, by object id.
#[must_use]
pub fn group(graph: &str, id: &ObjectId) -> String {
    selected::<DirectoryGroup>(graph, Version::V1, &format!("groups/{}", escaped(id.as_str())))
}

/// Whoever is in that group, directly or by another group.
#[must_use]
pub fn group_members(graph: &str, id: &ObjectId) -> String {
    let path = format!("groups/{}/transitiveMembers", escaped(id.as_str()));
    format!("{}&$top={TOP}", selected::<GroupMember>(graph, Version::V1, &path))
}

fn delta(url: String, since: Since) -> String {
    match since {
        Since::Ever => url,
        Since::Now => format!("{url}&$deltatoken=latest"),
    }
}

fn selected<T: Item>(graph: &str, version: Version, path: &str) -> String {
    // Graph refuses a select of what the version does not have.
    let known = |name: &&&str| version == Version::Beta || **name != "managementState";
    let names: Vec<&str> = T::SELECT.iter().filter(known).copied().collect();
    format!("{}/{}/{path}?$select={}", graph.trim_end_matches('/'), version.segment(), names.join(","))
}

/// Everything escaped but what RFC 3986 §2.3 calls unreserved.
fn escaped(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
        out
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAPH: &str = "https://graph.microsoft.com/";

    #[test]
    fn contract_14_lists_and_deltas() {
        let select =
            "$select=id,userPrincipalName,accountEnabled,onPremisesSecurityIdentifier,onPremisesSyncEnabled";
        assert_eq!(users(GRAPH), format!("https://graph.microsoft.com/v1.0/users?{select}&$top=500"));
        assert_eq!(
            users_delta(GRAPH, Since::Ever),
            format!("https://graph.microsoft.com/v1.0/users/delta?{select}")
        );
        assert!(users_delta(GRAPH, Since::Now).ends_with("&$deltatoken=latest"));
        assert!(
            devices_delta("https://g.example", Since::Now)
                .starts_with("https://g.example/v1.0/devices/delta?")
        );
        assert!(devices(GRAPH).contains("accountEnabled,isCompliant"));
        assert!(
            risky_users(GRAPH)
                .contains("/v1.0/identityProtection/riskyUsers?$select=id,riskLevel,riskState&")
        );
    }

    #[test]
    fn contract_14_management_state_is_asked_of_beta_alone() {
        let beta = managed_devices(GRAPH, Version::Beta);
        assert!(
            beta.starts_with("https://graph.microsoft.com/beta/deviceManagement/managedDevices?$select=id,")
        );
        assert!(beta.contains("managementState"));
        assert!(!managed_devices(GRAPH, Version::V1).contains("managementState"));
    }

    #[test]
    fn contract_12_configurations_and_groups() {
        let id = ConfigurationId::parse("6f0c0000-0000-4000-a000-000000000001").unwrap();
        let list = "https://graph.microsoft.com/beta/deviceManagement/deviceConfigurations";
        assert_eq!(configurations(GRAPH), list);
        let one = format!("{list}/{}", id.as_str());
        assert_eq!(configuration(GRAPH, &id, false), format!("{one}?$expand=assignments"));
        assert_eq!(configuration(GRAPH, &id, true), format!("{one}?$expand=assignments,rootCertificate"));
        assert_eq!(
            certificate_states(GRAPH, &id, "iosScepCertificateProfile"),
            format!("{one}/microsoft.graph.iosScepCertificateProfile/managedDeviceCertificateStates")
        );
        assert!(
            groups_named(GRAPH, "Pilot's & co")
                .ends_with("&$filter=displayName%20eq%20%27Pilot%27%27s%20%26%20co%27")
        );
    }

    #[test]
    fn contract_14_single_objects() {
        let id = EntraDeviceId::parse("6A7B0F8E-0000-4000-A000-00000000000F").unwrap();
        assert!(
            device(GRAPH, &id)
                .ends_with("&$filter=deviceId%20eq%20%276a7b0f8e-0000-4000-a000-00000000000f%27")
        );
        let upn = Upn::parse("o'hara_fabrikam.example#EXT#@contoso.example").unwrap();
        assert!(user_by_upn(GRAPH, &upn).starts_with(
            "https://graph.microsoft.com/v1.0/users('o%27%27hara_fabrikam.example%23ext%23%40contoso.example')?"
        ));
        let id = IntuneDeviceId::parse("a-b").unwrap();
        assert!(managed_device(GRAPH, Version::V1, &id).contains("/managedDevices/a-b?$select="));
        let user_id = ObjectId::parse("c-d").unwrap();
        assert_eq!(
            group_members(GRAPH, &user_id),
            "https://graph.microsoft.com/v1.0/groups/c-d/transitiveMembers?$select=id&$top=500"
        );
        assert!(user(GRAPH, &user_id).contains("/v1.0/users/c-d?$select=id,"));
    }
}
