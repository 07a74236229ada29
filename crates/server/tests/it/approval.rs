//! Requests that a rule holds: they wait, are approved or denied, end, and nothing else comes of them.

use crate::world::{Csr, Device, Told, World, transaction};
use chancery::approvals::{self, Decision};
use chancery::store::{Held, HeldId, HeldSearch, HeldState};
use pki::Time;
use scep::TransactionId;
use scep::client::Request;

const DAY: i64 = 86_400;
const RULE: &str = "[[policy]]\nname = 'sensitive'\nask = 'Is this a vault?'\nwhen.subject = ['CN=vault*']\n";

/// A world whose endpoint `once` waits for approvals, with these rules.
async fn world(rules: &str) -> World {
    World::configured(|usual| waiting(&usual, rules)).await
}

fn waiting(usual: &str, rules: &str) -> String {
    usual.replacen("ndes = true", "ndes = true\npending = true", 1) + rules
}

/// A device in the middle of a transaction at `once`.
struct Asking {
    device: Device,
    id: TransactionId,
    csr: Vec<u8>,
    challenge: String,
}

impl Asking {
    /// Not sent yet.
    async fn about(world: &World, name: &str) -> Asking {
        let (device, challenge) = (world.device(name), world.challenge("once", None).await);
        let csr = device.csr(&challenge).signed(&device.key);
        Asking { device, id: transaction(), csr, challenge }
    }

    /// Held.
    async fn held(world: &World, name: &str) -> Asking {
        let asking = Asking::about(world, name).await;
        let told = asking.asks(world).await;
        assert_eq!((told.status, &*told.pki_status), (200, "3"), "{told:?}");
        asking
    }

    async fn asks(&self, world: &World) -> Told {
        let request = Request::pkcs_req(&self.csr, self.id.clone());
        world.post("once", self.device.message(world, &request).0).await
    }

    async fn polls(&self, world: &World) -> Told {
        poll(world, "once", &self.device, &self.id).await
    }
}

async fn poll(world: &World, endpoint: &str, device: &Device, id: &TransactionId) -> Told {
    let subject = device.csr("").subject;
    let request = Request::cert_poll(world.issuing().subject(), &subject, id.clone());
    world.post(endpoint, device.message(world, &request).0).await
}

fn now(world: &World) -> Time {
    Time::from_unix(world.clock.now())
}

async fn decide(world: &World, approved: bool, by: &str) -> Decision {
    let newest = all(world).await.last().map_or(0, |held| held.id.0);
    approvals::decide(&*world.store, &newest.to_string(), approved, by, now(world)).await.unwrap()
}

async fn approve(world: &World) {
    let decision = decide(world, true, "ada").await;
    assert!(matches!(decision, Decision::Stands { changed: true, .. }), "{decision:?}");
}

async fn all(world: &World) -> Vec<Held> {
    let search = HeldSearch { waiting_at: None, after: HeldId(0), limit: 1_000 };
    world.store.all_held(search).await.unwrap()
}

async fn assert_sound(world: &World) {
    world.assert_sound().await;
    world.assert_verified().await;
}

/// That it is a FAILURE with this code, and nothing was issued beyond `before`.
async fn assert_code(world: &World, told: &Told, code: &str, before: u64) {
    assert_eq!(told.code(), Some(code), "{told:?}");
    world.assert_refused(told, before, code).await;
}

