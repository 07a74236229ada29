//! Fills a data directory with valid certificates, to measure what a large store costs.
//!
//! ```text
//! cargo run --release -p chancery --features demo --example fill_store -- DIRECTORY 1000000
//! ```
//!
//! Decided, linted, recorded, signed and completed as by the server, without SCEP: the fastest honest way to a million. Devices,
//! users and names are made up (`fleet.rs`): two in five certificates are of a device that had none before, the others renew.
//! They were issued over 400 days that end now; some are revoked or on hold, some requests were refused. Beside the store stands
//! the settings file that a server can be started with.

mod fleet;

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Instant;

use ca::decide::{Facts, Issuer, Order, Request, SidVouching, Verdict, Vouching};
use ca::issue::{Node, Ticket, prepare, serial};
use ca::key_policy::KnownKeys;
use ca::profile::{CertificateProfile, ProfileSet};
use chancery::authority::{Authority, ISSUING};
use chancery::clock::{Clock, SystemClock};
use chancery::config::{Config, Disk, Sources};
use chancery::enroll::Transaction;
use chancery::installation::Installation;
use chancery::keys::SystemRandom;
use chancery::profiles::Profiles;
use chancery::standing::Rule;
use chancery::store::{
    AuditEvent, Binding, CertificateId, ClaimHash, Completion, Named, NewRevocation, Reservation, Reserved,
    Store, TransactionHash,
};
use fleet::{Device, Use, mixed};
use pki::Time;
use pki::algorithm::{Digest, SignatureAlgorithm, sha256};
use pki::csr::{CertificateRequest, CertificationRequestInfo};
use simulator::keys::EcKey;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Reservations under way at once, so that they share their commits.
const TASKS: u64 = 128;
/// Different keys; each is certified over and over.
const KEYS: usize = 500;
/// Days over which the certificates were issued.
const DAYS: i64 = 400;
/// The directory that the certificates follow.
const SOURCE: &str = "default";
/// Records that are learned at once.
const LEARNED: u64 = 500;

const SETTINGS: &str = r#"[listen]
scep = "127.0.0.1:18490"
admin = "127.0.0.1:18491"
[log]
level = "warn"
[[profile]]
name = "device"
[[profile]]
name = "wifi"
certificate_type = "user"
[[profile]]
name = "vpn"
[[endpoint]]
name = "default"
profile = "device"
validator = "one_time"
ndes = true
"#;

/// Codes of refusals, the first ones often.
const REFUSALS: [(&str, &str); 6] = [
    ("CHY-3001", "the challenge is not known"),
    ("CHY-3103", "Intune answered that the challenge has expired"),
    ("CHY-2104", "the subject is not the one that was promised"),
    ("CHY-2201", "the alternative names hold a kind that the profile does not allow"),
    ("CHY-4001", "the certificate that signed the renewal has expired"),
    ("CHY-1003", "the message is no SCEP message"),
];

struct At(Time);

impl Clock for At {
    fn now(&self) -> Time {
        self.0
    }
}

struct Filler {
    store: Arc<dyn Store>,
    authority: Arc<Authority>,
    profiles: Arc<ProfileSet>,
    keys: Vec<EcKey>,
    /// Of each device the newest certificate, 0 for none.
    newest: Vec<AtomicI64>,
    began: Time,
    next: AtomicU64,
    last: u64,
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("which directory?")?);
    let last: u64 = arguments.next().unwrap_or_else(|| "1000000".to_owned()).parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let since = Instant::now();
        let filler = Arc::new(Filler::new(&config(&directory)?, last).await?);
        filler.learn().await?;
        let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(Arc::clone(&filler).work())).collect();
        for task in tasks {
            task.await??;
        }
        println!("{last} certificates in {:.0} s", since.elapsed().as_secs_f64());
        Ok(())
    })
}

