//! Static and one-time challenges.

use chancery::validators::lockout::LockoutSettings;
use chancery::validators::one_time::{BookUnavailable, ChallengeBook, Found, OneTime, OneTimeChallenge};
use chancery::validators::static_challenge::{NoChallenge, StaticChallenge};
use chancery::validators::{
    BoundIdentity, ChallengeKey, ChallengeText, Petition, Refusal, Validator, Verdict, Voucher,
};
use pki::Time;
use pki::general_name::GeneralName;
use pki::name::Name;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

const NOW: i64 = 1_800_000_000;

fn key() -> ChallengeKey {
    ChallengeKey::new(&[7; 32]).unwrap()
}

fn subject(name: &str) -> Name {
    Name::from_pairs(&[(pki::oid::CN, name)])
}

/// What varies between petitions.
struct Asked<'a> {
    endpoint: &'a str,
    challenge: Option<&'a str>,
    subject: &'a Name,
    names: &'a [GeneralName],
    source: IpAddr,
    at: i64,
}

impl<'a> Asked<'a> {
    fn with(challenge: &'a str, subject: &'a Name) -> Self {
        let source = [192, 0, 2, 1].into();
        Self { endpoint: "linux", challenge: Some(challenge), subject, names: &[], source, at: 0 }
    }

    async fn judged_by(&self, validator: &Validator) -> Result<Voucher, Refusal> {
        let petition = Petition {
            endpoint: self.endpoint,
            profile: "device",
            transaction_id: "1",
            csr: b"request",
            challenge: self.challenge.map(ChallengeText::new),
            subject: self.subject,
            alternative_names: self.names,
            caller: None,
            source: self.source,
            now: Time::from_unix(NOW + self.at),
            deadline: Instant::now() + Duration::from_millis(200),
        };
        match validator.judge(&petition).await {
            Verdict::Vouched(voucher) => Ok(voucher),
            Verdict::Refused(refusal) => Err(refusal),
        }
    }

    async fn code(&self, validator: &Validator) -> u16 {
        self.judged_by(validator).await.unwrap_err().code.0
    }
}

fn fixed(challenges: &[&str]) -> Validator {
    let hashes = challenges.iter().map(|challenge| key().hash(challenge)).collect();
    Validator::Static(StaticChallenge::new(key(), hashes, Vec::new(), LockoutSettings::default()).unwrap())
}

#[tokio::test]
async fn t23_a_static_challenge_is_accepted_exactly() {
    let (validator, pc) = (fixed(&["correct horse", "battery staple"]), subject("PC 1"));
    for challenge in ["correct horse", "battery staple"] {
        let voucher = Asked::with(challenge, &pc).judged_by(&validator).await.unwrap();
        assert_eq!(
            (voucher.by, voucher.claim, voucher.sid_vouched, voucher.bound),
            ("static", None, false, None)
        );
    }
    for challenge in
        ["correct hors", "correct horse ", "Correct horse", "correct horsebattery staple", "\0", "x"]
    {
        assert_eq!(Asked::with(challenge, &pc).code(&validator).await, 3002, "{challenge:?}");
    }
    assert_eq!(Asked::with("", &pc).code(&validator).await, 3001);
    assert_eq!(Asked { challenge: None, ..Asked::with("", &pc) }.code(&validator).await, 3001);
}

#[test]
fn t23_an_endpoint_that_would_issue_to_anyone_does_not_start() {
    for hashes in [vec![], vec![key().hash("")], vec![key().hash("good"), key().hash("")]] {
        assert_eq!(
            StaticChallenge::new(key(), hashes, Vec::new(), LockoutSettings::default()).unwrap_err(),
            NoChallenge
        );
    }
    assert!(ChallengeKey::new(b"short").is_none());
}

#[tokio::test]
async fn t23_a_million_guesses_in_a_test_clock_are_mostly_locked_out() {
    let (validator, pc) = (fixed(&["correct horse"]), subject("PC 1"));
    let mut tried = 0;
    for guess in 0..1_000_000_u32 {
        // 200 sources, a hundred guesses a second: 10,000 s in all.
        let source = IpAddr::from([198, 51, 100, u8::try_from(guess % 200).unwrap()]);
        let asked = Asked { source, at: i64::from(guess / 100), ..Asked::with("guess", &pc) };
        tried += u32::from(asked.code(&validator).await == 3002);
    }
    // Ten each, then locked for 900 s: at most 12 rounds.
    assert!((2_000..=24_000).contains(&tried), "{tried} guesses were looked at");
    let asked = Asked::with("correct horse", &pc);
    let locked = Asked { source: [198, 51, 100, 7].into(), at: 10_000, ..Asked::with("correct horse", &pc) };
    assert!(asked.judged_by(&validator).await.is_ok(), "another source is not locked");
    assert_eq!(
        locked.code(&validator).await,
        3006,
        "while locked, the right guess is not told from a wrong one"
    );
    let later = Asked { at: 12_000, ..locked };
    assert!(later.judged_by(&validator).await.is_ok());
}

enum Book {
    Of(HashMap<[u8; 32], OneTime>),
    Broken,
    Hanging,
}

