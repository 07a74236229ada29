//! What is allowed in a profile but seldom meant: told on the command line, in the portal and by the linter.

use super::{CertificateProfile, Platform};
use pki::extension::KeyUsage;
use pki::oid;
use std::fmt;

const DAY: i64 = 86_400;
/// M16: below five days, Intune's agents may drop a certificate before installing it.
const SHORT: i64 = 5 * DAY;
/// M15: Intune supports up to 24 months; 731 days take a leap year along.
const LONG: i64 = 731 * DAY;

/// A warning about a profile.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warning {
    /// Validity below five days (M16).
    ShortValidity,
    /// Validity above 24 months (M15).
    LongValidity,
    /// clientAuth is missing (M25).
    NoClientAuth,
    /// Extended key usages besides clientAuth, which need a reason (M25).
    FurtherUsages,
    /// Mail encryption with a key that nobody has a copy of (M181).
    MailEncryption,
    /// Names of any domain may be asked for (threat 25).
    AnyDomain,
    /// Requested validity is ignored on Apple devices (M13).
    AppleIgnoresValidity,
}

impl CertificateProfile {
    /// Everything in this profile that is seldom meant.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let client_only = self.usage.extended == [oid::CLIENT_AUTH];
        let mail = self.usage.extended.contains(&oid::EMAIL_PROTECTION);
        let found = [
            (Warning::ShortValidity, self.validity.period < SHORT),
            (Warning::LongValidity, self.validity.period > LONG),
            (Warning::NoClientAuth, !self.usage.extended.contains(&oid::CLIENT_AUTH)),
            (Warning::FurtherUsages, !client_only && self.usage.extended.len() > 1),
            (Warning::MailEncryption, mail && self.usage.key_usage.contains(KeyUsage::KEY_ENCIPHERMENT)),
            (Warning::AnyDomain, self.san.is_unbounded()),
            (
                Warning::AppleIgnoresValidity,
                self.platform == Platform::Apple && self.validity.allow_requested,
            ),
        ];
        found.into_iter().filter(|(_, holds)| *holds).map(|(warning, _)| warning).collect()
    }
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ShortValidity => "validity_days is below 5: a device may reject the certificate before installing it",
            Self::LongValidity => "validity_days is above 24 months, more than Intune supports",
            Self::NoClientAuth => "extended_key_usage lacks clientAuth, which SCEP profiles for devices need",
            Self::FurtherUsages => "extended_key_usage holds more than clientAuth: confirm that each is needed",
            Self::MailEncryption => {
                "emailProtection with keyEncipherment: mail encrypted to a key without a backup is lost with the device"
            }
            Self::AnyDomain => "domains are not named: the validator alone decides which domains' names are certified",
            Self::AppleIgnoresValidity => "Apple devices always get validity_days; allow_requested_validity has no effect",
        })
    }
}
