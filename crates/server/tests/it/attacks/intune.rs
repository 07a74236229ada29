//! Intune judges, hangs, errs and forgets.

use crate::world::{Device, Told, World};
use pki::algorithm::Digest;
use simulator::fleet::RequestPlan;
use simulator::tenant::{Code, Fault, Hop, MintOptions, Rule, San, SanKind, When, transport_faults};
use std::sync::Arc;
use std::time::Duration;

fn order(world: &World, hop: Hop, fault: Fault, when: When) {
    world.tenant().faults().order(Rule { hop, fault, when, after: 0 });
}

fn message(world: &World, device: &Device, plan: &RequestPlan) -> Vec<u8> {
    device.pkcs_req(world, &plan.sign(&device.key, Digest::Sha256).unwrap())
}

/// A fresh device asks for what was delivered to it.
async fn enrols(world: &World, endpoint: &str) -> (Device, Told) {
    let (device, plan) = (world.device("phone"), world.delivered());
    let told = world.post(endpoint, message(world, &device, &plan)).await;
    (device, told)
}

#[tokio::test]
async fn t13_challenge_a_with_request_b_for_fifty_pairs() {
    let world = World::with_tenant().await;
    for number in 0..50 {
        let (a, b) = (world.delivered(), world.delivered());
        let device = world.device("phone");
        let mixed = match number % 3 {
            0 => RequestPlan { challenge: a.challenge.clone(), ..b.clone() },
            1 => RequestPlan { subject: b.subject.clone(), ..a.clone() },
            _ => {
                let more = San::new(SanKind::Upn, "admin@contoso.example");
                RequestPlan { sans: vec![more], ..a.clone() }
            }
        };
        let told = world.post("intune", message(&world, &device, &mixed)).await;
        world.assert_refused(&told, 0, &number.to_string()).await;
        assert!(told.text.starts_with("CHY-31"), "{told:?}");
    }
    assert!(enrols(&world, "intune").await.1.is_success(), "control");
}

#[tokio::test]
async fn t16_names_that_intune_must_see_through_are_not_issued() {
    let world = World::with_tenant().await;
    let plan = world.delivered();
    let name = plan.subject.common_name().unwrap();
    let cn = |text: &str| {
        let pairs = [(pki::oid::CN, text), (pki::oid::ORGANIZATION, "Contoso")];
        RequestPlan { subject: pki::name::Name::from_pairs(&pairs), ..plan.clone() }
    };
    for text in [
        format!("{name}\0"),
        format!("{name}\n"),
        format!("{name}\u{200b}"),
        format!("{name},O=Contoso"),
        format!("\u{202e}{name}"),
        name.replacen('I', "\u{406}", 1),
        String::new(),
    ] {
        let device = world.device("phone");
        let told = world.post("intune", message(&world, &device, &cn(&text))).await;
        world.assert_refused(&told, 0, &text.escape_debug().to_string()).await;
    }
    let device = world.device("phone");
    assert!(world.post("intune", message(&world, &device, &cn(&name))).await.is_success(), "control");
}

#[tokio::test]
async fn t20_every_code_but_success_and_words_like_it_refuse() {
    let world = World::with_tenant().await;
    let codes = Code::ALL.iter().filter(|code| **code != Code::Success).map(|code| code.as_str());
    let like = ["success", "SUCCESS", "Success ", "0", "1", "OK", "Succeeded", "", "Brand\u{1b}New"];
    for (number, code) in (1..).zip(codes.chain(like)) {
        order(&world, Hop::ValidateRequest, Fault::Code { code: code.into() }, When::Times(1));
        let (_, told) = enrols(&world, "intune").await;
        world.assert_refused(&told, number - 1, code).await;
        assert!(told.text.starts_with("CHY-31") || told.text.starts_with("CHY-51"), "{code}: {told:?}");
        assert!(enrols(&world, "intune").await.1.is_success(), "control: without the fault");
    }
    assert_eq!(world.tenant().ledger().certificates().len(), 33);
}

#[tokio::test]
async fn t20_a_broken_way_to_intune_issues_nothing() {
    let mut world = World::with_tenant().await;
    let quick = |fault: &Fault| {
        !matches!(
            fault,
            Fault::Hang { .. } | Fault::HangInBody { .. } | Fault::Delay { .. } | Fault::TlsFailure
        )
    };
    let faults: Vec<_> = transport_faults(60_000).into_iter().filter(|one| quick(&one.fault)).collect();
    let mut tried = 0;
    for (at, hop) in
        [Hop::GraphToken, Hop::Endpoints, Hop::IntuneToken, Hop::ValidateRequest].into_iter().enumerate()
    {
        for fault in faults.iter().skip(at).step_by(7) {
            // Tokens and addresses are remembered; a new process knows none.
            world.restart().await;
            order(&world, hop, fault.fault.clone(), When::Always);
            let (device, plan) = (world.device("phone"), world.delivered());
            let message = message(&world, &device, &plan);
            let before = world.issued().await;
            let told = world.post("intune", message.clone()).await;
            world.assert_refused(&told, before, &format!("{hop:?}: {}", fault.name)).await;
            world.tenant().faults().clear();
            tried += 1;
        }
    }
    assert!(tried >= 36, "{tried}");
    world.restart().await;
    assert!(enrols(&world, "intune").await.1.is_success(), "control");
}

