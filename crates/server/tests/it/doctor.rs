//! `chancery doctor` and `chancery intune check`: each thing that is wrong is told with its fix, and nothing else is.

use crate::world::World;
use serde_json::Value;
use std::fs::{self, Permissions};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicU32, Ordering};

/// With the home's own `bin` first: `df` is there, since how full this machine's disk is is no matter of these tests.
fn chancery(home: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    let path = format!("{}:/usr/bin:/bin", home.join("bin").display());
    command.env_clear().env("PATH", path).arg("--config").arg(home.join("chancery.toml"));
    command.args(["--local", "--json"]).args(arguments).output().unwrap()
}

/// Codes and sentences found, and the exit code.
fn doctor(home: &Path, arguments: &[&str]) -> (Vec<(String, String)>, Option<i32>) {
    let said = chancery(home, &[&["doctor"], arguments].concat());
    let json: Value = serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{said:?}"));
    let text = |one: &Value, key: &str| one[key].as_str().unwrap().to_owned();
    let findings = json["findings"].as_array().unwrap();
    assert!(findings.iter().all(|one| !text(one, "fix").is_empty() && text(one, "page").contains("#chy-")));
    (findings.iter().map(|one| (text(one, "code"), text(one, "sentence"))).collect(), said.status.code())
}

/// A directory with a CA in it, without a server, and settings in which nothing is doubtful.
struct Home(PathBuf);

impl Home {
    fn new() -> Home {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::SeqCst);
        let path = std::env::temp_dir().join(format!("chancery-doctor-{}-{number}", std::process::id()));
        fs::create_dir_all(path.join("bin")).unwrap();
        let home = Home(path);
        let df = home.0.join("bin/df");
        fs::write(&df, "#!/bin/sh\nexec cat \"${0%/*}/disk\"\n").unwrap();
        fs::set_permissions(&df, Permissions::from_mode(0o700)).unwrap();
        home.disk(100 << 20, 50 << 20);
        home.configure("127.0.0.1:0");
        assert_eq!(chancery(&home.0, &["init"]).status.code(), Some(0));
        home
    }

    /// What `df` says from now on, in KiB (and in inodes).
    fn disk(&self, total: u64, free: u64) {
        let said = format!("header\n/dev/disk {total} {} {free} 1% /\n", total - free);
        fs::write(self.0.join("bin/disk"), said).unwrap();
    }

    fn configure(&self, scep: &str) {
        let data = self.0.join("data");
        let settings = format!(
            "data_dir = {data:?}\npublic_url = 'http://127.0.0.1:1'\n\
             [listen]\nscep = '{scep}'\nadmin = '127.0.0.1:0'\n\
             [[endpoint]]\nname = 'once'\nvalidator = 'one_time'\n"
        );
        fs::write(self.0.join("chancery.toml"), settings).unwrap();
    }
}

