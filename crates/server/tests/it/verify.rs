//! `chancery verify` is clean where all is well, and finds each thing that is planted in a copy of the store.

use crate::world::World;
use chancery::keys::KeyDirectory;
use chancery::store::sqlite::Sqlite;
use chancery::store::{AuditEvent, NewRevocation, Store};
use chancery::verify::{Invariant, Report, Verification};
use pki::Time;
use rusqlite::Connection;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

const DAY: i64 = 86_400;

/// A server that has issued three certificates, one of which is revoked and on the CRL.
struct Bed {
    world: World,
    now: Time,
}

impl Bed {
    async fn new() -> Bed {
        let mut world = World::start().await;
        for name in ["laptop", "phone", "tablet"] {
            world.device(name).enrols(&world).await;
        }
        let now = Time::from_unix(world.clock.now());
        let revoked = world.certificates().await.remove(0);
        let event = AuditEvent::detail("{}".to_owned());
        let (issuer, serial) = (revoked.issuer, revoked.serial);
        world
            .store
            .revoke(NewRevocation {
                issuer,
                serial,
                reason: 4,
                at: now,
                rule: chancery::standing::Rule::Manual,
                event,
            })
            .await
            .unwrap();
        // A start makes a CRL.
        world.restart().await;
        Bed { world, now }
    }

    fn data(&self) -> PathBuf {
        self.world.home.path().join("data")
    }

    /// A copy of the store in which `sql` was done behind the program's back.
    fn planted(&self, sql: &str) -> PathBuf {
        let copy = self.data().join("copy.db");
        let _ = std::fs::remove_file(&copy);
        let raw = Connection::open(self.data().join("chancery.db")).unwrap();
        raw.execute("VACUUM INTO ?1", [copy.to_str().unwrap()]).unwrap();
        let raw = Connection::open(&copy).unwrap();
        raw.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        raw.execute_batch(sql).unwrap();
        copy
    }

    fn verification(&self, database: &Path) -> Verification {
        let store: Arc<dyn Store> = Arc::new(Sqlite::open_to_read(database).unwrap());
        let keys = Some(KeyDirectory::open(&self.data().join("keys")).unwrap());
        Verification { store, keys, now: self.now.plus_seconds(300), grace: 0, shared_primes: 0 }
    }

    async fn verified(&self, sql: &str) -> Report {
        self.verification(&self.planted(sql)).run().await.unwrap()
    }

    /// That what `sql` plants is found under this invariant, in words that hold `what`.
    async fn finds(&self, invariant: Invariant, sql: &str, what: &str) {
        let report = self.verified(sql).await;
        let row = report.of(invariant).unwrap();
        assert!(row.told.iter().any(|told| told.contains(what)), "{sql}: {row}\nof {:#?}", report.rows);
    }
}

#[tokio::test]
async fn a_sound_store_is_clean_and_everything_was_looked_at() {
    let bed = Bed::new().await;
    let report = bed.verified("").await;
    assert!(report.is_clean(), "{:#?}", report.rows);
    for (invariant, looked_at) in [
        (Invariant::Recorded, 3),
        (Invariant::Certificates, 3),
        (Invariant::Revocations, 1),
        // Root, issuing CA, RA, an OCSP signer under each CA, and two profiles.
        (Invariant::References, 7),
    ] {
        assert_eq!(report.of(invariant).unwrap().looked_at, looked_at, "{invariant:?}");
    }
}

#[tokio::test]
async fn i1_i2_i4_i5_rows_that_are_gone_or_not_possible_are_found() {
    let bed = Bed::new().await;
    let delete = "DELETE FROM certificates WHERE id = 2; DELETE FROM signatures WHERE certificate = 2";
    bed.finds(Invariant::Recorded, delete, "certificate 2 was reserved, and its row is gone").await;
    bed.finds(Invariant::References, delete, "refers to a missing row").await;
    let serial = "UPDATE certificates SET serial = X'80' WHERE id = 2";
    bed.finds(Invariant::Serials, serial, "not a positive number").await;
    bed.finds(Invariant::Certificates, serial, "its serial number is not its row's").await;
    bed.finds(Invariant::Status, "UPDATE revocations SET reason = 7", "no known reason").await;
    bed.finds(Invariant::OneEach, "UPDATE claims SET certificate = 99", "names no certificate").await;
}

