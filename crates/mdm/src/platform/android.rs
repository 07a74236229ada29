//! Android: device administrator, Android Enterprise, AOSP.

use super::rules::*;
use super::{ProfileType, variables};
use crate::profile::{CertificateType, KeySize, KeyUse, SubjectFormat};
use crate::variable::{SanType, Variable};

/// Android device administrator; gone from devices with Google's services.
pub(super) const DEVICE_ADMINISTRATOR: Rules = Rules {
    support: rule(Support::Legacy, "M129"),
    profile_type: rule(Some(ProfileType::AndroidDeviceAdministrator), "contract §12"),
    certificate_types: rule(&CertificateType::ALL, "M77"),
    user: rule(UserPresence::Possible, "M79"),
    channels: rule(&[], "contract §12"),
    subject_formats: rule(&SubjectFormat::ALL, "contract §12"),
    san_form: rule(SanForm::Older, "contract §12"),
    san_types: rule(&SanType::ALL, "M113"),
    variables: variables::ON_ANDROID,
    key_sizes: rule(
        &[
            KeySizeRule { size: KeySize::Bits2048, from_version: 0 },
            KeySizeRule { size: KeySize::Bits4096, from_version: 0 },
        ],
        "M85",
    ),
    key_storage_providers: rule(&[], "M81"),
    key_usages: rule(&KeyUse::ALL, "M84"),
    hash: rule(HashHandling::Ignored, "M52"),
    purposes: rule(PurposeHandling::AsSetOrNone, "contract §10"),
    validity: rule(ValidityHandling::Sent, "contract §11"),
    store: rule(StoreRule::VpnAndApps, "M134"),
    store_setting: rule(false, "contract §12"),
    http: rule(false, "M45"),
    tls_anchor: rule(TlsAnchor::Public, "contract §17"),
    url_choice: rule(UrlChoice::DeviceShuffles, "M170"),
    url_suffix: rule("", "contract §18"),
    renewal: rule(Renewal::AtEachCheckIn, "M163"),
    certificate_for_each_reference: rule(false, "M140"),
    reports: rule(true, "M152"),
    revokes: rule(true, "M159"),
    uses: rule(&[Use::Wifi, Use::Vpn, Use::Authentication, Use::Apps], "M184"),
    certificate_access: rule(false, "M136"),
    vpn_choice: rule(VpnChoice::ByUser, "M135"),
    root_trust: rule(RootTrust::NotFromAndroid11, "M130"),
    root_in_practice: rule(RootInPractice::Root, "SCEPman's page on intermediate CAs"),
    compares_root: rule(false, "M6"),
    may_wait_for_pin: rule(false, "M132"),
    pin_by_policy_from: rule(None, "M133"),
    hidden_identifiers: rule(None, "M131"),
    applicability_rules: rule(false, "M92"),
};

/// Android Enterprise, personally-owned work profile.
pub(super) const PERSONAL_WORK_PROFILE: Rules = Rules {
    support: rule(Support::Supported, "M123, M145"),
    profile_type: rule(Some(ProfileType::AndroidWorkProfile), "M123"),
    san_form: rule(SanForm::Typed, "contract §12"),
    variables: variables::IN_WORK_PROFILE,
    store_setting: rule(true, "contract §12"),
    root_trust: rule(RootTrust::ByProfile, "M2"),
    may_wait_for_pin: rule(true, "M132"),
    hidden_identifiers: rule(
        Some(HiddenIdentifiers {
            from_version: 12,
            variables: &[Variable::SerialNumber, Variable::Imei, Variable::Meid],
        }),
        "M131",
    ),
    ..DEVICE_ADMINISTRATOR
};

/// Android Enterprise, fully managed.
pub(super) const FULLY_MANAGED: Rules = Rules {
    profile_type: rule(Some(ProfileType::AndroidDeviceOwner), "M123"),
    variables: variables::OF_DEVICE_OWNER,
    hidden_identifiers: rule(None, "M131"),
    reports: rule(false, "M124"),
    revokes: rule(false, "M125"),
    certificate_access: rule(true, "M136"),
    ..PERSONAL_WORK_PROFILE
};

/// Android Enterprise, corporate-owned work profile.
pub(super) const CORPORATE_WORK_PROFILE: Rules =
    Rules { vpn_choice: rule(VpnChoice::ByAccess, "M136"), ..FULLY_MANAGED };

/// Android Enterprise, dedicated: no user, and no authentication by apps.
pub(super) const DEDICATED: Rules = Rules {
    user: rule(UserPresence::Never, "M111"),
    variables: variables::OF_DEDICATED,
    uses: rule(&[Use::Wifi, Use::Vpn, Use::Authentication], "M126"),
    vpn_choice: rule(VpnChoice::ByAccess, "M136"),
    may_wait_for_pin: rule(true, "M133"),
    pin_by_policy_from: rule(Some(9), "M133"),
    ..FULLY_MANAGED
};

/// Android Open Source Project, associated with a user.
pub(super) const AOSP_USER_AFFINE: Rules = Rules {
    profile_type: rule(Some(ProfileType::Aosp), "contract §12"),
    variables: variables::ON_AOSP,
    // M45 does not list AOSP; the contract asks for HTTPS on all of Android.
    http: rule(false, "contract §18"),
    uses: rule(&[Use::Wifi], "M127"),
    certificate_access: rule(false, "contract §12"),
    vpn_choice: rule(VpnChoice::Never, "M127"),
    ..FULLY_MANAGED
};

/// Android Open Source Project, without a user.
pub(super) const AOSP_USERLESS: Rules = Rules { user: rule(UserPresence::Never, "M111"), ..AOSP_USER_AFFINE };
