//! What the settings file says of profiles, beside what the store has.

use super::unknown;
use crate::cli::Failure;
use crate::config::Config;
use crate::installation::database;
use crate::profiles::{document, effective, says};
use crate::store::sqlite::Sqlite;
use crate::store::{ProfileVersion, Store as _};
use ca::profile::{Settings, State};

/// Both.
pub(super) struct Known {
    pub(super) config: Config,
    pub(super) rows: Vec<ProfileVersion>,
    written: Vec<Settings>,
}

/// How a profile of the file stands to what was published.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Issues nothing.
    Draft,
    /// Nothing of it is recorded yet.
    New,
    /// The newest version says the same.
    Published,
    /// The newest version says something else.
    Changed,
    /// The file has it no more.
    Removed,
}

impl Standing {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Standing::Draft => "draft",
            Standing::New => "new",
            Standing::Published => "published",
            Standing::Changed => "changed",
            Standing::Removed => "removed",
        }
    }
}

impl Known {
    /// Reads only; without a CA there are no versions yet.
    pub(super) async fn read(config: Config) -> Result<Known, Failure> {
        let path = database(&config.data_dir);
        let rows =
            if path.exists() { Sqlite::open_to_read(&path)?.profile_versions(0).await? } else { Vec::new() };
        let ours = crate::installation::urls(&config);
        let written = config.profile_settings.iter().map(|one| effective(one, &ours)).collect();
        Ok(Known { config, rows, written })
    }

    /// The profiles of the file, with what the server adds.
    pub(super) fn written(&self) -> &[Settings] {
        &self.written
    }

    /// The newest version of each profile that the file does not have.
    pub(super) fn removed(&self) -> Vec<&ProfileVersion> {
        let is_newest = |row: &&ProfileVersion| self.newest(&row.name).is_some_and(|one| one == *row);
        let gone = |row: &&ProfileVersion| self.written.iter().all(|one| one.name != row.name);
        self.rows.iter().filter(gone).filter(is_newest).collect()
    }

    pub(super) fn newest(&self, name: &str) -> Option<&ProfileVersion> {
        self.rows.iter().rfind(|row| row.name == name)
    }

    pub(super) fn standing(&self, settings: &Settings) -> Standing {
        match self.newest(&settings.name) {
            _ if settings.state == State::Draft => Standing::Draft,
            None => Standing::New,
            Some(row) if says(row, settings) => Standing::Published,
            Some(_) => Standing::Changed,
        }
    }

    /// The profile of the file. A display name is answered with the name (M23).
    pub(super) fn named(&self, name: &str) -> Result<&Settings, Failure> {
        let found = self.written.iter().find(|one| one.name == name);
        found.ok_or_else(|| match self.config.profiles.find(name) {
            Err(why) if why.meant.is_some() => {
                let fix = format!("Write its name: {}.", why.meant.clone().unwrap_or_default());
                unknown(why.to_string()).fix(fix)
            }
            Err(why) => unknown(why.to_string()),
            Ok(_) => unknown(format!("no certificate profile is named {name:?}")),
        })
    }

    /// The settings of a recorded version.
    pub(super) fn recorded(&self, name: &str, version: u32) -> Result<Settings, Failure> {
        let row = self.rows.iter().find(|row| row.name == name && row.version == version);
        let Some(row) = row else {
            self.named(name)?;
            return Err(unknown(format!("the certificate profile {name} has no version {version}")));
        };
        let Some(text) = &row.document else {
            let sentence = format!("the text of version {version} of {name} was not recorded");
            return Err(unknown(sentence)
                .fix(format!("See which versions have their text: chancery ca profile versions {name}.")));
        };
        document::read(text).map_err(|error| unknown(format!("version {version} of {name}: {error}")))
    }
}