#[tokio::test]
async fn i3_a_certificate_that_is_not_what_was_recorded_and_asked_for_is_found() {
    let bed = Bed::new().await;
    for (sql, what) in [
        (
            "UPDATE signatures SET tail = unhex(substr(hex(tail), 1, 2 * length(tail) - 2) || iif(hex(tail) LIKE '%00', '01', '00')) WHERE certificate = 2",
            "does not verify",
        ),
        ("UPDATE certificates SET subject = 'CN=root' WHERE id = 2", "its subject is not its row's"),
        ("UPDATE certificates SET not_after = not_after + 1 WHERE id = 2", "its validity is not its row's"),
        ("UPDATE certificates SET key_hash = zeroblob(32) WHERE id = 2", "its key is not its row's"),
        ("UPDATE certificates SET csr_hash = zeroblob(32) WHERE id = 2", "not the one that was judged"),
        (
            "UPDATE requests SET der = (SELECT der FROM requests WHERE certificate = 3) WHERE certificate = 2",
            "its request has another key",
        ),
        ("UPDATE requests SET der = X'3000' WHERE certificate = 2", "its request cannot be parsed"),
        ("UPDATE certificates SET tbs = X'3000' WHERE id = 2", "it cannot be parsed"),
        // The root's certificate in the place of the issuing CA's.
        (
            "UPDATE authorities SET certificate = (SELECT certificate FROM authorities WHERE role = 0) WHERE role = 1",
            "another issued it",
        ),
        ("UPDATE authorities SET certificate = X'3000' WHERE role = 2", "cannot be parsed"),
    ] {
        bed.finds(Invariant::Certificates, sql, what).await;
    }
}

#[tokio::test]
async fn i6_i7_i8_notifications_and_revocations_that_do_not_agree_are_found() {
    let bed = Bed::new().await;
    let pending = "INSERT INTO notifications (certificate, kind, payload, state, attempts, next_attempt_at, deadline_at)
                   VALUES (2, 'intune.success', '{}', 0, 0, 1, 1)";
    bed.finds(Invariant::Notifications, pending, "pending after its deadline").await;
    bed.finds(Invariant::Revocations, "DELETE FROM revocations", "lists it, and it is not revoked").await;
    bed.finds(Invariant::Revocations, "UPDATE revocations SET reason = 1", "revoked for reason 1").await;
    let revoked =
        "INSERT INTO revocations SELECT id, 1, 1, issuer, serial, not_after FROM certificates WHERE id = 3";
    bed.finds(Invariant::Revocations, revoked, "does not list it").await;
    let other = "UPDATE crls SET number = number + 1 WHERE number = (SELECT max(number) FROM crls)";
    bed.finds(Invariant::CrlNumbers, other, "its number is not its row's").await;
    let changed = "UPDATE crls SET der = unhex(substr(hex(der), 1, 2 * length(der) - 2) || iif(hex(der) LIKE '%00', '01', '00'))";
    bed.finds(Invariant::CrlNumbers, changed, "does not verify").await;
    let mut late = bed.verification(&bed.planted(""));
    late.now = bed.now.plus_seconds(8 * DAY);
    assert!(late.run().await.unwrap().of(Invariant::CrlNumbers).unwrap().told[0].contains("ended at"));
}

#[tokio::test]
async fn i7_a_revocation_has_its_time_until_the_next_list() {
    let mut bed = Bed::new().await;
    let second = bed.world.certificates().await.remove(1);
    // Beside this, it would make the next list when it likes.
    bed.world.stop().await;
    // The restart may have taken more than the second in which the bed was made.
    let (event, at) = (AuditEvent::detail("{}".to_owned()), Time::from_unix(bed.world.clock.now()));
    let (issuer, serial) = (second.issuer, second.serial);
    bed.world
        .store
        .revoke(NewRevocation {
            issuer,
            serial,
            reason: 1,
            at,
            rule: chancery::standing::Rule::Manual,
            event,
        })
        .await
        .unwrap();
    let mut verification = bed.verification(&bed.planted(""));
    assert!(!verification.run().await.unwrap().is_clean(), "overdue after 300 s without grace");
    verification.grace = 600;
    assert!(verification.run().await.unwrap().is_clean(), "within its time");
}

#[tokio::test]
async fn i9_i10_i11_i12_history_validity_outcome_and_keys_are_checked() {
    let bed = Bed::new().await;
    bed.finds(
        Invariant::Audit,
        "UPDATE audit SET event = replace(event, 'certificate', 'Certificate') WHERE seq = 3",
        "audit row 3",
    )
    .await;
    bed.finds(Invariant::Audit, "DELETE FROM audit WHERE seq = 2", "audit row 2 is missing").await;
    // Into the year 2049, beyond the CA's end; the signature breaks as well.
    let year = "UPDATE certificates SET tbs = unhex(replace(hex(tbs), '170D3237', '170D3439')) WHERE id = 2";
    bed.finds(Invariant::Validity, year, "after the issuer's").await;
    let open = "DELETE FROM signatures WHERE certificate = 2; INSERT INTO unfinished VALUES (2)";
    bed.finds(Invariant::Outcomes, open, "without outcome").await;
    let other = "UPDATE authorities SET key_reference = (SELECT key_reference FROM authorities WHERE role = 2) WHERE role = 1";
    bed.finds(Invariant::References, other, "is another key").await;
    bed.finds(Invariant::References, "UPDATE authorities SET key_reference = 'gone' WHERE role = 1", "gone")
        .await;
    // A root's key may be taken away.
    assert!(bed.verified("UPDATE authorities SET key_reference = 'gone' WHERE role = 0").await.is_clean());
}

