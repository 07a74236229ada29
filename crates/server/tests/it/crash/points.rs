//! Death at each named place.

use super::clients::{Clients, joined};
use super::rig::Rig;
use super::wanted;
use std::time::{Duration, Instant};

/// One death at the n-th pass of a point, a new start, the repetitions, and all that must hold then.
async fn die_and_return(rig: &Rig, clients: &std::sync::Arc<Clients>, point: &str, pass: u64) {
    let from = clients.attempts.lock().unwrap().len();
    clients.supply(rig).await;
    if point.starts_with("recovery") {
        // Something to recover, first.
        die(rig, clients, "after_reserve", pass).await;
        die(rig, clients, point, 1).await;
    } else {
        let at_start = point.ends_with("crl_put");
        die(rig, clients, point, if at_start { 1 } else { pass }).await;
    }
    let mut findings = Vec::new();
    clients.compare(rig, from, &mut findings).await;
    let since = Instant::now();
    let server = rig.start(&[]).await.expect("starts again");
    let ready = since.elapsed();
    clients.repeat(&mut findings).await;
    server.kill();
    clients.compare(rig, from, &mut findings).await;
    clients.count(rig, &mut findings).await;
    findings.extend(rig.verify("0"));
    assert!(findings.is_empty(), "{point}:{pass}: {findings:#?}\n{}", rig.log());
    assert!(ready < Duration::from_secs(10), "{point}:{pass}: ready after {ready:?}");
}

/// Starts the server with a point armed and sees it die there.
async fn die(rig: &Rig, clients: &std::sync::Arc<Clients>, point: &str, pass: u64) {
    let armed = format!("{point}:{pass}");
    let Some(mut server) = rig.start(&[("CHANCERY_FAIL_POINT", &armed)]).await else { return };
    let working = clients.work();
    let since = Instant::now();
    let ended = loop {
        match server.ended() {
            Some(status) => break status,
            None if since.elapsed() > Duration::from_secs(20) => panic!("{armed} was never passed"),
            None => tokio::time::sleep(Duration::from_millis(2)).await,
        }
    };
    clients.stop();
    joined(working).await;
    assert_eq!(std::os::unix::process::ExitStatusExt::signal(&ended), Some(6), "{armed}: {ended}");
}

async fn every_point(endpoint: &str, points: &[&str]) {
    let kills = wanted("CRASH_POINT_KILLS", 3);
    let mut requests = 0;
    for point in points {
        // A directory for each, so that verifying all of it stays quick.
        let rig = Rig::new().await;
        let clients = Clients::new(&rig, endpoint);
        for kill in 0..kills {
            die_and_return(&rig, &clients, point, 1 + kill * 5).await;
        }
        requests += clients.attempts.lock().unwrap().len();
    }
    println!(
        "{endpoint}: {} points, {kills} deaths at each, {requests} requests, nothing lost",
        points.len()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn t64_death_at_every_point_with_one_time_challenges_loses_nothing() {
    let told: [&str; 2] = ["before_tell", "after_tell"];
    let points: Vec<&str> =
        chancery::fail_point::ALL.into_iter().filter(|point| !told.contains(point)).collect();
    every_point("once", &points).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn t64_death_at_every_point_with_intune_loses_nothing() {
    let rare = |point: &&str| !point.ends_with("crl_put");
    let points: Vec<&str> = chancery::fail_point::ALL.into_iter().filter(rare).collect();
    every_point("intune", &points).await;
}
