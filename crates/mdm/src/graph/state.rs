//! Graph's enumerations, by name and by number (contract §14).

use serde_json::Value;
use std::fmt;

/// Characters kept of a word that this version does not know.
const KEPT: usize = 64;

macro_rules! states {
    ($($(#[$doc:meta])* $name:ident { $($(#[$said:meta])* $variant:ident = $word:literal, $number:expr;)+ })+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$said])* $variant,)+
            /// A word or number that this version does not know, as received, up to 64 characters. Not evidence of
            /// anything good.
            Unknown(String),
        }

        impl $name {
            /// All that are known, in Graph's order.
            pub const NAMED: &'static [Self] = &[$(Self::$variant),+];

            /// Reads the name, in any letter case, or the number, as a number or in digits. `None` for any other type.
            #[must_use]
            pub fn read(value: &Value) -> Option<Self> {
                match value {
                    Value::String(word) => Some(Self::named(word)),
                    Value::Number(number) => Some(Self::named(&number.to_string())),
                    _ => None,
                }
            }

            fn named(word: &str) -> Self {
                let known = Self::NAMED.iter().find(|state| {
                    let number = state.number().map(|number| number.to_string());
                    state.as_str().eq_ignore_ascii_case(word) || number.as_deref() == Some(word)
                });
                known.cloned().unwrap_or_else(|| Self::Unknown(word.chars().take(KEPT).collect()))
            }

            /// Graph's name.
            #[must_use]
            pub fn as_str(&self) -> &str {
                match self {
                    $(Self::$variant => $word,)+
                    Self::Unknown(word) => word,
                }
            }

            /// Graph's number, where it is known.
            #[must_use]
            pub fn number(&self) -> Option<u16> {
                match self {
                    $(Self::$variant => $number,)+
                    Self::Unknown(_) => None,
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                // An unknown word comes from the network: nothing that could forge a log line.
                write!(f, "{}", self.as_str().escape_debug())
            }
        }
    )+};
}

states! {
    /// `managementState` of a managed device; on the beta version only.
    ManagementState {
        /// Under management.
        Managed = "managed", Some(0);
        /// A retire is ordered.
        RetirePending = "retirePending", Some(1);
        /// A retire did not succeed.
        RetireFailed = "retireFailed", Some(2);
        /// A wipe is ordered.
        WipePending = "wipePending", Some(3);
        /// A wipe did not succeed.
        WipeFailed = "wipeFailed", Some(4);
        /// Not as it should be.
        Unhealthy = "unhealthy", Some(5);
        /// The record is to be deleted.
        DeletePending = "deletePending", Some(6);
        /// The device was told to retire.
        RetireIssued = "retireIssued", Some(7);
        /// The device was told to wipe.
        WipeIssued = "wipeIssued", Some(8);
        /// A wipe was called off.
        WipeCanceled = "wipeCanceled", Some(9);
        /// A retire was called off.
        RetireCanceled = "retireCanceled", Some(10);
        /// Seen, not enrolled.
        Discovered = "discovered", Some(11);
    }

    /// `complianceState` of a managed device.
    ComplianceState {
        /// Graph's word `unknown`: not yet evaluated.
        Undetermined = "unknown", Some(0);
        /// By the rules.
        Compliant = "compliant", Some(1);
        /// Against the rules.
        Noncompliant = "noncompliant", Some(2);
        /// Rules contradict each other.
        Conflict = "conflict", Some(3);
        /// Could not be evaluated.
        Error = "error", Some(4);
        /// Against the rules, and not yet held against it.
        InGracePeriod = "inGracePeriod", Some(254);
        /// Configuration Manager knows.
        ConfigManager = "configManager", Some(255);
    }

    /// `managedDeviceOwnerType` of a managed device.
    OwnerType {
        /// Graph's word `unknown`.
        Undetermined = "unknown", Some(0);
        /// The organisation's.
        Company = "company", Some(1);
        /// Its user's.
        Personal = "personal", Some(2);
    }

    /// `riskLevel` of a user. The contract gives no numbers.
    RiskLevel {
        /// Low.
        Low = "low", None;
        /// Medium.
        Medium = "medium", None;
        /// High.
        High = "high", None;
        /// Not shown to this tenant.
        Hidden = "hidden", None;
        /// None.
        None = "none", None;
    }

    /// `riskState` of a user. The contract gives no numbers.
    RiskState {
        /// None.
        None = "none", None;
        /// An administrator said that there is none.
        ConfirmedSafe = "confirmedSafe", None;
        /// The user did something about it.
        Remediated = "remediated", None;
        /// An administrator waved it away.
        Dismissed = "dismissed", None;
        /// At risk.
        AtRisk = "atRisk", None;
        /// An administrator said that the account is taken over.
        ConfirmedCompromised = "confirmedCompromised", None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn contract_14_management_state_by_name_and_number() {
        assert_eq!(ManagementState::NAMED.len(), 12);
        for (number, state) in ManagementState::NAMED.iter().enumerate() {
            assert_eq!(state.number(), u16::try_from(number).ok());
            for value in [json!(number), json!(number.to_string()), json!(state.as_str())] {
                assert_eq!(ManagementState::read(&value).as_ref(), Some(state), "{value}");
            }
        }
        assert_eq!(ManagementState::read(&json!("WIPEISSUED")), Some(ManagementState::WipeIssued));
    }

    #[test]
    fn contract_14_compliance_state_by_name_and_number() {
        let numbers: Vec<_> = ComplianceState::NAMED.iter().filter_map(ComplianceState::number).collect();
        assert_eq!(numbers, [0, 1, 2, 3, 4, 254, 255]);
        assert_eq!(ComplianceState::read(&json!(254)), Some(ComplianceState::InGracePeriod));
        assert_eq!(ComplianceState::read(&json!("unknown")), Some(ComplianceState::Undetermined));
    }

    #[test]
    fn what_is_unknown_is_kept_and_what_is_no_word_is_odd() {
        for value in [json!("unknownFutureValue"), json!("12"), json!(12), json!(-1), json!(7.0), json!("")] {
            assert!(matches!(ManagementState::read(&value), Some(ManagementState::Unknown(_))), "{value}");
        }
        for value in [json!(null), json!(true), json!([]), json!({})] {
            assert_eq!(ManagementState::read(&value), None, "{value}");
        }
        assert_eq!(RiskLevel::read(&json!(2)), Some(RiskLevel::Unknown("2".into())));
        let Some(RiskState::Unknown(kept)) = RiskState::read(&json!("x".repeat(1_000))) else { panic!() };
        assert_eq!(kept.len(), KEPT);
        assert!(!RiskState::Unknown("a\nlevel=info".into()).to_string().contains('\n'));
    }
}
