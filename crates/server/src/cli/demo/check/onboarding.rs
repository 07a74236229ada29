//! From a root to a certificate, and what is around it: M195, M197, M198, M201, M207, M208.

use super::fleet::{Scene, group, of_user};
use super::lab::{Lab, plan};
use super::recipes::{here, names};
use super::rollout::{applied, definition, office};
use super::setup::fixed;
use super::verdict::{Verdict, ensure, granted, refused, trouble};
use mdm::format::wifi::{Security, Ssid, WifiNetwork, write_wlan};
use mdm::format::{graph, steps};
use mdm::lint::{Surroundings, TrustedCertificate, lint};
use mdm::platform::Platform;
use mdm::preset::Preset;
use mdm::profile::{
    AlternativeName, Assignment, CertificateType, Profile, ProfileName, RootCertificate, ScepUrl,
};
use mdm::variable::SanType;
use pki::certificate::Certificate;
use pki::general_name::GeneralName;
use serde_json::json;
use simulator::dice::Dice;
use simulator::evaluation::{Assigned, Order, State};
use simulator::fleet::{Ended, Outcome, RequestPlan};
use simulator::tenant::{San, SanKind};

const WINDOWS: &str = "10.0.26100";
const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/intune.md"));

/// What the tenant has under this name in the portal, as devices get it.
fn from_tenant(lab: &Lab, shown: &str) -> Result<(Profile, [Assigned; 2]), String> {
    let found = lab.tenant.deployed().into_iter().find(|one| one.profile.shown_name() == shown);
    let found = found.ok_or("the profile is not in the tenant")?;
    let roots = lab.tenant.deployed_roots();
    let root = roots.into_iter().find(|one| Some(&one.id) == found.root_id.as_ref());
    let root = root.ok_or("the root is not in the tenant")?;
    let scep = Assigned::scep(found.id, found.profile.clone(), found.root_id);
    Ok((found.profile, [Assigned::root(root.id, root.root), scep]))
}

/// The certificate is the issuing CA's, and that is the trusted root's.
fn chained(lab: &Lab, certificate: &Certificate, scene: &Scene<'_>) -> Result<(), String> {
    let (root, issuing) = (&lab.main.authority.root, &lab.main.authority.issuing.certificate);
    certificate.verify_signed_by(issuing.key()).map_err(|_| "another CA signed it")?;
    issuing.verify_signed_by(root.key()).map_err(|_| "another root signed the issuing CA")?;
    let trusted = scene.device.trusted.iter().any(|(_, sha1)| *sha1 == root.sha1());
    ensure!(trusted, "the device does not trust the root");
    Ok(())
}

pub(super) async fn m195(lab: &Lab) -> Verdict {
    let office = office(lab).await?;
    let mut wanted = definition(lab, "m195", Platform::Windows)?;
    wanted.profile.urls = vec![ScepUrl::parse(&lab.main.url("intune")).map_err(trouble)?];
    for root in &mut wanted.roots {
        root.certificate = lab.main.authority.root.clone();
    }
    applied(&office, &wanted).await?;
    let (profile, configurations) = from_tenant(lab, &wanted.profile.shown_name())?;
    let Some(Assignment::Group(group)) = profile.assignments.first().cloned() else {
        return Err(format!("assigned to {:?}", profile.assignments));
    };
    let mut scene = Scene::new(lab, profile, WINDOWS)?;
    scene.all.configurations = Vec::from(configurations);
    let sync = |scene: &Scene<'_>| scene.all.evaluate(&scene.device, scene.now(), &mut Dice::new(1, "m195"));
    ensure!(sync(&scene).is_empty(), "control: a device outside of the group gets something");
    let member = scene.device.id.clone();
    scene.all.groups.add(&group.id, &member);
    let outcomes = sync(&scene);
    outcomes.iter().for_each(|outcome| scene.device.settle(outcome));
    let order = outcomes
        .iter()
        .find_map(simulator::evaluation::Outcome::order)
        .cloned()
        .ok_or("nothing is ordered")?;
    let ended = scene.send(&order).await?.ended;
    let Ended::Installed(_, certificate) = ended else { return Err(ended.sentence()) };
    chained(lab, &certificate, &scene)?;
    Ok(format!(
        "root, Trusted profile, URL, SCEP profile, one group through Graph; at the next sync {} under that root",
        certificate.subject()
    ))
}

