//! Trusted certificates beside the profile: M4 to M6.

use super::addresses::Secure;
use super::fleet::{SCEP, Scene, everybody, of_user};
use super::lab::{Lab, told};
use super::profiles::codes;
use super::rollout::{applied, definition, office, planned};
use super::verdict::{Verdict, ensure, trouble};
use crate::cli::profile::served_by;
use mdm::format::TrustedRoot;
use mdm::lint::{Surroundings, TrustedCertificate};
use mdm::platform::Platform;
use mdm::profile::{Profile, RootCertificate, ScepUrl, Thumbprint};
use mdm::rollout::{Deed, Place, plan};
use pki::certificate::Certificate;
use simulator::dice::Dice;
use simulator::evaluation::{Assigned, State};
use simulator::fleet::Ended;

const WINDOWS: &str = "10.0.26100";

/// A Trusted certificate profile with this certificate.
fn trusted(name: &str, platform: Platform, certificate: &Certificate) -> TrustedRoot {
    TrustedRoot {
        name: name.to_owned(),
        description: String::new(),
        platform,
        certificate: certificate.clone(),
        file_name: format!("{name}.cer"),
        deployment_channel: None,
        assignments: everybody(),
    }
}

/// Puts this certificate into the Trusted certificate profile that the scene's profile refers to.
pub(super) fn refer_to(scene: &mut Scene<'_>, certificate: &Certificate) -> Result<(), String> {
    let scep = scene.all.find(SCEP).and_then(Assigned::as_scep);
    let id = scep.and_then(|scep| scep.root.clone()).ok_or("the profile refers to nothing")?;
    let root = trusted("check root", scene.device.platform(), certificate);
    let one = scene.all.find_mut(&id).ok_or("there is no Trusted certificate profile")?;
    *one = Assigned::root(id, root);
    Ok(())
}

/// A certificate of another CA: that of the tenant's TLS.
fn strange(lab: &Lab) -> Result<Certificate, String> {
    Certificate::parse(&lab.tenant.credentials().certificate).map_err(trouble)
}

/// What the linter calls the same as two profiles.
fn known(names: &[&str], of: &TrustedRoot) -> Surroundings {
    let one = |name: &&str| TrustedCertificate {
        name: (*name).to_owned(),
        display_name: None,
        platform: of.platform,
        deployment_channel: None,
        thumbprints: of.thumbprint().into_iter().collect(),
        assignments: everybody(),
    };
    let all = names.iter().map(one).collect();
    Surroundings { trusted_certificates: Some(all), ..Surroundings::default() }
}

pub(super) async fn m4(lab: &Lab) -> Verdict {
    let office = office(lab).await?;
    let platforms = [Platform::Windows, Platform::Ios, Platform::MacOs, Platform::AndroidFullyManaged];
    let mut definitions = Vec::new();
    for platform in platforms {
        let first = definition(lab, "m4", platform)?;
        let mut second = first.clone();
        second.profile.display_name = Some(format!("m4, the second for {platform}"));
        definitions.extend([first, second]);
    }
    let present = office.present(&definitions).await.map_err(|refusal| refusal.operator)?;
    let made = plan(&definitions, &present).map_err(|found| format!("{found:?}"))?;
    let count = |deed| made.steps.iter().filter(|step| step.deed == deed).count();
    ensure!(count(Deed::CreateRoot) == platforms.len(), "{} roots are created", count(Deed::CreateRoot));
    ensure!(count(Deed::CreateProfile) == definitions.len(), "{} profiles", count(Deed::CreateProfile));
    office.carry_out(&made, |_| ()).await.map_err(|stopped| stopped.why.operator)?;
    for platform in platforms {
        let of = lab.tenant.deployed_roots().into_iter().filter(|one| one.root.name == "m4 root");
        let here = of.filter(|one| one.root.platform.installs_on(platform)).count();
        ensure!(here == 1, "{platform} has {here} Trusted certificate profiles");
    }
    let root = trusted("m4 root", Platform::Windows, &strange(lab)?);
    let mut profile = definitions.swap_remove(0).profile;
    profile.assignments = everybody();
    let told = |names: &[&str]| codes(&profile, &known(names, &root)).iter().any(|one| one.0 == "PRF-724");
    ensure!(told(&["m4 root", "m4 again"]), "a second profile with the same certificate is not PRF-724");
    ensure!(!told(&["m4 root"]), "one alone is PRF-724");
    Ok("eight profiles for four platforms: one Trusted certificate profile for each; a second one is PRF-724"
        .into())
}

