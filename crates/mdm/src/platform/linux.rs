//! Linux: Intune manages it and has no SCEP profile for it.

use super::rules::*;
use super::windows::WINDOWS;

/// Nothing is offered; what else is said of it never matters.
pub(super) const LINUX: Rules = Rules {
    support: rule(Support::Never, "M145"),
    profile_type: rule(None, "M145"),
    certificate_types: rule(&[], "M145"),
    subject_formats: rule(&[], "M145"),
    san_types: rule(&[], "M145"),
    variables: &[],
    key_sizes: rule(&[], "M145"),
    key_storage_providers: rule(&[], "M145"),
    key_usages: rule(&[], "M145"),
    url_suffix: rule("", "M145"),
    reports: rule(false, "M145"),
    revokes: rule(false, "M145"),
    uses: rule(&[], "M145"),
    vpn_choice: rule(VpnChoice::Never, "M145"),
    applicability_rules: rule(false, "M145"),
    ..WINDOWS
};
