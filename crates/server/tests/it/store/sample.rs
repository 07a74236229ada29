//! Rows to try the store with: everything follows from one number.

use chancery::store::*;
use pki::Time;
use pki::der::Writer;

pub(crate) const NOW: i64 = 1_790_000_000;

pub(crate) fn at(seconds: i64) -> Time {
    Time::from_unix(NOW + seconds)
}

pub(crate) fn hash(kind: u8, n: u64) -> [u8; 32] {
    let mut bytes = [kind; 32];
    // Spread like a hash, so that rows do not arrive in the order of their keys.
    bytes[..8].copy_from_slice(&n.wrapping_mul(0x9E37_79B9_7F4A_7C15).to_be_bytes());
    bytes[8..16].copy_from_slice(&n.to_be_bytes());
    bytes
}

/// `01 ‖ time ‖ number`: positive, and growing as time does.
pub(crate) fn serial(n: u64) -> Vec<u8> {
    let mut serial = vec![1];
    serial.extend(n.to_be_bytes());
    serial.extend([0xAB; 8]);
    serial
}

pub(crate) async fn issuer(store: &dyn Store, name: &str) -> AuthorityId {
    let authority = NewAuthority {
        name: name.to_owned(),
        role: AuthorityRole::Issuing,
        certificate: vec![0x30, 0],
        key_reference: format!("{name}.key"),
        created_at: at(0),
    };
    store.put_authority(authority).await.unwrap()
}

pub(crate) fn tbs(n: u64) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.unsigned(&serial(n));
            w.octet_string(&[7; 600]);
        })
    })
}

pub(crate) fn certificate(n: u64, signature: u8) -> Vec<u8> {
    Writer::bytes_of(|w| {
        w.sequence(|w| {
            w.raw(&tbs(n));
            w.sequence(|w| w.oid(&pki::oid::CN));
            w.bit_string(&[signature; 70]);
        })
    })
}

pub(crate) fn reservation(issuer: AuthorityId, n: u64) -> Reservation {
    Reservation {
        issuer,
        serial: serial(n),
        tbs: tbs(n),
        profile: "device".to_owned(),
        profile_version: 1,
        endpoint: "intune".to_owned(),
        transaction_id: format!("transaction {n}"),
        transaction: TransactionHash(hash(1, n)),
        csr_hash: hash(2, n),
        csr: Some(vec![0x30; 700]),
        key: KeyHash(hash(3, n)),
        subject: format!("CN=device-{n}"),
        not_before: at(-86_400),
        not_after: at(365 * 86_400),
        at: at(0),
        supersedes: None,
        claims: vec![ClaimHash(hash(4, n))],
        one_subject_per_key: true,
        quota: None,
        bindings: Vec::new(),
        held: None,
        notification: Some(notification(0)),
        event: AuditEvent::detail(format!(r#"{{"peer":"127.0.0.1","n":{n}}}"#)),
    }
}

pub(crate) fn notification(after: i64) -> NewNotification {
    NewNotification {
        kind: "intune.success".to_owned(),
        payload: r#"{"tenant":"t"}"#.to_owned(),
        next_attempt_at: at(after),
        deadline_at: at(after + 3_600),
    }
}

pub(crate) fn completion(id: CertificateId, n: u64) -> Completion {
    let event = AuditEvent::detail(r#"{"by":"ca"}"#.to_owned());
    Completion { id, der: certificate(n, 9), at: at(1), event }
}

/// Reserves what must be free.
pub(crate) async fn reserve(store: &dyn Store, reservation: Reservation) -> CertificateId {
    match store.reserve(reservation).await.unwrap() {
        Reserved::New(id) => id,
        other => panic!("not reserved: {other:?}"),
    }
}

/// Both commits.
pub(crate) async fn issue(store: &dyn Store, issuer: AuthorityId, n: u64) -> CertificateId {
    let id = reserve(store, reservation(issuer, n)).await;
    store.complete(completion(id, n)).await.unwrap();
    id
}

pub(crate) fn revocation(issuer: AuthorityId, n: u64, reason: u8) -> NewRevocation {
    let event = AuditEvent::detail(r#"{"by":"operator"}"#.to_owned());
    let rule = chancery::standing::Rule::Manual;
    NewRevocation { issuer, serial: serial(n), reason, at: at(10 + i64::from(reason)), rule, event }
}

/// Every invariant, expected to hold.
pub(crate) async fn sound(store: &dyn Store) {
    let checks = [
        Check::Database,
        Check::Serials,
        Check::Transactions,
        Check::Claims,
        Check::Reservations { before: at(0) },
        Check::Notifications { now: at(0) },
        Check::Crls,
        Check::Issuance,
    ];
    for check in checks {
        assert_eq!(store.faults(check, 10).await.unwrap(), [], "{check:?}");
    }
    assert!(matches!(store.verify_audit(None).await.unwrap(), AuditVerdict::Sound(_)));
}

/// All at once: each is queued before the first is awaited.
pub(crate) async fn all<'a, T>(pending: impl Iterator<Item = Pending<'a, T>>) -> Vec<Result<T, StoreError>> {
    let queued: Vec<_> = pending.collect();
    let mut answers = Vec::new();
    for answer in queued {
        answers.push(answer.await);
    }
    answers
}
