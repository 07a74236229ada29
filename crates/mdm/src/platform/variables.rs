//! Which variables a platform takes, and what to say where it does not.

use super::Platform;
use crate::profile::CertificateType;
use crate::variable::{Place, Variable};
use serde::Serialize;

/// What a platform makes of a variable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It may be used.
    Allowed,
    /// It may be used, and an administrator ought to know something.
    Notice {
        /// What.
        why: &'static str,
        /// Who says it.
        source: &'static str,
    },
    /// With it the profile reaches no device.
    Refused {
        /// Why.
        why: &'static str,
        /// Who says it.
        source: &'static str,
    },
}

impl Verdict {
    const fn refused(why: &'static str, source: &'static str) -> Self {
        Self::Refused { why, source }
    }

    const fn notice(why: &'static str, source: &'static str) -> Self {
        Self::Notice { why, source }
    }
}

/// Where a rule holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Places {
    /// Everywhere.
    All,
    /// In the subject.
    Subject,
    /// In alternative names.
    Sans,
}

/// A rule on some variables.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct VariableRule {
    /// Which variables.
    pub variables: &'static [Variable],
    /// Where.
    pub places: Places,
    /// In certificates of which type; `None` for both.
    pub certificate_type: Option<CertificateType>,
    /// What to say.
    pub verdict: Verdict,
}

impl VariableRule {
    const fn everywhere(variables: &'static [Variable], verdict: Verdict) -> Self {
        Self { variables, places: Places::All, certificate_type: None, verdict }
    }

    fn covers(&self, variable: Variable, place: Place, certificate_type: CertificateType) -> bool {
        let placed = match self.places {
            Places::All => true,
            Places::Subject => place == Place::Subject,
            Places::Sans => place != Place::Subject,
        };
        let typed = self.certificate_type.is_none_or(|of| of == certificate_type);
        placed && typed && self.variables.contains(&variable)
    }
}

const NOT_WINDOWS: VariableRule = VariableRule::everywhere(
    &[Variable::FullyQualifiedDomainName],
    Verdict::refused("only domain-joined Windows devices have a value", "M107"),
);
const DEVICE_SID_NOT_WINDOWS: VariableRule = VariableRule {
    variables: &[Variable::OnPremisesSecurityIdentifier],
    places: Places::All,
    certificate_type: Some(CertificateType::Device),
    verdict: Verdict::refused(
        "in device certificates only hybrid-joined Windows devices have a value",
        "M190",
    ),
};
const SID_ON_ANDROID: VariableRule = VariableRule {
    variables: &[Variable::OnPremisesSecurityIdentifier],
    places: Places::All,
    certificate_type: Some(CertificateType::User),
    verdict: Verdict::notice(
        "Microsoft's page contradicts itself: its banner on strong mapping names Android among the platforms of the \
         variable, its list for user certificates has Windows, iOS/iPadOS and macOS alone",
        "M189",
    ),
};
const DEPARTMENT: VariableRule = VariableRule::everywhere(
    &[Variable::Department],
    Verdict::notice("it is documented only by where it is missing", "contract §13"),
);
const ENTRA_ID_ON_APPLE: VariableRule = VariableRule::everywhere(
    &[Variable::EntraDeviceId],
    Verdict::notice(
        "the identifier may change while a device is set up by Apple's enrolment",
        "contract §13",
    ),
);
const DEVICE_ID_OF_OWNER: VariableRule = VariableRule::everywhere(
    &[Variable::DeviceId],
    Verdict::notice("another vendor found it unsupported on this platform", "SCEPman's page on Android"),
);
const USER_NAME_OF_OWNER: VariableRule = VariableRule {
    variables: &[Variable::UserName],
    places: Places::Sans,
    certificate_type: None,
    verdict: Verdict::refused("it is not supported in alternative names on this platform", "M118"),
};

