//! A rule as a configuration file writes it, and the check that turns it into one that is believed.

use super::matcher::{Look, Matcher, Wanted};
use super::{Outcome, Pattern, Rule};
use crate::profile::ProfileName;
use crate::profile::names::{ATTRIBUTES, EXTENDED_USAGES, oid_of, word_of};
use crate::rejection::shown::is_invisible;
use serde::{Deserialize, Serialize};
use std::fmt;

const REQUESTS: &[&str] = &["first", "renewal"];
const PLATFORMS: &[&str] = &["windows", "ios", "macos", "android", "linux", "other"];
const OWNERSHIPS: &[&str] = &["company", "personal"];
const RISKS: &[&str] = &["none", "low", "medium", "high"];
const KEYS: &[&str] = &[
    "rsa-2048", "rsa-2304", "rsa-2560", "rsa-2816", "rsa-3072", "rsa-3328", "rsa-3584", "rsa-3840",
    "rsa-4096", "p-256", "p-384", "other",
];
/// Longest sentence of a refusal or a question, in characters.
const SENTENCE: usize = 200;

/// One `[[policy]]` as written: a name, conditions, and exactly one outcome.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    /// 1 to 64 of `a-z 0-9 -`; logs and the audit name the rule by it.
    pub name: String,
    /// Outcome: this profile instead of the endpoint's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub use_profile: Option<String>,
    /// Outcome: a refusal, with this sentence for whoever asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refuse: Option<String>,
    /// Outcome: the endpoint's own profile, once somebody has approved it; with this sentence for them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ask: Option<String>,
    /// Outcome: the endpoint's own profile, and no further rule.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub allow: Option<bool>,
    /// What a condition counts whose fact is not known. Default: `match` where the rule refuses or asks,
    /// `no_match` else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unknown: Option<UnknownFacts>,
    /// The conditions; all of them must hold. None: every request.
    pub when: When,
}

/// What a condition counts whose fact is not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum UnknownFacts {
    /// As one that holds; for rules that refuse or ask.
    Match,
    /// As one that does not.
    NoMatch,
}

/// The conditions of a rule. Lists hold texts in which `*` is any run of characters; case does not count.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct When {
    /// The endpoint is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<Vec<String>>,
    /// The endpoint's own profile is one of these.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub profile: Option<Vec<String>>,
    /// `first`, `renewal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request: Option<Vec<String>>,
    /// `rsa-2048`, `rsa-*`, `p-256`, `p-384`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<Vec<String>>,
    /// Attributes of the subject, such as `OU=Sales`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Vec<String>>,
    /// DNS names asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dns: Option<Vec<String>>,
    /// E-mail addresses asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<Vec<String>>,
    /// User principal names asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upn: Option<Vec<String>>,
    /// URIs asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub uri: Option<Vec<String>>,
    /// Extended key usages asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub eku: Option<Vec<String>>,
    /// `windows`, `ios`, `macos`, `android`, `linux`, `other`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub platform: Option<Vec<String>>,
    /// `company`, `personal`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ownership: Option<Vec<String>>,
    /// Whether the directory has the device.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_known: Option<bool>,
    /// Whether the MDM manages it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_managed: Option<bool>,
    /// Whether it has an account of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_registered: Option<bool>,
    /// Whether that account is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_enabled: Option<bool>,
    /// Whether the device complies.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_compliant: Option<bool>,
    /// The device is in one of these groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub device_groups: Option<Vec<String>>,
    /// Whether the directory has the user.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_known: Option<bool>,
    /// Whether the user's account is enabled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_enabled: Option<bool>,
    /// `none`, `low`, `medium`, `high`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_risk: Option<Vec<String>>,
    /// The user is in one of these groups.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_groups: Option<Vec<String>>,
}

/// What the rules may name.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a> {
    /// Endpoints.
    pub endpoints: &'a [&'a str],
    /// Profiles.
    pub profiles: &'a [&'a str],
}

/// What is wrong with one key of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleFault {
    /// The key, such as `when.platform`.
    pub setting: String,
    /// What is wrong, with the value.
    pub reason: String,
}

