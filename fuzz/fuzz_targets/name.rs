//! Distinguished names: kept as received, equal to themselves, printable without control characters.
#![no_main]

use libfuzzer_sys::fuzz_target;
use pki::name::Name;

fuzz_target!(|bytes: &[u8]| {
    let Ok(name) = Name::parse(bytes) else { return };
    assert_eq!(name.der(), bytes);
    assert!(name.matches(&name));
    assert!(!name.to_string().chars().any(char::is_control), "a log line cannot be forged");
    let _ = name.common_name();
    for attribute in name.attributes() {
        let _ = attribute.text();
    }
});
