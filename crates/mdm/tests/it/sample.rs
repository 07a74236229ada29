//! Every sample of a sound profile is read, in whatever form it is.

use mdm::format::{graph, mobileconfig, syncml};
use mdm::platform::Platform;
use mdm::profile::{Profile, ProfileName};
use mdm::subject::Subject;
use proptest::prelude::*;
use std::path::Path;

#[test]
#[expect(clippy::disallowed_methods, reason = "a test reads the repository")]
fn m35_every_sound_sample_is_read() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../samples/profiles/exported");
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
                .map(|found| found[0].profile(name, Platform::Ios))
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

const SEEDS: [&str; 3] = [
    include_str!("../../../../samples/profiles/exported/wifi-device-windows.graph.json"),
    include_str!("../../../../samples/profiles/exported/wifi-device-windows.syncml.xml"),
    include_str!("../../../../samples/profiles/exported/wifi-device-ios.mobileconfig"),
];

/// A sample with pieces of it exchanged, repeated, removed and spoilt.
fn spoilt() -> impl Strategy<Value = String> {
    let edit =
        (any::<prop::sample::Index>(), 0..24_usize, any::<prop::sample::Index>(), 0..24_usize, "[ -~]{0,3}");
    (prop::sample::select(&SEEDS[..]), prop::collection::vec(edit, 1..6)).prop_map(|(seed, edits)| {
        let mut text: Vec<char> = seed.chars().collect();
        for (at, removed, from, copied, typed) in edits {
            let (at, from) = (at.index(text.len()), from.index(text.len()));
            let piece: Vec<char> =
                text[from..(from + copied).min(text.len())].iter().copied().chain(typed.chars()).collect();
            text.splice(at..(at + removed).min(text.len()), piece);
            text.push(' ');
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_read_of_a_spoilt_sample_is_written_and_read_again(document in spoilt()) {
        let name = || ProfileName::parse("spoilt").unwrap();
        if let Ok(value) = serde_json::from_str(&document)
            && let Ok(found) = graph::read(value, name(), None)
            && let Ok(written) = graph::write(&found.profile, found.root_id.as_ref())
        {
            let again = graph::read(written.clone(), name(), Some(found.profile.platform)).unwrap();
            prop_assert_eq!(graph::write(&again.profile, again.root_id.as_ref()), Ok(written));
        }
        if let Ok(found) = syncml::read(document.as_bytes()) && let Ok(written) = syncml::write(&found.profile, "") {
            prop_assert_eq!(syncml::read(written.as_bytes()).unwrap().profile, found.profile);
        }
        for payload in mobileconfig::read(document.as_bytes()).unwrap_or_default() {
            let profile = payload.profile(name(), Platform::MacOs);
            prop_assert_eq!(Subject::parse(profile.subject.text().unwrap()), Ok(payload.subject));
        }
    }
}