impl fmt::Display for RuleFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.setting, self.reason)
    }
}

impl std::error::Error for RuleFault {}

impl Settings {
    /// Checks the rule: its name, that it has exactly one outcome, and that each condition can hold at all.
    ///
    /// # Errors
    /// All that is wrong, so that an administrator needs one round.
    pub fn check(self, known: &Known<'_>) -> Result<Rule, Vec<RuleFault>> {
        let mut faults = Faults(Vec::new());
        // The same form as a profile's.
        if let Err(reason) = ProfileName::try_from(self.name.clone()) {
            faults.add("name", reason.replace("a profile's", "a rule's"));
        }
        let outcome = faults.outcome(&self, known);
        let matchers = faults.matchers(&self.when, known);
        let refuses = outcome.as_ref().is_some_and(Outcome::takes_away);
        let usual = if refuses { UnknownFacts::Match } else { UnknownFacts::NoMatch };
        let unknown = self.unknown.unwrap_or(usual);
        if !refuses && unknown == UnknownFacts::Match {
            let reason = "a rule that gives something cannot match on what is not known";
            faults.add("unknown", reason.into());
        }
        match outcome {
            Some(outcome) if faults.0.is_empty() => Ok(Rule { name: self.name, matchers, outcome, unknown }),
            _ => Err(faults.0),
        }
    }
}

struct Faults(Vec<RuleFault>);

impl Faults {
    fn add(&mut self, setting: &str, reason: String) {
        self.0.push(RuleFault { setting: setting.to_owned(), reason });
    }

    fn outcome(&mut self, rule: &Settings, known: &Known<'_>) -> Option<Outcome> {
        match (&rule.use_profile, &rule.refuse, &rule.ask, rule.allow) {
            (Some(profile), None, None, None) => {
                if !known.profiles.contains(&profile.as_str()) {
                    self.add("use_profile", format!("no [[profile]] is named {profile:?}"));
                }
                ProfileName::try_from(profile.clone()).ok().map(Outcome::UseProfile)
            }
            (None, Some(sentence), None, None) => Some(Outcome::Refuse(self.sentence("refuse", sentence))),
            (None, None, Some(sentence), None) => Some(Outcome::Ask(self.sentence("ask", sentence))),
            (None, None, None, Some(true)) => Some(Outcome::Allow),
            (None, None, None, Some(false)) => {
                self.add("allow", "an outcome is either there or not; to refuse, write refuse".into());
                None
            }
            _ => {
                let reason = "a rule has exactly one of use_profile, refuse, ask and allow";
                self.add("use_profile", reason.into());
                None
            }
        }
    }

    fn sentence(&mut self, setting: &str, sentence: &str) -> String {
        let odd = sentence.chars().any(is_invisible) || sentence.chars().count() > SENTENCE;
        if odd || sentence.trim().is_empty() {
            let reason = format!(
                "the sentence is empty, longer than {SENTENCE} characters, or has a control character"
            );
            self.add(setting, reason);
        }
        sentence.to_owned()
    }

    fn matchers(&mut self, when: &When, known: &Known<'_>) -> Vec<Matcher> {
        let mut found = Vec::new();
        let words = [
            (Look::Endpoint, &when.endpoint, known.endpoints),
            (Look::Profile, &when.profile, known.profiles),
            (Look::Request, &when.request, REQUESTS),
            (Look::Key, &when.key, KEYS),
            (Look::Platform, &when.platform, PLATFORMS),
            (Look::Ownership, &when.ownership, OWNERSHIPS),
            (Look::UserRisk, &when.user_risk, RISKS),
        ];
        for (look, list, vocabulary) in words {
            let Some(list) = list else { continue };
            let patterns = self.patterns(look, list, |pattern| is_of(pattern, vocabulary));
            found.push(Matcher { look, wanted: Wanted::OneOf(patterns) });
        }
        for (look, list) in [(Look::DeviceGroups, &when.device_groups), (Look::UserGroups, &when.user_groups)]
        {
            let Some(list) = list else { continue };
            let patterns = self.patterns(look, list, |_| Ok(()));
            found.push(Matcher { look, wanted: Wanted::OneOf(patterns) });
        }
        self.asked(when, &mut found);
        let flags = [
            (Look::DeviceKnown, when.device_known),
            (Look::DeviceManaged, when.device_managed),
            (Look::DeviceRegistered, when.device_registered),
            (Look::DeviceEnabled, when.device_enabled),
            (Look::DeviceCompliant, when.device_compliant),
            (Look::UserKnown, when.user_known),
            (Look::UserEnabled, when.user_enabled),
        ];
        let flags = flags.into_iter().filter_map(|(look, flag)| Some((look, flag?)));
        found.extend(flags.map(|(look, flag)| Matcher { look, wanted: Wanted::Is(flag) }));
        found
    }

