//! The Wi-Fi network that a profile's certificate opens.

use super::{export, failed};
use crate::cli::Failure;
use mdm::format::TrustedRoot;
use mdm::format::wifi::{Security, Ssid, WifiNetwork};
use mdm::profile::Profile;
use std::path::PathBuf;

/// A network with EAP-TLS, beside the certificate
#[derive(clap::Args, Debug)]
pub(super) struct Network {
    /// The network's name: its own profile goes into steps and .mobileconfig, and is what wlan writes
    #[arg(long, value_name = "NAME")]
    ssid: Option<String>,
    /// Names in the RADIUS server's certificate
    #[arg(long = "radius-name", value_name = "NAME", requires = "ssid")]
    names: Vec<String>,
    /// Roots of the RADIUS server's certificate, PEM or DER
    #[arg(long = "radius-root", value_name = "FILE", requires = "ssid")]
    roots: Vec<PathBuf>,
    /// WPA3-Enterprise instead of WPA2
    #[arg(long, requires = "ssid")]
    wpa3: bool,
}

impl Network {
    /// None or one.
    pub(super) fn read(&self, profile: &Profile) -> Result<Vec<WifiNetwork>, Failure> {
        let Some(ssid) = &self.ssid else { return Ok(Vec::new()) };
        let roots = self.roots(profile)?.iter().filter_map(TrustedRoot::thumbprint).collect();
        Ok(vec![WifiNetwork {
            ssid: Ssid::parse(ssid).map_err(|error| failed(error.to_string()))?,
            hidden: false,
            security: if self.wpa3 { Security::Wpa3 } else { Security::Wpa2 },
            server_names: self.names.clone(),
            roots,
        }])
    }

    /// The same roots, to be installed.
    pub(super) fn roots(&self, profile: &Profile) -> Result<Vec<TrustedRoot>, Failure> {
        self.roots.iter().map(|path| export::root(profile, path)).collect()
    }
}
