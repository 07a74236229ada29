//! Devices that enrol over and over, and remember what they hold.

use super::rig::Rig;
use chancery::store::{Search, State, Store as _};
use pki::name::Name;
use simulator::fleet::{
    DeviceKey, GaveUp, Handset, Introduction, Outcome, Prepared, RequestPlan, Target, http_client, quick_keys,
};
use simulator::tenant::{Device, MintOptions, Platform, Profile, World};
use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::task::JoinHandle;

const CLIENTS: usize = 6;

/// One request, and the certificate that the device holds for it.
pub(super) struct Attempt {
    client: usize,
    prepared: Prepared,
    pub(super) holds: Option<Vec<u8>>,
}

pub(super) struct Clients {
    world: Arc<World>,
    profile: String,
    keys: Vec<DeviceKey>,
    devices: Vec<Device>,
    target: Target,
    challenges: Mutex<Vec<String>>,
    introduction: Mutex<Option<Arc<Introduction>>>,
    pub(super) attempts: Mutex<Vec<Attempt>>,
    refused: Mutex<Vec<String>>,
    stop: AtomicBool,
}

impl Clients {
    pub(super) fn new(rig: &Rig, endpoint: &str) -> Arc<Clients> {
        let world = rig.tenant.world();
        let profile = world.add_profile(Profile::new("CN={{DeviceName}},O=Contoso"));
        let devices = (0..CLIENTS).map(|_| world.enrol_device(Platform::Windows, None)).collect();
        Arc::new(Clients {
            world,
            profile: profile.id,
            keys: quick_keys(CLIENTS).unwrap(),
            devices,
            target: Target::at(rig.url(endpoint)),
            challenges: Mutex::default(),
            introduction: Mutex::default(),
            attempts: Mutex::default(),
            refused: Mutex::default(),
            stop: AtomicBool::new(false),
        })
    }

    /// Sees to it that the endpoint `once` has challenges for the next seconds.
    pub(super) async fn supply(&self, rig: &Rig) {
        let have = self.challenges.lock().unwrap().len();
        if have < 600 {
            let more = rig.challenges(1200 - have).await;
            self.challenges.lock().unwrap().extend(more);
        }
    }

    /// Sets all to work, until the server is gone.
    pub(super) fn work(self: &Arc<Self>) -> Vec<JoinHandle<()>> {
        self.stop.store(false, Ordering::SeqCst);
        let start = |client| tokio::spawn(Arc::clone(self).client(client));
        (0..CLIENTS).map(start).collect()
    }

    pub(super) fn stop(&self) {
        self.stop.store(true, Ordering::SeqCst);
    }

    async fn client(self: Arc<Self>, client: usize) {
        let http = http_client(None).unwrap();
        let handset = self.handset(client, &http);
        let Some(to) = self.introduced(&handset).await else { return };
        while !self.stop.load(Ordering::SeqCst) {
            let Some(plan) = self.plan(client) else { return };
            let prepared = handset.prepare(&to, &plan, &self.keys[client]).unwrap();
            let number = self.note(Attempt { client, prepared: again(&prepared), holds: None });
            match handset.deliver(&to, &prepared).await {
                Ok(Outcome::Granted(certificate)) => {
                    self.attempts.lock().unwrap()[number].holds = Some(certificate.der().to_vec());
                }
                Err(GaveUp::Http(_)) => return,
                other => return self.refused.lock().unwrap().push(told(other)),
            }
        }
    }

    fn note(&self, attempt: Attempt) -> usize {
        let mut attempts = self.attempts.lock().unwrap();
        attempts.push(attempt);
        attempts.len() - 1
    }

    fn handset<'a>(&'a self, client: usize, http: &'a reqwest::Client) -> Handset<'a> {
        let now = simulator::clock::Clock::system().now();
        Handset { device: &self.devices[client], user: None, http, target: &self.target, now }
    }

    /// The CA does not change when the server starts again: one introduction serves all.
    async fn introduced(&self, handset: &Handset<'_>) -> Option<Arc<Introduction>> {
        if let Some(known) = self.introduction.lock().unwrap().clone() {
            return Some(known);
        }
        let to = Arc::new(handset.introduce().await.ok()?);
        *self.introduction.lock().unwrap() = Some(Arc::clone(&to));
        Some(to)
    }

