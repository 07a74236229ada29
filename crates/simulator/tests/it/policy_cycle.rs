//! Policy cycles over the wire, against a toy CA.

use std::sync::Arc;

use mdm::platform::Platform;
use mdm::profile::{AlternativeName, Profile, ScepUrl};
use mdm::variable::SanType;
use simulator::dice::Dice;
use simulator::evaluation::*;
use simulator::fleet::{Agent, DeviceKey, Ended, Seen, quick_keys};

use crate::caller::Caller;
use crate::evaluation::{assigned, device, profile};
use crate::toy_ca::ToyCa;

struct Scene {
    caller: Arc<Caller>,
    toy: ToyCa,
    all: Assignments,
    device: Device,
    keys: Vec<DeviceKey>,
    dice: Dice,
}

const DEAD: &str = "http://127.0.0.1:1/scep/toy";

impl Scene {
    /// A user's device, and a profile whose URLs are the toy CA and `more`.
    async fn new(platform: Platform, more: &[&str]) -> Self {
        let caller = Arc::new(Caller::new().await);
        let toy = ToyCa::start(Arc::clone(&caller), None).await;
        let urls = [toy.url.as_str()].into_iter().chain(more.iter().copied());
        let upn = AlternativeName { kind: SanType::Upn, value: "{{UserPrincipalName}}".into() };
        let mut all = assigned(Profile {
            urls: urls.map(|url| ScepUrl::parse(url).unwrap()).collect(),
            alternative_names: vec![upn],
            ..profile(platform)
        });
        let Some(Configuration::TrustedRoot(root)) = all.find_mut("root").map(|one| &mut one.configuration)
        else {
            panic!("no root")
        };
        root.certificate = toy.ca.clone();
        let os = simulator::fleet::system(platform).unwrap();
        let user = caller.device.user.clone();
        let known = caller.tenant.enrol_device(os, user.as_deref());
        let mut device = device(platform, "18");
        (device.id, device.user) = (known.id, user);
        Self { caller, toy, all, device, keys: quick_keys(45).unwrap(), dice: Dice::new(3, "cycles") }
    }

    async fn cycle(&mut self) -> Vec<Seen> {
        let agent = Agent { world: &self.caller.tenant.world(), http: &self.caller.http };
        let keys = &mut self.keys;
        let key = |_| Ok(keys.pop().unwrap());
        agent.cycle(&mut self.device, &self.all, &mut self.dice, key).await.unwrap()
    }

    /// What came of the one order of a cycle.
    async fn ended(&mut self) -> (Vec<String>, Ended) {
        let mut seen = self.cycle().await;
        let at = seen.iter().position(|one| one.attempt.is_some());
        let attempt = at.and_then(|at| seen.remove(at).attempt).unwrap();
        (attempt.tried, attempt.ended)
    }

    fn asked(&self, operation: &str) -> usize {
        self.toy.seen.lock().unwrap().iter().filter(|line| line.query.contains(operation)).count()
    }
}

#[tokio::test]
async fn m195_root_profile_challenge_enrolment() {
    let mut scene = Scene::new(Platform::Windows, &[]).await;
    let (_, ended) = scene.ended().await;
    let Ended::Installed(held, certificate) = ended else { panic!("{}", ended.sentence()) };
    assert_eq!(certificate.subject().to_string(), "CN=janedoe");
    let names = certificate.san().unwrap();
    assert_eq!(names.0[0].to_string(), "UPN:janedoe@contoso.com");
    assert_eq!(scene.device.held, [*held]);
    // Nothing is asked for again while there is nothing to do.
    let again = scene.cycle().await;
    assert!(again.iter().all(|seen| seen.attempt.is_none() && seen.outcome.step == Step::Keep), "{again:?}");
    assert_eq!(scene.asked("PKIOperation"), 1);
}

#[tokio::test]
async fn m2_no_trusted_certificate_no_question() {
    let mut scene = Scene::new(Platform::Windows, &[]).await;
    let root = scene.all.configurations.remove(0);
    let seen = scene.cycle().await;
    assert_eq!(seen[0].outcome.state(), Some(&State::RootUnknown));
    assert_eq!(scene.toy.seen.lock().unwrap().len(), 0);
    scene.all.configurations.insert(0, root);
    assert!(scene.ended().await.1.is_installed(), "control: with it nothing is issued");
}

