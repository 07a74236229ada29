//! `chancery enrolment show|stalled`.

mod stalled;

use super::{Context, Failure, Outcome};
use crate::clock::SystemClock;
use crate::explanation::administrator;
use crate::history::History;
use crate::installation::Installation;
use clap::Subcommand;
use serde_json::json;

/// What became of an enrolment
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Refusals of a SCEP transaction, what was expected above what was found, and its certificate
    Show {
        /// The transactionID, as the device's log and ours have it
        transaction: String,
    },
    /// Devices that asked for the CA's certificates and sent no request, with what explains it, the likeliest first
    Stalled {
        /// Only those of this endpoint
        #[arg(long)]
        endpoint: Option<String>,
        /// At most this many rows
        #[arg(long, default_value_t = 50)]
        limit: u32,
    },
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    context.block_on(async {
        let installation = Installation::open(&config, &SystemClock).await?;
        let transaction = match args.verb {
            Verb::Show { transaction } => transaction,
            Verb::Stalled { endpoint, limit } => {
                return stalled::run(&*installation.store, endpoint, limit).await;
            }
        };
        let found = History::of(&*installation.store, &transaction).await?;
        let history = found.ok_or_else(|| {
            let sentence = format!("nothing is on record of the transaction {transaction:?}");
            Failure::new(administrator::NO_ENROLMENT, sentence)
        })?;
        Ok(Outcome::new(history.text(), json!(history.enrolment)))
    })
}
