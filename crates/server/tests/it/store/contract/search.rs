//! What is found, and how.

use crate::store::sample::*;
use chancery::store::*;
use pki::Time;

/// Follows to the end.
async fn follow(store: &dyn Store) {
    while store.follow(7).await.unwrap().behind > 0 {}
}

fn page(limit: u32, after: Option<Place>) -> PageSought {
    PageSought { limit, after, now: at(100) }
}

/// The numbers of the subjects, over all pages.
async fn found(store: &dyn Store, sought: &Sought, limit: u32) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let found = store.seek(sought.clone(), page(limit, after)).await.unwrap();
        assert!(found.hits.len() <= limit as usize);
        all.extend(found.hits.into_iter().map(|hit| hit.entry.subject));
        match found.next {
            Some(next) => after = Some(next),
            None => return all,
        }
    }
}

fn words(text: &str) -> Sought {
    Sought { words: text.split_whitespace().map(str::to_owned).collect(), ..Sought::default() }
}

async fn issue_as(
    store: &dyn Store,
    issuer: AuthorityId,
    n: u64,
    change: impl FnOnce(&mut Reservation),
) -> CertificateId {
    let mut new = reservation(issuer, n);
    new.claims = vec![ClaimHash(hash(4, n))];
    change(&mut new);
    let id = reserve(store, new).await;
    store.complete(completion(id, n)).await.unwrap();
    id
}

