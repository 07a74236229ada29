//! `chancery audit verify|export`.

mod export;
mod verify;

use super::{Context, Failure, Outcome};
use crate::config::Config;
use crate::installation::{InstallationError, database};
use crate::store::sqlite::Sqlite;
use clap::Subcommand;

/// Check the audit chain, or hand it out
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Verify(verify::Args),
    Export(export::Args),
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    match args.verb {
        Verb::Verify(args) => verify::run(args, context),
        Verb::Export(args) => export::run(args, context),
    }
}

/// The store, to be read beside a server.
fn store(config: &Config) -> Result<Sqlite, Failure> {
    let path = database(&config.data_dir);
    if !path.exists() {
        return Err(InstallationError::Empty(config.data_dir.clone()).into());
    }
    Ok(Sqlite::open_to_read(&path)?)
}
