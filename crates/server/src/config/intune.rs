//! `[endpoint.intune]`: whom to ask whether a challenge is genuine.

use mdm::cloud::{Cloud, INTUNE_HOST_SUFFIXES};
use mdm::entra::Tenant;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::problem::{Code, Problem, Problems};
use super::secret::Secret;
use super::source::{self, Files, Loaded};
use super::text::Period;
use super::url::BaseUrl;
use super::value::Word;
use crate::validators::intune::{ClientCertificate, Credential, IntuneSettings as Connection};

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
    pub cloud: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authority: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub graph: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resource: Option<String>,
    pub allowed_hosts: Vec<String>,
    pub vouch_sid: bool,
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
            cloud: "global".into(),
            authority: None,
            graph: None,
            resource: None,
            allowed_hosts: INTUNE_HOST_SUFFIXES.map(String::from).to_vec(),
            vouch_sid: false,
            ca_file: None,
            connect_timeout: "5s".into(),
            timeout: "20s".into(),
        }
    }
}

struct Draft<'a> {
    settings: &'a IntuneSettings,
    /// The section as people name it, and as `Loaded::secrets` does.
    prefix: &'a (String, String),
    files: &'a dyn Files,
    loaded: &'a Loaded,
    problems: &'a mut Problems,
}

/// Believes the section that `prefix` names: as people write it, and as [`Loaded`] numbers it.
pub(super) fn believe(
    settings: &IntuneSettings,
    prefix: &(String, String),
    files: &dyn Files,
    loaded: &Loaded,
    problems: &mut Problems,
) -> Option<Connection> {
    Draft { settings, prefix, files, loaded, problems }.believe()
}

