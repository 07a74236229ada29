//! `[admin]`: the administrative interface.

use serde::{Deserialize, Serialize};

use super::listen::{Listen, TlsSource};
use super::oidc::{Oidc, OidcSettings};
use super::problem::{Code, Problem, Problems};
use super::secret::Secret;
use super::source::{self, Files, Loaded};
use super::text::Period;
use super::url::BaseUrl;

/// `[admin]`.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct AdminSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub certificate_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_file: Option<String>,
    pub behind_proxy: bool,
    pub idle: String,
    pub longest: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oidc: Option<OidcSettings>,
}

impl Default for AdminSettings {
    fn default() -> Self {
        Self {
            token_file: None,
            url: None,
            certificate_file: None,
            key_file: None,
            behind_proxy: false,
            idle: "30m".to_owned(),
            longest: "12h".to_owned(),
            oidc: None,
        }
    }
}

/// The administrative interface.
pub struct Admin {
    /// Where browsers find it; without, at the loopback names alone.
    pub url: Option<BaseUrl>,
    /// The certificate of its listener, if it speaks TLS.
    pub tls: Option<TlsSource>,
    /// A proxy in front speaks TLS.
    pub behind_proxy: bool,
    /// A session ends after so many seconds without a request.
    pub idle: i64,
    /// A session ends after so many seconds in any case.
    pub longest: i64,
    /// Whose people may sign in, too.
    pub oidc: Option<Oidc>,
}

impl AdminSettings {
    pub(super) fn believe(
        &self,
        listen: &Listen,
        files: &dyn Files,
        loaded: &Loaded,
        problems: &mut Problems,
    ) -> Admin {
        let seconds = |period: std::time::Duration| i64::try_from(period.as_secs()).unwrap_or(i64::MAX);
        let url = self.url.as_deref().and_then(|text| {
            let url = problems.note(BaseUrl::believe("admin.url", text))?;
            let whole = url.as_str().split_once("://").is_some_and(|(_, rest)| rest == url.authority());
            if !whole || !(url.is_tls() || url.is_loopback()) {
                problems.push(
                    Problem::new(Code::Rule, "admin.url", text)
                        .rule("it is https:// and a host, perhaps a port, without a path; http:// for loopback alone")
                        .fix(r#"write for example url = "https://pki-admin.example.com""#),
                );
            }
            Some(url)
        });
        let idle = problems
            .or_note(Period::believe("admin.idle", &self.idle, "1m", "24h"), std::time::Duration::ZERO);
        let longest = problems
            .or_note(Period::believe("admin.longest", &self.longest, "5m", "30d"), std::time::Duration::ZERO);
        let tls = problems.note(self.tls(loaded)).flatten();
        // Passwords and sessions would cross the network in the clear.
        let plain = tls.is_none() && self.certificate_file.is_none();
        if plain && !self.behind_proxy && !listen.admin.ip().is_loopback() {
            problems.push(
                Problem::new(Code::Rule, "listen.admin", listen.admin)
                    .rule("people sign in there, so that another address than loopback needs TLS")
                    .fix("write [admin] certificate_file and key_file, or behind_proxy = true where a proxy speaks TLS"),
            );
        }
        let oidc = self.oidc.as_ref().and_then(|oidc| oidc.believe(files, loaded, problems));
        Admin {
            url,
            tls,
            behind_proxy: self.behind_proxy,
            idle: seconds(idle),
            longest: seconds(longest),
            oidc,
        }
    }

    fn tls(&self, loaded: &Loaded) -> Result<Option<TlsSource>, Problem> {
        match (&self.certificate_file, &self.key_file) {
            (None, None) => Ok(None),
            (Some(certificate), Some(key)) => {
                let path = |text: &String| loaded.directory.join(text);
                Ok(Some(TlsSource::Files { certificate: path(certificate), key: path(key) }))
            }
            _ => Err(Problem::new(Code::Missing, "admin", "")
                .rule("TLS needs certificate_file and key_file, both")
                .fix(r#"write [admin] certificate_file = "…/fullchain.pem", key_file = "…/privkey.pem""#)),
        }
    }

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
