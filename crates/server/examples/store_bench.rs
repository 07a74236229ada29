//! What the two commits of a certificate cost, on a store that holds few rows and on one that holds many.
//!
//! ```text
//! cargo run --release -p chancery --example store_bench -- DIRECTORY ROWS [TASKS] [SECONDS] [WORK]
//! ```
//! Fills the store in DIRECTORY up to ROWS issued certificates, then lets TASKS callers (64) enrol for SECONDS (5).
//! One enrolment: the look-up of a retransmission, reserve, WORK microseconds of computing in place of cryptography
//! (0), complete, settle. With work the groups are as small as in a server, where the keys are the limit.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use aws_lc_rs::digest::{SHA256, digest};
use chancery::store::sqlite::{Settings, Sqlite};
use chancery::store::*;
use pki::Time;
use pki::der::Writer;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Octets of a usual device certificate's to-be-signed part, and of a PKCS #10 request without a long challenge.
const TBS: usize = 720;
const CSR: usize = 900;
/// An ECDSA P-256 signature.
const SIGNATURE: usize = 71;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, default: u64| arguments.get(at).map_or(Ok(default), |text| text.parse());
    let directory = arguments.first().ok_or("which directory?")?;
    let (rows, tasks, seconds, work) = (number(1, 1_000)?, number(2, 64)?, number(3, 5)?, number(4, 0)?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let path = Path::new(directory).join("bench.db");
    let mut settings = Settings::new(&path);
    if let Some(gather) = std::env::var("GATHER_US").ok().and_then(|text| text.parse().ok()) {
        settings.gather = Duration::from_micros(gather);
    }
    let store: Arc<dyn Store> = Arc::new(Sqlite::open_with(&settings)?);
    runtime.block_on(async {
        let bench = Bench::start(store).await?;
        let began = Instant::now();
        let missing = rows.saturating_sub(bench.next.load(Ordering::Relaxed));
        Arc::clone(&bench).enrol(1_024, Goal { count: missing, until: None, work: 0 }).await?;
        println!("filled with {missing} in {:.1} s", began.elapsed().as_secs_f64());
        let until = Some(Instant::now() + Duration::from_secs(seconds));
        bench.measure(tasks, Goal { count: u64::MAX, until, work: rounds(work)? }).await
    })
}

/// When to stop, and how much to compute for each.
#[derive(Clone, Copy)]
struct Goal {
    count: u64,
    until: Option<Instant>,
    work: u64,
}

struct Bench {
    store: Arc<dyn Store>,
    issuer: AuthorityId,
    next: AtomicU64,
}

impl Bench {
    async fn start(store: Arc<dyn Store>) -> Outcome<Arc<Bench>> {
        let rows = store.counts().await?.certificates;
        let issuer = match store.authorities().await?.first() {
            Some(authority) => authority.id,
            None => store.put_authority(authority()).await?,
        };
        Ok(Arc::new(Bench { store, issuer, next: AtomicU64::new(rows) }))
    }

    /// Certificates made, until the goal is reached.
    async fn enrol(self: Arc<Self>, tasks: u64, goal: Goal) -> Outcome<Vec<Duration>> {
        let first = self.next.load(Ordering::Relaxed);
        let workers = (0..tasks).map(|_| {
            let bench = Arc::clone(&self);
            tokio::spawn(async move {
                let mut times = Vec::new();
                loop {
                    let n = bench.next.fetch_add(1, Ordering::Relaxed);
                    if n - first >= goal.count || goal.until.is_some_and(|until| Instant::now() >= until) {
                        return Outcome::Ok(times);
                    }
                    let started = Instant::now();
                    bench.one(n, goal.work).await?;
                    times.push(started.elapsed());
                }
            })
        });
        let mut times = Vec::new();
        for worker in workers.collect::<Vec<_>>() {
            times.extend(worker.await??);
        }
        Ok(times)
    }

