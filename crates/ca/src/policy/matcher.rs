//! One condition of a rule: a fact, and what it must be.

use super::facts::Facts;
use super::pattern::Pattern;
use std::borrow::Cow;
use std::fmt;

/// Whether a condition holds, in three values: a fact that is not known is neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// It holds.
    Yes,
    /// It does not.
    No,
    /// Nobody knows.
    Unknown,
}

impl From<bool> for Held {
    fn from(holds: bool) -> Self {
        if holds { Self::Yes } else { Self::No }
    }
}

/// A fact that rules can look at; its key is the setting's.
macro_rules! looks {
    ($($name:ident = $key:literal;)+) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(super) enum Look {
            $($name),+
        }

        impl Look {
            pub(super) const fn key(self) -> &'static str {
                match self {
                    $(Self::$name => $key),+
                }
            }
        }
    };
}

looks! {
    Endpoint = "endpoint";
    Profile = "profile";
    Request = "request";
    Key = "key";
    Subject = "subject";
    Dns = "dns";
    Email = "email";
    Upn = "upn";
    Uri = "uri";
    Eku = "eku";
    Platform = "platform";
    Ownership = "ownership";
    DeviceKnown = "device_known";
    DeviceManaged = "device_managed";
    DeviceRegistered = "device_registered";
    DeviceEnabled = "device_enabled";
    DeviceCompliant = "device_compliant";
    DeviceGroups = "device_groups";
    UserKnown = "user_known";
    UserEnabled = "user_enabled";
    UserRisk = "user_risk";
    UserGroups = "user_groups";
}

/// What a fact must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Yes or no.
    Is(bool),
    /// A text like one of these, or at least one of several such texts: a group that somebody is in.
    OneOf(Vec<Pattern>),
    /// Texts that were asked for: a refusal looks for one like these, everything else needs all of them to be.
    Asked(Vec<Pattern>),
}

/// A condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Matcher {
    pub(super) look: Look,
    pub(super) wanted: Wanted,
}

/// A fact's value.
enum Value<'a> {
    Unknown,
    Flag(bool),
    Texts(&'a [Cow<'a, str>]),
}

/// Facts with their texts in lower case, made once for all rules.
pub(super) struct Lowered<'a> {
    single: [[Cow<'a, str>; 1]; 4],
    subject: Vec<Cow<'a, str>>,
    names: Option<[Vec<Cow<'a, str>>; 4]>,
    eku: Option<Vec<Cow<'a, str>>>,
    words: [Option<[Cow<'a, str>; 1]>; 3],
    device_groups: Option<Vec<Cow<'a, str>>>,
    user_groups: Option<Vec<Cow<'a, str>>>,
    facts: &'a Facts,
}

fn lower(text: &str) -> Cow<'_, str> {
    let same = text.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_uppercase());
    if same { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}

fn all(texts: &[String]) -> Vec<Cow<'_, str>> {
    texts.iter().map(|text| lower(text)).collect()
}

impl<'a> Lowered<'a> {
    pub(super) fn of(facts: &'a Facts) -> Self {
        let word = |word: &'a Option<String>| word.as_deref().map(|text| [lower(text)]);
        Self {
            single: [
                [lower(&facts.endpoint)],
                [lower(&facts.profile)],
                [Cow::Borrowed(facts.request.as_str())],
                [lower(&facts.key)],
            ],
            subject: all(&facts.subject),
            names: facts
                .names
                .as_ref()
                .map(|names| [all(&names.dns), all(&names.email), all(&names.upn), all(&names.uri)]),
            eku: facts.eku.as_deref().map(all),
            words: [word(&facts.device.platform), word(&facts.device.ownership), word(&facts.user.risk)],
            device_groups: facts.device.groups.as_deref().map(all),
            user_groups: facts.user.groups.as_deref().map(all),
            facts,
        }
    }

    fn value(&self, look: Look) -> Value<'_> {
        let (device, user) = (&self.facts.device, &self.facts.user);
        let [endpoint, profile, request, key] = &self.single;
        let [platform, ownership, risk] = &self.words;
        match look {
            Look::Endpoint => Value::Texts(endpoint),
            Look::Profile => Value::Texts(profile),
            Look::Request => Value::Texts(request),
            Look::Key => Value::Texts(key),
            Look::Subject => Value::Texts(&self.subject),
            Look::Dns => self.named(0),
            Look::Email => self.named(1),
            Look::Upn => self.named(2),
            Look::Uri => self.named(3),
            Look::Eku => listed(self.eku.as_deref()),
            Look::Platform => listed(platform.as_ref().map(<[_; 1]>::as_slice)),
            Look::Ownership => listed(ownership.as_ref().map(<[_; 1]>::as_slice)),
            Look::UserRisk => listed(risk.as_ref().map(<[_; 1]>::as_slice)),
            Look::DeviceGroups => listed(self.device_groups.as_deref()),
            Look::UserGroups => listed(self.user_groups.as_deref()),
            Look::DeviceKnown => flag(device.known),
            Look::DeviceManaged => flag(device.managed),
            Look::DeviceRegistered => flag(device.registered),
            Look::DeviceEnabled => flag(device.enabled),
            Look::DeviceCompliant => flag(device.compliant),
            Look::UserKnown => flag(user.known),
            Look::UserEnabled => flag(user.enabled),
        }
    }

    fn named(&self, kind: usize) -> Value<'_> {
        listed(self.names.as_ref().and_then(|names| names.get(kind)).map(Vec::as_slice))
    }
}

