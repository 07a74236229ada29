//! Every sample of a sound profile is read, in whatever form it is.

use mdm::format::{graph, mobileconfig, syncml};
use mdm::profile::{Profile, ProfileName};
use std::path::Path;

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads the repository")]
fn m35_every_sound_sample_is_read() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/profiles/sound");
    let mut seen = 0;
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        let file = path.file_name().unwrap().to_str().unwrap();
        let name = ProfileName::parse(file.split('.').next().unwrap()).unwrap();
        let told = |wrong: &dyn std::fmt::Display| -> Profile { panic!("{file}: {wrong}") };
        let profile = match file.split_once('.').unwrap().1 {
            "graph.json" => {
                let body = serde_json::from_slice(&bytes).unwrap();
                graph::read(body, name, None).map(|found| found.profile).unwrap_or_else(|wrong| told(&wrong))
            }
            "mobileconfig" => mobileconfig::read(&bytes)
                .map(|found| found[0].profile(name, mdm::platform::Platform::Ios))
                .unwrap_or_else(|wrong| told(&wrong)),
            "syncml.xml" => {
                syncml::read(&bytes).map(|found| found.profile).unwrap_or_else(|wrong| told(&wrong))
            }
            "toml" => toml::from_str(core::str::from_utf8(&bytes).unwrap()).unwrap(),
            other => panic!("{file}: no form is called {other}"),
        };
        assert!(profile.subject.template().is_ok(), "{file}");
        seen += 1;
    }
    assert!(seen >= 10, "{seen} samples");
}
