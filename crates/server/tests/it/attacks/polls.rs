//! Questions about the certificates of others.

use crate::world::{Device, SHARED, World, transaction};
use pki::certificate::{Certificate, Serial};
use scep::TransactionId;
use scep::client::Request;

async fn asked(world: &World, device: &Device, request: Request) -> crate::world::Told {
    world.post("fixed", device.message(world, &request).0).await
}

/// Enrols at `fixed` under this transactionID.
async fn enrolled(world: &World, device: &Device, id: &TransactionId) -> Certificate {
    let csr = device.csr(SHARED).signed(&device.key);
    let told = asked(world, device, Request::pkcs_req(&csr, id.clone())).await;
    device.opens(&told)
}

#[tokio::test]
async fn v18_t8_a_poll_is_answered_to_the_signer_of_the_request_only() {
    let world = World::start().await;
    let (owner, thief) = (world.device("phone"), world.device("phone"));
    let id = transaction();
    let certificate = enrolled(&world, &owner, &id).await;
    let poll =
        |id: &TransactionId| Request::cert_poll(world.issuing().subject(), certificate.subject(), id.clone());
    for (what, told) in [
        ("another's id", asked(&world, &thief, poll(&id)).await),
        ("no such id", asked(&world, &owner, poll(&transaction())).await),
        ("a thief with the owner's certificate", {
            let posing = thief.signing_with(&certificate);
            asked(&world, &posing, poll(&id)).await
        }),
    ] {
        world.assert_refused(&told, 1, what).await;
        assert_eq!(told.certificate(&thief.key), None, "{what}");
    }
    let told = asked(&world, &owner, poll(&id)).await;
    assert_eq!(owner.opens(&told).der(), certificate.der(), "control");
    // At another endpoint nobody knows it.
    let told = world.post("other", owner.message(&world, &poll(&id)).0).await;
    world.assert_refused(&told, 1, "another endpoint").await;
}

#[tokio::test]
async fn v18_a_transaction_id_used_twice_overwrites_nothing() {
    let world = World::start().await;
    let (owner, other) = (world.device("phone"), world.device("tablet"));
    let id = transaction();
    let first = enrolled(&world, &owner, &id).await;
    let second = enrolled(&world, &other, &id).await;
    assert_ne!(first.der(), second.der());
    for (device, certificate) in [(&owner, &first), (&other, &second)] {
        assert_eq!(enrolled(&world, device, &id).await.der(), certificate.der());
    }
    assert_eq!(world.issued().await, 2);
    world.assert_sound().await;
}

#[tokio::test]
async fn v28_t9_get_cert_and_get_crl_are_no_directory() {
    let world = World::start().await;
    let (owner, thief) = (world.device("phone"), world.device("phone"));
    let certificate = enrolled(&world, &owner, &transaction()).await;
    enrolled(&world, &thief, &transaction()).await;
    let issuer = world.issuing().subject();
    let root = world.authority.root.subject();
    let mut next = certificate.serial().octets().to_vec();
    *next.last_mut().unwrap() ^= 1;
    let next = Serial::new(&next);
    let ra = world.ra();
    for (what, issuer, serial, device) in [
        ("another's", issuer, certificate.serial(), &thief),
        ("never issued", issuer, &next, &owner),
        ("another issuer", root, certificate.serial(), &owner),
        ("the RA's", issuer, ra.serial(), &owner),
    ] {
        for request in [Request::get_cert, Request::get_crl] {
            let told = asked(&world, device, request(issuer, serial, transaction())).await;
            world.assert_refused(&told, 2, what).await;
            assert_eq!(told.fail_info, "4", "{what}");
        }
    }
    let told = asked(&world, &owner, Request::get_cert(issuer, certificate.serial(), transaction())).await;
    assert_eq!(owner.opens(&told).der(), certificate.der(), "control: one's own");
    let told = asked(&world, &owner, Request::get_crl(issuer, certificate.serial(), transaction())).await;
    assert!(told.is_success(), "control: {told:?}");
}

#[tokio::test]
async fn v2_every_certificate_has_one_row_that_says_who_vouched() {
    let world = World::with_tenant().await;
    for endpoint in ["once", "other", "fixed", "intune", "deliver"] {
        let device = world.device("phone");
        let csr = world.granted(endpoint, &device).await;
        let told = world.post(endpoint, device.pkcs_req(&world, &csr)).await;
        let holder = device.signing_with(&device.opens(&told));
        let next = crate::world::Csr::named("phone", "").signed(&world.key());
        world.post(endpoint, holder.renewal_req(&world, &next)).await;
        world.post(endpoint, device.pkcs_req(&world, &device.csr("wrong").signed(&device.key))).await;
    }
    let all = world.certificates().await;
    assert_eq!(all.len(), 7, "five enrolments, and two renewals where they are allowed");
    let events = world.store.audit(0, 1_000).await.unwrap();
    let events: Vec<serde_json::Value> =
        events.iter().map(|row| serde_json::from_str(&row.event).unwrap()).collect();
    for one in all {
        let of = |event: &&serde_json::Value| event["certificate"] == one.id.0;
        let by: Vec<&str> =
            events.iter().filter(of).filter_map(|event| event["detail"]["by"].as_str()).collect();
        assert_eq!(by.len(), 1, "{:?} {events:#?}", one.id);
        assert!(["one_time", "static", "intune", "renewal"].contains(&by[0]), "{by:?}");
    }
}