pub(super) async fn m5(lab: &Lab) -> Verdict {
    let office = office(lab).await?;
    let mut wanted = definition(lab, "m5", Platform::Windows)?;
    wanted.roots.push(trusted("m5 access points", Platform::Windows, &lab.main.authority.root));
    let made = planned(&office, &wanted).await?;
    let created = made.steps.iter().filter(|step| step.deed == Deed::CreateRoot).count();
    let bound = made.steps.iter().find(|step| step.deed == Deed::CreateProfile);
    ensure!(created == 2, "{created} Trusted certificate profiles are created");
    let first = bound.is_some_and(|step| step.root == Some(Place::Made(0)));
    ensure!(first, "the profile is bound to {:?}", bound.map(|step| &step.root));
    applied(&office, &wanted).await?;
    let all = lab.tenant.deployed_roots();
    let id = |name: &str| all.iter().find(|one| one.root.name == name).map(|one| one.id.clone());
    let shown = wanted.profile.shown_name();
    let bound = lab.tenant.deployed().into_iter().find(|one| one.profile.shown_name() == shown);
    let (own, further) = (id("m5 root"), id("m5 access points"));
    ensure!(own.is_some() && further.is_some(), "in the tenant: {own:?} and {further:?}");
    ensure!(bound.is_some_and(|one| one.root_id == own), "in the tenant the profile is bound to another");

    let mut scene = Scene::new(lab, of_user(Platform::Windows, &[&lab.main.url("intune")])?, WINDOWS)?;
    scene
        .all
        .configurations
        .push(Assigned::root("access-points", trusted("access-points", Platform::Windows, &strange(lab)?)));
    for outcome in scene.all.evaluate(&scene.device, scene.now(), &mut Dice::new(1, "m5")) {
        scene.device.settle(&outcome);
    }
    ensure!(scene.device.trusted.len() == 2, "the device trusts {:?}", scene.device.trusted);
    scene.enrol().await?;
    scene.device.held.clear();
    scene.root_for(Vec::new());
    let state = scene.state(scene.now())?;
    ensure!(state == State::RootMissing, "with the further one alone: {state}");
    Ok(format!(
        "two Trusted certificate profiles, the SCEP profile bound to the CA's; a device trusts both; with the further one alone: {state}"
    ))
}

/// Platforms that differ in what they make of the certificate, with a version of each.
const PLATFORMS: [(Platform, &str); 4] = [
    (Platform::Windows, WINDOWS),
    (Platform::Ios, "18"),
    (Platform::MacOs, "15"),
    (Platform::AndroidFullyManaged, "14"),
];

/// The linter takes what a running server gives for its chain, and nothing else.
async fn linted_by_what_is_served(lab: &Lab) -> Result<(), String> {
    let running = served_by(ScepUrl::parse(&lab.main.url("plain")).map_err(trouble)?).await;
    let known = running.map_err(|failure| told(&failure))?;
    let main = &lab.main.authority;
    for (name, certificate, code) in [
        ("the root", &main.root, None),
        ("the issuing CA", &main.issuing.certificate, None),
        ("the RA", &main.ra().certificate, Some("PRF-712")),
        ("a stranger", &strange(lab)?, Some("PRF-711")),
    ] {
        for (platform, _) in PLATFORMS {
            let thumbprints: Vec<Thumbprint> =
                trusted(name, platform, certificate).thumbprint().into_iter().collect();
            let reference = RootCertificate { name: name.to_owned(), thumbprints };
            let plain = of_user(platform, &["https://scep.example/scep/wifi"])?;
            let profile = Profile { root_certificates: vec![reference], ..plain };
            let found = codes(&profile, &known);
            let errors = found.iter().map(|one| one.0).find(|one| ["PRF-711", "PRF-712"].contains(one));
            ensure!(errors == code, "{platform} with {name}: {found:?}");
        }
    }
    Ok(())
}

pub(super) async fn m6(lab: &Lab) -> Verdict {
    let secure = Secure::start(lab).await?;
    let url = secure.url();
    let authority = &secure.server.authority;
    let choices = [
        ("the root", authority.root.clone(), true),
        ("the issuing CA", authority.issuing.certificate.clone(), true),
        ("a stranger", strange(lab)?, false),
    ];
    let mut refused = String::new();
    for (platform, version) in PLATFORMS {
        for (name, certificate, ours) in &choices {
            let mut scene = Scene::new(lab, of_user(platform, &[&url])?, version)?;
            refer_to(&mut scene, certificate)?;
            let ended = secure.send(lab, &mut scene).await?;
            let due = *ours || !platform.rules().compares_root.value;
            ensure!(ended.is_installed() == due, "{platform} with {name}: {}", ended.sentence());
            if let Ended::Failed(_) = ended {
                refused = ended.sentence();
            }
        }
    }
    ensure!(!refused.is_empty(), "nobody looks for the certificate");
    linted_by_what_is_served(lab).await?;
    secure.server.stop().await;
    Ok(format!(
        "root and issuing CA enrol on four platforms; with a stranger's Windows says \"{refused}\", and the linter PRF-711"
    ))
}
