//! The command line: one file a verb, one place that renders.
//!
//! A verb is `cli/<verb>.rs` with `Args` and `run(args, context) -> Result<Outcome, Failure>`, a line in [`Verb`] and
//! a line in [`Verb::run`]. Results go to standard output, logs and errors to standard error.

mod api;
mod approval;
mod audit;
mod ca;
mod cert;
mod challenge;
mod config;
mod context;
#[cfg(feature = "demo")]
mod demo;
mod doctor;
mod enrolment;
mod failures;
mod init;
mod intune;
mod outcome;
mod people;
mod policy;
mod profile;
mod report;
mod serve;
#[cfg(feature = "demo")]
mod simulate;
mod token;
mod verify;
mod version;
mod webhook;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use self::context::{Context, Globals};
pub use self::outcome::{Complaint, Exit, Failure, Outcome};

/// A certificate authority that managed devices enrol with over SCEP.
#[derive(Parser)]
#[command(name = "chancery", version, propagate_version = true, arg_required_else_help = true)]
struct Cli {
    #[command(flatten)]
    globals: Globals,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand)]
enum Verb {
    Serve(serve::Args),
    Init(init::Args),
    Ca(ca::Args),
    Cert(cert::Args),
    Enrolment(enrolment::Args),
    Config(config::Args),
    Challenge(challenge::Args),
    Approval(approval::Args),
    People(people::Args),
    Audit(audit::Args),
    Token(token::Args),
    Api(api::Args),
    Webhook(webhook::Args),
    #[cfg(feature = "demo")]
    Demo(demo::Args),
    #[cfg(feature = "demo")]
    Simulate(simulate::Args),
    Verify(verify::Args),
    Doctor(doctor::Args),
    Intune(intune::Args),
    Profile(profile::Args),
    Policy(policy::Args),
    Report(report::Args),
    Version(version::Args),
}

impl Verb {
    fn run(self, context: &Context) -> Result<Outcome, Failure> {
        match self {
            Self::Serve(args) => serve::run(args, context),
            Self::Init(args) => init::run(args, context),
            Self::Ca(args) => ca::run(args, context),
            Self::Cert(args) => cert::run(args, context),
            Self::Enrolment(args) => enrolment::run(args, context),
            Self::Challenge(args) => challenge::run(args, context),
            Self::Approval(args) => approval::run(args, context),
            Self::People(args) => people::run(args, context),
            Self::Audit(args) => audit::run(args, context),
            Self::Webhook(args) => webhook::run(args, context),
            Self::Token(args) => token::run(args, context),
            Self::Api(args) => api::run(args, context),
            #[cfg(feature = "demo")]
            Self::Demo(args) => demo::run(args, context),
            #[cfg(feature = "demo")]
            Self::Simulate(args) => simulate::run(args, context),
            Self::Config(args) => config::run(args, context),
            Self::Verify(args) => verify::run(args, context),
            Self::Doctor(args) => doctor::run(args, context),
            Self::Intune(args) => intune::run(args, context),
            Self::Profile(args) => profile::run(args, context),
            Self::Policy(args) => policy::run(args, context),
            Self::Report(args) => report::run(args, context),
            Self::Version(args) => version::run(args, context),
        }
    }
}

/// Parses the command line, runs the verb, renders what came of it. Exit codes: 0 ok, 1 failure, 2 usage, 3 finding.
#[must_use]
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.globals.json;
    let result = cli.verb.run(&Context::new(cli.globals));
    outcome::render(result, json).into()
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        super::Cli::command().debug_assert();
    }
}
