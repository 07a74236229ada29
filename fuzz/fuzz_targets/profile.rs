//! Profiles that others wrote: what is read is written, and read as the same.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mdm::format::{graph, mobileconfig, syncml};
use mdm::platform::Platform;
use mdm::profile::ProfileName;

fuzz_target!(|document: &[u8]| {
    let name = || ProfileName::parse("fuzz").expect("a name");
    if let Ok(value) = serde_json::from_slice(document)
        && let Ok(found) = graph::read(value, name(), None)
        && let Ok(written) = graph::write(&found.profile, found.root_id.as_ref())
    {
        let again =
            graph::read(written.clone(), name(), Some(found.profile.platform)).expect("what was written");
        assert_eq!(graph::write(&again.profile, again.root_id.as_ref()).as_ref(), Ok(&written));
    }
    if let Ok(found) = syncml::read(document)
        && let Ok(written) = syncml::write(&found.profile, "")
    {
        let again = syncml::read(written.as_bytes()).expect("what was written");
        assert_eq!(again.profile, found.profile);
    }
    for payload in mobileconfig::read(document).unwrap_or_default() {
        let profile = payload.profile(name(), Platform::MacOs);
        let text = profile.subject.text().unwrap_or_default();
        assert_eq!(mdm::subject::Subject::parse(text).as_ref(), Ok(&payload.subject));
    }
});