/// SQL that gives version 1 of the profile `device` another text, with the digest of that text.
async fn retold(bed: &Bed, change: impl Fn(&mut ca::profile::Settings)) -> String {
    let rows = bed.world.store.profile_versions(0).await.unwrap();
    let recorded = rows.iter().find(|row| row.name == "device").unwrap().document.as_ref().unwrap();
    let mut settings = chancery::profiles::document::read(recorded).unwrap();
    change(&mut settings);
    let text = chancery::profiles::document::write(&settings);
    let digest: String =
        pki::algorithm::sha256(text.as_bytes()).iter().map(|octet| format!("{octet:02x}")).collect();
    format!("UPDATE profile_versions SET document = '{text}', digest = X'{digest}' WHERE name = 'device'")
}

#[tokio::test]
async fn t42_certificates_are_held_against_the_version_that_they_remember() {
    let bed = Bed::new().await;
    assert!(bed.verified(&retold(&bed, |_| ()).await).await.is_clean(), "control: the same text");
    bed.finds(
        Invariant::Validity,
        &retold(&bed, |s| s.validity_days = 364).await,
        "longer than the profile allows",
    )
    .await;
    for (change, what) in [
        ((|s| s.key_usage.truncate(1)) as fn(&mut ca::profile::Settings), "key_usage"),
        (|s| s.extended_key_usage.push("serverAuth".to_owned()), "extended_key_usage"),
        (|s| s.subject_required = vec!["O".to_owned()], "subject_name"),
        (|s| s.san_required = vec![ca::profile::SanKind::Dns], "subject_alt_name"),
        (|s| s.rsa_sizes = vec![3072.try_into().unwrap()], "subject_key"),
        (|s| s.hash = ca::profile::settings::Hash::Sha512, "signature_algorithm"),
        (|s| s.crl_urls = vec!["http://crl.example/a".to_owned()], "crl_distribution_points"),
    ] {
        bed.finds(Invariant::Certificates, &retold(&bed, change).await, what).await;
    }
    let gone = "DELETE FROM profile_versions WHERE name = 'device'";
    bed.finds(Invariant::References, gone, "version 1 of its profile device is not recorded").await;
    let changed = "UPDATE profile_versions SET document = replace(document, '365', '366')";
    bed.finds(Invariant::References, changed, "not the one that was published").await;
}

#[tokio::test]
async fn a_version_from_before_texts_were_recorded_is_told_and_is_no_finding() {
    let bed = Bed::new().await;
    let report = bed.verified("UPDATE profile_versions SET document = NULL, digest = NULL").await;
    assert!(report.is_clean(), "{:#?}", report.rows);
    let row = report.of(Invariant::Certificates).unwrap();
    assert_eq!(row.without_rules, 3);
    assert!(row.to_string().contains("3 by profile versions whose text was not recorded"), "{row}");
}

#[tokio::test]
async fn t37_rsa_keys_with_a_common_prime_are_found_on_request() {
    // The simulator's quick keys are pairs of a few primes.
    let bed = Bed::new().await;
    let mut verification = bed.verification(&bed.planted(""));
    verification.shared_primes = 100;
    let report = verification.run().await.unwrap();
    let row = report.of(Invariant::SharedPrimes).unwrap();
    assert_eq!((row.looked_at, row.findings), (3, 3), "{row}");
}

#[tokio::test]
async fn the_command_writes_nothing_and_ends_with_0_or_3() {
    let bed = Bed::new().await;
    let settings = bed.world.home.path().join("chancery.toml");
    let verify = || {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
        command.arg("--config").arg(&settings).args(["--local", "--json", "verify"]).output().unwrap()
    };
    let before = std::fs::read(bed.data().join("chancery.db")).unwrap();
    let clean = verify();
    assert_eq!(clean.status.code(), Some(0), "{clean:?}");
    let said: serde_json::Value = serde_json::from_slice(&clean.stdout).unwrap();
    assert_eq!((said["clean"].as_bool(), said["invariants"].as_array().unwrap().len()), (Some(true), 12));
    assert_eq!(std::fs::read(bed.data().join("chancery.db")).unwrap(), before);
    let raw = Connection::open(bed.data().join("chancery.db")).unwrap();
    raw.execute("UPDATE certificates SET subject = 'CN=other' WHERE id = 1", []).unwrap();
    let found = verify();
    assert_eq!(found.status.code(), Some(3));
    let said: serde_json::Value = serde_json::from_slice(&found.stdout).unwrap();
    assert_eq!(said["invariants"][2]["id"], "I3");
    assert_eq!(said["invariants"][2]["ok"], false);
}
