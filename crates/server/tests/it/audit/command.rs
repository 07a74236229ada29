//! `chancery audit verify|export`, and the heads that a server writes into its log.

use crate::world::World;
use chancery::audit::{anchor, hex};
use serde_json::Value;
use std::fs::File;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn chancery(world: &World, words: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.args(["--local", "--json", "--config"]).arg(world.home.path().join("chancery.toml")).arg("audit");
    tokio::task::block_in_place(|| command.args(words).output()).unwrap()
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

fn raw(world: &World) -> rusqlite::Connection {
    rusqlite::Connection::open(world.home.path().join("data/chancery.db")).unwrap()
}

/// Runs `chancery serve` until it has written a head, and ends it; gives its log.
fn served(world: &World) -> PathBuf {
    let log = world.home.path().join("log");
    let mut child = Command::new(env!("CARGO_BIN_EXE_chancery"))
        .args(["--local", "--config"])
        .arg(world.home.path().join("chancery.toml"))
        .arg("serve")
        .stdout(Stdio::null())
        .stderr(File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let began = Instant::now();
    while !std::fs::read_to_string(&log).unwrap().contains("audit_anchor") {
        assert!(began.elapsed().as_secs() < 60, "no head in the log");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert!(Command::new("kill").arg(child.id().to_string()).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    log
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn t80_the_log_of_a_server_shows_that_the_end_was_cut_off() {
    for format in ["text", "json"] {
        let mut world = World::start().await;
        world.stop().await;
        let settings = world.home.settings().replace("format = 'json'", &format!("format = '{format}'"));
        world.home.configure(&settings.replace("level = 'trace'", "level = 'error'"));
        let log = tokio::task::block_in_place(|| served(&world));
        let text = std::fs::read_to_string(&log).unwrap();
        assert_eq!(anchor::found_in(&text).len(), 2, "at start and at stop, whatever the level: {text}");
        let log = log.to_str().unwrap();
        let sound = chancery(&world, &["verify", "--anchors", log]);
        assert_eq!((sound.status.code(), told(&sound)["compared"].clone()), (Some(0), 2.into()), "{sound:?}");

        let changes = raw(&world).execute("DELETE FROM audit WHERE seq = (SELECT max(seq) FROM audit)", []);
        assert_eq!(changes.unwrap(), 1);
        assert_eq!(chancery(&world, &["verify"]).status.code(), Some(0), "control: by itself it agrees");
        let cut = chancery(&world, &["verify", "--anchors", log]);
        assert_eq!((cut.status.code(), told(&cut)["clean"].clone()), (Some(3), false.into()), "{cut:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn verify_ends_with_0_clean_1_nothing_to_compare_2_usage_3_finding() {
    let world = World::start().await;
    let head = world.store.audit_head().await.unwrap();
    let pair = format!("{}:{}", head.sequence, hex(&head.hash));
    let clean = chancery(&world, &["verify", "--head", &pair]);
    assert_eq!((clean.status.code(), &told(&clean)["rows"]), (Some(0), &head.sequence.into()));
    assert_eq!(told(&clean)["head"]["hash"], hex(&head.hash));
    let other = format!("{}:{}", head.sequence, "00".repeat(32));
    assert_eq!(chancery(&world, &["verify", "--head", &other]).status.code(), Some(3));
    let misspelt = chancery(&world, &["verify", "--head", "7"]);
    assert_eq!(
        (misspelt.status.code(), &told(&misspelt)["errors"][0]["code"]),
        (Some(2), &"CHY-6056".into())
    );
    // A log without a head is no comparison.
    let empty = world.home.path().join("empty");
    std::fs::write(&empty, "nothing\n").unwrap();
    let nothing = chancery(&world, &["verify", "--anchors", empty.to_str().unwrap()]);
    assert_eq!((nothing.status.code(), &told(&nothing)["errors"][0]["code"]), (Some(1), &"CHY-6056".into()));
    raw(&world).execute("UPDATE audit SET at = at - 1 WHERE seq = 2", []).unwrap();
    let changed = chancery(&world, &["verify"]);
    assert_eq!((changed.status.code(), &told(&changed)["row"]), (Some(3), &2.into()), "{changed:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_has_every_row_and_is_a_file_of_heads() {
    let world = World::start().await;
    let event = chancery::store::AuditEvent::new("a.b", r#"{"by":"x\ny","z":1}"#.to_owned());
    world.store.append_audit(event, pki::Time::from_unix(1_800_000_000)).await.unwrap();
    let rows = world.store.audit(0, 10_000).await.unwrap();
    let exported = chancery(&world, &["export"]);
    let text = String::from_utf8(exported.stdout).unwrap();
    assert_eq!(text.lines().count(), rows.len());
    for (line, row) in text.lines().zip(&rows) {
        let value: Value = serde_json::from_str(line).unwrap();
        assert_eq!(value["sequence"], row.sequence);
        assert_eq!(value["at"], row.at.to_string());
        assert_eq!(value["hash"], hex(&row.hash));
        assert_eq!(value["event"], serde_json::from_str::<Value>(&row.event).unwrap());
    }
    let file = world.home.path().join("export");
    std::fs::write(&file, &text).unwrap();
    let sound = chancery(&world, &["verify", "--anchors", file.to_str().unwrap()]);
    assert_eq!((sound.status.code(), &told(&sound)["compared"]), (Some(0), &rows.len().into()));

    let last = rows.len() - 1;
    let syslog = chancery(&world, &["export", "--after", &last.to_string(), "--format", "syslog"]);
    let line = String::from_utf8(syslog.stdout).unwrap();
    assert_eq!(line.lines().count(), 1);
    let head = "<109>1 2027-01-15T08:00:00Z ";
    assert!(line.starts_with(head) && line.contains(r#" by="x\\ny"] {"event":"a.b""#), "{line}");
}
