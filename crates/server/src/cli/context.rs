//! What every verb can ask for: flags given before it, settings, a runtime.

use std::path::{Path, PathBuf};

use tokio::runtime::Builder;

use super::outcome::Failure;
use crate::config::{Config, Disk, Flag, Loaded, Sources};
use crate::explanation::ours;

/// Where settings are looked for when neither a flag nor the environment says so.
const USUAL_FILE: &str = "/etc/chancery/chancery.toml";

/// Flags that every verb knows.
#[derive(clap::Args, Clone, Debug)]
pub struct Globals {
    /// Settings file [default: $CHANCERY_CONFIG, else /etc/chancery/chancery.toml if it exists]
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Directory of keys and store
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<String>,
    /// This is a test on this machine: allow loopback URLs and self-made TLS certificates
    #[arg(long, global = true)]
    pub local: bool,
    /// Layout of log lines on standard error
    #[arg(long, global = true, value_name = "text|json")]
    pub log_format: Option<String>,
    /// Print the result as JSON
    #[arg(long, global = true)]
    pub json: bool,
}

/// The surroundings that a verb runs in.
#[derive(Clone, Debug)]
pub struct Context {
    /// Flags that every verb knows.
    pub globals: Globals,
}

impl Context {
    /// A context of these flags and this process's environment.
    #[must_use]
    pub fn new(globals: Globals) -> Self {
        Self { globals }
    }

    /// Where settings come from, with the verb's own `flags` in front.
    #[must_use]
    pub fn sources(&self, mut flags: Vec<Flag>) -> Sources {
        let mut flag = |name, key, value: &Option<String>| {
            flags.extend(value.clone().map(|value| Flag { name, key, value }));
        };
        flag("--data-dir", "data_dir", &self.globals.data_dir);
        flag("--log-format", "log.format", &self.globals.log_format);
        let environment: Vec<(String, String)> = std::env::vars_os()
            .filter_map(|(key, value)| Some((key.into_string().ok()?, value.into_string().ok()?)))
            .collect();
        let named = environment.iter().find(|(key, _)| key == "CHANCERY_CONFIG").map(|(_, path)| path.into());
        let usual = Some(PathBuf::from(USUAL_FILE)).filter(|path| Path::exists(path));
        let file = self.globals.config.clone().or(named).or(usual);
        Sources { file, environment, flags, local: self.globals.local }
    }

    /// Settings merged, for verbs that show them.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn loaded(&self) -> Result<Loaded, Failure> {
        Ok(self.sources(Vec::new()).load(&Disk)?)
    }

    /// Settings believed.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn config(&self) -> Result<Config, Failure> {
        self.config_with(Vec::new())
    }

    /// Settings believed, the verb's own `flags` ranking first.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn config_with(&self, flags: Vec<Flag>) -> Result<Config, Failure> {
        Ok(self.sources(flags).config(&Disk)?)
    }

    /// Runs `work` to its end on a runtime of its own.
    ///
    /// # Errors
    /// What `work` says, or that the system gave no threads.
    pub fn block_on<T>(&self, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
        run(&mut Builder::new_multi_thread(), work)
    }

    /// Runs `work` on this thread alone: a load driver whose connections woke each other across cores would measure
    /// itself.
    ///
    /// # Errors
    /// Those of the work; that the system gave no threads.
    pub fn block_on_one_thread<T>(
        &self,
        work: impl Future<Output = Result<T, Failure>>,
    ) -> Result<T, Failure> {
        run(&mut Builder::new_current_thread(), work)
    }
}

fn run<T>(runtime: &mut Builder, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    let runtime = runtime
        .enable_all()
        .build()
        .map_err(|error| Failure::new(ours::THREADS, format!("the system gave no threads: {error}")))?;
    runtime.block_on(work)
}
