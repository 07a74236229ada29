//! The RA gives itself a successor, and devices do not notice.

use crate::world::{Device, SHARED, Told, World};
use chancery::store::AuthorityRole;
use scep::client::CaCertificates;

const DAY: i64 = 86_400;

/// GetCACert, the RA's among it.
async fn shown(world: &World) -> Vec<Vec<u8>> {
    let url = format!("{}?operation=GetCACert", world.url("fixed"));
    let body = world.http.get(url).send().await.unwrap().bytes().await.unwrap();
    CaCertificates::parse(&body).unwrap().all().iter().map(|one| one.der().to_vec()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_for_the_ra_before_is_opened_and_answered_by_it() {
    let mut world = World::start().await;
    let (old, device) = (world.ra(), world.device("patient"));
    let message = device.pkcs_req(&world, &device.csr(SHARED).signed(&device.key));
    world.clock.advance(300 * DAY);
    world.restart().await;
    assert_eq!(world.ra(), old, "two thirds of its life are not over");

    world.clock.advance(200 * DAY);
    world.restart().await;
    let new = world.ra();
    assert_ne!(new.key().spki(), old.key().spki(), "a successor has a key of its own");
    let certificates = shown(&world).await;
    assert!(certificates.contains(&new.der().to_vec()) && !certificates.contains(&old.der().to_vec()));

    let url = format!("{}?operation=PKIOperation", world.url("fixed"));
    let answer = world.http.post(url).body(message).send().await.unwrap();
    let status = answer.status().as_u16();
    // Read with the old certificate: the device has no other.
    let told = Told::read(status, answer.bytes().await.unwrap().to_vec(), &old);
    assert_eq!(device.opens(&told).subject().to_string(), "CN=patient");
    let newcomer = Device::new("newcomer", world.key(), world.clock.now());
    let told = newcomer.asks(&world, "fixed", &newcomer.csr(SHARED)).await;
    newcomer.opens(&told);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ra_that_has_ended_opens_nothing_any_more() {
    let mut world = World::start().await;
    let (old, device) = (world.ra(), world.device("late"));
    let message = device.pkcs_req(&world, &device.csr(SHARED).signed(&device.key));
    // Succeeded first, ended later, when its successor is not due yet.
    world.clock.advance(500 * DAY);
    world.restart().await;
    world.clock.advance(300 * DAY);
    world.restart().await;
    let recorded = world.store.authorities().await.unwrap();
    let retired =
        recorded.iter().filter(|one| one.role == AuthorityRole::Ra && one.retired_at.is_some()).count();
    assert_eq!((retired, world.ra() == old), (1, false));
    let told = world.post("fixed", message).await;
    // With one RA left, the one recipient could only have meant it (scep.md Q43); its key opens nothing.
    assert_eq!(told.code(), Some("CHY-1034"), "{told:?}");
    assert_eq!(world.issued().await, 0);
}
