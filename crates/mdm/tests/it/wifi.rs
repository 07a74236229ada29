//! Networks that use the certificate.

use crate::arbitrary::text;
use crate::profile::{device, read, with};
use mdm::format::steps;
use mdm::format::wifi::{Security, Ssid, WifiNetwork, write_wlan};
use mdm::profile::{CertificateType, Thumbprint};
use proptest::prelude::*;
use serde_json::json;

fn network() -> WifiNetwork {
    WifiNetwork {
        ssid: Ssid::parse("Büro & Lager").unwrap(),
        hidden: true,
        security: Security::Wpa2,
        server_names: vec!["radius-1.example".to_owned(), "radius-2.example".to_owned()],
        roots: vec![Thumbprint::parse(&"ab".repeat(20)).unwrap()],
    }
}

/// The text of the only element with this name, or of the last.
fn held(document: &str, name: &str) -> String {
    let rest = document.rsplit(&format!("<{name}>")).next().unwrap();
    quick_xml::escape::unescape(rest.split("</").next().unwrap()).unwrap().into_owned()
}

#[test]
fn m94_windows_authenticates_as_whom_the_certificate_is_for() {
    let text = write_wlan(&network(), CertificateType::Device).unwrap();
    assert_eq!(held(&text, "authMode"), "machine");
    assert_eq!(held(&text, "hex"), "42C3BC726F2026204C61676572");
    assert_eq!(held(&text, "nonBroadcast"), "true");
    assert_eq!(held(&text, "ServerNames"), "radius-1.example;radius-2.example");
    assert_eq!(held(&text, "TrustedRootCA"), "AB".repeat(20));
    assert!(write_wlan(&network(), CertificateType::User).unwrap().contains("<authMode>user<"));
    let wpa3 = WifiNetwork { security: Security::Wpa3, ..network() };
    assert_eq!(held(&write_wlan(&wpa3, CertificateType::User).unwrap(), "authentication"), "WPA3ENT");
}

#[test]
fn m94_what_windows_cannot_hold_is_refused() {
    let refused = |network: WifiNetwork| write_wlan(&network, CertificateType::User).unwrap_err().setting;
    assert_eq!(refused(WifiNetwork { server_names: vec!["a;b".to_owned()], ..network() }), "server_names");
    let sha256 = Thumbprint::parse(&"ab".repeat(32)).unwrap();
    assert_eq!(refused(WifiNetwork { roots: vec![sha256], ..network() }), "roots");
    for wrong in ["", &"a".repeat(33), &"é".repeat(17)] {
        assert!(Ssid::parse(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn m94_elsewhere_the_settings_are_a_list() {
    let profile =
        read(with(device(), json!({"platform": "android_fully_managed", "assignments": ["all_devices"]})));
    let steps = steps::wifi(&profile, &network());
    let value = |field: &str| steps.iter().find(|step| step.field == field).unwrap().value.clone();
    assert_eq!(value("SSID"), "Büro & Lager");
    assert_eq!(value("EAP type"), "EAP-TLS");
    assert_eq!(value("Certificates"), profile.shown_name());
    assert_eq!(steps.iter().filter(|step| step.field == "Radius server name").count(), 2);
    assert!(value("Root certificate for server validation").contains(&"AB".repeat(20)));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_texts_stay_in_their_element(ssid in text(), server in text()) {
        let Ok(ssid) = Ssid::parse(&ssid) else { return Ok(()) };
        let written = |network: WifiNetwork| write_wlan(&network, CertificateType::User);
        let Ok(text) = written(WifiNetwork { ssid: ssid.clone(), server_names: vec![server.clone()], ..network() }) else { return Ok(()) };
        prop_assert_eq!(held(&text, "name"), ssid.as_str());
        if !server.is_empty() {
            prop_assert_eq!(held(&text, "ServerNames"), server);
            prop_assert_eq!(text.matches('<').count(), written(network()).unwrap().matches('<').count());
        }
    }
}
