//! What the portal says, in each of its languages. The texts are Fluent files under `locales/`; a test holds that each
//! language has each text, and that each text which a template asks for is there.

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use std::sync::LazyLock;
use unic_langid::LanguageIdentifier;

/// A language of the portal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Language {
    /// English.
    En,
    /// German.
    De,
}

/// The texts of a language.
pub(crate) struct Words {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

macro_rules! files {
    ($($name:literal)*) => {
        const EN: &[&str] = &[$(include_str!(concat!("../../locales/en/", $name, ".ftl"))),*];
        const DE: &[&str] = &[$(include_str!(concat!("../../locales/de/", $name, ".ftl"))),*];
    };
}

files! { "approvals" "audit" "cas" "certificates" "connections" "docs" "doctor" "enrolments" "frame" "holders" "home" "people" "policies" "profiles" "renewals" "requests" "revocation" "sim" "stalled" "templates" "trace" "webhooks" "wizard" }

static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::load(Language::En));
static GERMAN: LazyLock<Words> = LazyLock::new(|| Words::load(Language::De));

impl Language {
    /// All of them, each with its own name for itself.
    pub const ALL: [(Language, &'static str); 2] = [(Language::En, "English"), (Language::De, "Deutsch")];

    /// The tag of BCP 47.
    #[must_use]
    pub fn tag(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::De => "de",
        }
    }

    /// The language of that tag.
    #[must_use]
    pub fn parse(tag: &str) -> Option<Language> {
        Language::ALL.into_iter().map(|(one, _)| one).find(|one| one.tag() == tag)
    }

    /// The first of a browser's languages that is here (RFC 9110 §12.5.4; browsers list the preferred first), else English.
    #[must_use]
    pub fn accepted(header: &str) -> Language {
        let tags = header.split(',').filter_map(|one| one.split([';', '-']).next());
        tags.filter_map(|tag| Language::parse(tag.trim())).next().unwrap_or(Language::En)
    }
}

impl Words {
    /// Those of this language.
    pub(crate) fn of(language: Language) -> &'static Words {
        match language {
            Language::En => &ENGLISH,
            Language::De => &GERMAN,
        }
    }

    fn load(language: Language) -> Words {
        let files = match language {
            Language::En => EN,
            Language::De => DE,
        };
        // Decides plurals and how numbers are written.
        let id: LanguageIdentifier = language.tag().parse().unwrap_or_default();
        let mut bundle = FluentBundle::new_concurrent(vec![id]);
        // Foreign text is put into <bdi>, which does the same and is not copied along with it.
        bundle.set_use_isolating(false);
        for file in files {
            // A file that has faults gives what it has: a test sees to it that none has any.
            let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(some, _)| some);
            bundle.add_resource_overriding(resource);
        }
        Words { language, bundle }
    }

    /// Which language it is.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// Whether there is such a text.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.bundle.get_message(key).is_some_and(|message| message.value().is_some())
    }

    /// The text without anything to fill in.
    pub(crate) fn t(&self, key: &str) -> String {
        self.filled(key, None)
    }

    /// The text with `$n`.
    pub(crate) fn n(&self, key: &str, count: impl TryInto<i64>) -> String {
        let count = count.try_into().unwrap_or(i64::MAX);
        self.filled(key, Some(FluentArgs::from_iter([("n", FluentValue::from(count))])).as_ref())
    }

    /// The text with `$x`.
    pub(crate) fn x(&self, key: &str, text: impl ToString) -> String {
        self.filled(key, Some(FluentArgs::from_iter([("x", FluentValue::from(text.to_string()))])).as_ref())
    }

    /// What the API's `word` is called in a family of texts, such as `status` of `status-good`; the word itself where it has no text.
    pub(crate) fn word(&self, family: &str, word: &str) -> String {
        let tail = word.replace(|one: char| !one.is_ascii_alphanumeric(), "-");
        let key = format!("{family}-{tail}");
        if self.has(&key) { self.t(&key) } else { super::shown(word) }
    }

    fn filled(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let message = self.bundle.get_message(key).and_then(|message| message.value());
        let Some(pattern) = message else { return key.to_owned() };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

#[cfg(test)]
mod tests;