pub(crate) async fn everything_is_found_by_what_it_says_newest_first(store: &dyn Store) {
    let issuer = issuer(store, "issuing").await;
    for n in 1..=30 {
        issue_as(store, issuer, n, |new| {
            new.profile = if n % 3 == 0 { "wifi" } else { "device" }.to_owned();
            new.event = AuditEvent::detail(format!(r#"{{"by":"intune","transaction":"T{n}"}}"#));
            let binding = |named, key: String| Binding {
                named,
                source: "tenant".to_owned(),
                key,
                evidence: "test".to_owned(),
                record: None,
            };
            new.bindings = vec![
                binding(Named::Device, format!("machine-{}", n % 5)),
                binding(Named::User, format!("ada{n}@contoso.example")),
            ];
        })
        .await;
    }
    follow(store).await;
    let all: Vec<String> = (1..=30).rev().map(|n| format!("CN=device-{n}")).collect();
    assert_eq!(found(store, &Sought::default(), 7).await, all);
    assert_eq!(found(store, &words("CONTOSO device-"), 7).await, all, "all have both");
    assert_eq!(found(store, &words("device-17"), 7).await, ["CN=device-17"]);
    assert_eq!(found(store, &words("ada17@con"), 7).await, ["CN=device-17"]);
    assert_eq!(found(store, &words("ad"), 50).await, all, "two letters begin a word");
    assert_eq!(found(store, &words("da"), 50).await, Vec::<String>::new(), "and do not end one");
    assert_eq!(found(store, &words("device-17 device-18"), 7).await, Vec::<String>::new());
    let field = |change: fn(&mut Sought)| {
        let mut sought = Sought::default();
        change(&mut sought);
        sought
    };
    let of = |numbers: &[u32]| numbers.iter().map(|n| format!("CN=device-{n}")).collect::<Vec<_>>();
    let some = [
        (field(|one| one.device = Some("MACHINE-2".into())), of(&[27, 22, 17, 12, 7, 2])),
        (field(|one| one.user = Some("ada4@contoso.example".into())), of(&[4])),
        (field(|one| one.subject = Some("ICE-30".into())), of(&[30])),
        (field(|one| one.serial = Some("0100000000000000".into())), all.clone()),
        (field(|one| one.serial = Some("1000000000000001e".into())), of(&[30])),
        (field(|one| one.requester = Some("intune".into())), all.clone()),
        (field(|one| one.requester = Some("renewal".into())), Vec::new()),
        (field(|one| one.profile = Some("wifi".into())), of(&[30, 27, 24, 21, 18, 15, 12, 9, 6, 3])),
        (field(|one| one.endpoint = Some("elsewhere".into())), Vec::new()),
        (field(|one| one.newest_of = Some(Named::Device)), of(&[30, 29, 28, 27, 26])),
        (field(|one| one.issued_from = Some(at(2))), Vec::new()),
        (field(|one| one.issued_before = Some(at(2))), all.clone()),
        (field(|one| one.ends_before = Some(at(365 * 86_400))), Vec::new()),
    ];
    for (sought, expected) in some {
        assert_eq!(found(store, &sought, 4).await, expected, "{sought:?}");
    }
    // By their end, where that is asked about.
    let ends = field(|one| one.ends_from = Some(at(365 * 86_400)));
    assert_eq!(found(store, &ends, 7).await, all.iter().rev().cloned().collect::<Vec<_>>());
    let both = Sought { words: vec!["device-1".into()], profile: Some("wifi".into()), ..ends };
    assert_eq!(found(store, &both, 2).await, of(&[12, 15, 18]));
    assert_eq!(store.holder_count(Named::Device, "machine-2").await.unwrap(), 6);
    let hit = store.seek(words("device-17"), page(1, None)).await.unwrap().hits.remove(0);
    let by_thumbprint: String = hit.entry.sha256.iter().take(6).map(|octet| format!("{octet:02X}")).collect();
    for sought in [words(&by_thumbprint), Sought { thumbprint: Some(by_thumbprint), ..Sought::default() }] {
        assert_eq!(found(store, &sought, 7).await, ["CN=device-17"]);
    }
}

pub(crate) async fn t84_names_are_no_syntax_and_are_found_as_they_are(store: &dyn Store) {
    let issuer = issuer(store, "issuing").await;
    let hostile = [
        "\" OR 1=1 --",
        "a* NEAR(b c)",
        "'; DROP TABLE entries; --",
        "t:x AND NOT y",
        "<script>alert(1)</script>",
        "%_%",
        "\u{202e}gnp\u{0}.exe\u{1b}[8m",
        "İstanbul ß ﬁ 漢字テスト",
        "(((((",
    ];
    for (n, name) in (1..).zip(hostile) {
        issue_as(store, issuer, n, |new| new.subject = format!("CN={name}")).await;
    }
    follow(store).await;
    for name in hostile {
        assert_eq!(found(store, &words(name), 50).await, [format!("CN={name}")], "{name:?}");
        let part = Sought { subject: Some(name.to_owned()), ..Sought::default() };
        assert_eq!(found(store, &part, 50).await, [format!("CN={name}")], "{name:?}");
        for exact in [
            Sought { device: Some(name.to_owned()), ..Sought::default() },
            Sought { profile: Some(name.to_owned()), ..Sought::default() },
        ] {
            assert_eq!(found(store, &exact, 50).await, Vec::<String>::new(), "{name:?}");
        }
        let trail = TrailSought { words: Some(name.to_owned()), limit: 5, ..TrailSought::default() };
        store.trail(trail).await.unwrap();
    }
    assert_eq!(found(store, &Sought::default(), 50).await.len(), hostile.len());
}

pub(crate) async fn the_index_follows_revocations_and_its_sums_agree(store: &dyn Store) {
    let issuer = issuer(store, "issuing").await;
    for n in 1..=10 {
        issue(store, issuer, n).await;
    }
    follow(store).await;
    for (n, reason) in [(1, 1), (2, 6), (3, 6), (3, 8), (4, 6), (4, 4)] {
        store.revoke(revocation(issuer, n, reason)).await.unwrap();
    }
    let before = store.seek(words("device-1"), page(9, None)).await.unwrap();
    let one = before.hits.iter().find(|hit| hit.entry.subject == "CN=device-1").unwrap();
    assert_eq!(
        one.revocation.map(|one| one.reason),
        Some(1),
        "the status is the store's, whatever was followed"
    );
    follow(store).await;
    let status = |status| Sought { status: Some(status), ..Sought::default() };
    assert_eq!(found(store, &status(StatusSought::Revoked), 9).await, ["CN=device-4", "CN=device-1"]);
    assert_eq!(found(store, &status(StatusSought::Held), 9).await, ["CN=device-2"]);
    assert_eq!(found(store, &status(StatusSought::Good), 9).await.len(), 7);
    assert_eq!(found(store, &status(StatusSought::Expired), 9).await.len(), 0);
    let numbers = |now| async move {
        let numbers = store.numbers(now).await.unwrap();
        let sum = |status, over: bool| {
            let today = now.unix().div_euclid(86_400);
            let of = |one: &&Expiries| one.status == status && (one.day < today) == over;
            numbers.endings.iter().filter(of).map(|one| one.count).sum::<u64>()
        };
        [
            sum(EntryStatus::Good, false),
            sum(EntryStatus::Good, true),
            sum(EntryStatus::Held, false) + sum(EntryStatus::Held, true),
            sum(EntryStatus::Revoked, false) + sum(EntryStatus::Revoked, true),
        ]
    };
    let end = 365 * 86_400;
    assert_eq!(numbers(at(100)).await, [7, 0, 1, 2]);
    assert_eq!(numbers(at(end)).await, [7, 0, 1, 2], "its last second is within");
    assert_eq!(numbers(at(end + 1)).await, [0, 7, 1, 2]);
    assert_eq!(numbers(at(end + 86_400)).await, [0, 7, 1, 2]);
    let issued: u64 = store.numbers(at(100)).await.unwrap().issued.iter().map(|(_, count)| count).sum();
    assert_eq!(issued, 10);
    let late = PageSought { limit: 3, after: None, now: at(end - 86_400) };
    let forecast = store.forecast(late).await.unwrap();
    assert_eq!((forecast.at_risk, forecast.found.hits.len()), (7, 3));
}

pub(crate) async fn a_renewal_takes_the_place_of_what_it_renews(store: &dyn Store) {
    let issuer = issuer(store, "issuing").await;
    let of_machine = |new: &mut Reservation, key: &str| {
        new.bindings = vec![Binding {
            named: Named::Device,
            source: "tenant".to_owned(),
            key: key.to_owned(),
            evidence: "test".to_owned(),
            record: None,
        }];
    };
    let first = issue_as(store, issuer, 1, |new| of_machine(new, "one")).await;
    let again = issue_as(store, issuer, 2, |new| of_machine(new, "one")).await;
    let other = issue_as(store, issuer, 3, |new| of_machine(new, "other")).await;
    let renewed = issue_as(store, issuer, 4, |new| {
        new.supersedes = Some(other);
        of_machine(new, "renamed");
    })
    .await;
    follow(store).await;
    let relatives = store.relatives(first).await.unwrap();
    assert_eq!(relatives, Relatives { older: None, newer: Some((again, ReplacedBy::SameHolder)) });
    assert_eq!(store.relatives(renewed).await.unwrap().older, Some((other, ReplacedBy::Renewal)));
    let late = PageSought { limit: 9, after: None, now: at(364 * 86_400) };
    let forecast = store.forecast(late).await.unwrap();
    let ids: Vec<CertificateId> = forecast.found.hits.iter().map(|hit| hit.entry.id).collect();
    assert_eq!((ids, forecast.at_risk), (vec![again, renewed], 2));
    let opening: u64 =
        store.forecast(page(9, None)).await.unwrap().opening.iter().map(|(_, count)| count).sum();
    assert_eq!(opening, 0, "nothing opens within 90 days");
}

pub(crate) async fn i9_the_audit_is_found_whether_it_was_followed_or_not(store: &dyn Store) {
    let issuer = issuer(store, "issuing").await;
    let refusal = |n: u32, code: &str| {
        let detail = format!(
            r#"{{"code":"{code}","why":"no {n}","endpoint":"intune","transaction":"T{n}","peer":"192.0.2.{n}"}}"#
        );
        AuditEvent::new("request.refused", detail)
    };
    for n in 1..=3 {
        issue(store, issuer, n.into()).await;
        store.append_audit(refusal(n, "CHY-3001"), at(5)).await.unwrap();
    }
    store.follow(5).await.unwrap();
    let sequences = |sought: TrailSought| async move {
        let (mut all, mut before) = (Vec::new(), None);
        loop {
            let trail = store.trail(TrailSought { before, limit: 2, ..sought.clone() }).await.unwrap();
            all.extend(trail.rows.iter().map(|row| row.sequence));
            match trail.next {
                Some(next) => before = Some(next),
                None => return all,
            }
        }
    };
    let none = TrailSought::default;
    for followed in [false, true] {
        assert_eq!(sequences(none()).await, [9, 8, 7, 6, 5, 4, 3, 2, 1], "{followed}");
        assert_eq!(
            sequences(TrailSought { enrolments: true, ..none() }).await,
            [9, 8, 6, 5, 3, 2],
            "{followed}"
        );
        let refused = TrailSought { outcome: Some(Outcome::Refused), ..none() };
        assert_eq!(sequences(refused).await, [9, 6, 3], "{followed}");
        assert_eq!(sequences(TrailSought { code: Some("CHY-3002".into()), ..none() }).await, [] as [u64; 0]);
        assert_eq!(
            sequences(TrailSought { event: Some("certificate.issued".into()), ..none() }).await,
            [8, 5, 2]
        );
        assert_eq!(
            sequences(TrailSought { words: Some("192.0.2.2".into()), ..none() }).await,
            [6],
            "{followed}"
        );
        assert_eq!(
            sequences(TrailSought { words: Some("192.0.2".into()), ..none() }).await,
            [9, 6, 3],
            "{followed}"
        );
        assert_eq!(
            sequences(TrailSought { transaction: Some("T1".into()), ..none() }).await,
            [3],
            "{followed}"
        );
        let rows = store.audit_of("T3", 9).await.unwrap();
        assert_eq!(rows.iter().map(|row| row.sequence).collect::<Vec<_>>(), [9]);
        follow(store).await;
    }
    let of_second = TrailSought { certificate: Some(CertificateId(2)), ..none() };
    assert_eq!(sequences(of_second).await, [5, 4]);
    assert_eq!(
        sequences(TrailSought { words: Some("DEVICE-2".into()), ..none() }).await,
        [5],
        "by the certificate's name"
    );
    let refused = store.numbers(at(10)).await.unwrap().refused;
    assert_eq!(refused, [("CHY-3001".to_owned(), 3)]);
    let later = Time::from_unix(NOW + 8 * 86_400);
    assert_eq!(store.numbers(later).await.unwrap().refused, []);
}
