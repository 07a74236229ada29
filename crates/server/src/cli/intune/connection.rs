//! Which tenant, and as whom: from the settings of an endpoint that asks Intune, or from flags.

use super::connections;
use crate::cli::{Context, Failure};
use crate::explanation::{Explanation, administrator};
use crate::rollout::{Office, Who};
use crate::validators::Refusal;
use crate::validators::intune::{ClientCertificate, Credential, IntuneSettings};
use mdm::entra::Tenant;
use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, PrivatePkcs8KeyDer};
use std::path::PathBuf;
use zeroize::Zeroizing;

/// Which tenant, and as whom
#[derive(clap::Args, Debug, Default)]
pub(in crate::cli) struct Connection {
    /// The connection of this endpoint [default: the first one that asks Intune, if there are settings]
    #[arg(long, value_name = "NAME")]
    endpoint: Option<String>,
    /// Another tenant: GUID or domain
    #[arg(long, value_name = "TENANT")]
    tenant: Option<String>,
    /// Another application
    #[arg(long, value_name = "ID")]
    client_id: Option<String>,
    /// Sign in as a person: shows an address and a code; the token is kept in memory alone
    #[arg(long, conflicts_with_all = ["certificate", "key"])]
    device_code: bool,
    /// The application's certificate, PEM, instead of the credential of the settings
    #[arg(long, value_name = "FILE", requires = "key")]
    certificate: Option<PathBuf>,
    /// Its key, PKCS #8 in PEM
    #[arg(long, value_name = "FILE", requires = "certificate")]
    key: Option<PathBuf>,
}

impl Connection {
    /// Opens the way to Graph with these permissions, where a person signs in.
    pub(in crate::cli) async fn open(
        &self,
        settings: &IntuneSettings,
        permissions: &[&str],
    ) -> Result<Office, Failure> {
        let show = |address: &str, code: &str| {
            // Nothing to be done about a terminal that is gone.
            let _ = std::io::Write::write_all(
                &mut std::io::stderr(),
                format!("Sign in at {address} with the code {code}\n").as_bytes(),
            );
        };
        let who = if self.device_code { Who::Person { permissions, show: &show } } else { Who::Application };
        Office::open(settings, who, None).await.map_err(|refusal| told(&refusal))
    }

    /// The settings that these flags make of those of the file.
    pub(in crate::cli) fn settings(&self, context: &Context) -> Result<IntuneSettings, Failure> {
        let mut settings = match (&self.tenant, &self.client_id) {
            (Some(tenant), Some(client_id)) if context.sources(Vec::new()).file.is_none() => {
                IntuneSettings::new(self::tenant(tenant)?, client_id, Credential::Absent)
            }
            _ => {
                let config = context.config()?;
                let found = connections(&config, self.endpoint.as_deref())?;
                found.first().map(|(_, settings)| (*settings).clone()).ok_or_else(|| {
                    Failure::new(administrator::NO_INTUNE, "there is no connection to Intune")
                })?
            }
        };
        if let Some(text) = &self.tenant {
            settings.tenant = tenant(text)?;
        }
        if let Some(client_id) = &self.client_id {
            settings.client_id = client_id.to_ascii_lowercase();
        }
        if self.device_code {
            settings.credential = Credential::Absent;
        } else if let (Some(certificate), Some(key)) = (&self.certificate, &self.key) {
            settings.credential = Credential::Certificate(client_certificate(certificate, key)?);
        } else if matches!(settings.credential, Credential::Absent) {
            return Err(wrong("say --device-code, or --certificate and --key"));
        }
        Ok(settings)
    }
}

/// As a verb says it.
pub(in crate::cli) fn told(refusal: &Refusal) -> Failure {
    Failure::from(&Explanation::from(refusal))
}

fn wrong(sentence: impl Into<String>) -> Failure {
    Failure::new(administrator::ENDPOINT, sentence).fix("see `chancery intune apply --help`").usage()
}

fn tenant(text: &str) -> Result<Tenant, Failure> {
    Tenant::parse(text).ok_or_else(|| wrong("a tenant is a GUID or a verified domain"))
}

fn client_certificate(certificate: &PathBuf, key: &PathBuf) -> Result<ClientCertificate, Failure> {
    let read = |path: &PathBuf| {
        std::fs::read(path).map_err(|error| wrong(format!("{} cannot be read: {error}", path.display())))
    };
    let (pem, key_pem) = (read(certificate)?, Zeroizing::new(read(key)?));
    let found = CertificateDer::from_pem_slice(&pem)
        .map_err(|_| wrong(format!("{} holds no certificate in PEM", certificate.display())))?;
    let own = PrivatePkcs8KeyDer::from_pem_slice(&key_pem)
        .map_err(|_| wrong(format!("{} holds no PKCS #8 key in PEM", key.display())))?;
    let key = Zeroizing::new(own.secret_pkcs8_der().to_vec());
    Ok(ClientCertificate { certificate: found.to_vec(), key, pss: false })
}
