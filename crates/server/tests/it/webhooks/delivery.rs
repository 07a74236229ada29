//! From what happens to a receiver that has it.

use super::receiver::{Deed, Receiver};
use crate::world::World;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chancery::clock::Clock;
use chancery::keys::KeyDirectory;
use chancery::standing::Rule;
use chancery::store::*;
use chancery::webhooks::{Allowed, EventKind, QUEUE, Sender, SystemResolver, Vault, Wanted, Webhooks};
use pki::Time;
use std::sync::Arc;
use std::time::{Duration, Instant};

struct Shared(simulator::clock::Clock);

impl Clock for Shared {
    fn now(&self) -> Time {
        Time::from_unix(self.0.now())
    }
}

/// A world whose webhooks may lead to this machine.
async fn world() -> World {
    World::configured(|settings| format!("{settings}[webhooks]\nallow = ['127.0.0.0/8']\n")).await
}

/// The same webhooks as those of the world's server, for a test to hold.
fn webhooks(world: &World) -> Arc<Webhooks> {
    let mut allowed = Allowed::default();
    assert!(allowed.add("127.0.0.0/8"));
    let vault = Vault::of(&KeyDirectory::open(&world.home.path().join("data/keys")).unwrap()).unwrap();
    let parts = (Arc::clone(&world.store), Arc::clone(&world.authority));
    let sender = Sender::new(Arc::new(SystemResolver), allowed);
    let clock = Arc::new(Shared(world.clock.clone()));
    Arc::new(Webhooks::new(parts, clock, vault, sender, Duration::from_secs(14 * 86_400)))
}

async fn add(world: &World, receiver: &Receiver, name: &str, events: &[EventKind]) -> (WebhookId, String) {
    let url = receiver.url(&format!("/capability-{name}"));
    let wanted = Wanted { name: name.to_owned(), url, events: events.to_vec() };
    let added = webhooks(world).add(wanted, "test").await.unwrap();
    (added.id, added.secret.reveal_secret().to_owned())
}

async fn enrol(world: &World, name: &str) -> pki::certificate::Certificate {
    let device = world.device(name);
    let challenge = world.challenge("once", None).await;
    let message = device.pkcs_req(world, &device.csr(&challenge).signed(&device.key));
    device.opens(&world.post("once", message).await)
}

