//! What is refused is on record: one audit row with the reason, and a number where an attack sends more than rows.

use crate::world::{Csr, World};
use chancery::store::AuditRow;
use serde_json::Value;

/// The particulars of every refusal in the chain, oldest first.
async fn refusals(world: &World) -> Vec<Value> {
    let rows: Vec<AuditRow> = world.store.audit(0, 10_000).await.unwrap();
    let events = rows.iter().map(|row| serde_json::from_str::<Value>(&row.event).unwrap());
    events.filter(|event| event["event"] == "request.refused").map(|event| event["detail"].clone()).collect()
}

#[tokio::test]
async fn every_refusal_has_one_audit_row_with_its_reason() {
    let world = World::start().await;
    let device = world.device("phone");
    let challenge = world.challenge("once", None).await;
    let granted = device.pkcs_req(&world, &device.csr(&challenge).signed(&device.key));
    assert!(world.post("once", granted).await.is_success(), "control");
    assert!(refusals(&world).await.is_empty(), "what is granted is no refusal");

    let wrong = device.pkcs_req(&world, &Csr::named("phone", "wrong-guess").signed(&device.key));
    let unproven = device.pkcs_req(&world, &device.csr(&challenge).signed(&world.key()));
    let mut told = Vec::new();
    for message in [wrong, unproven, b"garbage".to_vec()] {
        let answer = world.post("once", message).await;
        assert!(answer.is_refusal(), "{answer:?}");
        told.push(answer.code().unwrap().to_owned());
    }
    let rows = refusals(&world).await;
    let codes: Vec<&str> = rows.iter().map(|row| row["code"].as_str().unwrap()).collect();
    assert_eq!(codes, told);
    for row in &rows {
        assert_eq!((&row["endpoint"], &row["peer"]), (&"once".into(), &"127.0.0.1".into()));
        assert!(row["why"].as_str().is_some_and(|why| !why.is_empty()), "{row}");
        assert!(!row.to_string().contains("wrong-guess") && !row.to_string().contains(&challenge), "{row}");
    }
    world.assert_sound().await;
    world.assert_verified().await;
}

#[tokio::test]
async fn t69_a_flood_of_refusals_does_not_fill_the_chain() {
    const SENT: u64 = 400;
    let world = World::start().await;
    let began = world.clock.now();
    for _ in 0..SENT {
        assert_eq!(world.post("once", b"garbage".to_vec()).await.status, 400);
    }
    // Past the second of the flood, one more tells what had no row.
    let seconds = u64::try_from(world.clock.now() - began).unwrap() + 1;
    tokio::time::sleep(std::time::Duration::from_millis(1100)).await;
    world.post("once", b"garbage".to_vec()).await;
    let rows = refusals(&world).await;
    let omitted: u64 = rows.iter().filter_map(|row| row["omitted_before"].as_u64()).sum();
    assert_eq!(rows.len() as u64 + omitted, SENT + 1, "each is a row or counted");
    assert!(rows.len() as u64 <= 50 * seconds + 1, "{} rows in {seconds} s", rows.len());
}
