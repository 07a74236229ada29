//! Apple's configurations.

use crate::arbitrary::{of_its_platform, profile, root, text};
use crate::profile::{device, read, with};
use mdm::format::TrustedRoot;
use mdm::format::mobileconfig::{self, Configuration, ScepPayload};
use mdm::format::wifi::{Security, Ssid, WifiNetwork};
use mdm::platform::Platform;
use mdm::profile::*;
use mdm::subject::Subject;
use mdm::variable::SanType;
use proptest::prelude::*;
use serde_json::json;

fn written(profile: &Profile) -> String {
    let certificates = [root(profile.platform)];
    let configuration = Configuration {
        ca_name: "SCEP Authority",
        challenge: None,
        certificates: &certificates,
        networks: &[],
    };
    mobileconfig::write(profile, &configuration).unwrap()
}

fn mac() -> Profile {
    read(with(
        device(),
        json!({"platform": "macos", "deployment_channel": "device", "all_apps_access": true,
        "subject": {"custom": r#"CN="Doe, Jane"+E=j@x.example, OU=Sales, OU=Möbel, S=WA, SERIALNUMBER=1"#},
        "alternative_names": [{"type": "upn", "value": "a@x"}, {"type": "dns", "value": "a.x"}, {"type": "dns", "value": "b.x"}]}),
    ))
}

fn content(of_scep: &str) -> String {
    format!(
        r#"<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "x"><plist version="1.0"><dict>
        <key>PayloadContent</key><array><dict><key>PayloadType</key><string>com.apple.wifi.managed</string></dict><dict>
        <key>PayloadType</key><string>com.apple.security.scep</string>
        <key>PayloadContent</key><dict>{of_scep}</dict></dict></array>
        <key>ExpirationDate</key><date>2030-01-01T00:00:00Z</date></dict></plist>"#
    )
}

fn foreign(of_scep: &str) -> Result<ScepPayload, String> {
    let found = mobileconfig::read(content(of_scep).as_bytes()).map_err(|wrong| wrong.to_string())?;
    Ok(found.into_iter().next().unwrap())
}

#[test]
fn contract_16_the_payload_has_apples_keys_and_types() {
    let text = written(&mac());
    for piece in [
        "<key>URL</key>\n          <string>https://scep.example/certsrv/mscep/mscep.dll</string>",
        "<key>Name</key>\n          <string>SCEP Authority</string>",
        "<key>Keysize</key>\n          <integer>2048</integer>",
        "<key>Key Type</key>\n          <string>RSA</string>",
        "<key>Key Usage</key>\n          <integer>5</integer>",
        "<key>CAFingerprint</key>\n          <data>qqqqqqqqqqqqqqqqqqqqqqqqqqo=</data>",
        "<key>AllowAllAppsAccess</key>\n          <true/>",
        "<key>KeyIsExtractable</key>\n          <false/>",
        "<key>ntPrincipalName</key>\n            <string>a@x</string>",
        "<key>dNSName</key>\n            <array>",
        "<string>com.apple.security.root</string>",
        "<key>PayloadScope</key>\n    <string>System</string>",
        "<string>ST</string>",
        "<string>2.5.4.5</string>",
    ] {
        assert!(text.contains(piece), "{piece}\n{text}");
    }
    assert!(!text.contains("Challenge"), "none was given");
    assert_eq!(text, written(&mac()), "identifiers stay the same");
    assert_ne!(text, written(&read(with(device(), json!({"name": "other", "platform": "macos"})))));
}

#[test]
fn contract_16_multivalued_rdns_and_order_survive() {
    let found = mobileconfig::read(written(&mac()).as_bytes()).unwrap().remove(0);
    assert_eq!(found.subject, Subject::parse(mac().subject.text().unwrap()).unwrap());
}

#[test]
fn contract_16_payloads_of_others_are_read() {
    let found = foreign(
        "<key>URL</key><string>https://ndes.example/certsrv/mscep/mscep.dll</string><key>Challenge</key><string>s3cret</string>
         <key>Subject</key><array><array><array><string>C</string><string>US</string></array></array>
         <array><array><string>2.5.4.3</string><string><![CDATA[a<b]]>&#x26;c</string></array></array></array>
         <key>SubjectAltName</key><dict><key>ntPrincipalName</key><string>{{UserPrincipalName}}</string></dict>
         <key>Retries</key><integer>3</integer><key>CAFingerprint</key><data> AAAA AAAAAAAA\nAAAAAAAAAAAAAAA= </data>",
    )
    .unwrap();
    assert_eq!(found.subject.to_string(), "C=US, CN=\"a<b&c\"");
    assert_eq!(found.key_size, KeySize::Bits1024);
    assert_eq!(found.key_usage, KeyUses::both());
    assert_eq!(found.ca_fingerprint.as_ref().unwrap().octets(), [0; 20]);
    let profile = found.profile(ProfileName::parse("jamf").unwrap(), Platform::MacOs);
    assert_eq!(profile.certificate_type, CertificateType::User);
    assert_eq!(profile.alternative_names[0].kind, SanType::Upn);
}

#[test]
fn contract_16_what_cannot_be_read_names_its_key() {
    let url = "<key>URL</key><string>https://a</string>";
    for (of_scep, told) in [
        (String::new(), "URL: not set"),
        ("<key>URL</key><string>ldap://a</string>".to_owned(), "URL: must be"),
        (format!("{url}<key>Keysize</key><string>2048</string>"), "Keysize: not a whole number"),
        (format!("{url}<key>Keysize</key><integer>512</integer>"), "Keysize: none of"),
        (format!("{url}<key>Key Usage</key><integer>2</integer>"), "Key Usage"),
        (format!("{url}<key>Key Type</key><string>EC</string>"), "Key Type"),
        (format!("{url}<key>Subject</key><array><string>x</string></array>"), "Subject"),
        (format!("{url}<key>AllowAllAppsAccess</key><integer>1</integer>"), "AllowAllAppsAccess"),
        (format!("{url}{url}"), "twice"),
        (format!("{url}<key>x</key>"), "without a value"),
        ("&unknown;".to_owned(), "an entity"),
        (format!("{url}<key>Challenge</key><integer>s3cret</integer>"), "no whole number"),
    ] {
        let wrong = foreign(&of_scep).err().unwrap();
        assert!(wrong.contains(told), "{told}: {wrong}");
        assert!(!wrong.contains("s3cret"));
    }
    for (document, told) in [
        (&b"bplist00"[..], "binary"),
        (&[0x30, 0x82][..], "signed"),
        (b"<plist><dict/></plist>", "no SCEP payload"),
        (b"<!DOCTYPE x [<!ENTITY a 'b'>]><plist><dict/></plist>", "declares"),
        (b"<plist><dict>", "ends before"),
        (b"<plist/><plist/>", "outermost"),
        (b"\xff", "UTF-8"),
    ] {
        let wrong = mobileconfig::read(document).err().unwrap().to_string();
        assert!(wrong.contains(told), "{told}: {wrong}");
    }
    let deep = format!("<plist>{}", "<array>".repeat(100_000));
    assert!(mobileconfig::read(deep.as_bytes()).err().unwrap().to_string().contains("too deep"));
}

#[test]
fn m94_a_network_refers_to_the_certificate_and_to_its_roots() {
    let certificates = [TrustedRoot { name: "a & b".to_owned(), ..root(Platform::Ios) }];
    let network = WifiNetwork {
        ssid: Ssid::parse("</string>").unwrap(),
        hidden: false,
        security: Security::Wpa3,
        server_names: vec!["radius.example".to_owned()],
        roots: vec![certificates[0].thumbprint().unwrap()],
    };
    let write = |certificates: &[TrustedRoot]| {
        let networks = std::slice::from_ref(&network);
        let configuration = Configuration { ca_name: "CA", challenge: Some("<&>"), certificates, networks };
        mobileconfig::write(&read(with(device(), json!({"platform": "ios"}))), &configuration)
    };
    let text = write(&certificates).unwrap();
    let uuid_of = |after: &str| {
        let rest = &text[text.find(after).unwrap()..];
        rest[rest.find("PayloadUUID").unwrap()..]
            .split("<string>")
            .nth(1)
            .unwrap()
            .split('<')
            .next()
            .unwrap()
            .to_owned()
    };
    let references = |uuid: &str| text.matches(uuid).count();
    assert_eq!(references(&uuid_of("<string>com.apple.security.scep")), 2);
    assert_eq!(references(&uuid_of("<string>com.apple.security.root")), 2);
    assert!(text.contains("<integer>13</integer>") && text.contains("<string>&lt;/string&gt;</string>"));
    assert!(text.contains("<key>Challenge</key>\n          <string>&lt;&amp;&gt;</string>"));
    assert_eq!(write(&[]).unwrap_err().setting, "roots");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn hostile_texts_stay_in_their_key(
        profile in prop_oneof![profile(Platform::Ios), profile(Platform::MacOs)].prop_map(of_its_platform),
        value in text(), ca_name in text(), challenge in text(),
    ) {
        let mut profile = profile;
        profile.subject = SubjectName::Custom(format!("CN=\"{}\",O=x", value.replace('"', "\"\"")));
        let configuration =
            Configuration { ca_name: &ca_name, challenge: Some(&challenge), certificates: &[], networks: &[] };
        let written = mobileconfig::write(&profile, &configuration);
        prop_assume!(written.is_ok());
        let text = written.unwrap();
        let found = mobileconfig::read(text.as_bytes()).unwrap();
        prop_assert_eq!(found.len(), 1);
        prop_assert_eq!(found[0].ca_name.as_deref(), Some(&*ca_name));
        prop_assert_eq!(&found[0].subject, &Subject::parse(profile.subject.text().unwrap()).unwrap());
        prop_assert_eq!(&found[0].url, &profile.urls[0]);
        prop_assert_eq!(found[0].all_apps_access, profile.all_apps_access);
        let sorted = |kind| move |name: &AlternativeName| name.kind == kind;
        for kind in SanType::ALL {
            let wanted = profile.all_alternative_names().filter(sorted(kind)).flat_map(|name| {
                if name.value.contains(';') { AlternativeName::split(kind, &name.value) } else { vec![name] }
            });
            let got = found[0].alternative_names.iter().filter(|name| name.kind == kind).cloned();
            prop_assert_eq!(got.collect::<Vec<_>>(), wanted.collect::<Vec<_>>());
        }
    }

    #[test]
    fn no_document_panics(told in text(), bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = mobileconfig::read(&bytes);
        let _ = mobileconfig::read(told.as_bytes());
        let _ = mobileconfig::read(content(&told).as_bytes());
    }
}