    /// Conditions on what the request asks for.
    fn asked(&mut self, when: &When, found: &mut Vec<Matcher>) {
        let lists = [
            (Look::Dns, &when.dns),
            (Look::Email, &when.email),
            (Look::Upn, &when.upn),
            (Look::Uri, &when.uri),
        ];
        for (look, list) in lists {
            let Some(list) = list else { continue };
            let patterns = self.patterns(look, list, |_| Ok(()));
            found.push(Matcher { look, wanted: Wanted::Asked(patterns) });
        }
        if let Some(list) = &when.subject {
            let patterns = self.patterns(Look::Subject, list, is_attribute);
            found.push(Matcher { look: Look::Subject, wanted: Wanted::Asked(patterns) });
        }
        if let Some(list) = &when.eku {
            let words: Vec<String> = list.iter().map(|word| usage(word)).collect();
            let patterns = self.patterns(Look::Eku, &words, is_usage);
            found.push(Matcher { look: Look::Eku, wanted: Wanted::Asked(patterns) });
        }
    }

    fn patterns(
        &mut self,
        look: Look,
        list: &[String],
        sound: impl Fn(&Pattern) -> Result<(), String>,
    ) -> Vec<Pattern> {
        let setting = format!("when.{}", look.key());
        if list.is_empty() {
            self.add(&setting, "an empty list matches nothing; remove the line".into());
        }
        let mut patterns = Vec::with_capacity(list.len());
        for text in list {
            let read = Pattern::parse(text).map_err(|reason| format!("{text:?}: {reason}"));
            match read.and_then(|pattern| sound(&pattern).map(|()| pattern)) {
                Ok(pattern) => patterns.push(pattern),
                Err(reason) => self.add(&setting, reason),
            }
        }
        patterns
    }
}

/// A pattern that none of the words is like can never match: a slip of the pen.
fn is_of(pattern: &Pattern, vocabulary: &[&str]) -> Result<(), String> {
    if vocabulary.iter().any(|word| pattern.matches(word)) {
        return Ok(());
    }
    Err(format!("{:?} is none of {}", pattern.to_string(), vocabulary.join(", ")))
}

fn is_attribute(pattern: &Pattern) -> Result<(), String> {
    let text = pattern.to_string();
    match text.split_once('=') {
        Some((kind, _)) if word_of_attribute(kind).is_some_and(|word| word.eq_ignore_ascii_case(kind)) => {
            Ok(())
        }
        _ => Err(format!("{text:?} does not begin with an attribute's word and =, such as OU=")),
    }
}

fn word_of_attribute(kind: &str) -> Option<String> {
    oid_of(ATTRIBUTES, kind).map(|oid| word_of(ATTRIBUTES, &oid))
}

/// The word by which facts call a usage that may be written dotted.
fn usage(word: &str) -> String {
    oid_of(EXTENDED_USAGES, word).map_or_else(|| word.to_owned(), |oid| word_of(EXTENDED_USAGES, &oid))
}

fn is_usage(pattern: &Pattern) -> Result<(), String> {
    let text = pattern.to_string();
    match oid_of(EXTENDED_USAGES, &text) {
        Some(_) => Ok(()),
        None => Err(format!("{text:?} is no extended key usage's word, nor dotted")),
    }
}
