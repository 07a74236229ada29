//! Profiles out of files: the model's own TOML or JSON, Graph's JSON, SyncML, and `.mobileconfig`, told apart by what is in it.

use mdm::format::{graph, mobileconfig, syncml};
use mdm::platform::Platform;
use mdm::profile::{Profile, ProfileName};
use serde_json::Value;

/// A file with a profile, and what its form leaves open.
pub(crate) struct Document<'a> {
    /// The file.
    pub(crate) octets: &'a [u8],
    /// What to call a profile whose form has no name, or another one.
    pub(crate) called: Option<&'a str>,
    /// A name for where nothing else gives one, such as the file's.
    pub(crate) stem: &'a str,
    /// Its platform, where its form leaves that open.
    pub(crate) platform: Option<Platform>,
}

impl Document<'_> {
    /// Reads the profile.
    ///
    /// # Errors
    /// The sentence that says why it is none.
    pub(crate) fn read(&self) -> Result<Profile, String> {
        let start = self.octets.trim_ascii_start();
        if start.starts_with(b"<") {
            return self.markup();
        }
        let text = std::str::from_utf8(self.octets).map_err(|_| "it is not UTF-8")?;
        if !start.starts_with(b"{") {
            return toml::from_str(text).map_err(|error| error.to_string());
        }
        let value: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        if value.get("@odata.type").is_none() {
            return serde_json::from_value(value).map_err(|error| error.to_string());
        }
        let name = self.name_or(value.get("displayName").and_then(Value::as_str))?;
        let imported = graph::read(value, name, self.platform);
        imported.map(|imported| imported.profile).map_err(|error| error.to_string())
    }

    /// SyncML or a property list.
    fn markup(&self) -> Result<Profile, String> {
        if !self.octets.windows(6).any(|part| part == b"<plist") {
            return syncml::read(self.octets)
                .map(|installed| installed.profile)
                .map_err(|error| error.to_string());
        }
        let payloads = mobileconfig::read(self.octets).map_err(|error| error.to_string())?;
        let [payload] = payloads.as_slice() else {
            return Err(format!("it has {} SCEP payloads instead of one", payloads.len()));
        };
        let name = self.name_or(None)?;
        Ok(payload.profile(name, self.platform.unwrap_or(Platform::Ios)))
    }

    fn name_or(&self, shown: Option<&str>) -> Result<ProfileName, String> {
        let given = self.called.map(|name| ProfileName::parse(name).map_err(|error| error.to_string()));
        let suggested = || mdm::format::suggested_name(shown.unwrap_or(self.stem));
        match given {
            Some(name) => name,
            None => suggested().ok_or_else(|| "say what it is to be called: --name NAME".into()),
        }
    }
}

/// The form that every verb and route takes.
///
/// # Errors
/// The sentence of whoever could not write it.
pub(crate) fn toml_of(profile: &Profile) -> Result<String, String> {
    toml::to_string_pretty(profile).map_err(|error| error.to_string())
}