fn config(directory: &Path) -> Outcome<Config> {
    std::fs::create_dir_all(directory)?;
    let file = directory.join("chancery.toml");
    let place = toml::Value::String(std::path::absolute(directory)?.display().to_string());
    std::fs::write(&file, format!("data_dir = {place}\n{SETTINGS}"))?;
    Sources { file: Some(file), local: true, ..Sources::default() }
        .config(&Disk)
        .map_err(|problems| problems.to_string().into())
}

impl Filler {
    async fn new(config: &Config, last: u64) -> Outcome<Filler> {
        let began = SystemClock.now().plus_days(-DAYS);
        let Installation { store, authority, .. } = Installation::open_or_make(config, &At(began)).await?;
        let profiles = Profiles::start(&*store, config, began).await?.current();
        let keys = (0..KEYS).map(|_| EcKey::generate()).collect::<Result<_, _>>()?;
        let newest = (0..(last * 2 / 5).max(1)).map(|_| AtomicI64::new(0)).collect();
        Ok(Filler { store, authority, profiles, keys, newest, began, next: AtomicU64::new(0), last })
    }

    async fn learn(&self) -> Outcome<()> {
        let (devices, at) = (u64::try_from(self.newest.len())?, self.began.unix());
        for first in (0..devices).step_by(usize::try_from(LEARNED)?) {
            let numbers = first..devices.min(first + LEARNED);
            let records = numbers.flat_map(|number| Device::new(number).records(at)).collect();
            self.store.learn(SOURCE, records).await?;
        }
        Ok(())
    }