    fn plan(&self, client: usize) -> Option<RequestPlan> {
        let device = &self.devices[client];
        if self.target.url.ends_with("intune") {
            let delivery = self.world.deliver(&device.id, &self.profile, &MintOptions::default());
            return Some(RequestPlan::honest(&delivery.unwrap()));
        }
        Some(RequestPlan {
            subject: Name::from_pairs(&[(pki::oid::CN, &device.name)]),
            sans: Vec::new(),
            key_usage: 160,
            extended_key_usages: Vec::new(),
            challenge: Some(self.challenges.lock().unwrap().pop()?),
            extensions: Vec::new(),
        })
    }

    /// Every interrupted device sends the same again, twice: both answers must be the same certificate.
    pub(super) async fn repeat(&self, findings: &mut Vec<String>) {
        let http = http_client(None).unwrap();
        let open: Vec<usize> = {
            let attempts = self.attempts.lock().unwrap();
            (0..attempts.len()).filter(|number| attempts[*number].holds.is_none()).collect()
        };
        for number in open {
            let (client, message) = {
                let attempts = self.attempts.lock().unwrap();
                (attempts[number].client, again(&attempts[number].prepared))
            };
            let handset = self.handset(client, &http);
            let to = self.introduced(&handset).await.unwrap();
            let [first, second] =
                [handset.deliver(&to, &message).await, handset.deliver(&to, &message).await];
            match (first, second) {
                (Ok(Outcome::Granted(first)), Ok(Outcome::Granted(second))) if first == second => {
                    self.attempts.lock().unwrap()[number].holds = Some(first.der().to_vec());
                }
                (first, second) => {
                    findings.push(format!("repeated: {}, then {}", told(first), told(second)));
                }
            }
        }
        findings.append(&mut self.refused.lock().unwrap());
    }

    /// Every certificate that a device holds since `after` attempts ago is in the store, and nothing else is.
    pub(super) async fn compare(&self, rig: &Rig, from: usize, findings: &mut Vec<String>) {
        let held: Vec<Vec<u8>> = {
            let attempts = self.attempts.lock().unwrap();
            attempts[from..].iter().filter_map(|one| one.holds.clone()).collect()
        };
        let store = rig.store();
        for der in held {
            let certificate = pki::certificate::Certificate::parse(&der).unwrap();
            let found = store.by_serial(certificate.serial().octets()).await.unwrap();
            if !found.iter().any(|one| one.der() == Some(der.as_slice())) {
                let states: Vec<&State> = found.iter().map(|one| &one.state).collect();
                findings
                    .push(format!("{}: held by a device, and in the store {states:?}", certificate.serial()));
            }
        }
    }

    /// When all have what they asked for: as many certificates as requests, as many spent challenges.
    pub(super) async fn count(&self, rig: &Rig, findings: &mut Vec<String>) {
        let asked: Vec<Option<Vec<u8>>> =
            self.attempts.lock().unwrap().iter().map(|one| one.holds.clone()).collect();
        let distinct: HashSet<&Vec<u8>> = asked.iter().flatten().collect();
        let store = rig.store();
        let issued = store.certificates(Search { limit: u32::MAX, ..Search::default() }).await.unwrap();
        let spent = store.challenges(u32::MAX).await.unwrap().iter().filter_map(|one| one.spent_on).count();
        if distinct.len() != asked.len() || issued.len() != asked.len() {
            let (asked, held, issued) = (asked.len(), distinct.len(), issued.len());
            findings.push(format!("{asked} requests, {held} certificates held, {issued} issued"));
        }
        if self.target.url.ends_with("once") && spent != asked.len() {
            findings.push(format!("{} requests spent {spent} challenges", asked.len()));
        }
    }
}

fn told(outcome: Result<Outcome, GaveUp>) -> String {
    outcome.map_or_else(|error| error.to_string(), |outcome| outcome.sentence())
}

/// `Prepared` is not `Clone`: a device that restarts reads its parts from its disk.
fn again(prepared: &Prepared) -> Prepared {
    Prepared {
        message: prepared.message.clone(),
        exchange: prepared.exchange.clone(),
        key: prepared.key.clone(),
        plan: prepared.plan.clone(),
    }
}

/// Waits for clients that have nobody to talk to any more.
pub(super) async fn joined(clients: Vec<JoinHandle<()>>) {
    for client in clients {
        tokio::time::timeout(Duration::from_secs(90), client).await.expect("a client hangs").unwrap();
    }
}
