//! `chancery audit export`.

use super::{Context, Failure, Outcome, store};
use crate::audit::export;
use crate::audit::syslog::Sender;
use crate::cli::Exit;
use crate::installation::host;
use crate::store::{AuditRow, Store as _};
use clap::ValueEnum;
use std::io::{BufWriter, Write as _};

/// Rows read at once.
const PAGE: u32 = 5_000;

/// Write the audit's rows to standard output, one a line, oldest first
#[derive(clap::Args, Debug)]
pub(super) struct Args {
    /// Only rows after this number
    #[arg(long, value_name = "SEQ", default_value_t = 0)]
    after: u64,
    /// How a row is written
    #[arg(long, value_enum, default_value_t = Format::Jsonl)]
    format: Format,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A JSON object: sequence, at, hash, event
    Jsonl,
    /// A syslog message (RFC 5424)
    Syslog,
}

pub(super) fn run(args: Args, context: &Context) -> Result<Outcome, Failure> {
    let config = context.config()?;
    let sender = Sender::new(&host());
    let line = |row: &AuditRow| match args.format {
        Format::Jsonl => export::line(row),
        Format::Syslog => sender.message(row, usize::MAX),
    };
    context.block_on(async {
        let store = store(&config)?;
        let (mut after, mut out) = (args.after, BufWriter::new(std::io::stdout().lock()));
        loop {
            let page = store.audit(after, PAGE).await?;
            let Some(last) = page.last() else { break };
            after = last.sequence;
            // A reader that went away (`chancery … | head`) is no failure of ours.
            if page.iter().try_for_each(|row| writeln!(out, "{}", line(row))).is_err() {
                break;
            }
        }
        let _ = out.flush();
        Ok(Outcome::already_told(Exit::Ok))
    })
}
