//! SCEP server URLs of profiles: M45, M91; and a server over HTTPS.

use super::super::running::Running;
use super::super::stage;
use super::chain::refer_to;
use super::fleet::{DEAD, Scene, of_user};
use super::lab::{Lab, plan, told};
use super::profiles::codes;
use super::verdict::{Verdict, ensure, granted, trouble};
use mdm::format::graph;
use mdm::lint::{Surroundings, mend};
use mdm::platform::Platform;
use mdm::profile::{Profile, ScepUrl};
use simulator::evaluation::{State, Status};
use simulator::fleet::{
    Agent, Ended, GaveUp, Handset, HttpClient, Outcome, RequestPlan, Target, http_client,
};
use simulator::identity::TlsIdentity;

/// A server that asks the lab's tenant and answers by HTTPS, too.
pub(super) struct Secure {
    pub(super) server: Running,
    /// Trusts the server's TLS.
    http: HttpClient,
}

impl Secure {
    pub(super) async fn start(lab: &Lab) -> Result<Secure, String> {
        let tls = TlsIdentity::generate(None).map_err(trouble)?;
        let failed = |failure| told(&failure);
        let listen = stage::tls_settings(&lab.scratch, &tls, 0).map_err(failed)?;
        let endpoint = stage::endpoint(&lab.scratch, &lab.tenant, "intune").map_err(failed)?;
        let one_time = super::settings::one_time("plain", "");
        let server = lab.server(&format!("{listen}{endpoint}{one_time}")).await?;
        let root = pki::pem::encode("CERTIFICATE", &tls.root);
        Ok(Secure { server, http: http_client(Some(&root)).map_err(trouble)? })
    }

    /// Where Intune's endpoint answers by HTTPS.
    pub(super) fn url(&self) -> String {
        self.server.url("intune")
    }

    /// A device whose profile refers to this server's root.
    fn scene<'a>(&self, lab: &'a Lab, profile: Profile, version: &str) -> Result<Scene<'a>, String> {
        let mut scene = Scene::new(lab, profile, version)?;
        refer_to(&mut scene, &self.server.authority.root)?;
        Ok(scene)
    }

    /// What becomes of the order that the scene's device has now.
    pub(super) async fn send(&self, lab: &Lab, scene: &mut Scene<'_>) -> Result<Ended, String> {
        let order = scene.order(scene.now())?;
        let agent = Agent { world: &lab.tenant.world(), http: &self.http };
        let attempt = agent.carry_out(&scene.device.id, &order, &lab.key()?).await.map_err(trouble)?;
        scene.device.receive(&attempt);
        Ok(attempt.ended)
    }

    /// A request of an Android device, which in the field takes HTTPS alone.
    async fn android(&self, lab: &Lab, url: String) -> Result<Outcome, String> {
        let challenge = lab.challenge(&self.server, "plain", None).await?;
        let plan = RequestPlan { challenge: Some(challenge), ..plan("m45") };
        let target = Target { android_needs_tls: true, ..Target::at(url) };
        let device = lab.device(simulator::tenant::Platform::Android);
        let now = lab.tenant.clock.now();
        let handset = Handset { device: &device, user: None, http: &self.http, target: &target, now };
        Ok(handset.enrol(&plan, &lab.key()?).await)
    }
}

/// The four that M45 names.
const ANDROID: [Platform; 4] = [
    Platform::AndroidDeviceAdministrator,
    Platform::AndroidFullyManaged,
    Platform::AndroidCorporateWorkProfile,
    Platform::AndroidPersonalWorkProfile,
];

fn is_refused(profile: &Profile) -> bool {
    codes(profile, &Surroundings::default()).iter().any(|one| one.0 == "PRF-901")
}

pub(super) async fn m45(lab: &Lab) -> Verdict {
    let secure = Secure::start(lab).await?;
    let (https, http) = (secure.url(), format!("http://{}/scep/intune", secure.server.addresses.scep));
    for url in [&https, &http] {
        let mut scene = secure.scene(lab, of_user(Platform::Windows, &[url])?, "10.0.26100")?;
        let ended = secure.send(lab, &mut scene).await?;
        ensure!(ended.is_installed(), "Windows at {url}: {}", ended.sentence());
    }
    let mut said = String::new();
    for platform in ANDROID {
        let profile = of_user(platform, &[&http])?;
        ensure!(is_refused(&profile), "{platform}: http is no error");
        let mended = mend(&of_user(platform, &["http://scep.example/scep/wifi"])?, &Surroundings::default());
        ensure!(mended.urls.iter().all(ScepUrl::is_https), "{platform}: mended to {:?}", mended.urls);
        let mut scene = Scene::new(lab, profile, "10")?;
        let state = scene.state(scene.now())?;
        ensure!(state == State::NoHttps, "{platform} over http: {state}");
        said = state.to_string();
        let profile = of_user(platform, &[&https])?;
        ensure!(!is_refused(&profile), "{platform}: https is an error");
        let ended = secure.send(lab, &mut secure.scene(lab, profile, "10")?).await?;
        ensure!(ended.is_installed(), "{platform} over https: {}", ended.sentence());
    }
    ensure!(!is_refused(&of_user(Platform::Windows, &[&http])?), "http is an error on Windows");
    let plain = format!("http://{}/scep/plain", secure.server.addresses.scep);
    let outcome = secure.android(lab, plain).await?;
    ensure!(matches!(outcome, Outcome::GaveUp(GaveUp::NoTls)), "Android asked: {}", outcome.sentence());
    granted(secure.android(lab, secure.server.url("plain")).await?)?;
    secure.server.stop().await;
    Ok(format!(
        "the server answers both; http is PRF-901 for four kinds of Android: {said}; by https all four enrol"
    ))
}

pub(super) async fn m91(lab: &Lab) -> Verdict {
    let here = lab.main.url("intune");
    let profile = of_user(Platform::Windows, &[DEAD, &here, "https://b.example/scep/wifi"])?;
    let written = graph::write(&profile, None).map_err(trouble)?;
    let read = graph::read(written, profile.name.clone(), Some(Platform::Windows)).map_err(trouble)?;
    ensure!(read.profile.urls == profile.urls, "out of Graph came {:?}", read.profile.urls);
    let text = toml::to_string(&profile).map_err(trouble)?;
    let kept: Profile = toml::from_str(&text).map_err(trouble)?;
    ensure!(kept.urls == profile.urls, "out of a file came {:?}", kept.urls);
    for wrong in ["scep.example/scep", "ftp://scep.example/scep", "https://", "https://a.example/x;y"] {
        let broken = text.replace(DEAD, wrong);
        ensure!(toml::from_str::<Profile>(&broken).is_err(), "{wrong} is taken for a URL");
    }
    let none = Profile { urls: Vec::new(), ..profile.clone() };
    let found = codes(&none, &Surroundings::default());
    ensure!(found.iter().any(|one| one.0 == "PRF-911"), "without a URL: {found:?}");
    let mut scene = Scene::new(lab, none, "10.0.26100")?;
    let state = scene.state(scene.now())?;
    ensure!(state == State::NoUrl && state.status() == Status::Error, "without a URL: {state}");
    let two = Profile { urls: profile.urls.iter().take(2).cloned().collect(), ..profile };
    Scene::new(lab, two, "10.0.26100")?.enrol().await?;
    Ok(format!(
        "a list keeps its order in file and Graph, and a live URL beside a dead one enrols; none is PRF-911: {state}"
    ))
}
