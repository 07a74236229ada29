//! Windows' WLAN profile: EAP-TLS with a certificate of the store.

use super::{Security, WifiNetwork};
use crate::format::Unwritable;
use crate::format::xml::Element;
use crate::profile::{CertificateType, Thumbprint};

const PROLOG: &str = "<?xml version=\"1.0\"?>\n";
const WLAN: &str = "http://www.microsoft.com/networking/WLAN/profile/v1";
const ONE_X: &str = "http://www.microsoft.com/networking/OneX/v1";
const HOST: &str = "http://www.microsoft.com/provisioning/EapHostConfig";
const COMMON: &str = "http://www.microsoft.com/provisioning/EapCommon";
const BASE: &str = "http://www.microsoft.com/provisioning/BaseEapConnectionPropertiesV1";
const TLS: &str = "http://www.microsoft.com/provisioning/EapTlsConnectionPropertiesV1";
const TLS_2: &str = "http://www.microsoft.com/provisioning/EapTlsConnectionPropertiesV2";

/// Writes the profile: `netsh wlan add profile`, or Intune's import of XML. Whoever the certificate is for authenticates.
///
/// # Errors
/// A server name with `;`, which separates names; a root that is not told by SHA-1; a character that XML does not have.
pub fn write_wlan(network: &WifiNetwork, certificate_type: CertificateType) -> Result<String, Unwritable> {
    let ssid = network.ssid.as_str();
    let hex = crate::format::trusted_root::hexadecimal(ssid.as_bytes());
    let security =
        Element::of("security", vec![encryption(network.security), one_x(network, certificate_type)?]);
    let children = vec![
        Element::leaf("name", ssid),
        Element::of(
            "SSIDConfig",
            vec![
                Element::of("SSID", vec![Element::leaf("hex", hex), Element::leaf("name", ssid)]),
                Element::leaf("nonBroadcast", network.hidden.to_string()),
            ],
        ),
        Element::leaf("connectionType", "ESS"),
        Element::leaf("connectionMode", "auto"),
        Element::of("MSM", vec![security]),
    ];
    Element::of("WLANProfile", children).with("xmlns", WLAN).document(PROLOG, "a text of the network")
}

fn encryption(security: Security) -> Element {
    let authentication = match security {
        Security::Wpa2 => "WPA2",
        Security::Wpa3 => "WPA3ENT",
    };
    let children = vec![
        Element::leaf("authentication", authentication),
        Element::leaf("encryption", "AES"),
        Element::leaf("useOneX", "true"),
    ];
    Element::of("authEncryption", children)
}

fn one_x(network: &WifiNetwork, certificate_type: CertificateType) -> Result<Element, Unwritable> {
    let mode = match certificate_type {
        CertificateType::User => "user",
        CertificateType::Device => "machine",
    };
    let number = |name, value| Element::leaf(name, value).with("xmlns", COMMON);
    let method = Element::of(
        "EapMethod",
        vec![
            number("Type", "13"),
            number("VendorId", "0"),
            number("VendorType", "0"),
            number("AuthorId", "0"),
        ],
    );
    let eap = Element::of("Eap", vec![Element::leaf("Type", "13"), tls(network)?]).with("xmlns", BASE);
    let config = Element::of("Config", vec![eap]).with("xmlns", HOST);
    let host = Element::of("EapHostConfig", vec![method, config]).with("xmlns", HOST);
    let children = vec![Element::leaf("authMode", mode), Element::of("EAPConfig", vec![host])];
    Ok(Element::of("OneX", children).with("xmlns", ONE_X))
}

fn tls(network: &WifiNetwork) -> Result<Element, Unwritable> {
    if network.server_names.iter().any(|name| name.contains(';')) {
        return Err(Unwritable::new("server_names", "may not hold `;`, which separates them on Windows"));
    }
    if !network.roots.iter().all(Thumbprint::is_sha1) {
        return Err(Unwritable::new("roots", "must be thumbprints by SHA-1 on Windows"));
    }
    let mut validation = vec![
        Element::leaf("DisableUserPromptForServerValidation", "true"),
        Element::leaf("ServerNames", network.server_names.join(";")),
    ];
    validation.extend(network.roots.iter().map(|root| Element::leaf("TrustedRootCA", root.to_string())));
    let store = Element::of("CertificateStore", vec![Element::leaf("SimpleCertSelection", "true")]);
    let newer = |name, value: bool| Element::leaf(name, value.to_string()).with("xmlns", TLS_2);
    let children = vec![
        Element::of("CredentialsSource", vec![store]),
        Element::of("ServerValidation", validation),
        Element::leaf("DifferentUsername", "false"),
        newer("PerformServerValidation", true),
        newer("AcceptServerName", !network.server_names.is_empty()),
    ];
    Ok(Element::of("EapType", children).with("xmlns", TLS))
}
