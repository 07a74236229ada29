//! The store under `interop/powercut` and `interop/kill`: a writer that says what it has acknowledged, and a checker.
//!
//! ```text
//! power_cut write      enrols into $DATA for ever, one line in $ACKNOWLEDGED for each certificate that was answered for
//! power_cut check      exits 0 if the store in $DATA is sound and holds every certificate of $ACKNOWLEDGED
//! ```

use std::fs::OpenOptions;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use chancery::store::sqlite::Sqlite;
use chancery::store::{
    AuditEvent, AuditVerdict, AuthorityId, AuthorityRole, Check, ClaimHash, Completion, KeyHash,
    NewAuthority, NewNotification, Reservation, Reserved, State, Store, TransactionHash,
};
use pki::Time;
use pki::der::Writer;

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Callers at once, so that commits are grouped as a server groups them.
const CALLERS: u64 = 8;
/// Each caller's rest between two certificates: the disk of the rig is small, and every check reads all of it.
const REST: Duration = Duration::from_millis(25);
const NOW: Time = Time::from_unix(1_790_000_000);

fn main() -> Outcome<()> {
    let place = |name: &str| std::env::var_os(name).map(PathBuf::from).ok_or(format!("${name} is not set"));
    let (data, acknowledged) = (place("DATA")?, place("ACKNOWLEDGED")?);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    match std::env::args().nth(1).as_deref() {
        Some("write") => runtime.block_on(write(&data, &acknowledged)),
        Some("check") => runtime.block_on(check(&data, &acknowledged)),
        _ => Err("write or check".into()),
    }
}

async fn write(data: &Path, acknowledged: &Path) -> Outcome<()> {
    let store: Arc<dyn Store> = Arc::new(Sqlite::open(&data.join("chancery.db"))?);
    // A process that died before this one may have left rows behind.
    let issuer = match store.authorities().await?.first() {
        Some(authority) => authority.id,
        None => store.put_authority(authority()).await?,
    };
    let next = Arc::new(AtomicU64::new(store.counts().await?.certificates));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| tokio::spawn(caller(Arc::clone(&store), issuer, Arc::clone(&next), acknowledged.to_owned())))
        .collect();
    for caller in callers {
        caller.await??;
    }
    Ok(())
}

async fn caller(
    store: Arc<dyn Store>,
    issuer: AuthorityId,
    next: Arc<AtomicU64>,
    acknowledged: PathBuf,
) -> Outcome<()> {
    let mut out = OpenOptions::new().append(true).open(acknowledged)?;
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        let reservation = reservation(issuer, number);
        let (serial, der) = (hex(&reservation.serial), certificate(&reservation.tbs));
        let Reserved::New(id) = store.reserve(reservation).await? else { return Err("not reserved".into()) };
        store.complete(Completion { id, der, at: NOW, event: AuditEvent::detail("{}".to_owned()) }).await?;
        // One write, so that lines of several callers do not mix.
        out.write_all(format!("{serial}\n").as_bytes())?;
        tokio::time::sleep(REST).await;
    }
}

async fn check(data: &Path, acknowledged: &Path) -> Outcome<()> {
    let store = Sqlite::open(&data.join("chancery.db"))?;
    for check in [Check::Database, Check::Serials, Check::Transactions, Check::Claims, Check::Issuance] {
        if let Some(fault) = store.faults(check, 1).await?.first() {
            return Err(format!("{check:?}: {}", fault.what).into());
        }
    }
    if let AuditVerdict::Broken(place) = store.verify_audit(None).await? {
        return Err(format!("the audit chain is broken: {place:?}").into());
    }
    for serial in std::fs::read_to_string(acknowledged)?.lines() {
        let found = store.by_serial(&unhex(serial)?).await?;
        let Some(stored) = found.first() else { return Err(format!("{serial} is gone").into()) };
        if !matches!(stored.state, State::Issued { .. }) {
            return Err(format!("{serial} was answered for and is {:?}", stored.state).into());
        }
    }
    Ok(())
}

fn authority() -> NewAuthority {
    NewAuthority {
        name: "power cut".to_owned(),
        role: AuthorityRole::Issuing,
        certificate: vec![0x30, 0],
        key_reference: "none".to_owned(),
        created_at: NOW,
    }
}

fn hash(kind: u8, number: u64) -> [u8; 32] {
    let mut octets = vec![kind];
    octets.extend(number.to_be_bytes());
    digest(&SHA256, &octets).as_ref().try_into().unwrap_or_default()
}

fn reservation(issuer: AuthorityId, number: u64) -> Reservation {
    let mut serial = vec![1];
    serial.extend(hash(9, number).iter().take(16));
    let tbs = Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.octet_string(&serial);
            w.octet_string(&[7; 700]);
        });
    });
    Reservation {
        issuer,
        serial,
        tbs,
        profile: "device".to_owned(),
        profile_version: 1,
        endpoint: "modern".to_owned(),
        transaction_id: number.to_string(),
        transaction: TransactionHash(hash(1, number)),
        csr_hash: hash(2, number),
        csr: Some(vec![0x30; 900]),
        key: KeyHash(hash(3, number)),
        subject: format!("CN=device {number}"),
        not_before: NOW,
        not_after: NOW.plus_days(365),
        at: NOW,
        supersedes: None,
        claims: vec![ClaimHash(hash(4, number))],
        one_subject_per_key: true,
        quota: None,
        bindings: Vec::new(),
        held: None,
        notification: Some(NewNotification {
            kind: "intune.success".to_owned(),
            payload: "{}".to_owned(),
            next_attempt_at: NOW.plus_days(1),
            deadline_at: NOW.plus_days(2),
        }),
        event: AuditEvent::detail("{}".to_owned()),
    }
}

fn certificate(tbs: &[u8]) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.raw(tbs);
            w.sequence(|w| w.oid(&pki::oid::CN));
            w.bit_string(&[9; 71]);
        });
    })
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02X}")).collect()
}

fn unhex(text: &str) -> Outcome<Vec<u8>> {
    let octet = |at: usize| text.get(at..at + 2).ok_or("a half octet");
    (0..text.len()).step_by(2).map(|at| Ok(u8::from_str_radix(octet(at)?, 16)?)).collect()
}
