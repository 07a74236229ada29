use super::Rule;
use mdm::graph::RiskLevel;
use std::time::Duration;

/// What a rule does where it applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// `certificateHold`: over once the rule finds nothing any more.
    Hold,
    /// For good.
    Revoke,
}

/// Which rules apply to an endpoint's certificates. `None` is off.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Switches {
    /// [`Rule::DeviceDeleted`].
    pub device_deleted: Option<Effect>,
    /// [`Rule::DeviceRetired`].
    pub device_retired: Option<Effect>,
    /// [`Rule::DeviceDisabled`].
    pub device_disabled: Option<Effect>,
    /// [`Rule::DeviceNotCompliant`].
    pub device_noncompliant: Option<Effect>,
    /// How long a device may be out of compliance, counted from when that was learned or from its enrolment, whichever is
    /// later.
    pub compliance_grace: Duration,
    /// [`Rule::UserDeleted`].
    pub user_deleted: Option<Effect>,
    /// [`Rule::UserDisabled`].
    pub user_disabled: Option<Effect>,
    /// [`Rule::UserAtRisk`].
    pub user_risk: Option<Effect>,
    /// The levels of risk that are not tolerated.
    pub risk_levels: Vec<RiskLevel>,
    /// [`Rule::NotFound`].
    pub not_found: Option<Effect>,
    /// How long a directory may take to hear of a new device or user.
    pub not_found_after: Duration,
}

impl Default for Switches {
    fn default() -> Switches {
        Switches {
            device_deleted: Some(Effect::Revoke),
            device_retired: Some(Effect::Revoke),
            device_disabled: Some(Effect::Hold),
            device_noncompliant: None,
            compliance_grace: Duration::ZERO,
            user_deleted: Some(Effect::Revoke),
            user_disabled: Some(Effect::Hold),
            user_risk: None,
            risk_levels: vec![RiskLevel::High],
            not_found: Some(Effect::Hold),
            not_found_after: Duration::from_secs(3600),
        }
    }
}

impl Switches {
    /// What this rule of the directory does here.
    #[must_use]
    pub fn effect(&self, rule: Rule) -> Option<Effect> {
        match rule {
            Rule::DeviceDeleted => self.device_deleted,
            Rule::DeviceRetired => self.device_retired,
            Rule::DeviceDisabled => self.device_disabled,
            Rule::DeviceNotCompliant => self.device_noncompliant,
            Rule::UserDeleted => self.user_deleted,
            Rule::UserDisabled => self.user_disabled,
            Rule::UserAtRisk => self.user_risk,
            Rule::NotFound => self.not_found,
            Rule::Manual | Rule::Withheld | Rule::RevocationQueue | Rule::Superseded => None,
        }
    }
}
