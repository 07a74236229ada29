//! Where settings come from, laid over one another: default, file, environment, flag.

use std::collections::BTreeMap;
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use ::ca::rejection::Shown;
use serde::Deserialize;
use toml::{Table, Value};

use super::problem::{Code, Problem, Problems};
use super::secret::Secret;
use super::settings::Settings;
use super::{Config, environment, schema};

/// Reads files; tests supply their own.
pub trait Files {
    /// The whole content of `path`.
    ///
    /// # Errors
    /// What the file system said.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Whether everybody on this machine may read `path`; `false` where that cannot be told.
    fn is_open_to_all(&self, _path: &Path) -> bool {
        false
    }
}

/// The file system.
#[derive(Clone, Copy, Debug)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        std::fs::read(path)
    }

    fn is_open_to_all(&self, path: &Path) -> bool {
        std::fs::metadata(path).is_ok_and(|found| found.permissions().mode() & 0o004 != 0)
    }
}

/// Who set a key last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The settings file.
    File,
    /// The environment variable of this name.
    Environment(String),
    /// The command-line flag of this name.
    Flag(&'static str),
}

impl std::fmt::Display for Origin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File => f.write_str("file"),
            Self::Environment(variable) => write!(f, "environment {variable}"),
            Self::Flag(flag) => write!(f, "flag {flag}"),
        }
    }
}

/// A command-line flag that sets a key.
#[derive(Clone, Debug)]
pub struct Flag {
    /// The flag as typed, such as `--data-dir`.
    pub name: &'static str,
    /// The key it sets, dotted.
    pub key: &'static str,
    /// Its value.
    pub value: String,
}

/// Everything that may say something about settings.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// The settings file, if there is one.
    pub file: Option<PathBuf>,
    /// The environment, as `std::env::vars` gives it.
    pub environment: Vec<(String, String)>,
    /// Flags, later ones first in rank.
    pub flags: Vec<Flag>,
    /// `--local`: this run is a test on this machine.
    pub local: bool,
}

/// Settings laid over one another, and who set what.
#[derive(Default)]
pub struct Loaded {
    /// The effective settings as a table.
    pub table: Table,
    /// Keys that are not at their default; array items are addressed by index, `endpoint.0.validator`.
    pub origins: BTreeMap<String, Origin>,
    /// Secrets from the environment, by the key that they stand for. They never enter `table`.
    pub(super) secrets: BTreeMap<String, Secret>,
    /// Directory that relative paths start from: the settings file's.
    pub(super) directory: PathBuf,
    /// `--local`.
    pub local: bool,
}

impl Sources {
    /// Reads, merges and believes.
    ///
    /// # Errors
    /// Every problem found by the first step that found one.
    pub fn config(&self, files: &dyn Files) -> Result<Config, Problems> {
        let loaded = self.load(files)?;
        Config::believe(&loaded.settings()?, files, &loaded)
    }

    /// Reads and merges.
    ///
    /// # Errors
    /// An unreadable or malformed file; unknown keys; values of a wrong type.
    pub fn load(&self, files: &dyn Files) -> Result<Loaded, Problems> {
        let mut loaded =
            Loaded { local: self.local, table: defaults(&self.environment), ..Loaded::default() };
        if let Some(path) = &self.file {
            let written = read(path, files)?;
            note_origins("", &Value::Table(written.clone()), &mut loaded.origins);
            overlay(&mut loaded.table, written);
            loaded.directory = path.parent().map(Path::to_path_buf).unwrap_or_default();
        }
        environment::overlay(&self.environment, &mut loaded)?;
        for flag in self.flags.iter().rev() {
            let path: Vec<&str> = flag.key.split('.').collect();
            environment::set(&mut loaded.table, &path, Value::String(flag.value.clone()));
            loaded.origins.insert(flag.key.to_owned(), Origin::Flag(flag.name));
        }
        loaded.settings()?;
        Ok(loaded)
    }
}

/// One effective setting.
#[derive(Clone, Debug)]
pub struct Setting {
    /// Dotted; items of lists are numbered from 0.
    pub key: String,
    /// As TOML; what must not be shown is `"(hidden)"`.
    pub value: String,
    /// Who set it; nothing where it is the default.
    pub origin: Option<Origin>,
}

