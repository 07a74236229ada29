//! Tests: the statements of the hot path use indexes, and the connection is what it must be.

use rusqlite::Connection;

use super::{
    Settings, audit, certificates, challenges, crls, held, migrations, notifications, opening, people, tokens,
};

fn plan(sql: &str) -> Vec<String> {
    let mut connection = Connection::open_in_memory().unwrap();
    migrations::migrate(&mut connection).unwrap();
    let mut query = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
    for parameter in 1..=query.parameter_count() {
        query.raw_bind_parameter(parameter, 1).unwrap();
    }
    let mut rows = query.raw_query();
    let mut steps = Vec::new();
    while let Some(row) = rows.next().unwrap() {
        steps.push(row.get::<_, String>("detail").unwrap());
    }
    steps
}

#[test]
fn hot_look_ups_search_and_never_scan() {
    let expected = [
        (certificates::BY_TRANSACTION, "certificate_key (key_hash=? AND transaction_hash=?)"),
        (certificates::BY_SERIAL, "certificate_serial (serial=?)"),
        (certificates::BY_KEY, "certificate_key (key_hash=?)"),
        (certificates::BY_ID, "INTEGER PRIMARY KEY (rowid=?)"),
        (certificates::LISTED_REVOKED, "INTEGER PRIMARY KEY (rowid"),
        (challenges::BY_HASH, "sqlite_autoindex_challenges_1 (hash=?)"),
        (tokens::BY_HASH, "sqlite_autoindex_tokens_1 (hash=?)"),
        (tokens::LIVE_NAME, "token_name (name=?)"),
        (notifications::DUE, "notification_due (next_attempt_at<?)"),
        (crls::NEWEST, "sqlite_autoindex_crls_1 (issuer=?)"),
        (
            super::reserve::LATELY,
            "certificate_counted (counted=? AND endpoint=? AND reserved_at>? AND reserved_at<?)",
        ),
        (super::revocations::STATUS, "certificate_serial (serial=? AND issuer=?)"),
        (super::reserve::KEY_IN_USE, "certificate_key (key_hash=?)"),
        (super::directory::BEARING, "directory_key (key=? AND source=?)"),
        (super::directory::UNFOUND, "binding_unfound (certificate>?)"),
        (super::directory::BY_KEY, "binding_key (key=?)"),
        (super::directory::BY_RECORD, "binding_record (record=?)"),
        (super::profiles::NEWEST, "sqlite_autoindex_profile_versions_1 (name=?)"),
        (super::webhooks::DUE, "delivery_due (webhook=? AND next_attempt_at<?)"),
        (super::webhooks::LISTED, "delivery_listed (webhook=? AND id<?)"),
        (super::profiles::AFTER, "INTEGER PRIMARY KEY (rowid>?)"),
        (held::BY_TRANSACTION, "sqlite_autoindex_held_1 (transaction_hash=?)"),
        (held::BY_SIGNER, "held_signer (signer_hash=? AND transaction_id=? AND endpoint=?)"),
        (held::WAITING, "held_open (endpoint=? AND state=?)"),
        (held::CLAIMED, "held_claim (claim=?)"),
        (people::BY_SESSION, "sqlite_autoindex_sessions_1 (hash=?)"),
        (people::BY_CREDENTIAL, "sqlite_autoindex_passkeys_1 (credential=?)"),
        (people::BY_LOGIN, "sqlite_autoindex_people_1 (login=?)"),
        (people::BY_ELSEWHERE, "sqlite_autoindex_people_2 (issuer=? AND subject=?)"),
        (people::BY_LINK, "PRIMARY KEY (hash=?)"),
        (super::repetitions::BY_KEY, "PRIMARY KEY (key=?)"),
        (super::repetitions::ENOUGH, "repetition_caller (caller=?)"),
        (super::repetitions::OVER, "repetition_begun (begun_at<?)"),
        (audit::NEWEST, "audit"),
    ];
    for (sql, index) in expected {
        let steps = plan(sql);
        assert!(steps.iter().any(|step| step.contains(index)), "{index} is not used: {steps:#?}");
        let scans = steps.iter().filter(|step| step.starts_with("SCAN")).count();
        assert_eq!(
            scans,
            usize::from(sql == audit::NEWEST),
            "the last row alone is read by SCAN: {steps:#?}"
        );
    }
}

#[test]
fn t67_the_writer_syncs_fully_and_checks_references() {
    let directory = std::env::temp_dir().join(format!("chancery-plans-{}", std::process::id()));
    std::fs::create_dir(&directory).unwrap();
    let connection = opening::for_writing(&Settings::new(&directory.join("a.db"))).unwrap();
    let pragma = |name: &str| -> String {
        let value =
            |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0).map(|v| format!("{v:?}"));
        connection.query_row(&format!("PRAGMA {name}"), [], value).unwrap()
    };
    assert_eq!(pragma("synchronous"), "Integer(2)", "FULL: NORMAL loses acknowledged rows in a power cut");
    assert_eq!(pragma("foreign_keys"), "Integer(1)");
    assert_eq!(pragma("journal_mode"), "Text(\"wal\")");
    assert_eq!(pragma("wal_autocheckpoint"), "Integer(0)", "SQLite's own ignores errors");
    let reader = opening::for_reading(&directory.join("a.db"), std::time::Duration::ZERO).unwrap();
    assert!(reader.execute_batch("DELETE FROM audit").is_err());
    std::fs::remove_dir_all(&directory).unwrap();
}