#[tokio::test(flavor = "multi_thread")]
async fn t21_other_endpoints_go_on_while_intune_hangs() {
    let world = Arc::new(World::with_tenant().await);
    order(&world, Hop::ValidateRequest, Fault::Hang { ms: 600_000 }, When::Always);
    let mut hanging = tokio::task::JoinSet::new();
    for _ in 0..40 {
        let world = Arc::clone(&world);
        hanging.spawn(async move { enrols(&world, "intune").await });
    }
    // Until Intune has been asked, nothing hangs yet.
    while world.tenant().journal().total() < 4 {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    for number in 0..30 {
        world.device(&format!("laptop-{number}")).enrols(&world).await;
    }
    assert_eq!(world.issued().await, 30, "none of those that hang");
    hanging.shutdown().await;
}

#[tokio::test]
async fn t22_withheld_until_intune_knows_and_then_the_same_certificate() {
    let world = World::with_tenant().await;
    let down = Fault::Status { status: 503, retry_after: None };
    order(&world, Hop::SuccessNotification, down, When::Always);
    let (device, plan) = (world.device("phone"), world.delivered());
    let message = message(&world, &device, &plan);
    for _ in 0..2 {
        let told = world.post("intune", message.clone()).await;
        assert!(told.is_refusal() && told.text.starts_with("CHY-51"), "{told:?}");
        assert_eq!(world.issued().await, 1, "made, and kept here");
    }
    let stored = world.certificates().await.remove(0);
    let poll = scep::client::Request::cert_poll(
        world.issuing().subject(),
        &plan.subject,
        scep::TransactionId::from_text(&stored.transaction_id).unwrap(),
    );
    let told = world.post("intune", device.message(&world, &poll).0).await;
    assert_eq!(told.fail_info, "4", "a poll does not get it either: {told:?}");
    for endpoint in ["intune", "deliver", "once"] {
        let serial = pki::certificate::Serial::new(&stored.serial);
        let id = crate::world::transaction();
        let question = scep::client::Request::get_cert(world.issuing().subject(), &serial, id);
        let told = world.post(endpoint, device.message(&world, &question).0).await;
        assert_eq!(told.fail_info, "4", "nor does GetCert at {endpoint}: {told:?}");
    }
    world.tenant().faults().clear();
    let told = world.post("intune", message).await;
    assert_eq!(Some(device.opens(&told).der()), stored.der(), "after the repair, the same certificate");
    assert_eq!(world.issued().await, 1);
    assert_eq!(world.tenant().ledger().certificates().len(), 1);
    world.assert_sound().await;
}

#[tokio::test]
async fn t22_what_intune_refuses_for_good_is_revoked() {
    let world = World::with_tenant().await;
    let code = Code::ScepProfileNoLongerTargetedToTheClient.as_str().into();
    order(&world, Hop::SuccessNotification, Fault::Code { code }, When::Times(1));
    let (device, plan) = (world.device("phone"), world.delivered());
    let message = message(&world, &device, &plan);
    let told = world.post("intune", message.clone()).await;
    assert!(told.is_refusal(), "{told:?}");
    let told = world.post("intune", message).await;
    assert_eq!(told.code(), Some("CHY-5009"), "{told:?}");
    let all = world.certificates().await;
    assert_eq!((all.len(), all[0].revocation.is_some()), (1, true));
    world.assert_sound().await;
}

#[tokio::test]
async fn t22_where_delivery_does_not_wait_the_certificate_leaves() {
    let world = World::with_tenant().await;
    let down = Fault::Status { status: 503, retry_after: None };
    order(&world, Hop::SuccessNotification, down, When::Always);
    let (device, told) = enrols(&world, "deliver").await;
    device.opens(&told);
    assert_eq!(world.counts().await.notifications_pending, 1, "and Intune will be told");
    let told = enrols(&world, "intune").await.1;
    assert!(told.is_refusal(), "control: {told:?}");
}

#[tokio::test]
async fn t32_a_device_that_left_gets_nothing_by_a_new_challenge() {
    let world = World::with_tenant().await;
    let (device, plan) = (world.device("phone"), world.delivered());
    world.tenant().directory().devices.clear();
    let told = world.post("intune", message(&world, &device, &plan)).await;
    world.assert_refused(&told, 0, "retired").await;
    assert!(told.text.starts_with("CHY-31"), "{told:?}");
    assert!(enrols(&world, "intune").await.1.is_success(), "control");
}

#[tokio::test]
async fn t32_a_certificate_alone_renews_nothing_where_an_mdm_decides() {
    let world = World::with_tenant().await;
    let (device, plan) = (world.device("phone"), world.delivered());
    let told = world.post("intune", message(&world, &device, &plan)).await;
    let holder = device.signing_with(&device.opens(&told));
    let bare = RequestPlan { challenge: None, ..plan.clone() };
    for gone in [false, true] {
        let again = world.tenant().deliver(&device_id(&world), &profile_id(&world), &MintOptions::default());
        if gone {
            world.tenant().directory().devices.clear();
        }
        for send in [Device::renewal_req, Device::pkcs_req] {
            let csr = bare.sign(&world.key(), Digest::Sha256).unwrap();
            let told = world.post("intune", send(&holder, &world, &csr)).await;
            world.assert_refused(&told, 1 + u64::from(gone), "no challenge").await;
            assert_eq!(told.code(), Some("CHY-3001"));
        }
        let csr = RequestPlan::honest(&again.unwrap()).sign(&world.key(), Digest::Sha256).unwrap();
        let told = world.post("intune", holder.pkcs_req(&world, &csr)).await;
        assert_eq!(told.is_success(), !gone, "with a new challenge Intune is asked: {told:?}");
    }
}

/// A world whose policy refuses at `intune` and lets through at `deliver`.
async fn refusing() -> World {
    const RULE: &str = "[[policy]]\nname = 'closed'\nrefuse = 'Not from here.'\nwhen.endpoint = ['intune']\n";
    let mut world = World::with_tenant().await;
    let settings = std::fs::read_to_string(world.home.path().join("chancery.toml")).unwrap();
    world.home.configure(&(settings + RULE));
    world.restart().await;
    world
}

#[tokio::test]
async fn contract_6_3_a_refusal_of_ours_after_its_yes_is_told_to_intune() {
    let world = refusing().await;
    let plan = world.delivered();
    let told = world.post("intune", message(&world, &world.device("phone"), &plan)).await;
    assert_eq!(told.text, "CHY-2601: Not from here.");
    let failures = world.tenant().ledger().failures().to_vec();
    assert_eq!(failures.len(), 1);
    assert_eq!(failures[0].error_description, "CHY-2601: Not from here.");
    assert_eq!(failures[0].h_result, i64::from(mdm::intune::HResult::DENIED.number()));
    assert!(enrols(&world, "deliver").await.1.is_success(), "control");
    assert_eq!(world.tenant().ledger().failures().len(), 1, "what is issued is not told as a failure");
    // The simulator holds the notification to the transaction and the request that it said yes to.
    assert_eq!(world.tenant().journal().breaches(), [] as [String; 0]);
}

#[tokio::test]
async fn contract_6_3_what_intune_itself_refused_is_not_told() {
    let world = refusing().await;
    let code = || Code::ChallengeExpired.as_str().into();
    order(&world, Hop::ValidateRequest, Fault::Code { code: code() }, When::Times(1));
    assert!(enrols(&world, "intune").await.1.text.starts_with("CHY-31"));
    order(&world, Hop::SuccessNotification, Fault::Code { code: code() }, When::Times(1));
    assert!(enrols(&world, "deliver").await.1.is_success(), "the outbox tells that one");
    let unknown = RequestPlan { challenge: None, ..world.delivered() };
    assert!(world.post("intune", message(&world, &world.device("phone"), &unknown)).await.is_refusal());
    assert!(world.tenant().ledger().failures().is_empty());
    assert!(enrols(&world, "intune").await.1.is_refusal());
    assert_eq!(world.tenant().ledger().failures().len(), 1, "control");
}

#[tokio::test]
async fn contract_6_3_a_failure_that_cannot_be_told_changes_nothing_for_the_device() {
    let world = refusing().await;
    for fault in [Fault::Status { status: 500, retry_after: None }, Fault::Code { code: "Unknown".into() }] {
        order(&world, Hop::FailureNotification, fault, When::Always);
        let told = enrols(&world, "intune").await.1;
        assert!(told.is_refusal() && told.text == "CHY-2601: Not from here.", "{told:?}");
        world.tenant().faults().clear();
    }
    assert_eq!(world.issued().await, 0);
    let metrics = world.http.get(format!("http://{}/metrics", world.at.admin)).send().await.unwrap();
    let text = metrics.text().await.unwrap();
    assert!(text.contains(r#"chancery_mdm_untold_failures_total{endpoint="intune"} 2"#), "{text}");
}

fn device_id(world: &World) -> String {
    world.tenant().directory().devices.keys().next().unwrap().clone()
}

fn profile_id(world: &World) -> String {
    world.tenant().directory().profiles.keys().next().unwrap().clone()
}
