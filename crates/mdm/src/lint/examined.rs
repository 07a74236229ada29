//! A profile under examination, its texts taken apart once.

use super::surroundings::{Surroundings, Versions};
use crate::platform::Rules;
use crate::profile::{
    AlternativeName, Held, Profile, Purpose, SubjectName, SubjectNameError, SubjectTemplate,
};
use crate::subject::AttributeType;
use crate::variable::{Piece, Place, Template, TemplateError, Variable};

/// A profile under examination.
pub(super) struct Examined<'a> {
    pub(super) profile: &'a Profile,
    pub(super) surroundings: &'a Surroundings,
    /// What its platform makes of a profile.
    pub(super) rules: &'static Rules,
    pub(super) subject: Result<SubjectTemplate, SubjectNameError>,
    /// The alternative names, each with its path.
    pub(super) names: Vec<Name>,
}

/// An alternative name.
pub(super) struct Name {
    /// The path of the setting.
    pub(super) setting: String,
    pub(super) entry: AlternativeName,
    pub(super) template: Result<Template, TemplateError>,
}

/// A text that could be read, and where it stands.
pub(super) struct Text<'a> {
    pub(super) setting: &'a str,
    pub(super) place: Place,
    /// In a subject, the type of the attribute.
    pub(super) kind: Option<AttributeType>,
    pub(super) template: &'a Template,
}

/// A variable, and where it stands.
pub(super) struct Used<'a> {
    pub(super) variable: Variable,
    pub(super) setting: &'a str,
    pub(super) place: Place,
}

pub(super) const SUBJECT: &str = "subject";
const OLDER: &str = "older_alternative_names";

impl<'a> Examined<'a> {
    pub(super) fn new(profile: &'a Profile, surroundings: &'a Surroundings) -> Self {
        let typed = profile.alternative_names.len();
        let named = profile.all_alternative_names().enumerate().map(|(at, entry)| {
            let path = || format!("alternative_names[{at}].value");
            let setting = if at < typed { path() } else { OLDER.to_owned() };
            Name { setting, template: entry.template(), entry }
        });
        Self {
            profile,
            surroundings,
            rules: profile.platform.rules(),
            subject: profile.subject.template(),
            names: named.collect(),
        }
    }

    /// Every text that could be read: the subject's values, then the alternative names.
    pub(super) fn texts(&self) -> impl Iterator<Item = Text<'_>> {
        let attributes = self.subject.iter().flat_map(SubjectTemplate::attributes);
        let values = attributes.filter_map(|attribute| match &attribute.value {
            Held::Text(template) => {
                Some(Text { setting: SUBJECT, place: Place::Subject, kind: Some(attribute.kind), template })
            }
            Held::Octets(_) => None,
        });
        let names = self.names.iter().filter_map(|name| {
            let template = name.template.as_ref().ok()?;
            Some(Text { setting: &name.setting, place: Place::San(name.entry.kind), kind: None, template })
        });
        values.chain(names)
    }

    /// Every variable in a text that could be read.
    pub(super) fn variables(&self) -> impl Iterator<Item = Used<'_>> {
        self.texts().flat_map(|Text { setting, place, template, .. }| {
            template.variables().map(move |variable| Used { variable, setting, place })
        })
    }

    pub(super) fn has_purpose(&self, purpose: &Purpose) -> bool {
        self.profile.extended_key_usages.iter().any(|one| one.oid() == purpose.oid())
    }

    /// The versions of the platform's devices, where they are known.
    pub(super) fn versions(&self) -> Option<Versions> {
        self.surroundings.versions.get(&self.profile.platform).copied()
    }

    /// The text of a custom subject.
    pub(super) fn custom_subject(&self) -> Option<&'a str> {
        match &self.profile.subject {
            SubjectName::Custom(text) => Some(text),
            _ => None,
        }
    }

    /// The profile, changed.
    pub(super) fn changed(&self, change: impl FnOnce(&mut Profile)) -> Option<Profile> {
        let mut profile = self.profile.clone();
        change(&mut profile);
        Some(profile)
    }

    /// The profile with another text of its custom subject.
    pub(super) fn with_subject(&self, text: String) -> Option<Profile> {
        self.changed(|profile| profile.subject = SubjectName::Custom(text))
    }
}

/// The text that stays as it is, without the variables.
pub(super) fn literals(template: &Template) -> impl Iterator<Item = &str> {
    template.pieces().iter().filter_map(|piece| match piece {
        Piece::Literal(text) => Some(text.as_str()),
        Piece::Variable(_) => None,
    })
}
