//! Server and tenant, with what connects them.

use super::board::Board;
use super::failed;
use super::refusals::Refusals;
use super::running::Running;
use super::scratch::Scratch;
use crate::cli::Failure;
use crate::http::Simulator;
use simulator::fleet::{HttpClient, Target, http_client};
use simulator::identity::TlsIdentity;
use simulator::tenant::{Tenant, TenantOptions};
use std::sync::Arc;

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
    /// What the portal shows of the fleet, where somebody watches.
    pub(super) board: Option<Arc<Board>>,
}

impl Stage {
    /// Builds it: tenant first, whose addresses and credentials the server's settings name.
    ///
    /// # Errors
    /// Whatever part did not start.
    pub(super) async fn build(keep: bool, watched: Option<(Refusals, usize)>) -> Result<Stage, Failure> {
        let scratch = Scratch::make("chancery-demo")?.kept(keep);
        let tenant = Tenant::start(TenantOptions::default()).await.map_err(|error| failed(&error))?;
        let tls = TlsIdentity::generate(None).map_err(|error| failed(&error))?;
        let settings =
            format!("{}{}", tls_settings(&scratch, &tls, 0)?, endpoint(&scratch, &tenant, ENDPOINT)?);
        let board =
            watched.map(|(refusals, devices)| Arc::new(Board::new(tenant.world(), refusals, devices)));
        let shown = board.clone().map(|one| one as Arc<dyn Simulator>);
        let server = Running::start_shown(scratch.path(), &settings, shown).await?;
        let root = pki::pem::encode("CERTIFICATE", &tls.root);
        let http = http_client(Some(&root)).map_err(|error| failed(&error))?;
        let target = Target {
            url: server.url(ENDPOINT),
            trusted: Some(server.authority.root.sha1()),
            android_needs_tls: true,
        };
        Ok(Stage { tenant, server, http, target, scratch, board })
    }
}

/// The sections of a server with TLS on that port; 0 for a free one.
pub(in crate::cli) fn tls_settings(
    scratch: &Scratch,
    tls: &TlsIdentity,
    port: u16,
) -> Result<String, Failure> {
    let pem = |label, der: &[u8]| pki::pem::encode(label, der);
    let certificate = scratch.write("tls.pem", &pem("CERTIFICATE", &tls.certificate))?;
    let key = scratch.write("tls.key", &pem("PRIVATE KEY", &tls.key))?;
    let plain = free_port()?;
    Ok(format!(
        "public_url = \"http://127.0.0.1:{plain}\"\n[listen]\nscep = \"127.0.0.1:{plain}\"\nscep_tls = \"127.0.0.1:{port}\"\nadmin = \"127.0.0.1:0\"\n\
         [tls]\ncertificate_file = {}\nkey_file = {}\n\
         [ca]\nname = \"Chancery demo\"\n",
        quoted(&certificate.display().to_string()),
        quoted(&key.display().to_string()),
    ))
}

/// A port that was free a moment ago: certificates and pages name it, and they are made from the settings.
pub(super) fn free_port() -> Result<u16, Failure> {
    let bound = std::net::TcpListener::bind("127.0.0.1:0").and_then(|socket| socket.local_addr());
    bound.map(|address| address.port()).map_err(|error| failed(&error))
}

/// A profile and an endpoint at NDES' address that asks this tenant.
pub(super) fn endpoint(scratch: &Scratch, tenant: &Tenant, name: &str) -> Result<String, Failure> {
    Ok(format!(
        "[[profile]]\nname = \"device\"\n\
         [[endpoint]]\nname = {}\nprofile = \"device\"\nvalidator = \"intune\"\nndes = true\n\
         {}[endpoint.directory]\nevery = \"1s\"\n",
        quoted(name),
        access(scratch, tenant)?,
    ))
}

/// How an endpoint asks this tenant.
pub(super) fn access(scratch: &Scratch, tenant: &Tenant) -> Result<String, Failure> {
    let (urls, credentials) = (tenant.urls(), tenant.credentials());
    let secret = scratch.write("client-secret", &credentials.secret)?;
    let root = scratch.write("tenant-root.pem", &tenant.root_pem().unwrap_or_default())?;
    Ok(format!(
        "[endpoint.intune]\ntenant = {}\napp_id = {}\nclient_secret_file = {}\nauthority = {}\ngraph = {}\n\
         allowed_hosts = [\"127.0.0.1\"]\nca_file = {}\n",
        quoted(tenant.tenant_id()),
        quoted(&credentials.client_id),
        quoted(&secret.display().to_string()),
        quoted(&urls.authority),
        quoted(&urls.graph),
        quoted(&root.display().to_string()),
    ))
}

/// As TOML writes it.
pub(in crate::cli) fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
