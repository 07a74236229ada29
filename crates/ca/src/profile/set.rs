//! All profiles of a server, found by name.

use super::CertificateProfile;
use std::fmt;

/// Profiles with distinct names.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProfileSet(Vec<CertificateProfile>);

/// No profile has this name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownProfile {
    /// What was asked for.
    pub asked: String,
    /// The name that was probably meant: that of the profile whose display name was given (M23).
    pub meant: Option<String>,
}

impl fmt::Display for UnknownProfile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no certificate profile is named {:?}", self.asked)?;
        match &self.meant {
            Some(name) => write!(f, "; that is the display name of {name:?}: bind to the name"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for UnknownProfile {}

impl ProfileSet {
    /// Takes profiles together.
    ///
    /// # Errors
    /// The first name that stands twice.
    pub fn new(profiles: Vec<CertificateProfile>) -> Result<Self, String> {
        for (index, profile) in profiles.iter().enumerate() {
            if profiles.iter().skip(index + 1).any(|other| other.name == profile.name) {
                return Err(format!("two certificate profiles are named {:?}", profile.name.as_str()));
            }
        }
        Ok(Self(profiles))
    }

    /// Finds a profile by its name, never by its display name.
    ///
    /// # Errors
    /// [`UnknownProfile`], with the right name where the display name was given.
    pub fn find(&self, name: &str) -> Result<&CertificateProfile, UnknownProfile> {
        let by_display =
            || self.0.iter().find(|profile| profile.display_name.eq_ignore_ascii_case(name.trim()));
        self.0.iter().find(|profile| profile.name.as_str() == name).ok_or_else(|| UnknownProfile {
            asked: name.to_owned(),
            meant: by_display().map(|profile| profile.name.to_string()),
        })
    }

    /// The same profiles with this one in the place of the one of its name, or behind them.
    #[must_use]
    pub fn with(mut self, profile: CertificateProfile) -> Self {
        match self.0.iter_mut().find(|one| one.name == profile.name) {
            Some(place) => *place = profile,
            None => self.0.push(profile),
        }
        self
    }

    /// Every profile, in the order of the configuration.
    pub fn iter(&self) -> impl Iterator<Item = &CertificateProfile> {
        self.0.iter()
    }
}
