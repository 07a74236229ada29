//! The portal's words.

use crate::platform::ProfileType;
use crate::profile::{
    ApplicabilityRule, Assignment, CertificateAccess, CertificateType, Condition, DeploymentChannel, Effect,
    HashAlgorithm, KeyStorageProvider, KeyUse, KeyUses,
};

pub(super) const fn platform(kind: ProfileType) -> &'static str {
    match kind {
        ProfileType::Windows => "Windows 10 and later",
        ProfileType::Ios => "iOS/iPadOS",
        ProfileType::MacOs => "macOS",
        ProfileType::AndroidDeviceAdministrator => "Android device administrator",
        ProfileType::AndroidWorkProfile | ProfileType::AndroidDeviceOwner => "Android Enterprise",
        ProfileType::Aosp => "Android (AOSP)",
    }
}

/// Both ways that the portal has had to the same page, so that nobody looks for one in vain (M73).
pub(super) const fn profile_type(kind: ProfileType) -> &'static str {
    match kind {
        ProfileType::AndroidWorkProfile => {
            "Personally-Owned Work Profile > SCEP certificate, or Templates > SCEP certificate"
        }
        ProfileType::AndroidDeviceOwner => {
            "Fully Managed, Dedicated, and Corporate-Owned Work Profile > SCEP certificate, or Templates > SCEP \
             certificate"
        }
        _ => "SCEP certificate, or Templates > SCEP certificate",
    }
}

pub(super) const fn label(certificate_type: CertificateType) -> &'static str {
    match certificate_type {
        CertificateType::User => "User",
        CertificateType::Device => "Device",
    }
}

pub(super) const fn channel(channel: DeploymentChannel) -> &'static str {
    match channel {
        DeploymentChannel::Device => "Device channel",
        DeploymentChannel::User => "User channel",
    }
}

pub(super) const fn provider(provider: KeyStorageProvider) -> &'static str {
    match provider {
        KeyStorageProvider::TpmElseSoftware => {
            "Enroll to Trusted Platform Module (TPM) KSP if present, otherwise Software KSP"
        }
        KeyStorageProvider::TpmElseFail => "Enroll to Trusted Platform Module (TPM) KSP, otherwise fail",
        KeyStorageProvider::HelloElseFail => "Enroll to Windows Hello for Business, otherwise fail",
        KeyStorageProvider::Software => "Enroll to Software KSP",
    }
}

pub(super) const fn hash(hash: HashAlgorithm) -> &'static str {
    match hash {
        HashAlgorithm::Sha1 => "SHA-1",
        HashAlgorithm::Sha2 => "SHA-2",
    }
}

pub(super) fn key_usage(uses: &KeyUses) -> String {
    let rows =
        [(KeyUse::DigitalSignature, "Digital signature"), (KeyUse::KeyEncipherment, "Key encipherment")];
    list(rows.into_iter().filter(|row| uses.contains(row.0)).map(|row| row.1))
}

pub(super) fn list<'a>(words: impl Iterator<Item = &'a str>) -> String {
    words.collect::<Vec<_>>().join(", ")
}

pub(super) fn access(access: &CertificateAccess) -> String {
    match access {
        CertificateAccess::UserApproval => "Require user approval for apps".to_owned(),
        CertificateAccess::SpecificApps(apps) => {
            format!("Grant silently for specific apps: {}", apps.join(", "))
        }
    }
}

pub(super) fn assignment(assignment: &Assignment) -> (&'static str, String) {
    match assignment {
        Assignment::AllUsers => ("Included groups", "Add all users".to_owned()),
        Assignment::AllDevices => ("Included groups", "Add all devices".to_owned()),
        Assignment::Group(group) => ("Included groups", group.id.clone()),
        Assignment::Exclude(group) => ("Excluded groups", group.id.clone()),
    }
}

pub(super) fn rule(rule: &ApplicabilityRule) -> String {
    let effect = match rule.effect {
        Effect::AssignIf => "Assign profile if",
        Effect::DoNotAssignIf => "Don't assign profile if",
    };
    match &rule.condition {
        Condition::Editions(editions) => format!("{effect}: OS edition: {}", editions.join(", ")),
        Condition::Versions { min, max } => format!("{effect}: OS version: {min} to {max}"),
    }
}

/// What to tell users: nothing is to be entered (M135).
pub(super) const VPN_APPS: &str = "nothing to set: the app asks, the right certificate is marked, and the user confirms it; a silent grant \
     does not reach VPN apps here";
