//! Texts, terms and networks on devices: M90, M94 to M96.

use super::fleet::{DAY, SCEP, Scene, everybody, of_user};
use super::lab::{Lab, plan};
use super::profiles::codes;
use super::relying::judged;
use super::verdict::{Verdict, ensure, granted, trouble};
use mdm::format::mobileconfig::{self, Configuration};
use mdm::format::wifi::{Security, Ssid, WifiNetwork, write_wlan};
use mdm::format::{TrustedRoot, steps};
use mdm::lint::{Surroundings, mend};
use mdm::platform::{Platform, Store};
use mdm::profile::{AlternativeName, CertificateType, Profile, RenewalThreshold, SubjectName};
use mdm::variable::SanType;
use pki::name::Name;
use pki::oid;
use simulator::evaluation::{Assigned, Network, NetworkKind, Step};

const WINDOWS: &str = "10.0.26100";

pub(super) async fn m90(lab: &Lab) -> Verdict {
    let mut scene = Scene::new(lab, of_user(Platform::Windows, &[&lab.main.url("intune")])?, WINDOWS)?;
    let certificate = scene.enrol().await?;
    // The last second belongs to the life (RFC 5280 §4.1.2.5).
    let end = certificate.not_after().unix() + 1;
    let life = end - certificate.not_before().unix();
    ensure!(life == 365 * DAY, "the certificate lives {life} s instead of 365 days");
    let mut boundary = |percent: u8, days: i64| {
        let threshold = RenewalThreshold::try_from(percent).map_err(trouble)?;
        let one = scene.all.find_mut(SCEP).ok_or("no profile")?;
        one.edit(|profile| profile.renewal_threshold = threshold);
        let opens = end - days * DAY;
        let (before, after) = (scene.at(opens - 1)?.step, scene.at(opens)?.step);
        let exact = before == Step::Keep && matches!(after, Step::Renew(_));
        if exact { Ok(opens) } else { Err(format!("{percent} %: {before:?}, then {after:?}")) }
    };
    boundary(40, 146)?;
    let opens = boundary(20, 73)?;
    ensure!(boundary(20, 72).is_err(), "control: 72 days before the end would be exact as well");
    let low = RenewalThreshold::try_from(10).map_err(trouble)?;
    let plain = of_user(Platform::Windows, &["https://scep.example/scep/wifi"])?;
    let told = |threshold| {
        let profile = Profile { renewal_threshold: threshold, ..plain.clone() };
        codes(&profile, &Surroundings::default()).iter().any(|one| one.0 == "PRF-611")
    };
    ensure!(told(low) && !told(RenewalThreshold::USUAL), "PRF-611 does not go by 20 %");
    let (opens, end) = (pki::Time::from_unix(opens), certificate.not_after());
    Ok(format!(
        "20 % of 365 days: kept until a second before {opens}, renewed from then on, 73 days before {end}"
    ))
}

/// The text between two marks.
fn between<'a>(text: &'a str, start: &str, end: &str) -> Option<&'a str> {
    text.split_once(start)?.1.split_once(end).map(|(inner, _)| inner)
}

fn root(lab: &Lab, platform: Platform) -> TrustedRoot {
    TrustedRoot {
        name: "Contoso root".to_owned(),
        description: String::new(),
        platform,
        certificate: lab.main.authority.root.clone(),
        file_name: "root.cer".to_owned(),
        deployment_channel: None,
        assignments: everybody(),
    }
}

/// The network in the form of each platform, beside the certificate that opens it.
fn network_forms(lab: &Lab) -> Result<(), String> {
    let anchor = root(lab, Platform::Ios);
    let network = WifiNetwork {
        ssid: Ssid::parse("Contoso").map_err(trouble)?,
        hidden: false,
        security: Security::Wpa2,
        server_names: vec!["radius.contoso.example".to_owned()],
        roots: anchor.thumbprint().into_iter().collect(),
    };
    for (kind, mode) in [(CertificateType::User, "user"), (CertificateType::Device, "machine")] {
        let wlan = write_wlan(&network, kind).map_err(trouble)?;
        let of = |name: &str| between(&wlan, &format!("<{name}>"), "</");
        let seen = (of("authMode"), of("connectionMode"), of("ServerNames"));
        let due = (Some(mode), Some("auto"), Some("radius.contoso.example"));
        ensure!(seen == due && wlan.contains("<name>Contoso</name>"), "WLAN for {kind:?}: {seen:?}");
    }
    let ios = of_user(Platform::Ios, &["https://scep.example/scep/wifi"])?;
    let apple = |networks: &[WifiNetwork]| {
        let certificates = [anchor.clone()];
        let with =
            Configuration { ca_name: "Contoso", challenge: None, certificates: &certificates, networks };
        mobileconfig::write(&ios, &with).map_err(trouble)
    };
    let written = apple(std::slice::from_ref(&network))?;
    let key = "<key>PayloadCertificateUUID</key>";
    let reference = between(&written, key, "</string>").and_then(|text| text.split_once("<string>"));
    let uuid = reference.map(|(_, uuid)| uuid).ok_or("the network refers to no certificate")?;
    // Once where the SCEP payload is called so, once where the network refers to it.
    let alone = apple(&[])?;
    let (both, scep) = (written.matches(uuid).count(), alone.matches(uuid).count());
    ensure!((both, scep) == (2, 1), "the certificate's UUID stands {both} times, {scep} without network");
    let android = of_user(Platform::AndroidFullyManaged, &["https://scep.example/scep/wifi"])?;
    let steps = steps::wifi(&android, &network);
    let linked = steps.iter().any(|step| step.field == "Certificates" && step.value == android.shown_name());
    ensure!(linked, "the page does not name the certificate: {steps:?}");
    Ok(())
}

