//! What was renewed is revoked after the overlap, where the endpoint says so.

use crate::world::{Csr, World};
use pki::crl::Reason;

#[tokio::test]
async fn a_certificate_is_superseded_by_its_renewal_after_the_overlap() {
    let mut world = World::configured(|usual| {
        usual.replacen("validator = 'one_time'\n", "validator = 'one_time'\nsuperseded_after = '2h'\n", 1)
    })
    .await;
    let device = world.device("laptop");
    let told = world.post("once", device.pkcs_req(&world, &world.granted("once", &device).await)).await;
    let device = device.signing_with(&device.opens(&told));
    let alone = world.device("alone");
    let told = world.post("once", alone.pkcs_req(&world, &world.granted("once", &alone).await)).await;
    let alone = alone.opens(&told);
    let key = world.key();
    let told = world.post("once", device.renewal_req(&world, &Csr::named("laptop", "").signed(&key))).await;
    let renewed = device.opens(&told);
    let reason = async |world: &World, one: &pki::certificate::Certificate| {
        let stored = world.store.by_serial(one.serial().octets()).await.unwrap().remove(0);
        stored.revocation.and_then(|revocation| Reason::from_code(revocation.reason))
    };
    // A start looks at once.
    world.restart().await;
    tokio::time::sleep(std::time::Duration::from_millis(500)).await;
    assert_eq!(reason(&world, &device.signer).await, None, "within the overlap both are good");
    world.clock.advance(3 * 3_600);
    world.restart().await;
    for _ in 0..100 {
        if reason(&world, &device.signer).await.is_some() {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    assert_eq!(reason(&world, &device.signer).await, Some(Reason::Superseded));
    for (one, what) in [(&renewed, "the successor"), (&alone, "one that was never renewed")] {
        assert_eq!(reason(&world, one).await, None, "{what}");
    }
    world.assert_sound().await;
}
