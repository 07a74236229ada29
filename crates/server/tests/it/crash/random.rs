//! Death at any moment.

use super::clients::{Clients, joined};
use super::rig::Rig;
use super::wanted;
use std::time::{Duration, Instant};

/// What a run of deaths came to.
struct Run {
    findings: Vec<String>,
    requests: usize,
    /// The longest time from start to readiness.
    slowest: Duration,
    seconds: u64,
}

/// `kill -9` after 150 to 600 ms of work, so often; what was planted is in the environment.
async fn deaths(kills: u64, environment: &[(&str, &str)]) -> Run {
    let rig = Rig::new().await;
    let clients = Clients::new(&rig, "once");
    let (mut findings, mut slowest, begun) = (Vec::new(), Duration::ZERO, Instant::now());
    let seed = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs();
    let mut dice = simulator::dice::Dice::new(seed, "crash");
    for kill in 0..kills {
        clients.supply(&rig).await;
        let from = clients.attempts.lock().unwrap().len();
        let since = Instant::now();
        let server = rig.start(environment).await.expect("starts");
        slowest = slowest.max(since.elapsed());
        clients.repeat(&mut findings).await;
        let working = clients.work();
        if kill % 20 == 19 {
            // Beside a server at work; what is under way is given its time.
            findings.extend(rig.verify("120"));
        }
        tokio::time::sleep(Duration::from_millis(150 + dice.below(450))).await;
        server.kill();
        joined(working).await;
        clients.compare(&rig, from, &mut findings).await;
    }
    let server = rig.start(environment).await.expect("starts");
    clients.repeat(&mut findings).await;
    tokio::time::sleep(Duration::from_millis(300)).await;
    server.kill();
    clients.compare(&rig, 0, &mut findings).await;
    clients.count(&rig, &mut findings).await;
    findings.extend(rig.verify("0"));
    let requests = clients.attempts.lock().unwrap().len();
    Run { findings, requests, slowest, seconds: begun.elapsed().as_secs() }
}

#[tokio::test(flavor = "multi_thread")]
async fn t64_kill_9_at_random_moments_loses_nothing() {
    let kills = wanted("CRASH_KILLS", 30);
    let Run { findings, requests, slowest, seconds } = deaths(kills, &[]).await;
    println!(
        "{kills} kills, {requests} requests, {seconds} s, slowest start {slowest:?}, {} findings",
        findings.len()
    );
    assert!(findings.is_empty(), "{:#?}", &findings[..findings.len().min(20)]);
    assert!(requests as u64 > kills * 5, "too little went on: {requests} requests");
}

/// The control: a server that answers before its second commit must be caught.
#[tokio::test(flavor = "multi_thread")]
async fn t64_control_an_answer_before_the_second_commit_is_caught() {
    let run = deaths(5, &[("CHANCERY_PLANTED_FAULT", "answer_first")]).await;
    let lost = run.findings.iter().filter(|what| what.contains("held by a device")).count();
    println!("control: {lost} losses found among {} requests", run.requests);
    assert!(lost > 0, "{:#?}", run.findings);
}
