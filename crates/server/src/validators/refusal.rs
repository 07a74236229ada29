//! Why nobody vouches for a request (CHY-30xx our own challenges, CHY-31xx Intune's codes, CHY-51xx the way to the MDM).

use super::{BoundIdentity, By};
use crate::explanation::{Compared, Entry, Sides, entries};
use ca::rejection::Shown;
use mdm::intune::SuggestedFailInfo;
use pki::Time;
use pki::general_name::GeneralName;
use pki::name::Name;
use std::fmt;
use std::time::Duration;

entries! {
    BEARER_TOKEN = 3000 "The bearer token is missing or wrong."
        "Send the header Authorization: Bearer and a token: the content of admin.token_file, or one that chancery token new made.";
    CHALLENGE_MISSING = 3001 "The request carries no challenge."
        "Give the device the challenge that belongs to this endpoint, by its MDM profile.";
    CHALLENGE_WRONG = 3002 "The challenge was not accepted."
        "Compare the challenge in the device's profile with the one made for this endpoint; make a new one if it is lost.";
    CHALLENGE_EXPIRED = 3003 "The challenge has expired." "Make a new challenge: `chancery challenge new`.";
    CHALLENGE_SPENT = 3004 "The challenge has been used."
        "Make a new challenge; if nobody repeated the enrolment, find out who else had this one.";
    OTHER_IDENTITY = 3005 "The challenge was made for another identity."
        "Ask for exactly the subject and alternative names that the challenge was made for, or make another one.";
    LOCKED_OUT = 3006 "Too many wrong challenges; try again later."
        "Find the device that sends a wrong challenge, and correct its profile.";
    NOT_AS_PROMISED = 3007 "The request is not the one that the challenge was made for."
        "Compare both sides of the difference: correct the device's profile, or make the challenge for what the device asks.";
    MAY_NOT_ASK = 3008 "Whoever asks may not ask for certificates here."
        "Ask at an endpoint that lets you, or have the administrator add you to request.by of this one.";
    NAME_NOT_LISTED = 3009 "A name that is asked for is none that may be asked for here."
        "Ask for names that request.names of the endpoint lists, or have an operator ask.";
}

/// A stable code, shown as `CHY-3107`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct RefusalCode(pub u16);

impl fmt::Display for RefusalCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CHY-{:04}", self.0)
    }
}

/// What would make another attempt worth while.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Retry {
    /// The same request, after some time.
    Later(Duration),
    /// A request with a new challenge.
    NewChallenge,
    /// The same request, once the administrator has mended something.
    AfterRepair,
    /// Nothing.
    Never,
}

/// A refusal, with all that its readers need.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Stable code.
    pub code: RefusalCode,
    /// One sentence that anybody may read.
    pub public: &'static str,
    /// What happened, for the administrator: values with control characters escaped, no secrets.
    pub operator: String,
    /// What was expected beside what was found, or why nothing was compared.
    pub compared: Compared,
    /// What to do about it.
    pub fix: &'static str,
    /// What to tell the SCEP client.
    pub fail_info: SuggestedFailInfo,
    /// What would make another attempt worth while.
    pub retry: Retry,
    /// Whether somebody may be attacking.
    pub security_event: bool,
}

impl Refusal {
    /// A refusal that is the request's fault.
    pub(crate) fn new(entry: Entry, operator: impl Into<String>, compared: Compared) -> Self {
        Self {
            code: RefusalCode(entry.number),
            public: entry.sentence,
            operator: operator.into(),
            compared,
            fix: entry.fix,
            fail_info: SuggestedFailInfo::BadRequest,
            retry: Retry::NewChallenge,
            security_event: false,
        }
    }

    /// A refusal with which no request for a certificate has to do.
    pub(crate) fn without_request(entry: Entry, operator: impl Into<String>) -> Self {
        Self::new(entry, operator, Compared::Nothing("no request for a certificate is concerned"))
    }

    pub(crate) fn retry(self, retry: Retry) -> Self {
        Self { retry, ..self }
    }