    async fn work(self: Arc<Self>) -> Outcome<()> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.last {
                return Ok(());
            }
            let seconds =
                i64::try_from(u128::from(number) * (DAYS as u128 * 86_400) / u128::from(self.last))?;
            let now = self.began.plus_seconds(seconds);
            let chance = mixed(number ^ 0xC0FFEE) % 1_000;
            let device = u64::try_from(self.newest.len())?;
            // Each device comes again at about equal distances.
            let device = Device::new(number % device);
            let serial = self.issue(number, &device, now).await?;
            match chance {
                0..=29 => self.refuse(number, &device, now).await?,
                30..=49 => self.revoke(serial, now.plus_days(20).min(SystemClock.now()), chance).await?,
                _ => {}
            }
        }
    }

    async fn refuse(&self, number: u64, device: &Device, now: Time) -> Outcome<()> {
        let at = (mixed(number) % 6).min(mixed(number + 1) % 6);
        let (code, why) = REFUSALS.get(usize::try_from(at)?).ok_or("no refusal")?;
        let detail = format!(
            r#"{{"code":"{code}","why":"{why}: {}","endpoint":"{}","transaction":"{:016X}","peer":"192.0.2.{}","not_compared":"made up"}}"#,
            device.name(),
            device.used_for().endpoint(),
            mixed(number),
            number % 250
        );
        self.store.append_audit(AuditEvent::new("request.refused", detail), now).await?;
        Ok(())
    }

    async fn revoke(&self, serial: Vec<u8>, at: Time, chance: u64) -> Outcome<()> {
        // Never keyCompromise: the keys are certified over and over, and no more would be.
        let reason = if chance < 33 { 6 } else { [3, 4, 5][usize::try_from(chance % 3)?] };
        let event = AuditEvent::detail(r#"{"by":"the command line"}"#.to_owned());
        let issuer = self.authority.issuing.id;
        self.store.revoke(NewRevocation { issuer, serial, reason, at, rule: Rule::Manual, event }).await?;
        Ok(())
    }

    fn request(&self, number: u64, device: &Device) -> Outcome<CertificateRequest> {
        let key = self.keys.get(usize::try_from(number)? % KEYS).ok_or("no key")?;
        let info = CertificationRequestInfo {
            subject: device.subject(),
            public_key: key.public().spki().to_vec(),
            challenge_password: None,
            extensions: device.extensions(),
            attributes: Vec::new(),
        }
        .to_der();
        let signature = key.sign(&info)?;
        let der = pki::certificate::assemble(&info, SignatureAlgorithm::Ecdsa(Digest::Sha256), &signature);
        Ok(CertificateRequest::parse(&der)?)
    }

    fn decide(&self, csr: &CertificateRequest, profile: &CertificateProfile, now: Time) -> Outcome<Order> {
        let verdict =
            Verdict { profile: profile.name.clone(), subject: None, san: None, sid: SidVouching::No };
        let facts = Facts {
            now,
            issuer: Issuer { name: ISSUING, certificate: &self.authority.issuing.certificate },
            vouching: Vouching::Validator(&verdict),
            known_keys: KnownKeys::default(),
            sid: None,
        };
        ca::decide(&Request { csr, validity: None }, profile, &facts).map_err(|no| no.operator().into())
    }

    async fn issue(&self, number: u64, device: &Device, now: Time) -> Outcome<Vec<u8>> {
        let used_for = device.used_for();
        let profile =
            self.profiles.iter().find(|one| one.name.as_str() == used_for.profile()).ok_or("no profile")?;
        let csr = self.request(number, device)?;
        let order = self.decide(&csr, profile, now)?;
        let number_drawn = serial::draw(Node::FIRST, now, &mut SystemRandom).map_err(|_| "no randomness")?;
        let ticket = prepare(&order, profile, &self.authority.issuing.certificate, number_drawn)?;
        let serial = ticket.serial().octets().to_vec();
        let before = self.newest.get(usize::try_from(number)? % self.newest.len()).ok_or("no device")?;
        let mut reservation = reservation(number, (&order, &ticket), &csr, now);
        reservation.issuer = self.authority.issuing.id;
        reservation.endpoint = used_for.endpoint().to_owned();
        reservation.supersedes = Some(before.load(Ordering::Relaxed)).filter(|id| *id > 0).map(CertificateId);
        reservation.bindings = bindings(device);
        let id = match self.store.reserve(reservation).await? {
            Reserved::New(id) => id,
            other => return Err(format!("certificate {number} is not new: {other:?}").into()),
        };
        before.store(id.0, Ordering::Relaxed);
        let der = self.authority.issuing.issue(ticket).await?.certificate().der().to_vec();
        let event = AuditEvent::detail(format!(r#"{{"endpoint":"{}"}}"#, used_for.endpoint()));
        self.store.complete(Completion { id, der, at: now, event }).await?;
        Ok(serial)
    }
}

fn bindings(device: &Device) -> Vec<Binding> {
    let binding = |named, key: String, evidence: &str| Binding {
        named,
        source: SOURCE.to_owned(),
        key: key.to_lowercase(),
        evidence: evidence.to_owned(),
        record: None,
    };
    let mut all = vec![binding(Named::Device, device.id(), "URI in the subject alternative name")];
    if device.used_for() == Use::Wifi {
        all.push(binding(Named::User, device.upn(), "user principal name in the subject alternative name"));
    }
    all
}

fn reservation(
    number: u64,
    (order, ticket): (&Order, &Ticket),
    csr: &CertificateRequest,
    now: Time,
) -> Reservation {
    let transaction = sha256(&number.to_be_bytes());
    let id = format!("{:016X}", mixed(number));
    let event = AuditEvent::detail(format!(
        r#"{{"by":"intune","notices":[],"transaction":"{id}","policy":{{"rule":null,"profile":"{}"}}}}"#,
        order.profile()
    ));
    Reservation {
        issuer: chancery::store::AuthorityId(0),
        serial: ticket.serial().octets().to_vec(),
        tbs: ticket.to_be_recorded().to_vec(),
        profile: order.profile().as_str().to_owned(),
        profile_version: order.version(),
        endpoint: String::new(),
        transaction_id: id,
        transaction: TransactionHash(transaction),
        csr_hash: sha256(csr.der()),
        csr: Some(csr.der().to_vec()),
        key: Transaction::key_of(csr.key()),
        subject: order.subject().to_string(),
        not_before: order.not_before(),
        not_after: order.not_after(),
        at: now,
        supersedes: None,
        claims: vec![ClaimHash(transaction)],
        one_subject_per_key: false,
        quota: None,
        bindings: Vec::new(),
        held: None,
        notification: None,
        event,
    }
}
