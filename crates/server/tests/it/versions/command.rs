//! `chancery ca profile`.

use crate::world::World;
use serde_json::{Value, json};
use std::process::{Command, Output};

fn command(world: &World, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    let settings = world.home.path().join("chancery.toml");
    command.arg("--config").arg(settings).args(["--local", "ca", "profile"]).args(arguments);
    command.output().unwrap()
}

fn said(world: &World, arguments: &[&str]) -> Value {
    let output = command(world, &[arguments, &["--json"]].concat());
    serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{output:?}"))
}

fn edited(world: &World, more: &str) -> String {
    world.home.settings().replacen("name = 'device'", &format!("name = 'device'\n{more}"), 1)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m29_what_is_published_is_listed_compared_and_told_by_whom() {
    let world = World::start().await;
    let state = |world: &World| said(world, &["list"])["profiles"][0]["state"].clone();
    assert_eq!(state(&world), "published");
    world.home.configure(&edited(&world, "validity_days = 30\nextended_key_usage = ['serverAuth']"));
    assert_eq!(state(&world), "changed");
    let output = command(&world, &["diff", "device"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert_eq!(text, "extended_key_usage: [\"clientAuth\"] -> [\"serverAuth\"]\nvalidity_days: 365 -> 30\n");
    assert_eq!(
        said(&world, &["publish", "device"])["published"],
        json!([{ "name": "device", "version": 2 }])
    );
    assert_eq!(said(&world, &["publish"])["published"], json!([]));
    assert_eq!(state(&world), "published");
    super::life::in_force(&world, "device", 2).await;
    let versions = said(&world, &["versions", "device"]);
    let by: Vec<&Value> =
        versions["versions"].as_array().unwrap().iter().map(|row| &row["published_by"]).collect();
    assert_eq!(by, ["start of the server", "command line"]);
    let between = said(&world, &["diff", "device", "2", "1"]);
    assert_eq!(between["changes"][1], json!({ "setting": "validity_days", "before": 30, "after": 365 }));
    let shown = said(&world, &["show", "device", "--version", "1"]);
    assert_eq!((&shown["version"], &shown["settings"]["validity_days"]), (&json!(1), &json!(365)));
    let shown = said(&world, &["show", "device"]);
    assert_eq!(shown["version"], 2);
    assert!(shown["warnings"].to_string().contains("lacks clientAuth"), "M25: {shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m31_a_copy_shows_what_differs_and_can_be_written_as_it_is() {
    let world = World::start().await;
    world.home.configure(&edited(&world, "validity_days = 30"));
    let copy = ["copy", "--from", "device", "--name", "wifi", "--display-name", "Wi-Fi"];
    let output = command(&world, &copy);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("[[profile]]\nname = \"wifi\"\n"), "{text}");
    let told: Vec<&str> = text.lines().filter(|line| line.contains(" -> ")).collect();
    assert_eq!(
        told,
        ["# display_name: nothing -> \"Wi-Fi\"", "# name: \"device\" -> \"wifi\""],
        "only what differs"
    );
    world.home.configure(&format!("{}\n{text}", edited(&world, "validity_days = 30")));
    let rows = said(&world, &["list"]);
    let row = rows["profiles"].as_array().unwrap().iter().find(|row| row["name"] == "wifi").unwrap();
    assert_eq!((&row["state"], &row["display_name"]), (&json!("draft"), &json!("Wi-Fi")));
    assert_eq!(said(&world, &["show", "wifi"])["settings"]["validity_days"], 30);
    let draft = said(&world, &["publish", "wifi"]);
    assert_eq!(draft["errors"][0]["code"], "CHY-6046", "a draft is not published by accident");
    // The name is taken, there is nothing to copy, and a display name is no reference (M23).
    assert_eq!(said(&world, &copy)["errors"][0]["code"], "CHY-6010");
    let nothing = said(&world, &["copy", "--from", "nothing", "--name", "other-name"]);
    assert_eq!(nothing["errors"][0]["code"], "CHY-6045");
    let display = said(&world, &["show", "Wi-Fi"]);
    assert!(display["errors"][0]["fix"].as_str().unwrap().contains("wifi"), "{display}");
}