impl Draft<'_> {
    fn believe(mut self) -> Option<Connection> {
        let s = self.settings;
        let tenant = self.tenant();
        self.app_id();
        let credential = self.credential();
        let cloud = self.cloud();
        let allowed_hosts = self.allowed_hosts();
        let extra_roots = self.extra_roots();
        let connect = Period::believe(&self.key("connect_timeout"), &s.connect_timeout, "100ms", "1m");
        let timeout = Period::believe(&self.key("timeout"), &s.timeout, "100ms", "2m");
        let connect_timeout = self.problems.note(connect)?;
        let call_timeout = self.problems.note(timeout)?;
        Some(Connection {
            cloud: cloud?,
            allowed_hosts,
            extra_roots: extra_roots?,
            connect_timeout,
            call_timeout,
            vouch_sid: s.vouch_sid,
            insecure_loopback: self.loaded.local,
            ..Connection::new(tenant?, &s.app_id.to_ascii_lowercase(), credential?)
        })
    }

    fn key(&self, key: &str) -> String {
        format!("{}.{key}", self.prefix.0)
    }

    fn push(&mut self, code: Code, key: &str, value: &str, rule_and_fix: (&str, &str)) {
        let (rule, fix) = rule_and_fix;
        self.problems.push(Problem::new(code, self.key(key), value).rule(rule).fix(fix));
    }

    fn tenant(&mut self) -> Option<Tenant> {
        let text = &self.settings.tenant;
        let tenant = Tenant::parse(text);
        if tenant.is_none() {
            let fix = "copy the directory (tenant) ID from the Entra admin center";
            self.push(Code::Rule, "tenant", text, ("a tenant is a GUID or a verified domain", fix));
        }
        tenant
    }

    fn app_id(&mut self) {
        let text = &self.settings.app_id;
        if !is_guid(text) {
            let fix = "copy the application (client) ID of the app registration";
            self.push(Code::Rule, "app_id", text, ("an application ID is a GUID", fix));
        }
    }

    fn credential(&mut self) -> Option<Credential> {
        let s = self.settings;
        let from_environment = self.loaded.secrets.get(&format!("{}.client_secret", self.prefix.1));
        match (from_environment, &s.client_secret_file, &s.client_certificate_file, &s.client_key_file) {
            (Some(secret), None, None, None) => Some(Credential::Secret(entra_secret(secret))),
            (None, Some(path), None, None) => {
                let key = self.key("client_secret_file");
                let secret = source::secret_file(&key, path, self.files, self.loaded, self.problems);
                secret.map(|secret| Credential::Secret(entra_secret(&secret)))
            }
            (None, None, Some(certificate), Some(key)) => self.client_certificate(certificate, key),
            _ => {
                let rule =
                    "either client_secret_file or client_certificate_file with client_key_file is needed";
                let fix = "keep one of the two; a secret is a file's content, never in this file";
                self.push(Code::Missing, "client_secret_file", "", (rule, fix));
                None
            }
        }
    }

    fn client_certificate(&mut self, certificate: &str, key: &str) -> Option<Credential> {
        let pem = self.read("client_certificate_file", certificate);
        let key_pem = self.read("client_key_file", key).map(Zeroizing::new);
        let found = CertificateDer::from_pem_slice(&pem?).ok();
        if found.is_none() {
            let fix = "name a file with BEGIN CERTIFICATE in it";
            self.push(
                Code::Rule,
                "client_certificate_file",
                certificate,
                ("it holds no certificate in PEM", fix),
            );
        }
        let own_key = PrivatePkcs8KeyDer::from_pem_slice(&key_pem?).ok();
        if own_key.is_none() {
            let fix = "convert it with: openssl pkcs8 -topk8 -nocrypt -in old.key -out new.key";
            self.push(Code::Secret, "client_key_file", key, ("it holds no PKCS #8 key in PEM", fix));
        }
        let (certificate, key) = (found?.to_vec(), Zeroizing::new(own_key?.secret_pkcs8_der().to_vec()));
        Some(Credential::Certificate(ClientCertificate { certificate, key, pss: false }))
    }

    fn cloud(&mut self) -> Option<Cloud> {
        let s = self.settings;
        let preset = self.problems.note(Preset::believe(&self.key("cloud"), &s.cloud))?.cloud();
        let authority = self.url("authority", s.authority.as_ref().unwrap_or(&preset.authority));
        let graph = self.url("graph", s.graph.as_ref().unwrap_or(&preset.graph));
        let resource = self.url("resource", s.resource.as_ref().unwrap_or(&preset.intune_resource));
        Some(Cloud { authority: authority?, graph: graph?, intune_resource: resource? })
    }

    fn extra_roots(&mut self) -> Option<Vec<Vec<u8>>> {
        let Some(path) = self.settings.ca_file.as_deref() else { return Some(Vec::new()) };
        let pem = self.read("ca_file", path)?;
        let roots: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&pem).collect();
        let roots: Vec<Vec<u8>> = roots.unwrap_or_default().iter().map(|root| root.to_vec()).collect();
        if roots.is_empty() {
            let rule = "it holds no certificate in PEM";
            self.push(Code::Rule, "ca_file", path, (rule, "name a file with BEGIN CERTIFICATE in it"));
            return None;
        }
        Some(roots)
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
    fn url(&mut self, key: &str, text: &str) -> Option<String> {
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
        // Both reference clients keep the slash at the end (contract §2).
        Some(format!("{url}/"))
    }

    fn allowed_hosts(&mut self) -> Vec<String> {
        let hosts = &self.settings.allowed_hosts;
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
        // One label alone ("com") would allow the whole world.
        let narrow = |host: &str| host.trim_start_matches('.').contains('.') && host.chars().all(plain);
        if let Some(host) = hosts.iter().find(|host| !narrow(host)) {
            let rule = "an allowed host is a domain of two labels or more; its subdomains are included";
            self.push(
                Code::Rule,
                "allowed_hosts",
                host,
                (rule, r#"write for example ".manage.microsoft.com""#),
            );
        }
        hosts.clone()
    }
}

/// One of Microsoft's clouds.
#[derive(Clone, Copy)]
enum Preset {
    Global,
    UsGovernment,
    UsDefense,
}

impl Word for Preset {
    const WORDS: &'static [(&'static str, Self)] =
        &[("global", Self::Global), ("us_government", Self::UsGovernment), ("us_defense", Self::UsDefense)];
}

impl Preset {
    fn cloud(self) -> Cloud {
        match self {
            Self::Global => Cloud::global(),
            Self::UsGovernment => Cloud::us_government(),
            Self::UsDefense => Cloud::us_defense(),
        }
    }
}

fn entra_secret(secret: &Secret) -> mdm::entra::Secret {
    mdm::entra::Secret::new(secret.reveal_secret())
}

fn is_guid(text: &str) -> bool {
    let lengths: Vec<usize> = text.split('-').map(str::len).collect();
    lengths == [8, 4, 4, 4, 12] && text.bytes().all(|byte| byte == b'-' || byte.is_ascii_hexdigit())
}