    pub(crate) fn told(self, fail_info: SuggestedFailInfo) -> Self {
        Self { fail_info, ..self }
    }

    pub(crate) fn suspicious(self) -> Self {
        Self { security_event: true, ..self }
    }

    /// CHY-3001.
    #[must_use]
    pub fn challenge_missing() -> Self {
        let sides =
            Sides::new("challengePassword", "the challenge of this endpoint", "none, or an empty one");
        let compared = CHALLENGE_MISSING.compares(&sides, "M59");
        Self::new(CHALLENGE_MISSING, "The request has no challengePassword, or an empty one.", compared)
    }

    /// CHY-3002. A challenge of another endpoint and one that never was look alike from outside.
    #[must_use]
    pub fn challenge_wrong(operator: impl Into<String>) -> Self {
        let sides = Sides::new("challenge", "one that was made for this endpoint", "one that was not");
        Self::new(CHALLENGE_WRONG, operator, CHALLENGE_WRONG.compares(&sides, "M59, threat 29")).suspicious()
    }

    /// CHY-3002, where the challenge says for what `element` it was made.
    pub(crate) fn made_for(element: &str, made_for: &str, used_at: &str) -> Self {
        let sides = Sides::new(format!("{element} of the challenge"), used_at, made_for);
        let compared = CHALLENGE_WRONG.compares(&sides, "threat 29");
        Self {
            compared,
            ..Self::challenge_wrong(format!("The challenge was made for the {element} {made_for:?}."))
        }
    }

    /// CHY-3003.
    #[must_use]
    pub fn challenge_expired(at: Time, now: Time) -> Self {
        let sides = Sides::new("time of the request", format!("before {at}"), now.to_string());
        let compared = CHALLENGE_EXPIRED.compares(&sides, "threat 18");
        let operator = format!("The challenge expired at {at}.");
        Self::new(CHALLENGE_EXPIRED, operator, compared).told(SuggestedFailInfo::BadTime)
    }

    /// CHY-3004. Also for the caller whose commit finds the claim taken.
    #[must_use]
    pub fn challenge_spent() -> Self {
        let sides = Sides::new("challenge", "one that was not used", "one that was spent on another request");
        let compared = CHALLENGE_SPENT.compares(&sides, "M68, threat 17");
        Self::new(CHALLENGE_SPENT, "This challenge was spent on another request.", compared).suspicious()
    }

    /// CHY-3005.
    pub(crate) fn other_identity(bound: &BoundIdentity, subject: &Name, names: &[GeneralName]) -> Self {
        let sides = bound.sides(subject, names);
        let operator = format!("The challenge is bound to another identity than {subject}: {sides}.");
        Self::new(OTHER_IDENTITY, operator, OTHER_IDENTITY.compares(&sides, "threat 13, threat 16"))
            .suspicious()
    }

    /// CHY-3007. `operator` says both wholes.
    pub(crate) fn not_as_promised(operator: String, sides: &Sides) -> Self {
        Self::new(NOT_AS_PROMISED, operator, NOT_AS_PROMISED.compares(sides, "M58, M64, M66")).suspicious()
    }

    /// CHY-3008, where nobody asks by name: a SCEP message came to an endpoint that has none.
    #[must_use]
    pub fn not_by_name() -> Self {
        let sides = Sides::new("sender", "a caller who was let in by name", "a device");
        let operator = "At this endpoint callers ask by name, and no device does.";
        Self::new(MAY_NOT_ASK, operator, MAY_NOT_ASK.compares(&sides, "threat 86")).suspicious()
    }

    /// CHY-3008.
    #[must_use]
    pub fn may_not_ask(by: By, allowed: &[By]) -> Self {
        let listed: Vec<&str> = allowed.iter().map(|one| one.as_str()).collect();
        let sides = Sides::new("request.by", listed.join(", "), by.as_str());
        let operator =
            format!("This endpoint is for {}, and who asks is {}.", listed.join(", "), by.as_str());
        Self::new(MAY_NOT_ASK, operator, MAY_NOT_ASK.compares(&sides, "threat 86")).retry(Retry::AfterRepair)
    }

