//! How a tenant is started, and what an application needs to talk to it.

use std::net::SocketAddr;

use super::world::Rules;
use crate::clock::Clock;

/// Where the tenant listens.
#[derive(Clone, Debug)]
pub enum Listen {
    /// Entra, Graph and Intune each on a free port of 127.0.0.1, so that TLS faults can be told apart by hop.
    Loopback,
    /// All services on one address.
    Address(SocketAddr),
}

/// How a tenant is started.
#[derive(Clone, Debug)]
pub struct TenantOptions {
    /// Where.
    pub listen: Listen,
    /// HTTPS with a certificate made for it, or plain HTTP.
    pub tls: bool,
    /// Host name that URLs carry, if not the address listened on.
    pub advertise: Option<String>,
    /// The clock.
    pub clock: Clock,
    /// Seed of identifiers and of faults by chance.
    pub seed: u64,
    /// What is unknown of Intune.
    pub rules: Rules,
    /// Requests kept in the journal.
    pub journal_limit: usize,
}

impl Default for TenantOptions {
    fn default() -> Self {
        Self {
            listen: Listen::Loopback,
            tls: true,
            advertise: None,
            clock: Clock::system(),
            seed: 1,
            rules: Rules::default(),
            journal_limit: 1_000,
        }
    }
}

/// What the registered application needs: a secret, or a certificate with its key. Throw-away, but not shown.
#[derive(Clone)]
pub struct Credentials {
    /// Application id.
    pub client_id: String,
    /// A client secret.
    pub secret: String,
    /// DER of the registered certificate.
    pub certificate: Vec<u8>,
    /// PKCS#8 of its key.
    pub private_key: Vec<u8>,
}

impl Credentials {
    /// The certificate in PEM.
    #[must_use]
    pub fn certificate_pem(&self) -> String {
        pki::pem::encode("CERTIFICATE", &self.certificate)
    }

    /// The key in PEM.
    #[must_use]
    pub fn private_key_pem(&self) -> String {
        pki::pem::encode("PRIVATE KEY", &self.private_key)
    }
}
