//! Tenant, servers and devices for checks.

use super::super::refusals::Refusals;
use super::super::running::Running;
use super::super::{Scratch, failed};
use super::browser::Browser;
use super::front::Front;
use super::settings;
use super::verdict::trouble;
use crate::cli::Failure;
use crate::clock::SystemClock;
use crate::http::{ChallengeDesk as _, NewChallenge};
use crate::jobs::crl::{self, Parts};
use crate::validators::BoundIdentity;
use pki::name::Name;
use simulator::fleet::{
    DeviceKey, Handset, HttpClient, Outcome, RequestPlan, Target, http_client, quick_keys,
};
use simulator::tenant::{Delivery, Device, MintOptions, Platform, Profile, Tenant, TenantOptions};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use tokio::sync::OnceCell;

/// Keys made at a time.
const KEYS: usize = 128;

/// Everything that checks share. They run one after the other.
pub(super) struct Lab {
    pub(super) scratch: Scratch,
    pub(super) tenant: Tenant,
    pub(super) http: HttpClient,
    /// The server that most checks use.
    pub(super) main: Running,
    pub(super) refusals: Refusals,
    keys: Mutex<Vec<DeviceKey>>,
    servers: AtomicUsize,
    /// Whoever looks at the main server's portal.
    owner: OnceCell<Browser>,
    /// The server whose portal is looked at, once a check wants it.
    front: OnceCell<Front>,
}

impl Lab {
    pub(super) async fn build(refusals: Refusals, keep: bool) -> Result<Lab, Failure> {
        let scratch = Scratch::make("chancery-check")?.kept(keep);
        let tenant = Tenant::start(TenantOptions::default()).await.map_err(|error| failed(&error))?;
        let text = settings::main(&scratch, &tenant)?;
        let main = Running::start(&scratch.path().join("main"), &text).await?;
        let http = http_client(None).map_err(|error| failed(&error))?;
        let (keys, servers) = (Mutex::default(), AtomicUsize::new(0));
        let (owner, front) = (OnceCell::new(), OnceCell::new());
        Ok(Lab { scratch, tenant, http, main, refusals, keys, servers, owner, front })
    }

    pub(super) async fn close(self) {
        if let Some(front) = self.front.into_inner() {
            front.server.stop().await;
        }
        self.main.stop().await;
    }

    /// The browser of the main server's owner.
    pub(super) async fn owner(&self) -> Result<&Browser, String> {
        self.owner.get_or_try_init(|| Browser::first_owner(&self.http, &self.main)).await
    }

    /// The server whose portal is looked at, and its owner's browser.
    pub(super) async fn front(&self) -> Result<&Front, String> {
        self.front.get_or_try_init(|| Front::open(self)).await
    }

    /// Another server, in a directory of its own.
    pub(super) async fn server(&self, text: &str) -> Result<Running, String> {
        let number = self.servers.fetch_add(1, Ordering::Relaxed);
        let directory = self.scratch.path().join(format!("server-{number}"));
        Running::start(&directory, text).await.map_err(|failure| told(&failure))
    }

    /// A key that nobody has had.
    pub(super) fn key(&self) -> Result<DeviceKey, String> {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        if keys.is_empty() {
            *keys = quick_keys(KEYS).map_err(trouble)?;
        }
        keys.pop().ok_or_else(|| "no keys are left".into())
    }

    pub(super) fn device(&self, platform: Platform) -> Device {
        let user = self.tenant.add_user("ada@contoso.example", None);
        self.tenant.enrol_device(platform, Some(&user.id))
    }

    /// A one-time challenge of a server's endpoint.
    pub(super) async fn challenge(
        &self,
        server: &Running,
        endpoint: &str,
        identity: Option<BoundIdentity>,
    ) -> Result<String, String> {
        let wanted = NewChallenge { endpoint: Some(endpoint.into()), identity, ..NewChallenge::default() };
        let issued = server.desk.issue(wanted, "demo").await.map_err(|problem| problem.sentence)?;
        Ok(issued.challenge.reveal_secret().to_owned())
    }

    /// A Windows device asks with a fresh one-time challenge and a fresh key.
    pub(super) async fn enrol(
        &self,
        server: &Running,
        endpoint: &str,
        plan: RequestPlan,
    ) -> Result<Outcome, String> {
        let challenge = self.challenge(server, endpoint, None).await?;
        let plan = RequestPlan { challenge: Some(challenge), ..plan };
        let device = self.device(Platform::Windows);
        self.attempt(server, endpoint, (&device, &plan, &self.key()?)).await
    }

    /// A device asks for exactly this.
    pub(super) async fn attempt(
        &self,
        server: &Running,
        endpoint: &str,
        (device, plan, key): (&Device, &RequestPlan, &DeviceKey),
    ) -> Result<Outcome, String> {
        let target = Target::at(server.url(endpoint));
        Ok(self.handset(device, &target).enrol(plan, key).await)
    }

    pub(super) fn handset<'a>(&'a self, device: &'a Device, target: &'a Target) -> Handset<'a> {
        Handset { device, user: None, http: &self.http, target, now: self.tenant.clock.now() }
    }

    /// Delivers a profile of Intune's to a new device.
    pub(super) fn deliver(
        &self,
        platform: Platform,
        profile: Profile,
        options: &MintOptions,
    ) -> Result<Delivery, String> {
        let (device, profile) = (self.device(platform), self.tenant.add_profile(profile));
        self.tenant.deliver(&device.id, &profile.id, options).map_err(trouble)
    }

    /// A device whose challenge is Intune's asks for `plan`.
    pub(super) async fn intune(&self, delivery: &Delivery, plan: &RequestPlan) -> Result<Outcome, String> {
        self.attempt(&self.main, "intune", (&delivery.device, plan, &self.key()?)).await
    }

    /// A new list of everything that is revoked now, DER.
    pub(super) async fn crl(&self) -> Result<Vec<u8>, String> {
        let (store, authority) = (&*self.main.store, &self.main.authority);
        let parts = Parts { shards: 1, urls: Vec::new() };
        let made = crl::make(store, authority, &SystemClock, &parts).await.map_err(trouble)?;
        let whole = made.into_iter().find(|crl| crl.shard.is_none()).ok_or("there is no CRL")?;
        Ok(whole.der.to_vec())
    }

    /// How many certificates the server has ever reserved.
    pub(super) async fn reserved(&self, server: &Running) -> Result<u64, String> {
        Ok(server.store.counts().await.map_err(trouble)?.certificates)
    }

    /// HTTP status, a header and body of a GET.
    pub(super) async fn get(&self, url: &str) -> Result<(u16, String), String> {
        let answer = self.http.get(url).send().await.map_err(trouble)?;
        let status = answer.status().as_u16();
        let body = answer.bytes().await.map_err(trouble)?;
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// A Windows request for this common name, with the usual usages and no challenge.
pub(super) fn plan(common_name: &str) -> RequestPlan {
    RequestPlan {
        subject: Name::from_pairs(&[(pki::oid::CN, common_name)]),
        sans: Vec::new(),
        key_usage: 160,
        extended_key_usages: vec!["1.3.6.1.5.5.7.3.2".into()],
        challenge: None,
        extensions: Vec::new(),
    }
}

/// A failure in one line.
pub(super) fn told(failure: &Failure) -> String {
    let all: Vec<String> =
        failure.complaints.iter().map(|one| format!("{} {}", one.code, one.sentence)).collect();
    all.join("; ")
}
