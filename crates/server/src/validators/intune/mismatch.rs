//! What Intune expected, and what it found: as far as its code and its description say.

use crate::explanation::{Compared, Sides};
use mdm::intune::{ResultCode, SubjectMismatch};

/// `said` is Intune's description, fit to be shown; `sentence` that of the refusal's code.
pub(crate) fn compared(code: &ResultCode, sentence: &'static str, said: &str) -> Compared {
    let Some(expectation) = code.expectation() else {
        return Compared::Nothing("Intune refused with a code that this version does not know");
    };
    let there = SubjectMismatch::parse(said).as_ref().and_then(SubjectMismatch::first_difference);
    let sides = match there {
        // M66: both sides, at the first RDN that differs. The whole texts are in the operator's sentence.
        Some(there) => {
            Sides::either(&format!("subject, RDN {}", there.number), there.challenge, there.request)
        }
        None if said.is_empty() => Sides::new(expectation.element, expectation.expected, code.to_string()),
        None => Sides::new(expectation.element, expectation.expected, format!("{code}: {said}")),
    };
    sides.by(sentence, expectation.row)
}