    /// CHY-3008, where the profile is none of the caller's.
    #[must_use]
    pub fn profile_not_theirs(profile: &str, theirs: &[String]) -> Self {
        let sides = Sides::new("profile", Shown::list(theirs).to_string(), profile);
        let operator = format!("Whoever asks may not ask by the profile {profile}.");
        Self::new(MAY_NOT_ASK, operator, MAY_NOT_ASK.compares(&sides, "threat 86")).retry(Retry::AfterRepair)
    }

    /// CHY-3009.
    #[must_use]
    pub fn name_not_listed(element: &str, name: &str, listed: &[String]) -> Self {
        let sides = Sides::new(element, Shown::list(listed).to_string(), Shown::new(name).to_string());
        let operator = format!("{} is like none of the names that may be asked for here.", Shown::new(name));
        Self::new(NAME_NOT_LISTED, operator, NAME_NOT_LISTED.compares(&sides, "threat 86"))
            .retry(Retry::AfterRepair)
    }

    /// CHY-3006.
    #[must_use]
    pub fn locked_out(seconds: i64) -> Self {
        let wait = Duration::from_secs(seconds.max(1).unsigned_abs());
        let operator = format!(
            "Too many wrong challenges from this address or in all; locked for {} s more.",
            wait.as_secs()
        );
        let sides = Sides::new("time of the attempt", format!("in {} s, or later", wait.as_secs()), "now");
        let compared = LOCKED_OUT.compares(&sides, "threat 23");
        Self::new(LOCKED_OUT, operator, compared).retry(Retry::Later(wait)).suspicious()
    }

    /// CHY-5115.
    #[must_use]
    pub fn book_unavailable() -> Self {
        Self::new(
            super::intune::trouble::BOOK_UNAVAILABLE,
            "The store of one-time challenges did not answer.",
            Compared::Nothing("the fault is this server's; nothing of the request was compared"),
        )
        .retry(Retry::Later(Duration::from_secs(30)))
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} {}", self.code, self.operator, self.fix)
    }
}

/// Text from outside, fit to stand in a log line: control characters escaped, at most `limit` characters, and
/// every run of 65 or more characters that could be a token or a challenge replaced.
pub(crate) fn shown(text: &str, limit: usize) -> String {
    let mut out = String::new();
    for word in text.split_inclusive(|c: char| !is_token(c)) {
        let bare = word.trim_end_matches(|c: char| !is_token(c));
        if bare.len() > 64 {
            out.push_str("(long text left out)");
            out.push_str(word.get(bare.len()..).unwrap_or_default());
        } else {
            out.push_str(word);
        }
    }
    // Control characters, and those that reorder what is read (U+202A–202E, U+2066–2069).
    let odd = |c: char| {
        c.is_control() || ('\u{202a}'..='\u{202e}').contains(&c) || ('\u{2066}'..='\u{2069}').contains(&c)
    };
    let escaped = |c: char| if odd(c) { c.escape_unicode().to_string() } else { c.to_string() };
    out.chars().take(limit).map(escaped).collect()
}

fn is_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+/=-_.~".contains(c)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_from_outside_cannot_forge_a_line_or_carry_a_token() {
        assert_eq!(shown("a\r\nb\u{202e}c", 100), "a\\u{d}\\u{a}b\\u{202e}c");
        let token = "eyJ0eXAi.".repeat(20);
        let line = shown(&format!("Bearer {token}, bad"), 200);
        assert_eq!(line, "Bearer (long text left out), bad");
        assert_eq!(shown(&"ü ".repeat(500), 10).chars().count(), 10);
    }

    #[test]
    fn a_code_is_shown_with_four_digits() {
        assert_eq!(Refusal::challenge_missing().code.to_string(), "CHY-3001");
    }
}
