//! SQLite: the contract, and what only a file has.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use chancery::store::sqlite::{Settings, Sqlite};
use chancery::store::*;
use rusqlite::Connection;

use super::contract::revocation::long;
use super::sample::*;

crate::store::contract::contract!(crate::store::sqlite::Bed::new);

/// A database in a directory of its own, gone with the value.
pub(crate) struct Bed {
    store: Option<Sqlite>,
    directory: PathBuf,
}

impl Bed {
    pub(crate) fn new() -> Bed {
        let mut bed = Bed { store: None, directory: directory() };
        bed.store = Some(Sqlite::open(&bed.path()).unwrap());
        bed
    }

    pub(crate) fn store(&self) -> &dyn Store {
        self.store.as_ref().unwrap()
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.directory.join("chancery.db")
    }

    /// Another program with the file open.
    pub(crate) fn raw(&self) -> Connection {
        Connection::open(self.path()).unwrap()
    }

    /// Ends the store; what it said was durable must be in the file.
    pub(crate) fn close(&mut self) {
        self.store = None;
    }

    pub(crate) fn reopen(&mut self) {
        self.close();
        self.store = Some(Sqlite::open(&self.path()).unwrap());
    }
}

impl Drop for Bed {
    fn drop(&mut self) {
        self.close();
        std::fs::remove_dir_all(&self.directory).unwrap();
    }
}

