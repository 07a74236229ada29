//! `[endpoint.directory]`: what certificates of an endpoint follow, and how.

use std::path::PathBuf;
use std::time::Duration;

use mdm::graph::RiskLevel;
use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::source::Loaded;
use super::text::Period;
use super::value::Word;
use crate::directory::WhenStale;
use crate::standing::{Effect, Switches};

/// `[endpoint.directory]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct DirectorySettings {
    pub enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    pub every: String,
    pub stale_after: String,
    pub when_stale: String,
    pub revocation_requests: bool,
    pub sid_extension: bool,
    pub device_deleted: String,
    pub device_retired: String,
    pub device_disabled: String,
    pub device_noncompliant: String,
    pub compliance_grace: String,
    pub user_deleted: String,
    pub user_disabled: String,
    pub user_risk: String,
    pub risk_levels: Vec<String>,
    pub not_found: String,
    pub not_found_after: String,
}

impl Default for DirectorySettings {
    fn default() -> Self {
        Self {
            enabled: true,
            file: None,
            every: "30s".into(),
            stale_after: "30m".into(),
            when_stale: "continue".into(),
            revocation_requests: true,
            sid_extension: false,
            device_deleted: "revoke".into(),
            device_retired: "revoke".into(),
            device_disabled: "hold".into(),
            device_noncompliant: "off".into(),
            compliance_grace: "0s".into(),
            user_deleted: "revoke".into(),
            user_disabled: "hold".into(),
            user_risk: "off".into(),
            risk_levels: vec!["high".into()],
            not_found: "hold".into(),
            not_found_after: "1h".into(),
        }
    }
}

/// What an endpoint's certificates follow.
#[derive(Clone, Debug)]
pub struct Follow {
    /// A list of devices and users; `None` is the tenant that the endpoint asks.
    pub file: Option<PathBuf>,
    /// From one reading to the next.
    pub every: Duration,
    /// After how long without a reading its facts are stale.
    pub stale_after: Duration,
    /// What OCSP does then.
    pub when_stale: WhenStale,
    /// Whether Intune's own revocation requests are fetched.
    pub revocation_requests: bool,
    /// Whether certificates bear the account's SID as Microsoft's extension.
    pub sid_extension: bool,
    /// Which rules apply.
    pub switches: Switches,
}

/// The word for a rule that is off.
#[derive(Clone, Copy)]
enum Switch {
    Off,
    On(Effect),
}

impl Word for Switch {
    const WORDS: &'static [(&'static str, Self)] =
        &[("off", Self::Off), ("hold", Self::On(Effect::Hold)), ("revoke", Self::On(Effect::Revoke))];
}

impl Word for WhenStale {
    const WORDS: &'static [(&'static str, Self)] =
        &[("continue", Self::Continue), ("try_later", Self::TryLater)];
}

/// Believes the section that `prefix` names. `None` where nothing is followed: switched off, or an endpoint without a tenant
/// and without a file.
pub(super) fn believe(
    settings: &DirectorySettings,
    prefix: &str,
    has_tenant: bool,
    loaded: &Loaded,
    problems: &mut Problems,
) -> Option<Follow> {
    let key = |key: &str| format!("{prefix}.{key}");
    let s = settings;
    let mut period = |name: &str, text: &str, least: &str, most: &str| {
        problems.or_note(Period::believe(&key(name), text, least, most), Duration::ZERO)
    };
    let every = period("every", &s.every, "1s", "1d");
    let stale_after = period("stale_after", &s.stale_after, "1m", "30d");
    let compliance_grace = period("compliance_grace", &s.compliance_grace, "0s", "90d");
    let not_found_after = period("not_found_after", &s.not_found_after, "1m", "90d");
    let when_stale = WhenStale::believe(&key("when_stale"), &s.when_stale);
    let when_stale = problems.or_note(when_stale, WhenStale::Continue);
    let risk_levels = risk_levels(s, &key("risk_levels"), problems);
    let mut switch =
        |name: &str, word: &str| match problems.or_note(Switch::believe(&key(name), word), Switch::Off) {
            Switch::Off => None,
            Switch::On(effect) => Some(effect),
        };
    let switches = Switches {
        device_deleted: switch("device_deleted", &s.device_deleted),
        device_retired: switch("device_retired", &s.device_retired),
        device_disabled: switch("device_disabled", &s.device_disabled),
        device_noncompliant: switch("device_noncompliant", &s.device_noncompliant),
        compliance_grace,
        user_deleted: switch("user_deleted", &s.user_deleted),
        user_disabled: switch("user_disabled", &s.user_disabled),
        user_risk: switch("user_risk", &s.user_risk),
        risk_levels,
        not_found: switch("not_found", &s.not_found),
        not_found_after,
    };
    let file = s.file.as_ref().map(|file| loaded.directory.join(file));
    let revocation_requests = s.revocation_requests && has_tenant;
    let followed = s.enabled && (has_tenant || file.is_some());
    followed.then_some(Follow {
        file,
        every,
        stale_after,
        when_stale,
        revocation_requests,
        sid_extension: s.sid_extension,
        switches,
    })
}

fn risk_levels(settings: &DirectorySettings, key: &str, problems: &mut Problems) -> Vec<RiskLevel> {
    const LEVELS: [RiskLevel; 3] = [RiskLevel::Low, RiskLevel::Medium, RiskLevel::High];
    let mut levels = Vec::new();
    for word in &settings.risk_levels {
        match LEVELS.into_iter().find(|level| level.as_str() == word) {
            Some(level) => levels.push(level),
            None => problems.push(
                Problem::new(Code::Rule, key, word)
                    .rule("a level of risk is low, medium or high")
                    .fix(r#"write for example ["medium", "high"]"#),
            ),
        }
    }
    levels
}
