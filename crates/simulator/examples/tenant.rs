//! A tenant alone, until Ctrl-C: prints a JSON object with its addresses and what an application needs.
//!
//! `cargo run -p chancery-simulator --example tenant -- 127.0.0.1:8443`

use chancery_simulator::tenant::{Listen, Tenant, TenantOptions};
use serde_json::json;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let listen = match std::env::args().nth(1) {
        Some(address) => Listen::Address(address.parse()?),
        None => Listen::Loopback,
    };
    let tenant = Tenant::start(TenantOptions { listen, ..TenantOptions::default() }).await?;
    let credentials = tenant.credentials();
    // Throw-away credentials, made for being shown.
    let shown = json!({
        "urls": tenant.urls(), "tenant": tenant.tenant_id(), "domain": tenant.tenant_domain(),
        "root_pem": tenant.root_pem(), "client_id": credentials.client_id, "client_secret": credentials.secret,
        "certificate_pem": credentials.certificate_pem(), "private_key_pem": credentials.private_key_pem(),
    });
    println!("{shown}");
    tokio::signal::ctrl_c().await?;
    Ok(())
}