pub(super) async fn m94(lab: &Lab) -> Verdict {
    network_forms(lab)?;
    let profile = of_user(Platform::AndroidFullyManaged, &["https://scep.example/scep/wifi"])?;
    let mut phone = Scene::new(lab, profile, "14")?;
    let before = phone.order(phone.now())?.stores;
    let (kind, platform) = (NetworkKind::Wifi, Platform::AndroidFullyManaged);
    let network = Network { kind, scep: SCEP.to_owned(), platform, assignments: everybody() };
    phone.all.configurations.push(Assigned::network("wifi", network));
    let after = phone.order(phone.now())?.stores;
    let (in_wifi, not_yet) = (after.contains(&Store::Wifi), !before.contains(&Store::Wifi));
    ensure!(in_wifi && not_yet, "Android's stores without and with the network: {before:?}, {after:?}");

    let mut scene = Scene::new(lab, of_user(Platform::Windows, &[&lab.main.url("intune")])?, WINDOWS)?;
    let certificate = scene.enrol().await?;
    let list = lab.crl().await?;
    judged(lab, &certificate, &list)?.map_err(|why| format!("the certificate opens no TLS: {why}"))?;
    let mail = granted(lab.enrol(&lab.main, "smime", plan("m94")).await?)?;
    ensure!(judged(lab, &mail, &list)?.is_err(), "control: a certificate for mail opens TLS as well");
    Ok("Windows' WLAN profile, Apple's payload and Android's page name network and certificate, and the TLS of EAP-TLS takes it"
        .into())
}

pub(super) async fn m95(lab: &Lab) -> Verdict {
    let url = lab.main.url("intune");
    let of = |subject: &str| {
        let subject = SubjectName::Custom(subject.to_owned());
        Ok::<_, String>(Profile { subject, ..of_user(Platform::Windows, &[&url])? })
    };
    let told = |profile: &Profile| {
        codes(profile, &Surroundings::default()).into_iter().find(|one| one.0 == "PRF-302")
    };
    let mut said = String::new();
    for wrong in ["CN={UserName}", "CN={{UserName}", "CN={UserName}}", "CN={{UserName", "CN=a}}", "CN={a"] {
        let profile = of(wrong)?;
        let found = told(&profile).ok_or_else(|| format!("{wrong} is no error"))?;
        let mut scene = Scene::new(lab, profile.clone(), WINDOWS)?;
        let state = scene.state(scene.now())?;
        ensure!(state.to_string().starts_with("the profile fails to install"), "{wrong}: {state}");
        let mended = mend(&profile, &Surroundings::default());
        if wrong.contains("{UserName") {
            let text = mended.subject.text();
            ensure!(text == Some("CN={{UserName}}"), "{wrong} is mended to {text:?}");
        }
        said = found.1;
    }
    let mut in_name = of("CN={{UserName}}")?;
    in_name.alternative_names =
        vec![AlternativeName { kind: SanType::Upn, value: "{UserPrincipalName}".into() }];
    ensure!(told(&in_name).is_some(), "single braces in an alternative name are no error");
    let right = of("CN={{UserName}}")?;
    ensure!(told(&right).is_none(), "two braces are an error");
    let certificate = Scene::new(lab, right, WINDOWS)?.enrol().await?;
    let subject = certificate.subject();
    ensure!(subject.to_string() == "CN=ada", "two braces: {subject}");
    Ok(format!(
        "six subjects with other braces are PRF-302 ({said}) and fail on the device; two braces give {subject}"
    ))
}

pub(super) async fn m96(lab: &Lab) -> Verdict {
    let text = "CN={{UserName}},E={{EmailAddress}},OU=Mobile,O=Finance Group,L=Redmond,ST=Washington,C=US";
    let subject = SubjectName::Custom(text.to_owned());
    let profile = Profile { subject, ..of_user(Platform::Windows, &[&lab.main.url("intune")])? };
    let mut scene = Scene::new(lab, profile, WINDOWS)?;
    let ordered = scene.order(scene.now())?.expected.subject.to_name().map_err(trouble)?;
    let certificate = scene.enrol().await?;
    let pairs = [
        (oid::CN, "ada"),
        (oid::EMAIL_ADDRESS, "ada@contoso.example"),
        (oid::ORGANIZATIONAL_UNIT, "Mobile"),
        (oid::ORGANIZATION, "Finance Group"),
        (oid::LOCALITY, "Redmond"),
        (oid::STATE, "Washington"),
        (oid::COUNTRY, "US"),
    ];
    let got = certificate.subject();
    let seen: Vec<_> = got.attributes().map(|one| (one.oid, one.text().unwrap_or_default())).collect();
    let due: Vec<_> = pairs.iter().map(|(oid, value)| (*oid, (*value).to_owned())).collect();
    ensure!(seen == due && got.rdns().len() == pairs.len(), "the certificate has {got}");
    ensure!(got.der() == ordered.der(), "DER of {got} differs from that of {ordered}");
    let mut turned = pairs;
    turned.reverse();
    ensure!(!got.matches(&Name::from_pairs(&turned)), "control: the order does not count");
    Ok(format!("seven RDNs in the order written, octet for octet as expanded: {got}"))
}
