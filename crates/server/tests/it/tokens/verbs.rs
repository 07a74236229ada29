//! `chancery token`, beside a running server.

use super::office::Office;
use serde_json::{Value, json};
use std::process::{Command, Output};

fn chancery(office: &Office, words: &[&str]) -> Output {
    let file = office.world.home.path().join("chancery.toml");
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.args(["--local", "--json", "--config"]).arg(file).arg("token").args(words);
    tokio::task::block_in_place(|| command.output()).unwrap()
}

fn told(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The files of the data directory in which the text stands.
fn holding(office: &Office, text: &str) -> Vec<String> {
    let files = std::fs::read_dir(office.world.home.path().join("data")).unwrap().map(Result::unwrap);
    let holds = |path: &std::path::Path| {
        std::fs::read(path).is_ok_and(|bytes| bytes.windows(text.len()).any(|part| part == text.as_bytes()))
    };
    files.map(|file| file.path()).filter(|path| holds(path)).map(|path| path.display().to_string()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_is_shown_once_and_works_until_it_is_revoked() {
    let office = Office::open().await;
    let words = ["new", "--name", "kiosk-setup", "--scope", "challenge.new", "cert.read", "--expires", "90d"];
    let made = told(&chancery(&office, &words));
    let text = made["token"].as_str().unwrap();
    assert!(text.starts_with("chy_") && text.len() == 4 + 43, "32 octets in base64url");
    assert_eq!(made["scopes"], json!(["challenge.new", "cert.read"]));
    let ask = || office.call("POST", "challenges", text, r#"{"endpoint":"once"}"#);
    assert_eq!(ask().await.status, 201);

    let listed = chancery(&office, &["list"]);
    let row = &told(&listed)["tokens"][0];
    assert_eq!(
        (&row["name"], &row["status"], &row["revoked"]),
        (&json!("kiosk-setup"), &json!("live"), &Value::Null)
    );
    let twice = chancery(&office, &words);
    assert_eq!((twice.status.code(), &told(&twice)["errors"][0]["code"]), (Some(1), &json!("CHY-6035")));
    assert_eq!(told(&chancery(&office, &["revoke", "kiosk-setup"]))["result"], "revoked");
    assert_eq!(ask().await.status, 401, "the server, which runs on, refuses it");
    let again = chancery(&office, &["revoke", "kiosk-setup"]);
    assert_eq!((again.status.code(), &told(&again)["errors"][0]["code"]), (Some(1), &json!("CHY-6036")));

    let audit = office.world.store.audit(0, 1_000).await.unwrap();
    assert!(
        !audit.iter().any(|row| row.event.contains(text))
            && !String::from_utf8_lossy(&listed.stdout).contains(text)
    );
    assert_eq!(holding(&office, text), [""; 0], "its hash alone is kept");
    assert!(!holding(&office, "kiosk-setup").is_empty(), "control: the search finds names");
    let created = &office.audit("token.created").await[0];
    assert_eq!((&created["token"], &created["by"]), (&json!("kiosk-setup"), &json!("command line")));
    assert_eq!(
        office.audit("token.revoked").await,
        [json!({ "by": "command line", "token": "kiosk-setup" })]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_makes_no_sense_is_not_made() {
    let office = Office::open().await;
    for words in [
        ["--name", "a b", "--scope", "cert.read", "--expires", "90d"],
        ["--name", "desk", "--scope", "cert.*", "--expires", "90d"],
        ["--name", "desk", "--scope", "cert.read", "--expires", "0s"],
        ["--name", "desk", "--scope", "cert.read", "--expires", "3651d"],
        ["--name", "desk", "--scope", "cert.read", "--expires", "soon"],
    ] {
        let refused = chancery(&office, &[&["new"], &words[..]].concat());
        assert_eq!(
            (refused.status.code(), &told(&refused)["errors"][0]["code"]),
            (Some(2), &json!("CHY-6034"))
        );
    }
    assert_eq!(chancery(&office, &["new", "--name", "desk"]).status.code(), Some(2), "no scope, no token");
    assert_eq!(office.world.store.tokens(10).await.unwrap(), []);
}
