//! `chancery simulate year`: a fleet's year on a simulated clock, against a server of this process.

mod stage;
mod table;

use super::failed;
use crate::cli::demo::say;
use crate::cli::outcome::Exit;
use crate::cli::{Context, Failure, Outcome};
use simulator::year::{Standing, Year, YearOptions, YearReport};
use stage::Stage;

/// Run a fleet through a year: renewals, retirements, edits of profiles, an outage; ends with every device accounted for
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// How many devices; each that is retired is replaced
    #[arg(long, value_name = "NUMBER", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    devices: u32,
    /// How many days, with a policy cycle each eight hours
    #[arg(long, value_name = "NUMBER", default_value_t = 365, value_parser = clap::value_parser!(u32).range(1..=365))]
    days: u32,
    /// Decides platforms, habits, retirements and URLs
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    seed: u64,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let json = context.globals.json;
    context.block_on(async {
        let options = YearOptions {
            devices: usize::try_from(args.devices).unwrap_or(usize::MAX),
            days: args.days,
            seed: args.seed,
        };
        let report = live(options, json).await?;
        let text =
            if json { serde_json::to_string(&report).unwrap_or_default() } else { table::end(&report) };
        say(&text);
        let lost = report.count(Standing::Unexplained) > 0;
        Ok(Outcome::already_told(if lost { Exit::Failure } else { Exit::Ok }))
    })
}

/// Runs it all, with a line for each month that is over unless `quiet`.
async fn live(options: YearOptions, quiet: bool) -> Result<YearReport, Failure> {
    let mut stage = Stage::build(options.seed).await?;
    let mut year = Year::new(stage.world(), stage.http.clone(), (&stage.servers(), &stage.root), options)
        .map_err(|error| failed(&error))?;
    let outage = year.outage();
    let mut told = 0;
    if !quiet {
        say(table::HEAD);
    }
    for cycle in 0..year.cycles() {
        if cycle == outage.start {
            stage.fall().await;
        }
        if cycle == outage.end {
            stage.rise().await?;
        }
        year.cycle().await.map_err(|error| failed(&error))?;
        let over = year.months().len().saturating_sub(1);
        if !quiet && over > told {
            year.months().iter().take(over).skip(told).for_each(|month| say(&table::month(month)));
            told = over;
        }
    }
    stage.fall().await;
    let report = year.report();
    if !quiet {
        report.months.iter().skip(told).for_each(|month| say(&table::month(month)));
    }
    Ok(report)
}
