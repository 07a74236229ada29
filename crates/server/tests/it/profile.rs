//! `chancery profile` as a process: written, read back, checked, exported, compared.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

struct Desk(PathBuf);

impl Desk {
    fn new(name: &str) -> Desk {
        let path = std::env::temp_dir().join(format!("chancery-profile-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Desk(path)
    }

    fn run(&self, words: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_chancery"));
        command.env_clear().current_dir(&self.0).arg("profile").args(words).output().unwrap()
    }

    /// What it prints; it ends with that code.
    fn says(&self, code: i32, words: &[&str]) -> String {
        let output = self.run(words);
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{words:?}: {told}");
        if code == 1 { told } else { String::from_utf8(output.stdout).unwrap() }
    }

    fn keep(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    /// A new profile, kept as `name`.
    fn begin(&self, name: &str, platform: &str) {
        let words = [
            "new",
            "--preset",
            "wifi-user",
            "--platform",
            platform,
            "--url",
            "https://scep.contoso.example/scep/wifi",
        ];
        let root = "Contoso root=0123456789ABCDEF0123456789ABCDEF01234567";
        self.keep(name, &self.says(0, &[&words[..], &["--root", root]].concat()));
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

#[test]
fn a_profile_comes_back_from_each_form_that_it_is_exported_in() {
    let desk = Desk::new("forms");
    for (platform, form) in
        [("windows", "graph"), ("windows", "syncml"), ("ios", "graph"), ("macos", "mobileconfig")]
    {
        desk.begin("a.toml", platform);
        desk.keep("exported", &desk.says(0, &["export", "a.toml", "--format", form]));
        let shown = desk.says(0, &["show", "exported", "--name", "back", "--platform", platform]);
        desk.keep("back.toml", &shown);
        // Forms lose what they have no place for; what a request is made of stays.
        let told = desk.run(&["--json", "diff", "a.toml", "back.toml"]);
        let told: serde_json::Value = serde_json::from_slice(&told.stdout).unwrap();
        let lost = [
            "display_name",
            "name",
            "root_certificates",
            "deployment_channel",
            "extended_key_usages",
            "subject",
        ];
        for change in told["changes"].as_array().unwrap() {
            assert!(lost.contains(&change["setting"].as_str().unwrap()), "{form}: {change}");
        }
        assert!(shown.contains("{{UserName}}") && shown.contains("{{UserPrincipalName}}"), "{form}: {shown}");
    }
    for form in ["powershell", "steps"] {
        desk.begin("a.toml", "windows");
        let told = desk.says(0, &["export", "a.toml", "--format", form]);
        assert!(told.contains("https://scep.contoso.example/scep/wifi"), "{form}: {told}");
    }
}

#[test]
fn faults_are_found_mended_and_not_handed_on() {
    let desk = Desk::new("faults");
    desk.begin("a.toml", "windows");
    let text = std::fs::read_to_string(desk.0.join("a.toml")).unwrap();
    let faulty = text.replace("key_size = 2048", "key_size = 1024");
    assert_ne!(faulty, text);
    desk.keep("faulty.toml", &faulty);
    let told = desk.says(3, &["lint", "faulty.toml"]);
    assert!(told.contains("error PRF-501 key_size"), "{told}");
    let refused = desk.says(1, &["export", "faulty.toml", "--format", "graph"]);
    assert!(refused.contains("CHY-6038") && refused.contains("PRF-501"), "{refused}");
    desk.says(0, &["export", "faulty.toml", "--format", "graph", "--force"]);
    desk.keep("mended.toml", &desk.says(0, &["lint", "faulty.toml", "--fix"]));
    assert!(!desk.run(&["lint", "mended.toml"]).stdout.windows(7).any(|part| part == b"PRF-501"));
    desk.says(0, &["export", "mended.toml", "--format", "graph"]);
    desk.keep("broken.toml", "name = 'a'\nkey_sise = 2048\n");
    assert!(desk.says(1, &["show", "broken.toml"]).contains("key_sise"));
    assert!(desk.says(1, &["show", "nowhere.toml"]).contains("cannot be read"));
}

#[test]
fn m193_a_diff_says_whether_devices_enrol_again() {
    let desk = Desk::new("diff");
    desk.begin("a.toml", "windows");
    let text = std::fs::read_to_string(desk.0.join("a.toml")).unwrap();
    desk.keep("same.toml", &text);
    assert_eq!(desk.says(0, &["diff", "a.toml", "same.toml"]).trim(), "nothing differs");
    let sid = "[[alternative_names]]\ntype = 'uri'\nvalue = '{{OnPremisesSecurityIdentifier}}'\n";
    desk.keep("sid.toml", &format!("{text}\n{sid}"));
    let told = desk.says(3, &["diff", "a.toml", "sid.toml"]);
    assert!(told.contains("enrols again") && told.contains("alternative_names"), "{told}");
}

#[test]
fn every_sample_is_read_and_those_in_other_forms_too() {
    let samples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/profiles/exported");
    let desk = Desk::new("samples");
    let mut seen = 0;
    for entry in std::fs::read_dir(samples).unwrap() {
        let path = entry.unwrap().path();
        let platform = if path.to_string_lossy().contains("macos") { "macos" } else { "ios" };
        let mut words = vec!["show", path.to_str().unwrap(), "--name", "a"];
        if path.extension().is_some_and(|extension| extension == "mobileconfig") {
            words.extend(["--platform", platform]);
        }
        desk.says(0, &words);
        seen += 1;
    }
    assert!(seen >= 10, "{seen} samples");
}

#[test]
fn m94_the_network_goes_along() {
    let desk = Desk::new("network");
    let made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -subj /CN=Root -out root.pem";
    let openssl = Command::new("openssl").args(made.split(' ')).current_dir(&desk.0).output().unwrap();
    assert!(openssl.status.success());
    let network =
        ["--ssid", "Contoso & Co", "--radius-name", "radius.contoso.example", "--radius-root", "root.pem"];
    let export = |file, format| [&["export", file, "--format", format][..], &network].concat();
    desk.begin("windows.toml", "windows");
    let wlan = desk.says(0, &export("windows.toml", "wlan"));
    assert!(
        wlan.contains("<name>Contoso &amp; Co</name>") && wlan.contains("radius.contoso.example"),
        "{wlan}"
    );
    assert!(desk.says(0, &export("windows.toml", "steps")).contains("Contoso & Co"));
    desk.begin("ios.toml", "ios");
    let both = [&export("ios.toml", "mobileconfig")[..], &["--certificate", "root.pem"]].concat();
    let configuration = desk.says(0, &both);
    assert!(configuration.contains("<string>Contoso &amp; Co</string>"), "{configuration}");
    assert_eq!(
        configuration.matches("<string>com.apple.security.root</string>").count(),
        1,
        "{configuration}"
    );
    assert_eq!(desk.run(&["export", "windows.toml", "--format", "wlan"]).status.code(), Some(2));
}

#[test]
fn m5_an_extra_root_goes_along_under_its_own_name() {
    let desk = Desk::new("extra-root");
    for name in ["root", "radius"] {
        let made = format!(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout key.pem -subj /CN={name} -out {name}.pem"
        );
        let openssl = Command::new("openssl").args(made.split(' ')).current_dir(&desk.0).output().unwrap();
        assert!(openssl.status.success());
    }
    desk.begin("windows.toml", "windows");
    let script = ["export", "windows.toml", "--format", "powershell", "--extra-root", "radius.pem"];
    let whole = desk.says(0, &[&script[..], &["--certificate", "root.pem"]].concat());
    assert_eq!(whole.matches("$RootId = $created.id").count(), 1, "{whole}");
    let names = |name: &str| whole.matches(&format!("\"displayName\":\"{name}\"")).count();
    assert_eq!((names("radius.pem"), names("Contoso root")), (1, 1), "{whole}");
    // Bound to nothing but the CA's.
    assert_eq!(desk.run(&script).status.code(), Some(2));
}