/// A profile of SecureW2's recommendation. Its device's name is made an address, which the CA asks of such names.
fn of_secure_w2(lab: &Lab, preset: Preset) -> Result<Profile, String> {
    let mut profile = here(lab, preset, Platform::Windows)?;
    if profile.certificate_type == CertificateType::Device {
        let value = "{{DeviceName}}@devices.contoso.example".to_owned();
        profile.alternative_names = vec![AlternativeName { kind: SanType::Email, value }];
    }
    Ok(profile)
}

/// The request of an order with a shared challenge instead of Intune's.
fn shared(order: &Order, challenge: &str) -> Result<RequestPlan, String> {
    let san = |name: &GeneralName| match name {
        GeneralName::Upn(value) => Some(San::new(SanKind::Upn, value)),
        GeneralName::Email(value) => Some(San::new(SanKind::Email, value)),
        _ => None,
    };
    let subject = order.expected.subject.to_name().map_err(trouble)?;
    let sans = order.expected.alternative_names.0.iter().filter_map(san).collect();
    Ok(RequestPlan { subject, sans, challenge: Some(challenge.to_owned()), ..plan("") })
}

fn network() -> Result<WifiNetwork, String> {
    let ssid = Ssid::parse("Contoso").map_err(trouble)?;
    Ok(WifiNetwork {
        ssid,
        hidden: false,
        security: Security::Wpa2,
        server_names: Vec::new(),
        roots: Vec::new(),
    })
}

pub(super) async fn m197(lab: &Lab) -> Verdict {
    let (server, challenge) = fixed(lab, "m197").await?;
    let mut seen = Vec::new();
    for preset in [Preset::SecureW2User, Preset::SecureW2Device] {
        let profile = of_secure_w2(lab, preset)?;
        let mut scene = Scene::new(lab, profile.clone(), WINDOWS)?;
        let order = scene.order(scene.now())?;
        let by_partner = scene.enrol().await?;
        let device = lab.device(simulator::tenant::Platform::Windows);
        let attempt = async |challenge: &str| -> Result<Outcome, String> {
            lab.attempt(&server, "fixed", (&device, &shared(&order, challenge)?, &lab.key()?)).await
        };
        refused(&attempt("wrong").await?, "CHY-3002")?;
        let by_token = granted(attempt(&challenge).await?)?;
        let same = by_partner.subject() == by_token.subject() && names(&by_partner)? == names(&by_token)?;
        ensure!(same, "{} and {} differ", by_partner.subject(), by_token.subject());
        let wifi = steps::wifi(&profile, &network()?);
        let uses = wifi.iter().any(|one| one.field == "Certificates" && one.value == profile.shown_name());
        let wlan = write_wlan(&network()?, profile.certificate_type).map_err(trouble)?;
        ensure!(uses && wlan.contains("Contoso"), "the Wi-Fi profile does not use it");
        seen.push(by_token.subject().to_string());
    }
    server.stop().await;
    Ok(format!(
        "{}: the same by Intune's word and by a shared secret, each with its Wi-Fi profile",
        seen.join(" and ")
    ))
}

pub(super) async fn m198(lab: &Lab) -> Verdict {
    let wanted = definition(lab, "m198", Platform::Windows)?;
    let steps = steps::scep(&wanted.profile).map_err(trouble)?;
    let path = steps.first().map(|step| step.page).unwrap_or_default();
    ensure!(path.starts_with("Devices > Manage devices > Configuration > Create"), "the path is {path}");
    ensure!(steps.last().is_some_and(|step| step.page == "Review + create"), "the last page is another");
    ensure!(
        PAGE.contains(path) && PAGE.contains("Review + create"),
        "the page has another path than the steps"
    );
    let shown = wanted.profile.shown_name();
    ensure!(from_tenant(lab, &shown).is_err(), "control: it is there before");
    applied(&office(lab).await?, &wanted).await?;
    let (profile, _) = from_tenant(lab, &shown)?;
    ensure!(profile.subject == wanted.profile.subject, "Graph made another profile");
    Ok(format!("page and steps say {path} … Review + create; intune apply makes the same through Graph"))
}

