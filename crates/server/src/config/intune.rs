//! `[endpoint.intune]`: whom to ask whether a challenge is genuine.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::problem::{Code, Problem, Problems};
use super::secret::Secret;
use super::source::{self, Files, Loaded};
use super::text::Period;
use super::url::{BaseUrl, HostSuffix};

/// `[endpoint.intune]`. `client_secret` stands here for its name alone: only the environment may set it.
#[derive(Clone, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "each key is explained once, in the example that a test holds to these types"
)]
pub struct IntuneSettings {
    pub tenant: String,
    pub app_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_secret_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_certificate_file: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub client_key_file: Option<String>,
    pub authority: String,
    pub graph: String,
    pub resource: String,
    pub allowed_hosts: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ca_file: Option<String>,
    pub connect_timeout: String,
    pub timeout: String,
}

impl Default for IntuneSettings {
    fn default() -> Self {
        Self {
            tenant: String::new(),
            app_id: String::new(),
            client_secret_file: None,
            client_certificate_file: None,
            client_key_file: None,
            authority: "https://login.microsoftonline.com".into(),
            graph: "https://graph.microsoft.com".into(),
            resource: "https://api.manage.microsoft.com".into(),
            allowed_hosts: vec!["manage.microsoft.com".into()],
            ca_file: None,
            connect_timeout: "5s".into(),
            timeout: "20s".into(),
        }
    }
}

/// A believed connection to Intune.
pub struct Intune {
    /// Tenant: a GUID or a verified domain.
    pub tenant: String,
    /// The app registration's application (client) ID, a GUID, lower case.
    pub app_id: String,
    /// How the app proves itself.
    pub credential: IntuneCredential,
    /// Entra's token service.
    pub authority: BaseUrl,
    /// Microsoft Graph.
    pub graph: BaseUrl,
    /// The resource that tokens for Intune are asked for.
    pub resource: BaseUrl,
    /// Domains that a discovered service may be in; a token goes nowhere else.
    pub allowed_hosts: Vec<HostSuffix>,
    /// Further trusted roots, PEM.
    pub ca_pem: Option<Vec<u8>>,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for an answer.
    pub timeout: Duration,
}

/// How the app registration proves itself.
pub enum IntuneCredential {
    /// A client secret.
    Secret(Secret),
    /// A certificate whose key signs assertions.
    Certificate {
        /// PEM.
        certificate: Vec<u8>,
        /// PEM.
        key: Secret,
    },
}

struct Draft<'a> {
    settings: &'a IntuneSettings,
    /// The section as people name it, and as `Loaded::secrets` does.
    prefix: &'a (String, String),
    files: &'a dyn Files,
    loaded: &'a Loaded,
    problems: &'a mut Problems,
}

impl Intune {
    pub(super) fn believe(
        settings: &IntuneSettings,
        prefix: &(String, String),
        files: &dyn Files,
        loaded: &Loaded,
        problems: &mut Problems,
    ) -> Option<Self> {
        Draft { settings, prefix, files, loaded, problems }.believe()
    }
}

