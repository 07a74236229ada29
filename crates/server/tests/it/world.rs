//! A whole server in this process, on loopback, with its store in a directory that goes away with it.
//!
//! | endpoint | vouched for by | profile | |
//! | --- | --- | --- | --- |
//! | `once` | one-time challenges | `device` | renewal |
//! | `fixed` | the static challenge [`SHARED`] | `device` | no renewal |
//! | `other` | one-time challenges | `other` | renewal |
//! | `intune`, `deliver` | the simulated tenant, if there is one | `device` | renewal; withhold, deliver |

#[path = "world/answer.rs"]
mod answer;
#[path = "world/device.rs"]
mod device;
#[path = "world/home.rs"]
mod home;
#[path = "world/mutation.rs"]
pub(crate) mod mutation;
#[path = "world/raw.rs"]
pub(crate) mod raw;

#[path = "world/fleet.rs"]
pub(crate) mod fleet;
#[path = "world/serving.rs"]
mod serving;

pub(crate) use answer::Told;
pub(crate) use device::{Csr, Device, signed, transaction};
pub(crate) use home::{Home, SHARED};
pub(crate) use serving::Serving;

use chancery::authority::Authority;
use chancery::http::Addresses;
use chancery::profiles::Profiles;
use chancery::server::{Server, StartError};
use chancery::store::{Check, ClaimHash, Counts, NewChallenge, Search, Store, Stored};
use chancery::validators::{BoundIdentity, ChallengeKey};
use pki::certificate::Certificate;
use simulator::fleet::{DeviceKey, quick_keys};
use simulator::tenant::{Tenant, TenantOptions};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

/// A server that runs until this is dropped.
pub(crate) struct World {
    pub(crate) home: Home,
    pub(crate) clock: simulator::clock::Clock,
    pub(crate) tenant: Option<Tenant>,
    pub(crate) http: reqwest::Client,
    pub(crate) at: Addresses,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) authority: Arc<Authority>,
    pub(crate) profiles: Arc<Profiles>,
    pub(crate) challenge_key: ChallengeKey,
    next: AtomicUsize,
    running: Option<(oneshot::Sender<()>, JoinHandle<()>)>,
}

impl World {
    /// Without a tenant.
    pub(crate) async fn start() -> World {
        World::make(None, "").await
    }

    /// Without a tenant, with settings made of the usual ones.
    pub(crate) async fn configured(change: impl Fn(String) -> String) -> World {
        let home = Home::new(None, "");
        home.configure(&change(home.settings()));
        World::at(home, None).await
    }

    /// With a simulated tenant over plain HTTP.
    pub(crate) async fn with_tenant() -> World {
        World::with_tenant_and("").await
    }

    /// The same, with more settings for each Intune endpoint.
    pub(crate) async fn with_tenant_and(more: &str) -> World {
        let clock = simulator::clock::Clock::system();
        let options = TenantOptions { tls: false, clock, ..TenantOptions::default() };
        World::make(Some(Tenant::start(options).await.unwrap()), more).await
    }

    async fn make(tenant: Option<Tenant>, more: &str) -> World {
        let home = Home::new(tenant.as_ref(), more);
        World::at(home, tenant).await
    }

    async fn at(home: Home, tenant: Option<Tenant>) -> World {
        let clock = tenant.as_ref().map_or_else(simulator::clock::Clock::system, |one| one.clock.clone());
        let server = home.server(&clock).await.unwrap();
        let http = simulator::fleet::http_client(None).unwrap();
        let installation = &server.installation;
        let (store, authority) = (Arc::clone(&installation.store), Arc::clone(&installation.authority));
        let (challenge_key, at) = (installation.challenge_key.clone(), server.addresses());
        let profiles = Arc::clone(&server.profiles);
        let running = Some(run(server));
        let next = AtomicUsize::new(0);
        World { home, clock, tenant, http, at, store, authority, profiles, challenge_key, next, running }
    }

    /// Stops the server and starts another on the same data.
    pub(crate) async fn restart(&mut self) {
        self.stop().await;
        self.start_again().await;
    }

    /// Starts a server on the data of one that was stopped.
    pub(crate) async fn start_again(&mut self) {
        let server = self.restarted().await.unwrap();
        self.at = server.addresses();
        self.store = Arc::clone(&server.installation.store);
        self.authority = Arc::clone(&server.installation.authority);
        self.profiles = Arc::clone(&server.profiles);
        self.running = Some(run(server));
    }

    async fn restarted(&self) -> Result<Server, StartError> {
        self.home.server(&self.clock).await
    }

    pub(crate) async fn stop(&mut self) {
        let (stop, task) = self.running.take().unwrap();
        drop(stop);
        task.await.unwrap();
    }

    pub(crate) fn url(&self, endpoint: &str) -> String {
        format!("http://{}/scep/{endpoint}", self.at.scep)
    }

