//! Devices retired all at once in a simulated tenant, with the settings' defaults: when OCSP says so of each, and the CRL
//! of all.
//!
//! ```text
//! cargo run --release -p chancery --example retire -- 1000
//! ```
//!
//! Prints one line of JSON.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::print_stdout,
    reason = "a program for measurements stops at the first thing that is not as it must be"
)]

#[expect(dead_code, unused_imports, reason = "the attacks use more of it")]
#[path = "../tests/it/world.rs"]
mod world;

use chancery::authority::ISSUING;
use pki::algorithm::Digest;
use pki::certificate::Certificate;
use pki::crl::CertificateList;
use pki::ocsp::{BasicResponse, CertId, CertStatus, OcspRequest};
use simulator::fleet::{Fleet, FleetOptions, Keys, Target, http_client};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use world::World;

#[tokio::main]
async fn main() {
    let devices: usize = std::env::args().nth(1).map_or(1_000, |text| text.parse().expect("a number"));
    let world = World::with_tenant().await;
    world.home.log_only("warn");
    let enrolled = enrolled(&world, devices).await;
    // Two readings: each device's record is found.
    tokio::time::sleep(Duration::from_secs(65)).await;
    let retired = Instant::now();
    for (device, _) in &enrolled {
        assert!(world.tenant().retire_device(device));
    }
    let mut waiting: Vec<&Certificate> = enrolled.iter().map(|(_, certificate)| certificate).collect();
    let mut first = None;
    while !waiting.is_empty() {
        let mut still = Vec::new();
        for certificate in waiting {
            if is_revoked(&world, certificate).await {
                first.get_or_insert_with(|| retired.elapsed());
            } else {
                still.push(certificate);
            }
        }
        waiting = still;
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let all = retired.elapsed();
    let wanted: BTreeSet<Vec<u8>> = enrolled.iter().map(|(_, one)| one.serial().octets().to_vec()).collect();
    while !wanted.is_subset(&listed(&world).await) {
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    println!(
        "{}",
        serde_json::json!({
            "devices": wanted.len(), "ocsp_first_s": first.unwrap().as_secs_f64(), "ocsp_all_s": all.as_secs_f64(),
            "crl_all_s": retired.elapsed().as_secs_f64(),
        })
    );
}

/// Intune's id of each device that follows its record, and its certificate.
async fn enrolled(world: &World, devices: usize) -> Vec<(String, Certificate)> {
    // Half of a fleet's certificates are users'.
    let options = FleetOptions {
        devices: devices * 2,
        tricks: Vec::new(),
        attempts: 1,
        cycle: Duration::ZERO,
        keys: Keys::Quick,
        ..FleetOptions::default()
    };
    let target = Target::at(world.url("intune"));
    let fleet = Fleet::new(world.tenant().world(), http_client(None).unwrap(), target, options).unwrap();
    let (sender, mut events) = tokio::sync::mpsc::unbounded_channel();
    let running = tokio::spawn(fleet.run(sender));
    let mut enrolled = Vec::new();
    while let Some(event) = events.recv().await {
        let Some(certificate) = event.outcome.certificate() else { continue };
        let uri =
            |name: &pki::general_name::GeneralName| matches!(name, pki::general_name::GeneralName::Uri(_));
        if certificate.san().unwrap().0.iter().any(uri) && enrolled.len() < devices {
            enrolled.push((event.device.id.clone(), certificate.clone()));
        }
    }
    running.await.unwrap();
    enrolled
}

async fn is_revoked(world: &World, certificate: &Certificate) -> bool {
    let request = OcspRequest::plain(&CertId::new(Digest::Sha1, world.issuing(), certificate.serial()));
    let url = format!("http://{}/ocsp", world.at.scep);
    let answer = world.http.post(url).body(request).send().await.unwrap().bytes().await.unwrap();
    let response = BasicResponse::parse(&answer).unwrap();
    matches!(response.responses[0].status, CertStatus::Revoked { .. })
}

async fn listed(world: &World) -> BTreeSet<Vec<u8>> {
    let url = format!("http://{}/crl/{ISSUING}.crl", world.at.scep);
    let der = world.http.get(url).send().await.unwrap().bytes().await.unwrap();
    let list = CertificateList::parse(&der).unwrap();
    list.revoked.iter().map(|entry| entry.serial.octets().to_vec()).collect()
}
