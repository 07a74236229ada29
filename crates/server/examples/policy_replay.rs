//! What the policy costs: a decision with 50 rules, and a replay over past requests.
//!
//! ```text
//! cargo run --release -p chancery --example policy_replay -- DIRECTORY [REQUESTS]
//! ```
//! Writes REQUESTS (100,000) audit rows with the facts of as many requests into a store in DIRECTORY, asks 50 rules about
//! each, then asks other 50 by a replay. Prints the time of each part and its share of an enrolment of 1,050 µs of CPU
//! (docs/measurements.md); the machine's load is in all of them.

use ca::policy::{Device, Facts, Known, Names, Policy, Settings, User};
use chancery::policy::replay;
use chancery::store::sqlite::{self, Sqlite};
use chancery::store::{AuditEvent, Store};
use pki::Time;
use std::hint::black_box;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

type Outcome<T> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// Of the server's CPU, measured without a policy.
const ENROLMENT: f64 = 1_050.0;
const RULES: usize = 50;
/// Rows queued at once.
const AT_ONCE: usize = 1_000;

fn main() -> Outcome<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let directory = arguments.first().ok_or("which directory?")?;
    let requests = arguments.get(1).map_or(Ok(100_000), |text| text.parse())?;
    let (before, after) = (policy("Old")?, policy("Group-7")?);
    let all: Vec<Facts> = (0..requests).map(facts).collect();
    told("a decision", &all, |facts| {
        black_box(before.decide(facts));
    });
    told("the note for the audit", &all, |facts| {
        black_box(serde_json::json!({ "rule": null, "outcome": "allow", "facts": facts }).to_string());
    });
    told("an explanation", &all, |facts| drop(black_box(before.explain(facts))));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let path = Path::new(directory).join("policy.db");
    let store: Arc<dyn Store> = Arc::new(Sqlite::open_with(&sqlite::Settings::new(&path))?);
    runtime.block_on(async {
        let began = Instant::now();
        fill(&*store, &before, &all).await?;
        println!("{requests} rows written in {:.1} s", began.elapsed().as_secs_f64());
        let began = Instant::now();
        let found = replay(&*store, &after, None, 50).await?;
        let took = began.elapsed().as_secs_f64();
        println!("replay: {} asked, {} differ, {took:.2} s", found.asked, found.differing);
        Ok(())
    })
}

fn told(what: &str, all: &[Facts], work: impl Fn(&Facts)) {
    let began = Instant::now();
    all.iter().for_each(work);
    let each = micros(began.elapsed()) / micros(Duration::from_micros(u64::try_from(all.len()).unwrap_or(1)));
    println!("{what}: {each:.2} µs each, {:.2} % of an enrolment", each / ENROLMENT * 100.0);
}

fn micros(time: Duration) -> f64 {
    time.as_secs_f64() * 1e6
}

async fn fill(store: &dyn Store, policy: &Policy, all: &[Facts]) -> Outcome<()> {
    let at = Time::from_unix(1_795_000_000);
    for some in all.chunks(AT_ONCE) {
        // Queued by the call, so that they are one group commit.
        let rows: Vec<_> = some
            .iter()
            .map(|facts| {
                let outcome = policy.decide(facts).outcome().to_string();
                let note = serde_json::json!({ "rule": null, "outcome": outcome, "facts": facts });
                let detail = serde_json::json!({ "by": "intune", "notices": [], "policy": note }).to_string();
                store.append_audit(AuditEvent::new("certificate.reserved", detail), at)
            })
            .collect();
        for row in rows {
            row.await?;
        }
    }
    Ok(())
}

/// 50 rules of several conditions each, of which the last looks for a group.
fn policy(group: &str) -> Outcome<Policy> {
    let known = Known { endpoints: &["intune"], profiles: &["device", "short"] };
    let rule = |number: usize| {
        let text = format!(
            "name = \"rule-{number}\"\nuse_profile = \"short\"\n[when]\nendpoint = [\"intune\"]\n\
             dns = [\"*.site-{number}.contoso.com\"]\nuser_groups = [\"Staff-{number}\", \"Pilot-{number}-*\"]\n"
        );
        let last = format!("name = \"last\"\nrefuse = \"No.\"\n[when]\nuser_groups = [\"{group}\"]\n");
        let text = if number + 1 == RULES { last } else { text };
        let settings: Settings = toml::from_str(&text)?;
        settings.check(&known).map_err(|faults| format!("{faults:?}").into())
    };
    let rules: Outcome<Vec<_>> = (0..RULES).map(rule).collect();
    Ok(Policy::new(rules?)?)
}

fn facts(number: usize) -> Facts {
    let id = format!("6a7b0f8e-0000-4000-a000-{number:012}");
    Facts {
        endpoint: "intune".into(),
        profile: "device".into(),
        key: "rsa-2048".into(),
        subject: vec![format!("CN=DESKTOP-{number}"), "O=Contoso".into()],
        names: Some(Names {
            dns: vec![format!("desktop-{number}.contoso.com")],
            upn: vec![format!("user-{number}@contoso.com")],
            uri: vec![format!("IntuneDeviceId://{id}")],
            ..Names::default()
        }),
        eku: Some(vec!["clientAuth".into()]),
        device: Device {
            known: Some(true),
            managed: Some(true),
            registered: Some(true),
            enabled: Some(true),
            compliant: Some(true),
            platform: Some("windows".into()),
            ..Device::default()
        },
        user: User {
            known: Some(true),
            enabled: Some(true),
            groups: Some((0..10).map(|group| format!("Group-{}", number % 13 + group)).collect()),
            ..User::default()
        },
        ..Facts::default()
    }
}
