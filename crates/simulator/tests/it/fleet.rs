//! Devices against a toy CA: their habits, their tricks, and a fleet of them.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use pki::algorithm::{ContentCipher, Digest, KeyTransport};
use scep::client::Encoding;
use scep::{Capabilities, FailInfo};
use simulator::fleet::{
    DeviceKey, Fleet, FleetOptions, GaveUp, Handset, Keys, Outcome, RequestPlan, Target, Trick, http_client,
    quick_keys, style,
};
use simulator::tenant::{Device, Fault, Hop, MintOptions, Platform, Rule, When};

use crate::caller::Caller;
use crate::toy_ca::ToyCa;

async fn scene(capabilities: Option<&str>) -> (Arc<Caller>, ToyCa) {
    let caller = Arc::new(Caller::new().await);
    let toy = ToyCa::start(Arc::clone(&caller), capabilities).await;
    (caller, toy)
}

fn enlist(caller: &Caller, platform: Platform) -> Device {
    caller.tenant.enrol_device(platform, caller.device.user.as_deref())
}

async fn enrol(caller: &Caller, device: &Device, target: &Target, key: &DeviceKey) -> Outcome {
    let delivery = caller.tenant.deliver(&device.id, &caller.profile.id, &MintOptions::default()).unwrap();
    let http = http_client(None).unwrap();
    let handset = Handset { device, user: Some("ada"), http: &http, target, now: caller.tenant.clock.now() };
    handset.enrol(&RequestPlan::honest(&delivery), key).await
}

#[tokio::test]
async fn contract_18_each_platform_enrols_in_its_own_way() {
    let (caller, toy) = scene(None).await;
    for (platform, agent, path, identifier, first) in [
        (
            Platform::Windows,
            "Mozilla/4.0 (compatible; Win32; NDES client 10.0",
            "/scep/toy/pkiclient.exe",
            "default",
            "GetCACaps",
        ),
        (Platform::Ios, "profiled/1.0 CFNetwork/", "/scep/toy", "SCEP%20Authority", "GetCACert"),
        (Platform::Macos, "profiled/1.0 CFNetwork/", "/scep/toy", "SCEP%20Authority", "GetCACert"),
        (Platform::Android, "Dalvik/2.1.0 (Linux; U; Android ", "/scep/toy", "ca", "GetCACaps"),
    ] {
        toy.seen.lock().unwrap().clear();
        let device = enlist(&caller, platform);
        let outcome = enrol(&caller, &device, &Target::at(&toy.url), &crate::caller::key()).await;
        assert!(outcome.certificate().is_some(), "{platform:?}: {}", outcome.sentence());
        let seen = toy.seen.lock().unwrap().clone();
        let methods: Vec<_> = seen.iter().map(|line| line.method.as_str()).collect();
        assert_eq!(methods, ["GET", "GET", "POST"], "{platform:?}");
        assert!(seen.iter().all(|line| line.user_agent.starts_with(agent) && line.path == path), "{seen:?}");
        assert_eq!(seen[0].query, format!("operation={first}&message={identifier}"));
        assert_eq!(seen[2].query, "operation=PKIOperation");
    }
    assert!(caller.tenant.journal().breaches().is_empty());
    assert_eq!(caller.tenant.ledger().certificates().len(), 4);
}

#[tokio::test]
async fn q2_apple_and_android_use_get_where_post_is_not_offered() {
    let (caller, toy) = scene(Some("AES\nSHA-256\n")).await;
    for platform in Platform::ALL {
        let device = enlist(&caller, platform);
        let outcome = enrol(&caller, &device, &Target::at(&toy.url), &crate::caller::key()).await;
        assert!(outcome.certificate().is_some(), "{platform:?}: {}", outcome.sentence());
        let last = toy.seen.lock().unwrap().last().unwrap().clone();
        assert_eq!(last.method, "GET");
        assert!(last.query.len() > 10_000, "the URL has {} characters", last.query.len());
        assert_eq!(last.query.contains('+'), platform != Platform::Windows, "raw base64");
    }
}

#[test]
fn m52_android_takes_the_strongest_hash_offered() {
    let android = style(Platform::Android);
    let digest = |caps: &[u8]| android.habits(&Capabilities::parse(caps)).map(|habits| habits.digest);
    assert_eq!(digest(b"AES\nSHA-1\nSHA-256\nSHA-512"), Some(Digest::Sha512));
    assert_eq!(digest(b"AES\nSHA-1\nSHA-256"), Some(Digest::Sha256));
    assert_eq!(digest(b"AES\nSHA-1"), None, "SHA-1 is never used");
}

#[test]
fn q1_q29_encodings_and_key_transport_by_platform() {
    let caps = Capabilities::parse(b"SCEPStandard\nSHA-512\nDES3");
    let of = |platform| style(platform).habits(&caps).unwrap();
    assert_eq!(of(Platform::Windows).transport, KeyTransport::Oaep(Digest::Sha1));
    assert_eq!(of(Platform::Windows).encoding, Encoding::Der);
    for platform in [Platform::Ios, Platform::Macos, Platform::Android] {
        assert_eq!(of(platform).transport, KeyTransport::Pkcs1);
        assert_eq!(of(platform).encoding, Encoding::StreamedBer);
    }
    let old = Capabilities::parse(b"DES3\nSHA-256");
    assert_eq!(style(Platform::Ios).habits(&old).unwrap().cipher, ContentCipher::TripleDesCbc);
}

