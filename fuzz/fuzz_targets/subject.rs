//! The text of a subject: what is read is written and read as the same, in text and in DER.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mdm::subject::Subject;
use pki::name::Name;

fuzz_target!(|text: &str| {
    let subject = match Subject::parse(text) {
        Ok(subject) => subject,
        Err(wrong) => {
            assert!(wrong.at <= text.chars().count(), "the place is in the text");
            return;
        }
    };
    assert_eq!(Subject::parse(&subject.to_string()).as_ref(), Ok(&subject));
    let Ok(name) = subject.to_name() else { return };
    let read = Name::parse(name.der()).expect("what was written is readable");
    assert_eq!(Subject::from_name(&read).as_ref(), Ok(&subject));
});
