//! Fills a data directory with valid certificates, to measure what a large store costs.
//!
//! ```text
//! cargo run --release -p chancery --example fill_store -- DIRECTORY 1000000
//! ```
//!
//! Decided, linted, recorded, signed and completed as by the server, without SCEP: the fastest honest way to a million.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use ca::decide::{Facts, Issuer, Request, SidVouching, Verdict, Vouching};
use ca::issue::{Node, prepare, serial};
use ca::key_policy::KnownKeys;
use ca::profile::CertificateProfile;
use chancery::authority::{Authority, ISSUING};
use chancery::clock::{Clock as _, SystemClock};
use chancery::config::{Config, Disk, Flag, Sources};
use chancery::enroll::Transaction;
use chancery::installation::Installation;
use chancery::keys::SystemRandom;
use chancery::store::{AuditEvent, ClaimHash, Completion, Reservation, Reserved, Store, TransactionHash};
use pki::algorithm::{Digest, sha256};
use pki::csr::CertificateRequest;
use simulator::driver::plans_with_challenge;
use simulator::fleet::quick_keys;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Reservations under way at once, so that they share their commits.
const TASKS: u64 = 128;
/// Different keys and requests; each is certified over and over.
const KEYS: usize = 500;

struct Filler {
    store: Arc<dyn Store>,
    authority: Arc<Authority>,
    profile: CertificateProfile,
    requests: Vec<CertificateRequest>,
    next: AtomicU64,
    last: u64,
}

fn main() -> Outcome<()> {
    let mut arguments = std::env::args().skip(1);
    let directory = PathBuf::from(arguments.next().ok_or("which directory?")?);
    let last: u64 = arguments.next().unwrap_or_else(|| "1000000".to_owned()).parse()?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let filler = Arc::new(Filler::new(&config(directory)?, last).await?);
        let since = Instant::now();
        let tasks: Vec<_> = (0..TASKS).map(|_| tokio::spawn(Arc::clone(&filler).work())).collect();
        for task in tasks {
            task.await??;
        }
        println!("{last} certificates in {:.0} s", since.elapsed().as_secs_f64());
        Ok(())
    })
}

fn config(directory: PathBuf) -> Outcome<Config> {
    let value = directory.into_os_string().into_string().map_err(|_| "a directory's name is text")?;
    let flags = vec![Flag { name: "--data-dir", key: "data_dir", value }];
    Sources { flags, local: true, ..Sources::default() }
        .config(&Disk)
        .map_err(|problems| problems.to_string().into())
}

impl Filler {
    async fn new(config: &Config, last: u64) -> Outcome<Filler> {
        let Installation { store, authority, .. } = Installation::open_or_make(config, &SystemClock).await?;
        let profile = config.profiles.iter().next().ok_or("there is no profile")?.clone();
        let keys = quick_keys(KEYS)?;
        let plans = plans_with_challenge("none", KEYS);
        let sign = |(key, plan): (_, simulator::fleet::RequestPlan)| -> Outcome<CertificateRequest> {
            Ok(CertificateRequest::parse(&plan.sign(key, Digest::Sha256)?)?)
        };
        let requests = keys.iter().zip(plans).map(sign).collect::<Outcome<_>>()?;
        Ok(Filler { store, authority, profile, requests, next: AtomicU64::new(0), last })
    }

    async fn work(self: Arc<Self>) -> Outcome<()> {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.last {
                return Ok(());
            }
            let at = usize::try_from(number)? % self.requests.len();
            let request = self.requests.get(at).ok_or("no request")?;
            self.issue(number, request).await?;
        }
    }

    async fn issue(&self, number: u64, csr: &CertificateRequest) -> Outcome<()> {
        let (now, issuer) = (SystemClock.now(), &self.authority.issuing.certificate);
        let verdict =
            Verdict { profile: self.profile.name.clone(), subject: None, san: None, sid: SidVouching::No };
        let facts = Facts {
            now,
            issuer: Issuer { name: ISSUING, certificate: issuer },
            vouching: Vouching::Validator(&verdict),
            known_keys: KnownKeys::default(),
            sid: None,
        };
        let order = ca::decide(&Request { csr, validity: None }, &self.profile, &facts)
            .map_err(|no| no.operator())?;
        let number_drawn = serial::draw(Node::FIRST, now, &mut SystemRandom).map_err(|_| "no randomness")?;
        let ticket = prepare(&order, &self.profile, issuer, number_drawn)?;
        let transaction = sha256(&number.to_be_bytes());
        let reservation = Reservation {
            issuer: self.authority.issuing.id,
            serial: ticket.serial().octets().to_vec(),
            tbs: ticket.to_be_recorded().to_vec(),
            profile: order.profile().as_str().to_owned(),
            profile_version: order.version(),
            endpoint: "default".to_owned(),
            transaction_id: number.to_string(),
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
            notification: None,
            event: AuditEvent::detail(r#"{"by":"fill_store"}"#.to_owned()),
        };
        let Reserved::New(id) = self.store.reserve(reservation).await? else { return Err("not new".into()) };
        let der = self.authority.issuing.issue(ticket).await?.certificate().der().to_vec();
        let event = AuditEvent::detail("{}".to_owned());
        Ok(self.store.complete(Completion { id, der, at: now, event }).await?)
    }
}
