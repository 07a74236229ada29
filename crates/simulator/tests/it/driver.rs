//! The load driver against the toy CA.

use std::sync::Arc;
use std::time::Duration;

use simulator::driver::{DriverOptions, Loaded, Verify, drive, plans_with_challenge};
use simulator::fleet::{DeviceKey, RequestPlan, quick_keys};
use simulator::tenant::{MintOptions, Platform};

use crate::caller::Caller;
use crate::toy_ca::ToyCa;

fn plans(caller: &Caller, count: usize) -> Vec<(RequestPlan, DeviceKey)> {
    let keys = quick_keys(count).unwrap();
    keys.into_iter().map(|key| (caller.plan(&MintOptions::default()), key)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_is_sent_once_and_every_reply_looked_at() {
    let caller = Arc::new(Caller::new().await);
    let toy = ToyCa::start(Arc::clone(&caller), None).await;
    for by_get in [false, true] {
        let options = DriverOptions {
            connections: 4,
            platforms: Platform::ALL.to_vec(),
            verify: Verify::All,
            by_get,
            ..DriverOptions::at(&toy.url)
        };
        let loaded = Arc::new(Loaded::prepare(&options, plans(&caller, 20)).await.unwrap());
        assert_eq!(loaded.len(), 20);
        let report = drive(&options, loaded).await.unwrap();
        assert_eq!((report.sent, report.granted, report.verified), (20, 20, 20), "{report:?}");
        assert!(report.rate > 0.0 && report.latency.p50 <= report.latency.p99);
        assert!(report.latency.p99 <= report.latency.max && report.latency.max > 0.0);
    }
    assert_eq!(toy.issued.lock().unwrap().len(), 40);
}

#[tokio::test]
async fn refusals_and_errors_are_counted_apart() {
    let caller = Arc::new(Caller::new().await);
    let toy = ToyCa::start(Arc::clone(&caller), None).await;
    let options = DriverOptions { verify: Verify::Every(2), ..DriverOptions::at(&toy.url) };
    let keys = quick_keys(5).unwrap();
    let mut wrong: Vec<_> = plans_with_challenge("no blob", 4).into_iter().zip(keys.clone()).collect();
    wrong.push((caller.plan(&MintOptions::default()), keys[4].clone()));
    let loaded = Arc::new(Loaded::prepare(&options, wrong).await.unwrap());
    let report = drive(&options, Arc::clone(&loaded)).await.unwrap();
    assert_eq!((report.sent, report.granted, report.verified), (5, 1, 1));
    assert_eq!(report.refused.get("badRequest: ChallengeDecodingError"), Some(&4), "{report:?}");

    let gone = DriverOptions { url: "http://127.0.0.1:9/scep".into(), ..options.clone() };
    let report = drive(&gone, Arc::clone(&loaded)).await.unwrap();
    assert_eq!(report.errors.values().sum::<usize>(), 5, "{report:?}");
    let none = DriverOptions { limit: Some(Duration::ZERO), ..options };
    assert_eq!(drive(&none, loaded).await.unwrap().sent, 0);
}