impl Loaded {
    /// Every effective setting in alphabetical order, without anything secret.
    #[must_use]
    pub fn effective(&self) -> Vec<Setting> {
        let hidden = |key: &str| key.ends_with("challenge_hash");
        let shown = leaves("", &Value::Table(self.table.clone())).into_iter().map(|(key, value)| {
            let value = if hidden(&key) { r#""(hidden)""#.to_owned() } else { value.to_string() };
            (key, value)
        });
        let secrets = self.secrets.keys().map(|key| (key.clone(), r#""(hidden)""#.to_owned()));
        let mut settings: Vec<Setting> = shown
            .chain(secrets)
            .map(|(key, value)| Setting { origin: self.origins.get(&key).cloned(), key, value })
            .collect();
        settings.sort_by(|a, b| a.key.cmp(&b.key));
        settings
    }

    /// The effective settings.
    ///
    /// # Errors
    /// A value of a wrong type.
    pub fn settings(&self) -> Result<Settings, Problem> {
        Settings::deserialize(Value::Table(self.table.clone())).map_err(|error| {
            let text = error.to_string();
            let key = text.rsplit("in `").next().and_then(|rest| rest.split('`').next()).unwrap_or_default();
            Problem::new(Code::WrongType, key, "")
                .rule(format!(
                    "the environment sets a value of the wrong type: {}",
                    first_line(error.message())
                ))
                .fix("a number stays text if it is quoted inside the variable: '\"123\"'")
        })
    }
}

/// Reads the secret in the file that `key` names, without the line break at its end. The problems noted name the path,
/// never the content. A file that all may read is doubtful and no more: orchestrators mount secrets so.
pub(super) fn secret_file(
    key: &str,
    path: &str,
    files: &dyn Files,
    loaded: &Loaded,
    problems: &mut Problems,
) -> Option<Secret> {
    if files.is_open_to_all(&loaded.directory.join(path)) {
        problems.push(
            Problem::new(Code::Doubtful, key, path)
                .rule("every user of this machine may read this secret")
                .fix(format!("chmod 600 {path}, and give it to the server's user")),
        );
    }
    problems.note(secret(key, path, files, loaded))
}

fn secret(key: &str, path: &str, files: &dyn Files, loaded: &Loaded) -> Result<Secret, Problem> {
    let problem = |rule: String| {
        Problem::new(Code::Secret, key, path)
            .rule(rule)
            .fix("put the secret alone into that file, readable by this user only (chmod 600)")
    };
    let bytes = files
        .read(&loaded.directory.join(path))
        .map_err(|error| problem(format!("the file cannot be read: {error}")))?;
    let text =
        String::from_utf8(bytes).map_err(|_| problem("the file holds something other than text".into()))?;
    let secret = text.trim_end_matches(['\r', '\n']);
    if secret.is_empty() {
        return Err(problem("the file is empty".into()));
    }
    Ok(Secret::new(secret.to_owned()))
}

/// The settings file, checked for unknown keys and for types while line numbers are still known.
fn read(path: &Path, files: &dyn Files) -> Result<Table, Problems> {
    let shown = path.display().to_string();
    let bytes = files.read(path).map_err(|error| {
        Problem::new(Code::Unreadable, &shown, "")
            .rule(format!("the settings file cannot be read: {error}"))
            .fix("name an existing file with --config, or leave it out to run on defaults")
    })?;
    let text = String::from_utf8(bytes).map_err(|_| {
        Problem::new(Code::NotToml, &shown, "").rule("TOML is UTF-8").fix("save the file as UTF-8")
    })?;
    let located = |code: Code, error: &toml::de::Error, rule: &str| {
        let line =
            error.span().map_or(1, |span| text.get(..span.start).unwrap_or("").matches('\n').count() + 1);
        // The key alone: what stands behind it may be a secret in the wrong place.
        let key = text.lines().nth(line - 1).and_then(|line| line.split('=').next()).unwrap_or("").trim();
        Problem::new(code, format!("{shown}:{line}"), key)
            .rule(format!("{rule}: {}", first_line(error.message())))
            .fix("compare with: chancery config example")
    };
    let table: Table =
        toml::from_str(&text).map_err(|error| located(Code::NotToml, &error, "this is not TOML"))?;
    let mut problems = Problems::default();
    schema::check("", &table, &mut problems);
    problems.into_result(())?;
    toml::from_str::<Settings>(&text)
        .map_err(|error| located(Code::WrongType, &error, "the value has the wrong type"))?;
    Ok(table)
}

/// The defaults, with a data directory that suits this environment.
fn defaults(environment: &[(String, String)]) -> Table {
    let mut table = Table::try_from(Settings::default()).unwrap_or_default();
    let variable = |name: &str| {
        environment
            .iter()
            .find(|(key, value)| key == name && !value.is_empty())
            .map(|(_, value)| value.as_str())
    };
    // systemd's StateDirectory= first, then the package's directory, then the user's own (XDG).
    let directory = if let Some(state) = variable("STATE_DIRECTORY") {
        PathBuf::from(state)
    } else if Path::new("/var/lib/chancery").is_dir() {
        PathBuf::from("/var/lib/chancery")
    } else if let Some(xdg) = variable("XDG_DATA_HOME") {
        Path::new(xdg).join("chancery")
    } else if let Some(home) = variable("HOME") {
        Path::new(home).join(".local/share/chancery")
    } else {
        PathBuf::from("/var/lib/chancery")
    };
    table.insert("data_dir".to_owned(), Value::String(directory.display().to_string()));
    table
}

/// Lays `upper` over `lower`: tables merge, everything else replaces. A list replaces the whole list.
fn overlay(lower: &mut Table, upper: Table) {
    for (key, value) in upper {
        match (lower.get_mut(&key), value) {
            (Some(Value::Table(below)), Value::Table(above)) => overlay(below, above),
            (_, value) => {
                lower.insert(key, value);
            }
        }
    }
}

fn note_origins(path: &str, value: &Value, origins: &mut BTreeMap<String, Origin>) {
    for (leaf, _) in leaves(path, value) {
        origins.insert(leaf, Origin::File);
    }
}

/// Every value that is not a section, with its dotted path; sections in lists are numbered from 0.
fn leaves(path: &str, value: &Value) -> Vec<(String, Value)> {
    match value {
        Value::Table(table) => {
            table.iter().flat_map(|(key, inner)| leaves(&schema::join(path, key), inner)).collect()
        }
        Value::Array(items) if items.iter().any(Value::is_table) => {
            let numbered = items.iter().enumerate();
            numbered.flat_map(|(n, inner)| leaves(&schema::join(path, &n.to_string()), inner)).collect()
        }
        other => vec![(path.to_owned(), other.clone())],
    }
}

/// What the parser says, in one line. It repeats words of the file, in which anything may stand.
fn first_line(text: &str) -> Shown {
    Shown::escaped(text.lines().next().unwrap_or_default())
}
