//! The command line as a process: output, exit codes.

use std::process::{Command, Output};

fn chancery(arguments: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
    command.env_clear().envs(environment.iter().copied()).args(arguments).output().expect("runs")
}

fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

#[test]
fn version_is_told_to_people_and_to_programs() {
    assert_eq!(stdout(&chancery(&["version"], &[])), format!("chancery {}\n", env!("CARGO_PKG_VERSION")));
    let json: serde_json::Value =
        serde_json::from_str(&stdout(&chancery(&["version", "--json"], &[]))).expect("JSON");
    assert_eq!(json["version"], env!("CARGO_PKG_VERSION"));
}

#[test]
fn exit_codes_are_0_ok_1_failure_2_usage_3_finding() {
    let url = [("CHANCERY_PUBLIC_URL", "http://pki.example.com")];
    assert_eq!(chancery(&["config", "check"], &url).status.code(), Some(0));
    assert_eq!(chancery(&["config", "check"], &[]).status.code(), Some(3));
    assert_eq!(chancery(&["config", "check"], &[("CHANCERY_CA__KEY", "x")]).status.code(), Some(1));
    assert_eq!(chancery(&["confiig"], &[]).status.code(), Some(2));
}

#[test]
fn a_refusal_goes_to_standard_error_and_in_json_to_standard_output_too() {
    let output = chancery(&["config", "check"], &[("CHANCERY_CA__KEY", "p255")]);
    let told = String::from_utf8(output.stderr.clone()).expect("text");
    assert!(told.starts_with("error: CHY-6005 ca.key = \"p255\": "), "{told}");
    assert!(told.contains("\n  fix: write \"p256\"\n  see: docs/errors/configuration.md#chy-6005"), "{told}");
    assert_eq!(stdout(&output), "");
    let output = chancery(&["--json", "config", "check"], &[("CHANCERY_CA__KEY", "p255")]);
    let json: serde_json::Value = serde_json::from_str(&stdout(&output)).expect("JSON");
    assert_eq!(json["errors"][0]["code"], "CHY-6005");
}

#[test]
fn config_show_says_who_set_what_and_hides_secrets() {
    let secret = "hunter2-hunter2-hunter2";
    let variables =
        [("CHANCERY_LOG__LEVEL", "warn"), ("CHANCERY_ENDPOINT__DEFAULT__INTUNE__CLIENT_SECRET", secret)];
    let told = stdout(&chancery(&["config", "show", "--data-dir", "/d"], &variables));
    assert!(told.contains("data_dir = \"/d\"  # flag --data-dir\n"), "{told}");
    assert!(told.contains("log.level = \"warn\"  # environment CHANCERY_LOG__LEVEL\n"), "{told}");
    assert!(told.contains("limits.queue = 1024  # default\n"), "{told}");
    assert!(told.contains("endpoint.0.intune.client_secret = \"(hidden)\""), "{told}");
    assert!(!told.contains(secret));
}

#[test]
fn config_example_is_a_file_that_check_accepts() {
    let path = std::env::temp_dir().join(format!("chancery-example-{}.toml", std::process::id()));
    std::fs::write(&path, stdout(&chancery(&["config", "example"], &[]))).expect("written");
    let output = chancery(&["config", "check", "--config", path.to_str().expect("text")], &[]);
    std::fs::remove_file(&path).expect("removed");
    assert_eq!(output.status.code(), Some(3), "{output:?}");
}

#[test]
fn a_static_challenge_is_made_before_its_section_is_written_and_its_hash_then_fits() {
    let folder = std::env::temp_dir().join(format!("chancery-static-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("made");
    let (file, data) = (folder.join("chancery.toml"), folder.join("data"));
    let endpoint = "[[endpoint]]\nname = 'routers'\nvalidator = 'static'\n";
    std::fs::write(&file, format!("data_dir = {data:?}\n{endpoint}")).expect("written");
    let run = |arguments: &[&str]| {
        let mut all = vec!["--json", "--config", file.to_str().expect("text")];
        all.extend_from_slice(arguments);
        chancery(&all, &[("CHANCERY_PUBLIC_URL", "http://pki.example.com")])
    };
    let refused = stdout(&run(&["config", "check"]));
    assert!(refused.contains("CHY-6006") && refused.contains("chancery challenge new --static"), "{refused}");
    let made: serde_json::Value =
        serde_json::from_str(&stdout(&run(&["challenge", "new", "--static"]))).expect("JSON");
    let section = format!("{endpoint}[endpoint.static]\nchallenge_hash = {}\n", made["challenge_hash"]);
    std::fs::write(&file, format!("data_dir = {data:?}\n{section}")).expect("written");
    let checked = run(&["config", "check"]);
    let octets = std::fs::read(data.join("keys/challenge-hash")).expect("the key");
    std::fs::remove_dir_all(&folder).expect("removed");
    assert_eq!(checked.status.code(), Some(3), "it is doubtful, for any domain may be named: {checked:?}");
    let key = chancery::validators::ChallengeKey::new(&octets).expect("32 octets");
    let hash = key.hash(made["challenge"].as_str().expect("text")).to_string();
    assert_eq!(made["challenge_hash"], hash);
}
