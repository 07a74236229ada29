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

const TOKEN: &str = "0123456789abcdef0123456789abcdef";

async fn put(world: &World, endpoint: &str, token: &str, list: &str) -> u16 {
    let url = format!("http://{}/api/v1/directory/{endpoint}", world.at.admin);
    let request = world.http.put(url).bearer_auth(token).body(list.to_owned());
    request.send().await.unwrap().status().as_u16()
}

#[tokio::test]
async fn a_list_is_replaced_by_the_api_and_half_a_list_is_not_believed() {
    let path = std::env::temp_dir().join(format!("chancery-put-list-{}.csv", std::process::id()));
    let section =
        format!("[endpoint.directory]\nfile = {path:?}\nevery = '1s'\n[[endpoint]]\nname = 'other'");
    let mut world =
        World::configured(|usual| usual.replacen("[[endpoint]]\nname = 'other'", &section, 1)).await;
    world.home.add_admin_token(TOKEN);
    world.restart().await;
    let list = |numbers: std::ops::Range<u32>| {
        let lines: Vec<String> = numbers.map(|number| format!("laptop-{number},true")).collect();
        format!("id,enabled\n{}\n", lines.join("\n"))
    };
    assert_eq!(put(&world, "once", "wrong", &list(0..30)).await, 401);
    assert_eq!(put(&world, "other", TOKEN, &list(0..30)).await, 404);
    assert_eq!(put(&world, "once", TOKEN, &list(0..30)).await, 200);
    let (first, last) = (enrolled(&world, "laptop-0").await, enrolled(&world, "laptop-29").await);
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!(put(&world, "once", TOKEN, "id,enabled\nlaptop-0,perhaps\n").await, 400);
    assert_eq!(put(&world, "once", TOKEN, "").await, 400);
    assert_eq!(put(&world, "once", TOKEN, &list(20..30)).await, 200, "well-formed, and twenty are missing");
    tokio::time::sleep(Duration::from_secs(3)).await;
    until(&world, &first, None, "half a list").await;
    assert_eq!(put(&world, "once", TOKEN, &list(10..30)).await, 200);
    until(&world, &first, Some(5), "in steps").await;
    until(&world, &last, None, "still listed").await;
    std::fs::remove_file(&path).unwrap();
    world.assert_sound().await;
}
