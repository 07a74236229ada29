//! Edits under load (threat 42): no certificate is of two versions.

use super::life::publish_by_another;
use crate::world::World;
use ca::profile::CertificateProfile;
use chancery::profiles::document;
use pki::certificate::Certificate;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

const DEVICES: usize = 96;
const AT_ONCE: usize = 4;

/// Two texts that differ in three places of the certificate.
const TEXTS: [&str; 2] = [
    "validity_days = 100\nkey_usage = ['digitalSignature']\nextended_key_usage = ['clientAuth']",
    "validity_days = 200\nkey_usage = ['digitalSignature', 'keyEncipherment']\nextended_key_usage = ['clientAuth', 'emailProtection']",
];

fn settings(world: &World, text: &str) -> String {
    world.home.settings().replacen("name = 'device'", &format!("name = 'device'\n{text}"), 1)
}

/// Publishes one text after the other, and has the server take each, until told to stop.
async fn edit(world: Arc<World>, enough: Arc<AtomicBool>) {
    for text in TEXTS.iter().cycle() {
        if enough.load(Ordering::Acquire) {
            return;
        }
        world.home.configure(&settings(&world, text));
        publish_by_another(&world).await;
        world.profiles.follow(&*world.store).await.unwrap();
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn enrol(world: Arc<World>, from: usize) {
    for number in (from..DEVICES).step_by(AT_ONCE) {
        let device = world.device(&format!("device {number}"));
        let challenge = world.challenge("once", None).await;
        let told = device.asks(&world, "once", &device.csr(&challenge)).await;
        device.opens(&told);
    }
}

async fn versions(world: &World) -> BTreeMap<u32, CertificateProfile> {
    let rows = world.store.profile_versions(0).await.unwrap();
    let device = rows.iter().filter(|row| row.name == "device");
    device.map(|row| (row.version, document::believe(row, 1).unwrap().unwrap())).collect()
}

/// Whether every place of the certificate is that version's.
fn is_of(certificate: &Certificate, version: &CertificateProfile) -> bool {
    let period = certificate.not_after().unix() - certificate.not_before().unix() + 1;
    period == version.validity.period
        && certificate.key_usage().unwrap() == Some(version.usage.key_usage)
        && certificate.extended_key_usage().unwrap().unwrap().0 == version.usage.extended
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t42_edits_under_load_never_mix_two_versions_in_one_certificate() {
    let world = Arc::new(World::start().await);
    let enough = Arc::new(AtomicBool::new(false));
    let editing = tokio::spawn(edit(Arc::clone(&world), Arc::clone(&enough)));
    let enrolling: Vec<_> = (0..AT_ONCE).map(|from| tokio::spawn(enrol(Arc::clone(&world), from))).collect();
    for one in enrolling {
        one.await.unwrap();
    }
    enough.store(true, Ordering::Release);
    editing.await.unwrap();
    let (versions, mut seen) = (versions(&world).await, BTreeSet::new());
    for row in world.certificates().await {
        let certificate = Certificate::parse(row.der().unwrap()).unwrap();
        let own = &versions[&row.profile_version];
        assert!(is_of(&certificate, own), "{} is not of version {}", row.subject, row.profile_version);
        seen.insert(row.profile_version);
    }
    assert_eq!(world.issued().await, DEVICES as u64);
    assert!(seen.len() >= 3, "too few versions were in force meanwhile to tell: {seen:?}");
    let (first, second) = (&versions[&2], &versions[&3]);
    assert_ne!(first.usage, second.usage, "control: the two texts differ");
    world.assert_verified().await;
}
