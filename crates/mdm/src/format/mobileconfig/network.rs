//! Apple's Wi-Fi payload: EAP-TLS with the certificate of the SCEP payload beside it.

use super::identifier::uuid;
use super::{begun, is_users, role_of};
use crate::format::plist::{Dict, Value};
use crate::format::trusted_root::hexadecimal;
use crate::format::wifi::{Security, WifiNetwork};
use crate::format::{TrustedRoot, Unwritable};
use crate::platform::Platform;
use crate::profile::{Profile, Thumbprint};

/// EAP-TLS (RFC 5216).
const EAP_TLS: i32 = 13;

/// The payload.
pub(super) fn payload(
    profile: &Profile,
    certificates: &[TrustedRoot],
    wifi: &WifiNetwork,
) -> Result<Dict, Unwritable> {
    let role = format!("wifi-{}", hexadecimal(wifi.ssid.as_str().as_bytes()));
    let mut payload = begun(profile, "com.apple.wifi.managed", &role, wifi.ssid.as_str());
    payload.set("SSID_STR", wifi.ssid.as_str());
    payload.set("HIDDEN_NETWORK", wifi.hidden);
    payload.set("AutoJoin", true);
    let encryption = match wifi.security {
        Security::Wpa2 => "WPA2",
        Security::Wpa3 => "WPA3",
    };
    payload.set("EncryptionType", encryption);
    payload.set("EAPClientConfiguration", eap(profile, certificates, wifi)?);
    payload.set("PayloadCertificateUUID", uuid(&profile.name, "scep"));
    if profile.platform == Platform::MacOs && !is_users(profile) {
        payload.set("SetupModes", vec![Value::from("System")]);
    }
    Ok(payload)
}

fn eap(profile: &Profile, certificates: &[TrustedRoot], wifi: &WifiNetwork) -> Result<Dict, Unwritable> {
    let anchor = |thumbprint: &Thumbprint| {
        let root = certificates.iter().find(|root| root.thumbprint().as_ref() == Some(thumbprint));
        let missing = || Unwritable::new("roots", "must name certificates of the configuration by SHA-1");
        Ok(Value::from(uuid(&profile.name, &role_of(root.ok_or_else(missing)?))))
    };
    let mut eap = Dict::default();
    eap.set("AcceptEAPTypes", vec![Value::from(EAP_TLS)]);
    eap.set("PayloadCertificateAnchorUUID", wifi.roots.iter().map(anchor).collect::<Result<Vec<_>, _>>()?);
    if !wifi.server_names.is_empty() {
        let names = wifi.server_names.iter().map(|name| Value::from(name.as_str())).collect::<Vec<_>>();
        eap.set("TLSTrustedServerNames", names);
    }
    Ok(eap)
}
