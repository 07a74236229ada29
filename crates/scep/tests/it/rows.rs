//! Every row of the reference has a test here, or a place where it is tested instead.

/// What carries the tests of this crate.
const SOURCES: [&str; 11] = [
    include_str!("answers.rs"),
    include_str!("caps.rs"),
    include_str!("client.rs"),
    include_str!("enrol.rs"),
    include_str!("fields.rs"),
    include_str!("live.rs"),
    include_str!("mutation.rs"),
    include_str!("openssl.rs"),
    include_str!("operation.rs"),
    include_str!("oracle.rs"),
    include_str!("refuse.rs"),
];

/// Rows that live above this layer.
const ELSEWHERE: &[(&str, &str)] = &[
    ("rfc_1", "who uses the client: where the server is and what its fingerprint is"),
    ("rfc_2", "ca: the key usage of CA and RA certificates"),
    ("rfc_3", "ca: decide"),
    ("rfc_16", "server: a challenge is claimed once in the store"),
    ("rfc_18", "server: the validators"),
    ("rfc_20", "server: reject or PENDING"),
    ("rfc_22", "server: renewal"),
    ("rfc_31", "server: how challenges are stored"),
    ("rfc_44", "nothing reads failInfoText; the client hands it out as text for people"),
    ("rfc_57", "server: a poll without a request"),
    ("rfc_58", "who uses the client: one request at a time"),
    ("rfc_62", "SCEP revokes nothing"),
    ("rfc_63", "server: paths"),
    ("rfc_67", "who uses the client: Content-Type"),
    ("rfc_79", "server: the stored answer"),
    ("rfc_82", "server: TLS is not required"),
    ("q4", "server: no Host"),
    ("q5", "server: HTTP/1.0"),
    ("q9", "server: paths"),
    ("q18", "server: plain HTTP"),
    ("q27", "server: idempotent by transaction and request"),
    ("q31", "ca: the SAN URI of the SID"),
    ("q32", "ca: validity from the profile"),
    ("q35", "OCSP, a later issue"),
    ("q38", "ca: back-dating"),
    ("q39", "server: the validators"),
    ("q41", "server: a resubmitted request is a poll"),
    ("q48", "server: a renewal with the same key"),
    ("v2", "server: one way to a certificate"),
    ("v4", "server: no name from a request becomes a path"),
    ("v8", "ca: the identity of a renewal"),
    ("v9", "server: challenges are spent once"),
    ("v11", "server: challenges are bound"),
    ("v12", "server: a profile that would issue to anybody does not start"),
    ("v13", "server: expired is not absent"),
    ("v15", "server: the CA key decrypts nothing"),
    ("v16", "ca: extensions are let through by list"),
    ("v17", "ca: SID and UPN"),
    ("v27", "server: headers of proxies"),
];

fn is_tested(row: &str) -> bool {
    let named = |line: &str| {
        let name = line.trim_start().strip_prefix("fn ").unwrap_or_default();
        format!("_{name}").contains(&format!("_{row}_"))
    };
    SOURCES.iter().any(|source| source.lines().any(named))
}

#[test]
fn every_row_is_tested_here_or_has_its_place_elsewhere() {
    let rows = (1..=83).map(|n| format!("rfc_{n}"));
    let rows = rows.chain((1..=48).map(|n| format!("q{n}"))).chain((1..=30).map(|n| format!("v{n}")));
    let rows: Vec<String> = rows.collect();
    let elsewhere = |row: &str| ELSEWHERE.iter().any(|(name, _)| *name == row);
    let missing: Vec<&String> = rows.iter().filter(|row| !is_tested(row) && !elsewhere(row)).collect();
    assert!(missing.is_empty(), "no test names {missing:?}");
    let both: Vec<&String> = rows.iter().filter(|row| is_tested(row) && elsewhere(row)).collect();
    assert!(both.is_empty(), "tested here after all: {both:?}");
    let unknown = |(row, _): &&(&str, &str)| !rows.iter().any(|known| known == row);
    assert_eq!(ELSEWHERE.iter().find(unknown), None);
}

#[test]
fn the_table_would_see_a_missing_row() {
    assert!(is_tested("q1") && is_tested("rfc_28") && !is_tested("q49") && !is_tested("rfc_0"));
}
