//! Controls: what must not be there is planted with raw SQL, and must be found; what fails must stop the store.

use chancery::store::*;
use rusqlite::Connection;

use super::sample::*;
use super::sqlite::Bed;

/// Five certificates, one of them revoked, and a CRL.
async fn filled() -> Bed {
    let bed = Bed::new();
    let issuer = issuer(bed.store(), "ca").await;
    for n in 1..=5 {
        issue(bed.store(), issuer, n).await;
    }
    bed.store().revoke(revocation(issuer, 5, 1)).await.unwrap();
    sound(bed.store()).await;
    bed
}

async fn finds(check: Check, planted: &str) {
    let bed = filled().await;
    let raw = bed.raw();
    raw.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
    raw.execute_batch(planted).unwrap();
    let faults = bed.store().faults(check, 10).await.unwrap();
    assert!(!faults.is_empty(), "{check:?} does not see: {planted}");
}

const COPY: &str =
    "INSERT INTO certificates (issuer, serial, profile, profile_version, endpoint, transaction_id,
    transaction_hash, csr_hash, key_hash, subject, not_before, not_after, reserved_at, tbs)
    SELECT issuer, SERIAL, profile, 1, endpoint, transaction_id, TRANSACTION, csr_hash, KEY, subject,
    not_before, not_after, reserved_at, tbs FROM certificates WHERE id = 1";

fn copy(serial: &str, transaction: &str, key: &str) -> String {
    COPY.replace("SERIAL", serial).replace("TRANSACTION", transaction).replace("KEY", key)
}

#[tokio::test]
async fn i2_duplicate_and_impossible_serials_are_found() {
    let twin = copy("serial", "randomblob(32)", "key_hash");
    finds(Check::Serials, &format!("DROP INDEX certificate_serial; {twin}")).await;
    for serial in ["x'00'", "x'0000'", "x'80'", "x'FF01'", "x''", "randomblob(21)"] {
        finds(Check::Serials, &copy(serial, "randomblob(32)", "key_hash")).await;
    }
}

#[tokio::test]
async fn i5_second_certificate_of_a_transaction_and_homeless_claims_are_found() {
    finds(Check::Transactions, &copy("x'05'", "transaction_hash", "randomblob(32)")).await;
    finds(Check::Claims, "INSERT INTO claims VALUES (randomblob(32), 99)").await;
    finds(Check::Database, "INSERT INTO claims VALUES (randomblob(32), 99)").await;
}

#[tokio::test]
async fn i11_i12_missing_outcomes_and_missing_rows_are_found() {
    let late = Check::Reservations { before: at(1) };
    finds(late, "DELETE FROM signatures WHERE certificate = 3").await;
    finds(late, "INSERT INTO unfinished VALUES (3)").await;
    finds(late, "INSERT INTO abandonments VALUES (3, 0, '')").await;
    finds(Check::Database, "DELETE FROM authorities").await;
    finds(Check::Database, "DELETE FROM certificates WHERE id = 2").await;
}

#[tokio::test]
async fn i7_a_revocation_of_another_certificate_is_found() {
    for column in ["serial = x'05'", "issuer = 99", "not_after = not_after - 1"] {
        finds(Check::Database, &format!("UPDATE revocations SET {column}")).await;
    }
}

#[tokio::test]
async fn i9_issuance_without_audit_and_audit_without_issuance_are_found() {
    finds(Check::Issuance, "DELETE FROM signatures WHERE certificate = 3").await;
    finds(Check::Issuance, "DELETE FROM audit WHERE event LIKE '%certificate.issued%' AND seq = 4").await;
    finds(Check::Issuance, "INSERT INTO audit SELECT 99, at, event, hash FROM audit WHERE seq = 4").await;
}

