//! What a check says.

use pki::certificate::Certificate;
use simulator::fleet::Outcome;

/// What was seen, or what is wrong with it.
pub(super) type Verdict = Result<String, String>;

/// Fails the check with a sentence unless `$holds`.
macro_rules! ensure {
    ($holds:expr, $($sentence:tt)+) => {
        if !$holds {
            return Err(format!($($sentence)+));
        }
    };
}

pub(super) use ensure;

/// The certificate that had to come.
pub(super) fn granted(outcome: Outcome) -> Result<Certificate, String> {
    match outcome {
        Outcome::Granted(certificate) => Ok(*certificate),
        other => Err(format!("a certificate was due, and this came: {}", other.sentence())),
    }
}

/// The code of the refusal that had to come.
pub(super) fn refusal(outcome: &Outcome) -> Result<String, String> {
    match outcome {
        Outcome::Refused { text: Some(text), .. } => {
            Ok(text.split(':').next().unwrap_or_default().to_owned())
        }
        other => Err(format!("a refusal was due, and this came: {}", other.sentence())),
    }
}

/// A refusal of one code.
pub(super) fn refused(outcome: &Outcome, code: &str) -> Result<(), String> {
    let seen = refusal(outcome)?;
    if seen == code { Ok(()) } else { Err(format!("{code} was due, and {seen} came")) }
}

/// Errors of any part, as a check's; a URL of 40 KB in one is cut off.
pub(super) fn trouble(error: impl std::fmt::Display) -> String {
    error.to_string().chars().take(300).collect()
}
