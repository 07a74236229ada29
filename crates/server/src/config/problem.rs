//! What is wrong with a setting, in words that lead to the fix.

use std::fmt;

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

    /// The code as written in logs and documentation, such as `CHY-6003`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unreadable => "CHY-6001",
            Self::NotToml => "CHY-6002",
            Self::UnknownKey => "CHY-6003",
            Self::WrongType => "CHY-6004",
            Self::Rule => "CHY-6005",
            Self::IssuesToAnyone => "CHY-6006",
            Self::UnknownName => "CHY-6007",
            Self::Loopback => "CHY-6008",
            Self::Secret => "CHY-6009",
            Self::Duplicate => "CHY-6010",
            Self::Missing => "CHY-6011",
            Self::Doubtful => "CHY-6101",
            Self::NoPublicUrl => "CHY-6102",
            Self::ShortLived => "CHY-6103",
            Self::ExtraUsage => "CHY-6104",
        }
    }

    /// The page that explains it, relative to the repository.
    #[must_use]
    pub fn page(self) -> String {
        format!("docs/errors/configuration.md#{}", self.as_str().to_ascii_lowercase())
    }

    fn is_warning(self) -> bool {
        self.as_str().starts_with("CHY-61")
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
        write!(f, "{} {}", self.code.as_str(), self.key)?;
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
