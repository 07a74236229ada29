//! `chancery profile lint` with what a running CA knows.

use crate::world::World;
use serde_json::Value;
use std::process::Command;

/// Runs `chancery profile` with these words beside the server; gives exit code and what it printed.
fn profile(world: &World, words: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    let command = command.args(["--local", "--json", "--config", "chancery.toml", "profile"]).args(words);
    let output = tokio::task::block_in_place(|| command.current_dir(world.home.path()).output()).unwrap();
    (output.status.code(), String::from_utf8(output.stdout).unwrap())
}

/// Keeps a profile that refers to a root with this SHA-1 thumbprint.
fn keep(world: &World, thumbprint: &[u8]) {
    let digits: String = thumbprint.iter().map(|octet| format!("{octet:02X}")).collect();
    let root = format!("Contoso root={digits}");
    let words = [
        "new",
        "--preset",
        "wifi-user",
        "--platform",
        "windows",
        "--url",
        "https://scep.contoso.example/scep/once",
    ];
    let (_, made) = profile(world, &[&words[..], &["--root", &root]].concat());
    std::fs::write(world.home.path().join("p.json"), made).unwrap();
}

/// The codes that the linter finds.
fn found(world: &World, words: &[&str]) -> Vec<String> {
    let (code, said) = profile(world, &[&["lint", "p.json"], words].concat());
    assert!(matches!(code, Some(0 | 3)), "{words:?}: {said}");
    let said: Value = serde_json::from_str(&said).unwrap();
    let code = |one: &Value| one["code"].as_str().unwrap().to_owned();
    said["findings"].as_array().unwrap().iter().map(code).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m6_the_linter_knows_the_chain_of_a_running_ca() {
    let world = World::start().await;
    let (running, strange) = (world.url("once"), "PRF-711".to_owned());
    let ways: [&[&str]; 3] = [&["--ca"], &["--ca", "--endpoint", "other"], &["--url", &running]];
    for (thumbprint, is_strange) in
        [(world.authority.root.sha1(), false), (world.issuing().sha1(), false), ([0x11; 20], true)]
    {
        keep(&world, &thumbprint);
        assert!(!found(&world, &[]).contains(&strange), "control: who knows no CA finds no stranger");
        for way in ways {
            assert_eq!(found(&world, way).contains(&strange), is_strange, "{way:?}");
        }
    }
    // The file says more than the CA, and what it says stands.
    let limits = "[limits]\nkey_sizes = [3072, 4096]\n";
    std::fs::write(world.home.path().join("known.toml"), limits).unwrap();
    let both = found(&world, &["--ca", "--surroundings", "known.toml"]);
    let alone = found(&world, &["--ca"]);
    assert!(both.contains(&strange) && both.len() > alone.len(), "{both:?}, {alone:?}");
    for words in [&["--url", "http://127.0.0.1:9/scep/x"][..], &["--ca", "--endpoint", "nowhere"]] {
        let (code, _) = profile(&world, &[&["lint", "p.json"], words].concat());
        assert_eq!(code, Some(1), "{words:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn m14_the_linter_knows_the_validity_that_the_endpoint_grants() {
    let world = World::configured(|usual| {
        usual.replacen(
            "name = 'device'\n",
            "name = 'device'\nvalidity_days = 30\nmax_validity_days = 60\n",
            1,
        )
    })
    .await;
    keep(&world, &world.authority.root.sha1());
    let longer = "PRF-603".to_owned();
    assert!(!found(&world, &[]).contains(&longer), "control: nobody knows what is granted");
    assert!(found(&world, &["--ca"]).contains(&longer), "a year is asked for where 60 days are granted");
}
