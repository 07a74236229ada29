//! iOS/iPadOS and macOS.

use super::rules::*;
use super::{ProfileType, variables};
use crate::profile::{CertificateType, DeploymentChannel, KeySize, KeyUse, SubjectFormat};
use crate::variable::SanType;

const fn key_sizes(from_version: u16) -> [KeySizeRule; 2] {
    [
        KeySizeRule { size: KeySize::Bits2048, from_version: 0 },
        KeySizeRule { size: KeySize::Bits4096, from_version },
    ]
}

/// iOS and iPadOS.
pub(super) const IOS: Rules = Rules {
    support: rule(Support::Supported, "M145"),
    profile_type: rule(Some(ProfileType::Ios), "contract §12"),
    certificate_types: rule(&CertificateType::ALL, "M77"),
    user: rule(UserPresence::Possible, "M79"),
    channels: rule(&[], "contract §12"),
    subject_formats: rule(&SubjectFormat::OF_APPLE, "contract §12"),
    san_form: rule(SanForm::Typed, "contract §12"),
    san_types: rule(&SanType::ALL, "M113"),
    variables: variables::ON_APPLE,
    key_sizes: rule(&key_sizes(14), "M85"),
    key_storage_providers: rule(&[], "M81"),
    key_usages: rule(&KeyUse::ALL, "M84"),
    hash: rule(HashHandling::NoSetting, "M87"),
    purposes: rule(PurposeHandling::ClientAuthenticationAtMost, "contract §16"),
    validity: rule(ValidityHandling::NotSent, "M13"),
    store: rule(StoreRule::DeviceKeychain, "contract §16"),
    store_setting: rule(true, "contract §12"),
    http: rule(true, "M45"),
    tls_anchor: rule(TlsAnchor::Any, "M45"),
    url_choice: rule(UrlChoice::OneDrawn, "M171"),
    url_suffix: rule("", "contract §18"),
    renewal: rule(Renewal::InWindowWhileUnlocked, "M165, M166"),
    certificate_for_each_reference: rule(true, "M140"),
    reports: rule(true, "M152"),
    revokes: rule(true, "M159"),
    uses: rule(&[Use::Wifi, Use::Vpn, Use::Authentication, Use::Apps], "M184"),
    certificate_access: rule(false, "M136"),
    vpn_choice: rule(VpnChoice::ByProfile, "M94"),
    root_trust: rule(RootTrust::ByProfile, "M2"),
    root_in_practice: rule(RootInPractice::Unsettled, "SCEPman's page on intermediate CAs"),
    compares_root: rule(false, "M6"),
    may_wait_for_pin: rule(false, "M132"),
    pin_by_policy_from: rule(None, "M133"),
    hidden_identifiers: rule(None, "M131"),
    applicability_rules: rule(false, "M92"),
};

/// macOS.
pub(super) const MACOS: Rules = Rules {
    profile_type: rule(Some(ProfileType::MacOs), "contract §12"),
    channels: rule(&DeploymentChannel::ALL, "M75, M80"),
    key_sizes: rule(&key_sizes(11), "M85"),
    store: rule(StoreRule::ByChannel, "M139"),
    url_choice: rule(UrlChoice::OneDrawn, "contract §16"),
    ..IOS
};
