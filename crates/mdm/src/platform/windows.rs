//! Windows.

use super::rules::*;
use super::{ProfileType, variables};
use crate::profile::{CertificateType, KeySize, KeyStorageProvider, KeyUse, SubjectFormat};
use crate::variable::SanType;

/// Windows 10 and 11.
pub(super) const WINDOWS: Rules = Rules {
    support: rule(Support::Supported, "M145"),
    profile_type: rule(Some(ProfileType::Windows), "contract §12"),
    certificate_types: rule(&CertificateType::ALL, "M77"),
    user: rule(UserPresence::Possible, "M79"),
    channels: rule(&[], "contract §12"),
    subject_formats: rule(&SubjectFormat::ALL, "contract §12"),
    san_form: rule(SanForm::Typed, "contract §12"),
    san_types: rule(&SanType::ALL, "M113"),
    variables: variables::ON_WINDOWS,
    key_sizes: rule(
        &[
            KeySizeRule { size: KeySize::Bits2048, from_version: 0 },
            KeySizeRule { size: KeySize::Bits4096, from_version: 0 },
        ],
        "M85",
    ),
    key_storage_providers: rule(&KeyStorageProvider::ALL, "M81"),
    key_usages: rule(&KeyUse::ALL, "M84"),
    hash: rule(HashHandling::AsSet, "M87"),
    purposes: rule(PurposeHandling::AsSet, "contract §15"),
    validity: rule(ValidityHandling::Sent, "contract §15"),
    store: rule(StoreRule::ByCertificateType, "M79"),
    store_setting: rule(true, "contract §12"),
    http: rule(true, "M45"),
    tls_anchor: rule(TlsAnchor::Any, "M45"),
    url_choice: rule(UrlChoice::InShuffledOrder, "M172"),
    url_suffix: rule("/pkiclient.exe", "contract §18"),
    renewal: rule(Renewal::AtEachCheckIn, "M163"),
    certificate_for_each_reference: rule(false, "M140"),
    reports: rule(true, "M152"),
    revokes: rule(true, "M159"),
    uses: rule(&[Use::Wifi, Use::Vpn, Use::Authentication, Use::Apps], "M184"),
    certificate_access: rule(false, "M136"),
    vpn_choice: rule(VpnChoice::ByProfile, "M94"),
    root_trust: rule(RootTrust::ByProfile, "M2"),
    root_in_practice: rule(RootInPractice::IssuingCa, "contract §18"),
    compares_root: rule(true, "M6"),
    may_wait_for_pin: rule(false, "M132"),
    pin_by_policy_from: rule(None, "M133"),
    hidden_identifiers: rule(None, "M131"),
    applicability_rules: rule(true, "M92"),
};

/// Windows 8.1, unsupported since 22 October 2022.
pub(super) const WINDOWS_8_1: Rules = Rules { support: rule(Support::Legacy, "M137"), ..WINDOWS };