#[tokio::test]
async fn m69_a_held_request_waits_is_approved_and_polled_once() {
    let mut world = world(RULE).await;
    let url = format!("{}?operation=GetCACaps", world.url("once"));
    assert_eq!(world.http.get(url).send().await.unwrap().status(), 200);
    let asking = Asking::held(&world, "vault-1").await;
    assert_eq!(asking.polls(&world).await.pki_status, "3");
    assert_eq!(asking.asks(&world).await.pki_status, "3", "the same again is a poll (Q41)");
    let held = all(&world).await;
    assert_eq!((held.len(), &*held[0].request.sentence), (1, "Is this a vault?"));
    assert_eq!(world.issued().await, 0);
    // The challenge's own life of an hour is over, and the server was started anew, when somebody decides.
    world.clock.advance(2 * DAY);
    world.restart().await;
    approve(&world).await;
    assert_eq!(world.issued().await, 0, "an approval issues nothing by itself");
    let certificate = asking.device.opens(&asking.polls(&world).await);
    assert_eq!(certificate.key().spki(), asking.device.key.public().spki());
    assert_eq!(certificate.subject().to_string(), "CN=vault-1");
    assert_eq!(asking.device.opens(&asking.polls(&world).await).der(), certificate.der());
    assert_eq!(asking.device.opens(&asking.asks(&world).await).der(), certificate.der());
    assert_eq!(world.issued().await, 1);
    let events = world.store.audit(0, 1_000).await.unwrap();
    let told = |part: &str| events.iter().filter(|row| row.event.contains(part)).count();
    assert_eq!(told(r#""before":{"capabilities":"#), 1, "what the device asked before it was held");
    assert_eq!((told(r#""event":"request.held""#), told(r#""event":"request.approved""#)), (1, 1));
    assert_eq!(told(r#""approved_by":"ada""#), 1);
    assert_sound(&world).await;
}

#[tokio::test]
async fn m69_the_same_request_again_fetches_what_was_approved() {
    let world = world(RULE).await;
    let asking = Asking::held(&world, "vault-1").await;
    approve(&world).await;
    // Of several at once, all get the one certificate.
    let (one, two, three, four) =
        tokio::join!(asking.asks(&world), asking.polls(&world), asking.asks(&world), asking.polls(&world));
    let first = asking.device.opens(&one);
    assert!([two, three, four].iter().all(|told| asking.device.opens(told).der() == first.der()));
    assert_eq!(world.issued().await, 1);
    assert_sound(&world).await;
}

#[tokio::test]
async fn t17_a_challenge_that_holds_a_request_is_nobody_elses_whatever_is_decided() {
    let world = world(RULE).await;
    let asking = Asking::held(&world, "vault-1").await;
    for decision in ["waiting", "denied"] {
        // A request that no rule holds, and one that would be held, too.
        for name in ["plain", "vault-2"] {
            let device = world.device(name);
            let told = device.asks(&world, "once", &Csr::named(name, &asking.challenge)).await;
            assert_eq!(told.code(), Some("CHY-3004"), "{decision}, {name}: {told:?}");
        }
        decide(&world, false, "ada").await;
    }
    assert_code(&world, &asking.polls(&world).await, "CHY-2603", 0).await;
    assert_code(&world, &asking.asks(&world).await, "CHY-2603", 0).await;
    assert_eq!(all(&world).await.len(), 1);
    assert_sound(&world).await;
}

#[tokio::test]
async fn v18_a_held_request_is_its_signers_alone() {
    let world = world(RULE).await;
    let asking = Asking::held(&world, "vault-1").await;
    let thief = world.device("vault-1");
    for approved in [false, true] {
        if approved {
            approve(&world).await;
        }
        for (what, told) in [
            ("another key", poll(&world, "once", &thief, &asking.id).await),
            ("another transaction", poll(&world, "once", &asking.device, &transaction()).await),
            ("another endpoint", poll(&world, "other", &asking.device, &asking.id).await),
        ] {
            world.assert_refused(&told, 0, what).await;
        }
    }
    asking.device.opens(&asking.polls(&world).await);
    assert_sound(&world).await;
}

#[tokio::test]
async fn v18_another_request_under_the_same_transaction_is_not_what_waits() {
    let world = world(RULE).await;
    let mut asking = Asking::held(&world, "vault-1").await;
    let held = asking.csr.clone();
    for name in ["vault-2", "vault-1"] {
        let challenge = world.challenge("once", None).await;
        asking.csr = Csr::named(name, &challenge).signed(&asking.device.key);
        assert_code(&world, &asking.asks(&world).await, "CHY-2605", 0).await;
    }
    approve(&world).await;
    assert_code(&world, &asking.asks(&world).await, "CHY-2605", 0).await;
    let certificate = asking.device.opens(&asking.polls(&world).await);
    assert_eq!(certificate.subject().to_string(), "CN=vault-1", "what was held");
    asking.csr = held;
    assert_eq!(asking.device.opens(&asking.asks(&world).await).der(), certificate.der());
    assert_sound(&world).await;
}

#[tokio::test]
async fn t14_nothing_is_issued_from_other_octets_than_those_that_were_held() {
    let world = world(RULE).await;
    let asking = Asking::held(&world, "vault-1").await;
    approve(&world).await;
    let other = Csr::named("vault-admin", &asking.challenge).signed(&asking.device.key);
    let raw = rusqlite::Connection::open(world.home.path().join("data/chancery.db")).unwrap();
    raw.execute("UPDATE held SET csr = ?1", [&other]).unwrap();
    assert_code(&world, &asking.polls(&world).await, "CHY-5010", 0).await;
    assert_code(&world, &asking.asks(&world).await, "CHY-2607", 0).await;
    raw.execute("UPDATE held SET csr = ?1", [&asking.csr]).unwrap();
    asking.device.opens(&asking.polls(&world).await);
}

#[tokio::test]
async fn m69_what_is_not_approved_or_not_fetched_in_time_ends() {
    let world = world(RULE).await;
    let (late, unfetched) = (Asking::held(&world, "vault-1").await, Asking::held(&world, "vault-2").await);
    approve(&world).await;
    world.clock.advance(7 * DAY);
    for asking in [&late, &unfetched] {
        assert_code(&world, &asking.polls(&world).await, "CHY-2604", 0).await;
        assert_code(&world, &asking.asks(&world).await, "CHY-2604", 0).await;
    }
    assert!(matches!(decide(&world, true, "ada").await, Decision::Not(HeldState::Expired)));
    // It may have been done by the server itself.
    world.store.expire_held(now(&world)).await.unwrap();
    assert!(all(&world).await.iter().all(|held| held.state == HeldState::Expired));
    // A clock that is set back revives nothing.
    world.clock.advance(-7 * DAY);
    assert_code(&world, &unfetched.polls(&world).await, "CHY-2604", 0).await;
    assert_sound(&world).await;
}

#[tokio::test]
async fn m69_a_decision_is_final_and_its_first_name_stays() {
    let world = world(RULE).await;
    Asking::held(&world, "vault-1").await;
    approve(&world).await;
    let again = decide(&world, true, "bob").await;
    let Decision::Stands { held, changed: false } = again else { panic!("{again:?}") };
    assert_eq!(held.decided_by.as_deref(), Some("ada"));
    assert!(matches!(decide(&world, false, "bob").await, Decision::Not(HeldState::Approved)));
    let nobody = approvals::decide(&*world.store, "77", true, "ada", now(&world)).await.unwrap();
    assert!(matches!(nobody, Decision::Unknown));
    assert_sound(&world).await;
}

#[tokio::test]
async fn m69_an_endpoint_that_does_not_wait_refuses_and_holds_nothing() {
    let mut world = world(RULE).await;
    let device = world.device("vault-1");
    let challenge = world.challenge("other", None).await;
    let told = device.asks(&world, "other", &device.csr(&challenge)).await;
    assert_code(&world, &told, "CHY-2602", 0).await;
    // Nobody without a challenge is held, either.
    let told = device.asks(&world, "once", &device.csr("guessed")).await;
    assert_code(&world, &told, "CHY-3002", 0).await;
    assert_eq!(all(&world).await, []);
    // Where nobody waits any more, an approval of before issues nothing.
    let asking = Asking::held(&world, "vault-2").await;
    approve(&world).await;
    world.home.configure(&(world.home.settings() + "[[policy]]\nname = 'all'\nallow = true\n"));
    world.restart().await;
    world.assert_refused(&asking.polls(&world).await, 0, "a poll").await;
    assert_code(&world, &asking.asks(&world).await, "CHY-2607", 0).await;
    assert_sound(&world).await;
}

#[tokio::test]
async fn m69_the_policy_in_force_is_asked_again_and_an_approval_answers_one_rule() {
    let mut world = world(RULE).await;
    let asking = Asking::held(&world, "vault-1").await;
    approve(&world).await;
    for (rules, code) in [
        ("[[policy]]\nname = 'none'\nrefuse = 'No more.'\n", "CHY-2601"),
        ("[[policy]]\nname = 'other-question'\nask = 'Really?'\n", "CHY-2607"),
    ] {
        world.home.configure(&waiting(&world.home.settings(), rules));
        world.restart().await;
        assert_code(&world, &asking.polls(&world).await, code, 0).await;
    }
    world.home.configure(&waiting(&world.home.settings(), RULE));
    world.restart().await;
    asking.device.opens(&asking.polls(&world).await);
    assert_sound(&world).await;
}

#[tokio::test]
async fn m70_a_device_that_left_the_list_meanwhile_gets_nothing() {
    let path = std::env::temp_dir().join(format!("chancery-approval-{}.csv", std::process::id()));
    let list = |rows: &str| std::fs::write(&path, format!("id,compliant\n{rows}")).unwrap();
    list("vault-1,true\nvault-2,true\n");
    let section =
        format!("[endpoint.directory]\nfile = {path:?}\nevery = '1s'\n[[endpoint]]\nname = 'other'");
    let settings =
        |usual: String| waiting(&usual, RULE).replacen("[[endpoint]]\nname = 'other'", &section, 1);
    let world = World::configured(settings).await;
    tokio::time::sleep(std::time::Duration::from_secs(2)).await;
    let (gone, lax) = (Asking::held(&world, "vault-1").await, Asking::held(&world, "vault-2").await);
    for held in all(&world).await {
        let id = held.id.0.to_string();
        approvals::decide(&*world.store, &id, true, "ada", now(&world)).await.unwrap();
    }
    list("vault-2,false\n");
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    for asking in [&gone, &lax] {
        assert_code(&world, &asking.polls(&world).await, "CHY-2607", 0).await;
    }
    list("vault-1,true\n");
    tokio::time::sleep(std::time::Duration::from_secs(3)).await;
    gone.device.opens(&gone.polls(&world).await);
    std::fs::remove_file(&path).unwrap();
}

#[tokio::test]
async fn t30_a_renewal_waits_too_and_its_old_certificate_is_looked_at_again() {
    let world = world("[[policy]]\nname = 'renewals'\nask = 'Again?'\nwhen.request = ['renewal']\n").await;
    let mut waits = Vec::new();
    for name in ["phone", "tablet"] {
        let device = world.device(name);
        let holder = device.signing_with(&device.enrols(&world).await);
        let key = world.key();
        let (csr, id) = (Csr::named(name, "").signed(&key), transaction());
        let request = Request::renewal_req(&csr, id.clone());
        let told = world.post("once", holder.message(&world, &request).0).await;
        assert_eq!(told.pki_status, "3", "{told:?}");
        approve(&world).await;
        waits.push((holder, id, key));
    }
    let [(good, id, key), (lost, lost_id, _)] = waits.as_slice() else { panic!("two") };
    let old = world.certificates().await.into_iter().find(|one| one.subject == "CN=tablet").unwrap();
    let event = chancery::store::AuditEvent::detail("{}".to_owned());
    let rule = chancery::standing::Rule::Manual;
    let (issuer, serial) = (old.issuer, old.serial);
    let at = now(&world);
    let revocation = chancery::store::NewRevocation { issuer, serial, reason: 1, at, rule, event };
    world.store.revoke(revocation).await.unwrap();
    assert_code(&world, &poll(&world, "once", lost, lost_id).await, "CHY-4003", 2).await;
    let certificate = good.opens(&poll(&world, "once", good, id).await);
    assert_eq!(certificate.key().spki(), key.public().spki());
    assert_eq!(world.issued().await, 3);
    assert_sound(&world).await;
}

#[tokio::test]
async fn m69_intune_is_asked_first_and_told_at_the_end() {
    let mut world = World::with_tenant().await;
    let settings = std::fs::read_to_string(world.home.path().join("chancery.toml")).unwrap();
    let settings = settings.replace("on_notify_failure", "pending = true\non_notify_failure");
    world.home.configure(&(settings + "[[policy]]\nname = 'all'\nask = 'Who?'\n"));
    world.restart().await;
    let device = world.device("phone");
    let csr = world.granted("intune", &device).await;
    let id = transaction();
    let message = device.message(&world, &Request::pkcs_req(&csr, id.clone())).0;
    assert_eq!(world.post("intune", message.clone()).await.pki_status, "3");
    let stranger = device.pkcs_req(&world, &device.csr("wrong").signed(&device.key));
    assert!(world.post("intune", stranger).await.is_refusal());
    assert_eq!(all(&world).await.len(), 1);
    approve(&world).await;
    device.opens(&poll(&world, "intune", &device, &id).await);
    device.opens(&world.post("intune", message).await);
    assert_eq!(world.counts().await.notifications_pending, 0, "Intune has taken note");
    assert_sound(&world).await;
}
