//! Bound challenges made by the administrative API, each posted several times at once with another key each time: as many
//! certificates as challenges, and every other post told that the challenge is spent.
//!
//! ```text
//! cargo run --release -p chancery --example bound_challenges -- URL ADMIN-URL TOKEN-FILE [CHALLENGES] [POSTS]
//! ```
//!
//! URL is that of a `bound` endpoint. Prints one line of JSON; `bench/bound` starts a server for it.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program for measurements stops at the first thing that is not as it must be"
)]

use pki::name::Name;
use pki::oid;
use serde_json::{Value, json};
use simulator::driver::{DriverOptions, Loaded, Report, drive};
use simulator::fleet::{DeviceKey, RequestPlan, http_client, quick_keys};
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Instant;

/// Challenges in a round: what is prepared at once has a bound.
const ROUND: usize = 500;
/// Names that devices have in turn. A key is one name's for good, so each name has its own keys.
const NAMES: usize = 50;

/// Where the server is.
struct Server {
    url: String,
    challenges: String,
    token: String,
    http: reqwest::Client,
}

impl Server {
    async fn challenge(&self, name: &str) -> String {
        let endpoint = self.url.rsplit('/').next().unwrap();
        let body = json!({ "endpoint": endpoint, "request": { "subject": format!("CN={name}") } });
        let request = self.http.post(&self.challenges).bearer_auth(&self.token).body(body.to_string());
        let answer: Value = request.send().await.unwrap().json().await.unwrap();
        answer["challenge"].as_str().unwrap_or_else(|| panic!("no challenge: {answer}")).to_owned()
    }

    /// The posts of one challenge stand beside each other, so that they are under way at once.
    async fn round(&self, challenges: &[String], keys: &[Vec<DeviceKey>], posts: usize) -> Report {
        let plan = |at: usize, challenge: &String| RequestPlan {
            subject: Name::from_pairs(&[(oid::CN, &name(at))]),
            sans: Vec::new(),
            key_usage: 160,
            extended_key_usages: Vec::new(),
            challenge: Some(challenge.clone()),
            extensions: Vec::new(),
        };
        let each = challenges.iter().zip(0..).flat_map(|(challenge, at)| {
            keys.get(at % NAMES).into_iter().flatten().map(move |key| (plan(at, challenge), key.clone()))
        });
        let options = DriverOptions { connections: posts, ..DriverOptions::at(&self.url) };
        let loaded = Loaded::prepare(&options, each.collect()).await.unwrap();
        drive(&options, Arc::new(loaded)).await.unwrap()
    }
}

fn name(at: usize) -> String {
    format!("load-{:03}", at % NAMES)
}

#[tokio::main]
async fn main() {
    let mut arguments = std::env::args().skip(1);
    let mut next = || arguments.next().expect("URL ADMIN-URL TOKEN-FILE [CHALLENGES] [POSTS]");
    let (url, admin, file) = (next(), next(), next());
    let mut number = |usual| arguments.next().map_or(usual, |text| text.parse().expect("a number"));
    let (wanted, posts) = (number(10_000), number(8));
    let token = std::fs::read_to_string(file).unwrap().trim().to_owned();
    let server = Server {
        url,
        challenges: format!("{admin}/api/v1/challenges"),
        token,
        http: http_client(None).unwrap(),
    };
    let keys: Vec<Vec<DeviceKey>> =
        quick_keys(NAMES * posts).unwrap().chunks(posts).map(<[DeviceKey]>::to_vec).collect();
    let (mut granted, mut sent, mut making, mut posting) = (0, 0, 0.0, 0.0);
    let (mut refused, mut errors) = (BTreeMap::new(), BTreeMap::new());
    for start in (0..wanted).step_by(ROUND) {
        let began = Instant::now();
        let mut challenges = Vec::new();
        for at in 0..ROUND.min(wanted - start) {
            challenges.push(server.challenge(&name(at)).await);
        }
        making += began.elapsed().as_secs_f64();
        let report = server.round(&challenges, &keys, posts).await;
        (granted, sent, posting) = (granted + report.granted, sent + report.sent, posting + report.seconds);
        report.refused.into_iter().for_each(|(why, count)| *refused.entry(why).or_insert(0) += count);
        report.errors.into_iter().for_each(|(why, count)| *errors.entry(why).or_insert(0) += count);
    }
    let line = json!({
        "challenges": wanted, "posts": sent, "certificates": granted, "refused": refused, "errors": errors,
        "making_seconds": making, "posting_seconds": posting,
    });
    println!("{line}");
}
