//! The settings as written: plain text and numbers, nothing believed yet.

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::secret::Secret;
use super::source::{Files, Loaded};
use super::value::Word;
use super::{
    CaSettings, CrlSettings, EndpointSettings, LimitsSettings, ListenSettings, OcspSettings, TlsSettings,
    profile, source,
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
    pub profile: Vec<ca::profile::Settings>,
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
            profile: vec![profile::first()],
            endpoint: vec![EndpointSettings::first()],
        }
    }
}

/// `[admin]`: the administrative listener's API.
#[derive(Clone, Default, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct AdminSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<String>,
}

impl AdminSettings {
    pub(super) fn token(
        &self,
        files: &dyn Files,
        loaded: &Loaded,
        problems: &mut Problems,
    ) -> Option<Secret> {
        const KEY: &str = "admin.token_file";
        let path = self.token_file.as_deref()?;
        let token = source::secret_file(KEY, path, files, loaded, problems)?;
        if token.reveal_secret().len() < 32 {
            problems.push(
                Problem::new(Code::Secret, KEY, path)
                    .rule("a token of fewer than 32 characters can be guessed")
                    .fix("write one with: openssl rand -base64 33"),
            );
        }
        Some(token)
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
