//! Profiles out of files, in whatever form.

use super::{failed, read};
use crate::cli::{Failure, Outcome};
use crate::mdm_profiles::{self, Document};
use mdm::platform::Platform;
use mdm::profile::Profile;
use std::path::PathBuf;

/// A file with a profile.
#[derive(clap::Args, Debug)]
pub(super) struct Source {
    /// TOML or JSON as `profile new` writes it, Graph's JSON, SyncML, or .mobileconfig: told apart by what is in it
    file: PathBuf,
    /// What to call a profile whose form has no name, or another one
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    /// Its platform, where its form leaves that open
    #[arg(long, value_name = "WORD", value_parser = super::platform)]
    platform: Option<Platform>,
}

impl Source {
    /// A file whose form says all.
    pub(super) fn at(file: PathBuf) -> Self {
        Self { file, name: None, platform: None }
    }

    /// Reads the profile.
    pub(super) fn read(&self) -> Result<Profile, Failure> {
        let octets = read(&self.file)?;
        let stem = self.file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let document =
            Document { octets: &octets, called: self.name.as_deref(), stem, platform: self.platform };
        document.read().map_err(|why| failed(format!("{}: {why}", self.file.display())))
    }
}

/// As TOML for people, as JSON for programs.
pub(super) fn shown(profile: &Profile) -> Result<Outcome, Failure> {
    let json = serde_json::to_value(profile).map_err(|error| failed(error.to_string()))?;
    Ok(Outcome::new(toml_of(profile)?, json))
}

pub(super) fn toml_of(profile: &Profile) -> Result<String, Failure> {
    mdm_profiles::toml_of(profile).map_err(failed)
}