impl Drop for Home {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[track_caller]
fn finds(home: &Path, code: &str, words: &str) {
    let (found, exit) = doctor(home, &[]);
    assert_eq!(exit, Some(3));
    assert!(found.iter().any(|(at, what)| at == code && what.contains(words)), "{code} {words}: {found:?}");
}

#[test]
fn a_sound_installation_has_nothing_found() {
    let (found, exit) = doctor(&Home::new().0, &[]);
    assert_eq!((found, exit), (vec![], Some(0)));
}

#[test]
fn a_disk_that_fills_up_is_found_before_it_is_full() {
    let home = Home::new();
    for (total, free, scarce) in [
        (1_000_000, 524_289, false),
        (1_000_000, 524_287, true),
        (100 << 20, (5 << 20) - 1, true),
        // Less than a twentieth of a large disk, and more than enough.
        (250 << 20, 11 << 20, false),
    ] {
        home.disk(total, free);
        let said = chancery(&home.0, &["doctor"]);
        let json: Value = serde_json::from_slice(&said.stdout).unwrap();
        let room = json["findings"].as_array().unwrap().iter().any(|one| {
            one["code"] == "CHY-6062"
                && one["sentence"].as_str().unwrap().contains(&format!("{free} of {total} KiB"))
        });
        assert_eq!(room, scarce, "{total} {free}: {json}");
    }
}

#[test]
fn modes_missing_keys_and_foreign_keys_are_found() {
    let sound = Home::new();
    let (home, data) = (&sound.0, sound.0.join("data"));
    let mode = |path: &Path, mode| fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    mode(&data, 0o755);
    finds(home, "CHY-6061", "may be entered by others");
    mode(&data, 0o700);
    mode(&data.join("keys/default"), 0o640);
    finds(home, "CHY-6061", "keys/default may be read by others than its owner (mode 640)");
    mode(&data.join("keys/default"), 0o600);
    let kept = fs::read(data.join("keys/ra")).unwrap();
    fs::copy(data.join("keys/default"), data.join("keys/ra")).unwrap();
    finds(home, "CHY-5012", "is not the key of authority");
    fs::remove_file(data.join("keys/ra")).unwrap();
    finds(home, "CHY-5002", "keys/ra");
    fs::write(data.join("keys/ra"), kept).unwrap();
    mode(&data.join("keys/ra"), 0o600);
    // The root's key may be taken away.
    fs::remove_file(data.join("keys/root")).unwrap();
    assert_eq!(doctor(home, &[]).1, Some(0));
    fs::remove_file(data.join("keys/challenge-hash")).unwrap();
    finds(home, "CHY-5002", "challenge hashes is gone");
}

#[test]
fn m46_a_listener_that_is_held_names_its_holder() {
    let home = Home::new();
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    home.configure(&held.local_addr().unwrap().to_string());
    let me = format!("(process {}) listens there", std::process::id());
    finds(&home.0, "CHY-6022", &me);
    home.configure("192.0.2.1:9");
    finds(&home.0, "CHY-6022", "this machine has no such address");
}

#[test]
fn settings_no_ca_and_no_server_are_told() {
    let home = Home::new();
    let (found, exit) = doctor(&home.0, &["--via"]);
    assert_eq!((found[0].0.as_str(), exit), ("CHY-6065", Some(3)), "{found:?}");
    let elsewhere = doctor(&home.0, &["--data-dir", "/nonexistent/chancery"]).0;
    assert_eq!(elsewhere[0].0, "CHY-6020", "{elsewhere:?}");
    fs::write(home.0.join("chancery.toml"), "data_dirr = 'x'").unwrap();
    assert_eq!(doctor(&home.0, &[]).0[0].0, "CHY-6003");
}

#[tokio::test(flavor = "multi_thread")]
async fn m40_the_way_from_outside_is_tried_with_a_long_request() {
    let world = World::start().await;
    let via = format!("http://{}", world.at.scep);
    let said = chancery(world.home.path(), &["doctor", "--via", &via]);
    let json: Value = serde_json::from_slice(&said.stdout).unwrap();
    let well: Vec<&str> =
        json["well"].as_array().unwrap().iter().filter_map(|one| one["what"].as_str()).collect();
    assert!(well.contains(&"GET /healthz") && well.contains(&"a GET of 40 KB"), "{json}");
}

#[tokio::test(flavor = "multi_thread")]
async fn m202_intune_check_names_the_missing_permission() {
    let world = World::with_tenant().await;
    let check = || {
        let said = chancery(world.home.path(), &["intune", "check", "--endpoint", "intune"]);
        let json: Value = serde_json::from_slice(&said.stdout).unwrap_or_else(|_| panic!("{said:?}"));
        (json["connections"][0].clone(), said.status.code())
    };
    let (well, exit) = check();
    assert_eq!((well["ok"].as_bool(), exit), (Some(true), Some(0)), "{well}");
    assert!(well["service"].as_str().unwrap().starts_with("http://127.0.0.1:"));

    let tenant = world.tenant().world();
    let whole = tenant.application(&world.tenant().credentials().client_id).unwrap();
    for (without, code, fix) in [
        ("graph", "CHY-5112", "Application.Read.All"),
        ("intune", "CHY-5113", "scep_challenge_provider"),
        ("secret", "CHY-5111", "secret"),
    ] {
        let mut poorer = whole.clone();
        match without {
            "graph" => poorer.graph_roles.clear(),
            "intune" => poorer.intune_roles.clear(),
            _ => poorer.secrets.clear(),
        }
        tenant.register(poorer);
        let (found, exit) = check();
        assert_eq!((found["finding"]["code"].as_str(), exit), (Some(code), Some(3)), "{found}");
        assert!(found["finding"]["fix"].as_str().unwrap().contains(fix), "{without}: {found}");
    }
    let secret = &world.tenant().credentials().secret;
    let said = chancery(world.home.path(), &["intune", "check"]);
    assert!(!String::from_utf8_lossy(&said.stdout).contains(secret.as_str()));
}

#[tokio::test]
async fn intune_check_without_a_connection_is_a_mistake_of_usage() {
    let world = World::start().await;
    assert_eq!(chancery(world.home.path(), &["intune", "check"]).status.code(), Some(2));
}
