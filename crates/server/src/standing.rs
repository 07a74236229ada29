//! Why a certificate is not good: rules, each in a file of its own, over what a directory says of its device and user.
//!
//! Pure: facts, switches and the time go in, findings come out. The status is the OR of all rules: any finding takes a
//! certificate away. What is revoked for good stays so; a hold lasts as long as its rule finds it.

mod judge;
mod record;
pub mod rules;
mod switches;

pub use judge::{Subject, judge};
pub use record::{Kind, Learned, Record};
pub use switches::{Effect, Switches};

use pki::Time;
use pki::crl::Reason;

macro_rules! rules {
    ($($(#[$doc:meta])* $name:ident = $word:literal;)+) => {
        /// Who says that a certificate is not good.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Rule {
            $($(#[$doc])* $name,)+
        }

        impl Rule {
            /// All of them.
            pub const ALL: &'static [Rule] = &[$(Rule::$name),+];

            /// As settings, audit rows and explanations name it.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Rule::$name => $word),+
                }
            }
        }
    };
}

rules! {
    /// An administrator, or a program in an administrator's name.
    Manual = "manual";
    /// The MDM did not acknowledge the certificate: it never left the CA.
    Withheld = "withheld";
    /// Intune asked for it (contract §9).
    RevocationQueue = "revocation_queue";
    /// Its successor has been in use for the time of overlap.
    Superseded = "superseded";
    /// The device was known to the directory and is no longer.
    DeviceDeleted = "device_deleted";
    /// The device was told to retire or to wipe itself (managementState 1 to 8).
    DeviceRetired = "device_retired";
    /// The device's account is disabled.
    DeviceDisabled = "device_disabled";
    /// The device does not comply, for longer than is tolerated.
    DeviceNotCompliant = "device_noncompliant";
    /// The user was known to the directory and is no longer.
    UserDeleted = "user_deleted";
    /// The user's account is disabled.
    UserDisabled = "user_disabled";
    /// The user's account is at risk.
    UserAtRisk = "user_risk";
    /// The directory has never heard of whom the certificate names.
    NotFound = "not_found";
}

impl Rule {
    /// The rules that [`judge`] applies.
    pub const OF_THE_DIRECTORY: [Rule; 8] = [
        Rule::DeviceDeleted,
        Rule::DeviceRetired,
        Rule::DeviceDisabled,
        Rule::DeviceNotCompliant,
        Rule::UserDeleted,
        Rule::UserDisabled,
        Rule::UserAtRisk,
        Rule::NotFound,
    ];

    /// Reads [`Rule::as_str`].
    #[must_use]
    pub fn parse(word: &str) -> Option<Rule> {
        Rule::ALL.iter().copied().find(|rule| rule.as_str() == word)
    }

    /// What a CRL says where this rule revokes for good (RFC 5280 §5.3.1).
    #[must_use]
    pub fn reason(self) -> Reason {
        match self {
            Rule::Superseded => Reason::Superseded,
            Rule::DeviceDeleted | Rule::DeviceRetired => Reason::CessationOfOperation,
            Rule::UserDeleted => Reason::AffiliationChanged,
            Rule::Withheld => Reason::PrivilegeWithdrawn,
            _ => Reason::Unspecified,
        }
    }
}

/// What a rule found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule.
    pub rule: Rule,
    /// Whether it can end.
    pub effect: Effect,
    /// Since when.
    pub since: Time,
    /// The facts, in one sentence.
    pub said: String,
}

impl Finding {
    /// For the CRL: `certificateHold` for what can end.
    #[must_use]
    pub fn reason(&self) -> Reason {
        match self.effect {
            Effect::Hold => Reason::CertificateHold,
            Effect::Revoke => self.rule.reason(),
        }
    }
}