#[tokio::test]
async fn contract_18_the_trusted_root_must_be_served() {
    let (caller, toy) = scene(None).await;
    let device = enlist(&caller, Platform::Windows);
    let right = Target { trusted: Some(toy.ca.sha1()), ..Target::at(&toy.url) };
    assert!(enrol(&caller, &device, &right, &crate::caller::key()).await.certificate().is_some());
    let wrong = Target { trusted: Some([7; 20]), ..Target::at(&toy.url) };
    let outcome = enrol(&caller, &device, &wrong, &crate::caller::key()).await;
    assert!(matches!(outcome, Outcome::GaveUp(GaveUp::Untrusted)), "{}", outcome.sentence());
    let android = enlist(&caller, Platform::Android);
    let strict = Target { android_needs_tls: true, ..Target::at(&toy.url) };
    let outcome = enrol(&caller, &android, &strict, &crate::caller::key()).await;
    assert!(matches!(outcome, Outcome::GaveUp(GaveUp::NoTls)), "{}", outcome.sentence());
}

#[tokio::test]
async fn ten_tricks_fail_each_for_its_own_reason() {
    let (caller, toy) = scene(None).await;
    let http = http_client(None).unwrap();
    let target = Target::at(&toy.url);
    for (at, trick) in Trick::ALL.into_iter().enumerate() {
        let device = enlist(&caller, Platform::ALL[at % 4]);
        let delivery = trick.delivery(&caller.tenant, &device, &caller.profile).unwrap();
        let handset = Handset {
            device: &device,
            user: None,
            http: &http,
            target: &target,
            now: caller.tenant.clock.now(),
        };
        let before = toy.issued.lock().unwrap().len();
        let outcome = trick.attempt(&handset, &delivery, &crate::caller::key()).await;
        let Outcome::Refused { fail_info, text, .. } = outcome else {
            panic!("{trick:?}: {}", outcome.sentence())
        };
        let text = text.unwrap();
        let expected = match trick {
            Trick::Tampered => {
                assert_eq!(fail_info, FailInfo::BadMessageCheck);
                text.as_str()
            }
            Trick::SubjectChanged | Trick::EscapedComma => "SubjectNameMismatch",
            Trick::SanChanged => "SubjectAltNameMismatch",
            Trick::NoChallenge => "no challenge",
            Trick::UnknownDevice => "BadDeviceIdInChallenge",
            Trick::ExpiredChallenge => "ChallengeExpired",
            Trick::ReplayedChallenge => "challenge already spent",
            Trick::SpoofedSid => "SID not vouched for",
            Trick::WeakKey => "weak key",
        };
        assert_eq!(text, expected, "{trick:?}");
        let honest_first = usize::from(trick == Trick::ReplayedChallenge);
        assert_eq!(toy.issued.lock().unwrap().len() - before, honest_first, "{trick:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m51_a_fleet_enrols_without_anybody() {
    let (caller, toy) = scene(None).await;
    let options = FleetOptions {
        devices: 30,
        keys: Keys::Quick,
        cycle: Duration::from_millis(50),
        ..FleetOptions::default()
    };
    let rule = Rule {
        hop: Hop::ValidateRequest,
        fault: Fault::Code { code: "Unknown".into() },
        when: When::Times(3),
        after: 4,
    };
    caller.tenant.faults().order(rule);
    let fleet =
        Fleet::new(caller.tenant.world(), http_client(None).unwrap(), Target::at(&toy.url), options).unwrap();
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    fleet.run(sender).await;
    let (mut granted, mut refused, mut again) = (0, 0, 0);
    let mut keys = HashSet::new();
    while let Some(event) = events.recv().await {
        match (&event.trick, &event.outcome) {
            (None, Outcome::Granted(certificate)) => {
                granted += 1;
                assert!(keys.insert(certificate.key().spki().to_vec()), "a key was used twice");
            }
            (None, _) => again += 1,
            (Some(_), Outcome::Refused { .. }) => refused += 1,
            (Some(trick), outcome) => panic!("{trick:?}: {}", outcome.sentence()),
        }
    }
    assert_eq!((granted, refused), (20, 10));
    assert!(again <= 3, "{again}");
    let breaches = caller.tenant.journal().breaches().to_vec();
    assert!(breaches.is_empty(), "{breaches:?}");
    let mut of_device = BTreeMap::new();
    let ledger = caller.tenant.ledger();
    for note in ledger.certificates() {
        *of_device.entry(ledger.device_of(note).unwrap().to_owned()).or_insert(0) += 1;
    }
    assert!(of_device.values().all(|count| *count == 1), "M68: no device got a second certificate");
}

#[tokio::test]
async fn m210_ten_profiles_have_ten_keys_and_serials() {
    let (caller, toy) = scene(None).await;
    let device = enlist(&caller, Platform::Ios);
    let keys = quick_keys(10).unwrap();
    let (mut spkis, mut serials) = (HashSet::new(), HashSet::new());
    for key in &keys {
        let outcome = enrol(&caller, &device, &Target::at(&toy.url), key).await;
        let certificate = outcome.certificate().unwrap();
        spkis.insert(certificate.key().spki().to_vec());
        serials.insert(certificate.serial().to_string());
    }
    assert_eq!((spkis.len(), serials.len()), (10, 10));
}