    pub(crate) fn tenant(&self) -> &Tenant {
        self.tenant.as_ref().unwrap()
    }

    pub(crate) fn ra(&self) -> Certificate {
        self.authority.ra().certificate.clone()
    }

    pub(crate) fn issuing(&self) -> &Certificate {
        &self.authority.issuing.certificate
    }

    /// A key that no other device of this world has.
    pub(crate) fn key(&self) -> DeviceKey {
        static KEYS: OnceLock<Vec<DeviceKey>> = OnceLock::new();
        let keys = KEYS.get_or_init(|| quick_keys(496).unwrap());
        keys[self.next.fetch_add(1, Ordering::SeqCst)].clone()
    }

    /// A device with a self-signed certificate over a key of its own.
    pub(crate) fn device(&self, name: &str) -> Device {
        Device::new(name, self.key(), self.clock.now())
    }

    /// Records a one-time challenge of the endpoint, good for an hour, and gives its text.
    pub(crate) async fn challenge(&self, endpoint: &str, bound: Option<&BoundIdentity>) -> String {
        let text = chancery::validators::challenge::mint(&mut chancery::keys::SystemRandom).unwrap();
        let now = pki::Time::from_unix(self.clock.now());
        let row = NewChallenge {
            hash: ClaimHash(self.challenge_key.hash(&text).0),
            endpoint: endpoint.to_owned(),
            identity: bound.map(|bound| serde_json::to_string(bound).unwrap()),
            expires_at: now.plus_seconds(3600),
            created_at: now,
            note: String::new(),
        };
        assert!(self.store.put_challenge(row).await.unwrap());
        text.to_string()
    }

    pub(crate) async fn counts(&self) -> Counts {
        self.store.counts().await.unwrap()
    }

    /// Certificates recorded, of which each must be issued: nothing is left half done.
    pub(crate) async fn issued(&self) -> u64 {
        let counts = self.counts().await;
        assert_eq!(counts.unfinished, 0, "open reservations");
        counts.certificates
    }

    pub(crate) async fn certificates(&self) -> Vec<Stored> {
        let all = self.store.certificates(Search { limit: 100_000, ..Search::default() });
        all.await.unwrap()
    }

    /// What the store's own checks say, all of them.
    pub(crate) async fn assert_sound(&self) {
        let now = pki::Time::from_unix(self.clock.now());
        let before = now.plus_seconds(60);
        let checks = [
            Check::Database,
            Check::Serials,
            Check::Transactions,
            Check::Claims,
            Check::Held,
            Check::Reservations { before },
            Check::Notifications { now },
            Check::Crls,
            Check::Issuance,
        ];
        for check in checks {
            assert_eq!(self.store.faults(check, 10).await.unwrap(), [], "{check:?}");
        }
        let verdict = self.store.verify_audit(None).await.unwrap();
        assert!(matches!(verdict, chancery::store::AuditVerdict::Sound(_)), "{verdict:?}");
    }
}

impl World {
    /// What `chancery verify` says.
    pub(crate) async fn assert_verified(&self) {
        let now = pki::Time::from_unix(self.clock.now());
        let verification = chancery::verify::Verification::of(&self.home.config().unwrap(), now).unwrap();
        let report = verification.run().await.unwrap();
        let found: Vec<String> =
            report.rows.iter().filter(|row| row.findings > 0).map(ToString::to_string).collect();
        assert!(found.is_empty(), "{found:#?}");
    }
}

fn run(server: Server) -> (oneshot::Sender<()>, JoinHandle<()>) {
    let (stop, stopped) = oneshot::channel::<()>();
    (stop, tokio::spawn(server.run_until(async { drop(stopped.await) })))
}

/// A device that the tenant knows, its profile delivered.
impl World {
    /// What an honest device asks for, with a fresh challenge.
    pub(crate) fn delivered(&self) -> simulator::fleet::RequestPlan {
        let tenant = self.tenant();
        let device = tenant.enrol_device(simulator::tenant::Platform::Ios, None);
        let profile = tenant.add_profile(simulator::tenant::Profile::new("CN={{DeviceName}},O=Contoso"));
        let options = simulator::tenant::MintOptions::default();
        simulator::fleet::RequestPlan::honest(&tenant.deliver(&device.id, &profile.id, &options).unwrap())
    }

    /// A request in DER that the endpoint grants to this key.
    pub(crate) async fn granted(&self, endpoint: &str, device: &Device) -> Vec<u8> {
        match endpoint {
            "intune" | "deliver" => {
                self.delivered().sign(&device.key, pki::algorithm::Digest::Sha256).unwrap()
            }
            "fixed" => device.csr(SHARED).signed(&device.key),
            _ => device.csr(&self.challenge(endpoint, None).await).signed(&device.key),
        }
    }
}