async fn revoke(world: &World, certificate: &pki::certificate::Certificate, reason: u8) {
    let revocation = NewRevocation {
        issuer: world.authority.issuing.id,
        serial: certificate.serial().octets().to_vec(),
        reason,
        at: Time::from_unix(world.clock.now()),
        rule: Rule::Manual,
        event: AuditEvent::detail(r#"{"by":"token desk"}"#.to_owned()),
    };
    world.store.revoke(revocation).await.unwrap();
}

/// Waits, for a minute at most, until the newest message of the webhook is so.
async fn until(world: &World, id: WebhookId, is: impl Fn(&Delivery) -> bool) -> Delivery {
    let began = Instant::now();
    loop {
        let newest = world.store.deliveries(id, DeliveryId(i64::MAX), 1).await.unwrap().pop();
        if let Some(newest) = newest.filter(&is) {
            return newest;
        }
        assert!(began.elapsed().as_secs() < 60, "never");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m150_what_happens_is_told_and_signed_to_who_wants_it() {
    let (world, receiver, other) = (world().await, Receiver::start(&[]).await, Receiver::start(&[]).await);
    enrol(&world, "before").await;
    let (_, secret) = add(&world, &receiver, "all", &EventKind::ALL).await;
    add(&world, &other, "refusals", &[EventKind::Refused]).await;
    let certificate = enrol(&world, "phone").await;
    let stranger = world.device("stranger");
    let message = stranger.pkcs_req(&world, &stranger.csr("no challenge").signed(&stranger.key));
    assert!(world.post("once", message).await.is_refusal());
    revoke(&world, &certificate, 6).await;
    revoke(&world, &certificate, 8).await;
    revoke(&world, &certificate, 1).await;
    let stalled = AuditEvent::new(
        "enrolment.stalled",
        r#"{"endpoint":"once","peer":"10.0.0.7","reason":"no_request"}"#.to_owned(),
    );
    world.store.append_audit(stalled, Time::from_unix(world.clock.now())).await.unwrap();

    let mut seen = receiver.until(6).await;
    seen.sort_by_key(|one| one.json()["data"]["sequence"].as_u64());
    let told: Vec<_> = seen.iter().map(|one| one.json()["type"].as_str().unwrap().to_owned()).collect();
    let expected = [
        "certificate.issued",
        "enrolment.refused",
        "certificate.revoked",
        "certificate.revoked",
        "certificate.revoked",
        "enrolment.stalled",
    ];
    assert_eq!(told, expected, "what was before it was added is not told");
    for one in &seen {
        assert!(one.is_signed_with(&secret) && one.header("content-type") == "application/json");
        let id = format!("_{}", one.json()["data"]["sequence"]);
        assert!(one.header("webhook-id").starts_with("msg_") && one.header("webhook-id").ends_with(&id));
    }
    let data = |at: usize| seen[at].json()["data"].clone();
    let serial = certificate.serial().to_string();
    assert_eq!(
        (&data(0)["certificate"]["serial"], &data(0)["certificate"]["endpoint"]),
        (&serial.clone().into(), &"once".into())
    );
    assert!(data(1)["code"].as_str().unwrap().starts_with("CHY-3"), "{}", data(1));
    assert_eq!([2, 3, 4].map(|at| data(at)["result"].clone()), ["held", "released", "revoked"]);
    assert_eq!((&data(4)["reason"], &data(4)["by"]), (&"keyCompromise".into(), &"token desk".into()));
    assert_eq!((&data(5)["peer"], &data(5)["reason"]), (&"10.0.0.7".into(), &"no_request".into()));
    let refusal = other.until(1).await;
    assert_eq!(refusal[0].json()["type"], "enrolment.refused");
    assert!(!refusal[0].is_signed_with(&secret), "each has its own secret");
    world.assert_sound().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_is_sent_again_under_the_same_identifier_until_it_is_taken() {
    let deeds: [Deed; 3] =
        [Some((500, "")), Some((302, "location: /elsewhere\r\n")), Some((429, "retry-after: 600\r\n"))];
    let (world, receiver) = (world().await, Receiver::start(&deeds).await);
    let (id, secret) = add(&world, &receiver, "it", &[EventKind::Issued]).await;
    enrol(&world, "phone").await;
    for attempt in 1..=3 {
        let waiting = until(&world, id, |one| one.attempts.len() >= attempt).await;
        assert_eq!(waiting.state, DeliveryState::Pending);
        let pause = waiting.next_attempt_at.unix() - waiting.attempts.last().unwrap().at.unix();
        assert_eq!(pause >= 600, waiting.attempts.len() == 3, "the receiver's wish counts: {pause}");
        world.clock.advance(pause);
    }
    let taken = until(&world, id, |one| one.state == DeliveryState::Delivered).await;
    let outcomes: Vec<_> = taken.attempts.iter().map(|one| one.outcome.as_str()).collect();
    assert_eq!(outcomes, ["HTTP 500", "HTTP 302", "HTTP 429", "HTTP 204"]);
    let seen = receiver.seen();
    assert!(seen.iter().all(|one| one.header("webhook-id") == taken.message && one.is_signed_with(&secret)));
    assert!(
        seen[0].header("webhook-timestamp") < seen[3].header("webhook-timestamp"),
        "of each attempt its own"
    );
    assert!(seen.iter().all(|one| one.body == seen[0].body));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_that_nobody_takes_for_a_day_is_given_up_with_its_history() {
    let (world, receiver) = (world().await, Receiver::start(&[Some((503, "")); 40]).await);
    let (id, _) = add(&world, &receiver, "it", &[EventKind::Issued]).await;
    enrol(&world, "phone").await;
    let begun = until(&world, id, |one| !one.attempts.is_empty()).await;
    for hours in [6, 6, 6, 7] {
        let before = receiver.seen().len();
        world.clock.advance(hours * 3_600);
        receiver.until(before + 1).await;
        until(&world, id, |one| one.attempts.len() > before).await;
    }
    let dead = until(&world, id, |one| one.state == DeliveryState::Dead).await;
    assert_eq!(dead.deadline_at, begun.created_at.plus_seconds(86_400));
    assert!(
        dead.attempts.len() >= 5 && dead.attempts.iter().all(|one| one.outcome == "HTTP 503"),
        "{dead:?}"
    );
    assert_eq!(world.store.deliveries_waiting(id).await.unwrap(), 0);
    // Later messages go on.
    let live = receiver.seen().len();
    enrol(&world, "tablet").await;
    receiver.until(live + 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_receiver_that_does_not_answer_keeps_nobody_waiting() {
    let (world, mute, quick) =
        (world().await, Receiver::start(&[None; 40]).await, Receiver::start(&[]).await);
    let (id, _) = add(&world, &mute, "mute", &[EventKind::Issued]).await;
    add(&world, &quick, "quick", &[EventKind::Issued]).await;
    enrol(&world, "phone").await;
    mute.until(1).await;
    enrol(&world, "tablet").await;
    quick.until(2).await;
    let first = until(&world, id, |_| true).await;
    assert_eq!(first.state, DeliveryState::Pending, "nobody has answered");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_happens_while_nobody_sends_is_told_once_later() {
    let (mut world, receiver) = (world().await, Receiver::start(&[]).await);
    let (id, _) = add(&world, &receiver, "it", &[EventKind::Held]).await;
    world.stop().await;
    let now = Time::from_unix(world.clock.now());
    for n in 0..450 {
        world
            .store
            .append_audit(AuditEvent::new("request.held", format!(r#"{{"rule":"{n}"}}"#)), now)
            .await
            .unwrap();
    }
    // Two that follow at the same time record each message once.
    let (first, second) = (webhooks(&world), webhooks(&world));
    let (one, two) = tokio::join!(first.look(), second.look());
    one.and(two).unwrap();
    for n in 0..50 {
        let event = AuditEvent::new("request.held", format!(r#"{{"rule":"{n}"}}"#));
        world.store.append_audit(event, now).await.unwrap();
    }
    world.start_again().await;
    let began = Instant::now();
    let settled = async || {
        let all = world.store.deliveries(id, DeliveryId(i64::MAX), 1_000).await.unwrap();
        all.len() == 500 && all.iter().all(|one| one.state == DeliveryState::Delivered)
    };
    while !settled().await {
        assert!(began.elapsed().as_secs() < 60, "never");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let mut ids: Vec<_> = receiver.seen().iter().map(|one| one.header("webhook-id").to_owned()).collect();
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 500);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t69_the_queue_is_bounded_and_the_chain_waits() {
    let (mut world, receiver) = (world().await, Receiver::start(&[]).await);
    let (id, _) = add(&world, &receiver, "it", &[EventKind::Held]).await;
    world.stop().await;
    let (now, mark) = (Time::from_unix(world.clock.now()), world.store.webhooks().await.unwrap()[0].mark);
    let message = |n: u64| NewDelivery {
        message: format!("msg_{n}"),
        event: EventKind::Held,
        body: "{}".to_owned(),
        created_at: now,
        next_attempt_at: now.plus_days(1),
        deadline_at: now.plus_days(1),
    };
    let messages = (0..QUEUE).map(message).collect();
    world.store.post(Posting { webhook: id, progress: None, messages }).await.unwrap().unwrap();
    world.store.append_audit(AuditEvent::new("request.held", "{}".to_owned()), now).await.unwrap();
    webhooks(&world).look().await.unwrap();
    assert_eq!(world.store.webhooks().await.unwrap()[0].mark, mark);
    let first = DeliveryId(1);
    let attempt = DeliveryAttempt { at: now, outcome: "HTTP 204".to_owned() };
    world.store.settle_delivery(first, attempt, DeliveryNext::Delivered).await.unwrap();
    webhooks(&world).look().await.unwrap();
    assert!(world.store.webhooks().await.unwrap()[0].mark > mark, "there is room again");
    // Somebody who stands elsewhere in the chain records nothing.
    let stale = Posting { webhook: id, progress: Some((mark, mark + 1)), messages: vec![message(QUEUE)] };
    assert_eq!(world.store.post(stale).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_is_nowhere_in_clear_and_goes_with_its_webhook() {
    let (world, receiver) = (world().await, Receiver::start(&[]).await);
    let (id, secret) = add(&world, &receiver, "it", &[EventKind::Issued]).await;
    assert!(webhooks(&world).test(id, "test").await.unwrap().0);
    assert!(receiver.seen()[0].is_signed_with(&secret));
    let raw = STANDARD.decode(&secret[6..]).unwrap();
    for entry in std::fs::read_dir(world.home.path().join("data")).unwrap() {
        let octets = std::fs::read(entry.unwrap().path()).unwrap_or_default();
        let holds = |text: &[u8]| octets.windows(text.len()).any(|part| part == text);
        assert!(!holds(&raw) && !holds(&secret.as_bytes()[6..]));
    }
    let rows = world.store.audit(0, 1_000).await.unwrap();
    assert!(!rows.iter().any(|row| row.event.contains("capability")), "a receiver's path may be its secret");
    let added = rows.iter().find(|row| row.event.contains("webhook.added")).unwrap();
    assert!(added.event.contains(&format!(r#""receiver":"http://{}""#, receiver.at)), "{}", added.event);

    // A URL changed in the database opens no secret.
    let sealed = world.store.webhooks().await.unwrap().remove(0).secret;
    let keys = KeyDirectory::open(&world.home.path().join("data/keys")).unwrap();
    assert!(Vault::of(&keys).unwrap().open(&sealed, "http://127.0.0.1:1/").is_none());
    webhooks(&world).remove(id, "test").await.unwrap();
    assert!(webhooks(&world).test(id, "test").await.is_err());
    let raw = rusqlite::Connection::open(world.home.path().join("data/chancery.db")).unwrap();
    let left: Vec<u8> = raw.query_row("SELECT secret FROM webhooks", [], |row| row.get(0)).unwrap();
    assert!(left.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m151_certificates_that_are_about_to_end_are_told_once_and_together() {
    let (mut world, receiver) = (world().await, Receiver::start(&[]).await);
    for name in ["phone", "tablet", "laptop"] {
        let certificate = enrol(&world, name).await;
        if name == "laptop" {
            revoke(&world, &certificate, 4).await;
        }
    }
    world.stop().await;
    let events = [EventKind::Expiring, EventKind::AuthorityExpiring];
    let (id, _) = add(&world, &receiver, "it", &events).await;
    let told = webhooks(&world);
    let messages = async || {
        told.look_ahead().await.unwrap();
        let all = world.store.deliveries(id, DeliveryId(i64::MAX), 1_000).await.unwrap();
        let of =
            |kind| all.iter().filter(|one| one.event == kind).map(|one| one.body.clone()).collect::<Vec<_>>();
        (of(EventKind::Expiring), of(EventKind::AuthorityExpiring))
    };
    assert_eq!(messages().await, (vec![], vec![]));
    world.clock.advance(345 * 86_400);
    assert_eq!(messages().await.0.len(), 0);
    for days in 0..10 {
        world.clock.advance(86_400);
        let expiring = messages().await.0;
        assert!(expiring.len() <= 1, "day {days}: {expiring:?}");
    }
    let (expiring, _) = messages().await;
    let said: serde_json::Value = serde_json::from_str(&expiring[0]).unwrap();
    assert_eq!((&said["type"], &said["data"]["count"]), (&"certificates.expiring".into(), &2.into()));
    assert_eq!(said["data"]["certificates"].as_array().unwrap().len(), 2);

    // The issuing CA, at 60, 30 and 7 days.
    let end = world.issuing().not_after().unix();
    let issuing = |all: Vec<String>| all.iter().filter(|body| body.contains(r#""role":"issuing""#)).count();
    for (left, count) in [(61, 0), (59, 1), (31, 1), (29, 2), (8, 2), (6, 3), (1, 3)] {
        world.clock.advance(end - left * 86_400 - world.clock.now());
        assert_eq!(issuing(messages().await.1), count, "{left} days before the end");
        assert_eq!(issuing(messages().await.1), count, "and not again");
    }
}
