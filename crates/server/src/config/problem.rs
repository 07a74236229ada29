//! What is wrong with a setting, in words that lead to the fix.

use std::fmt;

use crate::explanation::Entry;

/// Stable codes of the family CHY-6xxx: the administrator's. 60xx stops the server, 61xx is a warning.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// The settings file cannot be read.
    Unreadable,
    /// The settings file is not TOML.
    NotToml,
    /// A key that no section knows.
    UnknownKey,
    /// A value of another type than the key wants.
    WrongType,
    /// A value that breaks the key's rule.
    Rule,
    /// An endpoint that would issue to anyone.
    IssuesToAnyone,
    /// A name that nothing bears.
    UnknownName,
    /// A URL that only this machine can reach, or an unprotected one.
    Loopback,
    /// A secret that cannot be read, or stands where it must not.
    Secret,
    /// The same name twice.
    Duplicate,
    /// A key that the rest of the configuration makes necessary.
    Missing,
    /// Warning: allowed, probably not meant.
    Doubtful,
    /// Warning: certificates would carry no address for their CRL and issuer.
    NoPublicUrl,
    /// Warning: an MDM may refuse certificates as short-lived as this.
    ShortLived,
    /// Warning: extended key usages other than what device authentication needs.
    ExtraUsage,
}

impl Code {
    /// Every code.
    pub const ALL: [Self; 15] = [
        Self::Unreadable,
        Self::NotToml,
        Self::UnknownKey,
        Self::WrongType,
        Self::Rule,
        Self::IssuesToAnyone,
        Self::UnknownName,
        Self::Loopback,
        Self::Secret,
        Self::Duplicate,
        Self::Missing,
        Self::Doubtful,
        Self::NoPublicUrl,
        Self::ShortLived,
        Self::ExtraUsage,
    ];

    /// Number, sentence, and the fix where the problem itself has no better one.
    #[must_use]
    pub const fn entry(self) -> Entry {
        let (number, sentence, fix) = match self {
            Self::Unreadable => {
                (6001, "The settings file cannot be read.", "Name an existing file that this user can read.")
            }
            Self::NotToml => (6002, "The settings file is not TOML.", "Correct the line that is named."),
            Self::UnknownKey => (6003, "There is no such key.", "Take the suggestion, or remove the key."),
            Self::WrongType => {
                (6004, "The value has the wrong type.", "Compare with: chancery config example.")
            }
            Self::Rule => (6005, "The value breaks the key's rule.", "Write a value that the rule allows."),
            Self::IssuesToAnyone => {
                (6006, "The endpoint would issue to anyone.", "Write a validator, and what it needs.")
            }
            Self::UnknownName => (6007, "Nothing has this name.", "Use one of the names that are listed."),
            Self::Loopback => (
                6008,
                "The address is good for this machine only, or unprotected.",
                "Name a real host, by https://.",
            ),
            Self::Secret => {
                (6009, "The secret cannot be used.", "Put the secret alone into a file (chmod 600).")
            }
            Self::Duplicate => (6010, "The same name stands twice.", "Rename or remove one of the two."),
            Self::Missing => (6011, "Something needed is missing.", "Add the key that the message names."),
            Self::Doubtful => {
                (6101, "Allowed, and probably not meant.", "Follow the message, or leave it if you meant it.")
            }
            Self::NoPublicUrl => (6102, "Certificates name neither CRL nor issuer.", "Set public_url."),
            Self::ShortLived => (6103, "Certificates are very short-lived.", "Use 5 days or more."),
            Self::ExtraUsage => (
                6104,
                "More extended key usages than authentication needs.",
                "Keep what relying parties check.",
            ),
        };
        Entry { number, sentence, fix }
    }

    const fn is_warning(self) -> bool {
        self.entry().number >= 6100
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.entry().fmt(f)
    }
}

/// One mistake in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Which kind of mistake.
    pub code: Code,
    /// The key, dotted from the top: `endpoint.default.validator`; or the file's path.
    pub key: String,
    /// The value as written, quoted and shortened; empty where there is none. Never a secret.
    pub value: String,
    /// The rule that was broken, as a sentence without its full stop.
    pub rule: String,
    /// One thing to do about it.
    pub fix: String,
}

impl Problem {
    /// A mistake at `key`, whose value is shown with control characters escaped.
    pub fn new(code: Code, key: impl Into<String>, value: impl fmt::Display) -> Self {
        let shown: String = value.to_string().chars().take(200).flat_map(char::escape_debug).collect();
        Self { code, key: key.into(), value: shown, rule: String::new(), fix: String::new() }
    }

    /// Adds the rule.
    #[must_use]
    pub fn rule(mut self, rule: impl Into<String>) -> Self {
        self.rule = rule.into();
        self
    }

    /// Adds the fix.
    #[must_use]
    pub fn fix(mut self, fix: impl Into<String>) -> Self {
        self.fix = fix.into();
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.code, self.key)?;
        if !self.value.is_empty() {
            write!(f, " = \"{}\"", self.value)?;
        }
        write!(f, ": {}. Fix: {}", self.rule, self.fix)
    }
}

/// Mistakes gathered, so that all are told at once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl Problems {
    /// Adds one.
    pub fn push(&mut self, problem: Problem) {
        self.0.push(problem);
    }

    /// Takes the warnings out.
    pub(super) fn split_warnings(&mut self) -> Vec<Problem> {
        let (warnings, errors) =
            std::mem::take(&mut self.0).into_iter().partition(|problem| problem.code.is_warning());
        self.0 = errors;
        warnings
    }

    /// `value` where nothing was wrong.
    pub(super) fn into_result<T>(self, value: T) -> Result<T, Self> {
        if self.0.is_empty() { Ok(value) } else { Err(self) }
    }

    /// The value, or the default of its type with the mistake noted: so that the search goes on.
    pub(super) fn or_note<T>(&mut self, result: Result<T, Problem>, otherwise: T) -> T {
        result.unwrap_or_else(|problem| {
            self.push(problem);
            otherwise
        })
    }

    /// The value, or nothing with the mistake noted.
    pub(super) fn note<T>(&mut self, result: Result<T, Problem>) -> Option<T> {
        result.map_err(|problem| self.push(problem)).ok()
    }
}

impl From<Problem> for Problems {
    fn from(problem: Problem) -> Self {
        Self(vec![problem])
    }
}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, problem) in self.0.iter().enumerate() {
            if position > 0 {
                f.write_str("\n")?;
            }
            problem.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
