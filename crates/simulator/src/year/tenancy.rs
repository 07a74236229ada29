//! What the tenant of a year assigns, and to whom.

use super::Servers;
use crate::evaluation::{Assigned, Network, NetworkKind};
use core::num::NonZeroU16;
use mdm::format::TrustedRoot;
use mdm::platform::Platform;
use mdm::profile::{
    AlternativeName, Assignment, CertificateType, DeploymentChannel, Group, Invalid, KeyStorageProvider,
    Profile, ProfileName, Purpose, RenewalThreshold, ScepUrl, SubjectName, Validity,
};
use mdm::variable::SanType;
use pki::certificate::Certificate;

/// The platforms of the fleet.
pub(super) const PLATFORMS: [Platform; 6] = [
    Platform::Windows,
    Platform::Ios,
    Platform::MacOs,
    Platform::AndroidPersonalWorkProfile,
    Platform::AndroidFullyManaged,
    Platform::AndroidDedicated,
];

/// The group of all devices of a platform.
pub(super) fn group_of(platform: Platform) -> String {
    format!("devices: {platform}")
}

/// Devices that an administrator took out of every assignment, to put them back (M166).
pub(super) const EXCLUDED: &str = "excluded";
/// Devices that get the profile that wants a TPM.
pub(super) const TPM_WANTED: &str = "key in the TPM, else not at all";
/// Devices that get the profile with the IMEI.
pub(super) const IMEI_WANTED: &str = "name with the IMEI";
/// Dedicated devices that get a profile for users by mistake.
pub(super) const USER_WANTED: &str = "name of a user, on a kiosk";
/// The users' profile of Windows.
pub(super) const OF_USERS: &str = "scep-windows-user";
/// The profile of iPhones.
pub(super) const OF_IPHONES: &str = "scep-ios";
/// The profile of Macs.
pub(super) const OF_MACS: &str = "scep-macos";

fn assigned_to(group: &str) -> Vec<Assignment> {
    let named = |id: &str| Group { id: id.to_owned(), members: None };
    vec![Assignment::Group(named(group)), Assignment::Exclude(named(EXCLUDED))]
}

fn root(platform: Platform, certificate: &Certificate) -> Assigned {
    let id = root_id(platform);
    let root = TrustedRoot {
        name: id.clone(),
        description: String::new(),
        platform,
        certificate: certificate.clone(),
        file_name: "root.cer".to_owned(),
        deployment_channel: None,
        // To each device and its user: SCEP profiles of either kind find it (M3).
        assignments: vec![Assignment::AllUsers, Assignment::AllDevices],
    };
    Assigned::root(id, root)
}

fn root_id(platform: Platform) -> String {
    let kind = platform.rules().profile_type.value;
    format!("root of {}", kind.map_or("", |kind| kind.trusted_root_graph_type()))
}

/// What differs between the year's profiles.
struct Draft<'a> {
    id: &'a str,
    platform: Platform,
    days: u16,
    threshold: u8,
    urls: Vec<&'a str>,
    subject: &'a str,
    names: &'a [(SanType, &'a str)],
    group: String,
    provider: Option<KeyStorageProvider>,
    kind: CertificateType,
}

impl<'a> Draft<'a> {
    fn device(id: &'a str, platform: Platform, urls: &[&'a str]) -> Self {
        Self {
            id,
            platform,
            days: 365,
            threshold: 20,
            urls: urls.to_vec(),
            subject: "CN={{DeviceName}},O=Contoso",
            names: &[(SanType::Uri, "IntuneDeviceId://{{DeviceId}}")],
            group: group_of(platform),
            provider: None,
            kind: CertificateType::Device,
        }
    }

    fn user(id: &'a str, platform: Platform, urls: &[&'a str]) -> Self {
        Self {
            subject: "CN={{UserName}},E={{EmailAddress}},OU=Users",
            names: &[(SanType::Upn, "{{UserPrincipalName}}")],
            kind: CertificateType::User,
            ..Self::device(id, platform, urls)
        }
    }

    fn made(&self) -> Result<Assigned, Invalid> {
        let validity = Validity::Days(NonZeroU16::new(self.days).unwrap_or(NonZeroU16::MIN));
        let threshold = RenewalThreshold::try_from(self.threshold)?;
        let names = self
            .names
            .iter()
            .map(|(kind, value)| AlternativeName { kind: *kind, value: (*value).to_owned() });
        let profile = Profile {
            certificate_type: self.kind,
            deployment_channel: (self.platform == Platform::MacOs).then_some(DeploymentChannel::Device),
            subject: SubjectName::Custom(self.subject.to_owned()),
            alternative_names: names.collect(),
            key_storage_provider: self.provider,
            extended_key_usages: vec![Purpose::ClientAuthentication],
            urls: self.urls.iter().map(|url| ScepUrl::parse(url)).collect::<Result<_, _>>()?,
            assignments: assigned_to(&self.group),
            ..Profile::new(ProfileName::parse(self.id)?, self.platform, validity, threshold)
        };
        Ok(Assigned::scep(self.id, profile, Some(root_id(self.platform))))
    }
}

/// Roots and profiles, and a Wi-Fi profile of iPhones, which get a second certificate for it (M140).
pub(super) fn configurations(servers: &Servers, certificate: &Certificate) -> Result<Vec<Assigned>, Invalid> {
    let mut all: Vec<Assigned> = Vec::new();
    for platform in PLATFORMS {
        if !all.iter().any(|one| one.id == root_id(platform)) {
            all.push(root(platform, certificate));
        }
    }
    for draft in drafts(servers) {
        all.push(draft.made()?);
    }
    all.push(Assigned::network(
        "wifi-ios",
        Network {
            kind: NetworkKind::Wifi,
            scep: OF_IPHONES.to_owned(),
            platform: Platform::Ios,
            assignments: assigned_to(&group_of(Platform::Ios)),
        },
    ));
    Ok(all)
}

fn drafts(servers: &Servers) -> [Draft<'_>; 10] {
    let Servers { year, half, quarter, dead } = servers;
    let provider = Some(KeyStorageProvider::TpmElseSoftware);
    [
        Draft { provider, ..Draft::device("scep-windows-device", Platform::Windows, &[year, dead]) },
        Draft {
            provider,
            days: 180,
            group: OF_USERS.to_owned(),
            ..Draft::user(OF_USERS, Platform::Windows, &[half])
        },
        Draft {
            provider: Some(KeyStorageProvider::TpmElseFail),
            group: TPM_WANTED.to_owned(),
            ..Draft::device("scep-windows-tpm", Platform::Windows, &[year])
        },
        Draft { days: 180, threshold: 50, ..Draft::user(OF_IPHONES, Platform::Ios, &[half, dead]) },
        Draft::device(OF_MACS, Platform::MacOs, &[year]),
        Draft {
            days: 90,
            ..Draft::user("scep-android-work", Platform::AndroidPersonalWorkProfile, &[dead, quarter])
        },
        Draft::device("scep-android-owner", Platform::AndroidFullyManaged, &[year]),
        Draft {
            group: IMEI_WANTED.to_owned(),
            subject: "CN={{IMEI}}",
            ..Draft::device("scep-android-imei", Platform::AndroidFullyManaged, &[year])
        },
        Draft {
            group: USER_WANTED.to_owned(),
            ..Draft::user("scep-kiosk-user", Platform::AndroidDedicated, &[year])
        },
        Draft::device("scep-kiosk", Platform::AndroidDedicated, &[year]),
    ]
}
