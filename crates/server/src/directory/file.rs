//! A list of devices and users, for those without Entra: CSV with a header line, or a JSON array of objects, with the
//! members of [`Entry`]. Who is not on the list is gone.

use super::source::{Reading, Said};
use crate::standing::Kind;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The largest list that is read, in octets.
const LIMIT: u64 = 64 * 1024 * 1024;

/// What an entry is of.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Listed {
    /// A device.
    #[default]
    Device,
    /// A user.
    User,
}

/// One line of the list.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Device or user.
    #[serde(default)]
    pub kind: Listed,
    /// What certificates carry: a device's common name or GUID, a user's principal name.
    pub id: String,
    /// Whether it may authenticate; not known where absent.
    #[serde(default)]
    pub enabled: Option<bool>,
    /// Whether it complies; not known where absent.
    #[serde(default)]
    pub compliant: Option<bool>,
    /// Security identifier in Active Directory.
    #[serde(default)]
    pub sid: Option<String>,
    /// To show.
    #[serde(default)]
    pub name: Option<String>,
    /// `windows`, `ios`, `macos`, `android`, `linux` or another word: for the policy.
    #[serde(default)]
    pub platform: Option<String>,
    /// Whose it is: for the policy.
    #[serde(default)]
    pub ownership: Option<Ownership>,
    /// Groups that it is in, with semicolons between; none where it is empty, not known where absent: for the policy.
    #[serde(default, deserialize_with = "even_empty")]
    pub groups: Option<String>,
}

/// Whose a device is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ownership {
    /// The organisation's.
    Company,
    /// The user's own.
    Personal,
}

impl Ownership {
    /// The word that the policy uses.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Personal => "personal",
        }
    }
}

/// An empty cell of a list in CSV would be absent.
fn even_empty<'de, D: serde::Deserializer<'de>>(text: D) -> Result<Option<String>, D::Error> {
    String::deserialize(text).map(Some)
}

/// The groups in a list's text.
pub(super) fn groups(text: &str) -> Vec<String> {
    text.split(';').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The file.
pub(crate) struct ListFile(pub(crate) PathBuf);

impl ListFile {
    pub(super) async fn read(&self) -> Result<Reading, String> {
        let path = self.0.clone();
        let read = tokio::task::spawn_blocking(move || read(&path)).await;
        let entries = read.map_err(|error| error.to_string())??;
        let mut reading = Reading { whole: [Kind::Managed, Kind::User].into(), ..Reading::default() };
        for entry in entries {
            let kind = if entry.kind == Listed::User { Kind::User } else { Kind::Managed };
            let place = (kind, entry.id.to_lowercase());
            if reading.said.insert(place, Said::Listed(Box::new(entry.clone()))).is_some() {
                return Err(format!("{} is on the list twice", entry.id.escape_debug()));
            }
        }
        Ok(reading)
    }
}

fn read(path: &Path) -> Result<Vec<Entry>, String> {
    let told = |error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let size = std::fs::metadata(path).map_err(|error| told(&error))?.len();
    if size > LIMIT {
        return Err(told(&"the list is larger than 64 MiB"));
    }
    let text = std::fs::read_to_string(path).map_err(|error| told(&error))?;
    parse(&text).map_err(|error| told(&error))
}

/// Reads a list. A list of nobody is refused: it would take everybody off the network, and an emptied file is likelier.
///
/// # Errors
/// What is wrong, and in which line.
pub fn parse(text: &str) -> Result<Vec<Entry>, String> {
    let text = text.trim_start_matches('\u{feff}');
    let entries: Vec<Entry> = if text.trim_start().starts_with('[') {
        serde_json::from_str(text).map_err(|error| error.to_string())?
    } else {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        reader.deserialize().collect::<Result<_, _>>().map_err(|error| error.to_string())?
    };
    if entries.is_empty() {
        return Err("the list names nobody; to revoke all of them, revoke their certificates".into());
    }
    if entries.iter().any(|entry| entry.id.trim().is_empty()) {
        return Err("an entry has no id".into());
    }
    Ok(entries)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_list_in_two_spellings() {
        let csv = "\u{feff}id,kind,enabled,name\r\nlaptop-1,device,true,\"Ada's, first\"\nada@contoso.example,user,false,\n";
        let json = r#"[{"id":"laptop-1","enabled":true,"name":"Ada's, first"},
                       {"id":"ada@contoso.example","kind":"user","enabled":false}]"#;
        let (csv, json) = (parse(csv).unwrap(), parse(json).unwrap());
        assert_eq!(csv, json);
        assert_eq!((csv[0].kind, csv[1].kind), (Listed::Device, Listed::User));
        assert_eq!((csv[0].enabled, csv[1].enabled), (Some(true), Some(false)));
    }

    #[test]
    fn a_list_that_is_not_one_is_refused() {
        for text in [
            "",
            "[]",
            "id\n",
            "name\nx\n",
            "id,enabled\nx,perhaps\n",
            "id,colour\nx,red\n",
            "id,kind\nx,printer\n",
            "id,enabled\nx\n",
            "id,name\n,x\n",
            r#"[{"id":" "}]"#,
            r#"[{"id":"x","colour":"red"}]"#,
            r#"[{"id":"x"}"#,
        ] {
            assert!(parse(text).is_err(), "{text:?}");
        }
    }
}
