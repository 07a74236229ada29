//! A thousand changed copies of a real database, each found.

use crate::store::sample::at;
use crate::store::sqlite::Bed;
use aws_lc_rs::digest::{Context, SHA256};
use chancery::store::sqlite::Sqlite;
use chancery::store::{AuditEvent, AuditHead, AuditVerdict, Store as _};
use rusqlite::Connection;
use std::collections::BTreeMap;
use std::path::Path;

const ROWS: u64 = 60;

/// xorshift64: the same thousand each time.
fn next(state: &mut u64, below: u64) -> u64 {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    *state % below
}

struct Link {
    at: i64,
    event: String,
}

fn links(raw: &Connection) -> Vec<Link> {
    let mut query = raw.prepare("SELECT at, event FROM audit ORDER BY seq").unwrap();
    let rows = query.query_map([], |row| Ok(Link { at: row.get(0)?, event: row.get(1)? }));
    rows.unwrap().map(Result::unwrap).collect()
}

/// What somebody who knows how the chain is made writes instead of it: it agrees with itself.
fn write_anew(raw: &Connection, links: &[Link]) {
    raw.execute_batch("BEGIN; DELETE FROM audit").unwrap();
    let mut before = [0; 32];
    for (sequence, link) in (1_u64..).zip(links) {
        let mut context = Context::new(&SHA256);
        context.update(&before);
        context.update(&sequence.to_be_bytes());
        context.update(&link.at.to_be_bytes());
        context.update(link.event.as_bytes());
        before.copy_from_slice(context.finish().as_ref());
        let row = (i64::try_from(sequence).unwrap(), link.at, &link.event, before);
        raw.execute("INSERT INTO audit (seq, at, event, hash) VALUES (?1, ?2, ?3, ?4)", row).unwrap();
    }
    raw.execute_batch("COMMIT").unwrap();
}

/// Changes the database; gives what kind of change it was.
fn mutate(raw: &Connection, state: &mut u64) -> &'static str {
    let row = 1 + next(state, ROWS);
    let run = |sql: String| assert!(raw.execute(&sql, []).unwrap() > 0, "{sql}");
    match next(state, 9) {
        0 => {
            run(format!("DELETE FROM audit WHERE seq = {row}"));
            "a row deleted"
        }
        1 => {
            run(format!("DELETE FROM audit WHERE seq >= {row}"));
            "the end cut off"
        }
        2 => {
            // One character, whichever.
            let at = 1 + next(state, 20);
            run(format!(
                "UPDATE audit SET event = substr(event, 1, {at}) || char(unicode(substr(event, {at} + 1, 1)) + 1)
                 || substr(event, {at} + 2) WHERE seq = {row}"
            ));
            "a text changed"
        }
        3 => {
            run(format!("UPDATE audit SET at = at + {} WHERE seq = {row}", 1 + next(state, 9)));
            "a time changed"
        }
        4 => {
            run(format!("UPDATE audit SET hash = randomblob(32) WHERE seq = {row}"));
            "a hash changed"
        }
        5 => {
            let other = 1 + (row + next(state, ROWS - 1)) % ROWS;
            run(format!("UPDATE audit SET seq = -1 WHERE seq = {row}"));
            run(format!("UPDATE audit SET seq = {row} WHERE seq = {other}"));
            run(format!("UPDATE audit SET seq = {other} WHERE seq = -1"));
            "two rows swapped"
        }
        6 => {
            let mut all = links(raw);
            let at = usize::try_from(row).unwrap() - 1;
            all[at].event = all[at].event.replace("device", "nobody");
            write_anew(raw, &all);
            "a row changed and every hash after it computed"
        }
        7 => {
            let mut all = links(raw);
            all.remove(usize::try_from(row).unwrap() - 1);
            write_anew(raw, &all);
            "a row removed and every hash after it computed"
        }
        _ => {
            let mut all = links(raw);
            let at = usize::try_from(row).unwrap() - 1;
            let other = (at + 1) % all.len();
            all.swap(at, other);
            write_anew(raw, &all);
            "two rows swapped and every hash after them computed"
        }
    }
}

async fn verdict(path: &Path, known: Vec<AuditHead>) -> AuditVerdict {
    Sqlite::open_to_read(path).unwrap().verify_audit_by(known).await.unwrap()
}

#[tokio::test]
async fn t80_a_thousand_mutations_of_a_database_are_found_by_its_head() {
    let mut bed = Bed::new();
    for n in 0..ROWS {
        let event = AuditEvent::new("device.enrolled", format!(r#"{{"device":"device-{n}"}}"#));
        bed.store().append_audit(event, at(i64::try_from(n).unwrap())).await.unwrap();
    }
    let head = bed.store().audit_head().await.unwrap();
    bed.close();
    bed.raw().execute_batch("PRAGMA wal_checkpoint(TRUNCATE)").unwrap();
    let (original, copy) = (bed.path(), bed.path().with_file_name("copy.db"));
    let (mut state, mut found, mut by_itself) = (20_261_129, 0, 0);
    let mut kinds = BTreeMap::<_, u32>::new();
    for n in 0..1_000 {
        std::fs::copy(&original, &copy).unwrap();
        assert_eq!(verdict(&copy, vec![head]).await, AuditVerdict::Sound(head), "control: the copy");
        let raw = Connection::open(&copy).unwrap();
        let kind = mutate(&raw, &mut state);
        drop(raw);
        *kinds.entry(kind).or_default() += 1;
        let broken = |verdict| u32::from(matches!(verdict, AuditVerdict::Broken(_)));
        let seen = broken(verdict(&copy, vec![head]).await);
        assert_eq!(seen, 1, "mutation {n} is not seen: {kind}");
        found += seen;
        by_itself += broken(verdict(&copy, Vec::new()).await);
    }
    assert_eq!(found, 1_000);
    assert!(kinds.len() == 9 && kinds.values().all(|count| *count > 60), "{kinds:?}");
    // Why heads are kept elsewhere: what was cut off or computed anew agrees with itself.
    assert!((400..700).contains(&by_itself), "{by_itself}");
}

#[tokio::test]
async fn t80_each_of_several_known_heads_must_be_on_the_chain() {
    let bed = Bed::new();
    let mut heads = Vec::new();
    for n in 0..5 {
        heads.push(bed.store().append_audit(AuditEvent::new("a.b", n.to_string()), at(n)).await.unwrap());
    }
    let last = heads[4];
    heads.reverse();
    assert_eq!(bed.store().verify_audit_by(heads.clone()).await.unwrap(), AuditVerdict::Sound(last));
    heads[2].hash[31] ^= 1;
    let verdict = bed.store().verify_audit_by(heads.clone()).await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Broken(broken) if broken.row() == 3), "{verdict:?}");
    heads.remove(2);
    heads.push(AuditHead { sequence: 0, hash: [0; 32] });
    assert_eq!(bed.store().verify_audit_by(heads.clone()).await.unwrap(), AuditVerdict::Sound(last));
    heads.push(AuditHead { sequence: 0, hash: [1; 32] });
    assert!(matches!(bed.store().verify_audit_by(heads).await.unwrap(), AuditVerdict::Broken(_)));
}
