//! Server and tenant of a year, by one clock.

use crate::cli::Failure;
use crate::cli::demo::{Running, Scratch, quoted, tls_settings};
use crate::cli::simulate::failed;
use crate::clock::Clock;
use pki::Time;
use pki::certificate::Certificate;
use simulator::fleet::{HttpClient, http_client};
use simulator::identity::TlsIdentity;
use simulator::tenant::{Tenant, TenantOptions, World};
use simulator::year::Servers;
use std::net::TcpListener;
use std::path::Path;
use std::sync::Arc;

/// The endpoints, and how many days their certificates are valid.
const LIVES: [(&str, u32); 3] = [("year", 365), ("half", 180), ("quarter", 90)];

/// The simulation's clock, as the server asks for it.
struct Simulated(simulator::clock::Clock);

impl Clock for Simulated {
    fn now(&self) -> Time {
        Time::from_unix(self.0.now())
    }
}

/// Everything of a year but its devices.
pub(super) struct Stage {
    pub(super) http: HttpClient,
    pub(super) root: Certificate,
    tenant: Tenant,
    server: Option<Running>,
    settings: String,
    ports: (u16, u16),
    scratch: Scratch,
}

impl Stage {
    /// Starts both.
    ///
    /// # Errors
    /// Whatever part did not start.
    pub(super) async fn build(seed: u64) -> Result<Stage, Failure> {
        let scratch = Scratch::make("chancery-year")?;
        // From now on, by a clock that stands until the year moves it.
        let clock = simulator::clock::Clock::fixed(simulator::clock::Clock::system().now());
        let options = TenantOptions { tls: false, clock, seed, journal_limit: 0, ..TenantOptions::default() };
        let tenant = Tenant::start(options).await.map_err(|error| failed(&error))?;
        let tls = TlsIdentity::generate(None).map_err(|error| failed(&error))?;
        let ports = free_ports().map_err(|error| failed(&error))?;
        let settings = format!("{}{}", tls_settings(&scratch, &tls, ports.0)?, endpoints(&scratch, &tenant)?);
        let server = start(scratch.path(), &settings, &tenant).await?;
        let http = http_client(Some(&pki::pem::encode("CERTIFICATE", &tls.root)));
        let root = server.authority.root.clone();
        let http = http.map_err(|error| failed(&error))?;
        Ok(Stage { http, root, tenant, server: Some(server), settings, ports, scratch })
    }

    pub(super) fn world(&self) -> Arc<World> {
        self.tenant.world()
    }

    pub(super) fn servers(&self) -> Servers {
        let at = |name: &str| format!("https://127.0.0.1:{}/scep/{name}", self.ports.0);
        let dead = format!("https://127.0.0.1:{}/scep/year", self.ports.1);
        Servers { year: at("year"), half: at("half"), quarter: at("quarter"), dead }
    }

    /// The server stops.
    pub(super) async fn fall(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop().await;
        }
    }

    /// The server starts again, at the same address and with what it recorded.
    ///
    /// # Errors
    /// As at the first time.
    pub(super) async fn rise(&mut self) -> Result<(), Failure> {
        self.server = Some(start(self.scratch.path(), &self.settings, &self.tenant).await?);
        Ok(())
    }
}

async fn start(directory: &Path, settings: &str, tenant: &Tenant) -> Result<Running, Failure> {
    Running::start_by(directory, settings, Arc::new(Simulated(tenant.clock.clone()))).await
}

/// Two ports of loopback that were free a moment ago; on the second nobody is going to listen.
fn free_ports() -> std::io::Result<(u16, u16)> {
    let sockets = (TcpListener::bind("127.0.0.1:0")?, TcpListener::bind("127.0.0.1:0")?);
    Ok((sockets.0.local_addr()?.port(), sockets.1.local_addr()?.port()))
}

/// An endpoint for each length of life; all ask the tenant.
fn endpoints(scratch: &Scratch, tenant: &Tenant) -> Result<String, Failure> {
    let (urls, credentials) = (tenant.urls(), tenant.credentials());
    let secret = quoted(&scratch.write("client-secret", &credentials.secret)?.display().to_string());
    let (id, app) = (quoted(tenant.tenant_id()), quoted(&credentials.client_id));
    let (authority, graph) = (quoted(&urls.authority), quoted(&urls.graph));
    let one = |(name, days): (&str, u32)| {
        format!(
            "[[profile]]\nname = \"{name}\"\nvalidity_days = {days}\n\
             [[endpoint]]\nname = \"{name}\"\nprofile = \"{name}\"\nvalidator = \"intune\"\n\
             [endpoint.intune]\ntenant = {id}\napp_id = {app}\nclient_secret_file = {secret}\n\
             authority = {authority}\ngraph = {graph}\nallowed_hosts = [\"127.0.0.1\"]\n"
        )
    };
    Ok(LIVES.into_iter().map(one).collect())
}