impl ChallengeBook for Book {
    fn find(&self, hash: [u8; 32]) -> Found<'_> {
        Box::pin(async move {
            match self {
                Self::Of(entries) => Ok(entries.get(&hash).cloned()),
                Self::Broken => Err(BookUnavailable),
                Self::Hanging => std::future::pending().await,
            }
        })
    }
}

fn entry() -> OneTime {
    OneTime {
        expires_at: Time::from_unix(NOW + 3600),
        endpoint: "linux".into(),
        constraint: None,
        spent: false,
    }
}

fn one_time(entry: OneTime) -> Validator {
    with_book(Book::Of(HashMap::from([(key().hash("ONCE").0, entry)])))
}

fn with_book(book: Book) -> Validator {
    Validator::OneTime(OneTimeChallenge::new(key(), Arc::new(book)))
}

#[tokio::test]
async fn t17_a_one_time_challenge_is_claimed_by_its_keyed_hash() {
    let pc = subject("PC 1");
    let voucher = Asked::with("ONCE", &pc).judged_by(&one_time(entry())).await.unwrap();
    assert_eq!((voucher.by, voucher.claim), ("one_time", Some(key().hash("ONCE").0)));
    let spent = one_time(OneTime { spent: true, ..entry() });
    assert_eq!(Asked::with("ONCE", &pc).code(&spent).await, 3004);
}

#[tokio::test]
async fn t18_expired_is_not_absent() {
    let (validator, pc) = (one_time(entry()), subject("PC 1"));
    for (at, expected) in [(0, Ok(())), (3599, Ok(())), (3600, Err(3003)), (1_000_000, Err(3003))] {
        let judged = Asked { at, ..Asked::with("ONCE", &pc) }.judged_by(&validator).await;
        assert_eq!(judged.map(|_| ()).map_err(|refusal| refusal.code.0), expected, "{at}");
    }
    assert_eq!(Asked::with("NEVER", &pc).code(&validator).await, 3002);
    assert_eq!(Asked::with("once", &pc).code(&validator).await, 3002);
}

#[tokio::test]
async fn t29_a_challenge_of_another_endpoint_looks_like_none() {
    let pc = subject("PC 1");
    let expired = OneTime { expires_at: Time::from_unix(NOW - 1), spent: true, ..entry() };
    for entry in [entry(), expired] {
        let validator = one_time(entry);
        let elsewhere = Asked { endpoint: "windows", ..Asked::with("ONCE", &pc) };
        let unknown = Asked::with("NEVER", &pc).judged_by(&validator).await.unwrap_err();
        let refused = elsewhere.judged_by(&validator).await.unwrap_err();
        assert_eq!(
            (refused.code, refused.public, refused.fail_info),
            (unknown.code, unknown.public, unknown.fail_info)
        );
    }
}

#[tokio::test]
async fn t13_a_bound_challenge_is_good_for_its_identity_only() {
    let bound = BoundIdentity { dns: vec!["pc1.example".into()], ..BoundIdentity::common_name("PC 1") };
    let validator = one_time(OneTime { constraint: Some(bound.clone()), ..entry() });
    let (pc, other) = (subject("PC 1"), subject("PC 2"));
    let names = [GeneralName::Dns("pc1.example".into())];
    let more = [names[0].clone(), GeneralName::Upn("admin@example".into())];
    let right = Asked { names: &names, ..Asked::with("ONCE", &pc) };
    assert_eq!(right.judged_by(&validator).await.unwrap().bound, Some(bound));
    assert_eq!(Asked { subject: &other, ..right }.code(&validator).await, 3005);
    assert_eq!(Asked { names: &more, ..Asked::with("ONCE", &pc) }.code(&validator).await, 3005);
    assert_eq!(Asked { names: &[], ..Asked::with("ONCE", &pc) }.code(&validator).await, 3005);
}

#[tokio::test]
async fn t24_only_a_challenge_bound_to_a_sid_vouches_for_one() {
    let pc = subject("PC 1");
    let sid = "tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-500";
    let bound = BoundIdentity { uri: vec![sid.into()], ..BoundIdentity::common_name("PC 1") };
    let names = [GeneralName::Uri(sid.into())];
    let asked = Asked { names: &names, ..Asked::with("ONCE", &pc) };
    let vouched = |entry| {
        let asked = &asked;
        async move { asked.judged_by(&one_time(entry)).await.unwrap().sid_vouched }
    };
    assert!(vouched(OneTime { constraint: Some(bound), ..entry() }).await);
    assert!(!vouched(entry()).await);
}

#[tokio::test]
async fn a_store_that_does_not_answer_vouches_for_nobody() {
    let pc = subject("PC 1");
    for book in [Book::Broken, Book::Hanging] {
        assert_eq!(Asked::with("ONCE", &pc).code(&with_book(book)).await, 5115);
    }
}

#[tokio::test]
async fn only_intune_is_notified() {
    assert!(!fixed(&["x"]).expects_notification());
    assert!(!one_time(entry()).expects_notification());
}

#[test]
fn a_challenge_is_not_shown() {
    assert_eq!(format!("{:?}", ChallengeText::new("zebra")), "ChallengeText(…)");
    assert!(!format!("{:?}", fixed(&["zebra"])).contains("zebra"));
}
