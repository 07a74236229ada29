//! Threat 89: names that lead elsewhere than they did.

use super::receiver::Receiver;
use crate::world::World;
use chancery::clock::SystemClock;
use chancery::http::BoxFuture;
use chancery::keys::KeyDirectory;
use chancery::store::WebhookId;
use chancery::webhooks::{Allowed, EventKind, Resolver, Sender, Vault, Wanted, Webhooks};
use std::collections::VecDeque;
use std::io;
use std::net::IpAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Answers what a test tells it, in turn; the last again and again.
#[derive(Clone, Default)]
struct Told {
    answers: Arc<Mutex<VecDeque<Vec<IpAddr>>>>,
    asked: Arc<Mutex<usize>>,
}

impl Told {
    fn say(&self, addresses: &[&str]) {
        let addresses = addresses.iter().map(|one| one.parse().unwrap()).collect();
        self.answers.lock().unwrap().push_back(addresses);
    }
}

impl Resolver for Told {
    fn resolve(&self, host: String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> {
        assert_eq!(host, "hooks.example.com");
        *self.asked.lock().unwrap() += 1;
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.len() > 1 { answers.pop_front() } else { answers.front().cloned() };
        Box::pin(async move { answer.ok_or_else(|| io::ErrorKind::NotFound.into()) })
    }
}

struct Bed {
    world: World,
    webhooks: Webhooks,
    names: Told,
    id: WebhookId,
}

impl Bed {
    /// A webhook at a name, with the addresses that are allowed beyond the rules.
    async fn of(receiver: &Receiver, networks: &[String]) -> Bed {
        let (world, names) = (World::start().await, Told::default());
        let mut allowed = Allowed::default();
        assert!(allowed.add("hooks.example.com") && networks.iter().all(|one| allowed.add(one)));
        let sender = Sender::new(Arc::new(names.clone()), allowed);
        let vault = Vault::of(&KeyDirectory::open(&world.home.path().join("data/keys")).unwrap()).unwrap();
        let parts = (Arc::clone(&world.store), Arc::clone(&world.authority));
        let webhooks =
            Webhooks::new(parts, Arc::new(SystemClock), vault, sender, Duration::from_secs(86_400));
        let url = format!("http://hooks.example.com:{}/", receiver.at.port());
        let wanted = Wanted { name: "it".into(), url, events: vec![EventKind::Issued] };
        let id = webhooks.add(wanted, "test").await.unwrap().id;
        Bed { world, webhooks, names, id }
    }

    async fn test(&self) -> (bool, String) {
        self.webhooks.test(self.id, "test").await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t89_a_name_is_looked_up_once_and_leads_where_it_was_judged() {
    let receiver = Receiver::start(&[]).await;
    let bed = Bed::of(&receiver, &[format!("127.0.0.1:{}", receiver.at.port())]).await;
    // A second look-up would get the second answer, to which nothing may be sent.
    bed.names.say(&["127.0.0.1"]);
    bed.names.say(&["169.254.169.254"]);
    assert_eq!(bed.test().await, (true, "HTTP 204".to_owned()));
    assert_eq!((*bed.names.asked.lock().unwrap(), receiver.seen().len()), (1, 1));
    // The next connection asks again, and is told of the metadata service.
    let (taken, said) = bed.test().await;
    assert!(
        !taken && said.starts_with("not sent: it leads to 169.254.169.254, a link-local address"),
        "{said}"
    );
    assert_eq!(receiver.connections(), 1);
    let rows = bed.world.store.audit(0, 1_000).await.unwrap();
    assert_eq!(rows.iter().filter(|row| row.event.contains(r#""event":"webhook.tested""#)).count(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t89_an_allowed_name_is_no_way_to_an_address_that_is_not_allowed() {
    let receiver = Receiver::start(&[]).await;
    let bed = Bed::of(&receiver, &[]).await;
    for addresses in [&["127.0.0.1"][..], &["::1"], &["::ffff:127.0.0.1"], &["0.0.0.0"], &["fe80::1"]] {
        *bed.names.answers.lock().unwrap() = VecDeque::new();
        bed.names.say(addresses);
        let (taken, said) = bed.test().await;
        assert!(!taken && said.starts_with("not sent: it leads to "), "{addresses:?}: {said}");
    }
    assert_eq!(receiver.connections(), 0, "nobody was called");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t89_one_address_that_is_not_allowed_spoils_the_answer() {
    let receiver = Receiver::start(&[]).await;
    let bed = Bed::of(&receiver, &[format!("127.0.0.1:{}", receiver.at.port())]).await;
    bed.names.say(&["127.0.0.1", "127.0.0.2"]);
    assert!(bed.test().await.1.starts_with("not sent: it leads to 127.0.0.2"));
    assert_eq!(receiver.connections(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t89_a_redirect_is_not_followed() {
    let elsewhere = Receiver::start(&[]).await;
    let to: &'static str = Box::leak(format!("location: {}\r\n", elsewhere.url("/")).into_boxed_str());
    let receiver = Receiver::start(&[Some((307, to))]).await;
    let bed = Bed::of(&receiver, &["127.0.0.1".to_owned()]).await;
    bed.names.say(&["127.0.0.1"]);
    assert_eq!(bed.test().await, (false, "HTTP 307".to_owned()));
    assert_eq!(elsewhere.connections(), 0);
}