pub(super) async fn m201(lab: &Lab) -> Verdict {
    let mut laptop = Scene::new(lab, of_user(Platform::Windows, &[&lab.main.url("intune")])?, WINDOWS)?;
    laptop.device.resources_elsewhere = true;
    let before = lab.reserved(&lab.main).await?;
    let state = laptop.state(laptop.now())?;
    ensure!(state == State::OtherWorkload, "{state}");
    ensure!(lab.reserved(&lab.main).await? == before, "a certificate was reserved all the same");
    let help = state.help(Platform::Windows).ok_or("nothing says what to do")?;
    laptop.device.resources_elsewhere = false;
    laptop.enrol().await?;
    let entry = PAGE.split("\n## ").find(|section| section.starts_with("Co-management")).unwrap_or_default();
    let told = ["Resource Access Policies", "Pilot Intune"].iter().all(|word| entry.contains(word));
    ensure!(told, "the page has no entry");
    Ok(format!("{state}; {help}: then it enrols, and docs/intune.md says so"))
}

pub(super) async fn m207(lab: &Lab) -> Verdict {
    let read = |kind: &str| {
        let value = json!({ "@odata.type": format!("#microsoft.graph.{kind}"), "displayName": "mail" });
        let name = ProfileName::parse("mail").map_err(trouble)?;
        Ok::<_, String>(graph::read(value, name, None).err().map(|why| why.to_string()))
    };
    let why = read("windows10PkcsCertificateProfile")?.ok_or("it is taken for a SCEP profile")?;
    ensure!(why.contains("PKCS certificate profile"), "it is refused for another reason: {why}");
    let other = read("windowsWifiConfiguration")?.unwrap_or_default();
    ensure!(!other.is_empty() && !other.contains("PKCS"), "control: a Wi-Fi profile is {other:?}");
    let profile = of_user(Platform::Windows, &["https://scep.example/a"])?;
    let scep = graph::write(&profile, None).map_err(trouble)?;
    graph::read(scep, profile.name, None).map_err(|why| format!("control: {why}"))?;
    ensure!(PAGE.contains("## PKCS profiles"), "the page does not explain it");
    let mut scenes = Vec::new();
    for _ in 0..2 {
        let mut laptop = Scene::new(lab, of_user(Platform::Windows, &[&lab.main.url("intune")])?, WINDOWS)?;
        scenes.push(laptop.enrol().await?);
    }
    let [one, two] = scenes.as_slice() else { return Err("no two certificates".into()) };
    let unique = one.serial() != two.serial() && one.key().spki() != two.key().spki();
    ensure!(unique, "a user's two devices share a certificate");
    Ok("a PKCS profile is recognised and not imported; by SCEP a user's two devices have a key and a serial number each".into())
}

/// What the checker says of the pair, and what a device makes of it.
fn pair(lab: &Lab, root: &[Assignment], scep: &[Assignment]) -> Result<(bool, Option<State>), String> {
    let mut profile = of_user(Platform::Windows, &["https://scep.example/a"])?;
    profile.assignments = scep.to_vec();
    profile.root_certificates = vec![RootCertificate { name: "root".to_owned(), thumbprints: Vec::new() }];
    let trusted = TrustedCertificate {
        name: "root".to_owned(),
        display_name: None,
        platform: Platform::Windows,
        deployment_channel: None,
        thumbprints: Vec::new(),
        assignments: root.to_vec(),
    };
    let known = Surroundings { trusted_certificates: Some(vec![trusted]), ..Surroundings::default() };
    let found = lint(&profile, &known);
    let warned = found.iter().any(|one| ["PRF-721", "PRF-722", "PRF-723"].contains(&one.rule.code));
    profile.root_certificates.clear();
    let mut scene = Scene::new(lab, profile, WINDOWS)?;
    scene.root_for(root.to_vec());
    let user = scene.device.user.clone().unwrap_or_default();
    scene.all.groups.add("staff", &user);
    Ok((warned, scene.at(scene.now())?.state().cloned()))
}

pub(super) async fn m208(lab: &Lab) -> Verdict {
    let ways = [vec![Assignment::AllUsers], vec![Assignment::AllDevices], vec![group("staff")]];
    let (mut warned, mut failed) = (0, 0);
    for (at, root) in ways.iter().enumerate() {
        for (other, scep) in ways.iter().enumerate() {
            let (told, state) = pair(lab, root, scep)?;
            ensure!(told == (at != other), "{root:?} and {scep:?}: the checker says {told}");
            ensure!(at != other || state.is_none(), "{root:?} for both: {state:?}");
            warned += usize::from(told);
            failed += usize::from(state.is_some());
        }
    }
    ensure!(failed > 0, "control: no pair fails on a device");
    Ok(format!(
        "all users, all devices and a group: alike they enrol and nothing is found; {warned} unlike pairs are warned about, {failed} fail for this device"
    ))
}
