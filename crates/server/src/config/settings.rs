//! The settings as written: plain text and numbers, nothing believed yet.

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::value::Word;
use super::{
    AdminSettings, AuditSettings, CaSettings, CrlSettings, EndpointSettings, LimitsSettings, ListenSettings,
    OcspSettings, PrivilegedSettings, TlsSettings, WebhooksSettings, profile,
};

/// The whole file. Its sections are documented key by key in `chancery config example`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct Settings {
    pub data_dir: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub public_url: Option<String>,
    pub listen: ListenSettings,
    pub tls: TlsSettings,
    pub limits: LimitsSettings,
    pub ca: CaSettings,
    pub crl: CrlSettings,
    pub ocsp: OcspSettings,
    pub admin: AdminSettings,
    pub log: LogSettings,
    pub audit: AuditSettings,
    pub webhooks: WebhooksSettings,
    pub privileged: PrivilegedSettings,
    pub profile: Vec<ca::profile::Settings>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub policy: Vec<ca::policy::Settings>,
    pub endpoint: Vec<EndpointSettings>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            data_dir: "/var/lib/chancery".to_owned(),
            public_url: None,
            listen: ListenSettings::default(),
            tls: TlsSettings::default(),
            limits: LimitsSettings::default(),
            ca: CaSettings::default(),
            crl: CrlSettings::default(),
            ocsp: OcspSettings::default(),
            admin: AdminSettings::default(),
            log: LogSettings::default(),
            audit: AuditSettings::default(),
            webhooks: WebhooksSettings::default(),
            privileged: PrivilegedSettings::default(),
            profile: vec![profile::first()],
            policy: Vec::new(),
            endpoint: vec![EndpointSettings::first()],
        }
    }
}

/// `[log]`: what is written to standard error.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct LogSettings {
    pub format: String,
    pub level: String,
}

impl Default for LogSettings {
    fn default() -> Self {
        Self { format: "text".to_owned(), level: "info".to_owned() }
    }
}

/// How a log line is laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// One object a line.
    Json,
}

impl Word for LogFormat {
    const WORDS: &'static [(&'static str, Self)] = &[("text", Self::Text), ("json", Self::Json)];
}

impl LogSettings {
    /// The format; text where the word was refused.
    #[must_use]
    pub fn format(&self) -> LogFormat {
        LogFormat::believe("log.format", &self.format).unwrap_or(LogFormat::Text)
    }

    pub(super) fn check(&self, problems: &mut Problems) {
        problems.note(LogFormat::believe("log.format", &self.format));
        if self.level.parse::<tracing_subscriber::filter::Targets>().is_err() {
            problems.push(
                Problem::new(Code::Rule, "log.level", &self.level)
                    .rule(
                        "a level is error, warn, info, debug or trace, or a list such as info,chancery=debug",
                    )
                    .fix(r#"write "info""#),
            );
        }
    }
}
