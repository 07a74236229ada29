//! Graph is away, busy, or says less than there is: last known facts go on, and it is seen.

use super::ward::Ward;
use pki::crl::Reason;
use simulator::tenant::{Fault, Hop, Rule, When};

fn order(ward: &Ward, hop: Hop, fault: Fault, when: When) {
    ward.world.tenant().faults().order(Rule { hop, fault, when, after: 0 });
}

const READS: [Hop; 4] = [Hop::GraphToken, Hop::DevicesDelta, Hop::UsersDelta, Hop::ManagedDevices];

#[tokio::test]
async fn staleness_shows_and_the_last_known_facts_go_on() {
    let ward = Ward::open("stale_after = '1m'").await;
    let (_, device) = ward.owner("ada@contoso.example");
    let (_, left) = ward.owner("eve@contoso.example");
    let (kept, gone) =
        (ward.enrolled(&device, &ward.devices).await, ward.enrolled(&left, &ward.devices).await);
    ward.read_twice().await;
    assert!(ward.world.tenant().retire_device(&left.id));
    ward.until(&gone, Some(Reason::CessationOfOperation), "before the outage").await;
    assert_eq!(ward.admin("readyz").await, "ready\n");
    for hop in READS {
        order(&ward, hop, Fault::Status { status: 403, retry_after: None }, When::Always);
    }
    ward.world.clock.advance(120);
    ward.read_twice().await;
    let told = ward.admin("readyz").await;
    assert!(told.starts_with("ready, degraded\nthe directory tenant "), "{told}");
    assert_eq!(ward.said(&kept).await, None, "an outage takes nobody off the network");
    assert_eq!(ward.said(&gone).await, Some(Reason::CessationOfOperation));
    ward.world.tenant().faults().clear();
    ward.read_twice().await;
    assert_eq!(ward.admin("readyz").await, "ready\n");
}

#[tokio::test]
async fn nothing_good_is_said_where_the_administrator_wants_it_so() {
    let ward = Ward::open("stale_after = '1m'\nwhen_stale = 'try_later'").await;
    let (_, device) = ward.owner("ada@contoso.example");
    let certificate = ward.enrolled(&device, &ward.devices).await;
    ward.read_twice().await;
    for hop in READS {
        order(&ward, hop, Fault::Status { status: 403, retry_after: None }, When::Always);
    }
    ward.world.clock.advance(120);
    ward.read_twice().await;
    let id = pki::ocsp::CertId::new(pki::algorithm::Digest::Sha1, ward.world.issuing(), certificate.serial());
    let url = format!("http://{}/ocsp", ward.world.at.scep);
    let request = pki::ocsp::OcspRequest::plain(&id);
    let answer = ward.world.http.post(url).body(request).send().await.unwrap().bytes().await.unwrap();
    // OCSPResponse ::= SEQUENCE { responseStatus tryLater (3) } (RFC 6960 §4.2.1)
    assert_eq!(&answer[..], [0x30, 3, 0x0a, 1, 3]);
    ward.world.tenant().faults().clear();
    ward.read_twice().await;
    ward.until(&certificate, None, "read again").await;
}

#[tokio::test]
async fn contract_14_throttling_paging_repetitions_and_old_links_lose_nothing() {
    let ward = Ward::open("").await;
    {
        let tenant = ward.world.tenant();
        let mut pager = tenant.pager();
        (pager.page_size, pager.empty_chance, pager.repeat_chance) = (2, 0.3, 0.5);
    }
    let mut all = Vec::new();
    for number in 0..7 {
        let (user, device) = ward.owner(&format!("user{number}@contoso.example"));
        let certificate = ward.enrolled(&device, &ward.users).await;
        all.push((user, certificate));
    }
    ward.read_twice().await;
    let throttled = Fault::Status { status: 429, retry_after: Some(1) };
    for hop in [Hop::UsersDelta, Hop::ManagedDevices] {
        order(&ward, hop, throttled.clone(), When::Times(1));
    }
    ward.world.tenant().pager().expire_delta_links();
    for (user, _) in &all {
        assert!(ward.world.tenant().enable_user(&user.id, false));
    }
    for (user, certificate) in &all {
        ward.until(certificate, Some(Reason::CertificateHold), &user.upn).await;
    }
    assert_eq!(ward.world.tenant().journal().breaches(), [] as [String; 0]);
}

#[tokio::test]
async fn a_list_that_leaves_a_device_out_proves_nothing() {
    let ward = Ward::open("").await;
    let (_, device) = ward.owner("ada@contoso.example");
    let certificate = ward.enrolled(&device, &ward.devices).await;
    ward.read_twice().await;
    let nobody =
        Fault::Body { status: 200, content_type: "application/json".into(), text: r#"{"value":[]}"#.into() };
    order(&ward, Hop::ManagedDevices, nobody, When::Times(1));
    ward.read_twice().await;
    assert_eq!(ward.said(&certificate).await, None);
}

#[tokio::test]
async fn facts_and_places_outlive_a_restart() {
    let mut ward = Ward::open("").await;
    let (user, device) = ward.owner("ada@contoso.example");
    let certificate = ward.enrolled(&device, &ward.users).await;
    ward.read_twice().await;
    ward.world.stop().await;
    assert!(ward.world.tenant().enable_user(&user.id, false));
    ward.world.start_again().await;
    ward.until(&certificate, Some(Reason::CertificateHold), "changed while no server ran").await;
    let requests = ward.world.tenant().journal().requests();
    let asked = |text: &str| {
        requests.iter().filter(|one| one.path.contains("/users/delta") && one.query.contains(text)).count()
    };
    assert_eq!(asked("select"), 1, "the second server went on where the first had stopped");
}
