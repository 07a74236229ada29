//! Rules, and what they find.

use super::examined::Examined;
use super::surroundings::Surroundings;
use crate::profile::Profile;
use core::fmt;
use pki::text::shown;
use serde::Serialize;

/// How bad it is; the worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Devices will fail: no profile, no certificate, or one that does not serve.
    Error,
    /// It will hurt: some devices fail, or it is dangerous, or nobody will know why.
    Warning,
    /// There is a better way.
    Advice,
}

impl Severity {
    /// The word to show.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Advice => "advice",
        }
    }
}

type Check = fn(&Examined<'_>) -> Vec<Fault>;
type Change = fn(&Examined<'_>) -> Option<Profile>;

/// A rule.
#[derive(Clone, Copy, Debug)]
pub struct Rule {
    /// Its code, such as `PRF-101`; stable, and never used again.
    pub code: &'static str,
    /// How bad it is to break it.
    pub severity: Severity,
    /// Where it is from: feature rows, the contract, or a vendor's page.
    pub source: &'static str,
    /// What is wrong, without values.
    pub title: &'static str,
    check: Check,
    change: Option<Change>,
}

impl Rule {
    pub(super) const fn error(
        code: &'static str,
        source: &'static str,
        title: &'static str,
        check: Check,
    ) -> Self {
        Self { code, severity: Severity::Error, source, title, check, change: None }
    }

    pub(super) const fn warning(
        code: &'static str,
        source: &'static str,
        title: &'static str,
        check: Check,
    ) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, source, title, check) }
    }

    pub(super) const fn advice(
        code: &'static str,
        source: &'static str,
        title: &'static str,
        check: Check,
    ) -> Self {
        Self { severity: Severity::Advice, ..Self::error(code, source, title, check) }
    }

    /// The same with a mend for what can be mended without asking.
    pub(super) const fn mended(self, change: Change) -> Self {
        Self { change: Some(change), ..self }
    }

    /// Whether there is a mend for what it finds, at least sometimes.
    #[must_use]
    pub const fn is_mendable(&self) -> bool {
        self.change.is_some()
    }

    pub(super) fn examine(&'static self, examined: &Examined<'_>) -> impl Iterator<Item = Finding> {
        let faults = (self.check)(examined).into_iter();
        faults.map(move |Fault { setting, sentence, fix }| Finding {
            rule: self,
            setting,
            sentence,
            fix,
            mend: None,
        })
    }
}

/// What the check of a rule says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    setting: String,
    sentence: String,
    fix: String,
}

impl Fault {
    pub(super) fn new(
        setting: impl Into<String>,
        sentence: impl Into<String>,
        fix: impl Into<String>,
    ) -> Self {
        // Sentences quote what anybody may have written into a profile.
        let (sentence, fix) = (shown(&sentence.into()), shown(&fix.into()));
        Self { setting: setting.into(), sentence, fix }
    }

    /// The fault, if it is so.
    pub(super) fn when(
        it_is_so: bool,
        setting: &str,
        sentence: impl FnOnce() -> String,
        fix: &str,
    ) -> Vec<Self> {
        it_is_so.then(|| Self::new(setting, sentence(), fix)).into_iter().collect()
    }
}

/// What a rule found in a profile.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The rule: code, severity, source.
    pub rule: &'static Rule,
    /// The setting's path in the profile, such as `alternative_names[1].value`.
    pub setting: String,
    /// What is wrong, with the values.
    pub sentence: String,
    /// What to do about it.
    pub fix: String,
    /// The fix, where it is mechanical.
    pub mend: Option<Mend>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, setting, sentence, fix, .. } = self;
        write!(f, "{} {} at {setting}: {sentence} {fix} ({})", rule.code, rule.severity.label(), rule.source)
    }
}

/// A mechanical fix: a change to the profile that asks nobody. It is offered only where the changed profile has no error
/// that this one has not, and less to find.
#[derive(Clone, Copy, Debug)]
pub struct Mend(Change);

impl Mend {
    pub(super) fn of(rule: &Rule) -> Option<Self> {
        rule.change.map(Self)
    }

    pub(super) fn change(self, examined: &Examined<'_>) -> Option<Profile> {
        (self.0)(examined).filter(|mended| mended != examined.profile)
    }

    /// The mended profile; `None` where there is nothing to mend in it.
    #[must_use]
    pub fn apply(&self, profile: &Profile, surroundings: &Surroundings) -> Option<Profile> {
        self.change(&Examined::new(profile, surroundings))
    }
}
