//! `chancery simulate intune|devices|year`: either side of the conversation, for anybody's software.

mod devices;
mod intune;
mod year;

pub(super) use devices::period;

use super::{Context, Failure, Outcome};
use crate::explanation::administrator;
use clap::Subcommand;

/// Play an Intune tenant, or devices, for anybody's CA
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    Intune(intune::Args),
    Devices(devices::Args),
    Year(year::Args),
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    match args.verb {
        Verb::Intune(args) => intune::run(args, context),
        Verb::Devices(args) => devices::run(args, context),
        Verb::Year(args) => year::run(args, context),
    }
}

/// The simulation could not work.
fn failed(error: &dyn std::error::Error) -> Failure {
    Failure::new(administrator::SIMULATION, error.to_string())
}
