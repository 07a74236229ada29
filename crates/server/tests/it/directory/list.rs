//! A list of devices and users instead of a tenant.

use crate::world::World;
use pki::certificate::Certificate;
use std::time::{Duration, Instant};

async fn enrolled(world: &World, name: &str) -> Certificate {
    let device = world.device(name);
    let challenge = world.challenge("once", None).await;
    let message = device.pkcs_req(world, &device.csr(&challenge).signed(&device.key));
    device.opens(&world.post("once", message).await)
}

async fn until(world: &World, certificate: &Certificate, expected: Option<u8>, why: &str) {
    let began = Instant::now();
    loop {
        let stored = world.store.by_serial(certificate.serial().octets()).await.unwrap().remove(0);
        let reason = stored.revocation.map(|revocation| revocation.reason);
        if reason == expected {
            return;
        }
        assert!(began.elapsed().as_secs() < 20, "{why}: {reason:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn certificates_follow_a_list_and_an_emptied_list_revokes_nobody() {
    let path = std::env::temp_dir().join(format!("chancery-list-{}.csv", std::process::id()));
    let write = |text: &str| std::fs::write(&path, text).unwrap();
    write("id,enabled\nphone,true\ntablet,true\n");
    let section = format!(
        "[endpoint.directory]\nfile = {path:?}\nevery = '1s'\nnot_found_after = '1m'\n[[endpoint]]\nname = 'other'"
    );
    let world = World::configured(|usual| usual.replacen("[[endpoint]]\nname = 'other'", &section, 1)).await;
    let (phone, tablet, stranger) =
        (enrolled(&world, "phone").await, enrolled(&world, "TABLET").await, enrolled(&world, "laptop").await);
    tokio::time::sleep(Duration::from_secs(2)).await;
    until(&world, &phone, None, "listed").await;
    write("id,enabled\nphone,false\ntablet,true\n");
    until(&world, &phone, Some(6), "disabled").await;
    write("");
    tokio::time::sleep(Duration::from_secs(2)).await;
    until(&world, &tablet, None, "an emptied list").await;
    write("id,enabled\nphone,true\n");
    until(&world, &phone, None, "enabled again").await;
    until(&world, &tablet, Some(5), "taken off the list").await;
    until(&world, &stranger, None, "not yet").await;
    world.clock.advance(700);
    until(&world, &stranger, Some(6), "never listed").await;
    write("id,enabled\nphone,true\nlaptop,true\n");
    until(&world, &stranger, None, "listed at last").await;
    std::fs::remove_file(&path).unwrap();
    world.assert_sound().await;
}
