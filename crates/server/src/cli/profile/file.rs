//! Profiles out of files: the model's own TOML or JSON, Graph's JSON, SyncML, and `.mobileconfig`.

use super::{failed, read};
use crate::cli::{Failure, Outcome};
use mdm::format::{graph, mobileconfig, syncml};
use mdm::platform::Platform;
use mdm::profile::{Profile, ProfileName};
use serde_json::Value;
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
    /// Reads the profile.
    pub(super) fn read(&self) -> Result<Profile, Failure> {
        let octets = read(&self.file)?;
        let start = octets.trim_ascii_start();
        let unreadable = |why: String| failed(format!("{}: {why}", self.file.display()));
        if start.starts_with(b"<") {
            return self.markup(&octets).map_err(unreadable);
        }
        let text = std::str::from_utf8(&octets).map_err(|_| unreadable("it is not UTF-8".into()))?;
        if !start.starts_with(b"{") {
            return toml::from_str(text).map_err(|error| unreadable(error.to_string()));
        }
        let value: Value = serde_json::from_str(text).map_err(|error| unreadable(error.to_string()))?;
        if value.get("@odata.type").is_none() {
            return serde_json::from_value(value).map_err(|error| unreadable(error.to_string()));
        }
        let name = self.name_or(value.get("displayName").and_then(Value::as_str)).map_err(unreadable)?;
        let imported = graph::read(value, name, self.platform);
        imported.map(|imported| imported.profile).map_err(|error| unreadable(error.to_string()))
    }

    /// SyncML or a property list.
    fn markup(&self, octets: &[u8]) -> Result<Profile, String> {
        if !octets.windows(6).any(|part| part == b"<plist") {
            return syncml::read(octets)
                .map(|installed| installed.profile)
                .map_err(|error| error.to_string());
        }
        let payloads = mobileconfig::read(octets).map_err(|error| error.to_string())?;
        let [payload] = payloads.as_slice() else {
            return Err(format!("it has {} SCEP payloads instead of one", payloads.len()));
        };
        let name = self.name_or(None)?;
        Ok(payload.profile(name, self.platform.unwrap_or(Platform::Ios)))
    }

    fn name_or(&self, shown: Option<&str>) -> Result<ProfileName, String> {
        let given =
            self.name.as_deref().map(|name| ProfileName::parse(name).map_err(|error| error.to_string()));
        let stem = self.file.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
        let suggested = || mdm::format::suggested_name(shown.unwrap_or(stem));
        match given {
            Some(name) => name,
            None => suggested().ok_or_else(|| "say what it is to be called: --name NAME".into()),
        }
    }
}

/// As TOML for people, as JSON for programs.
pub(super) fn shown(profile: &Profile) -> Result<Outcome, Failure> {
    let json = serde_json::to_value(profile).map_err(|error| failed(error.to_string()))?;
    Ok(Outcome::new(toml_of(profile)?, json))
}

pub(super) fn toml_of(profile: &Profile) -> Result<String, Failure> {
    toml::to_string_pretty(profile).map_err(|error| failed(error.to_string()))
}