/// Windows.
pub(super) const ON_WINDOWS: &[VariableRule] = &[
    VariableRule {
        variables: &[Variable::DeviceId],
        places: Places::Subject,
        certificate_type: None,
        verdict: Verdict::notice(
            "as the subject on Windows it can break the synchronisation; use {{AAD_Device_ID}}, or the name with the \
             URI IntuneDeviceId://{{DeviceId}}",
            "M103",
        ),
    },
    VariableRule {
        variables: &[Variable::OnPremisesSecurityIdentifier],
        places: Places::All,
        certificate_type: Some(CertificateType::Device),
        verdict: Verdict::notice(
            "only hybrid-joined devices with a synchronised identifier have a value",
            "M190",
        ),
    },
    DEPARTMENT,
];
/// iOS/iPadOS and macOS.
pub(super) const ON_APPLE: &[VariableRule] =
    &[NOT_WINDOWS, DEVICE_SID_NOT_WINDOWS, ENTRA_ID_ON_APPLE, DEPARTMENT];
/// Android device administrator.
pub(super) const ON_ANDROID: &[VariableRule] =
    &[NOT_WINDOWS, DEVICE_SID_NOT_WINDOWS, SID_ON_ANDROID, DEPARTMENT];
/// Android Enterprise, personally-owned work profile.
pub(super) const IN_WORK_PROFILE: &[VariableRule] = &[
    VariableRule::everywhere(
        &[Variable::SerialNumber, Variable::Imei, Variable::Meid],
        Verdict::notice(
            "from Android 12 on there is no value, unless the device enrolled earlier and Intune knows it already",
            "M131",
        ),
    ),
    NOT_WINDOWS,
    DEVICE_SID_NOT_WINDOWS,
    SID_ON_ANDROID,
    DEPARTMENT,
];
/// Android Enterprise with a device owner.
pub(super) const OF_DEVICE_OWNER: &[VariableRule] = &[
    USER_NAME_OF_OWNER,
    NOT_WINDOWS,
    DEVICE_SID_NOT_WINDOWS,
    SID_ON_ANDROID,
    DEVICE_ID_OF_OWNER,
    DEPARTMENT,
];
/// Android Enterprise, dedicated.
pub(super) const OF_DEDICATED: &[VariableRule] = &[
    USER_NAME_OF_OWNER,
    NOT_WINDOWS,
    DEVICE_SID_NOT_WINDOWS,
    SID_ON_ANDROID,
    DEVICE_ID_OF_OWNER,
    DEPARTMENT,
    VariableRule::everywhere(
        &[Variable::EntraDeviceId],
        Verdict::notice(
            "in shared mode Intune was seen to mix it up with its own identifier",
            "contract §13",
        ),
    ),
];
/// Android Open Source Project.
pub(super) const ON_AOSP: &[VariableRule] = &[
    VariableRule::everywhere(
        &[Variable::OnPremisesSamAccountName, Variable::OnPremDistinguishedName, Variable::Department],
        Verdict::refused("AOSP devices have no value for it", "M128"),
    ),
    NOT_WINDOWS,
    DEVICE_SID_NOT_WINDOWS,
    SID_ON_ANDROID,
];

const SID_PLACE: Verdict = Verdict::refused("it works only in an alternative name of type URI", "M188");
const USER_IN_DEVICE: Verdict =
    Verdict::refused("a certificate of type Device takes device variables only", "M78");
const USERLESS: Verdict =
    Verdict::refused("a device of this platform has no user to take the value from", "M111");

impl Platform {
    /// What becomes of a variable in this place, in a certificate of this type: the strictest that a rule says.
    #[must_use]
    pub fn verdict(self, variable: Variable, place: Place, certificate_type: CertificateType) -> Verdict {
        let of_user = variable.is_users_in(certificate_type);
        if !variable.may_stand_in(place) {
            return SID_PLACE;
        }
        if of_user && certificate_type == CertificateType::Device {
            return USER_IN_DEVICE;
        }
        if of_user && self.rules().user.value == super::UserPresence::Never {
            return USERLESS;
        }
        let covering =
            || self.rules().variables.iter().filter(|rule| rule.covers(variable, place, certificate_type));
        let refusal = covering().find(|rule| matches!(rule.verdict, Verdict::Refused { .. }));
        refusal.or_else(|| covering().next()).map_or(Verdict::Allowed, |rule| rule.verdict)
    }
}
