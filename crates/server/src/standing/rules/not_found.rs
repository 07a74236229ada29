//! The directory was read to its end and has never heard of whom the certificate names. A new device may take a while to
//! appear, so that nothing is found before a complete reading that began late enough.

use crate::standing::{Finding, Rule, Subject, Switches};
use pki::Time;

/// What this rule finds; `read` is when the last complete reading began.
#[must_use]
pub fn find(subject: &Subject, switches: &Switches, read: Option<Time>) -> Option<Finding> {
    let effect = switches.effect(Rule::NotFound)?;
    let patience = i64::try_from(switches.not_found_after.as_secs()).unwrap_or(i64::MAX);
    let since = Time::from_unix(subject.made_at.unix().saturating_add(patience));
    read.is_some_and(|read| since <= read).then(|| Finding {
        rule: Rule::NotFound,
        effect,
        since,
        said: format!("the directory has never had {}", subject.key.escape_debug()),
    })
}
