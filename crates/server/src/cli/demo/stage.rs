//! Server and tenant, with what connects them.

use super::failed;
use super::running::Running;
use super::scratch::Scratch;
use crate::cli::Failure;
use simulator::fleet::{HttpClient, Target, http_client};
use simulator::identity::TlsIdentity;
use simulator::tenant::{Tenant, TenantOptions};

/// The name of the demo's endpoint, which answers at NDES' address, too.
pub(super) const ENDPOINT: &str = "intune";

/// Everything of a demo but its devices.
pub(super) struct Stage {
    pub(super) tenant: Tenant,
    pub(super) server: Running,
    /// A client that trusts the server's TLS.
    pub(super) http: HttpClient,
    pub(super) target: Target,
    pub(super) scratch: Scratch,
}

impl Stage {
    /// Builds it: tenant first, whose addresses and credentials the server's settings name.
    ///
    /// # Errors
    /// Whatever part did not start.
    pub(super) async fn build(keep: bool) -> Result<Stage, Failure> {
        let scratch = Scratch::make("chancery-demo")?.kept(keep);
        let tenant = Tenant::start(TenantOptions::default()).await.map_err(|error| failed(&error))?;
        let tls = TlsIdentity::generate(None).map_err(|error| failed(&error))?;
        let settings = format!("{}{}", tls_settings(&scratch, &tls)?, endpoint(&scratch, &tenant, ENDPOINT)?);
        let server = Running::start(scratch.path(), &settings).await?;
        let root = pki::pem::encode("CERTIFICATE", &tls.root);
        let http = http_client(Some(&root)).map_err(|error| failed(&error))?;
        let target = Target {
            url: server.url(ENDPOINT),
            trusted: Some(server.authority.root.sha1()),
            android_needs_tls: true,
        };
        Ok(Stage { tenant, server, http, target, scratch })
    }
}

fn tls_settings(scratch: &Scratch, tls: &TlsIdentity) -> Result<String, Failure> {
    let pem = |label, der: &[u8]| pki::pem::encode(label, der);
    let certificate = scratch.write("tls.pem", &pem("CERTIFICATE", &tls.certificate))?;
    let key = scratch.write("tls.key", &pem("PRIVATE KEY", &tls.key))?;
    Ok(format!(
        "[listen]\nscep = \"127.0.0.1:0\"\nscep_tls = \"127.0.0.1:0\"\nadmin = \"127.0.0.1:0\"\n\
         [tls]\ncertificate_file = {}\nkey_file = {}\n\
         [ca]\nname = \"Chancery demo\"\n",
        quoted(&certificate.display().to_string()),
        quoted(&key.display().to_string()),
    ))
}

/// The section of an endpoint that asks this tenant.
pub(super) fn endpoint(scratch: &Scratch, tenant: &Tenant, name: &str) -> Result<String, Failure> {
    let (urls, credentials) = (tenant.urls(), tenant.credentials());
    let secret = scratch.write("client-secret", &credentials.secret)?;
    let root = scratch.write("tenant-root.pem", &tenant.root_pem().unwrap_or_default())?;
    Ok(format!(
        "[[profile]]\nname = \"device\"\n\
         [[endpoint]]\nname = {}\nprofile = \"device\"\nvalidator = \"intune\"\nndes = true\n\
         [endpoint.intune]\ntenant = {}\napp_id = {}\nclient_secret_file = {}\nauthority = {}\ngraph = {}\n\
         allowed_hosts = [\"127.0.0.1\"]\nca_file = {}\n[endpoint.directory]\nevery = \"1s\"\n",
        quoted(name),
        quoted(tenant.tenant_id()),
        quoted(&credentials.client_id),
        quoted(&secret.display().to_string()),
        quoted(&urls.authority),
        quoted(&urls.graph),
        quoted(&root.display().to_string()),
    ))
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
