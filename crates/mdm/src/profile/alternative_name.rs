//! Subject alternative names.

use crate::variable::{Place, SanType, Template, TemplateError};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// One alternative name, its value as written (M113).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AlternativeName {
    /// Which kind.
    #[serde(rename = "type")]
    pub kind: SanType,
    /// Text with variables.
    pub value: String,
}

impl AlternativeName {
    /// The entries that one field of older tools means: `a@x;b@x` is two (M114). Nothing written here has semicolons
    /// again.
    #[must_use]
    pub fn split(kind: SanType, field: &str) -> Vec<Self> {
        let values = field.split(';').map(str::trim).filter(|value| !value.is_empty());
        values.map(|value| Self { kind, value: value.to_owned() }).collect()
    }

    /// Takes the value apart.
    ///
    /// # Errors
    /// What is wrong, where, and how to mend it.
    pub fn template(&self) -> Result<Template, TemplateError> {
        Template::parse(&self.value, Place::San(self.kind))
    }
}

/// A type of the older form (contract §12). In Graph's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OlderSanType {
    /// The user's mail address
    EmailAddress,
    /// The user's principal name
    UserPrincipalName,
    /// The attribute of the user in Entra that the format names. Which kind of name it becomes is unverified; taken to
    /// be the UPN
    CustomAzureAdAttribute,
    /// The format, as dNSName
    DomainNameService,
    /// The format, as uniformResourceIdentifier
    UniversalResourceIdentifier,
}

/// The older form of alternative names: a set of types and one text (contract §12).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OlderAlternativeNames {
    /// The types.
    pub types: BTreeSet<OlderSanType>,
    /// The text of those types that need one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

impl OlderAlternativeNames {
    /// The same as typed entries. An entry without a format where it needs one has the empty value.
    #[must_use]
    pub fn entries(&self) -> Vec<AlternativeName> {
        let format = || self.format.as_deref().unwrap_or_default();
        let entry = |older: &OlderSanType| {
            let (kind, value) = match older {
                OlderSanType::EmailAddress => (SanType::Email, "{{EmailAddress}}"),
                OlderSanType::UserPrincipalName => (SanType::Upn, "{{UserPrincipalName}}"),
                OlderSanType::CustomAzureAdAttribute => (SanType::Upn, format()),
                OlderSanType::DomainNameService => (SanType::Dns, format()),
                OlderSanType::UniversalResourceIdentifier => (SanType::Uri, format()),
            };
            AlternativeName { kind, value: value.to_owned() }
        };
        self.types.iter().map(entry).collect()
    }
}