#[tokio::test]
async fn i8_gap_and_step_back_of_crls_are_found() {
    for second in ["(1, 2, 500, 600, x'')", "(1, 2, 50, 600, x'')"] {
        let first =
            "INSERT INTO crls (issuer, number, this_update, next_update, der) VALUES (1, 1, 100, 200, x'')";
        finds(
            Check::Crls,
            &format!(
                "{first}; INSERT INTO crls (issuer, number, this_update, next_update, der) VALUES {second}"
            ),
        )
        .await;
    }
}

/// A small generator, so that a failure can be repeated.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn edit(raw: &Connection, state: &mut u64, rows: u64) -> String {
    let (row, other) = (1 + next(state) % rows, 1 + next(state) % rows);
    let sql = match next(state) % 7 {
        0 => format!("UPDATE audit SET event = replace(event, 'device', 'dev1ce') || ' ' WHERE seq = {row}"),
        1 => format!("UPDATE audit SET at = at + 1 WHERE seq = {row}"),
        2 => format!("UPDATE audit SET hash = randomblob(32) WHERE seq = {row}"),
        3 => format!("DELETE FROM audit WHERE seq = {row}"),
        4 => format!("DELETE FROM audit WHERE seq >= {row}"),
        5 => format!("INSERT INTO audit SELECT {rows} + 1, at, event, hash FROM audit WHERE seq = {row}"),
        _ => format!(
            "UPDATE audit SET event = (SELECT event FROM audit WHERE seq = {other}) || substr(' ', 1, {row} = {other})
             WHERE seq = {row}"
        ),
    };
    raw.execute_batch(&sql).unwrap();
    sql
}

#[tokio::test]
async fn t80_hundred_edits_of_the_audit_chain_are_found() {
    let bed = Bed::new();
    for n in 0..60 {
        bed.store().append_audit(AuditEvent::new("device.enrolled", n.to_string()), at(n)).await.unwrap();
    }
    let head = bed.store().audit_head().await.unwrap();
    let raw = bed.raw();
    raw.execute_batch("CREATE TABLE original AS SELECT * FROM audit").unwrap();
    let mut state = 20_261_121;
    for n in 0..100 {
        let sql = edit(&raw, &mut state, head.sequence);
        let verdict = bed.store().verify_audit(Some(head)).await.unwrap();
        assert!(matches!(verdict, AuditVerdict::Broken(_)), "edit {n} is not seen: {sql}");
        raw.execute_batch("DELETE FROM audit; INSERT INTO audit SELECT * FROM original").unwrap();
    }
    assert_eq!(bed.store().verify_audit(Some(head)).await.unwrap(), AuditVerdict::Sound(head));
}

#[tokio::test]
async fn t66_after_a_failed_write_nothing_is_written_and_reads_go_on() {
    let mut bed = filled().await;
    let before = bed.store().audit_head().await.unwrap();
    // Stands for a disk that fails: an error that is no constraint, in the middle of a reservation.
    bed.raw().execute_batch("ALTER TABLE claims RENAME TO elsewhere").unwrap();
    let issuer = AuthorityId(1);
    let neighbour = bed.store().append_audit(AuditEvent::new("test.ran", "1".to_owned()), at(1));
    let outcome = bed.store().reserve(reservation(issuer, 9)).await;
    assert!(matches!(outcome, Err(StoreError::Stopped(_))), "{outcome:?}");
    let audited = neighbour.await.is_ok();
    bed.raw().execute_batch("ALTER TABLE elsewhere RENAME TO claims").unwrap();
    let outcome = bed.store().reserve(reservation(issuer, 10)).await;
    assert!(matches!(outcome, Err(StoreError::Stopped(_))), "no silent recovery: {outcome:?}");
    assert!(bed.store().stopped().unwrap().contains("claims"));
    let after = bed.store().audit_head().await.unwrap();
    assert_eq!(after.sequence - before.sequence, u64::from(audited), "what was not answered is not there");
    assert!(bed.store().certificate(CertificateId(1)).await.unwrap().is_some());
    bed.reopen();
    reserve(bed.store(), reservation(issuer, 10)).await;
    sound(bed.store()).await;
}