fn directory() -> PathBuf {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    let next = NEXT.fetch_add(1, Ordering::Relaxed);
    let directory = std::env::temp_dir().join(format!("chancery-store-{}-{next}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    directory
}

fn refusal(path: &Path) -> String {
    match Sqlite::open(path) {
        Err(StoreError::Unusable(why)) => why,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn t72_schema_of_a_newer_program_is_refused_and_left_alone() {
    let mut bed = Bed::new();
    bed.close();
    bed.raw().pragma_update(None, "user_version", 999).unwrap();
    assert!(refusal(&bed.path()).contains("newer than this program"));
    let version: i64 = bed.raw().query_row("PRAGMA user_version", [], |row| row.get(0)).unwrap();
    assert_eq!(version, 999);
}

#[tokio::test]
async fn t72_versions_from_before_they_had_texts_keep_their_numbers() {
    let mut bed = Bed::new();
    let issuer = issuer(bed.store(), "ca").await;
    issue(bed.store(), issuer, 1).await;
    let seventh = Reservation { profile_version: 7, ..reservation(issuer, 2) };
    reserve(bed.store(), seventh).await;
    bed.close();
    let later = "DROP TABLE held; DROP TABLE profile_versions; ALTER TABLE tokens DROP COLUMN person; DROP TABLE passkeys;
         DROP TABLE recovery_codes; DROP TABLE sessions; DROP TABLE invitations; DROP TABLE sign_in_failures;
         DROP TABLE people; DROP TABLE repetitions; DROP TABLE attempts; DROP TABLE deliveries;
         DROP TABLE webhooks; DROP TABLE sightings; DROP TABLE asked; DROP TABLE stalled; PRAGMA user_version = 1";
    bed.raw().execute_batch(later).unwrap();
    bed.reopen();
    let told = |rows: Vec<ProfileVersion>| -> Vec<(u32, bool)> {
        rows.into_iter().map(|row| (row.version, row.document.is_some())).collect()
    };
    assert_eq!(told(bed.store().profile_versions(0).await.unwrap()), [(1, false), (7, false)]);
    let new = vec![super::contract::profiles::text("device", "a")];
    assert_eq!(
        told(bed.store().publish_profiles(new).await.unwrap()),
        [(8, true)],
        "no number means two things"
    );
}

#[test]
fn t67_file_is_private_or_refused() {
    let mut bed = Bed::new();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in ["chancery.db", "chancery.db-wal"] {
        assert_eq!(mode(&bed.directory.join(file)), 0o600, "{file}");
    }
    bed.close();
    std::fs::set_permissions(bed.path(), std::fs::Permissions::from_mode(0o640)).unwrap();
    assert!(refusal(&bed.path()).contains("0600"));
}

#[test]
fn t67_missing_directory_and_other_files_are_refused() {
    let bed = Bed::new();
    refusal(&bed.directory.join("missing").join("chancery.db"));
    let other = bed.directory.join("other.db");
    std::fs::write(&other, [b'x'; 8_192]).unwrap();
    std::fs::set_permissions(&other, std::fs::Permissions::from_mode(0o600)).unwrap();
    refusal(&other);
}

#[test]
fn one_server_for_one_database() {
    let bed = Bed::new();
    let lock = Sqlite::lock_exclusive(&bed.path()).unwrap();
    assert!(matches!(Sqlite::lock_exclusive(&bed.path()), Err(StoreError::Unusable(_))));
    drop(lock);
    Sqlite::lock_exclusive(&bed.path()).unwrap();
}

#[tokio::test]
async fn t64_what_was_answered_is_there_after_a_crash() {
    let bed = Bed::new();
    let issuer = issuer(bed.store(), "ca").await;
    let issued = issue(bed.store(), issuer, 1).await;
    let open = reserve(bed.store(), reservation(issuer, 2)).await;
    // The files as a crash would leave them: the store runs on, nothing was closed.
    let copy = Bed { store: None, directory: directory() };
    for file in ["chancery.db", "chancery.db-wal"] {
        std::fs::copy(bed.directory.join(file), copy.directory.join(file)).unwrap();
    }
    let after = Sqlite::open(&copy.path()).unwrap();
    assert_eq!(after.certificate(issued).await.unwrap().unwrap().der(), Some(certificate(1, 9).as_slice()));
    let unfinished = after.unfinished(at(1), 10).await.unwrap();
    assert_eq!(
        unfinished.iter().map(|open| (open.id, open.tbs.clone())).collect::<Vec<_>>(),
        [(open, tbs(2))]
    );
    assert!(matches!(after.reserve(reservation(issuer, 2)).await.unwrap(), Reserved::Already(_)));
    after.complete(completion(open, 2)).await.unwrap();
    sound(&after).await;
}

/// Rows of `crl_pieces` that no list needs.
fn homeless(raw: &Connection) -> u32 {
    let sql =
        "SELECT count(*) FROM crl_pieces WHERE draft NOT IN (SELECT draft FROM crls WHERE draft IS NOT NULL)";
    raw.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[tokio::test]
async fn a_long_crl_leaves_no_pieces_of_others_behind() {
    let bed = Bed::new();
    let raw = bed.raw();
    let issuer = issuer(bed.store(), "ca").await;
    for number in 1..=2 {
        bed.store().put_crl(long(issuer, number)).await.unwrap();
    }
    assert_eq!(homeless(&raw), 0, "the replaced list's are gone");
    assert!(matches!(bed.store().put_crl(long(issuer, 1)).await, Err(StoreError::Refused(_))));
    assert_eq!(homeless(&raw), 0, "and those of one that was refused");
    // One died half way long ago; another is being written by another process.
    for (draft, began) in [(98, at(300 - 90_000)), (99, at(200))] {
        raw.execute("INSERT INTO crl_pieces VALUES (?1, 0, ?2, x'00')", (draft, began.unix())).unwrap();
    }
    bed.store().put_crl(long(issuer, 3)).await.unwrap();
    assert_eq!(homeless(&raw), 1, "the old draft's are given up, the young one's are not");
}

#[tokio::test]
async fn a_crl_whose_pieces_were_deleted_is_not_recorded() {
    let bed = Bed::new();
    let issuer = issuer(bed.store(), "ca").await;
    bed.store().put_crl(long(issuer, 1)).await.unwrap();
    let spoil = "CREATE TRIGGER spoil AFTER INSERT ON crl_pieces WHEN new.piece = 3
                 BEGIN DELETE FROM crl_pieces WHERE draft = new.draft AND piece = 1; END";
    bed.raw().execute_batch(spoil).unwrap();
    assert!(matches!(bed.store().put_crl(long(issuer, 2)).await, Err(StoreError::Refused(_))));
    assert_eq!(bed.store().newest_crl(issuer, None).await.unwrap(), Some(long(issuer, 1)));
}

#[tokio::test]
async fn t64_a_caller_that_goes_away_does_not_undo_its_reservation() {
    let mut bed = Bed::new();
    let issuer = issuer(bed.store(), "ca").await;
    drop(bed.store().reserve(reservation(issuer, 1)));
    bed.reopen();
    assert_eq!(bed.store().unfinished(at(1), 10).await.unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn readers_do_not_wait_for_a_writer_and_busy_is_not_the_end() {
    let mut bed = Bed::new();
    let issuer = issuer(bed.store(), "ca").await;
    issue(bed.store(), issuer, 1).await;
    bed.close();
    let settings = Settings { busy_timeout: Duration::from_millis(50), ..Settings::new(&bed.path()) };
    bed.store = Some(Sqlite::open_with(&settings).unwrap());
    let other = bed.raw();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let waiting = bed.store().reserve(reservation(issuer, 2));
    let began = Instant::now();
    let found = bed.store().by_transaction(KeyHash(hash(3, 1)), TransactionHash(hash(1, 1))).await.unwrap();
    assert!(found.is_some() && began.elapsed() < Duration::from_millis(40), "{:?}", began.elapsed());
    assert!(waiting.await.unwrap_err().is_transient());
    other.execute_batch("COMMIT").unwrap();
    reserve(bed.store(), reservation(issuer, 2)).await;
    assert_eq!(bed.store().stopped(), None);
}

#[tokio::test]
async fn two_processes_share_one_audit_chain() {
    let bed = Bed::new();
    let beside = Sqlite::open(&bed.path()).unwrap();
    for n in 0..10 {
        let store = if n % 2 == 0 { bed.store() } else { &beside };
        store.append_audit(AuditEvent::new("test.ran", n.to_string()), at(n)).await.unwrap();
    }
    let head = bed.store().audit_head().await.unwrap();
    assert_eq!(head.sequence, 10);
    assert_eq!(beside.verify_audit(Some(head)).await.unwrap(), AuditVerdict::Sound(head));
}

#[tokio::test]
async fn the_log_is_copied_before_it_grows_without_end() {
    let mut bed = Bed::new();
    bed.close();
    let settings = Settings { checkpoint_pages: 100, ..Settings::new(&bed.path()) };
    bed.store = Some(Sqlite::open_with(&settings).unwrap());
    let issuer = issuer(bed.store(), "ca").await;
    for n in 1..=200 {
        issue(bed.store(), issuer, n).await;
    }
    let log = std::fs::metadata(bed.directory.join("chancery.db-wal")).unwrap().len();
    // Four times 100 pages at worst, and what 16 commits may add before the next look; 4,000 were written.
    assert!(log < 4_096 * 800, "{log} octets");
    sound(bed.store()).await;
}