#[tokio::test]
async fn m6_windows_refuses_a_root_that_is_not_served() {
    let mut scene = Scene::new(Platform::Windows, &[]).await;
    let Some(Configuration::TrustedRoot(root)) = scene.all.find_mut("root").map(|one| &mut one.configuration)
    else {
        panic!("no root")
    };
    root.certificate = crate::evaluation::certificate();
    let (_, ended) = scene.ended().await;
    let report = ended.report(Platform::Windows);
    assert_eq!((report.text.as_str(), report.row), ("the hash value is not correct", "M6"));
    assert_eq!(scene.asked("PKIOperation"), 0);
}

#[tokio::test]
async fn m172_windows_goes_on_to_the_next_url() {
    for _ in 0..3 {
        let mut scene = Scene::new(Platform::Windows, &[DEAD]).await;
        let (tried, ended) = scene.ended().await;
        assert!(ended.is_installed(), "{}", ended.sentence());
        assert_eq!(tried.len(), if tried[0] == DEAD { 2 } else { 1 });
    }
}

#[tokio::test]
async fn m171_m174_an_iphone_fails_at_a_dead_url_and_draws_again() {
    let mut scene = Scene::new(Platform::Ios, &[DEAD, "http://127.0.0.1:1/scep/other"]).await;
    let mut failed = 0;
    for _ in 0..40 {
        let (tried, ended) = scene.ended().await;
        assert_eq!(tried.len(), 1);
        match ended {
            Ended::Installed(..) if failed > 0 => break,
            // The first draw was the live one: this tells nothing of a dead one.
            Ended::Installed(..) => scene.device.held.clear(),
            other => {
                assert_eq!((other.report(Platform::Ios).row, tried[0] != scene.toy.url), ("M171", true));
                failed += 1;
            }
        }
    }
    assert!(failed > 0 && scene.device.held.len() == 1, "failed {failed} times");
}

#[tokio::test]
async fn m163_m164_a_renewal_survives_an_outage_and_brings_another_key() {
    let mut scene = Scene::new(Platform::Windows, &[]).await;
    assert!(scene.ended().await.1.is_installed());
    let before = scene.device.held[0].clone();
    // The toy's certificates live from a day before NOW to 30 days after: a fifth is left after 24 days.
    scene.caller.tenant.clock.advance(24 * 86_400);
    let urls = |url: &str| vec![ScepUrl::parse(url).unwrap()];
    scene.all.find_mut("scep").unwrap().edit(|profile| profile.urls = urls(DEAD));
    for _ in 0..3 {
        let (_, ended) = scene.ended().await;
        assert!(matches!(ended, Ended::NoAnswer(_)), "{}", ended.sentence());
        assert_eq!(scene.device.held[0], before);
        scene.caller.tenant.clock.advance(8 * 3_600);
    }
    let url = scene.toy.url.clone();
    scene.all.find_mut("scep").unwrap().edit(|profile| profile.urls = urls(&url));
    let (_, ended) = scene.ended().await;
    let Ended::Installed(held, certificate) = ended else { panic!("{}", ended.sentence()) };
    assert!(held.key != before.key && held.serial != before.serial);
    assert_eq!(certificate.subject().to_string(), "CN=janedoe");
}

#[tokio::test]
async fn m16_a_certificate_that_is_about_to_end_is_not_installed() {
    let mut scene = Scene::new(Platform::Windows, &[]).await;
    scene.caller.tenant.clock.advance(26 * 86_400);
    let (_, ended) = scene.ended().await;
    assert!(matches!(ended, Ended::Dropped(_)), "{}", ended.sentence());
    assert_eq!((ended.report(Platform::Windows).row, scene.device.held.len()), ("M16", 0));
}

#[tokio::test]
async fn m140_an_iphone_has_three_certificates_of_one_subject() {
    let mut scene = Scene::new(Platform::Ios, &[]).await;
    for id in ["wifi", "vpn"] {
        let kind = if id == "wifi" { NetworkKind::Wifi } else { NetworkKind::Vpn };
        let assignments = vec![mdm::profile::Assignment::AllUsers];
        let network = Network { kind, scep: "scep".into(), platform: Platform::Ios, assignments };
        scene.all.configurations.push(Assigned::network(id, network));
    }
    scene.cycle().await;
    let issued = scene.toy.issued.lock().unwrap().clone();
    let keys: std::collections::BTreeSet<_> = issued.iter().map(|one| one.key().spki().to_vec()).collect();
    assert_eq!((issued.len(), keys.len(), scene.device.held.len()), (3, 3, 3));
    assert!(issued.iter().all(|one| one.subject().to_string() == "CN=janedoe"));
}
