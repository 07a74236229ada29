//! Intune's own revocation requests (M159; contract §9).

use super::ward::Ward;
use chancery::standing::Rule;
use pki::crl::Reason;
use simulator::tenant::{Fault, Hop, Rule as Order, When};
use std::time::{Duration, Instant};

async fn settled(ward: &Ward, requests: usize) {
    let began = Instant::now();
    loop {
        let done = {
            let queue = ward.world.tenant().revocations();
            queue.requests().len() == requests && queue.requests().iter().all(|one| one.is_settled())
        };
        if done {
            return;
        }
        let shown = format!("{:?}", ward.world.tenant().revocations().requests());
        assert!(began.elapsed().as_secs() < 20, "{shown}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn m159_what_intune_wants_revoked_is_revoked_and_reported() {
    let ward = Ward::open("device_retired = 'off'\ndevice_deleted = 'off'").await;
    let (_, device) = ward.owner("ada@contoso.example");
    let (first, kept) = (ward.enrolled(&device, &ward.devices).await, ward.owner("eve@contoso.example").1);
    let kept = ward.enrolled(&kept, &ward.devices).await;
    // The first reading has emptied the queue for an hour.
    ward.read_twice().await;
    assert!(ward.world.tenant().retire_device(&device.id));
    ward.read_twice().await;
    assert_eq!(ward.said(&first).await, None, "within the hour, nobody asks");
    // The upload is lost once: the results are sent again.
    let fault = Fault::Status { status: 503, retry_after: None };
    ward.world.tenant().faults().order(Order {
        hop: Hop::RevocationUpload,
        fault,
        when: When::Times(1),
        after: 0,
    });
    ward.world.clock.advance(3_700);
    ward.until(&first, Some(Reason::Unspecified), "asked for by Intune").await;
    settled(&ward, 1).await;
    assert_eq!(ward.grounds(&first).await[0].rule, Rule::RevocationQueue);
    assert_eq!(ward.said(&kept).await, None);
    let results: Vec<bool> = {
        let queue = ward.world.tenant().revocations();
        queue.requests().iter().map(|one| one.result.as_ref().unwrap().succeeded).collect()
    };
    assert_eq!(results, [true]);
    assert_eq!(ward.world.tenant().journal().breaches(), [] as [String; 0]);
}