impl Draft<'_> {
    fn believe(mut self) -> Option<Intune> {
        let s = self.settings;
        self.identifiers();
        let credential = self.credential();
        let authority = self.url("authority", &s.authority);
        let graph = self.url("graph", &s.graph);
        let resource = self.url("resource", &s.resource);
        let allowed_hosts = self.allowed_hosts();
        let ca_pem = s.ca_file.as_deref().map(|path| self.read("ca_file", path));
        let connect = Period::believe(&self.key("connect_timeout"), &s.connect_timeout, "100ms", "1m");
        let timeout = Period::believe(&self.key("timeout"), &s.timeout, "100ms", "2m");
        let connect_timeout = self.problems.note(connect);
        let timeout = self.problems.note(timeout);
        Some(Intune {
            tenant: s.tenant.clone(),
            app_id: s.app_id.to_ascii_lowercase(),
            credential: credential?,
            authority: authority?,
            graph: graph?,
            resource: resource?,
            allowed_hosts,
            ca_pem: ca_pem.map_or(Some(None), |read| read.map(Some))?,
            connect_timeout: connect_timeout?,
            timeout: timeout?,
        })
    }

    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.prefix.0)
    }

    fn push(&mut self, code: Code, key: &str, value: &str, rule_and_fix: (&str, &str)) {
        let (rule, fix) = rule_and_fix;
        self.problems.push(Problem::new(code, self.key(key), value).rule(rule).fix(fix));
    }

    fn identifiers(&mut self) {
        let s = self.settings;
        // The tenant becomes a path segment of the token URL.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
        if s.tenant.is_empty() || s.tenant.len() > 253 || !s.tenant.chars().all(plain) {
            let fix = "copy the directory (tenant) ID from the Entra admin center";
            self.push(Code::Rule, "tenant", &s.tenant, ("a tenant is a GUID or a verified domain", fix));
        }
        if !is_guid(&s.app_id) {
            let fix = "copy the application (client) ID of the app registration";
            self.push(Code::Rule, "app_id", &s.app_id, ("an application ID is a GUID", fix));
        }
    }

    fn credential(&mut self) -> Option<IntuneCredential> {
        let s = self.settings;
        let from_environment = self.loaded.secrets.get(&format!("{}.client_secret", self.prefix.1));
        match (from_environment, &s.client_secret_file, &s.client_certificate_file, &s.client_key_file) {
            (Some(secret), None, None, None) => Some(IntuneCredential::Secret(secret.clone())),
            (None, Some(path), None, None) => {
                self.secret("client_secret_file", path).map(IntuneCredential::Secret)
            }
            (None, None, Some(certificate), Some(key)) => {
                let certificate = self.read("client_certificate_file", certificate);
                let key = self.secret("client_key_file", key);
                Some(IntuneCredential::Certificate { certificate: certificate?, key: key? })
            }
            _ => {
                let rule =
                    "either client_secret_file or client_certificate_file with client_key_file is needed";
                let fix = "keep one of the two; a secret is a file's content, never in this file";
                self.push(Code::Missing, "client_secret_file", "", (rule, fix));
                None
            }
        }
    }

    fn secret(&mut self, key: &str, path: &str) -> Option<Secret> {
        let read = source::secret_file(&self.key(key), path, self.files, self.loaded);
        self.problems.note(read)
    }

    fn read(&mut self, key: &str, path: &str) -> Option<Vec<u8>> {
        let problem = |error: std::io::Error| {
            Problem::new(Code::Unreadable, self.key(key), path)
                .rule(format!("the file cannot be read: {error}"))
                .fix("name a PEM file that this user can read")
        };
        let read = self.files.read(&self.loaded.directory.join(path)).map_err(problem);
        self.problems.note(read)
    }

    /// A token travels to these: no clear text beyond this machine.
    fn url(&mut self, key: &str, text: &str) -> Option<BaseUrl> {
        let believed = BaseUrl::believe(&self.key(key), text);
        let url = self.problems.note(believed)?;
        let simulated = self.loaded.local && url.is_loopback();
        if !url.is_tls() && !simulated {
            let fix = "write https://, or say --local where the tenant is simulated on this machine";
            self.push(
                Code::Loopback,
                key,
                text,
                ("credentials travel to this address, so it must be https", fix),
            );
            return None;
        }
        Some(url)
    }

    fn allowed_hosts(&mut self) -> Vec<HostSuffix> {
        let key = self.key("allowed_hosts");
        if self.settings.allowed_hosts.is_empty() {
            let rule = "without an allowed host no discovered service may be asked";
            self.push(Code::Missing, "allowed_hosts", "", (rule, r#"write ["manage.microsoft.com"]"#));
        }
        let hosts = &self.settings.allowed_hosts;
        hosts.iter().filter_map(|host| self.problems.note(HostSuffix::believe(&key, host))).collect()
    }
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
