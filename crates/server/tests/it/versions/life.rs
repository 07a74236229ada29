//! From draft to version, in a server that runs.

use crate::world::World;
use chancery::profiles::publish;
use serde_json::Value;
use simulator::tenant::{Fault, Hop, Rule, When};
use std::time::{Duration, Instant};

/// The settings with a profile `extra` of that state and text, and an endpoint of that name.
fn with_extra(settings: &str, more: &str) -> String {
    format!(
        "{settings}\n[[profile]]\nname = 'extra'\n{more}\n\
         [[endpoint]]\nname = 'extra'\nprofile = 'extra'\nvalidator = 'one_time'\nndes = false\n"
    )
}

/// What another process does: reads the settings file as it is now, and publishes.
pub(super) async fn publish_by_another(world: &World) -> Vec<(String, u32)> {
    let config = world.home.config().unwrap();
    let now = pki::Time::from_unix(world.clock.now());
    let new = publish(&*world.store, &config, |_| true, "another process", now).await.unwrap();
    new.into_iter().map(|row| (row.name, row.version)).collect()
}

/// Waits, for ten seconds at most, until the profile is in force in this version.
pub(super) async fn in_force(world: &World, name: &str, version: u32) {
    let began = Instant::now();
    while world.profiles.current().find(name).unwrap().version != version {
        assert!(began.elapsed().as_secs() < 10, "version {version} of {name} is not taken");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Asks the endpoint for a certificate with a fresh challenge; gives the code of the refusal.
async fn asks(world: &World, endpoint: &str, name: &str) -> Option<String> {
    let device = world.device(name);
    let challenge = world.challenge(endpoint, None).await;
    let told = device.asks(world, endpoint, &device.csr(&challenge)).await;
    told.code().map(str::to_owned)
}

async fn remembered(world: &World) -> Vec<(String, u32)> {
    world.certificates().await.into_iter().map(|one| (one.profile, one.profile_version)).collect()
}

/// Particulars of every audit row that tells of a publication.
async fn audited(world: &World) -> Vec<(String, u64)> {
    let rows = world.store.audit(0, 1_000).await.unwrap();
    let rows = rows.iter().map(|row| serde_json::from_str::<Value>(&row.event).unwrap());
    let published = rows.filter(|row| row["event"] == "profile.published");
    let told = |row: Value| {
        (row["detail"]["profile"].as_str().unwrap().to_owned(), row["detail"]["version"].as_u64().unwrap())
    };
    published.map(told).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m29_a_draft_is_refused_until_it_is_published() {
    let world = World::configured(|settings| with_extra(&settings, "state = 'draft'")).await;
    let refused = asks(&world, "extra", "early").await;
    assert_eq!(refused.as_deref(), Some("CHY-2004"));
    assert_eq!(asks(&world, "once", "control").await, None, "a published profile issues");
    // A draft that another process edits is nobody's.
    world.home.configure(&with_extra(&world.home.settings(), "state = 'draft'\nvalidity_days = 30"));
    assert_eq!(publish_by_another(&world).await, []);
    world.profiles.follow(&*world.store).await.unwrap();
    assert_eq!(asks(&world, "extra", "later").await.as_deref(), Some("CHY-2004"));
    // Published: usable within a second, without a start.
    world.home.configure(&with_extra(&world.home.settings(), "validity_days = 30"));
    assert_eq!(publish_by_another(&world).await, [("extra".to_owned(), 1)]);
    in_force(&world, "extra", 1).await;
    assert_eq!(asks(&world, "extra", "at last").await, None);
    assert_eq!(remembered(&world).await, [("device".to_owned(), 1), ("extra".to_owned(), 1)]);
    world.assert_verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t42_an_edit_is_a_version_and_certificates_remember_theirs() {
    let mut world = World::start().await;
    assert_eq!(asks(&world, "once", "first").await, None);
    world.restart().await;
    let two = [("device".to_owned(), 1), ("other".to_owned(), 1)];
    assert_eq!(audited(&world).await, two, "the same settings are no version");
    let edited = world.home.settings().replacen("name = 'device'", "name = 'device'\nvalidity_days = 30", 1);
    world.home.configure(&edited);
    world.restart().await;
    assert_eq!(audited(&world).await.last(), Some(&("device".to_owned(), 2)));
    assert_eq!(asks(&world, "once", "second").await, None);
    assert_eq!(remembered(&world).await, [("device".to_owned(), 1), ("device".to_owned(), 2)]);
    let rows = world.certificates().await;
    let days = |at: usize| (rows[at].not_after.unix() - rows[at].not_before.unix() + 1) / 86_400;
    assert_eq!((days(0), days(1)), (365, 30));
    // An edit that is taken back is a version, too: what was in force when is never rewritten.
    world.home.configure(&world.home.settings());
    assert_eq!(publish_by_another(&world).await, [("device".to_owned(), 3)]);
    world.assert_verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t64_recovery_finishes_by_the_version_that_was_recorded() {
    let mut world = World::start().await;
    assert_eq!(asks(&world, "once", "cut off").await, None);
    world.stop().await;
    // What a crash after the first commit leaves: bytes to be signed, and nothing of the second commit.
    let raw = rusqlite::Connection::open(world.home.path().join("data/chancery.db")).unwrap();
    raw.execute_batch(
        "DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit WHERE event LIKE '{\"event\":\"certificate.issued%');
         DELETE FROM signatures; INSERT INTO unfinished SELECT id FROM certificates",
    )
    .unwrap();
    drop(raw);
    let edited = world.home.settings().replacen("name = 'device'", "name = 'device'\nvalidity_days = 30", 1);
    world.home.configure(&edited);
    world.start_again().await;
    assert_eq!(world.profiles.current().find("device").unwrap().version, 2, "control: it was edited");
    assert_eq!(world.issued().await, 1);
    let row = world.certificates().await.remove(0);
    assert!(row.der().is_some(), "it is finished");
    assert_eq!(row.profile_version, 1);
    assert_eq!((row.not_after.unix() - row.not_before.unix() + 1) / 86_400, 365);
    world.assert_sound().await;
    world.assert_verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m23_another_display_name_changes_no_enrolment() {
    let world = World::start().await;
    assert_eq!(asks(&world, "once", "before").await, None);
    let named =
        world.home.settings().replacen("name = 'device'", "name = 'device'\ndisplay_name = 'Wi-Fi'", 1);
    world.home.configure(&named);
    publish_by_another(&world).await;
    in_force(&world, "device", 2).await;
    assert_eq!(asks(&world, "once", "after").await, None);
    // A reference is by name: the display name is answered with it.
    world.home.configure(&named.replacen("profile = 'device'", "profile = 'Wi-Fi'", 1));
    let Err(problems) = world.home.config() else { panic!("a reference by display name is believed") };
    let told = problems.to_string();
    assert!(told.contains("CHY-6007") && told.contains(r#"write its name, "device""#), "{told}");
    world.home.configure(&named);
    world.assert_verified().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t42_an_enrolment_goes_on_by_the_version_that_it_began_with() {
    let world = World::with_tenant().await;
    let (hop, fault) = (Hop::ValidateRequest, Fault::Delay { ms: 1_500 });
    world.tenant().faults().order(Rule { hop, fault, when: When::Times(1), after: 0 });
    let device = world.device("slow");
    let message = device.pkcs_req(&world, &world.granted("intune", &device).await);
    let before = world.tenant().journal().total();
    let publishing = async {
        // Before the verdict Intune is asked for tokens: by then the enrolment has its profile.
        while world.tenant().journal().total() == before {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let file = world.home.path().join("chancery.toml");
        let text = std::fs::read_to_string(&file).unwrap();
        let edited = text.replacen("name = 'device'", "name = 'device'\nvalidity_days = 30", 1);
        world.home.configure(&edited);
        assert_eq!(publish_by_another(&world).await, [("device".to_owned(), 2)]);
        world.profiles.follow(&*world.store).await.unwrap();
        assert_eq!(world.issued().await, 0, "control: the enrolment was still under way");
    };
    let (told, ()) = tokio::join!(world.post("intune", message), publishing);
    device.opens(&told);
    let next = world.device("next");
    let message = next.pkcs_req(&world, &world.granted("intune", &next).await);
    next.opens(&world.post("intune", message).await);
    assert_eq!(remembered(&world).await, [("device".to_owned(), 1), ("device".to_owned(), 2)]);
    let rows = world.certificates().await;
    let days = |at: usize| (rows[at].not_after.unix() - rows[at].not_before.unix() + 1) / 86_400;
    assert_eq!((days(0), days(1)), (365, 30));
    world.assert_verified().await;
}
