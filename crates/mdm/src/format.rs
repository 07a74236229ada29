//! Profiles in the forms that others read: Graph's JSON, Apple's `.mobileconfig`, Windows' SyncML, scripts, and the
//! steps of the portal; and out of those that hold enough.
//!
//! Whatever a setting's text holds, it stays text of that setting: what a form cannot hold is an [`Unwritable`], and
//! nothing is left out of a text. A setting that the platform does not have is left out (M87); whether that was meant
//! is the linter's to ask.

pub mod graph;
pub mod mail;
pub mod mobileconfig;
pub mod powershell;
pub mod steps;
pub mod syncml;
pub mod wifi;

mod plist;
mod trusted_root;
mod xml;

pub use trusted_root::TrustedRoot;

use crate::platform::{Platform, ProfileType};
use crate::profile::{AlternativeName, CertificateType, Profile, ProfileName, SubjectName};
use crate::variable::{Place, Template};
use core::fmt;
use pki::text::shown;

/// A setting that a form cannot hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unwritable {
    /// The setting, as a file calls it.
    pub setting: &'static str,
    /// Why, and what to do.
    pub why: String,
}

impl Unwritable {
    pub(crate) fn new(setting: &'static str, why: impl Into<String>) -> Self {
        Self { setting, why: why.into() }
    }
}

impl fmt::Display for Unwritable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.setting, self.why)
    }
}

impl core::error::Error for Unwritable {}

/// What cannot be read in a form that somebody else wrote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unreadable {
    /// The member, key or node; empty for the whole.
    pub place: String,
    /// What is wrong with it.
    pub why: String,
}

impl Unreadable {
    pub(crate) fn new(place: impl Into<String>, why: impl Into<String>) -> Self {
        Self { place: place.into(), why: why.into() }
    }
}

impl fmt::Display for Unreadable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.place.is_empty() { "the text" } else { &self.place };
        write!(f, "{}: {}", shown(place), shown(&self.why))
    }
}

impl core::error::Error for Unreadable {}

/// The profile type, which every form but one for Linux has.
pub(crate) fn profile_type(platform: Platform) -> Result<ProfileType, Unwritable> {
    let none = || Unwritable::new("platform", format!("{platform} has no SCEP profile in Intune (M145)"));
    platform.rules().profile_type.value.ok_or_else(none)
}

/// The typed alternative names with one value each: a semicolon separates values and is never written (M114).
pub(crate) fn single_values(names: impl Iterator<Item = AlternativeName>) -> Vec<AlternativeName> {
    let entries = |name: AlternativeName| {
        if name.value.contains(';') { AlternativeName::split(name.kind, &name.value) } else { vec![name] }
    };
    names.flat_map(entries).collect()
}

/// A profile's name made of the name that a portal shows: its letters and digits in lower case with `-` between.
#[must_use]
pub fn suggested_name(shown_name: &str) -> Option<ProfileName> {
    let letter = |c: char| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { ' ' };
    let spaced: String = shown_name.chars().map(letter).collect();
    let joined = spaced.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    ProfileName::parse(joined.get(..64).unwrap_or(&joined).trim_end_matches('-')).ok()
}

/// The name that the portal shows, where it is not the one that follows from the profile's name anyway.
pub(crate) fn display_name_of(mut profile: Profile, shown: Option<String>) -> Profile {
    profile.display_name = None;
    profile.display_name = shown.filter(|name| *name != profile.shown_name());
    profile
}

/// Where a form does not say whom a certificate is for, its variables do: a device's has none of a user's (M78).
pub(crate) fn certificate_type_of(
    subject: &SubjectName,
    names: impl Iterator<Item = AlternativeName>,
) -> CertificateType {
    let subject = subject.text().and_then(|text| Template::parse(text, Place::Subject).ok());
    let mut texts = subject.into_iter().chain(names.filter_map(|name| name.template().ok()));
    let users = |template: Template| {
        template.variables().any(|variable| variable.is_users_in(CertificateType::Device))
    };
    if texts.any(users) { CertificateType::User } else { CertificateType::Device }
}