fn flag(known: Option<bool>) -> Value<'static> {
    known.map_or(Value::Unknown, Value::Flag)
}

fn listed<'a>(known: Option<&'a [Cow<'a, str>]>) -> Value<'a> {
    known.map_or(Value::Unknown, Value::Texts)
}

impl Matcher {
    /// Whether it holds. `refuses`: whether its rule takes something away.
    pub(super) fn held(&self, facts: &Lowered<'_>, refuses: bool) -> Held {
        let like = |patterns: &[Pattern], text: &str| patterns.iter().any(|one| one.matches(text));
        match (facts.value(self.look), &self.wanted) {
            (Value::Unknown, _) => Held::Unknown,
            (Value::Flag(value), Wanted::Is(wanted)) => (value == *wanted).into(),
            (Value::Texts(texts), Wanted::OneOf(patterns)) => {
                texts.iter().any(|text| like(patterns, text)).into()
            }
            (Value::Texts(texts), Wanted::Asked(patterns)) => {
                let mut texts = texts.iter().filter(|text| self.is_of_type(text, patterns)).peekable();
                if refuses {
                    texts.any(|text| like(patterns, text)).into()
                } else {
                    (texts.peek().is_some() && texts.all(|text| like(patterns, text))).into()
                }
            }
            // The settings' check pairs each fact with its own kind of condition.
            (Value::Flag(_), _) | (Value::Texts(_), Wanted::Is(_)) => Held::Unknown,
        }
    }

    /// Of a subject only the attributes count whose types the patterns name: `OU=Sales` says nothing about the CN.
    fn is_of_type(&self, text: &str, patterns: &[Pattern]) -> bool {
        let kind = |text: &str| text.split_once('=').map(|(kind, _)| kind.to_lowercase());
        self.look != Look::Subject || patterns.iter().any(|one| kind(&one.to_string()) == kind(text))
    }

    /// The same for people.
    pub(super) fn reading(&self, facts: &Lowered<'_>, refuses: bool) -> Reading {
        let found = match facts.value(self.look) {
            Value::Unknown => "not known".to_owned(),
            Value::Flag(value) => value.to_string(),
            Value::Texts([]) => "none".to_owned(),
            Value::Texts(texts) => texts.join(", "),
        };
        Reading {
            fact: self.look.key(),
            expected: self.wanted.told(refuses),
            found,
            held: self.held(facts, refuses),
        }
    }
}

impl Wanted {
    fn told(&self, refuses: bool) -> String {
        let list = |patterns: &[Pattern]| {
            let patterns: Vec<String> = patterns.iter().map(ToString::to_string).collect();
            patterns.join(", ")
        };
        match self {
            Self::Is(wanted) => wanted.to_string(),
            Self::OneOf(patterns) => list(patterns),
            Self::Asked(patterns) if refuses => list(patterns),
            Self::Asked(patterns) => format!("only {}", list(patterns)),
        }
    }
}

/// A condition beside the fact that it was held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    /// The setting's key, such as `device_compliant`.
    pub fact: &'static str,
    /// What the rule asks for.
    pub expected: String,
    /// What is so; in lower case.
    pub found: String,
    /// Whether the condition holds.
    pub held: Held,
}

impl fmt::Display for Reading {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { fact, expected, found, held } = self;
        match held {
            Held::Unknown => write!(f, "{fact} is not known"),
            Held::Yes => write!(f, "{fact} is {found}"),
            Held::No => write!(f, "{fact} is {found}, not {expected}"),
        }
    }
}