    async fn one(&self, n: u64, work: u64) -> Outcome<()> {
        let new = reservation(self.issuer, n);
        if self.store.by_transaction(new.key, new.transaction).await?.is_some() {
            return Err("this transaction is there already".into());
        }
        let der = certificate(&new.tbs);
        let Reserved::New(id) = self.store.reserve(new).await? else { return Err("not reserved".into()) };
        compute(work);
        let event = AuditEvent::detail(r#"{"endpoint":"intune"}"#.to_owned());
        self.store.complete(Completion { id, der, at: Time::from_unix(1_790_000_001), event }).await?;
        drop(self.store.settle_of(id, Attempt::Accepted));
        Ok(())
    }

    async fn measure(self: Arc<Self>, tasks: u64, goal: Goal) -> Outcome<()> {
        let rows = self.next.load(Ordering::Relaxed);
        let (before, began) = (Cpu::now()?, Instant::now());
        let mut times = Arc::clone(&self).enrol(tasks, goal).await?;
        let (after, wall) = (Cpu::now()?, began.elapsed().as_secs_f64());
        times.sort_unstable();
        let at = |share: usize| times.get(times.len() * share / 100).copied().unwrap_or_default();
        let count = f64::from(u32::try_from(times.len())?);
        println!(
            "{rows} rows, {tasks} tasks: {:.0} enrolments a second; CPU each: {:.1} us writer, {:.1} us callers; \
             p50 {:?}, p99 {:?}, RSS {}",
            count / wall,
            (after.writer - before.writer) / 1e3 / count,
            (after.others - before.others) / 1e3 / count,
            at(50),
            at(99),
            memory()?,
        );
        Ok(())
    }
}

/// Nanoseconds on a processor, as Linux counts them for each thread.
struct Cpu {
    writer: f64,
    others: f64,
}

impl Cpu {
    fn now() -> Outcome<Cpu> {
        let mut cpu = Cpu { writer: 0.0, others: 0.0 };
        for thread in std::fs::read_dir("/proc/self/task")? {
            let thread = thread?.path();
            let spent = std::fs::read_to_string(thread.join("schedstat"))?;
            let spent: f64 = spent.split_whitespace().next().unwrap_or_default().parse()?;
            let name = std::fs::read_to_string(thread.join("comm"))?;
            *(if name.trim() == "store-writer" { &mut cpu.writer } else { &mut cpu.others }) += spent;
        }
        Ok(cpu)
    }
}

fn authority() -> NewAuthority {
    NewAuthority {
        name: "bench".to_owned(),
        role: AuthorityRole::Issuing,
        certificate: vec![0x30, 0],
        key_reference: "none".to_owned(),
        created_at: Time::from_unix(1_790_000_000),
    }
}

/// A place without order, as a hash has.
fn hash(kind: u8, n: u64) -> [u8; 32] {
    let mut bytes = [kind; 32];
    let mut value = n ^ (u64::from(kind) << 56);
    for chunk in bytes.chunks_mut(8) {
        value =
            (value ^ (value >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9).wrapping_add(0x9E37_79B9_7F4A_7C15);
        value = (value ^ (value >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        value ^= value >> 31;
        chunk.copy_from_slice(&value.to_be_bytes());
    }
    bytes
}

fn reservation(issuer: AuthorityId, n: u64) -> Reservation {
    let at = Time::from_unix(1_790_000_000);
    let mut serial = vec![1];
    serial.extend(n.to_be_bytes());
    serial.extend(hash(9, n).iter().take(10));
    Reservation {
        issuer,
        tbs: Writer::bytes_of(|w| {
            w.sequence(|w| {
                w.octet_string(&serial);
                w.octet_string(&[7; TBS]);
            })
        }),
        serial,
        profile: "device".to_owned(),
        profile_version: 1,
        endpoint: "intune".to_owned(),
        transaction_id: format!(
            "{:016X}",
            u64::from_be_bytes(hash(5, n)[..8].try_into().unwrap_or_default())
        ),
        transaction: TransactionHash(hash(1, n)),
        csr_hash: hash(2, n),
        csr: Some(vec![0x30; CSR]),
        key: KeyHash(hash(3, n)),
        subject: format!("CN=9f1a64f2-7a3b-4c1e-9d0a-{n:012}"),
        not_before: at,
        not_after: at.plus_days(365),
        at,
        supersedes: None,
        claims: vec![ClaimHash(hash(4, n))],
        one_subject_per_key: true,
        quota: None,
        bindings: Vec::new(),
        held: None,
        notification: Some(NewNotification {
            kind: "intune.success".to_owned(),
            payload: r#"{"tenant":"7c0a5b0e-8f7e-4f0b-9a57-0d5a3f6f1c11"}"#.to_owned(),
            next_attempt_at: at.plus_seconds(30),
            deadline_at: at.plus_days(1),
        }),
        event: AuditEvent::detail(format!(r#"{{"endpoint":"intune","peer":"192.0.2.7","device":{n}}}"#)),
    }
}

fn certificate(tbs: &[u8]) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.raw(tbs);
            w.sequence(|w| w.oid(&pki::oid::CN));
            w.bit_string(&[9; SIGNATURE]);
        })
    })
}

/// So many rounds of hashing.
fn compute(rounds: u64) {
    for _ in 0..rounds {
        std::hint::black_box(digest(&SHA256, std::hint::black_box(&[0; 1_024])));
    }
}

/// Rounds of [`compute`] in so many microseconds of this machine.
fn rounds(microseconds: u64) -> Outcome<u64> {
    let before = Cpu::now()?.others;
    compute(1_000_000);
    let each = (Cpu::now()?.others - before) / 1e9;
    Ok((microseconds as f64 / each) as u64)
}

fn memory() -> Outcome<String> {
    let status = std::fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    Ok(line.unwrap_or("unknown").trim().to_owned())
}
